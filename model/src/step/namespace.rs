//! Namespaces: names and values taken from a dict of one interpreter and bound in the `__main__` of another.
//!
//! Each item is a capsule, and is read and released by the very steps that serve any other capsule: while a call is at
//! an item, the thread's argument is that capsule, and [`after_item`] takes over again when the item is done.

use crate::call::{CallKind, Outcome};
use crate::client::may_use_namespace;
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run, capsule, pending};
use crate::witness::Witness;
use crate::world::{Allocation, Capsule, ITEMS_MAX, NONE, Payload, PendingKind, Walk};

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::NamesTake => take_names(run),
        Pc::NamesFill => fill(run),
        Pc::NamesApply => apply(run),
        Pc::NamesFree => free(run),
        Pc::NamesFreeItem => free_item(run),
        Pc::NamesDefer => defer(run),
        _ => drop_name(run),
    }
}

/// The item that the call is at.
fn item(run: &Run) -> u8 {
    run.walk().cursor
}

fn at_end(run: &Run) -> bool {
    usize::from(item(run)) == ITEMS_MAX
}

fn go_to_item(run: &mut Run, item: u8, pc: Pc) {
    run.walk_mut().cursor = item;
    run.next(pc);
}

/// The item at which the call is to find no memory. The argument of the thread is used otherwise on the way.
fn begin_at_first_item(run: &mut Run, pc: Pc) {
    let fails = matches!(run.call(), CallKind::FillNamespaceNoMemory | CallKind::ApplyNamespaceNoMemory);
    run.walk_mut().read = if fails { run.arg() } else { NONE };
    run.world.namespace.set_busy(true);
    go_to_item(run, 0, pc);
}

fn finds_no_memory(run: &Run) -> bool {
    run.walk().read == item(run)
}

fn finish(run: &mut Run, outcome: Outcome) {
    *run.walk_mut() = Walk { cursor: NONE, read: NONE };
    run.world.namespace.set_busy(false);
    run.finish(outcome);
}

/// Takes the names of the dict, in its order. The safe reading takes the values with them.
/// Rules `namespace.item`, `namespace.fill.order`; `_sharedns_new` and `_sharedns_init` in `crossinterp.c`.
fn take_names(run: &mut Run) {
    let here = run.world.interpreter(run.current()).id;
    if here != run.world.namespace.source || run.world.namespace.structure() != Allocation::Never {
        return run.finish(Outcome::Absent);
    }
    run.rule(Rule::NamespaceItem);
    run.rule(Rule::FillOrder);
    let names = run.world.namespace.present;
    if names == 0 {
        return run.finish(Outcome::Nothing);
    }
    if run.call() == CallKind::FillNamespaceNul && !takes_cut_name(run) {
        return run.finish(Outcome::BadName);
    }
    run.world.namespace.names = names;
    run.world.namespace.set_structure(Allocation::Live);
    begin_at_first_item(run, Pc::NamesFill);
}

/// A C string ends at its first NUL, and so does the name that is copied into one.
/// Rule `namespace.names.nul`; `_copy_string_obj_raw` and `_sharednsitem_init` in `crossinterp.c`.
fn takes_cut_name(run: &mut Run) -> bool {
    run.rule(Rule::NamesNul);
    if run.has(Defect::NulInKey) {
        run.note_fault(Fault::NameCut);
    }
    run.has(Defect::NulInKey)
}

/// Gives one item its value. A converter may be Python code, so other threads of the source may run before the next.
/// Rules `namespace.fill.order`, `.lookup`, `.missing`, `.failure`, `.no-memory`; `_PyXI_FillNamespaceFromDict`,
/// `_sharednsitem_copy_from_ns` and `_sharednsitem_set_value` in `crossinterp.c`.
fn fill(run: &mut Run) {
    if at_end(run) {
        return finish(run, Outcome::Done);
    }
    run.rule(Rule::FillOrder);
    let item = item(run);
    if run.world.namespace.names & (1 << item) == 0 {
        return go_to_item(run, item + 1, Pc::NamesFill);
    }
    if finds_no_memory(run) {
        return give_up_filling(run);
    }
    run.rule(Rule::FillLookup);
    if name_is_gone(run, item) {
        return go_to_item(run, item + 1, Pc::NamesFill);
    }
    convert(run, item);
    run.drop_gil();
    go_to_item(run, item + 1, Pc::NamesFill);
}

/// Whether the dict has lost the name since the names were read. In C the item then stays without a value.
/// Rule `namespace.fill.missing`; `_sharednsitem_copy_from_ns` in `crossinterp.c`.
fn name_is_gone(run: &mut Run, item: u8) -> bool {
    if run.world.namespace.present & (1 << item) != 0 {
        return false;
    }
    run.rule(Rule::FillMissing);
    run.witness(Witness::NameGone);
    run.has(Defect::KeyLookupMiss)
}

/// Rule `namespace.item`; `_sharednsitem_set_value` in `crossinterp.c`.
fn convert(run: &mut Run, item: u8) {
    run.rule(Rule::NamespaceItem);
    let owner = run.world.interpreter(run.current()).id;
    let capsules = usize::from(run.setup.scope.capsules);
    let slot = run.world.unused_capsule(capsules).expect("the client left room for each item");
    let payload = if item == 0 { Payload::Borrowed } else { Payload::Copied };
    let mut capsule = Capsule::converted(payload, owner);
    capsule.set_held(false);
    *run.world.capsule_mut(slot) = capsule;
    run.world.namespace.items[usize::from(item)] = slot;
}

/// What was converted so far is released, and the names are freed: nothing is left of a namespace that failed.
/// Rules `namespace.fill.failure`, `namespace.fill.no-memory`; `_PyXI_FillNamespaceFromDict`, `_PyXI_NamespaceFromDict`.
fn give_up_filling(run: &mut Run) {
    run.rule(Rule::FillNoMemory);
    run.rule(Rule::FillFailure);
    run.witness(Witness::FillFails);
    run.world.namespace.give_up();
    go_to_item(run, 0, Pc::NamesFreeItem);
}

/// Reads one item and binds it; or, in the safe reading, binds all when all have been read.
/// Rules `namespace.apply.order`, `.no-default`, `.whole`; `_PyXI_ApplyNamespace` and `_sharednsitem_apply`.
fn apply(run: &mut Run) {
    if item(run) == NONE {
        if !may_use_namespace(run.world) {
            return run.finish(Outcome::Absent);
        }
        run.world.namespace.bound = 0;
        begin_at_first_item(run, Pc::NamesApply);
    }
    if at_end(run) {
        return apply_whole(run);
    }
    run.rule(Rule::ApplyOrder);
    let item = item(run);
    if run.world.namespace.names & (1 << item) == 0 {
        return go_to_item(run, item + 1, Pc::NamesApply);
    }
    let slot = run.world.namespace.items[usize::from(item)];
    if slot == NONE {
        run.rule(Rule::ApplyNoDefault);
        return run.fault(Fault::NullValue);
    }
    if finds_no_memory(run) {
        return apply_failed(run, Outcome::NoMemory);
    }
    run.thread_mut().arg = slot;
    run.next(Pc::MaterialiseBegin);
}

/// Rule `namespace.apply.whole`; `_PyXI_ApplyNamespace` in `crossinterp.c`.
fn apply_whole(run: &mut Run) {
    run.rule(Rule::ApplyWhole);
    run.witness(Witness::NamespaceApplied);
    run.world.namespace.bound = run.world.namespace.names;
    finish(run, Outcome::Value);
}

/// Rule `namespace.apply.whole`; `_PyXI_ApplyNamespace` in `crossinterp.c`.
fn apply_failed(run: &mut Run, outcome: Outcome) {
    run.rule(Rule::ApplyWhole);
    run.witness(Witness::ApplyFails);
    if run.world.namespace.bound != 0 {
        run.note_fault(Fault::PartlyBound);
    }
    finish(run, outcome);
}

/// The steps of a capsule are done with the item; on to the next, or out.
/// Rules `namespace.apply.order`, `namespace.apply.whole`; `_sharednsitem_apply` and `_sharedns_clear` in `crossinterp.c`.
pub(super) fn after_item(run: &mut Run, outcome: Outcome) {
    let item = item(run);
    if !reads(run.call()) {
        return go_to_item(run, item + 1, Pc::NamesFreeItem);
    }
    if outcome != Outcome::Value {
        return apply_failed(run, outcome);
    }
    if run.has(Defect::PartialApply) {
        run.world.namespace.bound |= 1 << item;
    }
    go_to_item(run, item + 1, Pc::NamesApply);
}

/// Whether the call reads the items rather than releasing them.
pub(super) fn reads(call: CallKind) -> bool {
    matches!(call, CallKind::ApplyNamespace | CallKind::ApplyNamespaceNoMemory)
}

/// Whether the call releases the items of a namespace.
pub(super) fn releases(call: CallKind) -> bool {
    matches!(call, CallKind::FreeNamespace | CallKind::FillNamespaceNoMemory)
}

/// Frees item by item where it is; 3.14 leaves the whole to the owner of the first item.
/// Rules `namespace.free.owner`, `.elsewhere`, `.deferred`; `_PyXI_FreeNamespace` and `_destroy_sharedns`.
fn free(run: &mut Run) {
    if !may_use_namespace(run.world) {
        return run.finish(Outcome::Absent);
    }
    run.world.namespace.give_up();
    let source = run.world.namespace.source;
    let is_here = run.world.interpreter(run.current()).id == source;
    if is_here {
        run.rule(Rule::NamespaceFreeOwner);
    } else {
        run.rule(Rule::NamespaceFreeElsewhere);
        run.witness(Witness::NamespaceFreedElsewhere);
    }
    if is_here || !run.has(Defect::NamespaceNullOwner) {
        return begin_at_first_item(run, Pc::NamesFreeItem);
    }
    run.rule(Rule::NamespaceFreeDeferred);
    if !run.look_up(source) {
        return run.fault(Fault::NullOwner);
    }
    run.next(Pc::NamesDefer);
}

/// Queues the whole free on the owner as one call. What a full queue refuses is lost, name, items and all.
/// Rules `namespace.free.deferred`, `pending.add.full`; `_Py_CallInInterpreter` in `crossinterp.c`.
fn defer(run: &mut Run) {
    run.rule(Rule::NamespaceFreeDeferred);
    if !pending::check_register(run) {
        return;
    }
    let is_refused = pending::refuses_at_end(run);
    if !is_refused && run.target().queue_closed() && !run.has(Defect::LostInFinalization) {
        return begin_at_first_item(run, Pc::NamesFreeItem);
    }
    if is_refused || !pending::has_room(run) {
        if !run.has(Defect::OverflowLeak) {
            return begin_at_first_item(run, Pc::NamesFreeItem);
        }
        return lose(run, if is_refused { Fault::RefusedAtEnd } else { Fault::RefusedUnreported });
    }
    pending::push(run, PendingKind::FreeNamespace);
    finish(run, Outcome::Queued);
}

/// The queue did not take the free, and nobody looks.
/// Rules `namespace.free.deferred`, `pending.call.reported`; `_Py_CallInInterpreter` in `crossinterp.c`.
pub(super) fn lose(run: &mut Run, fault: Fault) {
    run.note_fault(fault);
    finish(run, Outcome::Queued);
}

/// The owner carries out the free that was left to it.
/// Rule `namespace.free.deferred`; `_sharedns_free_pending` in `crossinterp.c`.
pub(super) fn free_in_owner(run: &mut Run, owner: u8) {
    run.rule(Rule::NamespaceFreeDeferred);
    for item in 0..ITEMS_MAX {
        let slot = run.world.namespace.items[item];
        if slot == NONE {
            continue;
        }
        run.world.namespace.items[item] = NONE;
        run.world.capsule_mut(slot).set_released(true);
        run.world.capsule_mut(slot).set_raw_free(true);
        if run.world.capsule(slot).has_payload() {
            capsule::clear_released(run, slot, owner);
        } else {
            capsule::free_structure(run, slot);
        }
    }
    run.world.namespace.set_structure(Allocation::Freed);
}

/// Releases the next item to its owner; when none is left, frees the names.
/// Rules `namespace.free.owner`, `namespace.free.elsewhere`; `_sharedns_clear`, `_sharednsitem_clear_value`, `_sharedns_free`.
fn free_item(run: &mut Run) {
    if at_end(run) {
        return free_names(run);
    }
    let item = item(run);
    let slot = run.world.namespace.items[usize::from(item)];
    if slot == NONE {
        return go_to_item(run, item + 1, Pc::NamesFreeItem);
    }
    run.world.namespace.items[usize::from(item)] = NONE;
    run.world.capsule_mut(slot).set_raw_free(true);
    run.thread_mut().arg = slot;
    run.next(Pc::ReleaseBegin);
}

fn free_names(run: &mut Run) {
    run.world.namespace.set_structure(Allocation::Freed);
    let failed = run.call() == CallKind::FillNamespaceNoMemory;
    finish(run, if failed { Outcome::NoMemory } else { Outcome::Done });
}

/// Other code of the source changes the dict.
/// Rule `namespace.fill.lookup`: what a namespace carries is what the dict had when its names were read.
fn drop_name(run: &mut Run) {
    let name = run.arg();
    run.world.namespace.present &= !(1 << name);
    run.finish(Outcome::Done);
}
