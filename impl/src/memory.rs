//! An account of allocations that can be told to refuse one, or all from one on: how a test finds out what happens when memory runs out, anywhere.
//!
//! It sits below everything but `sync`. It allocates nothing on behalf of others and does not know what is allocated: whoever
//! is about to allocate asks first, and keeps the answer for as long as the memory. It is invisible to loom.

use std::fmt;

use crate::sync::{Arc, Unscheduled};

/// A handle to an account, or to none: without one, memory is never refused and nothing is counted.
#[derive(Clone, Default)]
pub struct Memory(Option<Arc<Account>>);

/// Leave to allocate once. It counts as one live allocation until it, and its last clone, is dropped.
#[derive(Clone, Default)]
#[must_use = "what is dropped counts as freed"]
pub struct Reserved {
    /// Held for its destructor.
    _ticket: Option<Arc<Ticket>>,
}

/// There is no memory for what was asked. Nothing is held on its behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("there is no memory left")]
pub struct NoMemory;

struct Account(Unscheduled<Counts>);

#[derive(Default)]
struct Counts {
    made: u64,
    live: u64,
    refusal: Refusal,
}

/// Which requests are refused, counted from now.
#[derive(Default)]
enum Refusal {
    #[default]
    Never,
    Once(u64),
    From(u64),
}

struct Ticket(Arc<Account>);

/// What a host without an account gives out.
pub(crate) static UNLIMITED: Memory = Memory(None);

impl Memory {
    /// A new account, which refuses nothing until it is told to.
    ///
    /// ```
    /// use crossinterp::{Memory, NoMemory};
    /// let memory = Memory::counted();
    /// memory.fail_once(1);
    /// let first = memory.reserve()?;
    /// assert_eq!(memory.reserve().err(), Some(NoMemory));
    /// assert_eq!((memory.made(), memory.live()), (1, 1));
    /// drop(first);
    /// assert_eq!(memory.live(), 0);
    /// # Ok::<(), NoMemory>(())
    /// ```
    #[must_use]
    pub fn counted() -> Self {
        Memory(Some(Arc::new(Account(Unscheduled::new(Counts::default())))))
    }

    /// Refuses the request with this number, counted from the next one as 0, and no other.
    pub fn fail_once(&self, index: u64) {
        self.refuse(Refusal::Once(index));
    }

    /// Refuses every request from the one with this number on.
    pub fn fail_from(&self, index: u64) {
        self.refuse(Refusal::From(index));
    }

    /// Refuses nothing any more.
    pub fn fail_never(&self) {
        self.refuse(Refusal::Never);
    }

    /// How many requests have been granted.
    #[must_use]
    pub fn made(&self) -> u64 {
        self.counts(|counts| counts.made)
    }

    /// How many allocations are live.
    #[must_use]
    pub fn live(&self) -> u64 {
        self.counts(|counts| counts.live)
    }

    /// Asks for leave to allocate once.
    ///
    /// # Errors
    ///
    /// [`NoMemory`] when this request is to be refused.
    #[inline]
    pub fn reserve(&self) -> Result<Reserved, NoMemory> {
        match &self.0 {
            None => Ok(Reserved { _ticket: None }),
            Some(account) => account.reserve(),
        }
    }

    /// Asks for leave to allocate an object that belongs to an interpreter from then on, and is no longer our concern.
    ///
    /// # Errors
    ///
    /// [`NoMemory`] when this request is to be refused.
    #[inline]
    pub fn reserve_object(&self) -> Result<(), NoMemory> {
        self.reserve().map(drop)
    }

    fn refuse(&self, refusal: Refusal) {
        if let Some(account) = &self.0 {
            account.0.with(|counts| counts.refusal = refusal);
        }
    }

    fn counts(&self, read: impl FnOnce(&Counts) -> u64) -> u64 {
        self.0.as_ref().map_or(0, |account| account.0.with(|counts| read(counts)))
    }
}

impl Account {
    fn reserve(self: &Arc<Self>) -> Result<Reserved, NoMemory> {
        self.0.with(Counts::grant)?;
        Ok(Reserved { _ticket: Some(Arc::new(Ticket(Arc::clone(self)))) })
    }
}

impl Counts {
    fn grant(&mut self) -> Result<(), NoMemory> {
        if self.refusal.strikes() {
            return Err(NoMemory);
        }
        self.made += 1;
        self.live += 1;
        Ok(())
    }
}

impl Refusal {
    /// Whether this request is to be refused; it counts, among those that are still to come, as one.
    fn strikes(&mut self) -> bool {
        match self {
            Refusal::Never => false,
            Refusal::From(0) => true,
            Refusal::Once(0) => {
                *self = Refusal::Never;
                true
            }
            Refusal::Once(left) | Refusal::From(left) => {
                *left -= 1;
                false
            }
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.0.with(|counts| {
            assert!(counts.live > 0, "what is freed was live");
            counts.live -= 1;
        });
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Memory(unlimited)"),
            Some(_) => f.debug_struct("Memory").field("made", &self.made()).field("live", &self.live()).finish(),
        }
    }
}

impl fmt::Debug for Reserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reserved")
    }
}
