//! Values leave an interpreter, arrive in another, and what was left behind is freed once, at home.

#![cfg(not(loom))]

mod common;

use std::sync::{Arc, mpsc};
use std::thread;

use common::{scripted, simple, text_of};
use crossinterp::simple::{Buffer, NotShareable, Simple, Value};
use crossinterp::{
    ConvertError, EndError, EnterError, IdRefError, MaterialiseError, Memory, Release, ReleaseError, Runtime,
};

/// More than any queue of calls holds. An interpreter that checks every access is content with fewer.
const MANY: usize = if cfg!(miri) { 50 } else { 2000 };

#[test]
fn what_is_small_is_carried_along_and_needs_no_owner() {
    let (runtime, ledger) = simple();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let values = [Value::None, Value::Bool(true), Value::int(i64::MIN), Value::float(-0.0)];
    let capsules = values.clone().map(|value| owner.enter().unwrap().convert(&value).unwrap());
    runtime.end(owner.id()).unwrap();
    let inside = reader.enter().unwrap();
    for (value, capsule) in values.iter().zip(&capsules) {
        assert_eq!(&inside.materialise(capsule).unwrap(), value);
        assert_eq!(capsule.owner(), owner.id());
        assert_eq!(inside.release(capsule), Ok(Release::Nothing));
        assert_eq!(inside.materialise(capsule).unwrap_err(), MaterialiseError::Released);
    }
    assert_eq!(ledger.totals().created, 0);
}

#[test]
fn what_is_large_stays_with_its_owner_and_can_be_read_again_and_again() {
    let (runtime, ledger) = simple();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let value = Value::Tuple(vec![Value::from("a"), Value::Bytes(vec![0, 1]), Value::int(1)]);
    let capsule = owner.enter().unwrap().convert(&value).unwrap();
    let inside = reader.enter().unwrap();
    for _ in 0..3 {
        assert_eq!(inside.materialise(&capsule).unwrap(), value);
    }
    assert_eq!(ledger.entries()[0].reads, 3);
    assert_eq!(ledger.entries()[0].created_in, owner.id());
}

#[test]
fn what_cannot_leave_is_named_and_nothing_is_held() {
    let (runtime, ledger) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let buffer = Buffer::new(vec![1]);
    let value = Value::Tuple(vec![Value::Buffer(buffer.clone()), Value::List(vec![])]);
    let refused = inside.convert(&value).unwrap_err();
    let item = NotShareable::Item { index: 1, error: Box::new(ConvertError::NotShareable) };
    assert_eq!(refused, ConvertError::Host(item));
    assert_eq!((buffer.exports(), ledger.totals().live), (0, 0));
    let deep = (0..200).fold(Value::None, |inner, _| Value::Tuple(vec![inner]));
    assert_eq!(inside.convert(&deep).unwrap_err(), ConvertError::TooDeep);
}

#[test]
fn a_release_in_the_owner_frees_on_the_spot() {
    let (runtime, ledger) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let capsule = inside.convert(&Value::from("text")).unwrap();
    assert_eq!(inside.release(&capsule), Ok(Release::Done));
    assert!(ledger.totals().is_settled());
    assert_eq!(inside.release(&capsule), Err(ReleaseError::AlreadyReleased));
    assert_eq!(inside.materialise(&capsule).unwrap_err(), MaterialiseError::Released);
}

#[test]
fn a_release_of_an_idle_owners_payload_frees_it_in_the_owner() {
    let (runtime, ledger) = simple();
    let (owner, other) = (runtime.create().unwrap(), runtime.create().unwrap());
    let capsule = text_of(&owner);
    assert_eq!(other.enter().unwrap().release(&capsule), Ok(Release::Done));
    assert_eq!(ledger.entries()[0].freed_in, [owner.id()]);
    assert_eq!(capsule.release(), Err(ReleaseError::AlreadyReleased));
}

#[test]
fn a_release_to_a_running_owner_waits_until_it_looks_or_leaves() {
    let (runtime, ledger) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let capsules = [(); 2].map(|()| inside.convert(&Value::from("text")).unwrap());
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(capsules[0].release(), Ok(Release::Queued)));
    });
    assert_eq!(ledger.totals().live, 2);
    assert_eq!(inside.run_pending().unwrap().freed, 1);
    assert_eq!(ledger.totals().live, 1);
    assert_eq!(capsules[1].release(), Ok(Release::Queued));
    drop(inside);
    assert!(ledger.totals().is_settled());
}

#[test]
fn dropping_a_capsule_releases_it() {
    let (runtime, ledger) = simple();
    let owner = runtime.create().unwrap();
    drop(text_of(&owner));
    assert!(ledger.totals().is_settled());
}

#[test]
fn releases_are_not_bounded_by_any_queue() {
    let (runtime, ledger) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let capsules: Vec<_> = (0..MANY).map(|_| inside.convert(&Value::from("text")).unwrap()).collect();
    drop(capsules);
    assert_eq!(ledger.totals().live, MANY);
    drop(inside);
    assert!(ledger.totals().is_settled());
}

#[test]
fn after_the_end_of_its_owner_a_capsule_is_harmless() {
    let (runtime, ledger) = simple();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let capsule = text_of(&owner);
    assert_eq!(runtime.end(owner.id()).unwrap().reclaimed, 1);
    assert!(ledger.totals().is_settled());
    let inside = reader.enter().unwrap();
    let ended = MaterialiseError::OwnerEnded { owner: owner.id() };
    assert_eq!(inside.materialise(&capsule).unwrap_err(), ended);
    assert_eq!(inside.release(&capsule), Ok(Release::OwnerEnded));
    assert_eq!(inside.release(&capsule), Err(ReleaseError::AlreadyReleased));
    assert!(ledger.totals().is_settled());
}

#[test]
fn while_its_owner_ends_a_capsule_can_be_read_and_released() {
    let (runtime, ledger) = scripted();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let capsule = Arc::new(text_of(&owner));
    let inner = Arc::clone(&capsule);
    runtime.host().on_end(move || {
        assert!(reader.enter().unwrap().materialise(&inner).is_ok());
        assert_eq!(inner.release(), Ok(Release::Queued));
    });
    let ended = runtime.end(owner.id()).unwrap();
    assert_eq!((ended.reclaimed, ended.released), (1, 0));
    assert!(ledger.totals().is_settled());
}

#[test]
fn once_its_owners_end_took_the_payload_back_a_capsule_says_so_before_the_end_is_over() {
    let (runtime, ledger) = scripted();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let capsule = Arc::new(text_of(&owner));
    let (inner, ended) = (Arc::clone(&capsule), MaterialiseError::OwnerEnded { owner: owner.id() });
    runtime.host().on_free(move || {
        let inside = reader.enter().unwrap();
        assert_eq!(inside.materialise(&inner).unwrap_err(), ended);
        assert_eq!(inside.release(&inner), Ok(Release::OwnerEnded));
    });
    runtime.end(owner.id()).unwrap();
    assert!(ledger.totals().is_settled());
}

#[test]
fn a_payload_released_under_its_reader_is_freed_by_the_reader() {
    let (runtime, ledger) = scripted();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let capsule = Arc::new(text_of(&owner));
    let (inner, watched) = (Arc::clone(&capsule), ledger.clone());
    runtime.host().on_materialise(move || {
        assert_eq!(inner.release(), Ok(Release::Queued));
        assert_eq!(watched.totals().live, 1);
    });
    let inside = reader.enter().unwrap();
    assert_eq!(inside.materialise(&capsule).unwrap(), Value::from("text"));
    assert!(ledger.totals().is_settled());
}

#[test]
fn a_payload_released_under_its_reader_in_a_running_owner_is_freed_when_the_owner_leaves() {
    let (runtime, ledger) = scripted();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let capsule = Arc::new(inside.convert(&Value::from("text")).unwrap());
    let inner = Arc::clone(&capsule);
    runtime.host().on_materialise(move || assert!(inner.release().is_ok()));
    inside.materialise(&capsule).unwrap();
    assert_eq!(ledger.totals().live, 1);
    drop(inside);
    assert!(ledger.totals().is_settled());
}

#[test]
fn the_end_of_an_owner_waits_for_readers() {
    let (runtime, ledger) = scripted();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let capsule = text_of(&owner);
    let (reading, end_now) = mpsc::channel();
    let (watched, asked, id) = (ledger.clone(), runtime.clone(), owner.id());
    runtime.host().on_materialise(move || {
        reading.send(()).unwrap();
        // Asking for a reference tells whether the end has begun, and does not keep it from beginning.
        while asked.incref(id, false) != Err(IdRefError::Ending { id }) {
            thread::yield_now();
        }
        assert_eq!(watched.totals().live, 1);
    });
    let ending = runtime.clone();
    thread::scope(|scope| {
        let ender = scope.spawn(move || {
            end_now.recv().unwrap();
            ending.end(id).unwrap()
        });
        let inside = reader.enter().unwrap();
        assert_eq!(inside.materialise(&capsule).unwrap(), Value::from("text"));
        assert_eq!(ender.join().unwrap().reclaimed, 1);
    });
    assert!(ledger.totals().is_settled());
    assert_eq!(ledger.entries()[0].reads, 1);
}

#[test]
fn what_is_released_while_others_are_freed_is_freed_along_with_them() {
    let (runtime, ledger) = scripted();
    let owner = runtime.create().unwrap();
    let (first, second) = (text_of(&owner), text_of(&owner));
    runtime.host().on_free(move || assert_eq!(second.release(), Ok(Release::Queued)));
    assert_eq!(first.release(), Ok(Release::Done));
    assert!(ledger.totals().is_settled());
}

#[test]
fn a_buffer_is_shared_not_copied_and_can_grow_again_after_its_release() {
    let (runtime, ledger) = simple();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let buffer = Buffer::new(vec![1, 2]);
    let capsule = owner.enter().unwrap().convert(&Value::Buffer(buffer.clone())).unwrap();
    let inside = reader.enter().unwrap();
    let Value::Buffer(seen) = inside.materialise(&capsule).unwrap() else { panic!("a buffer stays one") };
    assert!(seen.set(0, 9));
    assert_eq!(buffer.to_vec(), [9, 2]);
    assert!(!buffer.push(3), "others see it");
    assert_eq!(inside.materialise(&capsule).unwrap_err(), MaterialiseError::Consumed);
    assert_eq!(inside.release(&capsule), Ok(Release::Done));
    assert!(buffer.push(3));
    assert!(ledger.totals().is_settled());
}

#[test]
fn a_buffer_that_was_never_looked_at_is_given_back_like_any_other() {
    let (runtime, _) = simple();
    let owner = runtime.create().unwrap();
    let buffer = Buffer::new(vec![]);
    let value = Value::Tuple(vec![Value::Buffer(buffer.clone()), Value::Buffer(buffer.clone())]);
    let capsule = owner.enter().unwrap().convert(&value).unwrap();
    assert_eq!(buffer.exports(), 2);
    drop(capsule);
    assert_eq!(buffer.exports(), 0);
}

#[test]
fn a_buffer_that_found_no_memory_can_be_looked_at_again_and_then_once() {
    let memory = Memory::counted();
    let runtime = Runtime::builder(Simple::new().with_memory(memory.clone())).build();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let capsule = inside.convert(&Value::Buffer(Buffer::new(vec![1]))).unwrap();
    memory.fail_once(0);
    assert_eq!(inside.materialise(&capsule), Err(MaterialiseError::NoMemory));
    assert!(inside.materialise(&capsule).is_ok());
    assert_eq!(inside.materialise(&capsule), Err(MaterialiseError::Consumed));
}

#[test]
fn a_free_on_behalf_of_an_idle_owner_cannot_enter_or_end_it_and_does_not_wait() {
    let (runtime, ledger) = scripted();
    let owner = runtime.create().unwrap();
    let (capsule, whole, itself) = (text_of(&owner), runtime.clone(), owner.clone());
    runtime.host().on_free(move || {
        let id = itself.id();
        assert_eq!(itself.enter().err(), Some(EnterError::AlreadyRunning { id }));
        assert_eq!(itself.enter_waiting().err(), Some(EnterError::AlreadyRunning { id }));
        assert_eq!(whole.end(id), Err(EndError::Running { id }));
    });
    assert_eq!(capsule.release(), Ok(Release::Done));
    assert!(owner.enter().is_ok() && runtime.end(owner.id()).is_ok());
    assert!(ledger.totals().is_settled());
}

#[test]
fn who_reads_cannot_end_the_owner_and_does_not_wait() {
    let (runtime, ledger) = scripted();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let (capsule, whole, itself) = (text_of(&owner), runtime.clone(), owner.clone());
    runtime.host().on_materialise(move || {
        let id = itself.id();
        assert_eq!(whole.end(id), Err(EndError::Running { id }));
        assert!(itself.enter().is_ok(), "it is idle");
    });
    assert_eq!(reader.enter().unwrap().materialise(&capsule), Ok(Value::from("text")));
    assert!(runtime.end(owner.id()).is_ok());
    assert!(ledger.totals().is_settled());
}
