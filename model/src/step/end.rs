//! Destroying an interpreter: the checks, then the end itself in the order of `Py_EndInterpreter`.

use crate::call::{CallKind, Outcome};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::fix::Fix;
use crate::rule::Rule;
use crate::step::{Pc, Run, capsule, pending, registry};
use crate::witness::Witness;
use crate::world::{Allocation, CAPSULES_MAX, Capsule, NONE, Payload, Phase, World};

pub(super) fn destroy_step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::DestroyLookUp => look_up(run),
        _ => check(run),
    }
}

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::EndDetach => detach(run),
        Pc::EndAttach => attach(run),
        Pc::EndBegin => begin(run),
        Pc::EndThreads => wait_for_threads(run),
        Pc::EndFlush => flush(run),
        Pc::EndHooks => run_hooks(run),
        Pc::EndReclaim => reclaim(run),
        Pc::EndRegistry => end_registry(run),
        Pc::EndLateLookUp => registry::look_up_late(run),
        Pc::EndLateRegister => registry::register_late(run),
        Pc::EndClear => clear(run),
        Pc::EndOrphans => claim_orphan(run),
        Pc::EndUnlink => unlink(run),
        Pc::EndFree => free(run),
        _ => return_home(run),
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
    if run.is_fixed(Fix::LifecycleStates) && run.target().phase() == Phase::Created {
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

/// Rule `interpreter.enter.switch`; `_PyXI_EndInterpreter` in `crossinterp.c`.
fn detach(run: &mut Run) {
    run.rule(Rule::EnterSwitch);
    run.detach();
    run.next(Pc::EndAttach);
}

/// Attaches to the interpreter that ends; waits for its GIL.
fn attach(run: &mut Run) {
    run.rule(Rule::EnterSwitch);
    if run.has(Defect::DestroyUnclaimed) {
        if !run.register_is_fresh() {
            return run.fault(Fault::DestroyOnFreed);
        }
        run.target().thread_states += 1;
        run.attach(run.register());
        return run.next(Pc::EndBegin);
    }
    run.attach(run.register());
    run.drop_gil();
    run.next(Pc::EndThreads);
}

/// Sets the finalizing flag, some time after the checks. A thread that runs there by now is ended under; only up to
/// 3.13.0 does the process die of it.
/// Rule `interpreter.end.finalizing`; `Py_EndInterpreter` in `pylifecycle.c`.
fn begin(run: &mut Run) {
    run.rule(Rule::EndFinalizing);
    if run.target().phase() >= Phase::Finalizing {
        return run.fault(Fault::EndedTwice);
    }
    if run.target().running != NONE {
        let by_decref = run.call() == CallKind::Decref && run.has(Defect::DecrefDestroysRunning);
        run.note_fault(if by_decref { Fault::EndedWhileRunning } else { Fault::FinalizingWhileRunning });
    }
    run.target().set_phase(Phase::Finalizing);
    run.drop_gil();
    run.next(Pc::EndThreads);
}

/// Waits until the threads that were born there have ended; the step is not enabled before.
/// Rule `interpreter.end.threads`; `wait_for_thread_shutdown` in `pylifecycle.c`.
fn wait_for_threads(run: &mut Run) {
    run.rule(Rule::EndThreads);
    if run.current() == run.thread().home {
        return run.fault(Fault::EndedUnderItself);
    }
    run.next(Pc::EndFlush);
}

/// Whether a thread that was born at that address is still there.
pub(crate) fn has_native_threads(world: &World, slot: u8, ender: u8) -> bool {
    let there = |(index, thread): (usize, &crate::world::Thread)| {
        thread.exists() && thread.home == slot && index != usize::from(ender) && thread.pc != Pc::Gone as u8
    };
    world.threads.iter().enumerate().any(there)
}

/// Runs one pending call; when none is left, closes the queue.
/// Rules `interpreter.end.flush`, `pending.flush.all`; `_Py_FinishPendingCalls` in `ceval_gil.c`.
fn flush(run: &mut Run) {
    run.rule(Rule::EndFlush);
    run.rule(Rule::FlushAll);
    let slot = run.current();
    match pending::run_one(run, slot, true) {
        pending::Ran::Nothing => close(run, slot),
        pending::Ran::Fine => {
            run.witness(Witness::FlushRunsCalls);
            run.next(Pc::EndFlush);
        }
        pending::Ran::Failed => {
            run.witness(Witness::FailingCallInFlush);
            run.rule(Rule::RunFailure);
            if run.has(Defect::SinglePassFlush) {
                return stop_early(run, slot);
            }
            run.next(Pc::EndFlush);
        }
    }
}

fn close(run: &mut Run, slot: u8) {
    if !goes_round(run) {
        run.world.interpreter_mut(slot).close_queue();
    }
    run.next(Pc::EndHooks);
}

/// Whether what comes in while the hooks run is flushed as well. Rule `interpreter.end.flush`; PR 136004.
fn goes_round(run: &Run) -> bool {
    run.is_fixed(Fix::LoopBeforeEnd) || run.is_fixed(Fix::PinOwner)
}

fn stop_early(run: &mut Run, slot: u8) {
    if run.world.interpreter(slot).pending_len > 0 {
        run.note_fault(Fault::FlushStopped);
    }
    close(run, slot);
}

/// The hooks are the owner's own code: the GIL is up for grabs while they run.
/// Rule `interpreter.end.hooks`; `_PyAtExit_Call` in `atexitmodule.c`.
fn run_hooks(run: &mut Run) {
    run.rule(Rule::EndHooks);
    run.drop_gil();
    let slot = run.current();
    if goes_round(run) && run.world.interpreter(slot).pending_len > 0 {
        return run.next(Pc::EndThreads);
    }
    run.world.interpreter_mut(slot).close_queue();
    let nobody_reclaims = run.has(Defect::ReleaseAfterOwnerDestroyed) && run.has(Defect::MemoryviewAfterOwner);
    run.next(if nobody_reclaims { after_reclaim(run) } else { Pc::EndReclaim });
}

/// A scope without types has no registry to finalize.
fn after_reclaim(run: &Run) -> Pc {
    if run.setup.scope.types.is_empty() { Pc::EndClear } else { Pc::EndRegistry }
}

/// Finalizes the layer in the interpreter; code of its own may still run afterwards.
/// Rule `registry.end.interpreter`; `_PyXI_Fini` in `crossinterp.c`.
fn end_registry(run: &mut Run) {
    let place = run.current();
    registry::close(run, place);
    run.next(if run.setup.scope.late { Pc::EndLate } else { Pc::EndClear });
}

/// Takes back one payload that is still out. In C nobody does, and there is no such step.
/// Rule `interpreter.end.reclaim`; the repaired protocol.
fn reclaim(run: &mut Run) {
    let id = run.world.interpreter(run.current()).id;
    let Some(slot) = next_to_reclaim(run, id) else {
        return if run.setup.scope.types.is_empty() { clear(run) } else { end_registry(run) };
    };
    run.rule(Rule::EndReclaim);
    if run.world.capsule(slot).listed() {
        run.rule(Rule::ReleaseExecuted);
    }
    take_back(run, slot);
    run.drop_gil();
    run.next(Pc::EndReclaim);
}

/// The next payload that the teardown frees: an unpinned one first, so that one slow reader does not hold up the rest.
fn next_to_reclaim(run: &Run, id: u8) -> Option<u8> {
    let due = |slot: &u8| is_reclaimable(run, *slot, id);
    let (mut free, mut pinned) = (None, None);
    for slot in (0..CAPSULES_MAX as u8).filter(due) {
        let place = if run.world.capsule(slot).pins == 0 { &mut free } else { &mut pinned };
        *place = place.or(Some(slot));
    }
    free.or(pinned)
}

fn is_reclaimable(run: &Run, slot: u8, id: u8) -> bool {
    let capsule = run.world.capsule(slot);
    if capsule.owner != id || !capsule.has_payload() {
        return false;
    }
    if capsule.listed() && run.has(Defect::LostInFinalization) {
        return false;
    }
    let is_view = capsule.payload() == Payload::Buffer && capsule.consumed();
    !run.has(if is_view { Defect::MemoryviewAfterOwner } else { Defect::ReleaseAfterOwnerDestroyed })
}

/// Whether the teardown of the interpreter at that address waits for a reader.
pub(crate) fn waits_for_reader(run_setup: &crate::scope::Setup, world: &World, thread: u8) -> bool {
    if run_setup.has(Defect::ReclaimPinned) {
        return false;
    }
    let mut copy = *world;
    let run = Run::look(run_setup, &mut copy, thread);
    let id = world.interpreter(run.current()).id;
    next_to_reclaim(&run, id).is_some_and(|slot| world.capsule(slot).pins > 0)
}

/// The structure goes too if its release had come as far as the list; otherwise it is still the releaser's to free.
fn take_back(run: &mut Run, slot: u8) {
    let capsule = run.world.capsule_mut(slot);
    let of_a_view = capsule.view() != Allocation::Never;
    let handed_over = capsule.listed() && capsule.raw_free() && !of_a_view;
    capsule.set_data(Allocation::Freed);
    if capsule.object() == Allocation::Live {
        capsule.set_object(Allocation::Freed);
    }
    capsule.set_reclaimed(true);
    capsule.set_listed(false);
    if handed_over {
        capsule::free_structure(run, slot);
    }
}

/// Clears the interpreter's objects. No other thread state may be in it.
/// Rules `interpreter.end.clear`, `interpreter.end.threads`; `PyInterpreterState_Clear` in `pystate.c`.
fn clear(run: &mut Run) {
    run.rule(Rule::EndClear);
    let slot = run.current();
    if run.world.interpreter(slot).thread_states > 1 {
        if run.is_fixed(Fix::HangThreads) { hang_others(run, slot) } else { run.note_fault(Fault::ThreadStateLeft) }
    }
    if run.world.interpreter(slot).lingers() {
        run.rule(Rule::RuntimeLingering);
        if run.has(Defect::LingeringThread) && !run.is_fixed(Fix::HangThreads) {
            return run.fault(Fault::ThreadLingers);
        }
    }
    run.world.interpreter_mut(slot).set_phase(Phase::Cleared);
    run.next(if run.is_fixed(Fix::ClaimAndFree) { Pc::EndOrphans } else { Pc::EndUnlink });
}

/// The thread states of others are taken off the list and marked: who has one hangs when it would attach again.
/// Rule `interpreter.end.threads`; `Py_EndInterpreter` as PR 134606 has it.
fn hang_others(run: &mut Run, slot: u8) {
    for index in 0..run.world.threads.len() as u8 {
        let thread = run.world.threads[usize::from(index)];
        let stays = thread.current == slot || thread.session == slot || thread.back == slot;
        let nested =
            run.world.sessions[usize::from(index)].iter().any(|session| session.is_used() && session.there == slot);
        let lives = thread.exists() && !matches!(thread.pc(), Pc::Gone | Pc::Hung);
        if index != run.index && lives && (stays || nested) {
            let held = thread.current;
            run.world.threads[usize::from(index)].pc = Pc::Hung as u8;
            if held != NONE && run.world.interpreter(held).gil == index {
                run.world.interpreter_mut(held).gil = NONE;
            }
        }
    }
    run.world.interpreter_mut(slot).thread_states = 1;
}

/// Claims one capsule that nobody has begun to release, and frees its payload. By now the objects are cleared.
/// Rule `interpreter.end.reclaim`; `PyInterpreterState_Delete` as PR 153745 has it.
fn claim_orphan(run: &mut Run) {
    let id = run.target().id;
    let is_orphan = |capsule: &Capsule| capsule.owner == id && capsule.has_payload() && !capsule.released();
    let Some(slot) = run.world.capsules.iter().position(is_orphan) else {
        return run.next(Pc::EndUnlink);
    };
    run.rule(Rule::EndReclaim);
    if matches!(run.world.capsule(slot as u8).payload(), Payload::Borrowed | Payload::Buffer) {
        run.note_fault(Fault::FreedAfterClear);
    }
    take_back(run, slot as u8);
    run.next(Pc::EndOrphans);
}

/// Takes the interpreter off the list: from here on no lookup finds it. Its queue goes with it.
/// Rules `interpreter.end.unlink`, `pending.add.finalizing`; `PyInterpreterState_Delete` in `pystate.c`.
fn unlink(run: &mut Run) {
    run.rule(Rule::EndUnlink);
    if !run.register_is_fresh() {
        return run.fault(Fault::DestroyOnFreed);
    }
    if run.current() != run.register() && run.target().phase() != Phase::Created {
        return run.fault(Fault::DeletedInUse);
    }
    nothing_is_left(run);
    run.target().set_phase(Phase::Unlinked);
    run.next(Pc::EndFree);
}

/// What goes with an interpreter must be nobody's any more: no call in its queue, no other thread state in it.
/// Who looked it up before may still come after the unlinking, so this is asked again when the memory goes.
fn nothing_is_left(run: &mut Run) {
    let own = u8::from(run.current() == run.register());
    let interpreter = *run.target();
    if interpreter.thread_states > own {
        run.note_fault(Fault::ThreadStateLeft);
    }
    let waits = |capsule: &Capsule| capsule.owner == interpreter.id && capsule.listed() && capsule.has_payload();
    if interpreter.pending_len > 0 || run.world.capsules.iter().any(waits) {
        run.note_fault(Fault::AcceptedLost);
        drop_queue(run, interpreter.id);
    }
}

/// What waited in the queue is gone with it, and whoever goes on past that need not be told again.
fn drop_queue(run: &mut Run, id: u8) {
    while run.target().pop_pending().is_some() {}
    for capsule in &mut run.world.capsules {
        if capsule.owner == id && capsule.listed() {
            capsule.set_listed(false);
        }
    }
}

/// Frees the memory: the address can be used again. Rule `interpreter.end.free`; `PyInterpreterState_Delete`.
fn free(run: &mut Run) {
    run.rule(Rule::EndFree);
    nothing_is_left(run);
    let slot = run.register();
    let was_attached = run.current() == slot;
    if was_attached {
        run.detach();
    }
    registry::nothing_outlives(run, slot);
    run.world.free_interpreter(slot);
    if was_attached { run.next(Pc::EndReturn) } else { run.done(Outcome::Done) }
}

/// Rule `interpreter.leave.restore`; `_PyXI_EndInterpreter` in `crossinterp.c`.
fn return_home(run: &mut Run) {
    run.rule(Rule::LeaveRestore);
    run.attach(run.thread().back);
    run.done(Outcome::Done);
}
