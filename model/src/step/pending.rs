//! Calls pending in another interpreter: queueing them, and running them in the owner.

use crate::call::{CallKind, Outcome};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::fix::Fix;
use crate::rule::Rule;
use crate::step::{Pc, Run, capsule, namespace, release};
use crate::witness::Witness;
use crate::world::{CAPSULES_MAX, NONE, Pending, PendingKind, Phase, QUEUE_MAX};

/// What running one pending call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    /// Nothing is due.
    Nothing,
    /// A call ran.
    Fine,
    /// A call ran and failed.
    Failed,
}

impl Ran {
    pub(super) fn ran(self) -> bool {
        self != Ran::Nothing
    }
}

pub(super) fn step(run: &mut Run, pc: Pc) {
    match pc {
        Pc::CallLookUp => look_up(run),
        Pc::CallHandOver => hand_over(run),
        Pc::QueueNoMemory => find_no_memory(run),
        _ => eval_loop_pass(run),
    }
}

/// Rule `interpreter.lookup.stale`; the caller of `_Py_CallInInterpreter` in `crossinterp.c`.
fn look_up(run: &mut Run) {
    let id = run.arg();
    if !run.look_up(id) {
        return run.done(Outcome::NotFound);
    }
    if run.has(Defect::ReleaseLookupThenEnqueue) {
        run.next(Pc::CallHandOver);
    } else {
        hand_over(run);
    }
}

/// Calls now when the target is current, or queues the call on it.
/// Rules `pending.call.current`, `pending.call.queued`; `_Py_CallInInterpreter` in `crossinterp.c`.
fn hand_over(run: &mut Run) {
    let fails = run.call() == CallKind::CallInFailing;
    if !check_register(run) {
        return;
    }
    if run.register() == run.current() {
        run.rule(Rule::CallCurrent);
        return run.done(if fails { Outcome::CallFailed } else { Outcome::Done });
    }
    run.rule(Rule::CallQueued);
    let is_refused = refuses_at_end(run);
    if !is_refused && run.target().queue_closed() && !run.has(Defect::LostInFinalization) {
        run.rule(Rule::AddFinalizing);
        return run.done(Outcome::Ending);
    }
    if is_refused || !has_room(run) {
        run.witness(Witness::CallRefusedFull);
        if run.has(Defect::OverflowLeak) {
            return refused(run);
        }
        run.rule(Rule::CallReported);
        return run.done(if is_refused { Outcome::Ending } else { Outcome::Full });
    }
    push(run, PendingKind::Call { fails });
    run.done(Outcome::Queued);
}

/// A queue that is closed under its own lock refuses what comes after the last flush.
/// Rule `pending.add.finalizing`; as the review of PR 136004 suggests.
pub(super) fn refuses_at_end(run: &mut Run) -> bool {
    let refuses = run.is_fixed(Fix::RefuseFinalizing) && run.target().queue_closed();
    if refuses {
        run.rule(Rule::AddFinalizing);
    }
    refuses
}

/// The queue did not take it, and nobody looks: the caller is told that all is well.
/// Rule `pending.call.reported`; `_Py_CallInInterpreter` in `crossinterp.c`.
pub(super) fn refused(run: &mut Run) {
    let at_end = run.register_is_fresh() && run.target().queue_closed();
    run.note_fault(match (at_end && run.is_fixed(Fix::RefuseFinalizing), release::is_view(run)) {
        (true, _) => Fault::RefusedAtEnd,
        (false, true) => Fault::ExportStuck,
        (false, false) => Fault::RefusedUnreported,
    });
    run.done(Outcome::Queued);
}

/// A queue that grows asks for memory before it is locked. Rule `pending.add.full`; as PR 110694 has it.
fn find_no_memory(run: &mut Run) {
    run.rule(Rule::AddFull);
    if run.register() == NONE {
        // The lookup was under the same lock.
        let id = if run.call().is_call() { run.arg() } else { run.world.capsule(run.arg()).owner };
        run.look_up(id);
    }
    if run.call().is_call() && !run.has(Defect::OverflowLeak) {
        run.rule(Rule::CallReported);
        return run.done(Outcome::NoMemory);
    }
    let is_whole = run.call() == CallKind::FreeNamespace && run.world.namespace.is_given_up();
    if is_whole && run.has(Defect::NamespaceNullOwner) {
        namespace::lose(run, Fault::RefusedUnreported)
    } else {
        refused(run)
    }
}

/// Whether the looked-up address can still be used: C cannot tell another interpreter there from the one it looked up.
/// Rules `capsule.release.lookup`, `interpreter.address.reuse`: an address is not an identity.
pub(super) fn check_register(run: &mut Run) -> bool {
    if run.register_is_fresh() {
        return true;
    }
    let reused = run.target().phase() != Phase::Free;
    if reused {
        run.note_fault(Fault::EnqueueOnReused);
    } else {
        run.fault(Fault::EnqueueOnFreed);
    }
    reused
}

/// Whether the queue at the register takes one more. Rules `pending.capacity`, `pending.add.full`; `_push_pending_call`.
pub(super) fn has_room(run: &mut Run) -> bool {
    run.rule(Rule::PendingCapacity);
    let bound = capacity(run) + u8::from(run.has(Defect::OverBound));
    let room = run.target().pending_len < bound;
    if !room {
        run.rule(Rule::AddFull);
    }
    room
}

/// What the queue holds. One slot more stands for "more slots"; one without a bound ends where the world does, and the
/// client makes no call that could get there.
fn capacity(run: &Run) -> u8 {
    match run.setup.scope.queue_capacity {
        _ if run.is_fixed(Fix::UnboundedQueue) => QUEUE_MAX as u8,
        slots => slots + u8::from(run.is_fixed(Fix::LargerQueue)),
    }
}

/// Appends to the queue at the register. Rule `pending.run.order`; `_push_pending_call` in `ceval_gil.c`.
pub(super) fn push(run: &mut Run, kind: PendingKind) {
    run.target().push_pending(Pending::new(kind));
    if run.target().pending_len > capacity(run) {
        run.note_fault(Fault::QueueOverBound);
    }
}

/// The eval loop's look at what is pending: at most so many calls a pass, and a failing one ends it.
/// Rules `pending.run.pass`, `pending.run.failure`; `make_pending_calls` in `ceval_gil.c`.
fn eval_loop_pass(run: &mut Run) {
    let slot = run.current();
    match run_one(run, slot, run.thread().aux < run.setup.scope.pass_limit) {
        Ran::Nothing => run.done(Outcome::Done),
        Ran::Fine => run.next(Pc::RunOne),
        Ran::Failed => {
            run.rule(Rule::RunFailure);
            run.done(Outcome::CallFailed);
        }
    }
}

/// Runs one thing that is due in the interpreter at `slot`, in its context: a listed release, or the oldest call.
/// Rules `pending.run.owner`, `pending.run.order`; `_pop_pending_call` and `_make_pending_calls` in `ceval_gil.c`.
pub(super) fn run_one(run: &mut Run, slot: u8, calls_too: bool) -> Ran {
    if run_listed(run, slot) {
        return Ran::Fine;
    }
    if !calls_too {
        if run.world.interpreter(slot).pending_len > 0 {
            run.rule(Rule::RunPass);
        }
        return Ran::Nothing;
    }
    let Some(call) = run.world.interpreter_mut(slot).pop_pending() else {
        return Ran::Nothing;
    };
    run.rule(Rule::RunOwner);
    run.rule(Rule::RunOrder);
    run.thread_mut().aux += u8::from(run.call() == CallKind::RunPending);
    execute(run, slot, call.kind())
}

fn execute(run: &mut Run, slot: u8, kind: PendingKind) -> Ran {
    let id = run.world.interpreter(slot).id;
    match kind {
        // Somebody reads it: it waits on the owner's own list, as if it had never been in the queue.
        PendingKind::Clear { capsule: which, .. } if run.world.capsule(which).pins > 0 => {
            run.world.capsule_mut(which).set_listed(true);
        }
        PendingKind::Clear { capsule: which, .. } => {
            run.rule(Rule::ReleaseExecuted);
            capsule::clear_released(run, which, id);
        }
        PendingKind::ReleaseBuffer { capsule: which } => capsule::release_export(run, which, id),
        PendingKind::FreeNamespace => namespace::free_in_owner(run, id),
        PendingKind::Call { fails: true } => return Ran::Failed,
        PendingKind::Call { fails: false } => {}
    }
    Ran::Fine
}

/// Carries out one release that is on the owner's own list, and that nobody is reading.
/// Rule `capsule.release.executed`; the repaired protocol.
pub(super) fn run_listed(run: &mut Run, slot: u8) -> bool {
    let Some(which) = next_listed(run, slot) else {
        return false;
    };
    run.rule(Rule::RunOwner);
    run.rule(Rule::ReleaseExecuted);
    let id = run.world.interpreter(slot).id;
    run.world.capsule_mut(which).set_listed(false);
    let capsule = run.world.capsule(which);
    if capsule.view() == crate::world::Allocation::Freed {
        capsule::release_export(run, which, id);
    } else {
        capsule::clear_released(run, which, id);
    }
    true
}

fn next_listed(run: &Run, slot: u8) -> Option<u8> {
    let id = run.world.interpreter(slot).id;
    (0..CAPSULES_MAX as u8).find(|&which| {
        let capsule = run.world.capsule(which);
        capsule.listed() && capsule.owner == id && capsule.pins == 0
    })
}
