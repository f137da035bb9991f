//! The client: which calls a thread may begin, and which steps may go on.
//!
//! A most general client makes any call whose arguments exist; a script makes its own. Either way a thread that has
//! made its calls leaves where it is and ends, so that "nothing left to run" is a state that every run reaches.

use crate::call::{Call, CallKind};
use crate::defect::Defect;
use crate::scope::{Client, Setup};
use crate::step::{Pc, Step, has_native_threads, waits_for_reader};
use crate::world::{Allocation, NONE, Payload, Thread, World};

/// Every step that the world allows, in a fixed order.
pub(crate) fn steps(setup: &Setup, world: &World, out: &mut Vec<Step>) {
    out.clear();
    if world.fault().is_some() {
        return;
    }
    for (index, thread) in world.threads.iter().enumerate() {
        match Pc::from_code(thread.pc) {
            _ if !thread.exists() => {}
            Pc::Gone => {}
            Pc::Idle => begin(setup, world, index as u8, out),
            pc if may_go(setup, world, index as u8, pc) => out.push(Step::Go { thread: index as u8, pc }),
            _ => {}
        }
    }
}

/// Whether a thread in the middle of a call can take its next step: the GIL is free, and what it waits for has come.
fn may_go(setup: &Setup, world: &World, index: u8, pc: Pc) -> bool {
    let thread = &world.threads[usize::from(index)];
    if !holds_gil(setup, world, thread.current, index) {
        return false;
    }
    match pc {
        Pc::EnterAttach | Pc::EndAttach => {
            let target = world.interpreter(thread.reg_slot);
            let stale = target.id != thread.reg_id;
            stale || (!target.draining() && holds_gil(setup, world, thread.reg_slot, index))
        }
        Pc::LeaveReturn | Pc::EndReturn => holds_gil(setup, world, thread.back, index),
        Pc::EndThreads => !has_native_threads(world, thread.current, index),
        Pc::EndReclaim => !waits_for_reader(setup, world, index),
        _ => true,
    }
}

/// Rule `interpreter.gil.exclusive`: without a GIL everybody may go.
fn holds_gil(setup: &Setup, world: &World, slot: u8, index: u8) -> bool {
    if !setup.scope.gil || slot == NONE {
        return true;
    }
    let holder = world.interpreter(slot).gil;
    holder == NONE || holder == index
}

fn begin(setup: &Setup, world: &World, index: u8, out: &mut Vec<Step>) {
    let thread = &world.threads[usize::from(index)];
    if !holds_gil(setup, world, thread.current, index) {
        return;
    }
    let mut offer = |call: Call| {
        if is_possible(setup, world, thread, call) {
            out.push(Step::Begin { thread: index, call });
        }
    };
    match setup.scope.client {
        Client::Script(scripts) => match scripts[usize::from(index)].get(usize::from(thread.calls)) {
            Some(&call) => offer(call),
            None => offer_way_out(thread, &mut offer),
        },
        Client::Disciplined(_) | Client::Careless(_) => {
            if thread.calls < setup.scope.calls_each {
                offer_anything(setup, world, &mut offer);
            }
            offer_way_out(thread, &mut offer);
        }
    }
}

fn offer_way_out(thread: &Thread, offer: &mut impl FnMut(Call)) {
    offer(if thread.session == NONE { Call::Finish } else { Call::Leave });
}

fn offer_anything(setup: &Setup, world: &World, offer: &mut impl FnMut(Call)) {
    offer(Call::Create);
    for id in 0..world.next_id {
        for call in [Call::Destroy(id), Call::Enter(id), Call::CallIn(id), Call::CallInFailing(id)] {
            offer(call);
        }
        offer(Call::Incref(id));
        offer(Call::Decref(id));
    }
    for &payload in setup.scope.payloads {
        offer(Call::Convert(payload));
        offer(Call::ConvertNoMemory(payload));
    }
    for c in 0..setup.scope.capsules {
        for call in [Call::Materialise(c), Call::Release(c), Call::ReleaseRawFree(c), Call::ReleaseItem(c)] {
            offer(call);
        }
        offer(Call::Free(c));
        offer(Call::DropView(c));
    }
    offer(Call::RunPending);
    offer(Call::ListAll);
}

/// Whether the scope allows the call, its arguments exist, and it can begin at once.
fn is_possible(setup: &Setup, world: &World, thread: &Thread, call: Call) -> bool {
    let way_out = matches!(call, Call::Leave | Call::Finish);
    if !way_out && !setup.scope.allows(call.kind()) {
        return false;
    }
    match call {
        Call::Create => world.next_id < setup.scope.ids && world.free_slot().is_some(),
        Call::ConvertNoMemory(Payload::Immediate) => false,
        Call::Convert(_) | Call::ConvertNoMemory(_) => {
            world.unused_capsule(usize::from(setup.scope.capsules)).is_some()
        }
        Call::Enter(id) => thread.session == NONE && !is_drained(setup, world, id),
        Call::Destroy(id) | Call::Decref(id) => !is_drained(setup, world, id),
        Call::DropView(c) => world.capsule(c).view() == Allocation::Live,
        Call::RunPending => has_pending(world, thread),
        _ => call.capsule().is_none_or(|c| may_use(setup, world, thread, call.kind(), c)),
    }
}

/// While its releases are carried out by another thread, an interpreter is waited for, for that moment.
fn is_drained(setup: &Setup, world: &World, id: u8) -> bool {
    let waits = !setup.has(Defect::HeldUntilOwnerRuns) && !setup.has(Defect::DrainIgnored);
    waits && world.look_up(id).is_some_and(|slot| world.interpreter(slot).draining())
}

fn has_pending(world: &World, thread: &Thread) -> bool {
    let here = world.interpreter(thread.current);
    let listed = |capsule: &crate::world::Capsule| capsule.listed() && capsule.owner == here.id;
    here.pending_len > 0 || world.capsules.iter().any(listed)
}

/// Whether the client may make this call about that capsule: it has a handle, and, if disciplined, keeps the contract.
fn may_use(setup: &Setup, world: &World, thread: &Thread, kind: CallKind, slot: u8) -> bool {
    let capsule = world.capsule(slot);
    if !capsule.is_used() || !capsule.held() {
        return false;
    }
    match setup.scope.client {
        Client::Script(_) => true,
        Client::Careless(_) => kind != CallKind::Free || owns(world, thread, capsule.owner),
        Client::Disciplined(_) => {
            let in_use = |other: &Thread| is_about(other, slot);
            let free_here = kind != CallKind::Free || owns(world, thread, capsule.owner);
            !capsule.released() && free_here && !world.threads.iter().any(in_use)
        }
    }
}

fn owns(world: &World, thread: &Thread, owner: u8) -> bool {
    world.interpreter(thread.current).id == owner
}

fn is_about(thread: &Thread, slot: u8) -> bool {
    let busy = thread.exists() && !matches!(Pc::from_code(thread.pc), Pc::Idle | Pc::Gone);
    let about_capsule = matches!(
        CallKind::from_code(thread.call),
        CallKind::Materialise
            | CallKind::Release
            | CallKind::ReleaseRawFree
            | CallKind::ReleaseItem
            | CallKind::Free
            | CallKind::DropView
    );
    busy && about_capsule && thread.arg == slot
}
