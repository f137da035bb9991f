//! What concerns the process as a whole: a thread that nobody waits for, a fork, a creation that fails.

use crate::call::Outcome;
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run};
use crate::world::Interpreter;

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::BodyLingers => linger(run),
        Pc::BodyDies => die(run),
        Pc::ForkChild => fork(run),
        _ => fail_to_create(run),
    }
}

/// The body starts a thread outside `threading`, of which the end of the interpreter knows nothing.
/// Rule `runtime.end-interpreter.lingering`; `Py_EndInterpreter` in `pylifecycle.c`.
fn linger(run: &mut Run) {
    run.rule(Rule::RuntimeLingering);
    let slot = run.current();
    run.world.interpreter_mut(slot).set_lingers();
    run.done(Outcome::Done);
}

/// The thread ends inside its session. Only an exit undoes an enter, and there will be none; the safe reading undoes each
/// session on the way out, as if its body had returned. Rule `session.exit.undo`; `_PyXI_Enter` in `crossinterp.c`.
fn die(run: &mut Run) {
    run.rule(Rule::SessionUndo);
    if !run.has(Defect::DiesInside) {
        return run.next(Pc::LeaveDrain);
    }
    run.drop_gil();
    run.next(Pc::Gone);
}

/// In the child only the forking thread is left, and it is in one interpreter: the others can be dropped, not cleared.
/// Rule `runtime.fork`; `_PyInterpreterState_DeleteExceptMain` in `pystate.c`.
fn fork(run: &mut Run) {
    run.rule(Rule::RuntimeFork);
    let here = run.current();
    let is_another = |(slot, other): (usize, &Interpreter)| slot != usize::from(here) && other.is_listed();
    let others = run.world.interpreters.iter().enumerate().any(is_another);
    if others && run.has(Defect::ForkClears) {
        return run.fault(Fault::ClearedByChild);
    }
    // What the child does from here on is another process; this one goes on as it was.
    run.done(Outcome::Done);
}

/// An interpreter is allocated and listed, and something of it cannot be made. The id is used up, and nothing else is.
/// Rule `runtime.new-interpreter.failure`; `_PyInterpreterState_New` in `pystate.c`.
fn fail_to_create(run: &mut Run) {
    run.rule(Rule::RuntimeNewFails);
    run.world.next_id += 1;
    if run.has(Defect::DanglingHead) {
        return run.fault(Fault::ListedFreed);
    }
    run.done(Outcome::NoMemory);
}
