//! What the operations need from the state below them: interpreters, sessions, references, capsules.
//!
//! One thread at a time: each method is a whole operation of the layer, run to its end. The operations know nothing of
//! how the state is kept, and the state knows nothing of arguments, messages or values. What it cannot say, because
//! it is too small or because C is undefined there, is a [`Limit`], never a guess.

use std::fmt;

use super::outcome::Signal;
use crate::call::Outcome;
use crate::fault::Fault;

pub use crate::world::Payload;

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

impl Whence {
    /// Every one, by its number.
    pub const ALL: [Whence; 6] =
        [Whence::Unknown, Whence::Runtime, Whence::LegacyCapi, Whence::Capi, Whence::CrossInterp, Whence::Stdlib];
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

/// A capsule, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CapsuleId(pub usize);

/// How a client gives a capsule up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// It releases the payload and keeps the structure.
    Release,
    /// It releases the payload, and the structure goes with it.
    RawFree,
    /// The helper for the items of a namespace does the same.
    Item,
    /// It clears the capsule where it is and frees the structure.
    Free,
}

/// What became of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Nothing of the capsule is left, or nothing needed its owner.
    Done,
    /// The owner will do it.
    Queued,
    /// The owner's queue was full: nobody will do it, and the caller was not told.
    Lost,
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

/// What the state below cannot say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// It has no room for one more interpreter at the same time.
    Interpreters,
    /// It has no id left.
    Ids,
    /// It has no thread left that could enter one more interpreter.
    Threads,
    /// It has no room for one more capsule at the same time.
    Capsules,
    /// Its queues are shorter than the real ones, and one is full where the real one may not be.
    Queue,
    /// It cannot count the references.
    References,
    /// No thread of the player is in that interpreter.
    Nobody {
        /// The interpreter.
        id: i64,
    },
    /// The capsule holds nothing any more, and reading it all the same is undefined in C.
    ReadOfNothing,
    /// The safe reading refuses what no edition has words for.
    Refused(Outcome),
    /// In C the behaviour is undefined from here on.
    Undefined(Fault),
    /// The call waits for what only another thread can do.
    Blocked,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Limit::Interpreters => "more interpreters at a time than the model has room for",
            Limit::Ids => "more interpreters than the model has ids for",
            Limit::Threads => "more interpreters entered at a time than the model has threads for",
            Limit::Capsules => "more capsules at a time than the model has room for",
            Limit::Queue => "more calls pending at a time than a queue of the model holds",
            Limit::References => "more id references than the model can count",
            Limit::Nobody { id } => return write!(f, "no thread is in interpreter {id}"),
            Limit::ReadOfNothing => "a capsule is read that holds nothing any more",
            Limit::Refused(outcome) => return write!(f, "refused without words: {outcome}"),
            Limit::Undefined(fault) => return write!(f, "undefined: {}", fault.sentence()),
            Limit::Blocked => "the call waits for another thread",
        };
        f.write_str(text)
    }
}

impl std::error::Error for Limit {}

/// The state below the operations. Where a method can fail, the error is what the state cannot say.
pub trait Layer {
    /// Makes an interpreter; it becomes ready unless nobody said who makes it.
    fn create(&mut self, whence: Whence) -> Result<i64, Limit>;
    /// A creation that fails after the interpreter was listed: all that stays is a used id.
    fn create_and_fail(&mut self) -> Result<(), Limit>;
    /// The id that the next interpreter will have.
    fn next_id(&self) -> i64;
    /// What a lookup finds.
    fn find(&self, id: i64) -> Option<Entry>;
    /// The ids of all interpreters, ascending.
    fn ids(&self) -> Vec<i64>;
    /// A thread of its own enters and keeps running; false if another one is running there.
    fn enter(&mut self, id: i64) -> Result<bool, Limit>;
    /// That thread leaves. It runs what is pending before it does.
    fn leave(&mut self, id: i64) -> Result<(), Limit>;
    /// Code that runs in the interpreter carries out what is pending there.
    fn run_pending(&mut self, current: i64) -> Result<(), Limit>;
    /// How many calls a queue holds; a real one holds [`crate::edition::Edition::pending_capacity`].
    fn queue_capacity(&self) -> usize;
    /// Ends an interpreter that is not running, in code running in `current`.
    fn end(&mut self, id: i64, current: i64) -> Result<(), Limit>;
    /// Counts a reference, and may say that the last one ends the interpreter.
    fn incref(&mut self, id: i64, link: bool) -> Result<(), Limit>;
    /// Counts from zero, if nobody has counted yet.
    fn begin_count(&mut self, id: i64);
    /// Gives up a reference, in code running in `current`.
    fn decref(&mut self, id: i64, current: i64) -> Result<Decref, Limit>;
    /// Says whether the last reference ends the interpreter.
    fn set_linked(&mut self, id: i64, linked: bool);
    /// Converts an object of the current interpreter.
    fn convert(&mut self, payload: Payload, current: i64) -> Result<CapsuleId, Limit>;
    /// Reads the capsule in the current interpreter, and lets go of the object that was read.
    fn materialise(&mut self, capsule: CapsuleId, current: i64) -> Result<(), Limit>;
    /// Releases what the capsule holds.
    fn release(&mut self, capsule: CapsuleId, how: Parting, current: i64) -> Result<Release, Limit>;
    /// Whether the capsule still holds its payload.
    fn holds_payload(&self, capsule: CapsuleId) -> bool;
    /// Whether the export behind a buffer's capsule is still taken.
    fn holds_export(&self, capsule: CapsuleId) -> bool;
}
