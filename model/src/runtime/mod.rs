//! The start and the end of the layer: what is made in which order, what can fail on the way and what is left then, and
//! what code that still runs can do while it all goes away.
//!
//! One thread, no interleavings: a [`Process`] makes and ends interpreters one after the other, and writes down what it
//! holds. [`sweep()`] fails every step once and looks at what is left. It knows nothing of values, calls and messages;
//! [`crate::module`] words what it says, and the concurrent model has races of its own at both ends.

mod ending;
mod failure;
mod process;
mod refute;
mod step;
mod sweep;

pub use ending::{Asked, Moment, Stage, Told};
pub use failure::{Failure, Status};
pub use process::{MAIN, Process, Setup};
pub use refute::{Refuted, refute, sample};
pub use step::{Part, Step, steps};
pub use sweep::{Broken, SweepOutcome, sweep};

use crate::defect::Defect;

/// Defects that making or ending one interpreter shows, with nobody else running.
pub const SEQUENTIAL_DEFECTS: [Defect; 2] = [Defect::CreationFatal, Defect::CreationNotUndone];
