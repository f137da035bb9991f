//! Conformance: scenarios against foreign runtimes, each scenario in a process of its own, and the report of it.
//!
//! The scenario's expectations judge; the driver only observes. Results come in the order of the scenarios, whatever
//! the order in which they were played, and those of the scenarios that did run are never lost.

mod coverage;
mod difference;
mod expectations;
mod journal;
mod judge;
pub mod mutants;
mod play;
mod publish;
mod record;
mod report;
mod run;
mod shorten;
mod show;
mod verdict;

pub use coverage::{Coverage, Share};
pub use difference::marks;
pub use expectations::{Difference, DifferenceKind, Expectations, ExpectationsError, Expected};
pub use journal::Journal;
pub use play::{Observed, Persistence, Played, play};
pub use publish::publish;
pub use record::{
    Foreseen, Recording, SeenStep, check_recordings, count_calls, foresee, predict, predict_counting, record,
};
pub use report::{Counts, Report, ScenarioResult};
pub use run::{Job, Options, conform, introduce, run};
pub use verdict::{Kind, Verdict};
