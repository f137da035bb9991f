//! `xi replay`: the scripts that show defects, on a real interpreter.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use crossinterp_suite::replay::{Collection, DEADLINE, replay};

use crate::conform::{here, program};
use crate::{Exit, say, say_json};

/// `xi replay`.
#[derive(Args)]
pub struct Replay {
    /// Only the script of this defect.
    name: Option<String>,
    /// The folder of scripts; without it, that of this repository.
    #[arg(long)]
    scripts: Option<PathBuf>,
    /// Seconds that each script may take.
    #[arg(long, default_value_t = DEADLINE.as_secs(), value_parser = clap::value_parser!(u64).range(1..))]
    deadline: u64,
    /// The Python: a program, or the name of a runtime (see `xi runtimes`).
    #[arg(last = true, required = true)]
    python: String,
}

impl Replay {
    /// Runs the scripts, and prints what was expected beside what was seen.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let folder = self.scripts.unwrap_or_else(|| here().join("drivers/repro"));
        let collection = Collection::load(&folder).map_err(|error| error.to_string())?;
        let deadline = Duration::from_secs(self.deadline);
        let report = replay(&program(&self.python)?, &collection, self.name.as_deref(), deadline);
        let report = report.map_err(|error| error.to_string())?;
        if json {
            say_json(&report)?;
        } else {
            say(&format!("{report}\n"));
        }
        Ok(if report.is_as_expected() { Exit::Fine } else { Exit::Wrong })
    }
}
