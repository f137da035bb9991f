//! The walk of the C code along a registry, one touch of the list a step.
//!
//! With a lock, or a GIL, nobody sees the steps in between. Without either, everything that can go wrong does. The
//! repaired protocol has no such walk.

use super::{class, class_type, converter, is_registration, place, unlock};
use crate::call::{CallKind, Outcome};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run};
use crate::witness::Witness;
use crate::world::{Allocation, ENTRIES_MAX, Entry, NONE};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::TypeWalk => walk(run),
        Pc::TypeMatched => matched(run),
        Pc::TypeStore => store(run),
        Pc::TypeNew => new_entry(run),
        Pc::TypeLink => link(run),
        Pc::TypeUnlink => unlink(run),
        _ => free(run),
    }
}

/// Begins at the head: the newest entry is seen first.
/// Rule `registry.order`; `_xidregistry_find_type` in `crossinterp.c`.
pub(super) fn begin(run: &mut Run, place: u8) {
    run.rule(Rule::RegistryOrder);
    let head = run.world.registry(place).head;
    go_to(run, head);
}

fn cursor(run: &Run) -> u8 {
    run.walk().cursor
}

fn go_to(run: &mut Run, entry: u8) {
    run.walk_mut().cursor = entry;
    if entry == NONE { not_found(run) } else { run.next(Pc::TypeWalk) }
}

/// The entry under the cursor, unless it was freed.
fn entry(run: &mut Run) -> Option<Entry> {
    let entry = *run.world.entry(cursor(run));
    if entry.allocation() == Allocation::Freed {
        run.fault(Fault::WalkedAfterFree);
        return None;
    }
    Some(entry)
}

/// Looks at one entry: a dead one is taken out, one of the very type is what was looked for, any other is passed.
/// Rules `registry.dead.pruned`, `registry.lookup.exact`; `_xidregistry_find_type` in `crossinterp.c`.
fn walk(run: &mut Run) {
    let Some(entry) = entry(run) else { return };
    if !run.world.types[usize::from(entry.class)].is_alive() {
        run.rule(Rule::DeadPruned);
        run.witness(Witness::DeadEntryPassed);
        return run.next(Pc::TypeUnlink);
    }
    if entry.class == class(run) {
        return run.next(Pc::TypeMatched);
    }
    go_to(run, entry.next);
}

/// Nothing of that type is registered.
/// Rules `registry.lookup.missing`, `registry.unregister.missing`; `_lookup_getdata_from_registry` and
/// `_PyCrossInterpreterData_UnregisterClass` in `crossinterp.c`.
fn not_found(run: &mut Run) {
    match run.call() {
        CallKind::Register => run.next(Pc::TypeNew),
        CallKind::RegisterNoMemory => no_memory(run),
        CallKind::Unregister => {
            run.rule(Rule::UnregisterMissing);
            unlock(run, Outcome::NotRegistered);
        }
        CallKind::TypeDies => unlock(run, Outcome::Done),
        _ => {
            run.rule(Rule::TypeMissing);
            run.witness(Witness::TypeMissing);
            unlock(run, Outcome::NotRegistered);
        }
    }
}

/// The entry cannot be allocated, and in C nobody says so.
/// Rule `registry.register.no-memory`; `_xidregistry_add_type` in `crossinterp.c`.
pub(super) fn no_memory(run: &mut Run) {
    run.rule(Rule::RegisterNoMemory);
    if run.has(Defect::RegistryOom) {
        run.note_fault(Fault::RegistrationSilent);
    }
    unlock(run, Outcome::NoMemory);
}

/// Reads what was found: its converter, or its count.
/// Rules `registry.lookup.exact`, `registry.register.conflict`; `_lookup_getdata_from_registry` in `crossinterp.c`.
fn matched(run: &mut Run) {
    let Some(entry) = entry(run) else { return };
    if run.call() == CallKind::LookUpType {
        run.rule(Rule::TypeFound);
        run.witness(Witness::TypeFound);
        return unlock(run, Outcome::Converter(entry.converter));
    }
    if is_registration(run) && conflicts(run, entry) {
        return unlock(run, Outcome::Conflict);
    }
    run.walk_mut().read = entry.count as u8;
    run.next(Pc::TypeStore);
}

/// Whether the registration is refused because of another converter; C only asserts that there is none.
/// Rule `registry.register.conflict`; `_PyCrossInterpreterData_RegisterClass` in `crossinterp.c`.
pub(super) fn conflicts(run: &mut Run, entry: Entry) -> bool {
    if entry.converter == converter(run) {
        return false;
    }
    run.rule(Rule::RegisterConflict);
    if run.has(Defect::RegistryConflict) {
        run.note_fault(Fault::ConverterIgnored);
        return false;
    }
    true
}

/// Writes the count that was read, one more or one less; at zero the entry goes.
/// Rules `registry.register.again`, `registry.unregister.counted`; `_PyCrossInterpreterData_RegisterClass` and
/// `_PyCrossInterpreterData_UnregisterClass` in `crossinterp.c`.
fn store(run: &mut Run) {
    if entry(run).is_none() {
        return;
    }
    let change = if is_registration(run) { 1 } else { -1 };
    let count = run.walk_mut().read as i8 + change;
    if count == 0 && keeps_builtin(run) {
        return unlock(run, Outcome::Builtin);
    }
    let (cursor, class) = (cursor(run), class(run));
    run.world.entry_mut(cursor).count = count;
    run.world.types[usize::from(class)].balance += change;
    if count == 0 {
        run.rule(Rule::UnregisterLast);
        return run.next(Pc::TypeUnlink);
    }
    note_count(run, change);
    check_list(run);
    unlock(run, Outcome::Done);
}

pub(super) fn note_count(run: &mut Run, change: i8) {
    if change > 0 {
        run.rule(Rule::RegisterAgain);
        run.witness(Witness::TypeRegisteredTwice);
    } else {
        run.rule(Rule::UnregisterCounted);
    }
}

/// Whether the last registration of a built-in type is refused its end.
/// Rule `registry.builtins.keep`; `_PyCrossInterpreterData_UnregisterClass` in `crossinterp.c`.
pub(super) fn keeps_builtin(run: &mut Run) -> bool {
    if !class_type(run).is_builtin() {
        return false;
    }
    run.rule(Rule::RegistryBuiltinsKeep);
    if run.has(Defect::BuiltinUnregistered) {
        run.note_fault(Fault::BuiltinGone);
        return false;
    }
    true
}

/// Allocates the entry and reads the head that will be behind it. The type itself is not kept alive.
/// Rules `registry.entry`, `registry.register.first`; `_xidregistry_add_type` in `crossinterp.c`.
fn new_entry(run: &mut Run) {
    let head = run.world.registry(place(run)).head;
    let number = allocate(run, head);
    run.walk_mut().cursor = number;
    run.next(Pc::TypeLink);
}

/// Rule `registry.entry`; `_xidregistry_add_type` in `crossinterp.c`.
pub(super) fn allocate(run: &mut Run, next: u8) -> u8 {
    run.rule(Rule::RegistryEntry);
    run.rule(Rule::RegisterFirst);
    let unused = |entry: &Entry| entry.allocation() == Allocation::Never;
    let number = run.world.entries.iter().position(unused).expect("the client looked for room") as u8;
    *run.world.entry_mut(number) = Entry::new(class(run), converter(run), next);
    number
}

/// Puts the entry before the head.
/// Rule `registry.order`; `_xidregistry_add_type` in `crossinterp.c`.
fn link(run: &mut Run) {
    run.rule(Rule::RegistryOrder);
    let number = cursor(run);
    let next = run.world.entry(number).next;
    if next != NONE && !set_prev(run, next, number) {
        return;
    }
    let place = place(run);
    run.world.registry_mut(place).head = number;
    let class = class(run);
    run.world.types[usize::from(class)].balance += 1;
    check_list(run);
    unlock(run, Outcome::Done);
}

fn set_prev(run: &mut Run, of: u8, to: u8) -> bool {
    if run.world.entry(of).allocation() == Allocation::Freed {
        run.fault(Fault::WalkedAfterFree);
        return false;
    }
    run.world.entry_mut(of).prev = to;
    true
}

/// Takes the entry out of the list, by what it says of its neighbours.
/// Rules `registry.unregister.last`, `registry.dead.pruned`; `_xidregistry_remove_entry` in `crossinterp.c`.
fn unlink(run: &mut Run) {
    let Some(entry) = entry(run) else { return };
    if entry.prev != NONE {
        if run.world.entry(entry.prev).allocation() == Allocation::Freed {
            return run.fault(Fault::WalkedAfterFree);
        }
        run.world.entry_mut(entry.prev).next = entry.next;
    } else {
        let place = place(run);
        run.world.registry_mut(place).head = entry.next;
    }
    if entry.next != NONE && !set_prev(run, entry.next, entry.prev) {
        return;
    }
    run.walk_mut().read = entry.next;
    run.next(Pc::TypeFree);
}

/// Drops the weak reference and frees the entry; a walk that was only passing goes on.
/// Rules `registry.unregister.last`, `registry.dead.pruned`; `_xidregistry_remove_entry` in `crossinterp.c`.
fn free(run: &mut Run) {
    let number = cursor(run);
    let entry = *run.world.entry(number);
    if entry.allocation() == Allocation::Freed {
        return run.fault(Fault::EntryFreedTwice);
    }
    run.world.entry_mut(number).free();
    if entry.class == class(run) && run.call() == CallKind::Unregister {
        check_list(run);
        return unlock(run, Outcome::Done);
    }
    run.world.types[usize::from(entry.class)].balance = 0;
    let next = run.walk_mut().read;
    go_to(run, next);
}

/// What must hold when nobody is inside: every entry is in its list, and its count is what was counted.
/// Rules `registry.serial`, `registry.register.again`.
fn check_list(run: &mut Run) {
    let place = place(run);
    if someone_is_inside(run, place) {
        return;
    }
    let class = class(run);
    let listed: Vec<u8> = run.world.listed_entries(place).collect();
    let of_class = |number: &&u8| run.world.entry(**number).class == class;
    let counted: i8 = listed.iter().filter(of_class).map(|&number| run.world.entry(number).count).sum();
    let lost = (0..ENTRIES_MAX as u8).any(|number| {
        let entry = run.world.entry(number);
        entry.class == class && entry.allocation() == Allocation::Live && !listed.contains(&number)
    });
    if lost {
        run.note_fault(Fault::EntryLost);
    } else if listed.iter().filter(of_class).count() > 1 {
        run.note_fault(Fault::EntryTwice);
    } else if counted != run.world.types[usize::from(class)].balance {
        run.note_fault(Fault::CountWrong);
    }
}

/// Whether another thread is in the middle of changing that registry: then its list says nothing yet.
fn someone_is_inside(run: &Run, place: u8) -> bool {
    run.world.threads.iter().enumerate().any(|(index, thread)| {
        let changes = matches!(thread.pc(), Pc::TypeLink | Pc::TypeStore | Pc::TypeUnlink | Pc::TypeFree);
        index != usize::from(run.index) && thread.exists() && changes && super::place_of(run.world, thread) == place
    })
}
