//! Releasing: a payload must be freed in its owner, wherever the release is asked for.
//!
//! The C code looks the owner up by id and then uses the address it got. The safe reading does both in one step, hands
//! what the owner's queue must not lose to a list that cannot be full, and leaves what comes too late to the teardown.

use crate::call::{CallKind, Outcome};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::fix::Fix;
use crate::rule::Rule;
use crate::step::{Pc, Run, capsule, namespace, pending};
use crate::witness::Witness;
use crate::world::{Payload, PendingKind, Phase};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::ReleaseBegin => begin(run),
        Pc::ReleaseLookUp => look_up(run),
        Pc::ReleaseHandOver => hand_over(run),
        _ => drain(run),
    }
}

pub(super) fn is_view(run: &Run) -> bool {
    run.call() == CallKind::DropView
}

/// Whether the capsule is the item of a namespace: those go through the helper.
fn is_item(run: &Run) -> bool {
    run.call() == CallKind::ReleaseItem || namespace::releases(run.call())
}

/// Claims the release, and sees whether there is anything to release at all: if not, no owner is needed.
/// Rules `capsule.release.once`, `capsule.release.nothing`; `_xidata_release` in `crossinterp.c`.
fn begin(run: &mut Run) {
    if is_view(run) {
        return run.next(Pc::ReleaseLookUp);
    }
    let slot = run.arg();
    run.rule(Rule::ReleaseOnce);
    if run.world.capsule(slot).released() {
        run.witness(Witness::ReleaseTwice);
        if !run.has(Defect::UnclaimedRelease) {
            return already_released(run, slot);
        }
    }
    run.world.capsule_mut(slot).set_released(true);
    if needs_owner(run, slot) {
        return run.next(Pc::ReleaseLookUp);
    }
    run.rule(Rule::ReleaseNothing);
    if run.world.capsule(slot).payload() == Payload::Buffer && !run.world.capsule(slot).consumed() {
        // Without a free function there seems to be nothing to release; the export says otherwise.
        capsule::clear_buffer(run, slot);
    }
    finish(run, slot, Outcome::Nothing);
}

/// A second release changes nothing about the payload; a structure that is given up only now goes with the payload, or
/// at once if that is gone already.
fn already_released(run: &mut Run, slot: u8) {
    let capsule = *run.world.capsule(slot);
    let settled = !capsule.has_payload() || !needs_owner(run, slot);
    if capsule.raw_free() && settled && !release_under_way(run, slot) {
        capsule::free_structure(run, slot);
    }
    run.done(Outcome::Released);
}

/// Whether another thread is in the middle of releasing the capsule, and will see to its structure.
fn release_under_way(run: &Run, slot: u8) -> bool {
    run.world.threads.iter().enumerate().any(|(index, thread)| {
        let releases = matches!(thread.pc(), Pc::ReleaseBegin | Pc::ReleaseLookUp | Pc::ReleaseHandOver);
        let of_a_view = CallKind::from_code(thread.call) == CallKind::DropView;
        index != usize::from(run.index) && thread.exists() && releases && !of_a_view && thread.arg == slot
    })
}

fn needs_owner(run: &Run, slot: u8) -> bool {
    let capsule = run.world.capsule(slot);
    match capsule.payload() {
        Payload::Immediate => false,
        Payload::Copied | Payload::Borrowed => true,
        Payload::Buffer => !capsule.consumed() && !run.has(Defect::MemoryviewUnconsumed),
    }
}

/// Looks the owner up. The list lock is dropped on return, so in C the answer may be stale at the next step.
/// Rule `capsule.release.lookup`; `_xidata_release` in `crossinterp.c`.
fn look_up(run: &mut Run) {
    run.rule(Rule::ReleaseLookup);
    let slot = run.arg();
    let owner = run.world.capsule(slot).owner;
    if run.world.capsule(slot).reclaimed() || !run.look_up(owner) {
        return owner_is_gone(run, slot);
    }
    if is_past_guarding(run) {
        return refused_guard(run, slot);
    }
    if run.has(Defect::ReleaseLookupThenEnqueue) {
        run.thread_mut().aux = run.target().phase() as u8;
        run.next(Pc::ReleaseHandOver);
    } else {
        hand_over(run);
    }
}

/// With PEP 788 the lookup takes a guard, which an owner that has passed its last check does not give any more. Who is in
/// the owner needs none.
fn is_past_guarding(run: &mut Run) -> bool {
    run.is_fixed(Fix::PinOwner) && run.target().queue_closed() && run.register() != run.current()
}

/// The owner gives no guard: it is as good as gone, unless its teardown takes back what is out.
/// Rule `capsule.release.owner-gone`; PEP 788.
fn refused_guard(run: &mut Run, slot: u8) {
    let abandons = if is_view(run) { Defect::MemoryviewAfterOwner } else { Defect::ReleaseAfterOwnerDestroyed };
    if run.has(abandons) { owner_is_gone(run, slot) } else { list(run, slot) }
}

/// No interpreter has the owner's id any more.
/// Rule `capsule.release.owner-gone`; `_xidata_release` and `_release_xid_data` in `crossinterp.c`.
fn owner_is_gone(run: &mut Run, slot: u8) {
    run.rule(Rule::ReleaseOwnerGone);
    run.witness(Witness::ReleaseOwnerGone);
    if !run.world.capsule(slot).has_payload() {
        return finish(run, slot, Outcome::OwnerEnded);
    }
    if is_view(run) {
        run.note_fault(Fault::ViewOfDeadOwner);
        return run.done(Outcome::OwnerEnded);
    }
    if is_item(run) && run.has(Defect::WrongInterpreterClear) {
        let has_freed = run.has(Defect::HelperClearsFreed) && !run.has(Defect::InvertedRawFree);
        return if has_freed { run.fault(Fault::HelperUsesFreed) } else { clear_wherever(run, slot) };
    }
    run.note_fault(Fault::PayloadAbandoned);
    finish(run, slot, Outcome::OwnerEnded);
}

/// The helper drops the error and clears the payload where it is.
/// Rule `capsule.release.helper`; `_release_xid_data` in `crossinterp.c`.
fn clear_wherever(run: &mut Run, slot: u8) {
    run.note_fault(Fault::ClearedElsewhere);
    capsule::empty(run, slot);
    finish(run, slot, Outcome::Done);
}

/// Clears here when the owner is current; otherwise hands the clear to the owner.
/// Rules `capsule.release.owner-current`, `capsule.release.owner-elsewhere`; `_Py_CallInInterpreter*` in `crossinterp.c`.
fn hand_over(run: &mut Run) {
    let slot = run.arg();
    if !pending::check_register(run) {
        return;
    }
    note_phase(run);
    if run.world.capsule(slot).pins > 0 {
        run.witness(Witness::ReleaseWhileRead);
    }
    if !is_view(run) && !needs_owner(run, slot) {
        // Handed over to a view since the release began: the export is the view's to release.
        return finish(run, slot, Outcome::Nothing);
    }
    if run.register() == run.current() {
        return clear_here(run, slot);
    }
    run.rule(Rule::ReleaseOwnerElsewhere);
    run.witness(Witness::ReleaseElsewhere);
    if run.has(Defect::RunInCaller) {
        return run.fault(Fault::RanInCaller);
    }
    if has_bounded_queue(run) { queue(run, slot) } else { list(run, slot) }
}

fn has_bounded_queue(run: &Run) -> bool {
    run.has(if is_view(run) { Defect::OverflowBufferStuck } else { Defect::OverflowLeak })
}

/// Rule `capsule.release.owner-current`; `_Py_CallInInterpreter` in `crossinterp.c`.
fn clear_here(run: &mut Run, slot: u8) {
    run.rule(Rule::ReleaseOwnerCurrent);
    run.witness(Witness::ReleaseInOwner);
    if run.world.capsule(slot).pins > 0 {
        run.world.capsule_mut(slot).set_listed(true);
        return run.done(Outcome::Queued);
    }
    let owner = run.world.capsule(slot).owner;
    if is_view(run) {
        capsule::release_export(run, slot, owner);
        return run.done(Outcome::Done);
    }
    keep_structure_by_mistake(run);
    capsule::clear_released(run, slot, owner);
    run.done(Outcome::Done);
}

/// The helper asks for the opposite of what it was asked for: the structure that the client gave up is kept.
/// Rule `capsule.release.helper`; `_release_xid_data` in `crossinterp.c`.
fn keep_structure_by_mistake(run: &mut Run) {
    if !is_item(run) {
        return;
    }
    run.rule(Rule::ReleaseHelper);
    if run.has(Defect::InvertedRawFree) {
        run.note_fault(Fault::StructLeaked);
        let slot = run.arg();
        run.world.capsule_mut(slot).set_raw_free(false);
    }
}

/// Queues the clear on the owner, if there is room; the C code says "done" either way.
/// Rules `pending.call.queued`, `pending.call.reported`, `pending.add.full`; `_PyEval_AddPendingCall` in `ceval_gil.c`.
fn queue(run: &mut Run, slot: u8) {
    run.rule(Rule::CallQueued);
    if pending::refuses_at_end(run) {
        return pending::refused(run);
    }
    if run.target().queue_closed() && !run.has(Defect::LostInFinalization) {
        return list(run, slot);
    }
    if !pending::has_room(run) {
        run.witness(Witness::ReleaseQueueFull);
        return pending::refused(run);
    }
    keep_structure_by_mistake(run);
    let raw_free = run.world.capsule(slot).raw_free();
    let view = is_view(run);
    let kind = if view {
        PendingKind::ReleaseBuffer { capsule: slot }
    } else {
        PendingKind::Clear { capsule: slot, raw_free }
    };
    pending::push(run, kind);
    go_on_to_drain(run);
}

/// Puts the capsule on the owner's own list: threaded through the capsules, it takes no memory and is never full.
/// Rule `capsule.release.executed`; the repaired protocol.
fn list(run: &mut Run, slot: u8) {
    if run.target().pending_len >= run.setup.scope.queue_capacity {
        run.witness(Witness::ReleaseQueueFull);
    }
    keep_structure_by_mistake(run);
    run.world.capsule_mut(slot).set_listed(true);
    go_on_to_drain(run);
}

fn go_on_to_drain(run: &mut Run) {
    let owner = run.register();
    if begin_to_drain(run, owner) {
        run.witness(Witness::DrainByReleaser);
        run.next(Pc::ReleaseDrain);
    } else {
        run.done(Outcome::Queued);
    }
}

/// Takes an idle owner for a moment, so that what was released to it need not wait until it runs again.
/// Rule `pending.run.idle-owner`; the repaired protocol.
pub(super) fn begin_to_drain(run: &mut Run, owner: u8) -> bool {
    if run.has(Defect::HeldUntilOwnerRuns) {
        return false;
    }
    run.rule(Rule::RunIdle);
    let interpreter = run.world.interpreter_mut(owner);
    let idle = interpreter.phase() == Phase::Ready && interpreter.thread_states == 0 && !interpreter.draining();
    if idle {
        interpreter.set_draining(true);
        let id = interpreter.id;
        let thread = run.thread_mut();
        (thread.reg_slot, thread.reg_id) = (owner, id);
    }
    idle
}

/// Carries out one release in the idle owner's context; when none is left, lets go of it.
/// Rule `pending.run.idle-owner`; the repaired protocol.
fn drain(run: &mut Run) {
    run.rule(Rule::RunIdle);
    let owner = run.register();
    if !run.register_is_fresh() || run.world.interpreter(owner).thread_states > 0 {
        return run.fault(Fault::OccupiedWhileDrained);
    }
    let bounded = run.has(Defect::OverflowLeak) || run.has(Defect::OverflowBufferStuck);
    if pending::run_one(run, owner, bounded).ran() {
        return run.next(Pc::ReleaseDrain);
    }
    run.world.interpreter_mut(owner).set_draining(false);
    if run.call() == CallKind::Materialise || namespace::reads(run.call()) {
        return run.done(Outcome::Value);
    }
    let freed = !run.world.capsule(run.arg()).has_payload();
    run.done(if freed { Outcome::Done } else { Outcome::Queued });
}

/// Ends the call; the structure goes with it if the client gave that up too.
fn finish(run: &mut Run, slot: u8, outcome: Outcome) {
    if run.world.capsule(slot).raw_free() && !is_view(run) {
        keep_structure_by_mistake(run);
    }
    if run.world.capsule(slot).raw_free() && !is_view(run) {
        capsule::free_structure(run, slot);
    }
    run.done(outcome);
}

/// Which part of the owner's end the release falls into.
fn note_phase(run: &mut Run) {
    let seen = run.thread().aux;
    let target = *run.target();
    if run.has(Defect::ReleaseLookupThenEnqueue) && seen != target.phase() as u8 {
        run.witness(Witness::ReleaseAfterLookupOwnerMoved);
    }
    match (target.phase(), target.queue_closed()) {
        (Phase::Finalizing, false) => run.witness(Witness::ReleaseBeforeFlush),
        (Phase::Finalizing, true) => run.witness(Witness::ReleaseAfterFlush),
        (Phase::Cleared, _) => run.witness(Witness::ReleaseAfterClear),
        _ => {}
    }
}
