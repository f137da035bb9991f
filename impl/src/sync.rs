//! The only file that names the standard library's locks, atomics and threads, so that loom's can stand in for them.
//!
//! It sits below everything. It knows nothing of interpreters: a lock, a lock that can be waited on, a claim that one caller wins,
//! a version that grows, and a note of which step a thread is about to take.

#[cfg(loom)]
use loom::sync::{
    Condvar, Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU64},
};
#[cfg(not(loom))]
use std::sync::{
    Condvar, Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU64},
};
use std::sync::{PoisonError, atomic::Ordering};

/// The standard library's, under loom as well: a count carries no step of the protocol (each payload changes hands under its
/// owner's lock), so its changes are not worth a scheduling point each.
pub(crate) use std::sync::Arc;

/// What a lock gives access to until it is dropped.
pub(crate) type Guard<'a, T> = MutexGuard<'a, T>;

/// A lock without poisoning: no callback ever runs under it, so a panic cannot leave its value half changed.
pub(crate) struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Lock(Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lock whose holder can wait until somebody else has changed the value.
pub(crate) struct Monitor<T> {
    lock: Lock<T>,
    changed: Condvar,
}

impl<T> Monitor<T> {
    pub(crate) fn new(value: T) -> Self {
        Monitor { lock: Lock::new(value), changed: Condvar::new() }
    }

    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.lock.lock()
    }

    pub(crate) fn wait<'a>(&self, guard: Guard<'a, T>) -> Guard<'a, T> {
        self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn notify_all(&self) {
        self.changed.notify_all();
    }
}

/// A right that exactly one caller obtains.
pub(crate) struct Claim(AtomicBool);

impl Claim {
    pub(crate) fn new() -> Self {
        Claim(AtomicBool::new(false))
    }

    /// True for the first caller only. It decides who goes on; what it guards is handed over under a lock.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A number that grows with each change of something that is guarded by a lock, and can be read without that lock.
pub(crate) struct Version(AtomicU64);

impl Version {
    pub(crate) fn new(first: u64) -> Self {
        Version(AtomicU64::new(first))
    }

    /// Sequentially consistent, as is [`set`](Self::set), so that what threads find out from several versions fits together.
    #[inline]
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Only under the lock of what it is the version of.
    pub(crate) fn set(&self, version: u64) {
        self.0.store(version, Ordering::SeqCst);
    }
}

/// A value behind a lock that loom does not see: for bookkeeping that must not become a scheduling point of the thing it watches.
pub(crate) struct Unscheduled<T>(std::sync::Mutex<T>);

impl<T> Unscheduled<T> {
    pub(crate) fn new(value: T) -> Self {
        Unscheduled(std::sync::Mutex::new(value))
    }

    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Default> Default for Unscheduled<T> {
    fn default() -> Self {
        Unscheduled::new(T::default())
    }
}

/// Names a thread for as long as it runs.
#[cfg(loom)]
pub(crate) use loom::thread::ThreadId;
#[cfg(not(loom))]
pub(crate) use std::thread::ThreadId;

/// The calling thread.
pub(crate) fn current_thread() -> ThreadId {
    #[cfg(loom)]
    return loom::thread::current().id();
    #[cfg(not(loom))]
    return std::thread::current().id();
}

/// Whether this thread is unwinding: a destructor that panicked now would abort the process.
pub(crate) fn unwinding() -> bool {
    std::thread::panicking()
}

/// Whether loom has given this execution up. Its locks panic from then on, and a destructor that used one would abort the test.
pub(crate) fn abandoned() -> bool {
    cfg!(loom) && unwinding()
}

#[cfg(not(loom))]
#[inline(always)]
pub(crate) fn note(_step: &'static str, _interpreter: i64) {}

#[cfg(loom)]
pub(crate) use probe::note;

/// The interleaving of the current loom execution, step by step.
#[cfg(loom)]
pub mod probe {
    use std::cell::RefCell;
    use std::collections::HashMap;

    use loom::thread::ThreadId;

    /// One step: who was about to take it, which one, and in which interpreter's state.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Event {
        /// The number given to [`enter_thread`]; 0 for a thread that was not named.
        pub thread: usize,
        /// The step, as `operation.step`.
        pub step: &'static str,
        /// The interpreter whose state the step changes; -1 for the runtime's table.
        pub interpreter: i64,
    }

    #[derive(Default)]
    struct Log {
        events: Vec<Event>,
        names: HashMap<ThreadId, usize>,
    }

    // loom runs all threads of a model on the thread that called it: this is one log per model.
    std::thread_local! {
        static LOG: RefCell<Log> = RefCell::default();
    }

    /// Names the calling loom thread for the events to come.
    pub fn enter_thread(number: usize) {
        let thread = loom::thread::current().id();
        LOG.with_borrow_mut(|log| log.names.insert(thread, number));
    }

    /// Takes the events noted so far and forgets the names. Call it first and last in each execution: one that was cut short
    /// leaves its events behind.
    #[must_use]
    pub fn take() -> Vec<Event> {
        LOG.take().events
    }

    pub(crate) fn note(step: &'static str, interpreter: i64) {
        let id = loom::thread::current().id();
        LOG.with_borrow_mut(|log| {
            let thread = log.names.get(&id).copied().unwrap_or(0);
            log.events.push(Event { thread, step, interpreter });
        });
    }
}
