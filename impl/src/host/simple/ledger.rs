//! The fate of every payload of a simple host: where it was made, where it was freed, how often, and whether anybody came too late.
//!
//! It sits below the simple host. It only writes down; what is right is for a test to say. It is invisible to loom. It keeps a line
//! for every payload there ever was, which suits tests, not programs that run for long.

use crate::id::InterpreterId;
use crate::sync::{Arc, Unscheduled};

/// A handle to the ledger of one host.
#[derive(Clone)]
pub struct Ledger {
    entries: Arc<Unscheduled<Vec<Entry>>>,
}

/// What happened to one payload.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The interpreter that made it.
    pub created_in: InterpreterId,
    /// The interpreters it was freed in, one for each time.
    pub freed_in: Vec<InterpreterId>,
    /// How often it was made into a value while it was there.
    pub reads: usize,
    /// How often it was read although it had been freed.
    pub reads_after_free: usize,
}

/// The sums of a ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Totals {
    /// Payloads made.
    pub created: usize,
    /// Payloads that have not been freed.
    pub live: usize,
    /// Payloads freed more than once.
    pub freed_twice: usize,
    /// Payloads freed in an interpreter that did not make them.
    pub freed_elsewhere: usize,
    /// Reads of payloads that had been freed.
    pub reads_after_free: usize,
}

impl Default for Ledger {
    fn default() -> Self {
        Ledger { entries: Arc::new(Unscheduled::new(Vec::new())) }
    }
}

impl Ledger {
    /// All payloads, in the order they were made.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.with(|entries| entries.clone())
    }

    /// The sums.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.entries.with(|entries| entries.iter().fold(Totals::default(), Totals::with))
    }

    pub(super) fn create(&self, created_in: InterpreterId) -> usize {
        self.entries.with(|entries| {
            entries.push(Entry { created_in, freed_in: Vec::new(), reads: 0, reads_after_free: 0 });
            entries.len() - 1
        })
    }

    pub(super) fn read(&self, entry: usize, freed: bool) {
        self.entries.with(|entries| {
            let entry = &mut entries[entry];
            if freed {
                entry.reads_after_free += 1;
            } else {
                entry.reads += 1;
            }
        });
    }

    pub(super) fn free(&self, entry: usize, freed_in: InterpreterId) {
        self.entries.with(|entries| entries[entry].freed_in.push(freed_in));
    }
}

impl Totals {
    /// Whether each payload was freed exactly once, in its owner, and read by nobody afterwards.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        *self == Totals { created: self.created, ..Totals::default() }
    }

    fn with(self, entry: &Entry) -> Self {
        Totals {
            created: self.created + 1,
            live: self.live + usize::from(entry.freed_in.is_empty()),
            freed_twice: self.freed_twice + usize::from(entry.freed_in.len() > 1),
            freed_elsewhere: self.freed_elsewhere
                + usize::from(entry.freed_in.iter().any(|freed_in| *freed_in != entry.created_in)),
            reads_after_free: self.reads_after_free + entry.reads_after_free,
        }
    }
}
