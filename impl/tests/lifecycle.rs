//! Interpreters come, are entered and left, are counted on, and go.

#![cfg(not(loom))]

mod common;

use std::sync::mpsc;
use std::thread;

use common::{scripted, simple, text_of};
use crossinterp::simple::Simple;
use crossinterp::{
    CreateError, Dropped, EndError, EnterError, IdRefError, InterpreterId, LookupError, Memory, Runtime, ShutdownError,
};

fn id(number: i64) -> InterpreterId {
    InterpreterId::new(number).expect("not negative")
}

#[test]
fn ids_count_up_from_zero_and_are_never_used_again() {
    let (runtime, _) = simple();
    let first = runtime.create().unwrap();
    let second = runtime.create().unwrap();
    runtime.end(second.id()).unwrap();
    let third = runtime.create().unwrap();
    assert_eq!([first.id(), second.id(), third.id()], [id(0), id(1), id(2)]);
    assert_eq!(runtime.list(), [id(0), id(2)]);
}

#[test]
fn an_id_is_no_negative_number() {
    assert_eq!(InterpreterId::new(-1), None);
    assert_eq!(id(7).to_string(), "7");
}

#[test]
fn an_id_leads_to_its_interpreter_until_that_ends() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    assert_eq!(runtime.get(interpreter.id()).unwrap().id(), interpreter.id());
    runtime.end(interpreter.id()).unwrap();
    assert_eq!(runtime.get(id(0)).unwrap_err(), LookupError::NotFound { id: id(0) });
    assert_eq!(runtime.get(id(9)).unwrap_err().to_string(), "no interpreter has the id 9");
}

#[test]
fn one_thread_at_a_time_is_in_an_interpreter() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    let inside = interpreter.enter().unwrap();
    assert_eq!(inside.id(), id(0));
    let refused = EnterError::AlreadyRunning { id: id(0) };
    assert_eq!(interpreter.enter().unwrap_err(), refused);
    assert_eq!(thread::scope(|scope| scope.spawn(|| interpreter.enter().err()).join().unwrap()), Some(refused));
    drop(inside);
    assert!(interpreter.enter().is_ok());
}

#[test]
fn a_thread_may_be_in_several_interpreters() {
    let (runtime, _) = simple();
    let (a, b) = (runtime.create().unwrap(), runtime.create().unwrap());
    let (in_a, in_b) = (a.enter().unwrap(), b.enter().unwrap());
    assert_ne!(in_a.id(), in_b.id());
}

#[test]
fn an_interpreter_that_ended_is_not_entered_again() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    runtime.end(id(0)).unwrap();
    assert_eq!(interpreter.enter().unwrap_err(), EnterError::NotFound { id: id(0) });
}

#[test]
fn an_interpreter_that_is_ending_is_neither_entered_nor_ended_nor_counted_on() {
    let (runtime, _) = scripted();
    let interpreter = runtime.create().unwrap();
    let (report, reported) = mpsc::channel();
    let inner = runtime.clone();
    runtime.host().on_end(move || {
        let refusals = (
            interpreter.enter().unwrap_err(),
            inner.end(id(0)).unwrap_err(),
            inner.incref(id(0), false).unwrap_err(),
            inner.decref(id(0)).unwrap_err(),
        );
        report.send((refusals, inner.list())).unwrap();
    });
    runtime.end(id(0)).unwrap();
    let ((enter, end, incref, decref), listed) = reported.recv().unwrap();
    assert_eq!(enter, EnterError::Ending { id: id(0) });
    assert_eq!(end, EndError::Ending { id: id(0) });
    assert_eq!([incref, decref], [IdRefError::Ending { id: id(0) }; 2]);
    assert_eq!(listed, [id(0)], "it is listed until it has ended");
}

#[test]
fn a_running_interpreter_is_not_ended_not_even_by_its_own_thread() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    let inside = interpreter.enter().unwrap();
    assert_eq!(runtime.end(id(0)).unwrap_err(), EndError::Running { id: id(0) });
    drop(inside);
    assert!(runtime.end(id(0)).is_ok());
    assert_eq!(runtime.end(id(0)).unwrap_err(), EndError::NotFound { id: id(0) });
}

#[test]
fn who_enters_while_another_thread_frees_for_the_owner_waits_until_it_is_done() {
    let (runtime, ledger) = scripted();
    let interpreter = runtime.create().unwrap();
    let capsules = [text_of(&interpreter), text_of(&interpreter)];
    let (freeing, enter) = mpsc::channel();
    runtime.host().on_free(move || freeing.send(()).unwrap());
    let (entering, watched) = (interpreter.clone(), ledger.clone());
    thread::scope(|scope| {
        scope.spawn(move || {
            enter.recv().unwrap();
            let _inside = entering.enter().unwrap();
            assert!(watched.totals().live <= 1);
        });
        capsules.iter().for_each(|capsule| assert!(capsule.release().is_ok()));
    });
    assert!(ledger.totals().is_settled());
}

#[test]
fn a_shutdown_ends_the_newest_first_and_names_those_that_run() {
    let (runtime, _) = simple();
    let interpreters: Vec<_> = (0..4).map(|_| runtime.create().unwrap()).collect();
    let inside = [1, 3].map(|at| interpreters[at].enter().unwrap());
    let refused = runtime.shutdown().unwrap_err();
    assert_eq!(refused, ShutdownError::Running { running: vec![id(1), id(3)] });
    assert_eq!(refused.to_string(), "2 interpreter(s) still running");
    assert_eq!(runtime.list(), [id(1), id(3)]);
    drop(inside);
    assert_eq!(runtime.shutdown(), Ok(2));
}

#[test]
fn with_the_last_handle_everything_ends() {
    let (runtime, ledger) = simple();
    let interpreter = runtime.create().unwrap();
    let capsule = text_of(&interpreter);
    drop(runtime);
    assert_eq!(ledger.totals().live, 1, "an interpreter is a handle");
    drop(interpreter);
    assert!(ledger.totals().is_settled(), "a capsule is not");
    drop(capsule);
}

#[test]
fn references_are_counted_and_never_below_zero() {
    let (runtime, _) = simple();
    runtime.create().unwrap();
    assert_eq!(runtime.decref(id(0)).unwrap_err(), IdRefError::NotReferenced { id: id(0) });
    runtime.incref(id(0), false).unwrap();
    runtime.incref(id(0), false).unwrap();
    assert_eq!(runtime.decref(id(0)), Ok(Dropped::Remaining(1)));
    assert_eq!(runtime.decref(id(0)), Ok(Dropped::Remaining(0)));
    assert_eq!(runtime.list(), [id(0)], "nothing links it to its references");
}

#[test]
fn a_linked_interpreter_ends_with_its_last_reference() {
    let (runtime, ledger) = simple();
    let capsule = text_of(&runtime.create().unwrap());
    runtime.incref(id(0), true).unwrap();
    runtime.incref(id(0), false).unwrap();
    assert_eq!(runtime.decref(id(0)), Ok(Dropped::Remaining(1)));
    let Dropped::Ended(ended) = runtime.decref(id(0)).unwrap() else { panic!("it was the last") };
    assert_eq!(ended.reclaimed, 1);
    assert!(ledger.totals().is_settled());
    assert_eq!(runtime.decref(id(0)).unwrap_err(), IdRefError::NotFound { id: id(0) });
    assert_eq!(runtime.incref(id(0), true).unwrap_err(), IdRefError::NotFound { id: id(0) });
    drop(capsule);
}

#[test]
fn the_last_reference_to_a_running_interpreter_stays() {
    let (runtime, _) = simple();
    let interpreter = runtime.create().unwrap();
    runtime.incref(id(0), true).unwrap();
    let inside = interpreter.enter().unwrap();
    for _ in 0..2 {
        assert_eq!(runtime.decref(id(0)).unwrap_err(), IdRefError::Running { id: id(0) });
    }
    drop(inside);
    assert!(matches!(runtime.decref(id(0)), Ok(Dropped::Ended(_))));
}

#[test]
fn handles_can_be_sent_to_other_threads() {
    fn sendable<T: Send + Sync>() {}
    sendable::<Runtime<Simple>>();
    sendable::<crossinterp::Interpreter<Simple>>();
    sendable::<crossinterp::Capsule<Simple>>();
}

#[test]
fn without_memory_no_interpreter_is_made_and_no_id_is_used_up() {
    let memory = Memory::counted();
    let runtime = Runtime::builder(Simple::new().with_memory(memory.clone())).build();
    let first = runtime.create().unwrap();
    memory.fail_once(0);
    assert_eq!(runtime.create().unwrap_err(), CreateError::NoMemory);
    assert_eq!(runtime.create().unwrap().id().get(), first.id().get() + 1);
    assert_eq!(runtime.shutdown(), Ok(2));
    assert_eq!(memory.live(), 0);
}
