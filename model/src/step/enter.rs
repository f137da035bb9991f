//! Entering an interpreter and leaving it again: the two ends of a session, without its body.

use crate::call::{CallKind, Outcome};
use crate::defect::Defect;
use crate::error::ErrorCode;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run, leave, pending, session};
use crate::witness::Witness;
use crate::world::{NONE, Phase};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::EnterLookUp => look_up(run),
        Pc::EnterDetach => detach(run),
        Pc::EnterAttach => attach(run),
        Pc::EnterClaim => claim(run),
        Pc::EnterUndo => undo(run),
        Pc::LeaveDrain => drain_and_stop(run),
        Pc::LeaveClear => delete_thread_state(run),
        _ => return_home(run),
    }
}

/// Resolves the id. The safe reading claims the interpreter in the same step, so that nothing can end it in between.
/// Rules `interpreter.resolve.ready`, `interpreter.lookup.stale`; `_PyInterpreterState_LookUpID` in `pystate.c`.
fn look_up(run: &mut Run) {
    let id = run.enter_id();
    if !run.look_up(id) {
        return refuse(run, Outcome::NotFound);
    }
    run.rule(Rule::ResolveReady);
    if run.target().phase() == Phase::Created {
        return refuse(run, Outcome::NotReady);
    }
    if session::brings_values(run) {
        return run.next(Pc::EnterConvert);
    }
    go_in(run);
}

/// The interpreter was found, and what goes with the thread was converted.
pub(super) fn go_in(run: &mut Run) {
    if run.register() == run.current() {
        return enter_same(run);
    }
    run.thread_mut().back = run.current();
    if run.has(Defect::EnterLookupThenSwitch) {
        return run.next(Pc::EnterDetach);
    }
    run.rule(Rule::LookupStale);
    if session::lacks_thread_state(run) && !run.has(Defect::EnterUnchecked) {
        return session::fail_before(run, ErrorCode::NoMemory);
    }
    match claim_running(run) {
        Ok(()) => {
            run.target().thread_states += 1;
            run.next(Pc::EnterDetach);
        }
        Err(refusal) => refuse(run, refusal),
    }
}

/// Nothing was entered. Rule `interpreter.running.refused`.
fn refuse(run: &mut Run, refusal: Outcome) {
    run.thread_mut().back = NONE;
    session::forget_waiting(run);
    match refusal {
        Outcome::Running if run.has(Defect::AlreadyRunningRace) => run.next(Pc::EnterAskAgain),
        Outcome::Running => session::refused(run, refusal),
        _ => run.finish(refusal),
    }
}

/// Enters the interpreter that is current already: nothing is switched, only "running main" is claimed.
/// Rule `interpreter.enter.same`; `_enter_session` in `crossinterp.c`.
fn enter_same(run: &mut Run) {
    run.rule(Rule::EnterSame);
    match claim_running(run) {
        Ok(()) => session::claimed(run),
        Err(refusal) => refuse(run, refusal),
    }
}

/// The thread is in.
pub(super) fn done(run: &mut Run) {
    run.thread_mut().session = run.current();
    run.done(Outcome::Done);
}

/// Rule `interpreter.enter.switch`; `PyThreadState_Swap` in `pystate.c`.
fn detach(run: &mut Run) {
    run.rule(Rule::EnterSwitch);
    run.detach();
    run.next(Pc::EnterAttach);
}

/// Makes a thread state in the target and attaches to it. Waits for the GIL there.
/// Rule `interpreter.enter.switch`; `_enter_session` in `crossinterp.c`.
fn attach(run: &mut Run) {
    run.rule(Rule::EnterSwitch);
    if !run.has(Defect::EnterLookupThenSwitch) {
        if session::lacks_thread_state(run) {
            return attach_nothing(run);
        }
        run.attach(run.register());
        return session::claimed(run);
    }
    if !run.register_is_fresh() {
        let reused = run.world.interpreter(run.register()).phase() != Phase::Free;
        return run.fault(if reused { Fault::EnteredAnother } else { Fault::EnterOnFreed });
    }
    if session::lacks_thread_state(run) {
        return attach_nothing(run);
    }
    run.target().thread_states += 1;
    run.attach(run.register());
    run.next(Pc::EnterClaim);
}

/// There is no thread state to attach. Rule `session.enter.failure`; `_enter_session` in `crossinterp.c`.
fn attach_nothing(run: &mut Run) {
    if run.has(Defect::EnterUnchecked) {
        return run.fault(Fault::NoThreadState);
    }
    run.thread_mut().aux = Outcome::Failed(ErrorCode::NoMemory).code();
    run.next(Pc::LeaveReturn);
}

/// Rules `interpreter.running.claim`, `interpreter.running.refused`; `_PyInterpreterState_SetRunningMain`.
fn claim(run: &mut Run) {
    match claim_running(run) {
        Ok(()) => session::claimed(run),
        Err(refusal) => {
            run.thread_mut().aux = refusal.code();
            run.next(Pc::EnterUndo);
        }
    }
}

/// Marks the thread as the one that runs main, unless another is, or the interpreter is ending.
/// Rule `interpreter.running.finalizing`; `_PyInterpreterState_SetRunningMain` in `pystate.c`.
fn claim_running(run: &mut Run) -> Result<(), Outcome> {
    let index = run.index;
    if run.target().draining() {
        run.fault(Fault::OccupiedWhileDrained);
    }
    if run.target().running != NONE || run.target().is_doomed() {
        run.rule(Rule::RunningRefused);
        if !run.has(Defect::RunningUnclaimed) {
            return Err(Outcome::Running);
        }
        run.note_fault(Fault::TwoRunMain);
    }
    if run.target().phase() >= Phase::Finalizing {
        run.rule(Rule::RunningFinalizing);
        if !run.has(Defect::ExecDuringDestroy) {
            run.witness(Witness::EnterRefusedEnding);
            return Err(Outcome::Ending);
        }
        run.note_fault(Fault::RunningWhileFinalizing);
    }
    run.rule(Rule::RunningClaim);
    run.target().running = index;
    Ok(())
}

/// A refused enter leaves no trace. Rule `interpreter.running.refused`; `_exit_session` in `crossinterp.c`.
fn undo(run: &mut Run) {
    run.target().thread_states -= 1;
    run.detach();
    run.next(Pc::LeaveReturn);
}

/// Stops running. The safe reading first runs what is due, and drops "running" together with the thread state.
/// Rule `interpreter.running.drop`; `_PyInterpreterState_SetNotRunningMain` in `pystate.c`.
fn drain_and_stop(run: &mut Run) {
    let slot = run.current();
    if run.call() == CallKind::Leave && run.thread().session == NONE {
        // A script whose enter was refused has nothing to leave.
        return run.done(Outcome::Nothing);
    }
    if !run.has(Defect::HeldUntilOwnerRuns) && pending::run_one(run, slot, true).ran() {
        return run.next(Pc::LeaveDrain);
    }
    run.rule(Rule::RunningDrop);
    let index = run.index;
    let keeps_running = run.call() == CallKind::EnterWith && run.has(Defect::RefusedEnterRuns);
    let interpreter = run.world.interpreter_mut(slot);
    if interpreter.running == index && !keeps_running {
        interpreter.running = NONE;
    }
    if !was_switched(run, slot) {
        // Nothing was switched on the way in, so there is nothing to give back.
        run.rule(Rule::EnterSame);
        return left(run);
    }
    if run.has(Defect::DestroyInExitWindow) {
        run.drop_gil();
        run.next(Pc::LeaveClear);
    } else {
        delete_thread_state(run);
    }
}

/// Whether there is a thread state to give back. Only a session knows for certain; a plain visit goes elsewhere or nowhere.
fn was_switched(run: &Run, slot: u8) -> bool {
    match run.call() {
        CallKind::Exit | CallKind::Die => run.session().switched(),
        CallKind::EnterWith => run.thread().back != NONE,
        CallKind::Leave => slot != run.thread().home,
        _ => true,
    }
}

/// The thread is where it came from: what it was about is over, or an exit goes on from here.
fn left(run: &mut Run) {
    match (run.call(), Outcome::from_code(run.thread().aux)) {
        (CallKind::Exit, _) => leave::returned(run),
        (CallKind::Die, _) => leave::unwound(run),
        (CallKind::EnterWith, Some(refusal)) => session::refused(run, refusal),
        (_, refusal) => {
            if run.call() == CallKind::Leave {
                run.thread_mut().session = NONE;
            }
            run.done(refusal.unwrap_or(Outcome::Done));
        }
    }
}

/// Deletes the thread state. Clearing it can run finalizers, and so release the GIL.
/// Rule `interpreter.leave.restore`; `_exit_session` in `crossinterp.c`.
fn delete_thread_state(run: &mut Run) {
    run.rule(Rule::LeaveRestore);
    let slot = run.current();
    let forgets = run.call() == CallKind::Exit && run.has(Defect::ThreadStateForgotten);
    run.world.interpreter_mut(slot).thread_states -= u8::from(!forgets);
    run.detach();
    match run.call() {
        CallKind::Finish => return run.done(Outcome::Done),
        CallKind::Exit | CallKind::Die => run.thread_mut().back = run.session().back,
        CallKind::Leave => {
            let thread = run.thread_mut();
            (thread.session, thread.back) = (NONE, thread.home);
        }
        _ => {}
    }
    run.next(Pc::LeaveReturn);
}

/// Attaches to where the thread came from. Rule `interpreter.leave.restore`; `PyThreadState_Swap` in `pystate.c`.
fn return_home(run: &mut Run) {
    run.rule(Rule::LeaveRestore);
    let refused = Outcome::from_code(run.thread().aux);
    run.attach(run.thread().back);
    if refused == Some(Outcome::Running) && run.has(Defect::AlreadyRunningRace) {
        return run.next(Pc::EnterAskAgain);
    }
    left(run);
}
