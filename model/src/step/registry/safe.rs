//! The safe reading of a registry: changes under the lock and in one step, lookups of what is published; and the end
//! of registries, in either reading.

use super::walk::{allocate, conflicts, keeps_builtin, no_memory, note_count};
use super::{class, find, is_registration, place, unlock};
use crate::call::{CallKind, Outcome};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run};
use crate::witness::Witness;
use crate::world::{Allocation, ENTRIES_MAX, Entry, GLOBAL, NONE, Registry};

/// Answers what is registered at this moment, and waits for nobody.
/// Rules `registry.linearizable`, `registry.lookup.exact`, `registry.lookup.missing`; the repaired protocol.
pub(super) fn look_up(run: &mut Run, place: u8) {
    run.rule(Rule::RegistryLinearizable);
    let now = find(run, place, class(run)).map(|entry| run.world.entry(entry).converter);
    let (rule, witness) = match now {
        Some(_) => (Rule::TypeFound, Witness::TypeFound),
        None => (Rule::TypeMissing, Witness::TypeMissing),
    };
    run.rule(rule);
    run.witness(witness);
    let told = if run.has(Defect::RegistryStale) { remembered(run, now) } else { now };
    if told != now {
        run.note_fault(Fault::StaleLookup);
    }
    run.done(told.map_or(Outcome::NotRegistered, Outcome::Converter));
}

/// What the thread was told the first time, whatever it asked for.
fn remembered(run: &mut Run, now: Option<u8>) -> Option<u8> {
    const NOTHING: u8 = 0x7e;
    let walk = run.walk_mut();
    if walk.read == NONE {
        walk.read = now.unwrap_or(NOTHING);
    }
    Some(walk.read).filter(|&read| read != NOTHING)
}

/// Changes the registry under its lock; nobody sees it half done.
/// Rules `registry.serial`, `registry.linearizable`; the repaired protocol.
pub(super) fn change(run: &mut Run) {
    run.rule(Rule::RegistryLinearizable);
    let place = place(run);
    let found = find(run, place, class(run));
    let outcome = match (run.call(), found) {
        (CallKind::RegisterNoMemory, None) => return no_memory(run),
        (_, Some(entry)) if is_registration(run) => count_again(run, entry),
        (_, None) if is_registration(run) => add(run, place),
        (CallKind::Unregister, Some(entry)) => take_off(run, place, entry),
        (CallKind::Unregister, None) => {
            run.rule(Rule::UnregisterMissing);
            Outcome::NotRegistered
        }
        (_, Some(entry)) => {
            run.rule(Rule::DeadPruned);
            remove(run, place, entry);
            Outcome::Done
        }
        (_, None) => Outcome::Done,
    };
    unlock(run, outcome);
}

/// Rules `registry.register.again`, `registry.register.conflict`; the repaired protocol.
fn count_again(run: &mut Run, number: u8) -> Outcome {
    let entry = *run.world.entry(number);
    if conflicts(run, entry) {
        return Outcome::Conflict;
    }
    book(run, number, 1);
    Outcome::Done
}

fn book(run: &mut Run, number: u8, change: i8) {
    note_count(run, change);
    let class = class(run);
    run.world.entry_mut(number).count += change;
    run.world.types[usize::from(class)].balance += change;
}

/// Rules `registry.register.first`, `registry.order`; the repaired protocol.
fn add(run: &mut Run, place: u8) -> Outcome {
    run.rule(Rule::RegistryOrder);
    let head = run.world.registry(place).head;
    let number = allocate(run, head);
    if head != NONE {
        run.world.entry_mut(head).prev = number;
    }
    run.world.registry_mut(place).head = number;
    let class = class(run);
    run.world.types[usize::from(class)].balance += 1;
    Outcome::Done
}

/// Rules `registry.unregister.counted`, `registry.unregister.last`, `registry.builtins.keep`; the repaired protocol.
fn take_off(run: &mut Run, place: u8, number: u8) -> Outcome {
    let last = run.world.entry(number).count == 1;
    if last && keeps_builtin(run) {
        return Outcome::Builtin;
    }
    book(run, number, -1);
    if last {
        run.rule(Rule::UnregisterLast);
        remove(run, place, number);
    }
    Outcome::Done
}

/// Rule `registry.dead.with-its-type`; the repaired protocol.
fn remove(run: &mut Run, place: u8, number: u8) {
    let Entry { class, next, prev, .. } = *run.world.entry(number);
    if prev != NONE {
        run.world.entry_mut(prev).next = next;
    } else {
        run.world.registry_mut(place).head = next;
    }
    if next != NONE {
        run.world.entry_mut(next).prev = prev;
    }
    run.world.types[usize::from(class)].balance = 0;
    run.world.entry_mut(number).free();
}

/// Frees every entry and takes no more: the end of a registry.
/// Rules `registry.end.interpreter`, `registry.end.runtime`; `_xidregistry_fini` and `_xidregistry_clear` in `crossinterp.c`.
pub(crate) fn close(run: &mut Run, place: u8) {
    run.rule(Rule::RegistryEndInterpreter);
    let listed: Vec<u8> = run.world.listed_entries(place).collect();
    if !listed.is_empty() {
        run.witness(Witness::RegistryEnds);
    }
    for number in listed {
        let class = run.world.entry(number).class;
        run.world.types[usize::from(class)].balance = 0;
        run.world.entry_mut(number).free();
    }
    *run.world.registry_mut(place) = Registry { head: NONE, lock: Registry::CLOSED };
}

/// The main interpreter ends, and the global registry with it. The safe reading wants every other one ended first.
/// Rule `registry.end.runtime`; `_PyXI_Fini` in `crossinterp.c`, `Py_FinalizeEx` in `pylifecycle.c`.
pub(crate) fn end_runtime(run: &mut Run) {
    run.rule(Rule::RegistryEndRuntime);
    if run.world.registry(GLOBAL).is_closed() {
        return run.done(Outcome::Nothing);
    }
    let others = run.world.interpreters.iter().any(|other| other.id != 0 && other.is_listed());
    if others && !run.has(Defect::RuntimeFiniLive) {
        return run.done(Outcome::Running);
    }
    close(run, GLOBAL);
    run.done(Outcome::Done);
}

/// Code of the interpreter that runs after the layer was finalized there: a conversion of something unshareable.
/// Rule `registry.end.late`; `_set_xid_lookup_failure` in `crossinterp.c`.
pub(crate) fn look_up_late(run: &mut Run) {
    run.rule(Rule::RegistryEndLate);
    run.witness(Witness::LateCode);
    if run.has(Defect::UseAfterFini) {
        return run.fault(Fault::ErrorTypeGone);
    }
    run.next(Pc::EndClear);
}

/// The same, and a class is registered: C takes it, in a list that nobody will clear again.
/// Rules `registry.end.late`, `registry.end.interpreter`; `_xidregistry_add_type` in `crossinterp.c`.
pub(crate) fn register_late(run: &mut Run) {
    run.rule(Rule::RegistryEndLate);
    run.witness(Witness::LateCode);
    if run.has(Defect::LateRegister) {
        run.note_fault(Fault::EntryOutlives);
    }
    run.next(Pc::EndClear);
}

/// Nothing of the registry is left when the interpreter's memory goes.
/// Rule `registry.end.interpreter`; `PyInterpreterState_Delete` in `pystate.c`.
pub(crate) fn nothing_outlives(run: &mut Run, slot: u8) {
    let home = run.world.interpreter(slot).id;
    let left = (0..ENTRIES_MAX as u8).any(|number| {
        let entry = run.world.entry(number);
        let of_home = entry.class != NONE && run.world.types[usize::from(entry.class)].home == home;
        of_home && entry.allocation() == Allocation::Live
    });
    if left {
        run.note_fault(Fault::EntryOutlives);
    }
    *run.world.registry_mut(slot) = Registry { head: NONE, lock: NONE };
}
