//! One task of the model, played on the implementation: what it tells, how often it asked, and what is left.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crossinterp::simple::{Converter, NotShareable, Simple, Type, Value};
use crossinterp::{
    ApplyError, Capsule, CreateError, Interpreter, MaterialiseError, Namespace, RegistryError, Unregistered,
};
use crossinterp_model::convert::Plan;
use crossinterp_model::scarcity::{Act, Place, Task, Told, Update, Visit, Word, Work};

use super::scene::{Scene, exports, word_of_convert, word_of_namespace};

/// Something that an implementation must not do: each must be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// A capsule is forgotten instead of dropped.
    ForgetsACapsule,
    /// That there was no memory is told as success.
    SwallowsRefusals,
    /// One request for memory is made where nobody counts it.
    MissesAnIndex,
}

/// One task played once.
#[derive(Clone, Debug)]
pub struct Played {
    /// What whoever asked was told.
    pub told: Told,
    /// How often memory was granted since it could run out.
    pub granted: u64,
    /// Everything that is wrong once all was given up; empty if nothing is.
    pub wrong: Vec<String>,
}

/// A task at work.
pub(super) struct Stage {
    pub(super) scene: Scene,
    plan: Plan,
    /// How much was granted before memory could run out, and how much when the operation was over.
    armed_at: Cell<u64>,
    over_at: Cell<u64>,
    /// Capsules on their way until the end.
    held: RefCell<Vec<Capsule<Simple>>>,
    wrong: RefCell<Vec<String>>,
}

/// Plays a task on the implementation, right or with a mistake.
pub fn play(task: &Task, plan: Plan, mistake: Option<Mistake>) -> Played {
    let stage = Stage {
        scene: Scene::new(mistake),
        plan,
        armed_at: Cell::default(),
        over_at: Cell::default(),
        held: RefCell::default(),
        wrong: RefCell::default(),
    };
    let told = stage.perform(&task.work);
    let told = if mistake == Some(Mistake::SwallowsRefusals) { swallowed(told) } else { told };
    let granted = stage.over_at.get() - stage.armed_at.get();
    Played { told, granted, wrong: stage.rest(&task.work) }
}

fn swallowed(told: Told) -> Told {
    if told.word.is_no_memory() { Told::word(Word::Done) } else { told }
}

impl Stage {
    pub(super) fn arm(&self) {
        self.armed_at.set(self.scene.memory.made());
        self.scene.arm(self.plan);
    }

    /// The operation is over: what comes now gives up.
    pub(super) fn over<T>(&self, outcome: T) -> T {
        self.over_at.set(self.scene.memory.made());
        outcome
    }

    fn perform(&self, work: &Work) -> Told {
        let scene = &self.scene;
        Told::word(match work {
            Work::Visit(armed, visit) => return self.visit_from_home(*armed, visit),
            Work::Apply(updates) => return self.apply_abroad(updates),
            Work::Check(value) => self.check(value),
            Work::Convert(value) => self.convert(value),
            Work::Materialise(value) => self.materialise(value),
            Work::Release(value, place) => self.release(value, *place),
            Work::Register { class, before, differs } => self.register(class, *before, *differs),
            Work::Unregister(class, before) => self.unregister(class, *before),
            Work::LookUp(class) => {
                let here = enter(&scene.home);
                self.arm();
                self.over(here.lookup(class)).map_or(Word::NotRegistered, |_| Word::Done)
            }
            Work::Fill(updates) => self.fill(updates),
            Work::Free(updates, place) => self.free(updates, *place),
            Work::Create => {
                self.arm();
                word_of(self.over(scene.runtime.create()), |error| match error {
                    CreateError::NoMemory => Word::NoMemory,
                    _ => Word::Nothing,
                })
            }
            Work::End(values) => self.end(values),
        })
    }

    fn check(&self, value: &Value) -> Word {
        let here = enter(&self.scene.home);
        self.arm();
        word_of(self.over(here.check(value)), word_of_convert)
    }

    fn convert(&self, value: &Value) -> Word {
        let here = enter(&self.scene.home);
        self.arm();
        let capsule = self.over(here.convert(value));
        word_of(capsule.map(|capsule| self.held.borrow_mut().push(capsule)), word_of_convert)
    }

    /// Rule `convert.arrive.no-memory`: what could not be read can be read again when there is memory.
    fn materialise(&self, value: &Value) -> Word {
        let capsule = self.capsule(value);
        let here = enter(&self.scene.abroad);
        self.arm();
        let arrived = self.over(here.materialise(&capsule));
        if arrived.is_err() {
            self.scene.memory.fail_never();
            let again = here.materialise(&capsule);
            self.complain(again.as_ref() != Ok(value), "the capsule cannot be read again");
            self.scene.arm(self.plan);
        }
        self.complain(arrived.as_ref().is_ok_and(|arrived| arrived != value), "what arrives is something else");
        word_of(arrived, |error| match error {
            MaterialiseError::NoMemory => Word::NoMemory,
            _ => Word::Nothing,
        })
    }

    fn release(&self, value: &Value, place: Place) -> Word {
        let capsule = self.capsule(value);
        let scene = &self.scene;
        if place == Place::AfterTheEnd {
            scene.runtime.end(scene.home.id()).expect("nobody is in it");
        }
        let here = enter(if place == Place::Home { &scene.home } else { &scene.abroad });
        self.arm();
        let released = if place == Place::Home { here.release(&capsule) } else { capsule.release() };
        word_of(self.over(released), |_| Word::Nothing)
    }

    fn register(&self, class: &Type, before: usize, differs: bool) -> Word {
        let here = enter(&self.scene.home);
        (0..before).for_each(|_| {
            here.register(class, &Converter::Made).expect("it is the same converter");
        });
        self.arm();
        let converter = if differs { Converter::OneWay } else { Converter::Made };
        word_of(self.over(here.register(class, &converter)), |error| match error {
            RegistryError::NoMemory => Word::NoMemory,
            RegistryError::Conflict => Word::Conflict,
            _ => Word::Nothing,
        })
    }

    fn unregister(&self, class: &Type, before: usize) -> Word {
        let here = enter(&self.scene.home);
        (0..before).for_each(|_| {
            here.register(class, &Converter::Made).expect("it is the same converter");
        });
        self.arm();
        match self.over(here.unregister(class)) {
            Ok(Unregistered::NotRegistered) => Word::NotRegistered,
            Ok(_) => Word::Done,
            Err(_) => Word::Nothing,
        }
    }

    fn fill(&self, updates: &[Update]) -> Word {
        let here = enter(&self.scene.home);
        self.arm();
        word_of(self.over(Namespace::from_pairs(&here, updates)), word_of_namespace)
    }

    fn apply_abroad(&self, updates: &[Update]) -> Told {
        let namespace = self.namespace(updates);
        let here = enter(&self.scene.abroad);
        self.arm();
        let mut bound = BTreeSet::new();
        let applied = self.over(namespace.apply(&here, |name, _| bound.extend([name.to_owned()])));
        Told { bound: bound.len(), ..Told::word(word_of(applied, word_of_apply)) }
    }

    fn free(&self, updates: &[Update], place: Place) -> Word {
        let namespace = self.namespace(updates);
        let here = enter(if place == Place::Home { &self.scene.home } else { &self.scene.abroad });
        self.arm();
        let freed = if place == Place::Home { namespace.free_in(&here) } else { namespace.free() };
        self.over(());
        self.complain(freed.queued + freed.owner_ended > 0, "a value waits that nobody holds back");
        Word::Done
    }

    fn end(&self, values: &[Value]) -> Word {
        let capsules: Vec<_> = values.iter().map(|value| self.capsule(value)).collect();
        self.arm();
        let ended = self.over(self.scene.runtime.end(self.scene.home.id()));
        self.held.borrow_mut().extend(capsules);
        word_of(ended, |_| Word::Nothing)
    }

    fn capsule(&self, value: &Value) -> Capsule<Simple> {
        enter(&self.scene.home).convert(value).expect("it can be converted")
    }

    fn namespace(&self, updates: &[Update]) -> Namespace<Simple> {
        Namespace::from_pairs(&enter(&self.scene.home), updates).expect("it can be filled")
    }

    fn complain(&self, is_wrong: bool, what: &str) {
        self.wrong.borrow_mut().extend(is_wrong.then(|| what.to_owned()));
    }

    /// Gives everything up, with no more memory than there was, and says what is wrong then.
    fn rest(self, work: &Work) -> Vec<String> {
        let Stage { scene, held, wrong, .. } = self;
        let (held, mut wrong) = (held.into_inner(), wrong.into_inner());
        let before = scene.memory.made();
        match scene.mistake {
            Some(Mistake::ForgetsACapsule) => held.into_iter().for_each(std::mem::forget),
            _ => drop(held),
        }
        let ended = scene.runtime.shutdown();
        wrong.extend(ended.err().map(|error| error.to_string()));
        wrong.extend((scene.memory.made() > before).then(|| "giving up asked for memory".to_owned()));
        let (memory, ledger) = (scene.memory.clone(), scene.ledger.clone());
        drop(scene);
        let (live, totals) = (memory.live(), ledger.totals());
        wrong.extend((live > 0).then(|| format!("{live} allocations are left")));
        wrong.extend((!totals.is_settled()).then(|| format!("payloads are not settled: {totals:?}")));
        let exported: usize = values_of(work).into_iter().map(exports).sum();
        wrong.extend((exported > 0).then(|| format!("{exported} buffers are not given back")));
        wrong
    }
}

fn enter(interpreter: &Interpreter<Simple>) -> crossinterp::Entered<'_, Simple> {
    interpreter.enter().expect("nobody is in it")
}

fn word_of<T, E>(outcome: Result<T, E>, word: impl FnOnce(&E) -> Word) -> Word {
    outcome.as_ref().map_or_else(word, |_| Word::Done)
}

fn word_of_apply(error: &ApplyError<NotShareable>) -> Word {
    match error {
        ApplyError::NoMemory | ApplyError::Materialise { error: MaterialiseError::NoMemory, .. } => Word::NoMemory,
        _ => Word::Nothing,
    }
}

/// Every value that is carried.
fn values_of(work: &Work) -> Vec<&Value> {
    match work {
        Work::Check(value) | Work::Convert(value) | Work::Materialise(value) | Work::Release(value, _) => vec![value],
        Work::Fill(updates) | Work::Apply(updates) | Work::Free(updates, _) => {
            updates.iter().map(|(_, value)| value).collect()
        }
        Work::End(values) => values.iter().collect(),
        Work::Visit(_, visit) => values_of_visit(visit),
        Work::Register { .. } | Work::Unregister(..) | Work::LookUp(_) | Work::Create => Vec::new(),
    }
}

fn values_of_visit(visit: &Visit) -> Vec<&Value> {
    let updates = visit.updates.iter().map(|(_, value)| value);
    let acts = visit.body.iter().flat_map(|act| match act {
        Act::Preserve(_, value) | Act::Carry(value) => vec![value],
        Act::Visit(inner) => values_of_visit(inner),
        Act::Raise(_) | Act::Fail(..) | Act::Panic => Vec::new(),
    });
    updates.chain(acts).collect()
}
