//! Calls into an interpreter: made by its owner, in order, bounded, and never silently lost.

#![cfg(not(loom))]

mod common;

use std::sync::{Arc, Mutex, mpsc};

use common::{scripted, simple};
use crossinterp::simple::{Simple, Value};
use crossinterp::{CallError, CallInError, CallRefused, Called, Interpreter, PASS_LIMIT, PendingError, Runtime};

/// Asks for calls that write their numbers down.
fn ask_for(interpreter: &Interpreter<Simple>, numbers: std::ops::Range<usize>) -> Arc<Mutex<Vec<usize>>> {
    let made = Arc::new(Mutex::new(Vec::new()));
    for number in numbers {
        let made = Arc::clone(&made);
        let call = interpreter.call_soon(move |_| {
            made.lock().expect("no call panics").push(number);
            Ok(())
        });
        call.expect("there is room");
    }
    made
}

#[test]
fn calls_are_made_in_order_inside_the_interpreter() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    let (report, reported) = mpsc::channel();
    interpreter.call_soon(move |owner| report.send(owner.id()).map_err(CallError::new)).unwrap();
    let made = ask_for(&interpreter, 0..5);
    let inside = interpreter.enter().unwrap();
    assert_eq!(made.lock().unwrap().len(), 0, "entering makes no calls");
    assert_eq!(inside.run_pending().unwrap().calls, 6);
    assert_eq!(reported.recv(), Ok(interpreter.id()));
    assert_eq!(*made.lock().unwrap(), [0, 1, 2, 3, 4]);
}

#[test]
fn who_leaves_makes_the_calls_that_wait() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    let inside = interpreter.enter().unwrap();
    let made = ask_for(&interpreter, 0..150);
    drop(inside);
    assert_eq!(made.lock().unwrap().len(), 150);
}

#[test]
fn a_pass_makes_a_limited_number_of_calls() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    ask_for(&interpreter, 0..150);
    let inside = interpreter.enter().unwrap();
    let passes = [(); 3].map(|()| inside.run_pending().unwrap().calls);
    assert_eq!(passes, [PASS_LIMIT, 50, 0]);
}

#[test]
fn a_full_queue_hands_the_call_back() {
    let runtime = Runtime::builder(Simple::new()).pending_capacity(2).build();
    let interpreter = runtime.create().unwrap();
    ask_for(&interpreter, 0..2);
    let (report, reported) = mpsc::channel();
    let refused = interpreter.call_soon(move |_| report.send(()).map_err(CallError::new)).unwrap_err();
    assert!(matches!(refused, CallRefused::Full(_)));
    assert_eq!((refused.to_string(), format!("{refused:?}")), ("too many calls are waiting".into(), "Full".into()));
    interpreter.enter().unwrap().run_pending().unwrap();
    interpreter.call_soon(refused.into_call()).unwrap();
    interpreter.enter().unwrap().run_pending().unwrap();
    assert_eq!(reported.recv(), Ok(()));
}

#[test]
fn a_failing_call_stops_the_pass_and_the_rest_waits() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    interpreter.call_soon(|_| Ok(())).unwrap();
    interpreter.call_soon(|_| Err(CallError::new("no"))).unwrap();
    let made = ask_for(&interpreter, 0..1);
    let inside = interpreter.enter().unwrap();
    let PendingError::Failed { error, report } = inside.run_pending().unwrap_err() else { panic!("it failed") };
    assert_eq!((error.to_string(), report.calls), ("no".into(), 2));
    assert_eq!(made.lock().unwrap().len(), 0);
    assert_eq!(inside.run_pending().unwrap().calls, 1);
}

#[test]
fn a_call_that_fails_at_a_leave_or_an_end_is_told_to_the_host_and_stops_nothing() {
    let (runtime, _) = scripted();
    let interpreter = runtime.create().unwrap();
    interpreter.call_soon(|_| Err(CallError::new("at the leave"))).unwrap();
    drop(interpreter.enter().unwrap());
    interpreter.call_soon(|_| Err(CallError::new("at the end"))).unwrap();
    interpreter.call_soon(|_| Ok(())).unwrap();
    let ended = runtime.end(interpreter.id()).unwrap();
    assert_eq!((ended.calls, ended.failed_calls), (2, 1));
    assert_eq!(*runtime.host().call_failures.lock().unwrap(), ["at the leave", "at the end"]);
}

#[test]
fn a_call_may_ask_for_a_call_even_at_the_end() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    let again = interpreter.clone();
    let ask = move |_: &crossinterp::Current<'_, Simple>| again.call_soon(|_| Ok(())).map_err(|_| CallError::new("no"));
    interpreter.call_soon(ask).unwrap();
    let ended = runtime.end(interpreter.id()).unwrap();
    assert_eq!((ended.calls, ended.failed_calls), (2, 0));
}

#[test]
fn after_its_last_calls_an_interpreter_takes_no_more() {
    let (runtime, _) = scripted();
    let interpreter = runtime.create().unwrap();
    let inner = interpreter.clone();
    runtime.host().on_end(move || {
        assert!(matches!(inner.call_soon(|_| Ok(())).unwrap_err(), CallRefused::Ending(_)));
    });
    runtime.end(interpreter.id()).unwrap();
    let refused = interpreter.call_soon(|_| Ok(())).unwrap_err();
    assert!(matches!(refused, CallRefused::NotFound { .. }));
    assert_eq!(refused.to_string(), "no interpreter has the id 0");
}

#[test]
fn a_call_into_the_own_interpreter_is_made_at_once() {
    let (runtime, _) = simple();
    let (own, other) = (runtime.create().unwrap(), runtime.create().unwrap());
    let inside = own.enter().unwrap();
    assert_eq!(inside.call_in(&own, |_| Ok(())).unwrap(), Called::Now);
    assert_eq!(inside.call_in(&other, |_| Ok(())).unwrap(), Called::Soon);
    let failed = inside.call_in(&own, |_| Err(CallError::new("no"))).unwrap_err();
    assert!(matches!(&failed, CallInError::Failed(_)));
    assert_eq!(failed.to_string(), "no");
    runtime.end(other.id()).unwrap();
    let refused = inside.call_in(&other, |_| Ok(())).unwrap_err();
    assert!(matches!(refused, CallInError::Refused(CallRefused::NotFound { .. })));
}

#[test]
fn a_call_can_do_what_its_interpreter_can() {
    let (runtime, ledger) = simple();
    let interpreter = runtime.create().unwrap();
    interpreter
        .call_soon(|owner| {
            let capsule = owner.convert(&Value::from("text")).map_err(CallError::new)?;
            owner.materialise(&capsule).map_err(CallError::new)?;
            owner.release(&capsule).map_err(CallError::new)?;
            Ok(())
        })
        .unwrap();
    assert_eq!(runtime.end(interpreter.id()).unwrap().failed_calls, 0);
    assert_eq!(ledger.totals().created, 1);
    assert!(ledger.totals().is_settled());
}
