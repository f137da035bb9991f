//! The client: which calls a thread may begin, and which steps may go on.
//!
//! A most general client makes any call whose arguments exist; a script makes its own. Either way a thread that has
//! made its calls leaves where it is and ends, so that "nothing left to run" is a state that every run reaches.

use crate::call::{Call, CallKind, class_of, id_of};
use crate::defect::Defect;
use crate::fix::Fix;
use crate::scope::{Client, Setup};
use crate::step::{Pc, Step, has_native_threads, may_lock, waits_for_reader};
use crate::world::{Allocation, ITEMS_MAX, NONE, Pending, PendingKind, QUEUE_MAX, Thread, World};

/// Converters that a registration may bring: two, so that they can differ.
const CONVERTERS: u8 = 2;

/// Every step that the world allows, in a fixed order.
pub(crate) fn steps(setup: &Setup, world: &World, out: &mut Vec<Step>) {
    out.clear();
    for (index, thread) in world.threads.iter().enumerate() {
        match Pc::from_code(thread.pc) {
            _ if !thread.exists() => {}
            Pc::Gone | Pc::Hung => {}
            Pc::Idle => begin(setup, world, index as u8, out),
            Pc::EndLate => {
                // What the code that is left does, nobody knows.
                out.extend([Pc::EndLateLookUp, Pc::EndLateRegister].map(|pc| Step::Go { thread: index as u8, pc }));
            }
            pc if may_go(setup, world, index as u8, pc) => {
                out.push(Step::Go { thread: index as u8, pc });
                if asks_for_memory(setup, world, thread) {
                    out.push(Step::Go { thread: index as u8, pc: Pc::QueueNoMemory });
                }
            }
            _ => {}
        }
    }
    if let Some(patch) = setup.patch {
        out.retain(|&step| patch.lets(world, step));
    }
}

/// Whether the next step queues something on another interpreter, in a queue that grows and may find no memory for it.
fn asks_for_memory(setup: &Setup, world: &World, thread: &Thread) -> bool {
    if !setup.is_fixed(Fix::UnboundedQueue) {
        return false;
    }
    // A lookup that holds its lock until it has queued is one step with the queueing.
    let in_one_step = !setup.has(Defect::ReleaseLookupThenEnqueue);
    let target = match thread.pc() {
        Pc::ReleaseHandOver | Pc::CallHandOver | Pc::NamesDefer => Some(thread.reg_slot),
        Pc::ReleaseLookUp if in_one_step => world.look_up(world.capsule(thread.arg).owner),
        Pc::CallLookUp if in_one_step => world.look_up(thread.arg),
        _ => None,
    };
    // A release that is listed in what it releases needs no memory.
    let is_view = thread.call() == CallKind::DropView;
    let listed = !setup.has(if is_view { Defect::OverflowBufferStuck } else { Defect::OverflowLeak });
    let of_a_release = matches!(thread.pc(), Pc::ReleaseHandOver | Pc::ReleaseLookUp);
    target.is_some_and(|target| target != thread.current) && !(of_a_release && listed)
}

/// Whether a release is on its way to the interpreter at that address with a guard on it: since its lookup.
/// Rule `interpreter.lookup.stale`; PEP 788.
fn is_guarded(setup: &Setup, world: &World, slot: u8) -> bool {
    let guards = |thread: &Thread| thread.exists() && thread.pc() == Pc::ReleaseHandOver && thread.reg_slot == slot;
    setup.is_fixed(Fix::PinOwner) && world.threads.iter().any(guards)
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
        // The second look, after what goes with the thread was converted.
        Pc::EnterLookUp => !is_drained(setup, world, id_of(thread.arg)),
        Pc::LeaveReturn | Pc::EndReturn => holds_gil(setup, world, thread.back, index),
        Pc::EndThreads => !has_native_threads(world, thread.current, index),
        Pc::EndHooks => !is_guarded(setup, world, thread.current),
        Pc::EndReclaim => !waits_for_reader(setup, world, index),
        Pc::TypeLock => may_lock(world, thread),
        _ => true,
    }
}

/// Rule `interpreter.gil.exclusive`: without a GIL everybody may go.
pub(crate) fn holds_gil(setup: &Setup, world: &World, slot: u8, index: u8) -> bool {
    if !setup.scope.gil || slot == NONE {
        return true;
    }
    let holder = world.interpreter(slot).gil;
    holder == NONE || holder == index
}

/// Whether a client that chooses its own calls can begin this one now.
pub(crate) fn may_begin(setup: &Setup, world: &World, index: u8, call: Call) -> bool {
    let waits = matches!(call, Call::Enter(id) | Call::Destroy(id) | Call::Decref(id) if is_drained(setup, world, id));
    let thread = &world.threads[usize::from(index)];
    !waits && holds_gil(setup, world, thread.current, index)
}

fn begin(setup: &Setup, world: &World, index: u8, out: &mut Vec<Step>) {
    let thread = &world.threads[usize::from(index)];
    if !holds_gil(setup, world, thread.current, index) {
        return;
    }
    let mut offer = |call: Call| {
        if is_possible(setup, world, index, call) {
            out.push(Step::Begin { thread: index, call });
        }
    };
    match setup.scope.client {
        Client::Script(scripts) => match scripts[usize::from(index)].get(usize::from(thread.calls)) {
            Some(&call) => offer(call),
            None => offer_way_out(setup, thread, &mut offer),
        },
        Client::Disciplined(_) | Client::Careless(_) => {
            if thread.calls < setup.scope.calls_each {
                offer_anything(setup, world, &mut offer);
            }
            offer_way_out(setup, thread, &mut offer);
        }
    }
}

fn offer_way_out(setup: &Setup, thread: &Thread, offer: &mut impl FnMut(Call)) {
    let leave = if setup.scope.sessions > 0 { Call::Exit } else { Call::Leave };
    offer(if thread.session == NONE { Call::Finish } else { leave });
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
    }
    if setup.scope.allows(CallKind::ConvertNoMemory) {
        setup.failures.all().for_each(|(kind, at)| offer(Call::ConvertNoMemory { kind, at }));
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
    if !setup.scope.types.is_empty() {
        offer_types(setup, offer);
    }
    if setup.scope.namespace.is_some() {
        offer_namespace(offer);
    }
    if setup.scope.sessions > 0 {
        offer_session(setup, world, offer);
    }
    for call in [Call::Fork, Call::CreateFailing, Call::Unpickle] {
        offer(call);
    }
}

fn offer_session(setup: &Setup, world: &World, offer: &mut impl FnMut(Call)) {
    for id in 0..world.next_id {
        setup.scope.updates.iter().for_each(|&updates| offer(Call::EnterWith { id, updates }));
    }
    setup.scope.raises.iter().for_each(|&raises| offer(Call::Raise(raises)));
    setup.scope.keeps.iter().for_each(|&keeps| offer(Call::Preserve(keeps)));
    for call in [Call::GetMain, Call::DropMain, Call::Linger, Call::Die] {
        offer(call);
    }
}

fn offer_types(setup: &Setup, offer: &mut impl FnMut(Call)) {
    for class in 0..setup.scope.types.len() as u8 {
        for converter in 0..CONVERTERS {
            offer(Call::Register { class, converter });
        }
        for call in [Call::RegisterNoMemory(class), Call::Unregister(class), Call::LookUpType(class)] {
            offer(call);
        }
        offer(Call::TypeDies(class));
    }
    offer(Call::EndRuntime);
}

fn offer_namespace(offer: &mut impl FnMut(Call)) {
    for call in [Call::FillNamespace, Call::FillNamespaceNul, Call::ApplyNamespace, Call::FreeNamespace] {
        offer(call);
    }
    for item in 0..ITEMS_MAX as u8 {
        for call in [Call::FillNamespaceNoMemory(item), Call::DropName(item), Call::ApplyNamespaceNoMemory(item)] {
            offer(call);
        }
    }
}

/// Whether the scope allows the call, its arguments exist, and it can begin at once.
fn is_possible(setup: &Setup, world: &World, index: u8, call: Call) -> bool {
    let thread = &world.threads[usize::from(index)];
    let way_out = matches!(call, Call::Leave | Call::Exit | Call::Finish);
    let scripted = matches!(setup.scope.client, Client::Script(_));
    if !way_out && (!setup.scope.allows(call.kind()) || !scripted && body_is_over(world, index)) {
        return false;
    }
    if !setup.scope.faults && call.is_fault() {
        return false;
    }
    match call {
        Call::EnterWith { id, .. } => may_enter(setup, world, index, id),
        // A script may find itself outside, and is told so.
        Call::Raise(_) | Call::GetMain | Call::DropMain | Call::Preserve(_) if scripted => true,
        Call::Raise(_) | Call::GetMain | Call::DropMain | Call::Linger | Call::Die => world.session(index).is_some(),
        Call::Preserve(_) => may_preserve(setup, world, index),
        Call::Fork => thread.home == 0 && thread.session == NONE,
        Call::CreateFailing => world.next_id < setup.scope.ids,
        Call::CallIn(_) | Call::CallInFailing(_) if setup.is_fixed(Fix::UnboundedQueue) => leaves_room(setup, world),
        Call::Create => world.next_id < setup.scope.ids && world.free_slot().is_some(),
        Call::Convert(_) => has_room_for_capsule(setup, world),
        Call::Enter(id) => thread.session == NONE && !is_drained(setup, world, id),
        Call::Destroy(id) | Call::Decref(id) => !is_drained(setup, world, id),
        Call::DropView(c) => world.capsule(c).view() == Allocation::Live,
        Call::RunPending => has_pending(world, thread),
        Call::EndRuntime => thread.home == 0 && thread.session == NONE && owns(world, thread, 0),
        _ if call.kind().is_about_type() => may_name_type(world, thread, call),
        Call::DropName(_) => may_change_dict(world, thread, call),
        // A script may find itself where there is no such dict, or no namespace, and is told so.
        _ if scripted && call.capsule().is_none() => true,
        Call::FillNamespace | Call::FillNamespaceNul | Call::FillNamespaceNoMemory(_) => {
            may_change_dict(world, thread, call)
        }
        Call::ApplyNamespaceNoMemory(item) => {
            may_use_namespace(world) && world.namespace.items[usize::from(item)] != NONE
        }
        Call::ApplyNamespace | Call::FreeNamespace => may_use_namespace(world),
        _ => call.capsule().is_none_or(|c| may_use(setup, world, thread, call.kind(), c)),
    }
}

/// A queue without a bound must still fit the world: no call is made whose entry, with all that may come, would not.
fn leaves_room(setup: &Setup, world: &World) -> bool {
    let calls = |code: &Pending| matches!(code.kind(), PendingKind::Call { .. });
    let queued = world.interpreters.iter().map(|interpreter| interpreter.pending().filter(calls).count()).max();
    let on_their_way = world.threads.iter().filter(|thread| thread.exists() && thread.pc() == Pc::CallHandOver).count();
    queued.unwrap_or(0) + on_their_way + usize::from(setup.scope.capsules) + 1 < QUEUE_MAX
}

/// A body that has failed makes no more calls.
fn body_is_over(world: &World, index: u8) -> bool {
    world.session(index).is_some_and(|session| session.raised().is_some())
}

fn may_enter(setup: &Setup, world: &World, index: u8, id: u8) -> bool {
    world.session_depth(index) < usize::from(setup.scope.sessions) && !is_drained(setup, world, id)
}

/// Once a session, and when nothing of what was preserved before is left.
fn may_preserve(setup: &Setup, world: &World, index: u8) -> bool {
    let capsule = world.capsule(setup.scope.preserved_capsule(index));
    world.session(index).is_some_and(|session| session.kept().is_none()) && !capsule.is_used()
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

/// A namespace that is not filled yet has its capsules kept free for it.
fn has_room_for_capsule(setup: &Setup, world: &World) -> bool {
    let capsules = &world.capsules[..usize::from(setup.scope.capsules)];
    let unused = capsules.iter().filter(|capsule| !capsule.is_used()).count();
    let filled = world.namespace.structure() == Allocation::Live && !world.namespace.is_busy();
    let awaited = setup.scope.namespace.is_some() && !filled && !world.namespace.is_given_up();
    unused > if awaited { ITEMS_MAX } else { 0 }
}

/// Whether the type is there, in this interpreter, and nobody is about to lose it.
fn may_name_type(world: &World, thread: &Thread, call: Call) -> bool {
    let class = class_of(call.argument());
    let named = &world.types[usize::from(class)];
    if !named.is_alive() || named.is_heap() && !owns(world, thread, named.home) {
        return false;
    }
    let busy = |other: &Thread| other.exists() && !matches!(other.pc(), Pc::Idle | Pc::Gone);
    let about = |other: &Thread| busy(other) && CallKind::from_code(other.call).is_about_type();
    match call.kind() {
        CallKind::TypeDies => {
            let in_use = |other: &Thread| about(other) && class_of(other.arg) == class;
            named.is_heap() && !world.threads.iter().any(in_use)
        }
        CallKind::Register => {
            let unused = world.entries.iter().filter(|entry| entry.allocation() == Allocation::Never).count();
            unused > world.threads.iter().filter(|other| about(other)).count()
        }
        _ => true,
    }
}

/// Whether the thread is where the dict is: to make the one namespace of it, or to delete a name that it has.
fn may_change_dict(world: &World, thread: &Thread, call: Call) -> bool {
    let namespace = &world.namespace;
    match call {
        _ if namespace.source == NONE || !owns(world, thread, namespace.source) => false,
        Call::DropName(name) => namespace.present & (1 << name) != 0,
        _ => namespace.structure() == Allocation::Never,
    }
}

/// Whether there is a filled namespace that nobody is using: it belongs to one thread at a time.
pub(crate) fn may_use_namespace(world: &World) -> bool {
    let namespace = &world.namespace;
    namespace.structure() == Allocation::Live && !namespace.is_busy() && !namespace.is_given_up()
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
