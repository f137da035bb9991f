//! The exact conversions: a value becomes cross-interpreter data, and the data a value, as small programs over a ledger.
//!
//! One thread, no interleavings: where C cannot be interrupted there is nothing to interleave. What can happen at every
//! point is that memory runs out, and [`sweep()`] tries each. The concurrent model takes its failures from here
//! ([`allocations`], [`fail`]), and the operations in [`crate::module`] their types, errors and fields.
//!
//! A [`Conversion`] holds the [`Ledger`] and the structures; [`Registry`] says which types are known.

mod arrive;
mod conversion;
mod data;
mod failure;
mod get;
mod helper;
mod ledger;
mod refute;
mod registry;
mod shared;
mod sweep;
mod tuple;
mod view;

pub use arrive::Arrival;
pub use conversion::{Conversion, Setup, Style};
pub use data::{Borrowed, Data, Free, Items, NewObject, View, XiData, XiRef};
pub use failure::Failure;
pub use helper::{BYTES_SIZE_MIN, bytes_data};
pub use ledger::{Allocator, BlockId, ExportId, Ledger, Misuse, Plan, ReferenceId};
pub use refute::{Refuted, SAMPLES, refute, samples, sweep_edition};
pub use registry::{Builtins, Converter, Registry};
pub use sweep::{Broken, Failures, Kind, Leftover, Phase, SweepOutcome, allocations, fail, first_refutation, sweep};

use crate::defect::Defect;

/// Defects that one conversion alone shows, with nobody else running: no scope of the concurrent model needs to.
pub const SEQUENTIAL_DEFECTS: [Defect; 6] = [
    Defect::IsShareableShallow,
    Defect::MessageRunsUserCode,
    Defect::OomAsNotShareable,
    Defect::FailedReadConsumes,
    Defect::TupleDepthUnguarded,
    Defect::FailedPrintsFreed,
];
