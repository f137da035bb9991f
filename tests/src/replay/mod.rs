//! Replays: scripts that show defects in a real interpreter, each run alone, bounded, and held to what is expected of it.
//!
//! A script performs, observes and says in its last line whether it showed its defect (`tests/drivers/repro/README.md`). It
//! may hang, die, flood or lie; each is an answer here. What a version is expected to show is a table in a file, and
//! nothing here knows what a defect is.

mod child;
mod expected;
mod report;
mod said;

use std::path::Path;
use std::time::Duration;

use thiserror::Error;

pub use child::OUTPUT_BYTES_MAX;
pub use expected::{Collection, Expectation, Script};
pub use report::{Counts, Report, Row};
pub use said::{Broken, Seen};

/// What a script may take on a busy machine; the slowest takes some seconds on an idle one.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// Why nothing was replayed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReplayError {
    /// A file or folder cannot be read: check that it exists and is text.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A line of a table is not what it should be: correct it.
    #[error("{path}:{line}: {what}")]
    Malformed {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// No script has that name: use one of those listed.
    #[error("no script '{name}': use one of {}", known.join(", "))]
    UnknownScript {
        /// What was given.
        name: String,
        /// The scripts that there are.
        known: Vec<String>,
    },
    /// The command does not run, or does not tell the version that a Python would: check the path.
    #[error("{command} is no Python: {reason}")]
    NoPython {
        /// What was given.
        command: String,
        /// What happened instead.
        reason: String,
    },
}

/// Replays the scripts of a collection on a Python, one after the other. With a name, only that one.
pub fn replay(
    python: &str,
    collection: &Collection,
    only: Option<&str>,
    deadline: Duration,
) -> Result<Report, ReplayError> {
    let chosen = collection.chosen(only)?;
    let version = version(python, deadline)?;
    let rows = chosen.into_iter().map(|script| {
        let seen = run(python, &script.path, deadline);
        Row::new(script.name.clone(), collection.expected(&script.name, &version), seen)
    });
    let rows = rows.collect();
    Ok(Report::new(version, rows))
}

/// Runs one script and reads what it says.
pub fn run(python: &str, script: &Path, deadline: Duration) -> Seen {
    let command = [python.to_owned(), script.display().to_string()];
    match child::run(&command, deadline) {
        Ok(output) => said::read(&output),
        Err(broken) => Seen::Broken { broken },
    }
}

/// What the Python says that it is.
fn version(python: &str, deadline: Duration) -> Result<String, ReplayError> {
    let no_python = |reason: String| ReplayError::NoPython { command: python.to_owned(), reason };
    let ask = "import sys; print('%d.%d.%d' % sys.version_info[:3])";
    let command = [python, "-c", ask].map(str::to_owned);
    let told = child::run(&command, deadline).map_err(|broken| no_python(broken.to_string()))?;
    let is_version = told.trim().split('.').map(str::parse::<u32>).filter(Result::is_ok).count() == 3;
    if is_version {
        Ok(told.trim().to_owned())
    } else {
        Err(no_python(format!("asked for its version it said '{told}'")))
    }
}
