//! Leaving a session: capture what the body raised, carry out what it preserved, undo, restore, and tell the caller.
//!
//! The undoing is that of `enter`: "running main" first, then the thread state, then back. Before it runs in the target,
//! after it in the caller; in between, nothing of the session keeps the target alive.

use crate::call::{CallKind, Keeps, Outcome, Raises};
use crate::defect::Defect;
use crate::error::ErrorCode;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run, session};
use crate::witness::Witness;
use crate::world::{Capsule, NONE, Payload, Phase, SESSIONS_MAX, Session};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::ExitCapture => capture(run),
        Pc::ExitConvert => convert_preserved(run),
        _ => restore(run),
    }
}

/// Captures what the body raised, or the failure it named, before anything is undone.
/// Rules `session.exit.order`, `session.exit.capture`; `_PyXI_Exit` and `capture_session_error` in `crossinterp.c`.
fn capture(run: &mut Run) {
    if run.world.session(run.index).is_none() {
        // A script whose enter was refused has nothing to leave.
        return run.done(Outcome::Nothing);
    }
    run.rule(Rule::SessionExitOrder);
    if let Some(raised) = run.session().raised() {
        run.rule(Rule::SessionCapture);
        if let Some(code) = code_of(run, raised) {
            run.session_mut().fail(code);
        }
    }
    let keeps = run.session().kept().is_some();
    run.next(if keeps { Pc::ExitConvert } else { Pc::LeaveDrain });
}

/// The code of a body that failed like that; none where C takes it for success.
/// Rules `error.override`, `error.override.alone`; `_PyXI_InitError` and `xi_error_resolve_current_exc`.
fn code_of(run: &mut Run, raised: Raises) -> Option<ErrorCode> {
    let swallowed = raised == Raises::Unpack && run.has(Defect::UnpackSwallowed);
    match raised {
        Raises::Plain => Some(ErrorCode::UncaughtException),
        Raises::Memory => (!run.has(Defect::MemoryErrorLost)).then_some(ErrorCode::NoMemory),
        Raises::Unprintable => Some(ErrorCode::ExceptionPropagationFailure),
        Raises::NoMain => Some(ErrorCode::MainNamespaceFailure),
        Raises::NotShareable => {
            run.rule(Rule::ErrorOverride);
            Some(ErrorCode::NotShareable)
        }
        Raises::Unpack if !swallowed => {
            run.rule(Rule::ErrorOverride);
            Some(ErrorCode::Other)
        }
        Raises::Unpack | Raises::Bare => {
            run.rule(Rule::ErrorOverrideAlone);
            (!run.has(Defect::OverrideDropped)).then_some(ErrorCode::Other)
        }
    }
}

/// Converts what was preserved, still in the target. For the same interpreter there is nothing to convert.
/// Rules `session.preserve.convert`, `session.preserve.same`; `_pop_preserved` in `crossinterp.c`.
fn convert_preserved(run: &mut Run) {
    if !run.session().switched() {
        run.rule(Rule::SessionPreserveSame);
        run.session_mut().set_delivered();
        return run.next(Pc::LeaveDrain);
    }
    run.rule(Rule::SessionPreserveConvert);
    match run.session().kept().expect("something was preserved") {
        Keeps::Unshareable => not_converted(run, ErrorCode::NotShareable),
        Keeps::NotConverted => not_converted(run, ErrorCode::PreserveFailure),
        Keeps::Fine | Keeps::Unreadable | Keeps::NotRestored => make_capsule(run),
    }
    run.next(Pc::LeaveDrain);
}

/// Nothing of what was made so far may stay. Rule `session.preserve.failure`; `_pop_preserved` in `crossinterp.c`.
fn not_converted(run: &mut Run, code: ErrorCode) {
    run.rule(Rule::SessionPreserveFailure);
    if run.has(Defect::PopPreservedLeak) {
        run.note_fault(Fault::PreservedLeaked);
    }
    run.session_mut().fail(code);
}

fn make_capsule(run: &mut Run) {
    let owner = run.world.interpreter(run.current()).id;
    let slot = run.setup.scope.preserved_capsule(run.index);
    assert!(!run.world.capsule(slot).is_used(), "the client preserves only where there is room");
    let mut capsule = Capsule::converted(Payload::Borrowed, owner);
    capsule.set_held(false);
    *run.world.capsule_mut(slot) = capsule;
    run.session_mut().capsule = slot;
}

/// The thread is back where it came from; what was preserved follows.
/// Rule `session.exit.undo`; `_exit_session` in `crossinterp.c`.
pub(super) fn returned(run: &mut Run) {
    run.rule(Rule::SessionUndo);
    assert_eq!(run.current(), run.session().back, "a thread ends its session where it began");
    if run.session().capsule == NONE { report(run) } else { run.next(Pc::ExitRestore) }
}

/// A thread that ends is out of its innermost session; when it is out of all of them, it leaves where it was born.
/// Rule `session.exit.undo`; in C nobody does this.
pub(super) fn unwound(run: &mut Run) {
    run.rule(Rule::SessionUndo);
    forget(run);
    if run.world.session(run.index).is_none() {
        run.thread_mut().call = CallKind::Finish as u8;
    }
    run.next(Pc::LeaveDrain);
}

/// Makes the preserved value again, from a capsule whose owner may have ended since.
/// Rule `session.preserve.restore`; `_finish_preserved` in `crossinterp.c`.
fn restore(run: &mut Run) {
    run.rule(Rule::SessionPreserveRestore);
    let slot = run.session().capsule;
    if run.has(Defect::PreservedAfterOwner) && !owner_lives(run, slot) {
        return run.fault(Fault::PreservedOfDead);
    }
    run.thread_mut().arg = slot;
    run.next(Pc::MaterialiseBegin);
}

fn owner_lives(run: &Run, slot: u8) -> bool {
    let owner = run.world.look_up(run.world.capsule(slot).owner);
    owner.is_some_and(|slot| run.world.interpreter(slot).phase() < Phase::Cleared)
}

/// Whether the steps of a capsule serve an exit.
pub(super) fn has_capsule(run: &Run) -> bool {
    run.world.session(run.index).is_some_and(|session| session.capsule != NONE)
}

/// The capsule was read, or was released: on to the next of the two.
/// Rules `session.preserve.restore`, `session.preserve.failure`; `_finish_preserved` and `_destroy_sharedns`.
pub(super) fn after_capsule(run: &mut Run, outcome: Outcome) {
    let slot = run.session().capsule;
    if run.session().restored() {
        run.session_mut().capsule = NONE;
        return report(run);
    }
    run.session_mut().set_restored();
    take_restored(run, outcome);
    run.world.capsule_mut(slot).set_raw_free(true);
    run.next(Pc::ReleaseBegin);
}

/// What came of the making. An error on top of another must not end up as its own context.
/// Rules `session.preserve.restore`, `error.apply.acyclic`; `_finish_preserved` and `_ensure_notshareableerror`.
fn take_restored(run: &mut Run, outcome: Outcome) {
    if outcome != Outcome::Value {
        run.witness(Witness::PreservedOwnerEnded);
        return not_restored(run, ErrorCode::PreserveFailure);
    }
    match run.session().kept().expect("something was preserved") {
        Keeps::Unreadable => {
            run.rule(Rule::ErrorAcyclic);
            if run.has(Defect::SelfContext) {
                run.note_fault(Fault::ChainCycle);
            }
            // In 3.14 an error that says "not shareable" changes the code that was set before it.
            let clobbered = run.has(Defect::PreserveClobbered);
            not_restored(run, if clobbered { ErrorCode::NotShareable } else { ErrorCode::PreserveFailure });
        }
        Keeps::NotRestored => {
            if run.has(Defect::PreserveClobbered) {
                run.note_fault(Fault::ReasonLost);
            }
            not_restored(run, ErrorCode::PreserveFailure);
        }
        _ => run.session_mut().set_delivered(),
    }
}

fn not_restored(run: &mut Run, code: ErrorCode) {
    run.rule(Rule::SessionPreserveFailure);
    run.session_mut().fail(code);
}

/// The caller is told what came of the session, and what was preserved if it arrived.
/// Rules `session.body`, `session.preserve.survives`, `error.apply.own-type`; `_PyXI_Exit` and `_PyXI_ApplyError`.
pub(super) fn report(run: &mut Run) {
    run.rule(Rule::SessionBody);
    let session = forget(run);
    let Some(code) = session.error() else {
        return succeed(run, session);
    };
    if session.raised() == Some(Raises::Unprintable) && run.has(Defect::CaptureFailureLost) {
        return run.fault(Fault::ErrorLost);
    }
    if code == ErrorCode::NotShareable {
        run.rule(Rule::ErrorOwnType);
        if run.has(Defect::ForeignType) {
            run.note_fault(Fault::ForeignType);
        }
    }
    if session.delivered() {
        run.rule(Rule::SessionPreserveSurvives);
        run.witness(Witness::PreservedSurvives);
    }
    session::told(run, code);
    run.finish(Outcome::Failed(code));
}

/// Rule `session.body`: success is told of a body that succeeded, and of no other.
fn succeed(run: &mut Run, session: Session) {
    match session.raised() {
        None => {}
        Some(Raises::Memory) => run.note_fault(Fault::MemoryErrorLost),
        Some(Raises::Unpack) => run.note_fault(Fault::CallNeverRan),
        Some(_) => run.note_fault(Fault::OverrideIgnored),
    }
    run.finish(if session.delivered() { Outcome::Value } else { Outcome::Done });
}

/// The session is over: its place is free for the next.
fn forget(run: &mut Run) -> Session {
    let session = *run.session();
    let depth = run.world.session_depth(run.index);
    assert!((1..=SESSIONS_MAX).contains(&depth), "a session ends that had begun");
    run.world.sessions[usize::from(run.index)][depth - 1] = Session::UNUSED;
    run.thread_mut().session = run.world.session(run.index).map_or(NONE, |outer| outer.there);
    session
}
