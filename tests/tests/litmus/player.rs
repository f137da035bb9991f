//! Plays a litmus scenario on the implementation, once, on loom's threads.
//!
//! It performs and observes; what is allowed is not its business. The last thread of the script is loom's main thread:
//! it attaches to its home before the others exist, so that a capsule can be owned by an interpreter that is running.

use std::sync::Arc;

use crossinterp_loom::probe::Event;
use crossinterp_loom::sabotage::Sabotage;
use crossinterp_loom::simple::{Entry, NotShareable, Simple};
use crossinterp_loom::{
    CallRefused, Capsule, Current, EndError, EnterError, Interpreter, InterpreterId, MaterialiseError, Memory, Release,
    Runtime, probe,
};
use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::litmus::Observation;
use crossinterp_model::scope::{Client, Scope};
use crossinterp_model::world::Payload;

use crate::exchange::{Kit, value};

type Capsules = Arc<Vec<Capsule<Simple>>>;

/// What one execution came to.
pub struct Played {
    /// What each thread was told, and what became of the payloads.
    pub outcome: Observation,
    /// What the ledger has against it.
    pub complaint: Option<String>,
    /// The steps, from the moment the threads are there.
    pub events: Vec<Event>,
}

/// One execution.
pub fn play(scope: Scope, sabotage: Option<Sabotage>) -> Played {
    let Client::Script(scripts) = scope.client else { panic!("a litmus scenario is a script") };
    let memory = Memory::counted();
    let host = Simple::new().with_memory(memory.clone());
    let ledger = host.ledger();
    let builder = Runtime::builder(host).pending_capacity(usize::from(scope.queue_capacity));
    let runtime = sabotage.into_iter().fold(builder, |builder, sabotage| builder.sabotage(sabotage)).build();
    let homes: Vec<_> = (0..scope.interpreters).map(|_| runtime.create().expect("ids are left")).collect();
    let capsules: Capsules =
        Arc::new(scope.given.iter().map(|given| convert(&homes, given.owner, given.payload)).collect());

    let last = scripts.len() - 1;
    let places: Vec<_> = (0..scripts.len()).map(|thread| place(scope, &runtime, &homes, thread)).collect();
    let own_home = places[last].attach().expect("nobody is there yet");
    drop(probe::take());
    probe::enter_thread(last);
    let stage = Stage { scope, memory, runtime, handles: Arc::new(homes), capsules };
    let others = spawn_others(&stage, scripts, &places);
    let mut played = vec![stage.perform_all(&own_home, scripts[last])];
    drop(own_home);
    played.extend(others.into_iter().rev().map(|thread| thread.join().expect("a thread of the script ends")));
    played.reverse();
    let events = probe::take();

    let entries = ledger.entries();
    // What sessions carry comes after what was given, and is told by what they come to.
    let given = if scope.namespace.is_some() { entries.len() } else { scope.given.len() };
    let freed = entries.iter().take(given).map(|entry| !entry.freed_in.is_empty()).collect();
    // What a thread kept is given up only after the books were read.
    let (told, _kits): (_, Vec<_>) = played.into_iter().unzip();
    let complaint = (!entries.iter().all(is_sound)).then(|| format!("the ledger is wrong: {entries:?}"));
    Played { outcome: Observation { told, freed }, complaint, events }
}

/// Where a thread lives: here one thread at a time is in an interpreter, so that who shares a home in the model has one beside it.
fn place(scope: Scope, runtime: &Runtime<Simple>, homes: &[Interpreter<Simple>], thread: usize) -> Interpreter<Simple> {
    let home = scope.homes[thread];
    let is_shared = scope.homes[..thread].contains(&home);
    if is_shared { runtime.create().expect("ids are left") } else { homes[usize::from(home)].clone() }
}

/// Freed at most once, in its owner, and read by nobody afterwards.
fn is_sound(entry: &Entry) -> bool {
    let in_owner = entry.freed_in.iter().all(|freed_in| *freed_in == entry.created_in);
    entry.freed_in.len() <= 1 && in_owner && entry.reads_after_free == 0
}

fn convert(homes: &[Interpreter<Simple>], owner: u8, payload: Payload) -> Capsule<Simple> {
    homes[usize::from(owner)]
        .enter()
        .expect("nobody is there yet")
        .convert(&value(payload))
        .expect("these values can leave")
}

/// What all threads of a script share.
#[derive(Clone)]
pub struct Stage {
    scope: Scope,
    pub memory: Memory,
    pub runtime: Runtime<Simple>,
    /// Handles to the interpreters there are at first.
    pub handles: Arc<Vec<Interpreter<Simple>>>,
    capsules: Capsules,
}

/// What a thread was told, and what it still has.
type Life = (Vec<Outcome>, Kit);

fn spawn_others(
    stage: &Stage,
    scripts: &'static [&'static [Call]],
    places: &[Interpreter<Simple>],
) -> Vec<loom::thread::JoinHandle<Life>> {
    let spawn = |(thread, script): (usize, &&'static [Call])| {
        let (home, stage, script) = (places[thread].clone(), stage.clone(), *script);
        loom::thread::spawn(move || {
            probe::enter_thread(thread);
            let home = home.attach().expect("a home of its own");
            stage.perform_all(&home, script)
        })
    };
    scripts[..scripts.len() - 1].iter().enumerate().map(spawn).collect()
}

impl Stage {
    fn perform_all(&self, home: &Current<'_, Simple>, script: &[Call]) -> Life {
        let (mut told, mut kit) = (Vec::new(), Kit::new(self.scope, self.memory.clone()));
        let mut rest = script;
        while let Some((&call, after)) = rest.split_first() {
            rest = after;
            match call {
                Call::Enter(id) => rest = self.visit(home, id, after, &mut kit, &mut told),
                Call::EnterWith { id, updates } => {
                    rest = self.attend(home, (id, updates), after, &mut kit, &mut told);
                }
                Call::Raise(_) | Call::GetMain | Call::DropMain | Call::Preserve(_) | Call::Exit => {
                    told.push(Outcome::Nothing);
                }
                call => told.push(self.perform(home, call, &mut kit)),
            }
        }
        (told, kit)
    }

    /// Enters, makes the calls up to the `leave`, and leaves; returns the calls after it. Who is refused makes them at home.
    fn visit<'s>(
        &self,
        home: &Current<'_, Simple>,
        id: u8,
        script: &'s [Call],
        kit: &mut Kit,
        told: &mut Vec<Outcome>,
    ) -> &'s [Call] {
        let until = script.iter().position(|call| *call == Call::Leave).expect("who enters leaves");
        let (inside, after) = (&script[..until], &script[until + 1..]);
        let interpreter = self.runtime.get(number(id)).ok();
        let entered = interpreter.as_ref().map(Interpreter::enter);
        told.push(match &entered {
            None => Outcome::NotFound,
            Some(Ok(_)) => Outcome::Done,
            Some(Err(EnterError::AlreadyRunning { .. })) => Outcome::Running,
            Some(Err(EnterError::Ending { .. })) => Outcome::Ending,
            Some(Err(other)) => not_found(matches!(other, EnterError::NotFound { .. })),
        });
        let guard = entered.as_ref().and_then(|entered| entered.as_ref().ok());
        let here: &Current<'_, Simple> = guard.map_or(home, |guard| guard);
        told.extend(inside.iter().map(|&call| self.perform(here, call, kit)));
        after
    }

    pub fn perform(&self, here: &Current<'_, Simple>, call: Call, kit: &mut Kit) -> Outcome {
        let capsule = |slot| &self.capsules[usize::from(slot)];
        match call {
            Call::Create => {
                Outcome::Made(u8::try_from(self.runtime.create().expect("ids are left").id().get()).expect("small ids"))
            }
            Call::Destroy(id) => end(&self.runtime, id),
            Call::Materialise(slot) => materialise(here, capsule(slot)),
            Call::Release(slot) => release(here, capsule(slot)),
            Call::CallIn(id) => call_in(&self.runtime, id),
            call => kit.perform(here, call).unwrap_or_else(|| panic!("no litmus scenario makes the call {call}")),
        }
    }
}

pub fn number(id: u8) -> InterpreterId {
    InterpreterId::new(i64::from(id)).expect("no id is negative")
}

fn not_found(it_is: bool) -> Outcome {
    assert!(it_is, "a refusal that the model does not know");
    Outcome::NotFound
}

fn end(runtime: &Runtime<Simple>, id: u8) -> Outcome {
    match runtime.end(number(id)) {
        Ok(_) => Outcome::Done,
        Err(EndError::Running { .. }) => Outcome::Running,
        Err(EndError::Ending { .. }) => Outcome::Ending,
        Err(other) => not_found(matches!(other, EndError::NotFound { .. })),
    }
}

fn materialise(here: &Current<'_, Simple>, capsule: &Capsule<Simple>) -> Outcome {
    match here.materialise(capsule) {
        Ok(_) => Outcome::Value,
        Err(error) => not_materialised(error),
    }
}

pub fn not_materialised(error: MaterialiseError<NotShareable>) -> Outcome {
    match error {
        MaterialiseError::Released => Outcome::Released,
        MaterialiseError::Consumed => Outcome::Consumed,
        MaterialiseError::OwnerEnded { .. } => Outcome::OwnerEnded,
        MaterialiseError::NoMemory => Outcome::NoMemory,
        other => panic!("a refusal that the model does not know: {other}"),
    }
}

fn release(here: &Current<'_, Simple>, capsule: &Capsule<Simple>) -> Outcome {
    match here.release(capsule) {
        Ok(Release::Done) => Outcome::Done,
        Ok(Release::Queued) => Outcome::Queued,
        Ok(Release::Nothing) => Outcome::Nothing,
        Ok(Release::OwnerEnded) => Outcome::OwnerEnded,
        Err(_) => Outcome::Released,
    }
}

fn call_in(runtime: &Runtime<Simple>, id: u8) -> Outcome {
    let Ok(interpreter) = runtime.get(number(id)) else { return Outcome::NotFound };
    match interpreter.call_soon(|_| Ok(())) {
        Ok(()) => Outcome::Queued,
        Err(CallRefused::Full(_)) => Outcome::Full,
        Err(CallRefused::Ending(_)) => Outcome::Ending,
        Err(other) => not_found(matches!(other, CallRefused::NotFound { .. })),
    }
}
