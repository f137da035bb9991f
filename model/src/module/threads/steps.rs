//! The acts of the threads, step by step, and what each comes to.

use super::act::{Act, Look};
use super::raised;
use super::search::{Fate, Search};
use super::state::State;
use crate::call::{Call, Outcome};
use crate::client;
use crate::defect::Defect;
use crate::module::Value;
use crate::module::error::{Label, Problem};
use crate::module::layer::Whence;
use crate::module::namespace::bind;
use crate::module::outcome::Observation;
use crate::step::{Pc, Step};
use crate::world::{INTERPRETERS_MAX, Interpreter, NONE, Phase, World};

impl Search<'_> {
    /// The thread's next step, if it can take one.
    pub(super) fn go_on(&self, state: &State, index: usize) -> Option<Result<State, Fate>> {
        let act = state.actors[index].acts.last()?;
        if let Act::Wait(gate) = act {
            return state.open.contains(gate).then(|| {
                let mut next = state.clone();
                next.actors[index].done();
                Ok(next)
            });
        }
        if let Some(slot) = unready(state, index) {
            return Some(Ok(call_ready(state, slot)));
        }
        match act.core() {
            Some(call) => self.core_step(state, index, call),
            None => self.holds_gil(state, index).then(|| Ok(self.look(state, index, act))),
        }
    }

    fn holds_gil(&self, state: &State, index: usize) -> bool {
        let current = state.world.threads[index].current;
        client::holds_gil(&self.model.setup, &state.world, current, index as u8)
    }

    fn core_step(&self, state: &State, index: usize, call: Call) -> Option<Result<State, Fate>> {
        let thread = index as u8;
        let step = if state.world.threads[index].pc() == Pc::Idle {
            if call == Call::Create && state.world.free_slot().is_none() {
                return Some(Err(Fate::Seen(Observation::NotImplemented("more interpreters than fit".to_owned()))));
            }
            client::may_begin(&self.model.setup, &state.world, thread, call).then_some(Step::Begin { thread, call })?
        } else {
            let mut steps = Vec::new();
            self.model.steps(&state.world, &mut steps);
            steps.into_iter().find(|step| matches!(step, Step::Go { .. }) && step.thread() == thread)?
        };
        Some(self.take(state, index, step))
    }

    fn take(&self, state: &State, index: usize, step: Step) -> Result<State, Fate> {
        let taken = self.model.take(&state.world, step);
        let mut rules = self.rules.get();
        taken.rules.iter().for_each(|rule| rules.insert(rule));
        self.rules.set(rules);
        let mut next = State { world: taken.world, ..state.clone() };
        self.judge(&mut next, index, taken.goes_on)?;
        match state.actors[index].acts.last() {
            Some(Act::Create { .. }) => go_away(&mut next, index),
            Some(&Act::Incref { id, link }) => keep_unlinked(&state.world, &mut next.world, id, link),
            Some(&Act::List { ready }) => self.note_listed(&mut next, index, ready),
            _ => {}
        }
        if let Some(outcome) = taken.outcome {
            next.world.threads[index].calls = 0;
            self.told_by_step(&mut next, index, outcome)?;
        }
        Ok(next)
    }

    fn told_by_step(&self, state: &mut State, index: usize, outcome: Outcome) -> Result<(), Fate> {
        let Some(act) = state.actors[index].acts.last().cloned() else { return Ok(()) };
        let listing = state.actors[index].listed.clone();
        let actor = &mut state.actors[index];
        match (act, outcome) {
            (Act::Enter { .. }, Outcome::Done) => {
                actor.is_inside = true;
                actor.done();
            }
            (Act::Leave, _) => {
                actor.is_inside = false;
                actor.done();
            }
            (Act::Create { linked }, Outcome::Made(id)) => {
                actor.answer(Value::int(id));
                hand_over(&mut state.world, id, linked);
            }
            (Act::List { .. }, _) => actor.answer(Value::List(listing.into_iter().map(pair).collect())),
            (_, Outcome::Done) => actor.done(),
            (act, refusal) => match self.problem(&state.world, &act, refusal) {
                Some(problem) => actor.refuse(raised(problem, self.edition)),
                None => {
                    return Err(Fate::Seen(Observation::NotImplemented(format!("refused without words: {refusal}"))));
                }
            },
        }
        Ok(())
    }

    /// The words for a refusal.
    fn problem(&self, world: &World, act: &Act, refusal: Outcome) -> Option<Problem> {
        let (id, label) = match *act {
            Act::Enter { id, label } => (id, label),
            Act::Destroy(id) => (id, Label::Destroy),
            Act::Incref { id, .. } => (id, Label::Incref),
            Act::Decref(id) => (id, Label::Decref),
            _ => return None,
        };
        Some(match (refusal, act) {
            (Outcome::NotFound, _) => Problem::IdUnknown { id: id.into() },
            // C calls it ready before it is, and goes on with what is not there.
            (Outcome::NotReady, _) if world.look_up(id).is_some_and(|slot| is_ready(world.interpreter(slot))) => {
                return None;
            }
            (Outcome::NotReady, _) => Problem::NotReady { label, id: id.into() },
            (Outcome::Ending, _) => Problem::Ending { id: id.into() },
            (Outcome::Running, Act::Enter { .. }) => Problem::AlreadyRunning,
            (Outcome::Current, Act::Destroy(_)) => Problem::DestroyCurrent,
            (Outcome::Running | Outcome::Current, _) => Problem::DestroyRunning,
            (Outcome::NotReferenced, _) => Problem::NoReferences { id: id.into() },
            _ => return None,
        })
    }

    /// What is done or seen at one moment.
    fn look(&self, state: &State, index: usize, act: &Act) -> State {
        let mut next = state.clone();
        let place = state.place(index);
        match act {
            Act::Look { id, what } => match self.look_at(&state.world, *id, *what) {
                Ok(value) => next.actors[index].answer(value),
                Err(problem) => next.actors[index].refuse(raised(problem, self.edition)),
            },
            Act::WhereAmI => next.actors[index].answer(pair((place, whence_of(&state.world, place)))),
            Act::Bind(pairs) => {
                pairs.iter().for_each(|(name, value)| bind(next.main_of(place), name.clone(), value.clone()));
                next.actors[index].done();
            }
            Act::Attribute(name) => {
                let found = next.main_of(place).iter().find(|(bound, _)| bound == name).map(|(_, value)| value.clone());
                let missing = || Observation::NotImplemented(format!("main_attr({name})"));
                match found {
                    Some(value) => next.actors[index].answer(value),
                    None => next.actors[index].refuse(missing()),
                }
            }
            _ => {
                let bound =
                    next.main_of(place).iter().map(|(name, value)| Value::Tuple(vec![name.clone(), value.clone()]));
                let bound = Value::List(bound.collect());
                next.actors[index].answer(bound);
            }
        }
        next
    }

    fn look_at(&self, world: &World, id: u8, what: Look) -> Result<Value, Problem> {
        let Some(slot) = world.look_up(id) else {
            return if what == Look::Exists {
                Ok(Value::Bool(false))
            } else {
                Err(Problem::IdUnknown { id: id.into() })
            };
        };
        let interpreter = world.interpreter(slot);
        if what == Look::Running && !is_ready(interpreter) {
            return Err(Problem::NotReady { label: Label::IsRunning, id: id.into() });
        }
        Ok(match what {
            // The main interpreter counts as running, whoever asks.
            Look::Running => Value::Bool(id == 0 || interpreter.running != NONE),
            Look::Whence => Value::int(interpreter.whence()),
            Look::Exists => Value::Bool(true),
            Look::References => Value::int(interpreter.idrefs),
            Look::Linked => Value::Bool(interpreter.requires_idref()),
        })
    }

    /// The walk has come to one more, or has seen all at once.
    fn note_listed(&self, state: &mut State, index: usize, only_ready: bool) {
        let thread = &state.world.threads[index];
        let walks = self.model.setup.has(Defect::ListAllUnlocked);
        let is_here =
            |slot: u8| if walks { slot == thread.reg_slot } else { state.world.interpreter(slot).is_listed() };
        let slots = (0..INTERPRETERS_MAX as u8).filter(|&slot| is_here(slot));
        let met = slots.map(|slot| state.world.interpreter(slot)).filter(|it| !only_ready || is_ready(it));
        let met: Vec<_> = met.map(|interpreter| (interpreter.id, interpreter.whence())).collect();
        state.actors[index].listed.extend(met);
    }
}

/// In C the maker has left its own interpreter before the new one is listed: what it does until it is back, it does beside everybody
/// else. Rule `interpreter.create.link`; `_PyXI_NewInterpreter` in `crossinterp.c`.
fn go_away(state: &mut State, index: usize) {
    let thread = state.world.threads[index];
    if thread.pc() == Pc::CreateReady {
        state.world.interpreter_mut(thread.current).gil = NONE;
    }
}

/// The interpreter that the thread is making, if it is listed and nobody has said who makes it.
fn unready(state: &State, index: usize) -> Option<u8> {
    let thread = state.world.threads[index];
    let is_new = |slot: &u8| !is_ready(state.world.interpreter(*slot));
    (thread.pc() == Pc::CreateReady).then_some(thread.reg_slot).filter(is_new)
}

/// C calls it ready, and made through the C interface, long before it is made: whoever asked for it is noted last of all.
/// Rules `interpreter.create.ready`, `interpreter.whence`; `new_interpreter` in `pylifecycle.c`.
fn call_ready(state: &State, slot: u8) -> State {
    let mut next = state.clone();
    next.world.interpreter_mut(slot).set_whence(Whence::Capi as u8);
    next
}

fn is_ready(interpreter: &Interpreter) -> bool {
    interpreter.phase() != Phase::Created || interpreter.whence() != Whence::Unknown as u8
}

/// The interpreter is made, and belongs to whoever asked for it.
fn hand_over(world: &mut World, id: u8, linked: bool) {
    if let Some(slot) = world.look_up(id) {
        world.interpreter_mut(slot).set_whence(Whence::Stdlib as u8);
        world.interpreter_mut(slot).set_requires_idref(linked);
    }
}

/// The step of a new reference always links; that it need not is the caller's choice.
fn keep_unlinked(before: &World, after: &mut World, id: u8, link: bool) {
    if let (Some(old), Some(new)) = (before.look_up(id), after.look_up(id)) {
        let linked = link || before.interpreter(old).requires_idref();
        after.interpreter_mut(new).set_requires_idref(linked);
    }
}

fn pair((id, whence): (u8, u8)) -> Value {
    Value::Tuple(vec![Value::int(id), Value::int(whence)])
}

fn whence_of(world: &World, id: u8) -> u8 {
    world.look_up(id).map_or(0, |slot| world.interpreter(slot).whence())
}
