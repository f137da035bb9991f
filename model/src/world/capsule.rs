//! A capsule as the world keeps it: the ledger of its structure and payload, and the promises around them.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::NONE;

/// One entry of the ledger: whether something is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Allocation {
    /// There never was any.
    Never,
    /// It is there.
    Live,
    /// It was freed.
    Freed,
}

impl Allocation {
    pub(super) fn from_code(code: u8) -> Allocation {
        match code {
            0 => Allocation::Never,
            1 => Allocation::Live,
            _ => Allocation::Freed,
        }
    }
}

/// What kind of payload a capsule carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Payload {
    /// The value itself is in the pointer: int, bool, None. Nothing to free.
    Immediate,
    /// A block of its own: float.
    Copied,
    /// A block that points into the owner's object, which it keeps alive: str, bytes.
    Borrowed,
    /// An exported buffer, handed over by the first read: memoryview. One-shot.
    Buffer,
}

impl Payload {
    /// Every kind.
    pub const ALL: [Payload; 4] = [Payload::Immediate, Payload::Copied, Payload::Borrowed, Payload::Buffer];
}

/// Cross-interpreter data: the structure, its `data`, its `obj`, and the promises around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Capsule {
    payload: u8,
    /// The id of the owner, or [`NONE`] when the slot is unused.
    pub owner: u8,
    structure: u8,
    data: u8,
    object: u8,
    flags: u8,
    /// Readers that hold the payload.
    pub pins: u8,
    view: u8,
}

macro_rules! flags {
    ($($(#[$doc:meta])+ $get:ident, $set:ident = $bit:expr;)*) => {
        impl Capsule {
            $($(#[$doc])+ pub fn $get(&self) -> bool { self.flags & $bit != 0 }
              $(#[$doc])+ pub fn $set(&mut self, on: bool) {
                  self.flags = if on { self.flags | $bit } else { self.flags & !$bit };
              })*
        }
    };
}

flags! {
    /// The client has a handle on it.
    held, set_held = 1;
    /// A release was begun.
    released, set_released = 2;
    /// It is on its owner's list of releases.
    listed, set_listed = 4;
    /// It was materialised once and cannot be again.
    consumed, set_consumed = 8;
    /// Freeing the structure goes with the release.
    raw_free, set_raw_free = 16;
    /// Its owner's teardown took the payload back.
    reclaimed, set_reclaimed = 32;
    /// It was cleared, and the export that its block stood for was forgotten.
    forgotten, set_forgotten = 64;
}

impl Capsule {
    pub(super) const UNUSED: Capsule =
        Capsule { payload: 0, owner: NONE, structure: 0, data: 0, object: 0, flags: 0, pins: 0, view: 0 };

    /// A capsule fresh from a conversion in the interpreter `owner`.
    pub fn converted(payload: Payload, owner: u8) -> Capsule {
        let mut capsule = Capsule { payload: payload as u8, owner, ..Capsule::UNUSED };
        capsule.set_structure(Allocation::Live);
        if payload != Payload::Immediate {
            capsule.set_data(Allocation::Live);
        }
        if payload == Payload::Borrowed {
            capsule.set_object(Allocation::Live);
        }
        capsule.set_held(true);
        capsule
    }

    /// Whether the slot holds a capsule, freed or not.
    pub fn is_used(&self) -> bool {
        self.owner != NONE
    }

    /// The kind of payload.
    pub fn payload(&self) -> Payload {
        Payload::ALL[usize::from(self.payload & 3)]
    }

    /// The structure itself.
    pub fn structure(&self) -> Allocation {
        Allocation::from_code(self.structure)
    }

    /// The block in `data`; for a buffer, the export.
    pub fn data(&self) -> Allocation {
        Allocation::from_code(self.data)
    }

    /// The owner's object in `obj`.
    pub fn object(&self) -> Allocation {
        Allocation::from_code(self.object)
    }

    /// The view that a read of a buffer made.
    pub fn view(&self) -> Allocation {
        Allocation::from_code(self.view)
    }

    /// Books the structure.
    pub fn set_structure(&mut self, to: Allocation) {
        self.structure = to as u8;
    }

    /// Books the block.
    pub fn set_data(&mut self, to: Allocation) {
        self.data = to as u8;
    }

    /// Books the object.
    pub fn set_object(&mut self, to: Allocation) {
        self.object = to as u8;
    }

    /// Books the view.
    pub fn set_view(&mut self, to: Allocation) {
        self.view = to as u8;
    }

    /// Whether anything is left to free behind the structure. A forgotten export is allocated, and not behind it.
    pub fn has_payload(&self) -> bool {
        self.data() == Allocation::Live && !self.forgotten() || self.object() == Allocation::Live
    }
}
