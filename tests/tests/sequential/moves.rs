//! Moves: which calls may come next, and how a script of them is made up at random.
//!
//! It sits on top of the model's side, which knows what exists. A call whose arguments exist may be refused, and often
//! is; one whose arguments do not exist is never made.

use std::collections::BTreeMap;
use std::fmt;

use crossinterp_model::call::{Call, CallKind};
use crossinterp_model::convert::{Kind, allocations};
use crossinterp_model::defect::DefectSet;
use crossinterp_model::world::{Allocation, CAPSULES_MAX, ITEMS_MAX, Payload};
use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::sample::select;
use proptest::strategy::Union;
use proptest_state_machine::Sequential;

use crate::expected::{CONVERTERS, Expected, SOURCE, THREADS_MAX, TYPES, is_gone};

/// Calls of one script. The ids of the model are small numbers, and a trace should fit on a page.
pub const CALLS_MAX: usize = 40;

/// One call of one thread.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub thread: u8,
    pub call: Call,
}

impl fmt::Debug for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.call {
            Call::DropView(slot) => write!(f, "T{}: release_and_drop_view(c{slot})", self.thread),
            call => write!(f, "T{}: {call}", self.thread),
        }
    }
}

/// Scripts and where they begin, as proptest draws and shrinks them.
pub type Scripts = Sequential<Expected, Move, BoxedStrategy<Expected>, BoxedStrategy<Move>>;

/// Scripts whose every move is possible for a model with these defects.
pub fn scripts(defects: DefectSet) -> Scripts {
    let starts = move || (1..=THREADS_MAX).prop_map(move |threads| Expected::new(defects, threads)).boxed();
    Sequential::new((CALLS_MAX / 2..=CALLS_MAX).into(), starts, is_possible, drawn, |expected, next| {
        expected.after(next)
    })
}

/// One of the possible moves: first which call, by weight, then its thread and its argument.
fn drawn(expected: &Expected) -> BoxedStrategy<Move> {
    let mut by_kind = BTreeMap::<CallKind, Vec<Move>>::new();
    for next in possible(expected) {
        let copies = std::iter::repeat_n(next, copies(expected, &next));
        by_kind.entry(next.call.kind()).or_default().extend(copies);
    }
    let options = by_kind.into_iter().map(|(kind, moves)| (weight(kind), select(moves).boxed()));
    Union::new_weighted(options.collect()).boxed()
}

/// Data and visits are what most of the protocol is about; a thread that has ended makes a dull script.
fn weight(kind: CallKind) -> u32 {
    match kind {
        CallKind::Convert => 12,
        CallKind::Enter | CallKind::Leave | CallKind::Destroy | CallKind::Materialise => 8,
        CallKind::Create | CallKind::Release | CallKind::DropView | CallKind::CallIn => 6,
        CallKind::ReleaseRawFree | CallKind::CallInFailing | CallKind::RunPending | CallKind::Decref => 4,
        CallKind::Register | CallKind::Unregister | CallKind::LookUpType => 4,
        CallKind::FillNamespace | CallKind::ApplyNamespace => 8,
        CallKind::ApplyNamespaceNoMemory | CallKind::DropName => 2,
        CallKind::Finish | CallKind::Incref => 2,
        _ => 1,
    }
}

/// How likely a move is among those of its kind. Most interpreters are running or gone, and refuse; what ends an
/// interpreter, and what asks for a payload afterwards, would be rare.
fn copies(expected: &Expected, next: &Move) -> usize {
    match next.call {
        Call::Destroy(id) | Call::Enter(id) | Call::Decref(id) if expected.is_idle(id) => 8,
        Call::Materialise(slot) | Call::Release(slot) if expected.outlived_owner(slot) => 8,
        Call::Convert(Payload::Borrowed | Payload::Buffer) => 2,
        _ => 1,
    }
}

/// Every possible move, in a fixed order. There always is one.
pub fn possible(expected: &Expected) -> Vec<Move> {
    let calls = calls(expected.world().next_id);
    let moves = (0..expected.threads()).flat_map(|thread| calls.iter().map(move |&call| Move { thread, call }));
    moves.filter(|next| is_possible(expected, next)).collect()
}

fn calls(next_id: u8) -> Vec<Call> {
    let mut calls = vec![Call::Create, Call::Leave, Call::Finish, Call::RunPending, Call::ListAll];
    for id in 0..next_id {
        calls.extend([Call::Destroy(id), Call::Enter(id), Call::CallIn(id), Call::CallInFailing(id)]);
        calls.extend([Call::Incref(id), Call::Decref(id)]);
    }
    calls.extend(Payload::ALL.map(Call::Convert));
    for kind in Kind::ALL {
        calls.extend((0..allocations(kind) as u8).map(|at| Call::ConvertNoMemory { kind, at }));
    }
    for class in 0..TYPES.len() as u8 {
        calls.extend((0..CONVERTERS).map(|converter| Call::Register { class, converter }));
        calls.extend([Call::Unregister(class), Call::LookUpType(class), Call::TypeDies(class)]);
        calls.push(Call::RegisterNoMemory(class));
    }
    calls.extend([Call::FillNamespace, Call::FillNamespaceNul, Call::ApplyNamespace, Call::FreeNamespace]);
    for item in 0..ITEMS_MAX as u8 {
        calls.extend([Call::DropName(item), Call::FillNamespaceNoMemory(item), Call::ApplyNamespaceNoMemory(item)]);
    }
    for slot in 0..CAPSULES_MAX as u8 {
        calls.extend([Call::Materialise(slot), Call::Release(slot), Call::ReleaseRawFree(slot), Call::DropView(slot)]);
    }
    calls
}

/// Whether what the call is about exists, and the process has room for what it makes.
pub fn is_possible(expected: &Expected, next: &Move) -> bool {
    if !expected.has_thread(next.thread) {
        return false;
    }
    let world = expected.world();
    let is_home = world.threads[usize::from(next.thread)].current == world.threads[usize::from(next.thread)].home;
    match next.call {
        // Nothing happens after a halt, so this can always follow.
        Call::ListAll => true,
        _ if expected.is_halted() => false,
        Call::RunPending => true,
        Call::Create => world.free_slot().is_some(),
        Call::Leave => !is_home,
        Call::Finish => is_home && others(expected, next.thread),
        Call::Enter(id) => is_home && id < world.next_id && id != expected.here(next.thread),
        Call::Destroy(id) | Call::CallIn(id) | Call::CallInFailing(id) => id < world.next_id,
        Call::Incref(id) | Call::Decref(id) => id < world.next_id,
        Call::Convert(_) => world.capsules.iter().any(|capsule| !capsule.is_used() || is_gone(capsule)),
        Call::ConvertNoMemory { .. } => true,
        Call::Register { class, .. } => expected.knows_type(next.thread, class) && expected.has_entry_left(),
        Call::Unregister(class) | Call::LookUpType(class) | Call::RegisterNoMemory(class) => {
            expected.knows_type(next.thread, class)
        }
        Call::TypeDies(class) => expected.knows_type(next.thread, class) && world.types[usize::from(class)].is_heap(),
        Call::DropName(name) => expected.has_name(next.thread, name),
        Call::FillNamespace | Call::FillNamespaceNul | Call::FillNamespaceNoMemory(_) => {
            expected.has_room_for_namespace()
        }
        Call::ApplyNamespace | Call::FreeNamespace => true,
        // Which of two failures is told, no memory or no owner, is not said anywhere.
        Call::ApplyNamespaceNoMemory(_) => expected.seen().listed.contains(&SOURCE),
        call => is_possible_with_capsule(expected, call),
    }
}

fn others(expected: &Expected, thread: u8) -> bool {
    (0..expected.threads()).any(|other| other != thread && expected.has_thread(other))
}

/// A capsule and its view are given up together: see the model's side.
fn is_possible_with_capsule(expected: &Expected, call: Call) -> bool {
    let capsule = call.capsule().map(|slot| expected.world().capsule(slot)).filter(|capsule| capsule.held());
    let Some(capsule) = capsule else { return false };
    let is_viewed = capsule.view() == Allocation::Live;
    match call {
        Call::Materialise(_) => true,
        Call::Release(_) | Call::ReleaseRawFree(_) => !is_viewed,
        Call::DropView(_) => is_viewed,
        _ => false,
    }
}
