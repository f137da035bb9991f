//! Plays a litmus scenario on the implementation, once, on loom's threads.
//!
//! It performs and observes; what is allowed is not its business. The last thread of the script is loom's main thread:
//! it enters its home before the others exist, so that a capsule can be owned by an interpreter that is running.

use std::sync::Arc;

use crossinterp_loom::probe::Event;
use crossinterp_loom::sabotage::Sabotage;
use crossinterp_loom::simple::{Buffer, Entry, Simple, Value};
use crossinterp_loom::{
    CallRefused, Capsule, EndError, EnterError, Entered, Interpreter, InterpreterId, MaterialiseError, Release,
    Runtime, probe,
};
use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::litmus::Observation;
use crossinterp_model::scope::{Client, Scope};
use crossinterp_model::world::Payload;

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
    let host = Simple::new();
    let ledger = host.ledger();
    let builder = Runtime::builder(host).pending_capacity(usize::from(scope.queue_capacity));
    let runtime = sabotage.into_iter().fold(builder, |builder, sabotage| builder.sabotage(sabotage)).build();
    let homes: Vec<_> = (0..scope.interpreters).map(|_| runtime.create().expect("ids are left")).collect();
    let capsules: Capsules =
        Arc::new(scope.given.iter().map(|given| convert(&homes, given.owner, given.payload)).collect());

    let last = scripts.len() - 1;
    let own_home = homes[usize::from(scope.homes[last])].enter().expect("nobody is there yet");
    drop(probe::take());
    probe::enter_thread(last);
    let others = spawn_others(&scope, scripts, &runtime, &homes, &capsules);
    let mut told = vec![perform_all(&runtime, &own_home, scripts[last], &capsules)];
    drop(own_home);
    told.extend(others.into_iter().rev().map(|thread| thread.join().expect("a thread of the script ends")));
    told.reverse();
    let events = probe::take();

    let entries = ledger.entries();
    let freed = entries.iter().map(|entry| !entry.freed_in.is_empty()).collect();
    let complaint = (!entries.iter().all(is_sound)).then(|| format!("the ledger is wrong: {entries:?}"));
    Played { outcome: Observation { told, freed }, complaint, events }
}

/// Freed at most once, in its owner, and read by nobody afterwards.
fn is_sound(entry: &Entry) -> bool {
    let in_owner = entry.freed_in.iter().all(|freed_in| *freed_in == entry.created_in);
    entry.freed_in.len() <= 1 && in_owner && entry.reads_after_free == 0
}

fn convert(homes: &[Interpreter<Simple>], owner: u8, payload: Payload) -> Capsule<Simple> {
    let value = match payload {
        Payload::Immediate => Value::int(1),
        Payload::Copied => Value::float(1.0),
        Payload::Borrowed => Value::Bytes(b"payload".to_vec()),
        Payload::Buffer => Value::Buffer(Buffer::new(b"memory".to_vec())),
    };
    homes[usize::from(owner)].enter().expect("nobody is there yet").convert(&value).expect("these values can leave")
}

fn spawn_others(
    scope: &Scope,
    scripts: &'static [&'static [Call]],
    runtime: &Runtime<Simple>,
    homes: &[Interpreter<Simple>],
    capsules: &Capsules,
) -> Vec<loom::thread::JoinHandle<Vec<Outcome>>> {
    let spawn = |(thread, script): (usize, &&'static [Call])| {
        let home = homes[usize::from(scope.homes[thread])].clone();
        let (runtime, capsules, script) = (runtime.clone(), Arc::clone(capsules), *script);
        loom::thread::spawn(move || {
            probe::enter_thread(thread);
            let home = home.enter().expect("a home of its own");
            perform_all(&runtime, &home, script, &capsules)
        })
    };
    scripts[..scripts.len() - 1].iter().enumerate().map(spawn).collect()
}

fn perform_all(
    runtime: &Runtime<Simple>,
    home: &Entered<'_, Simple>,
    script: &[Call],
    capsules: &Capsules,
) -> Vec<Outcome> {
    let mut told = Vec::new();
    let mut rest = script;
    while let Some((&call, after)) = rest.split_first() {
        rest = after;
        match call {
            Call::Enter(id) => rest = visit(runtime, id, after, capsules, &mut told),
            call => told.extend(perform(runtime, home, call, capsules)),
        }
    }
    told
}

/// Enters, makes the calls up to the `leave`, and leaves; returns the calls after it.
fn visit<'s>(
    runtime: &Runtime<Simple>,
    id: u8,
    script: &'s [Call],
    capsules: &Capsules,
    told: &mut Vec<Outcome>,
) -> &'s [Call] {
    let until = script.iter().position(|call| *call == Call::Leave).expect("who enters leaves");
    let (inside, after) = (&script[..until], &script[until + 1..]);
    let Ok(interpreter) = runtime.get(number(id)) else {
        told.push(Outcome::NotFound);
        return after;
    };
    match interpreter.enter() {
        Ok(entered) => {
            told.push(Outcome::Done);
            told.extend(inside.iter().filter_map(|&call| perform(runtime, &entered, call, capsules)));
        }
        Err(EnterError::AlreadyRunning { .. }) => told.push(Outcome::Running),
        Err(EnterError::Ending { .. }) => told.push(Outcome::Ending),
        Err(other) => told.push(not_found(matches!(other, EnterError::NotFound { .. }))),
    }
    after
}

fn perform(runtime: &Runtime<Simple>, here: &Entered<'_, Simple>, call: Call, capsules: &Capsules) -> Option<Outcome> {
    Some(match call {
        Call::Create => {
            Outcome::Made(u8::try_from(runtime.create().expect("ids are left").id().get()).expect("small ids"))
        }
        Call::Destroy(id) => end(runtime, id),
        Call::Materialise(slot) => materialise(here, &capsules[usize::from(slot)]),
        Call::Release(slot) => release(here, &capsules[usize::from(slot)]),
        Call::CallIn(id) => call_in(runtime, id),
        other => panic!("no litmus scenario makes the call {other}"),
    })
}

fn number(id: u8) -> InterpreterId {
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

fn materialise(here: &Entered<'_, Simple>, capsule: &Capsule<Simple>) -> Outcome {
    match here.materialise(capsule) {
        Ok(_) => Outcome::Value,
        Err(MaterialiseError::Released) => Outcome::Released,
        Err(MaterialiseError::Consumed) => Outcome::Consumed,
        Err(MaterialiseError::OwnerEnded { .. }) => Outcome::OwnerEnded,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

fn release(here: &Entered<'_, Simple>, capsule: &Capsule<Simple>) -> Outcome {
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
