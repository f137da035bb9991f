//! Exact snapshots of exceptions: an exception becomes a few raw texts, and those an object or another exception.
//!
//! One thread, one exception, in the order of the C code. What can happen at every point is that memory runs out, and
//! [`sweep()`] tries each. What becomes of a capture that fails is decided here too ([`Fate`]), since two defects are in
//! that; which operation shows it, [`crate::module`] knows.
//!
//! A [`Capture`] holds the memory; [`Given`] is what it is told of the exception.

mod apply;
mod as_object;
mod capture;
mod display;
mod failure;
mod fate;
mod from_object;
mod given;
mod refute;
mod snapshot;
mod sweep;
mod text;

pub use apply::Applied;
pub use as_object::{SeenSnapshot, SeenType};
pub use capture::{Capture, Captured, Setup, Style};
pub use failure::{Failure, Halt, Reason, What};
pub use fate::Fate;
pub use from_object::Described;
pub use given::{Given, Names, Part, Rendering};
pub use refute::{Refuted, refute, samples, sweep_edition};
pub use snapshot::Snapshot;
pub use sweep::{Broken, Phase, Sample, SweepOutcome, first_refutation, sweep};

use crate::defect::Defect;

/// Defects that one capture alone shows, with nobody else running: no scope of the concurrent model needs to.
pub const SEQUENTIAL_DEFECTS: [Defect; 8] = [
    Defect::ExcTypeFieldCheck,
    Defect::CaptureFailureLost,
    Defect::NulInText,
    Defect::MemoryErrorLost,
    Defect::DisplayNull,
    Defect::DisplayEmpty,
    Defect::DisplayDoubleRelease,
    Defect::CaptureNone,
];
