//! Sessions as an embedder meets them: what is brought along, what comes back, what is told, and that nothing is left behind.

#![cfg(not(loom))]

mod common;

use common::simple;
use crossinterp::simple::{Buffer, Converter, Exception, Simple, Totals, Value};
use crossinterp::{
    CONVERSION_DEPTH_MAX, ConvertError, Current, EnterError, ErrorCode, ExitError, Failure, FillError, Interpreter,
    Part, PreserveError, Reason, Runtime, Session, Stop, Undescribed,
};

type Ran = Result<(), Stop<Exception>>;

/// A runtime with two interpreters: one to come from, one to go to.
fn two() -> (Runtime<Simple>, Interpreter<Simple>, Interpreter<Simple>) {
    let (runtime, _) = simple();
    let (home, abroad) = (runtime.create().expect("ids are left"), runtime.create().expect("ids are left"));
    (runtime, home, abroad)
}

fn nothing() -> &'static [(&'static str, Value)] {
    Session::<Simple>::nothing()
}

fn boom() -> Exception {
    Exception::new("ValueError", "boom")
}

fn unshareable() -> Value {
    Value::made("Lock", vec![])
}

/// What a session comes to that runs this body, and nobody is left in the interpreter.
fn outcome(body: impl FnOnce(&Session<'_, Simple>) -> Ran) -> Result<Vec<String>, Box<ExitError<Simple>>> {
    let (_runtime, home, abroad) = two();
    let here = home.enter().expect("nobody is in it");
    let mut session = Session::enter(&here, &abroad, nothing()).expect("nothing is in the way");
    let ran = session.run(body);
    let exited = session.exit();
    assert_eq!(ran.is_ok(), exited.as_ref().map_or_else(|failed| failed.is_lost_only(), |_| true));
    assert!(abroad.enter().is_ok(), "the session has left");
    exited.map(|preserved| preserved.names().map(str::to_owned).collect())
}

trait LostOnly {
    fn is_lost_only(&self) -> bool;
}

impl LostOnly for ExitError<Simple> {
    fn is_lost_only(&self) -> bool {
        matches!(self.error.reason(), Reason::Preserve(_))
    }
}

fn code_of(body: impl FnOnce(&Session<'_, Simple>) -> Ran) -> ErrorCode {
    outcome(body).expect_err("it goes wrong").error.code()
}

#[test]
fn updates_arrive_and_stay_and_what_is_preserved_comes_back() {
    let (runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let updates = [("x", Value::from("hello")), ("y", Value::int(1)), ("x", Value::from("again"))];
    let mut session = Session::enter(&here, &abroad, &updates).unwrap();
    assert_eq!((session.id(), session.caller().id()), (abroad.id(), home.id()));
    session
        .run(|inside| {
            assert_eq!(inside.main()?.get("x"), Some(Value::from("again")));
            inside.preserve("first", Value::from("one"))?;
            inside.preserve("second", Value::int(2))?;
            inside.preserve("first", Value::from("three"))
        })
        .unwrap();
    let mut preserved = session.exit().unwrap();
    assert_eq!(preserved.names().collect::<Vec<_>>(), ["first", "second"]);
    assert_eq!((preserved.get("first"), preserved.get("third")), (Some(&Value::from("three")), None));
    assert_eq!((preserved.take("second"), preserved.take("second")), (Some(Value::int(2)), None));
    preserved.clear();
    assert!(preserved.is_empty());
    let session = Session::enter(&here, &abroad, nothing()).unwrap();
    assert_eq!(session.main().unwrap().names(), ["x", "y"]);
    drop(session);
    drop(here);
    assert!(runtime.host().ledger().totals().is_settled());
}

#[test]
fn every_way_to_fail_has_its_code() {
    let stop = |code| move |_: &Session<'_, Simple>| Err(Stop::failed(Failure::new(code)));
    assert_eq!(code_of(|_| Err(boom())?), ErrorCode::UncaughtException);
    assert_eq!(code_of(|_| panic!("oh")), ErrorCode::Other);
    assert_eq!(code_of(|_| Err(Exception::memory_error())?), ErrorCode::NoMemory);
    assert_eq!(code_of(|inside| inside.preserve("a\0b", Value::None)), ErrorCode::PreserveFailure);
    assert_eq!(code_of(|inside| inside.preserve("a", Value::Int(u64::MAX.into()))), ErrorCode::NotShareable);
    let too_deep = || Value::nested(CONVERSION_DEPTH_MAX + 1);
    assert_eq!(code_of(|inside| inside.preserve("a", too_deep())), ErrorCode::PreserveFailure);
    assert_eq!(code_of(|inside| inside.preserve("a", unshareable())), ErrorCode::NotShareable);
    assert_eq!(
        code_of(|inside| inside.preserve("a", Value::Tuple(vec![Value::None, unshareable()]))),
        ErrorCode::NotShareable
    );
    let untold = boom().without(Part::Message, Undescribed::Raised("inner".to_owned()));
    assert_eq!(code_of(|_| Err(untold)?), ErrorCode::ExceptionPropagationFailure);
    for code in ErrorCode::ALL.into_iter().skip(2) {
        assert_eq!(code_of(stop(code)), code);
    }
}

#[test]
fn a_snapshot_says_what_was_raised() {
    let raised = Exception::new("Trains.Late", "by 5").of_module("rail").displayed("Traceback: Late");
    let failed = outcome(|_| Err(raised)?).unwrap_err();
    assert_eq!(failed.to_string(), "the body raised an exception: rail.Trains.Late: by 5");
    let snapshot = failed.error.snapshot().unwrap();
    assert_eq!((snapshot.name(), snapshot.qualname()), (Some("Late"), Some("Trains.Late")));
    assert_eq!((snapshot.module(), snapshot.message()), (Some("rail"), Some("by 5")));
    assert_eq!(snapshot.shown().as_deref(), Some("Traceback: Late"));
}

#[test]
fn a_part_that_cannot_be_told_is_named_and_only_the_display_can_do_without() {
    for part in [Part::Name, Part::Qualname, Part::Module, Part::Message] {
        let failed = outcome(|_| Err(boom().without(part, Undescribed::NotText))?).unwrap_err();
        assert_eq!(failed.error.reason(), &Reason::Undescribed { part, why: Undescribed::NotText });
        assert_eq!(failed.error.code(), ErrorCode::ExceptionPropagationFailure);
        let failed = outcome(|_| Err(boom().without(part, Undescribed::NoMemory))?).unwrap_err();
        assert_eq!(failed.error.code(), ErrorCode::NoMemory);
    }
    let failed = outcome(|_| Err(boom().without(Part::Display, Undescribed::NotText))?).unwrap_err();
    assert_eq!(failed.error.snapshot().unwrap().display(), None);
    let failed = outcome(|_| Err(Exception::new("ValueError", "a\0b"))?).unwrap_err();
    assert_eq!(
        failed.error.reason(),
        &Reason::Undescribed { part: Part::Message, why: Undescribed::NotText },
        "nothing is cut short"
    );
}

#[test]
fn a_failure_takes_the_snapshot_along() {
    let failure = Failure::with_text(ErrorCode::NotShareable, "args not shareable");
    let failed = outcome(|_| Err(Stop::Failed { failure, exception: Some(boom()) })).unwrap_err();
    assert_eq!(failed.error.code(), ErrorCode::NotShareable);
    assert_eq!(failed.to_string(), "args not shareable");
    assert_eq!(failed.error.snapshot().unwrap().formatted().as_deref(), Some("ValueError: boom"));
}

#[test]
fn a_panic_of_the_body_is_an_error_with_its_text() {
    for text in ["it", "went wrong"] {
        let failed = outcome(|_| panic!("{text}")).unwrap_err();
        assert_eq!(failed.error.reason(), &Reason::Panicked(text.to_owned()));
    }
    let failed = outcome(|_| std::panic::panic_any(7)).unwrap_err();
    assert_eq!(failed.error.code(), ErrorCode::Other);
}

#[test]
fn after_a_body_has_failed_no_other_is_run() {
    let (_runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let mut session = Session::enter(&here, &abroad, nothing()).unwrap();
    assert_eq!(session.run(|_| Ok(1)), Ok(1));
    assert!(session.run(|_| -> Ran { Err(boom())? }).is_err());
    assert!(session.run(|_| -> Ran { panic!("not run") }).is_err());
    assert_eq!(session.exit().unwrap_err().error.code(), ErrorCode::UncaughtException);
}

#[test]
fn what_was_preserved_survives_what_is_raised_afterwards() {
    let (_runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    for (value, lost) in [(Value::from("text"), false), (unshareable(), true)] {
        let mut session = Session::enter(&here, &abroad, nothing()).unwrap();
        let ran = session.run(|inside| -> Ran {
            inside.preserve("kept", value)?;
            Err(boom())?
        });
        assert!(ran.is_err());
        let failed = session.exit().unwrap_err();
        assert_eq!(failed.error.code(), ErrorCode::UncaughtException, "whatever is lost besides");
        assert_eq!((failed.preserved.is_empty(), failed.lost.is_some()), (lost, lost));
    }
}

#[test]
fn without_an_exit_nothing_is_carried_and_everything_is_undone() {
    let (runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let session = Session::enter(&here, &abroad, nothing()).unwrap();
    session.preserve("lock", unshareable()).unwrap();
    let capsule = session.convert(&Value::from("text")).unwrap();
    abroad.call_soon(|_| Ok(())).unwrap();
    drop(capsule);
    drop(session);
    assert_eq!(runtime.end(abroad.id()).unwrap(), crossinterp::Ended::default(), "what was due has been done");
}

#[test]
fn an_update_that_cannot_leave_is_told_even_if_the_interpreter_is_running() {
    let (_runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let inside = abroad.enter().unwrap();
    let enter = |updates: &[(&str, Value)]| Session::enter(&here, &abroad, updates).unwrap_err();
    let error = enter(&[("fine", Value::None), ("lock", unshareable())]);
    let convert = FillError::Convert { index: 1, name: "lock".to_owned(), error: ConvertError::NotShareable };
    assert_eq!((error.code(), error.reason()), (ErrorCode::NotShareable, &Reason::Updates(convert)));
    assert_eq!(enter(&[("big", Value::Int(u64::MAX.into()))]).code(), ErrorCode::NotShareable);
    assert_eq!(enter(&[("deep", Value::nested(CONVERSION_DEPTH_MAX + 1))]).code(), ErrorCode::UncaughtException);
    assert_eq!(enter(&[("a\0b", Value::None)]).code(), ErrorCode::ApplyNamespaceFailure);
    let error = enter(&[("fine", Value::None)]);
    let refused = Reason::Enter(EnterError::AlreadyRunning { id: abroad.id() });
    assert_eq!((error.code(), error.reason()), (ErrorCode::AlreadyRunning, &refused));
    drop(inside);
}

#[test]
fn an_enter_that_fails_on_the_way_in_leaves_nothing_bound_and_nobody_inside() {
    let (runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    runtime.host().break_main(abroad.id(), Exception::new("ImportError", "no main"));
    let error = Session::enter(&here, &abroad, &[("x", Value::from("text"))]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::MainNamespaceFailure);
    assert_eq!(error.snapshot().unwrap().formatted().as_deref(), Some("ImportError: no main"));
    drop(here);
    assert!(runtime.host().ledger().totals().is_settled());
    assert!(runtime.end(abroad.id()).is_ok(), "nobody is inside");
}

#[test]
fn a_session_that_does_not_ask_for_the_main_namespace_does_without() {
    let (runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    runtime.host().break_main(abroad.id(), boom());
    let mut session = Session::enter(&here, &abroad, nothing()).unwrap();
    assert_eq!(session.run(|_| Ok(())), Ok(()));
    assert!(session.run(|inside| inside.main().map(drop)).is_err());
    let failed = session.exit().unwrap_err();
    assert_eq!(failed.error.code(), ErrorCode::MainNamespaceFailure);
    assert_eq!(failed.error.snapshot().unwrap().message(), Some("boom"));
}

#[test]
fn an_interpreter_that_has_ended_is_another_error() {
    let (runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    runtime.end(abroad.id()).unwrap();
    for error in [
        Session::enter(&here, &abroad, nothing()).unwrap_err(),
        Session::enter_waiting(&here, &abroad, nothing()).unwrap_err(),
    ] {
        assert_eq!(error.code(), ErrorCode::Other);
        assert_eq!(error.reason(), &Reason::Enter(EnterError::NotFound { id: abroad.id() }));
    }
}

#[test]
fn a_session_into_the_interpreter_one_is_in_changes_nothing_but_who_runs_main() {
    let (_runtime, home, _) = two();
    let lock = unshareable();
    let running = home.enter().unwrap();
    let error = Session::enter(&running, &home, nothing()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::AlreadyRunning, "main is not run twice, and not waited for");
    assert!(Session::enter_waiting(&running, &home, nothing()).is_err());
    drop(running);
    let attached = home.attach().unwrap();
    for _ in 0..2 {
        let session = Session::enter(&attached, &home, &[("x", Value::int(1))]).unwrap();
        assert!(Session::enter(&session, &home, nothing()).is_err(), "it runs main now");
        session.preserve("lock", lock.clone()).unwrap();
        assert_eq!(session.exit().unwrap().take("lock"), Some(lock.clone()), "it never left");
    }
    assert!(home.enter().is_err(), "the thread is still there");
    drop(attached);
    assert!(home.enter().is_ok());
}

#[test]
fn sessions_within_sessions_are_left_one_after_the_other() {
    let (runtime, home, abroad) = two();
    let further = runtime.create().unwrap();
    let here = home.enter().unwrap();
    let outer = Session::enter(&here, &abroad, nothing()).unwrap();
    let inner = Session::enter(&outer, &further, &[("x", Value::from("text"))]).unwrap();
    for busy in [&home, &abroad, &further] {
        let error = Session::enter_waiting(&inner, busy, nothing()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::AlreadyRunning, "nobody waits for itself");
    }
    inner.preserve("x", inner.main().unwrap().get("x").unwrap()).unwrap();
    let x = inner.exit().unwrap().take("x").unwrap();
    assert!(further.enter().is_ok() && abroad.enter().is_err());
    outer.preserve("x", x).unwrap();
    assert_eq!(outer.exit().unwrap().get("x"), Some(&Value::from("text")));
    drop(here);
    assert!(runtime.host().ledger().totals().is_settled());
}

#[test]
fn a_one_shot_value_is_preserved_once_and_is_the_same_memory() {
    let (runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let buffer = Value::Buffer(Buffer::new(b"memory".to_vec()));
    let session = Session::enter(&here, &abroad, nothing()).unwrap();
    session.preserve("buffer", buffer.clone()).unwrap();
    assert_eq!(session.exit().unwrap().take("buffer"), Some(buffer));
    drop(here);
    assert!(runtime.host().ledger().totals().is_settled());
}

#[test]
fn a_value_is_preserved_if_its_type_is_registered_where_it_is() {
    let (_runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let session = Session::enter(&here, &abroad, nothing()).unwrap();
    let point = Value::made("Point", vec![Value::int(1)]);
    session.register(&point.type_of(), &Converter::Made).unwrap();
    session.preserve("point", point.clone()).unwrap();
    assert_eq!(session.exit().unwrap().take("point"), Some(point), "who receives it needs no registration");
}

/// A value that leaves and does not arrive, in the interpreter that has it registered.
fn one_way(inside: &Current<'_, Simple>) -> Value {
    let value = Value::made("OneWay", vec![]);
    inside.register(&value.type_of(), &Converter::OneWay).expect("nothing is in the way");
    value
}

#[test]
fn an_update_that_cannot_arrive_binds_nothing_of_the_others() {
    let (runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let updates = [("a", Value::from("text")), ("b", one_way(&here))];
    let error = Session::enter(&here, &abroad, &updates).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ApplyNamespaceFailure);
    assert!(matches!(error.reason(), Reason::Apply(_)));
    let session = Session::enter(&here, &abroad, nothing()).unwrap();
    assert!(session.main().unwrap().names().is_empty());
    drop(session);
    drop(here);
    assert!(runtime.host().ledger().totals().is_settled());
}

#[test]
fn a_preserved_value_that_cannot_arrive_is_lost_with_the_others() {
    let (runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let session = Session::enter(&here, &abroad, nothing()).unwrap();
    session.preserve("a", Value::from("text")).unwrap();
    session.preserve("b", one_way(&session)).unwrap();
    let failed = session.exit().unwrap_err();
    assert_eq!(failed.error.code(), ErrorCode::PreserveFailure);
    assert!(matches!(failed.error.reason(), Reason::Preserve(PreserveError::Arrive(_))));
    drop(here);
    assert!(runtime.host().ledger().totals().is_settled());
}

#[test]
fn a_chain_of_causes_ends() {
    let (_runtime, home, abroad) = two();
    let here = home.enter().unwrap();
    let session = Session::enter(&here, &abroad, nothing()).unwrap();
    session.preserve("tuple", Value::Tuple(vec![Value::Tuple(vec![unshareable()])])).unwrap();
    let failed = session.exit().unwrap_err();
    assert!(matches!(failed.error.reason(), Reason::Preserve(PreserveError::Leave(_))));
    let causes = std::iter::successors(std::error::Error::source(&*failed), |error| error.source());
    assert!((1..=8).contains(&causes.count()));
}

#[test]
fn nothing_is_left_of_all_of_this() {
    let (runtime, home, abroad) = two();
    for round in 0..3 {
        let here = home.enter().unwrap();
        let mut session = Session::enter(&here, &abroad, &[("x", Value::from("text"))]).unwrap();
        let ran = session.run(|inside| {
            inside.preserve("y", Value::from("more"))?;
            if round == 0 { Ok(()) } else { Err(boom())? }
        });
        assert_eq!(session.exit().is_ok(), ran.is_ok());
    }
    assert_eq!(runtime.shutdown(), Ok(2));
    let totals = runtime.host().ledger().totals();
    assert_eq!(totals, Totals { created: 6, ..Totals::default() });
}
