//! Making and listing interpreters.

use crate::call::Outcome;
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run};
use crate::witness::Witness;
use crate::world::{INTERPRETERS_MAX, Interpreter, NONE, Phase};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::CreateNew => allocate(run),
        Pc::CreateReady => make_ready(run),
        _ => walk_list(run),
    }
}

/// Takes the next id and an address, and lists the interpreter. The address may have been another's; the id never was.
/// Rules `interpreter.create.link`, `interpreter.id.unique`; `PyInterpreterState_New` in `pystate.c`.
fn allocate(run: &mut Run) {
    run.rule(Rule::CreateLink);
    run.rule(Rule::IdUnique);
    let slot = run.world.free_slot().expect("the client creates only where there is room");
    let id = next_id(run);
    note_reuse(run, slot, id);
    *run.world.interpreter_mut(slot) = Interpreter::created(id);
    let thread = run.thread_mut();
    (thread.reg_slot, thread.reg_id) = (slot, id);
    if run.has(Defect::VisibleWhileCreating) {
        run.next(Pc::CreateReady);
    } else {
        make_ready(run);
    }
}

fn next_id(run: &mut Run) -> u8 {
    let fresh = run.world.next_id;
    let gone = (0..fresh).rev().find(|&id| run.world.look_up(id).is_none());
    match gone.filter(|_| run.has(Defect::ReuseIds)) {
        Some(id) => {
            run.note_fault(Fault::IdUsedTwice);
            id
        }
        None => {
            run.world.next_id += 1;
            fresh
        }
    }
}

/// The lowest free address is used first, so an address below the number of ids ever given out was another's.
fn note_reuse(run: &mut Run, slot: u8, id: u8) {
    if slot < id {
        run.rule(Rule::AddressReuse);
        run.witness(Witness::AddressReused);
    }
}

/// Makes the new interpreter usable. In C this is many steps after it was listed, and another thread can find it meanwhile.
/// Rule `interpreter.create.ready`; `new_interpreter` in `pylifecycle.c`.
fn make_ready(run: &mut Run) {
    run.rule(Rule::CreateReady);
    if !run.register_is_fresh() || run.world.interpreter(run.register()).phase() != Phase::Created {
        return run.fault(Fault::CreatingOnFreed);
    }
    run.target().set_phase(Phase::Ready);
    let id = run.thread().reg_id;
    run.done(Outcome::Made(id));
}

/// Goes from one interpreter to the next. Under the lock all of it is one step; without, each hop trusts the last.
/// Rule `interpreter.list.snapshot`; `interp_list_all` in `_interpretersmodule.c`.
fn walk_list(run: &mut Run) {
    run.rule(Rule::ListSnapshot);
    if !run.has(Defect::ListAllUnlocked) {
        return run.done(Outcome::Done);
    }
    let cursor = run.register();
    if cursor != NONE && !run.register_is_fresh() {
        return run.fault(Fault::ListOnFreed);
    }
    match next_listed(run, cursor) {
        Some(slot) => {
            let id = run.world.interpreter(slot).id;
            let thread = run.thread_mut();
            (thread.reg_slot, thread.reg_id) = (slot, id);
            run.next(Pc::ListWalk);
        }
        None => run.done(Outcome::Done),
    }
}

fn next_listed(run: &Run, cursor: u8) -> Option<u8> {
    let first = if cursor == NONE { 0 } else { cursor + 1 };
    (first..INTERPRETERS_MAX as u8).find(|&slot| run.world.interpreter(slot).is_listed())
}
