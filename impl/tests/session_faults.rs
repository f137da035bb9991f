//! Sessions when memory runs out anywhere, and when a callback panics anywhere: an error that says so, and nothing left.

#![cfg(not(loom))]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{CASES, Scripted, Shareable, scripted};
use crossinterp::simple::{Exception, Ledger, Simple, Value};
use crossinterp::{ErrorCode, Interpreter, Memory, Reason, Runtime, Session, SessionError, Stop};
use quickcheck::QuickCheck;

struct Scene {
    runtime: Runtime<Simple>,
    home: Interpreter<Simple>,
    abroad: Interpreter<Simple>,
    memory: Memory,
    ledger: Ledger,
}

impl Scene {
    fn new() -> Scene {
        let memory = Memory::counted();
        let host = Simple::new().with_memory(memory.clone());
        let ledger = host.ledger();
        let runtime = Runtime::builder(host).build();
        let (home, abroad) = (runtime.create().expect("ids are left"), runtime.create().expect("ids are left"));
        Scene { runtime, home, abroad, memory, ledger }
    }

    /// A whole session, with a body that succeeds or raises: two updates, two preserved values.
    fn session(&self, raises: bool) -> Result<(), SessionError<<Simple as crossinterp::Host>::Error>> {
        let here = self.home.enter().expect("nobody is in it");
        let updates = [("a", Value::from("text")), ("b", Value::Tuple(vec![Value::int(1000)]))];
        let mut session = Session::enter(&here, &self.abroad, &updates)?;
        let _ran = session.run(|inside| -> Result<(), Stop<Exception>> {
            inside.preserve("c", Value::from("more"))?;
            inside.preserve("d", Value::Bytes(vec![1; 100]))?;
            if raises { Err(Exception::new("ValueError", "boom"))? } else { Ok(()) }
        });
        session.exit().map(drop).map_err(|failed| failed.error)
    }

    fn assert_nothing_left(self, what: &str) {
        self.memory.fail_never();
        drop(self.abroad.enter().expect("nobody is in it"));
        self.runtime.shutdown().expect("nobody is anywhere");
        assert_eq!(self.memory.live(), 0, "{what}");
        assert!(self.ledger.totals().is_settled(), "{what}");
    }
}

/// Refuses each allocation in turn, and gives the codes of all sessions that did not get through.
fn sweep(refuse: fn(&Memory, u64)) -> Vec<ErrorCode> {
    let mut codes = Vec::new();
    for index in 0.. {
        let scene = Scene::new();
        refuse(&scene.memory, index);
        let outcome = scene.session(false);
        scene.assert_nothing_left(&format!("allocation {index}"));
        match outcome {
            Ok(()) => break,
            Err(error) => codes.push(error.code()),
        }
    }
    codes
}

#[test]
fn whichever_allocation_fails_the_error_says_so_and_nothing_is_left() {
    for refuse in [Memory::fail_once, Memory::fail_from] {
        let codes = sweep(refuse);
        assert!(codes.len() > 15, "a session allocates: {codes:?}");
        assert!(codes.iter().all(|code| *code == ErrorCode::NoMemory), "{codes:?}");
    }
}

#[test]
fn a_body_that_raises_is_told_or_else_the_lack_of_memory() {
    for index in 0..40 {
        let scene = Scene::new();
        scene.memory.fail_once(index);
        let error = scene.session(true).expect_err("it raises");
        assert!([ErrorCode::NoMemory, ErrorCode::UncaughtException].contains(&error.code()), "{index}: {error}");
        drop(error);
        scene.assert_nothing_left(&format!("allocation {index}"));
    }
}

#[test]
fn a_snapshot_is_in_the_account_until_the_error_is_gone() {
    let scene = Scene::new();
    let error = scene.session(true).expect_err("it raises");
    assert_eq!(scene.memory.live(), 2 + 5, "two interpreters, and five texts");
    assert_eq!(error.clone(), error);
    drop(error);
    scene.assert_nothing_left("a snapshot");
}

/// Where a callback of the host panics, or the body itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Updates,
    Main,
    Apply,
    Bind,
    Body,
    Describe,
    Pack,
    Leave,
    Restore,
}

/// A session in which something panics in that phase: the panic that gets through, or whether the session made an error of it.
fn panic_in(phase: Phase) -> Result<bool, String> {
    let (runtime, ledger) = scripted();
    let (home, abroad) = (runtime.create().expect("ids are left"), runtime.create().expect("ids are left"));
    let here = home.enter().expect("nobody is in it");
    let work = || {
        arm(runtime.host(), phase, true);
        let mut session = Session::enter(&here, &abroad, &[("a", Value::from("text"))]).expect("nothing is in the way");
        let ran = session.run(|inside| {
            inside.preserve("b", Value::from("more"))?;
            match phase {
                Phase::Describe => Err(Exception::new("ValueError", "boom"))?,
                Phase::Body => panic!("body"),
                _ => Ok(()),
            }
        });
        drop(session.convert(&Value::from("due")).expect("nothing is in the way"));
        arm(runtime.host(), phase, false);
        session.exit().is_err() && ran.is_err()
    };
    let panic = catch_unwind(AssertUnwindSafe(work));
    drop(abroad.enter().expect("nobody is stuck in it"));
    drop(here);
    runtime.shutdown().expect("nobody is stuck anywhere");
    assert!(ledger.totals().is_settled(), "{phase:?}");
    panic.map_err(|panic| panic.downcast_ref::<&str>().expect("a text").to_string())
}

/// Sets the trap, before the session is entered or before it is left.
fn arm(host: &Scripted, phase: Phase, entering: bool) {
    match (phase, entering) {
        (Phase::Updates, true) => host.on_convert(|| panic!("updates")),
        (Phase::Main, true) => host.on_main(|| panic!("main")),
        (Phase::Apply, true) => host.on_materialise(|| panic!("apply")),
        (Phase::Bind, true) => host.on_bind(|| panic!("bind")),
        (Phase::Describe, true) => host.on_describe(|| panic!("describe")),
        (Phase::Pack, false) => host.on_convert(|| panic!("pack")),
        (Phase::Leave, false) => host.on_free(|| panic!("leave")),
        (Phase::Restore, false) => host.on_materialise(|| panic!("restore")),
        _ => {}
    }
}

#[test]
fn a_panic_of_the_host_goes_on_when_the_session_has_been_left() {
    let phases = [
        (Phase::Updates, "updates"),
        (Phase::Main, "main"),
        (Phase::Apply, "apply"),
        (Phase::Bind, "bind"),
        (Phase::Pack, "pack"),
        (Phase::Leave, "leave"),
        (Phase::Restore, "restore"),
    ];
    for (phase, text) in phases {
        assert_eq!(panic_in(phase), Err(text.to_owned()));
    }
}

#[test]
fn a_panic_of_the_body_or_of_what_describes_its_exception_is_an_error() {
    assert_eq!(panic_in(Phase::Body), Ok(true));
    assert_eq!(panic_in(Phase::Describe), Ok(true));
}

#[test]
fn an_embedder_that_panics_with_a_session_open_has_left_it() {
    let scene = Scene::new();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let here = scene.home.enter().unwrap();
        let session = Session::enter(&here, &scene.abroad, &[("a", Value::from("text"))]).unwrap();
        session.preserve("b", Value::from("more")).unwrap();
        panic!("embedder");
    }));
    assert!(panic.is_err());
    scene.assert_nothing_left("a panic");
}

#[test]
fn what_comes_back_is_what_was_sent_whichever_interpreter_is_between() {
    fn law(values: Vec<Shareable>, same: bool) -> bool {
        let scene = Scene::new();
        let here = scene.home.attach().unwrap();
        let target = if same { &scene.home } else { &scene.abroad };
        let updates: Vec<_> = values.into_iter().enumerate().map(|(i, value)| (format!("n{i}"), value.0)).collect();
        let mut session = Session::enter(&here, target, &updates).unwrap();
        let sent = session.run(|inside| {
            for (name, _) in &updates {
                inside.preserve(name, inside.main()?.get(name).expect("it is bound"))?;
            }
            Ok(())
        });
        let preserved = session.exit().unwrap();
        let equal = updates.iter().all(|(name, value)| preserved.get(name) == Some(value));
        drop((preserved, here));
        scene.assert_nothing_left("a round trip");
        sent.is_ok() && equal
    }
    QuickCheck::new().tests(CASES / 2 + 1).quickcheck(law as fn(Vec<Shareable>, bool) -> bool);
}

#[test]
fn an_owner_that_ends_before_its_values_are_restored_is_a_preserve_failure() {
    let (runtime, _) = scripted();
    let (home, abroad) = (runtime.create().unwrap(), runtime.create().unwrap());
    let here = home.enter().unwrap();
    let session = Session::enter(&here, &abroad, Session::<Scripted>::nothing()).unwrap();
    session.preserve("first", Value::from("one")).unwrap();
    session.preserve("second", Value::from("two")).unwrap();
    let (whole, id) = (runtime.clone(), abroad.id());
    // By the time the session has left, this call has asked for the end from another thread.
    let (ask, asked) = std::sync::mpsc::channel();
    let ending = std::thread::spawn(move || {
        asked.recv().expect("the session leaves");
        loop {
            match whole.end(id) {
                Err(crossinterp::EndError::Running { .. }) => std::thread::yield_now(),
                ended => return ended.is_ok(),
            }
        }
    });
    abroad.call_soon(move |_| ask.send(()).map_err(crossinterp::CallError::new)).unwrap();
    match session.exit() {
        Ok(preserved) => assert_eq!(preserved.get("second"), Some(&Value::from("two"))),
        Err(failed) => {
            assert_eq!(failed.error.code(), ErrorCode::PreserveFailure);
            assert!(matches!(failed.error.reason(), Reason::Preserve(_)));
        }
    }
    assert!(ending.join().unwrap());
}
