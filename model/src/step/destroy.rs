//! Destroying an interpreter: the lookup, the checks, and the claim to its end. The end itself is in `end`.

use crate::call::Outcome;
use crate::defect::Defect;
use crate::fault::Fault;
use crate::fix::Fix;
use crate::rule::Rule;
use crate::step::{Pc, Run};
use crate::witness::Witness;
use crate::world::{NONE, Phase};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::DestroyLookUp => look_up(run),
        _ => check(run),
    }
}

/// Rule `interpreter.lookup.found`; `interp_destroy` in `_interpretersmodule.c`.
fn look_up(run: &mut Run) {
    let id = run.arg();
    if !run.look_up(id) {
        return run.done(Outcome::NotFound);
    }
    if run.has(Defect::DestroyUnclaimed) { run.next(Pc::DestroyCheck) } else { check(run) }
}

/// Refuses the current interpreter and a running one. The safe reading claims the end in the same step.
/// Rules `interpreter.destroy.current`, `interpreter.destroy.running`, `interpreter.destroy.once`; `interp_destroy`.
fn check(run: &mut Run) {
    if !run.register_is_fresh() {
        return run.fault(Fault::DestroyOnFreed);
    }
    if is_own(run) {
        run.rule(Rule::DestroyCurrent);
        return run.done(Outcome::Current);
    }
    if run.is_fixed(Fix::NotReadyState) && run.target().phase() == Phase::Created {
        return run.done(Outcome::NotReady);
    }
    if run.target().running != NONE || run.target().is_doomed() {
        run.rule(Rule::DestroyRunning);
        run.witness(Witness::DestroyRefusedRunning);
        return run.done(Outcome::Running);
    }
    if run.is_fixed(Fix::LifecycleStates) { doom(run) } else { claim_end(run) }
}

/// Marks the interpreter in the word that says who runs main, and then looks for other thread states. The mark stays.
/// Rules `interpreter.destroy.once`, `interpreter.destroy.running`; as PR 127044 has it.
fn doom(run: &mut Run) {
    run.rule(Rule::DestroyOnce);
    run.target().doom();
    if run.target().thread_states > 0 {
        run.note_fault(Fault::Undead);
        return run.done(Outcome::Running);
    }
    claim_end(run);
}

/// Whether the caller is in the interpreter, or was born there: the C code asks only the first.
/// Rules `interpreter.destroy.current`, `interpreter.end.threads`; `interp_destroy` in `_interpretersmodule.c`.
pub(super) fn is_own(run: &Run) -> bool {
    let born_there = run.register() == run.thread().home && !run.has(Defect::DestroyOwnHome);
    run.register() == run.current() || born_there
}

/// Goes on to the end; the safe reading marks the interpreter first, so that no second thread does.
/// One that never became ready has nothing to end: it is only deleted. Rule `interpreter.end.unlink`.
pub(super) fn claim_end(run: &mut Run) {
    if run.target().phase() == Phase::Created {
        return run.next(Pc::EndUnlink);
    }
    if !run.has(Defect::DestroyUnclaimed) {
        run.rule(Rule::DestroyOnce);
        if run.target().phase() >= Phase::Finalizing {
            run.witness(Witness::DestroyRefusedEnding);
            return run.done(Outcome::Ending);
        }
        if run.target().draining() {
            return run.fault(Fault::OccupiedWhileDrained);
        }
        run.rule(Rule::EndFinalizing);
        run.target().set_phase(Phase::Finalizing);
        run.target().thread_states += 1;
    }
    run.thread_mut().back = run.current();
    run.next(Pc::EndDetach);
}
