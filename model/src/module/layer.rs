//! What the operations need from the state below them: interpreters, sessions, references, capsules.
//!
//! One thread at a time: each method is a whole operation of the layer, run to its end. The operations know nothing of
//! how the state is kept, and the state knows nothing of arguments, messages or values.

use super::outcome::Signal;

/// Who made an interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Whence {
    /// Nobody said.
    Unknown = 0,
    /// The start of the runtime.
    Runtime = 1,
    /// The old C interface.
    LegacyCapi = 2,
    /// The C interface.
    Capi = 3,
    /// The layer itself.
    CrossInterp = 4,
    /// The module `_interpreters`.
    Stdlib = 5,
}

/// What one interpreter looks like at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id.
    pub id: i64,
    /// Who made it.
    pub whence: Whence,
    /// Whether it may be entered.
    pub ready: bool,
    /// Whether a thread is running main in it.
    pub running: bool,
    /// The count of id references.
    pub references: i64,
    /// Whether the last reference ends it.
    pub linked: bool,
}

/// The kind of a payload, which decides what its release has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The value itself; nothing to free.
    Immediate,
    /// A raw block with a copy.
    Copied,
    /// A raw block that points into an object of the owner.
    Borrowed,
    /// An export of the owner's memory, to be read once.
    Buffer,
}

/// A capsule, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CapsuleId(pub usize);

/// What became of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Nothing of the capsule is left, or nothing needed its owner.
    Done,
    /// The owner will do it.
    Queued,
    /// No interpreter has the owner's id, and the payload is still there.
    OwnerGone,
}

/// What became of a reference that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decref {
    /// It is counted.
    Counted,
    /// It was the last one, and the interpreter has ended.
    Ended,
    /// It was the last one; the interpreter has ended under a thread that is running in it and will never return.
    EndedUnderThread,
    /// It was the last one; the interpreter has ended under the calling thread, and the call never returns.
    NeverReturns,
    /// It was the last one, and the process died of it.
    Fatal(Signal),
    /// Refused: the interpreter is running.
    Running,
    /// Refused: no reference is held.
    NotReferenced,
}

/// The state below the operations.
pub trait Layer {
    /// Makes an interpreter; it becomes ready unless nobody said who makes it.
    fn create(&mut self, whence: Whence) -> i64;
    /// A creation that fails after the interpreter was listed: all that stays is a used id.
    fn create_and_fail(&mut self);
    /// The id that the next interpreter will have.
    fn next_id(&self) -> i64;
    /// What a lookup finds.
    fn find(&self, id: i64) -> Option<Entry>;
    /// The ids of all interpreters, ascending.
    fn ids(&self) -> Vec<i64>;
    /// A thread of its own enters and keeps running; false if another one is running there.
    fn enter(&mut self, id: i64) -> bool;
    /// That thread leaves. It runs what is pending before it does.
    fn leave(&mut self, id: i64);
    /// Ends an interpreter that is not running.
    fn end(&mut self, id: i64);
    /// Counts a reference, and may say that the last one ends the interpreter.
    fn incref(&mut self, id: i64, link: bool);
    /// Gives up a reference, in code running in `current`.
    fn decref(&mut self, id: i64, current: i64) -> Decref;
    /// Says whether the last reference ends the interpreter.
    fn set_linked(&mut self, id: i64, linked: bool);
    /// Converts an object of the current interpreter.
    fn convert(&mut self, payload: Payload, current: i64) -> CapsuleId;
    /// Reads the capsule in the current interpreter.
    fn materialise(&mut self, capsule: CapsuleId, current: i64);
    /// Releases what the capsule holds.
    fn release(&mut self, capsule: CapsuleId, current: i64) -> Release;
    /// Whether the capsule still holds its payload.
    fn holds_payload(&self, capsule: CapsuleId) -> bool;
    /// Whether the export behind a buffer's capsule is still taken.
    fn holds_export(&self, capsule: CapsuleId) -> bool;
}
