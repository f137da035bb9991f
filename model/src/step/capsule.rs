//! Capsules: making one, clearing its payload, freeing its structure.

use crate::call::{CallKind, Outcome, allocation_of};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run, release};
use crate::world::{Allocation, Capsule, Payload};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::ConvertGet => get(run),
        _ => free(run),
    }
}

/// Fills a capsule: structure, block, reference, owner id. One step, because no other thread knows of it before it is done.
/// Rules `capsule.new`, `capsule.init`, `capsule.get.owner`, `capsule.fields`; `_PyObject_GetXIData` in `crossinterp.c`.
fn get(run: &mut Run) {
    if run.call() == CallKind::ConvertNoMemory {
        return fail_to_allocate(run);
    }
    let payload = run.payload_arg();
    for rule in [Rule::CapsuleNew, Rule::CapsuleFields, Rule::CapsuleInit, Rule::CapsuleGetOwner] {
        run.rule(rule);
    }
    let owner = run.world.interpreter(run.current()).id;
    let slot = run.world.unused_capsule(usize::from(run.setup.scope.capsules)).expect("the client looked for room");
    *run.world.capsule_mut(slot) = Capsule::converted(payload, owner);
    run.done(Outcome::Made(slot));
}

/// One allocation of the conversion fails. What is left then, the exact conversion says: in the safe reading nothing, and
/// the caller is told; in C a block, a reference or an export that no world remembers, or no exception.
/// Rules `capsule.init.no-memory`, `convert.no-memory`, `convert.failure`; `_PyCrossInterpreterData_InitWithSize` and
/// `_tuple_shared` in `crossinterp.c`.
fn fail_to_allocate(run: &mut Run) {
    for rule in [Rule::CapsuleInitNoMemory, Rule::ConvertNoMemory, Rule::ConvertFailure] {
        run.rule(rule);
    }
    let (kind, at) = allocation_of(run.arg());
    let left = run.setup.failures.get(kind, at).expect("the client names an allocation that there is");
    if left.references > 0 || left.exports > 0 {
        run.note_fault(Fault::FailureHoldsObject);
    } else if left.blocks > 0 {
        run.note_fault(Fault::FailureLeaksBlock);
    } else if !left.exception {
        run.note_fault(Fault::FailureSilent);
    }
    run.done(Outcome::NoMemory);
}

/// The client gives up its handle when a call takes the structure, and its claim when a call releases the payload.
pub(super) fn hand_over(run: &mut Run, slot: u8) {
    let kind = run.call();
    let capsule = run.world.capsule_mut(slot);
    match kind {
        CallKind::ReleaseRawFree | CallKind::ReleaseItem | CallKind::Free => {
            capsule.set_held(false);
            capsule.set_raw_free(true);
        }
        CallKind::DropView => capsule.set_view(Allocation::Freed),
        _ => {}
    }
}

/// `_PyXIData_Free`: clears in the current interpreter, whichever that is, and frees the structure.
/// Rule `capsule.free`; `_PyCrossInterpreterData_Free` in `crossinterp.c`.
///
/// The safe reading frees by releasing: it claims the capsule first, and leaves a payload that is being read to the list.
fn free(run: &mut Run) {
    run.rule(Rule::FreeStruct);
    if !run.has(Defect::FreeUnclaimed) {
        return release::step(run, Pc::ReleaseBegin);
    }
    let slot = run.arg();
    let here = run.world.interpreter(run.current()).id;
    run.world.capsule_mut(slot).set_released(true);
    if run.world.capsule(slot).has_payload() {
        clear_payload(run, slot, here);
    }
    free_structure(run, slot);
    run.done(Outcome::Done);
}

/// Clears a payload that was released, and frees the structure if that goes with it.
/// Rules `capsule.clear.order`, `pending.raw-free`; `_call_clear_xidata` and `_Py_CallInInterpreterAndRawFree`.
pub(super) fn clear_released(run: &mut Run, slot: u8, context: u8) {
    clear_payload(run, slot, context);
    if run.world.capsule(slot).raw_free() {
        run.rule(Rule::RawFree);
        free_structure(run, slot);
    }
}

/// Frees the block, then drops the object. Must run in the owner.
/// Rules `capsule.clear.order`, `capsule.clear.owner`, `capsule.clear.undoes`; `_xidata_clear` in `crossinterp.c`.
fn clear_payload(run: &mut Run, slot: u8, context: u8) {
    run.rule(Rule::ClearOrder);
    run.rule(Rule::ClearOwner);
    let capsule = *run.world.capsule(slot);
    if capsule.structure() == Allocation::Freed {
        return run.fault(Fault::StructUseAfterFree);
    }
    if capsule.owner != context {
        run.note_fault(Fault::ClearedElsewhere);
    }
    if !capsule.has_payload() {
        return run.fault(Fault::DoubleFree);
    }
    empty(run, slot);
}

/// What a clear does wherever it runs: C does not look at the owner. `_xidata_clear` in `crossinterp.c`.
pub(super) fn empty(run: &mut Run, slot: u8) {
    if run.world.capsule(slot).payload() == Payload::Buffer {
        return clear_buffer(run, slot);
    }
    let capsule = run.world.capsule_mut(slot);
    capsule.set_data(Allocation::Freed);
    if capsule.object() == Allocation::Live {
        capsule.set_object(Allocation::Freed);
    }
}

/// A buffer that nobody read: its export has to be released as well.
/// Rule `capsule.clear.undoes`; `_pybuffer_shared` in `_interpretersmodule.c`.
pub(super) fn clear_buffer(run: &mut Run, slot: u8) {
    run.rule(Rule::ClearUndoes);
    if run.has(Defect::MemoryviewUnconsumed) {
        run.note_fault(Fault::ExportForgotten);
        return run.world.capsule_mut(slot).set_forgotten(true);
    }
    run.world.capsule_mut(slot).set_data(Allocation::Freed);
}

/// A view is gone: its export is released, in the owner.
/// Rule `capsule.view.release`; `_PyBuffer_ReleaseInInterpreterAndRawFree` in `pybuffer.h`.
pub(super) fn release_export(run: &mut Run, slot: u8, context: u8) {
    run.rule(Rule::ViewRelease);
    let capsule = *run.world.capsule(slot);
    if capsule.owner != context {
        run.note_fault(Fault::ClearedElsewhere);
    }
    if capsule.data() == Allocation::Freed {
        return run.fault(Fault::DoubleFree);
    }
    run.world.capsule_mut(slot).set_data(Allocation::Freed);
}

/// Frees the structure. Rule `capsule.release.raw-free`; `PyMem_RawFree` on the capsule.
pub(super) fn free_structure(run: &mut Run, slot: u8) {
    run.rule(Rule::ReleaseRawFree);
    if run.world.capsule(slot).structure() == Allocation::Freed {
        return run.fault(Fault::DoubleFree);
    }
    run.world.capsule_mut(slot).set_structure(Allocation::Freed);
}
