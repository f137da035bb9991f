//! Which types may cross, and how: a table from types to the host's converters, read without a lock that anybody contends.
//!
//! A runtime has one registry for types that all interpreters share, and each interpreter has one for types of its own; a type says
//! which is meant, and nothing else does. Both are the same thing: an immutable list behind a version number. A writer
//! prepares the next list outside of any lock, then puts it in place and raises the version in one critical section: that is
//! the moment at which the change happens. A reader keeps the list it saw last, and asks for a newer one only when the version says
//! that there is one: the moment of a lookup is its read of the version. It does not know values, nor what a converter does.

mod cache;
mod entries;

pub(crate) use cache::Cache;
pub(crate) use entries::Origin;
pub use entries::{Registered, Unregistered};

use std::convert::Infallible;

use crate::core::Settings;
use crate::error::RegistryError;
use crate::memory::{Memory, Reserved};
use crate::sabotage::Sabotage;
use crate::sync::{Arc, Lock, Version, note};
use entries::{Entry, Planned};

/// The list of a registry at one version of it, the newest entry first.
pub(crate) struct Snapshot<T, C> {
    version: u64,
    entries: Arc<[Entry<T, C>]>,
}

/// One registry.
pub(crate) struct Registry<T, C> {
    /// Whose it is, as the steps on it are noted: an interpreter, or the runtime.
    owner: i64,
    settings: Arc<Settings>,
    /// The version of the list below, as readers see it. Only who holds the lock changes it.
    version: Version,
    current: Lock<Snapshot<T, C>>,
}

impl<T: Clone + Eq, C: Clone + PartialEq> Registry<T, C> {
    pub(crate) fn new(owner: i64, settings: Arc<Settings>) -> Self {
        let first = Snapshot { version: 0, entries: Arc::default() };
        Registry { owner, settings, version: Version::new(first.version), current: Lock::new(first) }
    }

    /// Rules `registry.register.first`, `.again`, `.conflict` and `.no-memory`. The reservation is asked for outside of any lock.
    pub(crate) fn register(
        &self,
        memory: &Memory,
        ty: &T,
        converter: &C,
        origin: Origin,
    ) -> Result<Registered, RegistryError> {
        let mut reserved: Option<Reserved> = None;
        self.change(|entries| {
            entries::register(entries, ty, converter, origin, || match &reserved {
                Some(reserved) => Ok(reserved.clone()),
                None => Ok(reserved.insert(memory.reserve()?).clone()),
            })
        })
    }

    /// Rules `registry.unregister.counted`, `.last`, `.missing` and `registry.builtins.keep`.
    pub(crate) fn unregister(&self, ty: &T) -> Result<Unregistered, RegistryError> {
        self.change(|entries| entries::unregister(entries, ty))
    }

    /// Rule `registry.dead.with-its-type`. Whether there was an entry comes back.
    pub(crate) fn forget(&self, ty: &T) -> bool {
        let changed = self.change(|entries| Ok::<_, Infallible>(entries::forget(entries, ty)));
        match changed {
            Ok(was_registered) => was_registered,
            Err(never) => match never {},
        }
    }

    /// Rules `registry.end.interpreter` and `registry.end.runtime`: nobody is left to look anything up.
    pub(crate) fn clear(&self) {
        note("end.registry", self.owner);
        let mut current = self.current.lock();
        let last = self.publish(&mut current, Arc::default());
        drop(current);
        drop(last);
    }

    fn version(&self) -> u64 {
        self.version.get()
    }

    fn snapshot(&self) -> Snapshot<T, C> {
        note("registry.read", self.owner);
        self.current.lock().clone()
    }

    /// Plans a change on what there is, and carries it out if nothing else has changed meanwhile; otherwise plans again. Whoever has
    /// to plan again does so because somebody else was served. Rule `registry.serial`.
    fn change<R, E>(&self, mut plan: impl FnMut(&[Entry<T, C>]) -> Result<Planned<T, C, R>, E>) -> Result<R, E> {
        loop {
            let seen = self.snapshot();
            let planned = plan(&seen.entries)?;
            let Some(next) = planned.next else { return Ok(planned.outcome) };
            if self.replace(seen.version, next.into()) {
                return Ok(planned.outcome);
            }
        }
    }

    /// Puts the next list in place of the one seen. The old one is dropped after the lock: its types and converters are the host's.
    fn replace(&self, seen: u64, next: Arc<[Entry<T, C>]>) -> bool {
        note("registry.write", self.owner);
        let mut current = self.current.lock();
        if current.version != seen && !self.settings.suffers(Sabotage::LostCount) {
            return false;
        }
        let old = self.publish(&mut current, next);
        drop(current);
        drop(old);
        true
    }

    /// The moment of the change: from here on every lookup sees it. Gives back what there was.
    fn publish(&self, current: &mut Snapshot<T, C>, next: Arc<[Entry<T, C>]>) -> Arc<[Entry<T, C>]> {
        if !self.settings.suffers(Sabotage::StaleLookup) {
            current.version = current.version.checked_add(1).expect("no process makes that many changes");
            self.version.set(current.version);
        }
        std::mem::replace(&mut current.entries, next)
    }
}

impl<T, C> Clone for Snapshot<T, C> {
    fn clone(&self) -> Self {
        Snapshot { version: self.version, entries: Arc::clone(&self.entries) }
    }
}
