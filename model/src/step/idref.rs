//! Id references: counted by clients, and the last one of a linked interpreter ends it.

use crate::call::{CallKind, Outcome};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run, destroy};
use crate::world::{NONE, Phase};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::IdrefLookUp => look_up(run),
        _ => count(run),
    }
}

/// Rules `interpreter.resolve.ready`, `interpreter.lookup.stale`; `_PyInterpreterState_LookUpIDObject` in `pystate.c`.
fn look_up(run: &mut Run) {
    let id = run.arg();
    if !run.look_up(id) {
        return run.done(Outcome::NotFound);
    }
    run.rule(Rule::ResolveReady);
    if run.target().phase() == Phase::Created {
        return run.done(Outcome::NotReady);
    }
    if run.has(Defect::IdrefLookupThenCount) { run.next(Pc::IdrefCount) } else { count(run) }
}

fn count(run: &mut Run) {
    if !run.register_is_fresh() {
        return run.fault(Fault::IdrefOnFreed);
    }
    if run.call() == CallKind::Incref { increment(run) } else { decrement(run) }
}

/// Adds one, and links the life of the interpreter to the count.
/// Rule `interpreter.idref.increment`; `_PyInterpreterState_IDIncref` in `pystate.c`.
fn increment(run: &mut Run) {
    run.rule(Rule::IdrefIncrement);
    let target = run.target();
    target.idrefs += 1;
    target.set_requires_idref(true);
    run.done(Outcome::Done);
}

/// Takes one away; there is no floor in C. Rules `interpreter.idref.decrement`, `interpreter.idref.floor`;
/// `_PyInterpreterState_IDDecref` in `pystate.c`.
fn decrement(run: &mut Run) {
    run.rule(Rule::IdrefDecrement);
    let target = *run.target();
    if target.idrefs <= 0 {
        run.rule(Rule::IdrefFloor);
        if !run.has(Defect::IdrefUnderflow) {
            return run.done(Outcome::NotReferenced);
        }
        run.note_fault(Fault::IdrefNegative);
    }
    if target.idrefs != 1 || !target.requires_idref() {
        run.target().idrefs -= 1;
        return run.done(Outcome::Done);
    }
    drop_last(run);
}

/// The last reference ends the interpreter. The safe reading refuses while it runs, and keeps the reference.
/// Rule `interpreter.idref.last`; `_PyInterpreterState_IDDecref` in `pystate.c`.
fn drop_last(run: &mut Run) {
    run.rule(Rule::IdrefLast);
    if destroy::is_own(run) {
        if run.has(Defect::SelfDecref) && run.register() == run.current() {
            return run.fault(Fault::EndedFromInside);
        }
        return run.done(Outcome::Current);
    }
    if run.target().running != NONE && !run.has(Defect::DecrefDestroysRunning) {
        return run.done(Outcome::Running);
    }
    if run.target().running != NONE && !run.has(Defect::DestroyUnclaimed) {
        run.note_fault(Fault::EndedWhileRunning);
    }
    run.target().idrefs -= 1;
    destroy::claim_end(run);
}
