//! Registries: which types cross, and with which converter.
//!
//! The C code walks a linked list: under a mutex if it is the global one, under nothing but the GIL otherwise. Here each
//! entry that it looks at is a step of its own, and so are linking, unlinking and freeing one, reading a count and writing it. The safe reading changes any registry under its lock and in one step,
//! and looks up what is published without waiting for anybody.

mod safe;
mod walk;

use crate::call::{CallKind, Outcome, class_of, converter_of};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run};
use crate::witness::Witness;
use crate::world::{Allocation, GLOBAL, NONE, Registry, Thread, Type, World};

pub(super) use safe::{close, end_runtime, look_up_late, nothing_outlives, register_late};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::TypeChoose => choose(run),
        Pc::TypeLock => lock(run),
        Pc::TypeChange => safe::change(run),
        Pc::RuntimeEnd => end_runtime(run),
        _ => walk::step(run, pc),
    }
}

/// The type that the call is about.
fn class(run: &Run) -> u8 {
    class_of(run.arg())
}

fn class_type<'a>(run: &'a Run) -> &'a Type {
    &run.world.types[usize::from(class(run))]
}

/// The converter that is to be registered.
fn converter(run: &Run) -> u8 {
    if run.call() == CallKind::Register { converter_of(run.arg()) } else { 0 }
}

fn is_registration(run: &Run) -> bool {
    matches!(run.call(), CallKind::Register | CallKind::RegisterNoMemory)
}

fn place(run: &Run) -> u8 {
    place_of(run.world, run.thread())
}

/// Where the type of the thread's call belongs: heap types to the registry of the current interpreter, static ones to
/// the global registry.
fn place_of(world: &World, thread: &Thread) -> u8 {
    let is_heap = world.types[usize::from(class_of(thread.arg))].is_heap();
    if is_heap { thread.current } else { GLOBAL }
}

/// Chooses the registry by the type alone; a heap type may die here first.
/// Rules `registry.kinds`, `registry.choice`; `_get_xidregistry_for_type` in `crossinterp.c`.
fn choose(run: &mut Run) {
    run.rule(Rule::RegistryKinds);
    run.rule(Rule::RegistryChoice);
    let place = place(run);
    if run.call() == CallKind::TypeDies && !die(run) {
        return;
    }
    if run.world.registry(place).is_closed() {
        return too_late(run, place);
    }
    let unlocked = run.has(Defect::RegistryUnlocked);
    if run.call() == CallKind::LookUpType && !unlocked {
        return safe::look_up(run, place);
    }
    if place == GLOBAL || !unlocked {
        return run.next(Pc::TypeLock);
    }
    run.rule(Rule::RegistrySerial);
    walk::begin(run, place);
}

/// The type is collected. In C nothing tells its registry: the entry stays until a walk passes it. Whether the call goes on.
/// Rule `registry.dead.with-its-type`; `_xidregistry_add_type` in `crossinterp.c`, which gives the weak reference no callback.
fn die(run: &mut Run) -> bool {
    run.rule(Rule::DeadWithType);
    let class = class(run);
    run.world.types[usize::from(class)].die();
    if run.has(Defect::DeadEntryKept) {
        run.done(Outcome::Done);
    }
    !run.has(Defect::DeadEntryKept)
}

/// The entry of the class among those that its registry lists.
fn find(run: &Run, place: u8, class: u8) -> Option<u8> {
    let lists = |&number: &u8| {
        let entry = run.world.entry(number);
        entry.class == class && entry.allocation() == Allocation::Live
    };
    run.world.listed_entries(place).find(lists)
}

/// Waits for the lock and takes it; the step is not enabled while another thread holds it.
/// Rules `registry.lock`, `registry.serial`; `_xidregistry_lock` in `crossinterp.c`.
fn lock(run: &mut Run) {
    run.rule(if place(run) == GLOBAL { Rule::RegistryLock } else { Rule::RegistrySerial });
    let place = place(run);
    if run.world.registry(place).is_closed() {
        return too_late(run, place);
    }
    run.world.registry_mut(place).lock = run.index;
    if run.has(Defect::RegistryUnlocked) { walk::begin(run, place) } else { run.next(Pc::TypeChange) }
}

/// Whether the registry that the thread wants to lock is free. It is asked before the step is offered.
pub(crate) fn may_lock(world: &World, thread: &Thread) -> bool {
    let lock = world.registry(place_of(world, thread)).lock;
    lock == NONE || lock == Registry::CLOSED
}

/// Gives the lock back and ends the call.
/// Rule `registry.lock`; `_xidregistry_unlock` in `crossinterp.c`.
fn unlock(run: &mut Run, outcome: Outcome) {
    let place = place(run);
    if run.world.registry(place).lock == run.index {
        run.world.registry_mut(place).lock = NONE;
    }
    let waits = |thread: &Thread| thread.exists() && thread.pc() == Pc::TypeLock;
    if run.world.threads.iter().any(waits) {
        run.witness(Witness::LockWaits);
    }
    run.done(outcome);
}

/// The registry was finalized; the code that asks has outlived the layer.
/// Rules `registry.end.late`, `registry.end.runtime`; `_PyXI_Fini` in `crossinterp.c`.
fn too_late(run: &mut Run, place: u8) {
    run.rule(Rule::RegistryEndLate);
    if place == GLOBAL && run.has(Defect::RuntimeFiniLive) && run.world.interpreter(run.current()).id != 0 {
        run.rule(Rule::RegistryEndRuntime);
        return run.fault(Fault::GlobalRegistryGone);
    }
    if run.call() == CallKind::LookUpType && run.has(Defect::UseAfterFini) {
        return run.fault(Fault::ErrorTypeGone);
    }
    if run.call() == CallKind::Register && run.has(Defect::LateRegister) {
        run.note_fault(Fault::EntryOutlives);
    }
    run.done(Outcome::Ending);
}
