//! All interpreters of a process: who there is, and how they come and go.
//!
//! It sits on top of everything else. Its table is locked to look up, add and remove, never while an interpreter is at work; so what
//! was looked up may have ended a moment later, and every step on an interpreter's own state asks that state again.

use std::collections::BTreeMap;
use std::fmt;

use crate::core::{Core, Settings, Types};
use crate::end::Ended;
use crate::error::{CreateError, EndError, IdRefError, LookupError, ShutdownError};
use crate::host::Host;
use crate::id::InterpreterId;
use crate::interpreter::Interpreter;
use crate::memory::{self, Reserved};
use crate::panics::FirstPanic;
use crate::pending::PENDING_CAPACITY;
use crate::references::{Dropped, References, Verdict};
use crate::registry::{Origin, Registry};
#[cfg(loom)]
use crate::sabotage::Sabotage;
use crate::sync::{Arc, Guard, Lock, abandoned, note};

/// What the steps on the table name as their interpreter.
const TABLE: i64 = -1;

/// A set of interpreters over one host. Clones are handles to the same set.
///
/// It starts empty. When the last handle is gone (runtimes and interpreters are handles, capsules are not), all interpreters end.
pub struct Runtime<H: Host> {
    shared: Arc<Shared<H>>,
}

/// What the handles share.
pub(crate) struct Shared<H: Host> {
    host: Arc<H>,
    settings: Arc<Settings>,
    types: Arc<Types<H>>,
    table: Lock<Table<H>>,
}

struct Table<H: Host> {
    /// The id to give out next, as long as there is one.
    next: Option<InterpreterId>,
    interpreters: BTreeMap<InterpreterId, Listed<H>>,
}

/// An interpreter that there is. Its memory is given back when it is no longer listed: what handles keep after that is a husk.
struct Listed<H: Host> {
    core: Arc<Core<H>>,
    _memory: Reserved,
}

/// How a runtime is to be. Made by [`Runtime::builder`].
#[must_use = "a builder does nothing until it builds"]
pub struct RuntimeBuilder<H: Host> {
    host: H,
    settings: Settings,
}

impl<H: Host> RuntimeBuilder<H> {
    /// How many calls may wait in an interpreter; [`PENDING_CAPACITY`] unless set. With 0 every call from elsewhere is refused.
    pub fn pending_capacity(mut self, calls_max: usize) -> Self {
        self.settings.pending_capacity = calls_max;
        self
    }

    /// A bug to build in, for a harness that proves that it would be found.
    #[cfg(loom)]
    pub fn sabotage(mut self, sabotage: Sabotage) -> Self {
        self.settings.sabotage = Some(sabotage);
        self
    }

    /// The runtime, with no interpreter yet.
    #[must_use = "a runtime ends with its last handle"]
    pub fn build(self) -> Runtime<H> {
        let table = Table { next: Some(InterpreterId::FIRST), interpreters: BTreeMap::new() };
        let settings = Arc::new(self.settings);
        let types = Arc::new(Registry::new(TABLE, Arc::clone(&settings)));
        register_builtins(&self.host, &types);
        let shared = Shared { host: Arc::new(self.host), settings, types, table: Lock::new(table) };
        Runtime { shared: Arc::new(shared) }
    }
}

/// Rule `registry.builtins`. What a runtime begins with is not charged to any account.
fn register_builtins<H: Host>(host: &H, types: &Types<H>) {
    for (ty, converter) in host.builtins() {
        assert!(!host.is_heap(&ty), "a type of one interpreter cannot come with the runtime");
        let registered = types.register(&memory::UNLIMITED, &ty, &converter, Origin::Builtin);
        assert!(registered.is_ok(), "a type comes with the runtime in one way");
    }
}

impl<H: Host> Runtime<H> {
    /// Begins to describe a runtime over a host.
    pub fn builder(host: H) -> RuntimeBuilder<H> {
        RuntimeBuilder { host, settings: Settings { pending_capacity: PENDING_CAPACITY, sabotage: None } }
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &H {
        &self.shared.host
    }

    /// Creates an interpreter, with an id that was never used before. Rules `interpreter.id.unique` and `interpreter.create.link`.
    ///
    /// # Errors
    ///
    /// [`CreateError`] when there is no memory or no id is left. Then no id has been used up.
    pub fn create(&self) -> Result<Interpreter<H>, CreateError> {
        let memory = self.host().memory().reserve()?;
        let mut table = self.shared.step("runtime.create");
        let id = table.next.ok_or(CreateError::IdsExhausted)?;
        let core = Arc::new(self.shared.new_core(id));
        let listed_before = table.interpreters.insert(id, Listed { core: Arc::clone(&core), _memory: memory });
        assert!(listed_before.is_none(), "an id is given out once");
        table.next = id.next();
        Ok(self.handle(core))
    }

    /// The ids of all interpreters, ascending: those there are at one and the same moment.
    #[must_use]
    pub fn list(&self) -> Vec<InterpreterId> {
        self.shared.step("runtime.list").interpreters.keys().copied().collect()
    }

    /// The interpreter with this id. It may end at any time: the handle says so when it is used.
    ///
    /// # Errors
    ///
    /// [`LookupError`] when there is none, or no longer.
    pub fn get(&self, id: InterpreterId) -> Result<Interpreter<H>, LookupError> {
        let core = self.shared.look_up(id).ok_or(LookupError::NotFound { id })?;
        Ok(self.handle(core))
    }

    /// Ends an interpreter: makes the calls and frees the payloads that wait there, lets the host say farewell, and takes back every
    /// payload that capsules still point to, once nobody reads it any more. Those capsules then say [`OwnerEnded`].
    ///
    /// A thread that is in the interpreter has to leave first, even when it is the caller.
    ///
    /// [`OwnerEnded`]: crate::MaterialiseError::OwnerEnded
    ///
    /// # Errors
    ///
    /// [`EndError`] when a thread is in it, when another thread ends it already, or when there is no such interpreter.
    pub fn end(&self, id: InterpreterId) -> Result<Ended, EndError> {
        let core = self.shared.look_up(id).ok_or(EndError::NotFound { id })?;
        core.begin_end()?;
        Ok(self.carry_through(&core))
    }

    /// Counts a reference to an id. With `link` the interpreter ends with the last of its references from now on.
    ///
    /// # Errors
    ///
    /// [`IdRefError`] when there is no such interpreter, when it is ending, or when the count is full.
    pub fn incref(&self, id: InterpreterId, link: bool) -> Result<(), IdRefError> {
        self.shared.look_up(id).ok_or(IdRefError::NotFound { id })?.add_reference(link)
    }

    /// Drops a reference to an id. The last one of a linked interpreter ends it.
    ///
    /// # Errors
    ///
    /// [`IdRefError`] when there is no such interpreter or no such reference, or when the end that is due is refused.
    pub fn decref(&self, id: InterpreterId) -> Result<Dropped, IdRefError> {
        let core = self.shared.look_up(id).ok_or(IdRefError::NotFound { id })?;
        Ok(match core.drop_reference()? {
            Verdict::Remaining(count) => Dropped::Remaining(count),
            Verdict::EndIt => Dropped::Ended(self.carry_through(&core)),
        })
    }

    /// How many references there are to an id, and whether its interpreter ends with the last of them.
    ///
    /// # Errors
    ///
    /// [`LookupError`] when there is no such interpreter, or no longer.
    pub fn references(&self, id: InterpreterId) -> Result<References, LookupError> {
        self.shared.look_up(id).ok_or(LookupError::NotFound { id })?.references()
    }

    /// Says whether an interpreter is to end with the last of its references, without taking one or dropping one.
    ///
    /// ```
    /// # if crossinterp::UNDER_LOOM { return Ok(()) }
    /// # use crossinterp::{Dropped, Runtime, simple::Simple};
    /// let runtime = Runtime::builder(Simple::new()).build();
    /// let id = runtime.create()?.id();
    /// runtime.link(id, true)?;
    /// runtime.incref(id, false)?;
    /// assert!(runtime.references(id)?.linked);
    /// assert!(matches!(runtime.decref(id)?, Dropped::Ended(_)));
    /// # Ok::<(), crossinterp::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LookupError`] when there is no such interpreter, or no longer.
    pub fn link(&self, id: InterpreterId, linked: bool) -> Result<(), LookupError> {
        self.shared.look_up(id).ok_or(LookupError::NotFound { id })?.link(linked)
    }

    /// Ends all interpreters, the newest first, and tells how many. One that another thread is ending is left to that thread.
    ///
    /// # Errors
    ///
    /// [`ShutdownError`] with those that a thread is in. All others have been ended.
    pub fn shutdown(&self) -> Result<usize, ShutdownError> {
        let outcomes: Vec<_> = self.list().into_iter().rev().map(|id| self.end(id)).collect();
        let ended = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let running = outcomes.into_iter().rev().filter_map(|outcome| match outcome {
            Err(EndError::Running { id }) => Some(id),
            _ => None,
        });
        let running: Vec<_> = running.collect();
        if running.is_empty() { Ok(ended) } else { Err(ShutdownError::Running { running }) }
    }

    /// Rule `interpreter.end.unlink`: listed until the last payload is back. A callback's panic goes on after that.
    fn carry_through(&self, core: &Arc<Core<H>>) -> Ended {
        let mut panics = FirstPanic::default();
        let ended = core.tear_down(&mut panics);
        let unlisted = self.shared.step("end.unlink").interpreters.remove(&core.id);
        assert!(unlisted.is_some(), "only who claimed the end unlists");
        panics.resume();
        ended
    }

    fn handle(&self, core: Arc<Core<H>>) -> Interpreter<H> {
        Interpreter::new(core, Arc::clone(&self.shared))
    }
}

impl<H: Host> Clone for Runtime<H> {
    fn clone(&self) -> Self {
        Runtime { shared: Arc::clone(&self.shared) }
    }
}

impl<H: Host> fmt::Debug for Runtime<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}

impl<H: Host> Shared<H> {
    fn step(&self, step: &'static str) -> Guard<'_, Table<H>> {
        note(step, TABLE);
        self.table.lock()
    }

    fn new_core(&self, id: InterpreterId) -> Core<H> {
        Core::new(id, Arc::clone(&self.host), Arc::clone(&self.settings), Arc::clone(&self.types))
    }

    fn look_up(&self, id: InterpreterId) -> Option<Arc<Core<H>>> {
        self.step("runtime.lookup").interpreters.get(&id).map(|listed| Arc::clone(&listed.core))
    }
}

/// No handle is left, so nobody is in an interpreter (unless a guard was forgotten) and nobody will create another.
impl<H: Host> Drop for Shared<H> {
    fn drop(&mut self) {
        if abandoned() {
            return;
        }
        let mut panics = FirstPanic::default();
        let interpreters = std::mem::take(&mut self.table.get_mut().interpreters);
        for Listed { core, .. } in interpreters.into_values().rev() {
            if core.begin_end().is_ok() {
                core.tear_down(&mut panics);
            }
        }
        // Rule `registry.end.runtime`: after the last interpreter, and even if capsules outlive them all.
        panics.catch(|| self.types.clear());
        panics.resume_unless_unwinding();
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::simple::Simple;

    #[test]
    fn when_the_last_id_is_given_out_no_interpreter_is_created() {
        let runtime = Runtime::builder(Simple::new()).build();
        let last = InterpreterId::new(i64::MAX).unwrap();
        runtime.shared.table.lock().next = Some(last);
        assert_eq!(runtime.create().unwrap().id(), last);
        assert_eq!(runtime.create().unwrap_err(), CreateError::IdsExhausted);
    }
}
