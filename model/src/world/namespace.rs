//! A namespace as the world keeps it: two names of a dict in its source, a capsule for each, and what the target has of them.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Allocation, NONE};

/// Items of a namespace. Two: one that succeeds before one that fails.
pub const ITEMS_MAX: usize = 2;

/// Names and capsules on their way from a dict of one interpreter into the `__main__` of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Namespace {
    /// The id of the interpreter whose dict it is filled from.
    pub source: u8,
    /// The capsule of each item, or [`NONE`].
    pub items: [u8; ITEMS_MAX],
    structure: u8,
    /// Names that the dict has at this moment, a bit each.
    pub present: u8,
    /// Names that are bound in the target by it, a bit each.
    pub bound: u8,
    /// Names that it was made with, a bit each.
    pub names: u8,
    flags: u8,
}

const BUSY: u8 = 1;
const GIVEN_UP: u8 = 2;

impl Namespace {
    pub(super) const ABSENT: Namespace =
        Namespace { source: NONE, items: [NONE; ITEMS_MAX], structure: 0, present: 0, bound: 0, names: 0, flags: 0 };

    /// A dict with every name in it, and no namespace made of it yet.
    pub fn of_dict(source: u8) -> Namespace {
        Namespace { source, present: (1 << ITEMS_MAX) - 1, ..Namespace::ABSENT }
    }

    /// The structure with the names.
    pub fn structure(&self) -> Allocation {
        Allocation::from_code(self.structure)
    }

    /// Books the structure.
    pub fn set_structure(&mut self, to: Allocation) {
        self.structure = to as u8;
    }

    /// Whether a call is making, applying or freeing it.
    pub fn is_busy(&self) -> bool {
        self.flags & BUSY != 0
    }

    /// Sets whether a call is at work on it.
    pub fn set_busy(&mut self, busy: bool) {
        self.flags = if busy { self.flags | BUSY } else { self.flags & !BUSY };
    }

    /// Whether the client has given it up.
    pub fn is_given_up(&self) -> bool {
        self.flags & GIVEN_UP != 0
    }

    /// The client gives it up.
    pub fn give_up(&mut self) {
        self.flags |= GIVEN_UP;
    }
}
