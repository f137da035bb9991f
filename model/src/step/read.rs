//! Materialising: making a new object from a payload, in the interpreter that is current.

use crate::call::Outcome;
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run, release, waits_for_reader};
use crate::witness::Witness;
use crate::world::{Allocation, Payload, Phase};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::MaterialiseBegin => begin(run),
        Pc::MaterialiseRead => read(run),
        _ => end(run),
    }
}

/// Begins to read. The C code asks nothing; the safe reading takes a hold on the payload, or is refused.
/// Rules `capsule.new-object.alive`, `capsule.new-object.one-shot`; `_PyCrossInterpreterData_NewObject`.
fn begin(run: &mut Run) {
    let slot = run.arg();
    let hold = if run.has(Defect::ReadAfterOwner) { Ok(()) } else { pin(run, slot) };
    if let Err(refusal) = hold {
        return run.done(refusal);
    }
    if run.world.capsule(slot).payload() == Payload::Buffer && !consume(run, slot) {
        return;
    }
    if run.world.capsule(slot).payload() == Payload::Immediate {
        return read(run);
    }
    run.next(Pc::MaterialiseRead);
}

/// Takes a hold: the owner's teardown waits for it. Immediate values need none.
/// Rule `capsule.new-object.alive`; the repaired protocol.
fn pin(run: &mut Run, slot: u8) -> Result<(), Outcome> {
    run.rule(Rule::NewObjectAlive);
    let capsule = *run.world.capsule(slot);
    if capsule.payload() == Payload::Immediate {
        return if capsule.released() { Err(Outcome::Released) } else { Ok(()) };
    }
    let was_consumed = capsule.payload() == Payload::Buffer && capsule.consumed();
    if !capsule.released() && (capsule.reclaimed() || !owner_lives(run, capsule.owner)) {
        run.witness(Witness::ReadRefused);
        return Err(Outcome::OwnerEnded);
    }
    if capsule.listed() || capsule.reclaimed() || !capsule.has_payload() && !was_consumed {
        return Err(Outcome::Released);
    }
    if was_consumed && !run.has(Defect::MemoryviewReused) {
        run.rule(Rule::NewObjectOneShot);
        return Err(Outcome::Consumed);
    }
    note_ending_owner(run, capsule.owner);
    run.world.capsule_mut(slot).pins += 1;
    Ok(())
}

fn note_ending_owner(run: &mut Run, owner: u8) {
    let ending = run.world.look_up(owner).is_none_or(|slot| run.world.interpreter(slot).phase() >= Phase::Finalizing);
    if ending {
        run.witness(Witness::ReadDuringEnd);
    }
}

/// A one-shot payload is handed over by the first read.
/// Rule `capsule.new-object.one-shot`; `_memoryview_from_xid` in `_interpretersmodule.c`.
fn consume(run: &mut Run, slot: u8) -> bool {
    run.rule(Rule::NewObjectOneShot);
    if !run.world.capsule(slot).consumed() {
        run.world.capsule_mut(slot).set_consumed(true);
        return true;
    }
    if run.has(Defect::MemoryviewReused) {
        run.note_fault(Fault::ConsumedTwice);
        return true;
    }
    run.done(Outcome::Consumed);
    false
}

/// Reads the payload. Everything it touches must still be there.
/// Rules `capsule.new-object.any-number`, `capsule.new-object.alive`; the type's `new_object` function.
fn read(run: &mut Run) {
    run.rule(Rule::NewObjectAnyTime);
    let slot = run.arg();
    if let Some(fault) = touch(run, slot) {
        return run.fault(fault);
    }
    let capsule = run.world.capsule_mut(slot);
    if capsule.payload() == Payload::Buffer {
        capsule.set_view(Allocation::Live);
    }
    if capsule.pins > 0 { run.next(Pc::MaterialiseEnd) } else { run.done(Outcome::Value) }
}

fn touch(run: &mut Run, slot: u8) -> Option<Fault> {
    let capsule = *run.world.capsule(slot);
    if capsule.payload() == Payload::Immediate {
        return (capsule.structure() == Allocation::Freed).then_some(Fault::StructUseAfterFree);
    }
    if capsule.data() == Allocation::Freed {
        let pinned = !run.has(Defect::ReadAfterOwner);
        return Some(if pinned { Fault::ReadUnderReclaim } else { read_fault(run, slot) });
    }
    if capsule.structure() == Allocation::Freed && capsule.pins == 0 {
        return Some(Fault::StructUseAfterFree);
    }
    let points_into_owner = matches!(capsule.payload(), Payload::Borrowed | Payload::Buffer);
    (points_into_owner && !owner_lives(run, capsule.owner)).then_some(Fault::ReadOfDeadOwner)
}

/// A payload that the teardown took back belonged to a dead owner; any other was freed by a release.
fn read_fault(run: &Run, slot: u8) -> Fault {
    if run.world.capsule(slot).reclaimed() { Fault::ReadOfDeadOwner } else { Fault::ReadAfterFree }
}

fn owner_lives(run: &Run, owner: u8) -> bool {
    run.world.look_up(owner).is_some_and(|slot| run.world.interpreter(slot).phase() < Phase::Cleared)
}

/// Gives up the hold. The last reader of a payload that was released meanwhile sees to it that an idle owner is drained.
/// Rule `capsule.new-object.alive`; the repaired protocol.
fn end(run: &mut Run) {
    let slot = run.arg();
    let capsule = *run.world.capsule(slot);
    let owner = run.world.look_up(capsule.owner);
    if someone_waits(run) {
        run.witness(Witness::ReclaimWaits);
    }
    let ending = owner.is_some_and(|slot| run.world.interpreter(slot).phase() == Phase::Finalizing);
    if !(run.has(Defect::UnpinForgotten) && ending) {
        run.world.capsule_mut(slot).pins -= 1;
    }
    let capsule = run.world.capsule(slot);
    let due = owner.filter(|_| capsule.pins == 0 && capsule.listed());
    if due.is_some_and(|owner| release::begin_to_drain(run, owner)) {
        run.witness(Witness::DrainByReader);
        return run.next(Pc::ReleaseDrain);
    }
    run.done(Outcome::Value);
}

/// Whether a teardown stands still because of a reader.
fn someone_waits(run: &Run) -> bool {
    let waits = |(index, thread): (usize, &crate::world::Thread)| {
        thread.exists() && thread.pc() == Pc::EndReclaim && waits_for_reader(run.setup, run.world, index as u8)
    };
    run.world.threads.iter().enumerate().any(waits)
}
