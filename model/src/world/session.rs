//! A session as the world keeps it: where it is, where it came from, and what its body has done so far.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::NONE;
use crate::call::{Keeps, Raises, Updates};
use crate::error::ErrorCode;

/// Sessions that a thread can be in at one time. Two: one within another.
pub const SESSIONS_MAX: usize = 2;

/// A session of a thread, from the enter that succeeded to the report of its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Session {
    /// The address of the interpreter it is in, or [`NONE`] where there is no session.
    pub there: u8,
    /// The id that it was asked to enter.
    pub id: u8,
    /// The address to return to.
    pub back: u8,
    raised: u8,
    error: u8,
    kept: u8,
    /// The capsule that carries what was preserved, or [`NONE`].
    pub capsule: u8,
    flags: u8,
}

const SWITCHED: u8 = 1;
const RESTORED: u8 = 2;
const DELIVERED: u8 = 4;

impl Session {
    /// No session.
    pub const UNUSED: Session =
        Session { there: NONE, id: NONE, back: NONE, raised: 0, error: 0, kept: 0, capsule: NONE, flags: 0 };

    /// A session that was just entered.
    pub fn entered(there: u8, id: u8, back: u8, switched: bool) -> Session {
        Session { there, id, back, flags: if switched { SWITCHED } else { 0 }, ..Session::UNUSED }
    }

    /// Whether there is one.
    pub fn is_used(&self) -> bool {
        self.there != NONE
    }

    /// Whether entering made a thread state, and leaving gives it back.
    pub fn switched(&self) -> bool {
        self.flags & SWITCHED != 0
    }

    /// How the body failed, if it did.
    pub fn raised(&self) -> Option<Raises> {
        Raises::from_code(self.raised)
    }

    /// The body fails.
    pub fn raise(&mut self, raises: Raises) {
        self.raised = raises.code();
    }

    /// What the caller will be told, if it is a failure.
    pub fn error(&self) -> Option<ErrorCode> {
        (self.error != 0).then(|| ErrorCode::ALL[usize::from(self.error)])
    }

    /// Says what the caller will be told. Rule `error.override.precedence`: what was said first stands.
    pub fn fail(&mut self, code: ErrorCode) {
        if self.error == 0 {
            self.error = code as u8;
        }
    }

    /// What an enter under way has converted and not bound yet. The session is not there before that.
    pub fn brought(&self) -> Option<Updates> {
        if self.is_used() { None } else { Updates::from_code(self.kept) }
    }

    /// An enter under way has converted what it brings.
    pub fn bring(&mut self, updates: Updates) {
        assert!(!self.is_used(), "values are brought before the session is there");
        self.kept = updates.code();
    }

    /// What the body preserved, if anything.
    pub fn kept(&self) -> Option<Keeps> {
        Keeps::from_code(self.kept)
    }

    /// The body preserves a value.
    pub fn keep(&mut self, keeps: Keeps) {
        self.kept = keeps.code();
    }

    /// Whether the caller has tried to make the preserved value again.
    pub fn restored(&self) -> bool {
        self.flags & RESTORED != 0
    }

    /// The caller has tried.
    pub fn set_restored(&mut self) {
        self.flags |= RESTORED;
    }

    /// Whether the caller has the preserved value.
    pub fn delivered(&self) -> bool {
        self.flags & DELIVERED != 0
    }

    /// The caller has it.
    pub fn set_delivered(&mut self) {
        self.flags |= DELIVERED;
    }
}
