//! A callback that panics is heard of, and nothing is stuck or lost because of it.

#![cfg(not(loom))]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{Scripted, scripted, text_of};
use crossinterp::simple::Value;
use crossinterp::{Interpreter, LookupError, Runtime};

/// Runs what is going to panic, and gives what it panicked with.
fn panic_of<R>(work: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(work)).err().expect("it panics");
    panic.downcast_ref::<&str>().expect("a text").to_string()
}

fn assert_usable(runtime: &Runtime<Scripted>, interpreter: &Interpreter<Scripted>) {
    drop(interpreter.enter().expect("it is not stuck"));
    runtime.end(interpreter.id()).expect("it is not stuck");
}

#[test]
fn in_convert_nothing_has_happened() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    runtime.host().on_convert(|| panic!("convert"));
    assert_eq!(panic_of(|| text_of(&interpreter)), "convert");
    assert_eq!(ledger.totals().created, 0);
    assert_usable(&runtime, &interpreter);
}

#[test]
fn in_materialise_the_payload_can_still_be_read_and_released() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    let capsule = text_of(&interpreter);
    runtime.host().on_materialise(|| panic!("materialise"));
    let inside = interpreter.enter().unwrap();
    assert_eq!(panic_of(|| inside.materialise(&capsule)), "materialise");
    assert!(inside.materialise(&capsule).is_ok());
    inside.release(&capsule).unwrap();
    assert!(ledger.totals().is_settled());
    drop(inside);
    assert_usable(&runtime, &interpreter);
}

#[test]
fn in_free_for_an_idle_owner_the_rest_is_freed_all_the_same() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    let (first, second) = (text_of(&interpreter), text_of(&interpreter));
    runtime.host().on_free(move || {
        drop(second);
        panic!("free");
    });
    assert_eq!(panic_of(|| first.release()), "free");
    assert!(ledger.totals().is_settled());
    assert_usable(&runtime, &interpreter);
}

#[test]
fn in_free_in_the_owner_the_owner_goes_on() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    let inside = interpreter.enter().unwrap();
    let capsule = inside.convert(&Value::from("text")).unwrap();
    runtime.host().on_free(|| panic!("free"));
    assert_eq!(panic_of(|| inside.release(&capsule)), "free");
    assert!(ledger.totals().is_settled());
    drop(inside);
    assert_usable(&runtime, &interpreter);
}

#[test]
fn in_a_call_the_pass_stops_and_the_rest_waits() {
    let (runtime, _) = scripted();
    let interpreter = runtime.create().unwrap();
    interpreter.call_soon(|_| panic!("call")).unwrap();
    interpreter.call_soon(|_| Ok(())).unwrap();
    let inside = interpreter.enter().unwrap();
    assert_eq!(panic_of(|| inside.run_pending()), "call");
    assert_eq!(inside.run_pending().unwrap().calls, 1);
    drop(inside);
    assert_usable(&runtime, &interpreter);
}

#[test]
fn at_a_leave_everything_due_is_done_before_the_panic_goes_on() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    interpreter.call_soon(|_| panic!("call")).unwrap();
    let inside = interpreter.enter().unwrap();
    drop([(); 2].map(|()| inside.convert(&Value::from("text")).unwrap()));
    runtime.host().on_free(|| panic!("free"));
    assert_eq!(panic_of(|| drop(inside)), "free", "the first one");
    assert!(ledger.totals().is_settled());
    assert_usable(&runtime, &interpreter);
}

#[test]
fn at_the_end_everything_is_taken_back_before_the_panic_goes_on() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    let capsules = [text_of(&interpreter), text_of(&interpreter)];
    runtime.host().on_end(|| panic!("end"));
    runtime.host().on_free(|| panic!("free"));
    let id = interpreter.id();
    assert_eq!(panic_of(|| runtime.end(id)), "end", "the first one");
    assert!(ledger.totals().is_settled());
    assert_eq!(runtime.get(id).unwrap_err(), LookupError::NotFound { id });
    drop(capsules);
}

#[test]
fn a_panic_of_the_embedder_leaves_its_interpreter_even_if_a_callback_panics_too() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    runtime.host().on_free(|| panic!("free"));
    let panic = panic_of(|| {
        let inside = interpreter.enter().unwrap();
        drop(inside.convert(&Value::from("text")).unwrap());
        panic!("embedder");
    });
    assert_eq!(panic, "embedder");
    assert!(ledger.totals().is_settled());
    assert_usable(&runtime, &interpreter);
}

#[test]
fn a_capsule_dropped_by_a_panic_is_released_even_if_freeing_it_panics_too() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    let capsule = text_of(&interpreter);
    runtime.host().on_free(|| panic!("free"));
    let panic = panic_of(|| {
        let _capsule = capsule;
        panic!("embedder");
    });
    assert_eq!(panic, "embedder");
    assert!(ledger.totals().is_settled());
    assert_usable(&runtime, &interpreter);
}

/// A panic whose payload panics once more when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("bomb");
        }
    }
}

#[test]
fn a_later_panic_that_panics_on_its_way_out_stops_nothing_either() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    let capsule = text_of(&interpreter);
    let inside = interpreter.enter().unwrap();
    for _ in 0..2 {
        interpreter.call_soon(|_| std::panic::panic_any(Bomb)).unwrap();
    }
    std::mem::forget(catch_unwind(AssertUnwindSafe(|| drop(inside))));
    for _ in 0..2 {
        interpreter.call_soon(|_| std::panic::panic_any(Bomb)).unwrap();
    }
    std::mem::forget(catch_unwind(AssertUnwindSafe(|| runtime.end(interpreter.id()))));
    assert!(runtime.list().is_empty(), "the end was carried through");
    drop(capsule);
    assert!(ledger.totals().is_settled());
}
