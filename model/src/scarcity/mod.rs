//! Memory that runs out anywhere: operations of the layer as small programs over one exact ledger, in which each allocation
//! is refused in turn, once and from then on.
//!
//! A [`Task`] is an operation on a sample; [`tasks`] has all of them. [`play`] plays one, [`sweep()`] one with everything
//! refused that it asks for. It sits on top of the exact engines: [`crate::convert`] converts, [`crate::error`] with
//! [`crate::excinfo`] takes exceptions down, [`crate::runtime`] makes and ends interpreters; what is between them (names,
//! namespaces, the way into a session and out of it) is here. One thread, one call after the other: what others do meanwhile
//! is not known here, nor what an implementation asks for; which of the points it does without, it says itself
//! ([`Reading`]).

mod names;
mod plain;
mod samples;
mod scene;
mod sweep;
mod task;
mod told;
mod visit;

pub use samples::tasks;
pub use sweep::{Broken, Reading, Run, Swept, play, sweep};
pub use task::{Act, Armed, Leaves, Operation, Part, Place, Target, Task, Thrown, Untold, Update, Visit, Work};
pub use told::{Told, Word};
