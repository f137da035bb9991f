//! Every schedule of a few short programs over sessions: who gets in, in which order, who is turned away, and what comes back.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p crossinterp --release`

#![cfg(loom)]

mod schedules;

use std::panic::panic_any;
use std::sync::{Arc, Mutex};

use crossinterp::sabotage::Sabotage;
use crossinterp::simple::{Exception, Ledger, Simple, Value};
use crossinterp::{EnterError, ErrorCode, Interpreter, Memory, Reason, Runtime, Session};
use loom::thread;
use schedules::{expect, gets_stuck, is_found};

/// What one program starts from: three idle interpreters to come from, and one to go to.
struct Scene {
    runtime: Runtime<Simple>,
    homes: [Interpreter<Simple>; 3],
    target: Interpreter<Simple>,
    ledger: Ledger,
    memory: Memory,
}

impl schedules::Scene for Scene {
    fn new(sabotage: Option<Sabotage>) -> Self {
        let memory = Memory::counted();
        let host = Simple::new().with_memory(memory.clone());
        let ledger = host.ledger();
        let builder = Runtime::builder(host);
        let runtime = sabotage.into_iter().fold(builder, |builder, sabotage| builder.sabotage(sabotage)).build();
        let create = || runtime.create().expect("ids are left");
        let (target, homes) = (create(), [create(), create(), create()]);
        Scene { runtime, homes, target, ledger, memory }
    }
}

impl Scene {
    /// The outcome of a program, with what can be said against it once everything is gone.
    fn verdict(self, outcome: String) -> String {
        let Scene { runtime, homes, target, ledger, memory } = self;
        let idle = target.enter().is_ok() || runtime.get(target.id()).is_err();
        drop((runtime, homes, target));
        let totals = ledger.totals();
        match (idle, totals.is_settled(), memory.live()) {
            (true, true, 0) => outcome,
            (_, _, live) => format!("{outcome}, but idle {idle}, {totals:?}, {live} allocations"),
        }
    }

    /// Runs a visit to the target from a home, in a thread of its own.
    fn spawn(&self, home: usize, visit: fn(&Interpreter<Simple>, &Interpreter<Simple>) -> String) -> Visit {
        let (home, target) = (self.homes[home].clone(), self.target.clone());
        thread::spawn(move || visit(&home, &target))
    }

    fn end(&self) -> &'static str {
        match self.runtime.end(self.target.id()) {
            Ok(_) => "Ok",
            Err(_) => "Running",
        }
    }
}

type Visit = thread::JoinHandle<String>;

fn join(visit: Visit) -> String {
    visit.join().expect("no thread panics")
}

fn nothing() -> &'static [(&'static str, Value)] {
    Session::<Simple>::nothing()
}

fn told<E: std::error::Error + 'static>(reason: &Reason<E>, code: ErrorCode) -> String {
    match reason {
        Reason::Enter(EnterError::Ending { .. } | EnterError::NotFound { .. }) => "ended".to_owned(),
        _ => code.to_string(),
    }
}

/// Enters and leaves.
fn visit(home: &Interpreter<Simple>, target: &Interpreter<Simple>) -> String {
    let here = home.enter().expect("nobody is in it");
    match Session::enter(&here, target, nothing()) {
        Ok(session) => session.exit().map_or_else(|failed| failed.to_string(), |_| "Ok".to_owned()),
        Err(error) => told(error.reason(), error.code()),
    }
}

/// Enters when it is its turn, and leaves.
fn wait(home: &Interpreter<Simple>, target: &Interpreter<Simple>) -> String {
    let here = home.enter().expect("nobody is in it");
    match Session::enter_waiting(&here, target, nothing()) {
        Ok(session) => session.exit().map_or_else(|failed| failed.to_string(), |_| "Ok".to_owned()),
        Err(error) => told(error.reason(), error.code()),
    }
}

/// Brings a value along.
fn bring(home: &Interpreter<Simple>, target: &Interpreter<Simple>) -> String {
    let here = home.enter().expect("nobody is in it");
    match Session::enter(&here, target, &[("x", Value::from("text"))]) {
        Ok(session) => session.exit().map_or_else(|failed| failed.to_string(), |_| "Ok".to_owned()),
        Err(error) => told(error.reason(), error.code()),
    }
}

/// Takes two values back.
fn take(home: &Interpreter<Simple>, target: &Interpreter<Simple>) -> String {
    let here = home.enter().expect("nobody is in it");
    let session = match Session::enter(&here, target, nothing()) {
        Ok(session) => session,
        Err(error) => return told(error.reason(), error.code()),
    };
    for name in ["x", "y"] {
        session.preserve(name, Value::from("text")).expect("there is memory");
    }
    match session.exit() {
        Ok(preserved) => preserved.names().collect(),
        Err(failed) => failed.error.code().to_string(),
    }
}

/// Runs a body that panics, with a value preserved.
fn panicking(home: &Interpreter<Simple>, target: &Interpreter<Simple>) -> String {
    let here = home.enter().expect("nobody is in it");
    let Ok(mut session) = Session::enter_waiting(&here, target, nothing()) else { return "refused".to_owned() };
    let ran = session.run(|inside| {
        inside.preserve("x", Value::from("text"))?;
        if inside.id().get() == 0 { panic_any("oh") } else { Err(Exception::new("ValueError", "boom"))? }
    });
    let (ran, failed): (Result<(), _>, _) = (ran, session.exit().expect_err("the body panicked"));
    assert!(ran.is_err());
    format!("{} {}", failed.error.code(), failed.preserved.names().collect::<String>())
}

fn two_visits(scene: Scene) -> String {
    let other = scene.spawn(0, visit);
    let mut both = [visit(&scene.homes[1], &scene.target), join(other)];
    both.sort();
    scene.verdict(both.join(" "))
}

fn two_that_wait(scene: Scene) -> String {
    let other = scene.spawn(0, wait);
    let both = [wait(&scene.homes[1], &scene.target), join(other)];
    scene.verdict(both.join(" "))
}

/// One stands in line before the other comes, while somebody is inside.
fn one_after_the_other(scene: Scene) -> String {
    let order = Arc::new(Mutex::new(String::new()));
    let inside = scene.target.enter().expect("nobody is in it");
    let visitor = |name: char| {
        let (target, order) = (scene.target.clone(), Arc::clone(&order));
        thread::spawn(move || {
            let _inside = target.enter_waiting().expect("it does not end");
            order.lock().expect("no thread panics").push(name);
        })
    };
    let first = visitor('1');
    while scene.target.waiting() < 1 {
        thread::yield_now();
    }
    let second = visitor('2');
    while scene.target.waiting() < 2 {
        thread::yield_now();
    }
    assert!(scene.target.enter().is_err(), "nobody gets past them");
    drop(inside);
    first.join().expect("no thread panics");
    second.join().expect("no thread panics");
    let order = order.lock().expect("no thread panics").clone();
    scene.verdict(order)
}

fn visit_and_end(scene: Scene) -> String {
    let other = scene.spawn(0, visit);
    let end = scene.end();
    let visited = join(other);
    scene.verdict(format!("visit {visited}, end {end}"))
}

fn wait_and_end(scene: Scene) -> String {
    let inside = scene.target.enter().expect("nobody is in it");
    let other = scene.spawn(0, wait);
    drop(inside);
    let end = scene.end();
    let waited = join(other);
    scene.verdict(format!("wait {waited}, end {end}"))
}

/// Two stand in line when whoever is inside leaves and then ends the interpreter.
fn two_that_wait_and_end(scene: Scene) -> String {
    let inside = scene.target.enter().expect("nobody is in it");
    let others = [scene.spawn(0, wait), scene.spawn(1, wait)];
    drop(inside);
    let end = scene.end();
    let mut waited = others.map(join);
    waited.sort();
    scene.verdict(format!("wait {}, end {end}", waited.join(" ")))
}

fn bring_and_end(scene: Scene) -> String {
    let other = scene.spawn(0, bring);
    let end = scene.end();
    let brought = join(other);
    scene.verdict(format!("bring {brought}, end {end}"))
}

/// What is brought along cannot be bound: the interpreter is broken.
fn bring_in_vain(scene: Scene) -> String {
    scene.runtime.host().break_main(scene.target.id(), Exception::new("ImportError", "no main"));
    let other = scene.spawn(0, bring);
    let waited = wait(&scene.homes[1], &scene.target);
    let brought = join(other);
    scene.verdict(format!("bring {brought}, wait {waited}"))
}

fn take_and_end(scene: Scene) -> String {
    let other = scene.spawn(0, take);
    let end = scene.end();
    let taken = join(other);
    scene.verdict(format!("take {taken}, end {end}"))
}

fn take_and_visit(scene: Scene) -> String {
    let other = scene.spawn(0, take);
    let visited = visit(&scene.homes[1], &scene.target);
    let taken = join(other);
    scene.verdict(format!("take {taken}, visit {visited}"))
}

/// A session within a session, both ways at once: nobody waits, so nobody is stuck.
fn nested(scene: Scene) -> String {
    let inner = |home: &Interpreter<Simple>, first: &Interpreter<Simple>, second: &Interpreter<Simple>| {
        let here = home.enter().expect("nobody is in it");
        let Ok(outer) = Session::enter(&here, first, nothing()) else { return "0".to_owned() };
        let inside = Session::enter(&outer, second, nothing());
        let depth = if inside.is_ok() { "2" } else { "1" };
        drop(inside);
        outer.exit().map_or_else(|failed| failed.to_string(), |_| depth.to_owned())
    };
    let (home, target, further) = (scene.homes[0].clone(), scene.target.clone(), scene.homes[2].clone());
    let other = thread::spawn(move || inner(&home, &target, &further));
    let mine = inner(&scene.homes[1], &scene.homes[2], &scene.target);
    let mut both = [mine, join(other)];
    both.sort();
    scene.verdict(both.join(" "))
}

fn panic_and_wait(scene: Scene) -> String {
    let other = scene.spawn(0, panicking);
    let waited = wait(&scene.homes[1], &scene.target);
    let panicked = join(other);
    scene.verdict(format!("panic {panicked}, wait {waited}"))
}

#[test]
fn of_two_visits_one_may_be_turned_away() {
    expect(two_visits, &["ALREADY_RUNNING Ok", "Ok Ok"]);
}

#[test]
fn who_waits_gets_in() {
    expect(two_that_wait, &["Ok Ok"]);
}

#[test]
fn those_in_line_get_in_in_their_order() {
    expect(one_after_the_other, &["12"]);
}

#[test]
fn a_visit_meets_the_end() {
    expect(visit_and_end, &["visit Ok, end Ok", "visit Ok, end Running", "visit ended, end Ok"]);
}

#[test]
fn who_waits_is_woken_by_the_end() {
    expect(wait_and_end, &["wait Ok, end Ok", "wait Ok, end Running", "wait ended, end Ok"]);
}

#[test]
fn all_who_wait_are_woken_by_the_end() {
    let outcomes =
        ["wait Ok Ok, end Ok", "wait Ok Ok, end Running", "wait Ok ended, end Ok", "wait ended ended, end Ok"];
    expect(two_that_wait_and_end, &outcomes);
}

#[test]
fn what_is_brought_along_is_given_back_whatever_happens() {
    expect(bring_and_end, &["bring Ok, end Ok", "bring Ok, end Running", "bring ended, end Ok"]);
}

#[test]
fn a_session_that_is_refused_on_the_way_in_lets_others_in() {
    expect(bring_in_vain, &["bring MAIN_NS_FAILURE, wait Ok", "bring ALREADY_RUNNING, wait Ok"]);
}

#[test]
fn what_is_preserved_arrives_as_a_whole_or_is_lost_with_its_owner() {
    let outcomes = ["take xy, end Running", "take xy, end Ok", "take PRESERVE_FAILURE, end Ok", "take ended, end Ok"];
    expect(take_and_end, &outcomes);
}

#[test]
fn what_is_preserved_is_not_in_the_way_of_who_comes_next() {
    let outcomes = ["take xy, visit Ok", "take xy, visit ALREADY_RUNNING", "take ALREADY_RUNNING, visit Ok"];
    expect(take_and_visit, &outcomes);
}

#[test]
fn sessions_within_sessions_get_as_deep_as_they_can_and_no_further() {
    expect(nested, &["0 2", "1 1", "1 2", "2 2"]);
}

#[test]
fn a_body_that_panics_lets_those_in_line_in() {
    expect(panic_and_wait, &["panic OTHER x, wait Ok"]);
}

#[test]
fn a_line_that_nobody_keeps_is_found() {
    assert!(is_found(Sabotage::UnfairLine, one_after_the_other));
}

#[test]
fn a_leave_that_wakes_nobody_is_found() {
    assert!(gets_stuck(Sabotage::SilentLeave, two_that_wait));
}

#[test]
fn an_end_that_wakes_nobody_is_found() {
    assert!(gets_stuck(Sabotage::SilentEnd, two_that_wait_and_end));
}

#[test]
fn a_refused_session_that_stays_is_found() {
    assert!(gets_stuck(Sabotage::RefusedSessionStays, bring_in_vain));
}
