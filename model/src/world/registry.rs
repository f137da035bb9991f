//! Registries as the world keeps them: types, entries in linked lists, and where each thread is on its walk.
//!
//! The lists are linked as C links them, forwards and backwards, because what goes wrong without a lock goes wrong in
//! the links. An entry is never used again once freed, so a walk that comes too late is seen.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Allocation, INTERPRETERS_MAX, NONE};

/// Types that a scope can know: one static, one heap type.
pub const TYPES_MAX: usize = 2;
/// Entries that can be made in all.
pub const ENTRIES_MAX: usize = 3;
/// The place of the global registry among the registries; the others are at their interpreter's address.
pub const GLOBAL: u8 = INTERPRETERS_MAX as u8;

/// A type, as far as a registry looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Type {
    /// The id of the interpreter it is a heap type of, or [`NONE`] when it is static.
    pub home: u8,
    flags: u8,
    /// Registrations less unregistrations: a ghost, what every count is compared with.
    pub balance: i8,
}

const ALIVE: u8 = 1;
const BUILTIN: u8 = 2;

impl Type {
    pub(super) const ABSENT: Type = Type { home: NONE, flags: 0, balance: 0 };

    /// A type that lives.
    pub fn alive(home: u8, builtin: bool) -> Type {
        Type { home, flags: ALIVE | if builtin { BUILTIN } else { 0 }, balance: 0 }
    }

    /// Whether it is a heap type.
    pub fn is_heap(&self) -> bool {
        self.home != NONE
    }

    /// Whether it exists and was not collected.
    pub fn is_alive(&self) -> bool {
        self.flags & ALIVE != 0
    }

    /// Whether the runtime itself registered it.
    pub fn is_builtin(&self) -> bool {
        self.flags & BUILTIN != 0
    }

    /// Collects it.
    pub fn die(&mut self) {
        self.flags &= !ALIVE;
    }
}

/// One entry of a registry: `_xidregitem`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Entry {
    /// The type.
    pub class: u8,
    /// Which converter: its number.
    pub converter: u8,
    /// The count of registrations, as the entry has it.
    pub count: i8,
    allocation: u8,
    /// The entry behind it, or [`NONE`].
    pub next: u8,
    /// The entry before it, or [`NONE`] for the head.
    pub prev: u8,
}

impl Entry {
    pub(super) const UNUSED: Entry =
        Entry { class: NONE, converter: 0, count: 0, allocation: 0, next: NONE, prev: NONE };

    /// A new entry, registered once.
    pub fn new(class: u8, converter: u8, next: u8) -> Entry {
        Entry { class, converter, count: 1, allocation: Allocation::Live as u8, next, prev: NONE }
    }

    /// Whether its memory is there.
    pub fn allocation(&self) -> Allocation {
        Allocation::from_code(self.allocation)
    }

    /// Frees its memory.
    pub fn free(&mut self) {
        self.allocation = Allocation::Freed as u8;
    }
}

/// A registry: where its list begins, and who holds its lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Registry {
    /// The newest entry, or [`NONE`].
    pub head: u8,
    /// The thread in its critical section, or [`NONE`]; [`Registry::CLOSED`] once it has ended.
    pub lock: u8,
}

impl Registry {
    /// In the place of a lock: the registry was finalized.
    pub const CLOSED: u8 = 0x80;
    pub(super) const EMPTY: Registry = Registry { head: NONE, lock: NONE };

    /// Whether it was finalized.
    pub fn is_closed(&self) -> bool {
        self.lock == Registry::CLOSED
    }
}

/// Where a thread is in a registry or a namespace: two registers of its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Walk {
    /// The entry it stands on, or the item it is at.
    pub cursor: u8,
    /// What it read there: the next entry, a count, or the answer of its last lookup.
    pub read: u8,
}

impl Walk {
    pub(super) const NOWHERE: Walk = Walk { cursor: NONE, read: NONE };
}
