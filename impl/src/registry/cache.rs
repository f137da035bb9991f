//! What one guard remembers of a registry: the list it saw last.
//!
//! It belongs to the thread that holds the guard. It never asks a registry for more than its version, unless that has changed.

use std::cell::RefCell;

use super::{Registry, Snapshot, entries};

/// The list that a guard saw last, if it looked anything up.
pub(crate) struct Cache<T, C>(RefCell<Option<Snapshot<T, C>>>);

impl<T, C> Default for Cache<T, C> {
    fn default() -> Self {
        Cache(RefCell::new(None))
    }
}

impl<T: Clone + Eq, C: Clone + PartialEq> Cache<T, C> {
    /// Rules `registry.lookup.exact`, `registry.lookup.missing` and `registry.linearizable`: the answer is that of the registry at
    /// the moment at which its version is read, or later if it has to be asked.
    #[inline]
    pub(crate) fn look_up(&self, registry: &Registry<T, C>, ty: &T) -> Option<C> {
        if !self.is_current(registry) && !self.refresh(registry) {
            return entries::converter(&registry.snapshot().entries, ty).cloned();
        }
        let seen = self.0.borrow();
        entries::converter(&seen.as_ref()?.entries, ty).cloned()
    }

    fn is_current(&self, registry: &Registry<T, C>) -> bool {
        let version = registry.version();
        self.0.borrow().as_ref().is_some_and(|seen| seen.version == version)
    }

    /// Remembers the list as it is now. Not in the middle of another lookup: comparing types may be the host's code, which
    /// may register one and look it up. The list seen before is dropped last, since what it held may look something up, too.
    #[cold]
    fn refresh(&self, registry: &Registry<T, C>) -> bool {
        let now = registry.snapshot();
        let Ok(mut seen) = self.0.try_borrow_mut() else { return false };
        let before = seen.replace(now);
        drop(seen);
        drop(before);
        true
    }
}
