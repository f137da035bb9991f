//! Sessions: what entering carries in, what a body does, and how a failed enter is undone.
//!
//! The switch itself, and the claim to "running main", are in `enter`; how a session ends is in `leave`. An enter that
//! brings values keeps them where its session will be: until then that place says what waits to be bound.

use crate::call::{CallKind, Keeps, Outcome, Raises, Updates, updates_of};
use crate::defect::Defect;
use crate::error::ErrorCode;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run, enter};
use crate::witness::Witness;
use crate::world::{NONE, SESSIONS_MAX, Session};

pub(super) fn step(run: &mut Run, pc: Pc) {
    let in_body = matches!(pc, Pc::BodyFails | Pc::BodyMain | Pc::BodyDropsMain | Pc::BodyPreserves);
    if in_body && run.world.session(run.index).is_none() {
        // A script whose enter was refused has no body to run.
        return run.done(Outcome::Nothing);
    }
    match pc {
        Pc::EnterConvert => convert(run),
        Pc::EnterNamespace => find_main(run),
        Pc::EnterApply => apply(run),
        Pc::BodyFails => fail(run),
        Pc::BodyMain => get_main(run),
        Pc::BodyDropsMain => drop_main(run),
        _ => preserve(run),
    }
}

/// Whether the enter still has values to convert.
pub(super) fn brings_values(run: &Run) -> bool {
    let brings = |updates| !matches!(updates, Updates::Nothing | Updates::NoThreadState);
    run.call() == CallKind::EnterWith && brings(updates_of(run.thread().arg))
}

/// Whether there is no memory for the thread state of the enter.
pub(super) fn lacks_thread_state(run: &Run) -> bool {
    run.call() == CallKind::EnterWith && updates_of(run.thread().arg) == Updates::NoThreadState
}

/// The place of the session that is being entered.
fn place<'a>(run: &'a mut Run) -> &'a mut Session {
    let depth = run.world.session_depth(run.index);
    assert!(depth < SESSIONS_MAX, "the client enters no deeper than the scope allows");
    &mut run.world.sessions[usize::from(run.index)][depth]
}

/// What was converted and waits to be bound.
fn waiting(run: &mut Run) -> Option<Updates> {
    if run.call() == CallKind::EnterWith { place(run).brought() } else { None }
}

fn waits_to_be_bound(run: &mut Run) -> bool {
    matches!(waiting(run), Some(Updates::Fine | Updates::NotApplied))
}

/// Nothing waits any more.
pub(super) fn forget_waiting(run: &mut Run) {
    if run.call() == CallKind::EnterWith {
        *place(run) = Session::UNUSED;
    }
}

/// Converts the values, before anything is switched or claimed: a value that cannot be shared is told even where the
/// interpreter is running. Rule `session.enter.convert`; `_PyXI_Enter` in `crossinterp.c`.
fn convert(run: &mut Run) {
    run.rule(Rule::SessionConvert);
    let updates = updates_of(run.thread().arg);
    run.thread_mut().arg = run.enter_id();
    match updates {
        Updates::Unshareable => return fail_before(run, ErrorCode::NotShareable),
        Updates::NoMemory if !is_taken_for_nothing(run) => return fail_before(run, no_memory(run)),
        // Where the failure is taken for nothing to do, nothing will be bound.
        brought => place(run).bring(brought),
    }
    if run.has(Defect::EnterLookupThenSwitch) { enter::go_in(run) } else { run.next(Pc::EnterLookUp) }
}

/// A failure that sets no exception looks like an empty namespace. Rule `session.enter.convert`; `_PyXI_Enter`.
fn is_taken_for_nothing(run: &Run) -> bool {
    run.has(Defect::EnterNullSuccess) && run.has(Defect::InitWithSizeNoException)
}

/// Since 3.14 a conversion without memory says that the value cannot be shared.
fn no_memory(run: &Run) -> ErrorCode {
    if run.has(Defect::OomAsNotShareable) { ErrorCode::NotShareable } else { ErrorCode::NoMemory }
}

/// Nothing was entered, so there is nothing to undo: the caller gets the exception as it is. Up to 3.13.0 the caller
/// applies a captured error instead. Rules `session.enter.convert`, `session.enter.code`; `_PyXI_Enter`.
pub(super) fn fail_before(run: &mut Run, code: ErrorCode) {
    if run.has(Defect::PresessionNull) {
        return run.fault(Fault::ErrorNull);
    }
    run.rule(Rule::SessionEnterCode);
    told(run, code);
    run.finish(Outcome::Failed(code));
}

/// The interpreter is claimed. With values to bind the session goes on to `__main__`; without, it asks for that later.
/// Rule `session.enter.namespace`; `_PyXI_Enter` in `crossinterp.c`.
pub(super) fn claimed(run: &mut Run) {
    let fetches = waits_to_be_bound(run) || run.call() == CallKind::EnterWith && run.setup.scope.fetches_main;
    if fetches { run.next(Pc::EnterNamespace) } else { entered(run) }
}

/// Rule `session.enter.namespace`; `_PyXI_Enter` and `_Py_GetMainModule`.
fn find_main(run: &mut Run) {
    run.rule(Rule::SessionNamespace);
    if !run.world.interpreter(run.current()).has_main() {
        return fail_inside(run, ErrorCode::MainNamespaceFailure);
    }
    if waits_to_be_bound(run) { run.next(Pc::EnterApply) } else { entered(run) }
}

/// Binds the values. Making them again can run code of the target.
/// Rule `session.enter.apply`; `_PyXI_ApplyNamespace` in `crossinterp.c`.
fn apply(run: &mut Run) {
    run.rule(Rule::SessionApply);
    if waiting(run) == Some(Updates::NotApplied) {
        return fail_inside(run, ErrorCode::ApplyNamespaceFailure);
    }
    entered(run);
}

/// The session stands. Rules `session.where`, `session.nested`; `_PyXI_Enter` in `crossinterp.c`.
fn entered(run: &mut Run) {
    let lacks_names = waiting(run) == Some(Updates::NoMemory);
    if run.setup.scope.sessions > 0 {
        remember(run);
    }
    if lacks_names {
        run.note_fault(Fault::NamesMissing);
    }
    enter::done(run);
}

fn remember(run: &mut Run) {
    let (there, id) = (run.current(), run.enter_id());
    run.rule(Rule::SessionWhere);
    assert_eq!(run.world.interpreter(there).id, id, "a session is where it was asked to be");
    if run.world.session(run.index).is_some() {
        run.rule(Rule::SessionNested);
        run.witness(Witness::SessionNested);
    }
    let back = run.thread().back;
    *place(run) = Session::entered(there, id, if back == NONE { there } else { back }, back != NONE);
}

/// Entering fails inside: what was done is undone in the order of an exit, and then the caller is told.
/// Rule `session.enter.failure`; `_PyXI_Enter` and `_exit_session` in `crossinterp.c`.
fn fail_inside(run: &mut Run, code: ErrorCode) {
    run.rule(Rule::SessionEnterFailure);
    run.rule(Rule::ErrorOverride);
    run.thread_mut().aux = Outcome::Failed(code).code();
    run.next(Pc::LeaveDrain);
}

/// The caller of an enter that failed after the switch is back. Nothing of it may be left, and the code is stored.
/// Rules `session.enter.failure`, `session.enter.code`; `_PyXI_Enter` in `crossinterp.c`.
pub(super) fn refused(run: &mut Run, refusal: Outcome) {
    forget_waiting(run);
    run.rule(Rule::SessionEnterFailure);
    let had_claimed = refusal != Outcome::Running && run.register_is_fresh();
    if had_claimed && run.world.interpreter(run.register()).running == run.index {
        run.note_fault(Fault::EnterLeftRunning);
    }
    run.rule(Rule::SessionEnterCode);
    if run.has(Defect::CodeNotStored) && run.call() == CallKind::EnterWith {
        run.note_fault(Fault::CodeNotStored);
    }
    match refusal {
        Outcome::Failed(code) => told(run, code),
        _ => told(run, ErrorCode::AlreadyRunning),
    }
    run.finish(refusal);
}

/// Up to 3.13.0 "already running" is asked again, here in the caller, by the pointer of before.
/// Rule `error.code.already-running`; `_PyXI_ApplyErrorCode` in `crossinterp.c`.
pub(super) fn ask_again(run: &mut Run) {
    run.rule(Rule::ErrorAlreadyRunning);
    if !run.register_is_fresh() {
        return run.fault(Fault::ErrorAskedOfFreed);
    }
    if run.target().running == NONE {
        return run.fault(Fault::ErrorNotSet);
    }
    refused(run, Outcome::Running);
}

/// The caller is told that code. Rules `error.carried`, `error.apply.raises`; `_PyXI_ApplyErrorCode` in `crossinterp.c`.
///
/// Beside these, that of the code. Rules `error.code.uncaught-exception`, `error.code.other`, `error.code.no-memory`.
/// Rules `error.code.already-running`, `error.code.main-ns-failure`, `error.code.apply-ns-failure`.
/// Rules `error.code.preserve-failure`, `error.code.exc-propagation-failure`, `error.code.not-shareable`.
pub(super) fn told(run: &mut Run, code: ErrorCode) {
    let (rule, witness) = match code {
        ErrorCode::NoError => unreachable!("success is no failure"),
        ErrorCode::UncaughtException => (Rule::ErrorUncaught, Witness::CodeUncaught),
        ErrorCode::Other => (Rule::ErrorOther, Witness::CodeOther),
        ErrorCode::NoMemory => (Rule::ErrorNoMemory, Witness::CodeNoMemory),
        ErrorCode::AlreadyRunning => (Rule::ErrorAlreadyRunning, Witness::CodeAlreadyRunning),
        ErrorCode::MainNamespaceFailure => (Rule::ErrorMainNamespace, Witness::CodeMainNamespace),
        ErrorCode::ApplyNamespaceFailure => (Rule::ErrorApplyNamespace, Witness::CodeApplyNamespace),
        ErrorCode::PreserveFailure => (Rule::ErrorPreserve, Witness::CodePreserve),
        ErrorCode::ExceptionPropagationFailure => (Rule::ErrorPropagation, Witness::CodePropagation),
        ErrorCode::NotShareable => (Rule::ErrorNotShareable, Witness::CodeNotShareable),
    };
    for fired in [rule, Rule::ErrorCarried, Rule::ErrorApplyRaises] {
        run.rule(fired);
    }
    run.witness(witness);
}

fn raised_by(run: &Run) -> Raises {
    Raises::from_code(run.arg()).expect("the call says how the body fails")
}

/// The body fails, and is over. Rule `session.body`; whoever runs it, between `_PyXI_Enter` and `_PyXI_Exit`.
fn fail(run: &mut Run) {
    run.rule(Rule::SessionBody);
    let raises = raised_by(run);
    run.session_mut().raise(raises);
    run.done(Outcome::Done);
}

/// Rule `session.main-namespace`; `_PyXI_GetMainNamespace` in `crossinterp.c`.
fn get_main(run: &mut Run) {
    run.rule(Rule::SessionMainNamespace);
    // Where the enter asked for it, the session has it.
    if !run.setup.scope.fetches_main && !run.world.interpreter(run.current()).has_main() {
        run.session_mut().raise(Raises::NoMain);
    }
    run.done(Outcome::Done);
}

/// Code of the target deletes its `__main__`. Rule `session.main-namespace`.
fn drop_main(run: &mut Run) {
    run.rule(Rule::SessionMainNamespace);
    let slot = run.current();
    run.world.interpreter_mut(slot).drop_main();
    run.done(Outcome::Done);
}

/// Puts a value aside; nothing is converted yet. Rule `session.preserve`; `_PyXI_Preserve` in `crossinterp.c`.
fn preserve(run: &mut Run) {
    run.rule(Rule::SessionPreserve);
    let keeps = Keeps::from_code(run.arg()).expect("the call says what is preserved");
    run.session_mut().keep(keeps);
    run.done(Outcome::Done);
}
