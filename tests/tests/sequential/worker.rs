//! One thread of the implementation's side: where it is, and how each call of the model is made there.
//!
//! It sits below the player, which hands it the calls. It maps calls and errors, and judges nothing.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use crossinterp::simple::{Buffer, Simple, Value};
use crossinterp::{
    CallError, CallInError, CallRefused, Called, ConvertError, Current, EndError, EnterError, Entered, IdRefError,
    Interpreter, InterpreterId, MaterialiseError, PendingError, Release, ReleaseError,
};
use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::convert::Kind;
use crossinterp_model::world::Payload;

use crate::exchange;
use crate::observation::Told;
use crate::player::{Shared, Slot, lock, small};

/// Stays in its home, and makes the calls it is given until it is told to finish or nobody gives any more.
pub fn live(shared: &Shared, home: &Interpreter<Simple>, calls: &Receiver<Call>, answers: &Sender<Told>) {
    let inside = home.enter().expect("nobody else knows of it");
    lock(&shared.inside).insert(home.id());
    answer(answers, Told::Nothing);
    while let Ok(call) = calls.recv() {
        match call {
            Call::Enter(id) => visit(shared, id, calls, answers),
            Call::Finish => break,
            call => answer(answers, perform(shared, &inside, call)),
        }
    }
    drop(inside);
    lock(&shared.inside).remove(&home.id());
    answer(answers, Told::Outcome(Outcome::Done));
}

fn visit(shared: &Shared, id: u8, calls: &Receiver<Call>, answers: &Sender<Told>) {
    let Ok(interpreter) = shared.runtime.get(number(id)) else {
        return answer(answers, Told::Outcome(Outcome::NotFound));
    };
    let inside = match interpreter.enter() {
        Ok(inside) => inside,
        Err(error) => return answer(answers, Told::Outcome(enter_refused(error))),
    };
    lock(&shared.inside).insert(interpreter.id());
    answer(answers, Told::Outcome(Outcome::Done));
    while let Some(call) = calls.recv().ok().filter(|call| *call != Call::Leave) {
        answer(answers, perform(shared, &inside, call));
    }
    drop(inside);
    lock(&shared.inside).remove(&interpreter.id());
    answer(answers, Told::Outcome(Outcome::Done));
}

/// Nobody listens any more when the script is over.
fn answer(answers: &Sender<Told>, told: Told) {
    let _ = answers.send(told);
}

fn perform(shared: &Shared, here: &Entered<'_, Simple>, call: Call) -> Told {
    Told::Outcome(match call {
        Call::Create => Outcome::Made(small(shared.runtime.create().expect("ids are left").id())),
        Call::Destroy(id) => end(shared, id),
        Call::Convert(payload) => convert(shared, here, payload),
        Call::Materialise(slot) => materialise(shared, here, slot),
        Call::Release(slot) => release(shared, here, slot),
        Call::ReleaseRawFree(slot) => return give_up(shared, here, slot),
        Call::DropView(slot) => release_and_drop(shared, here, slot),
        Call::CallIn(id) => call_in(shared, here, id, false),
        Call::CallInFailing(id) => call_in(shared, here, id, true),
        Call::RunPending => match here.run_pending() {
            Ok(_) => Outcome::Done,
            Err(PendingError::Failed { .. }) => Outcome::CallFailed,
            Err(other) => panic!("a refusal that the model does not know: {other}"),
        },
        Call::Incref(id) => shared.runtime.incref(number(id), true).map_or_else(id_refused, |()| Outcome::Done),
        Call::Decref(id) => shared.runtime.decref(number(id)).map_or_else(id_refused, |_| Outcome::Done),
        // What it lists is looked at after every call.
        Call::ListAll => Outcome::Done,
        Call::ConvertNoMemory { kind, at } => convert_without_memory(shared, here, kind, at),
        other => exchange::perform(shared, here, other),
    })
}

fn number(id: u8) -> InterpreterId {
    InterpreterId::new(i64::from(id)).expect("no id is negative")
}

fn enter_refused(error: EnterError) -> Outcome {
    match error {
        EnterError::AlreadyRunning { .. } => Outcome::Running,
        EnterError::Ending { .. } => Outcome::Ending,
        EnterError::NotFound { .. } => Outcome::NotFound,
        other => panic!("a refusal that the model does not know: {other}"),
    }
}

fn id_refused(error: IdRefError) -> Outcome {
    match error {
        IdRefError::NotFound { .. } => Outcome::NotFound,
        IdRefError::NotReferenced { .. } => Outcome::NotReferenced,
        IdRefError::Running { .. } => Outcome::Running,
        IdRefError::Ending { .. } => Outcome::Ending,
        other => panic!("a refusal that the model does not know: {other}"),
    }
}

fn end(shared: &Shared, id: u8) -> Outcome {
    match shared.runtime.end(number(id)) {
        Ok(_) => Outcome::Done,
        Err(EndError::Running { .. }) => Outcome::Running,
        Err(EndError::Ending { .. }) => Outcome::Ending,
        Err(EndError::NotFound { .. }) => Outcome::NotFound,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

/// The lowest empty slot gets the capsule.
fn convert(shared: &Shared, here: &Current<'_, Simple>, payload: Payload) -> Outcome {
    let entry = shared.ledger.totals().created;
    let value = value(payload, entry);
    let capsule = here.convert(&value).expect("these values can leave");
    let entry = (shared.ledger.totals().created > entry).then_some(entry);
    let mut slots = lock(&shared.slots);
    let free = slots.iter().position(Option::is_none).expect("a script converts only where there is room");
    slots[free] = Some(Slot { capsule: Some(capsule), value, owner: here.id(), entry, in_namespace: false });
    Outcome::Made(u8::try_from(free).expect("few slots"))
}

/// Both sides ask for memory in the same order: see [`value`] for what stands for a float here.
fn convert_without_memory(shared: &Shared, here: &Current<'_, Simple>, kind: Kind, at: u8) -> Outcome {
    let value = match kind {
        Kind::Float => value(Payload::Copied, 0),
        Kind::Memoryview => value(Payload::Buffer, 0),
        Kind::Bytes | Kind::Tuple => kind.value(),
    };
    shared.memory.fail_once(u64::from(at));
    let refused = here.convert(&value).expect_err("there is no memory");
    shared.memory.fail_never();
    assert_eq!(refused, ConvertError::NoMemory);
    Outcome::NoMemory
}

/// A value that is not mistaken for another. The implementation carries a float in the capsule itself, so that a tuple
/// stands for what has a block of its own.
pub fn value(payload: Payload, serial: usize) -> Value {
    let serial = i64::try_from(serial).expect("a script has few payloads");
    let bytes = serial.to_le_bytes().to_vec();
    match payload {
        Payload::Immediate => Value::int(serial),
        Payload::Copied => Value::Tuple(vec![Value::int(serial)]),
        Payload::Borrowed => Value::Bytes(bytes),
        Payload::Buffer => Value::Buffer(Buffer::new(bytes)),
    }
}

fn materialise(shared: &Shared, here: &Current<'_, Simple>, slot: u8) -> Outcome {
    let slots = lock(&shared.slots);
    let slot = slots[usize::from(slot)].as_ref().expect("a script reads what is there");
    match here.materialise(slot.capsule.as_ref().expect("the client has a handle")) {
        Ok(value) => {
            assert_eq!(value, slot.value, "what went in comes out");
            Outcome::Value
        }
        Err(MaterialiseError::Released) => Outcome::Released,
        Err(MaterialiseError::Consumed) => Outcome::Consumed,
        Err(MaterialiseError::OwnerEnded { .. }) => Outcome::OwnerEnded,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

fn release(shared: &Shared, here: &Current<'_, Simple>, slot: u8) -> Outcome {
    let slots = lock(&shared.slots);
    let slot = slots[usize::from(slot)].as_ref().expect("a script releases what is there");
    match here.release(slot.capsule.as_ref().expect("the client has a handle")) {
        Ok(Release::Done) => Outcome::Done,
        Ok(Release::Queued) => Outcome::Queued,
        Ok(Release::Nothing) => Outcome::Nothing,
        Ok(Release::OwnerEnded) => Outcome::OwnerEnded,
        Err(ReleaseError::AlreadyReleased) => Outcome::Released,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

/// A dropped handle goes the way that is open from anywhere. In the owner that is the longer way: there, who knows
/// where it is releases first.
fn give_up(shared: &Shared, here: &Current<'_, Simple>, slot: u8) -> Told {
    let owner = lock(&shared.slots)[usize::from(slot)].as_ref().map(|slot| slot.owner);
    if owner == Some(here.id()) {
        return Told::Outcome(release_and_drop(shared, here, slot));
    }
    drop_handle(shared, slot);
    Told::Nothing
}

fn release_and_drop(shared: &Shared, here: &Current<'_, Simple>, slot: u8) -> Outcome {
    let outcome = release(shared, here, slot);
    drop_handle(shared, slot);
    outcome
}

fn drop_handle(shared: &Shared, slot: u8) {
    let handle = lock(&shared.slots)[usize::from(slot)].as_mut().and_then(|slot| slot.capsule.take());
    assert!(handle.is_some(), "the client has a handle");
}

fn call_in(shared: &Shared, here: &Current<'_, Simple>, id: u8, fails: bool) -> Outcome {
    let Ok(interpreter) = shared.runtime.get(number(id)) else { return Outcome::NotFound };
    let waiting = Arc::clone(&shared.waiting);
    let call = move |owner: &Current<'_, Simple>| {
        *lock(&waiting).entry(owner.id()).or_default() -= 1;
        if fails { Err(CallError::new("fails as it was asked to")) } else { Ok(()) }
    };
    *lock(&shared.waiting).entry(number(id)).or_default() += 1;
    match here.call_in(&interpreter, call) {
        Ok(Called::Now) => Outcome::Done,
        Ok(Called::Soon) => Outcome::Queued,
        Err(CallInError::Failed(_)) => Outcome::CallFailed,
        Err(CallInError::Refused(refused)) => {
            *lock(&shared.waiting).entry(number(id)).or_default() -= 1;
            call_refused(&refused)
        }
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

fn call_refused(refused: &CallRefused<Simple>) -> Outcome {
    match refused {
        CallRefused::Full(_) => Outcome::Full,
        CallRefused::Ending(_) => Outcome::Ending,
        CallRefused::NotFound { .. } => Outcome::NotFound,
    }
}
