//! What a call tells its caller, as an enum and as a byte of the world.

use std::fmt;

use crate::error::ErrorCode;

/// What a caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It is done, with nothing to tell.
    Done,
    /// An interpreter with that id, or a capsule in that slot, was made.
    Made(u8),
    /// The value.
    Value,
    /// Accepted: the owner will do it.
    Queued,
    /// There was nothing to do.
    Nothing,
    /// The owner has ended, and its teardown has freed the payload.
    OwnerEnded,
    /// No interpreter has that id.
    NotFound,
    /// The interpreter is not ready.
    NotReady,
    /// The interpreter is ending.
    Ending,
    /// The interpreter is running.
    Running,
    /// It is the current interpreter.
    Current,
    /// The capsule was released before.
    Released,
    /// The capsule was consumed before.
    Consumed,
    /// The queue is full.
    Full,
    /// There is no memory.
    NoMemory,
    /// No reference is held.
    NotReferenced,
    /// A pending call failed.
    CallFailed,
    /// The converter that is registered for the type.
    Converter(u8),
    /// The type is registered with another converter.
    Conflict,
    /// The type is not registered.
    NotRegistered,
    /// The runtime's own registration stays.
    Builtin,
    /// A name has a NUL in it.
    BadName,
    /// There is no such thing: it was not made, or was given up.
    Absent,
    /// The session failed, with that code.
    Failed(ErrorCode),
}

impl Outcome {
    /// Every outcome without a number.
    const PLAIN: [Outcome; 21] = [
        Outcome::Done,
        Outcome::Value,
        Outcome::Queued,
        Outcome::Nothing,
        Outcome::OwnerEnded,
        Outcome::NotFound,
        Outcome::NotReady,
        Outcome::Ending,
        Outcome::Running,
        Outcome::Current,
        Outcome::Released,
        Outcome::Consumed,
        Outcome::Full,
        Outcome::NoMemory,
        Outcome::NotReferenced,
        Outcome::CallFailed,
        Outcome::Conflict,
        Outcome::NotRegistered,
        Outcome::Builtin,
        Outcome::BadName,
        Outcome::Absent,
    ];
    const MADE: u8 = 0x80;
    const CONVERTER: u8 = 0x40;
    const FAILED: u8 = 0x20;

    /// As a byte of the world; zero is left for "none yet".
    pub(crate) fn code(self) -> u8 {
        match self {
            Outcome::Made(number) => Outcome::MADE | number,
            Outcome::Converter(number) => Outcome::CONVERTER | number,
            Outcome::Failed(code) => Outcome::FAILED | code as u8,
            plain => 1 + Outcome::PLAIN.iter().position(|&other| other == plain).expect("listed") as u8,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Outcome> {
        if code & Outcome::MADE != 0 {
            return Some(Outcome::Made(code & !Outcome::MADE));
        }
        if code & Outcome::CONVERTER != 0 {
            return Some(Outcome::Converter(code & !Outcome::CONVERTER));
        }
        if code & Outcome::FAILED != 0 {
            return ErrorCode::ALL.get(usize::from(code & !Outcome::FAILED)).copied().map(Outcome::Failed);
        }
        Outcome::PLAIN.get(usize::from(code).checked_sub(1)?).copied()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Outcome::Made(number) => return write!(f, "made {number}"),
            Outcome::Converter(number) => return write!(f, "f{number}"),
            Outcome::Failed(code) => return write!(f, "failed: {code}"),
            Outcome::Done => "done",
            Outcome::Value => "the value",
            Outcome::Queued => "queued",
            Outcome::Nothing => "nothing to do",
            Outcome::OwnerEnded => "owner ended",
            Outcome::NotFound => "not found",
            Outcome::NotReady => "not ready",
            Outcome::Ending => "ending",
            Outcome::Running => "running",
            Outcome::Current => "current",
            Outcome::Released => "already released",
            Outcome::Consumed => "already consumed",
            Outcome::Full => "full",
            Outcome::NoMemory => "no memory",
            Outcome::NotReferenced => "not referenced",
            Outcome::CallFailed => "call failed",
            Outcome::Conflict => "conflict",
            Outcome::NotRegistered => "not registered",
            Outcome::Builtin => "builtin",
            Outcome::BadName => "bad name",
            Outcome::Absent => "absent",
        };
        f.write_str(text)
    }
}
