//! Real threads that make, read, release, enter and end at once, a bounded number of times; the ledger is the judge.

#![cfg(not(loom))]

mod common;

use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use common::simple;
use crossinterp::simple::{Simple, Value};
use crossinterp::{Capsule, EndError, EnterError, Interpreter, MaterialiseError};

const ROUNDS: usize = if cfg!(miri) { 6 } else { 2000 };
const THREADS: usize = 4;

/// Makes capsules in one interpreter and leaves them for others.
fn produce(interpreter: &Interpreter<Simple>, shelf: &Mutex<Vec<Arc<Capsule<Simple>>>>) {
    for _ in 0..ROUNDS {
        let Ok(inside) = interpreter.enter() else {
            continue;
        };
        let capsule = inside.convert(&Value::from("text")).expect("a text can leave");
        shelf.lock().expect("nobody panics").push(Arc::new(capsule));
        inside.run_pending().expect("no call fails");
    }
}

/// Reads what is on the shelf, and takes some of it away.
fn consume(interpreter: &Interpreter<Simple>, shelf: &Mutex<Vec<Arc<Capsule<Simple>>>>) {
    for round in 0..ROUNDS {
        let mut shelf = shelf.lock().expect("nobody panics");
        let capsule = if round % 2 == 0 { shelf.pop() } else { shelf.last().cloned() };
        drop(shelf);
        let (Some(capsule), Ok(inside)) = (capsule, interpreter.enter()) else {
            continue;
        };
        match inside.materialise(&capsule) {
            Ok(value) => assert_eq!(value, Value::from("text")),
            Err(MaterialiseError::Released | MaterialiseError::OwnerEnded { .. }) => {}
            Err(other) => panic!("{other}"),
        }
        if round % 4 == 0 {
            let _ = inside.release(&capsule);
        }
    }
}

#[test]
fn every_payload_is_freed_once_and_at_home_while_everybody_works() {
    let (runtime, ledger) = simple();
    let shelf = Mutex::new(Vec::new());
    let interpreters: Vec<_> = (0..THREADS).map(|_| runtime.create().unwrap()).collect();
    thread::scope(|scope| {
        for (at, interpreter) in interpreters.iter().enumerate() {
            let work = if at % 2 == 0 { produce } else { consume };
            let shelf = &shelf;
            scope.spawn(move || work(interpreter, shelf));
        }
    });
    runtime.shutdown().unwrap();
    let totals = ledger.totals();
    assert!(totals.created > 0);
    assert!(totals.is_settled(), "{totals:?}");
}

#[test]
fn every_payload_is_freed_once_and_at_home_while_owners_end() {
    let (runtime, ledger) = simple();
    let reader = runtime.create().unwrap();
    for _ in 0..ROUNDS / 2 {
        let owner = runtime.create().unwrap();
        let capsules: [_; THREADS] =
            std::array::from_fn(|_| owner.enter().unwrap().convert(&Value::from("text")).unwrap());
        let start = Barrier::new(3);
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                capsules.iter().take(2).for_each(|capsule| assert!(capsule.release().is_ok()));
            });
            scope.spawn(|| {
                start.wait();
                let inside = reader.enter().unwrap();
                capsules.iter().for_each(|capsule| drop(inside.materialise(capsule)));
            });
            start.wait();
            runtime.end(owner.id()).unwrap();
        });
    }
    let totals = ledger.totals();
    assert!(totals.is_settled(), "{totals:?}");
}

#[test]
fn of_many_who_end_an_interpreter_one_does() {
    let (runtime, _) = simple();
    for _ in 0..ROUNDS / 4 {
        let interpreter = runtime.create().unwrap();
        let start = Barrier::new(THREADS);
        let race = || {
            start.wait();
            let _inside = interpreter.enter();
            matches!(_inside, Err(EnterError::Ending { .. } | EnterError::NotFound { .. }))
        };
        let end = || {
            start.wait();
            match runtime.end(interpreter.id()) {
                Ok(_) => 1,
                Err(EndError::Running { .. } | EndError::Ending { .. } | EndError::NotFound { .. }) => 0,
                Err(other) => panic!("{other}"),
            }
        };
        let ended: usize = thread::scope(|scope| {
            scope.spawn(race);
            let enders: Vec<_> = (1..THREADS).map(|_| scope.spawn(end)).collect();
            enders.into_iter().map(|ender| ender.join().unwrap()).sum()
        });
        let still_there = usize::from(runtime.end(interpreter.id()).is_ok());
        assert_eq!(ended + still_there, 1);
    }
}
