//! Reports: what came of the scenarios in each runtime, for machines as JUnit XML and for people as one page of HTML.
//!
//! Whoever played the scenarios fills in a [`Data`]; [`junit`] and [`html`] make text of it, and [`trace_svg`] a picture
//! of one failure. Nothing here plays, judges, reads or writes files, or knows the time: the same data makes the same bytes.

mod data;
mod html;
mod junit;
mod text;
mod trace;

pub use data::{Call, Coverage, Data, DataError, Failure, Fate, Rule, Runtime, Scenario, Verdict};
pub use html::html;
pub use junit::junit;
pub use trace::trace_svg;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The data does not hold together: whoever filled it in has to mend it.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The data cannot be written as JSON.
    #[error("cannot write the data: {0}")]
    Json(#[from] serde_json::Error),
    /// The data cannot be written as XML.
    #[error("cannot write XML: {0}")]
    Xml(#[from] quick_junit::SerializeError),
}
