//! Real threads that visit one interpreter at once, a bounded number of times: nobody meets anybody there, and nobody is left waiting.

#![cfg(not(loom))]

mod common;

use std::sync::Barrier;
use std::thread;

use common::simple;
use crossinterp::simple::{Exception, Simple, Value};
use crossinterp::{EnterError, ErrorCode, Interpreter, Reason, Session};

const ROUNDS: i64 = if cfg!(miri) { 3 } else { 500 };
const THREADS: i64 = 4;

/// Counts one up in the main namespace of the interpreter, in two steps that nobody may come between.
fn count_up(home: &Interpreter<Simple>, target: &Interpreter<Simple>) {
    let here = home.enter().expect("a home of its own");
    let nothing = Session::<Simple>::nothing();
    let mut session = Session::enter_waiting(&here, target, nothing).expect("it does not end");
    let counted = session.run(|inside| {
        let main = inside.main()?;
        let Some(Value::Int(count)) = main.get("count") else { Err(Exception::new("NameError", "count"))? };
        let next = Value::int(count.to_i64().expect("a small int") + 1);
        main.set("count", next.clone());
        inside.preserve("count", next)
    });
    assert_eq!(counted, Ok(()));
    assert!(session.exit().expect("an int can leave").get("count").is_some());
}

#[test]
fn who_waits_in_line_is_alone_inside() {
    let (runtime, ledger) = simple();
    let target = runtime.create().unwrap();
    let homes: Vec<_> = (0..THREADS).map(|_| runtime.create().unwrap()).collect();
    let here = homes[0].enter().unwrap();
    drop(Session::enter(&here, &target, &[("count", Value::int(0))]).unwrap());
    drop(here);
    thread::scope(|scope| {
        for home in &homes {
            scope.spawn(|| (0..ROUNDS).for_each(|_| count_up(home, &target)));
        }
    });
    let here = homes[0].enter().unwrap();
    let session = Session::enter(&here, &target, Session::<Simple>::nothing()).unwrap();
    assert_eq!(session.main().unwrap().get("count"), Some(Value::int(THREADS * ROUNDS)));
    drop(session);
    assert_eq!(target.waiting(), 0);
    drop(here);
    runtime.shutdown().unwrap();
    assert!(ledger.totals().is_settled());
}

#[test]
fn an_end_answers_everybody_who_waits() {
    let (runtime, ledger) = simple();
    let homes: Vec<_> = (0..THREADS).map(|_| runtime.create().unwrap()).collect();
    for _ in 0..ROUNDS {
        let target = runtime.create().unwrap();
        let start = Barrier::new(homes.len() + 1);
        thread::scope(|scope| {
            for home in &homes {
                scope.spawn(|| {
                    start.wait();
                    let here = home.enter().expect("a home of its own");
                    match Session::enter_waiting(&here, &target, &[("x", Value::from("text"))]) {
                        Ok(session) => assert!(session.exit().is_ok()),
                        Err(error) => {
                            assert_eq!(error.code(), ErrorCode::Other);
                            let reason = error.into_reason();
                            assert!(matches!(
                                reason,
                                Reason::Enter(EnterError::Ending { .. } | EnterError::NotFound { .. })
                            ));
                        }
                    }
                });
            }
            start.wait();
            while runtime.end(target.id()).is_err() {
                thread::yield_now();
            }
        });
    }
    runtime.shutdown().unwrap();
    assert!(ledger.totals().is_settled());
}
