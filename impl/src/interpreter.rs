//! What a thread holds of an interpreter: a handle from outside, a guard when it is inside.
//!
//! It sits on top of `core`. Which interpreter a thread is in is told by the guard alone: there is no hidden "current" anywhere. What
//! can be done inside is in `current`.

use std::fmt;
use std::ops::Deref;

use crate::core::{Core, Due, Phase};
use crate::current::Current;
use crate::entry::Purpose;
use crate::error::{CallError, CallRefused, EnterError, PendingError};
use crate::host::Host;
use crate::id::InterpreterId;
use crate::panics::FirstPanic;
use crate::pending::{AddRefused, Call, PASS_LIMIT, PassReport};
use crate::runtime::Shared;
use crate::sync::{Arc, abandoned};

/// A handle to an interpreter. It keeps the runtime alive, not the interpreter: that may be ended under it, and says so.
pub struct Interpreter<H: Host> {
    core: Arc<Core<H>>,
    runtime: Arc<Shared<H>>,
}

impl<H: Host> Interpreter<H> {
    pub(crate) fn new(core: Arc<Core<H>>, runtime: Arc<Shared<H>>) -> Self {
        Interpreter { core, runtime }
    }

    pub(crate) fn core(&self) -> &Arc<Core<H>> {
        &self.core
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> InterpreterId {
        self.core.id
    }

    /// Makes the calling thread current in the interpreter until the guard is dropped.
    ///
    /// While another thread frees released payloads on the idle interpreter's behalf this waits, which takes moments.
    ///
    /// # Errors
    ///
    /// [`EnterError`] when a thread is in it already, or when it is ending or has ended.
    pub fn enter(&self) -> Result<Entered<'_, H>, EnterError> {
        self.core.enter(Purpose::Main)?;
        Ok(Entered::new(&self.core))
    }

    /// As [`enter`](Self::enter), but waits for its turn while other threads are in the interpreter. Those who wait come in one
    /// after the other in the order in which they asked, and nobody gets past them.
    ///
    /// Two threads that wait for the interpreter that the other is in wait for ever, as with any two locks.
    ///
    /// # Errors
    ///
    /// [`EnterError`] when the interpreter ends meanwhile or has ended, or when the calling thread itself is in it.
    pub fn enter_waiting(&self) -> Result<Entered<'_, H>, EnterError> {
        self.core.enter_waiting(Purpose::Main)?;
        Ok(Entered::new(&self.core))
    }

    /// Makes the calling thread current without running main: it can do all that a guard lets it do, and open a session into
    /// the very interpreter it is in.
    ///
    /// # Errors
    ///
    /// As [`enter`](Self::enter).
    pub fn attach(&self) -> Result<Entered<'_, H>, EnterError> {
        self.core.enter(Purpose::Attach)?;
        Ok(Entered::new(&self.core))
    }

    /// Whether a thread runs main in it. The answer may be stale at once.
    ///
    /// ```
    /// # if crossinterp::UNDER_LOOM { return Ok(()) }
    /// # use crossinterp::{Runtime, simple::Simple};
    /// let runtime = Runtime::builder(Simple::new()).build();
    /// let home = runtime.create()?;
    /// assert!(!home.is_running());
    /// let inside = home.enter()?;
    /// assert!(home.is_running());
    /// # Ok::<(), crossinterp::Error>(())
    /// ```
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.core.runs_main()
    }

    /// How many threads wait for their turn to enter.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.core.waiting()
    }

    /// Asks for a call inside the interpreter, by whoever is in it next: at [`Entered::run_pending`], when the guard is dropped, or
    /// at the interpreter's end. A call that holds a handle of the same runtime keeps it alive until it is made.
    ///
    /// # Errors
    ///
    /// [`CallRefused`], with the call itself, when too many calls wait or when the interpreter makes no more calls.
    pub fn call_soon<F>(&self, call: F) -> Result<(), CallRefused<H>>
    where
        F: FnOnce(&Current<'_, H>) -> Result<(), CallError> + Send + 'static,
    {
        self.add_call(Box::new(call))
    }

    /// Tells from outside that a heap type of this interpreter is no more: as [`Current::type_died`].
    pub fn type_died(&self, ty: &H::Type) -> bool {
        self.core.forget_type(ty)
    }

    /// Rules `pending.call.queued` and `pending.call.reported`: finding the owner alive and adding the call is one step.
    fn add_call(&self, call: Call<H>) -> Result<(), CallRefused<H>> {
        let id = self.core.id;
        let mut state = self.core.step("call.add");
        if state.phase == Phase::Ended {
            return Err(CallRefused::NotFound { id, call });
        }
        state.pending.add(call).map_err(|(reason, call)| match reason {
            AddRefused::Full => CallRefused::Full(call),
            AddRefused::Closed => CallRefused::Ending(call),
        })
    }
}

impl<H: Host> Clone for Interpreter<H> {
    fn clone(&self) -> Self {
        Interpreter { core: Arc::clone(&self.core), runtime: Arc::clone(&self.runtime) }
    }
}

impl<H: Host> fmt::Debug for Interpreter<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Interpreter").field(&self.core.id.get()).finish()
    }
}

/// The calling thread is in an interpreter, as long as this lives. Dropping it does what is due there, and leaves.
///
/// Leaving makes every call that is due, and those that they add: a call that always adds itself again is never left behind.
///
/// A guard that is forgotten instead of dropped leaves its interpreter running for ever; nothing worse comes of it.
#[must_use = "dropping the guard leaves the interpreter"]
pub struct Entered<'a, H: Host> {
    current: Current<'a, H>,
}

impl<'a, H: Host> Entered<'a, H> {
    /// The thread has entered.
    pub(crate) fn new(core: &'a Arc<Core<H>>) -> Self {
        Entered { current: Current::new(core) }
    }

    /// Does what is due in this interpreter: frees what was released elsewhere, and makes up to [`PASS_LIMIT`] waiting calls. An
    /// embedder calls it from its evaluation loop now and then.
    ///
    /// # Errors
    ///
    /// [`PendingError`] when a call failed. Those behind it go on waiting.
    pub fn run_pending(&self) -> Result<PassReport, PendingError> {
        let mut panics = FirstPanic::default();
        let mut report = PassReport::default();
        let outcome = self.run_pass(&mut report, &mut panics);
        panics.resume();
        outcome.map_err(|error| PendingError::Failed { error, report })?;
        Ok(report)
    }

    /// Rules `pending.run.pass` and `pending.run.failure`. A call that panics ends the pass as a failing one does.
    fn run_pass(&self, report: &mut PassReport, panics: &mut FirstPanic) -> Result<(), CallError> {
        let core = self.current.core;
        while let Some(due) = self.next_in_pass(report) {
            match due {
                Due::Free(payload) => core.free(payload, panics),
                Due::Call(call) => match core.run(call, panics) {
                    Some(outcome) => outcome?,
                    None => break,
                },
            }
        }
        Ok(())
    }

    fn next_in_pass(&self, report: &mut PassReport) -> Option<Due<H>> {
        let mut state = self.current.core.step("pending.next");
        assert_eq!(state.phase, Phase::Running, "the guard says so");
        if let Some((_, payload)) = state.exports.pop_released() {
            report.freed += 1;
            return Some(Due::Free(payload));
        }
        if report.calls == PASS_LIMIT {
            return None;
        }
        let call = state.pending.pop()?;
        report.calls += 1;
        Some(Due::Call(call))
    }
}

impl<'a, H: Host> Deref for Entered<'a, H> {
    type Target = Current<'a, H>;

    fn deref(&self) -> &Current<'a, H> {
        &self.current
    }
}

impl<H: Host> Drop for Entered<'_, H> {
    fn drop(&mut self) {
        if !abandoned() {
            self.current.core.leave();
        }
    }
}

impl<H: Host> fmt::Debug for Entered<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entered").field(&self.id().get()).finish()
    }
}
