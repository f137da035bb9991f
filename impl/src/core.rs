//! One interpreter: its state, the lock around it, and the steps of draining and freeing. Those of coming and going are in `entry`.
//!
//! Every method here is one step of the protocol or a loop over steps; a step is one critical section, and no callback of the host
//! runs inside one. It does not know the runtime's table, so it cannot tell whether it is still listed there.

use crate::current::Current;
use crate::entry::Entry;
use crate::error::CallError;
use crate::export::{ExportKey, Exports};
use crate::host::{Context, Host};
use crate::id::InterpreterId;
use crate::panics::FirstPanic;
use crate::pending::{Call, Pending};
use crate::references::References;
use crate::registry::Registry;
use crate::sabotage::Sabotage;
use crate::sync::{Arc, Guard, Monitor, note};

/// Where an interpreter is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nobody is in it.
    Ready,
    /// A thread is current in it.
    Running,
    /// Nobody is in it, and a thread from elsewhere frees what was released: for moments only.
    Draining,
    /// It is being torn down.
    Ending,
    /// It is gone, but for what still points to it.
    Ended,
}

/// What the lock of an interpreter guards.
pub(crate) struct State<H: Host> {
    pub(crate) phase: Phase,
    pub(crate) exports: Exports<H::Payload>,
    pub(crate) pending: Pending<H>,
    pub(crate) references: References,
    pub(crate) entry: Entry,
}

impl<H: Host> State<H> {
    /// The next thing the owner has to do: payloads first, for they hold memory.
    pub(crate) fn next_due(&mut self) -> Option<Due<H>> {
        let freed = self.exports.pop_released().map(|(_, payload)| Due::Free(payload));
        freed.or_else(|| self.pending.pop().map(Due::Call))
    }
}

/// Something that waits for the owner.
pub(crate) enum Due<H: Host> {
    Free(Arc<H::Payload>),
    Call(Call<H>),
}

/// What is the same for all interpreters of a runtime.
pub(crate) struct Settings {
    pub(crate) pending_capacity: usize,
    pub(crate) sabotage: Option<Sabotage>,
}

impl Settings {
    /// Whether this step is to be done wrong. Never, but under loom.
    pub(crate) fn suffers(&self, sabotage: Sabotage) -> bool {
        cfg!(loom) && self.sabotage == Some(sabotage)
    }
}

/// A registry of a host's types.
pub(crate) type Types<H> = Registry<<H as Host>::Type, <H as Host>::Converter>;

/// One interpreter, as all that point to it share it.
pub(crate) struct Core<H: Host> {
    pub(crate) id: InterpreterId,
    pub(crate) host: Arc<H>,
    pub(crate) settings: Arc<Settings>,
    /// The types of all interpreters.
    pub(crate) static_types: Arc<Types<H>>,
    /// The types of this one.
    pub(crate) heap_types: Types<H>,
    monitor: Monitor<State<H>>,
}

impl<H: Host> Core<H> {
    pub(crate) fn new(id: InterpreterId, host: Arc<H>, settings: Arc<Settings>, static_types: Arc<Types<H>>) -> Self {
        let heap_types = Registry::new(id.get(), Arc::clone(&settings));
        let state = State {
            phase: Phase::Ready,
            exports: Exports::new(),
            pending: Pending::new(settings.pending_capacity),
            references: References::default(),
            entry: Entry::new(),
        };
        Core { id, host, settings, static_types, heap_types, monitor: Monitor::new(state) }
    }

    /// Begins the critical section of the step named.
    pub(crate) fn step(&self, step: &'static str) -> Guard<'_, State<H>> {
        note(step, self.id.get());
        self.monitor.lock()
    }

    pub(crate) fn wait<'a>(&self, state: Guard<'a, State<H>>) -> Guard<'a, State<H>> {
        self.monitor.wait(state)
    }

    /// Waits, within a step, while another thread drains the idle interpreter. Who drains it itself does not wait.
    pub(crate) fn wait_while_draining<'a>(&self, mut state: Guard<'a, State<H>>) -> Guard<'a, State<H>> {
        while state.phase == Phase::Draining && !state.entry.is_drained_by_caller() {
            state = self.wait(state);
        }
        state
    }

    pub(crate) fn notify_all(&self) {
        self.monitor.notify_all();
    }

    /// Does one thing that was due, in the owner.
    pub(crate) fn perform(self: &Arc<Self>, due: Due<H>, panics: &mut FirstPanic) {
        match due {
            Due::Free(payload) => self.free(payload, panics),
            Due::Call(call) => {
                self.run_unattended(call, panics);
            }
        }
    }

    /// Makes a call nobody waits for, and tells whether it succeeded. Only the host is left to hear of a failure.
    pub(crate) fn run_unattended(self: &Arc<Self>, call: Call<H>, panics: &mut FirstPanic) -> bool {
        let outcome = self.run(call, panics);
        let succeeded = matches!(outcome, Some(Ok(())));
        if let Some(Err(error)) = outcome {
            panics.catch(|| self.host.call_failed(&self.context(), error));
        }
        succeeded
    }

    /// Makes a call in the owner; nothing comes back when it panicked.
    pub(crate) fn run(self: &Arc<Self>, call: Call<H>, panics: &mut FirstPanic) -> Option<Result<(), CallError>> {
        let current = Current::new(self);
        panics.catch(|| call(&current))
    }

    /// Frees, on behalf of an idle owner, all that was released. Whether the payload watched for was among it comes back.
    /// Rule `pending.run.idle-owner`: released payloads do not wait for an owner that has nothing to do.
    pub(crate) fn drain(&self, watched: ExportKey, panics: &mut FirstPanic) -> bool {
        let mut freed = false;
        while let Some((key, payload)) = self.next_released_or_ready() {
            freed |= key == watched;
            self.free(payload, panics);
        }
        freed
    }

    fn next_released_or_ready(&self) -> Option<(ExportKey, Arc<H::Payload>)> {
        let mut state = self.step("drain.next");
        let released = state.exports.pop_released();
        if released.is_none() {
            state.end_draining();
            if !self.settings.suffers(Sabotage::SilentDrainer) {
                self.notify_all();
            }
        }
        released
    }

    /// Frees one payload in the owner's context. Rules `capsule.clear.owner` and `capsule.free`.
    pub(crate) fn free(&self, payload: Arc<H::Payload>, panics: &mut FirstPanic) {
        let context = self.context();
        match Arc::try_unwrap(payload) {
            Ok(payload) => {
                panics.catch(|| self.host.free(&context, payload));
            }
            Err(payload) => self.free_under_reader(&context, &payload),
        }
    }

    #[cfg(loom)]
    fn free_under_reader(&self, context: &Context, payload: &H::Payload) {
        assert!(self.settings.suffers(Sabotage::ReclaimPinned));
        self.host.free_under_reader(context, payload);
    }

    #[cfg(not(loom))]
    fn free_under_reader(&self, _: &Context, _: &H::Payload) {
        unreachable!("a payload is taken to be freed only when nobody reads it");
    }

    /// The registry that a type belongs into. Rules `registry.kinds` and `registry.choice`: the type alone decides.
    pub(crate) fn types(&self, ty: &H::Type) -> &Types<H> {
        if self.host.is_heap(ty) { &self.heap_types } else { &self.static_types }
    }

    /// Rule `registry.dead.with-its-type`. Types that all interpreters share do not die.
    pub(crate) fn forget_type(&self, ty: &H::Type) -> bool {
        self.host.is_heap(ty) && self.heap_types.forget(ty)
    }

    pub(crate) fn context(&self) -> Context {
        Context::new(self.id)
    }
}
