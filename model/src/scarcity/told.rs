//! What whoever asked for an operation is told, in the words that the model and an implementation have in common.

use std::fmt;

use crate::convert::Failure;
use crate::error::ErrorCode;

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// In a word.
    pub word: Word,
    /// Whether there is a snapshot of an exception.
    pub snapshot: bool,
    /// Whether the snapshot has the rendered traceback.
    pub display: bool,
    /// How many names were bound.
    pub bound: usize,
    /// How many values came back.
    pub kept: usize,
    /// Whether it is told, besides something else, that what was preserved is lost.
    pub lost: bool,
    /// What the sessions within this one were told.
    pub inner: Vec<Told>,
}

/// The outcome in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    /// It was done.
    Done,
    /// There was no memory.
    NoMemory,
    /// A value cannot be shared, whatever the reason behind it.
    NotShareable,
    /// A value is nested too deep.
    TooDeep,
    /// A name is none.
    BadName,
    /// The type is registered with another converter.
    Conflict,
    /// The type is not registered.
    NotRegistered,
    /// The session failed with this code.
    Code(ErrorCode),
    /// Something that must not be told: a failure without an error, or the end of the process.
    Nothing,
}

impl Word {
    /// Whether it says that there was no memory.
    pub fn is_no_memory(self) -> bool {
        matches!(self, Word::NoMemory | Word::Code(ErrorCode::NoMemory))
    }

    /// A failed conversion.
    pub(super) fn of(failure: &Failure) -> Word {
        match failure {
            Failure::NoMemory => Word::NoMemory,
            Failure::NotShareable { .. } => Word::NotShareable,
            Failure::Recursion => Word::TooDeep,
            _ => Word::Nothing,
        }
    }

    /// The code of a session that could not carry a value, or its name, for this reason.
    pub(super) fn code(self, otherwise: ErrorCode) -> ErrorCode {
        match self {
            Word::NoMemory => ErrorCode::NoMemory,
            Word::NotShareable => ErrorCode::NotShareable,
            Word::Code(code) => code,
            _ => otherwise,
        }
    }
}

impl Told {
    /// That word and no more.
    pub fn word(word: Word) -> Told {
        Told { word, snapshot: false, display: false, bound: 0, kept: 0, lost: false, inner: Vec::new() }
    }

    /// A code and no more.
    pub fn code(code: ErrorCode) -> Told {
        Told::word(Word::Code(code))
    }

    /// Whether something failed that says nothing, here or within.
    pub(super) fn lacks_an_error(&self) -> bool {
        self.word == Word::Nothing || self.inner.iter().any(Told::lacks_an_error)
    }

    /// Whether it says somewhere that there was no memory, or shows it: a snapshot is missing where the body asked for a code,
    /// or a snapshot has no traceback. Rules `error.override.precedence` and `excinfo.display.optional`.
    pub(super) fn owns_up(&self, unhindered: &Told) -> bool {
        let lacks_text = unhindered.snapshot && !self.snapshot || self.snapshot && !self.display;
        let inside = || self.inner.iter().zip(&unhindered.inner).any(|(inner, other)| inner.owns_up(other));
        self.word.is_no_memory() || self.lost || lacks_text || inside()
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Word::Done => "done",
            Word::NoMemory => "no memory",
            Word::NotShareable => "not shareable",
            Word::TooDeep => "too deep",
            Word::BadName => "bad name",
            Word::Conflict => "conflict",
            Word::NotRegistered => "not registered",
            Word::Code(code) => code.name(),
            Word::Nothing => "nothing",
        })
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.word)?;
        let parts = [(self.snapshot, "a snapshot"), (self.display, "a traceback"), (self.lost, "values lost")];
        parts.into_iter().filter(|(there, _)| *there).try_for_each(|(_, part)| write!(f, ", {part}"))?;
        let counts = [(self.bound, "bound"), (self.kept, "kept")];
        counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .try_for_each(|(count, what)| write!(f, ", {count} {what}"))?;
        self.inner.iter().try_for_each(|inner| write!(f, " ({inner})"))
    }
}
