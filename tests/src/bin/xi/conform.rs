//! `xi conform` and `xi record`: scenarios against a foreign runtime.

use std::path::{Path, PathBuf};

use clap::Args;
use crossinterp_model::edition::Edition;
use crossinterp_suite::conform;
use crossinterp_suite::driver::Limits;
use crossinterp_suite::scenario::{self, Scenario};

use crate::{Exit, say};

/// Which runtime, and which scenarios.
#[derive(Args)]
pub struct Runtime {
    /// The folder of scenarios; without it, that of this repository.
    #[arg(long)]
    scenarios: Option<PathBuf>,
    /// A Python (the driver of this repository is added), or the whole command of a driver.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// `xi conform`.
#[derive(Args)]
pub struct Conform {
    #[command(flatten)]
    runtime: Runtime,
    /// Hold the runtime to this edition instead of the one it names.
    #[arg(long)]
    edition: Option<Edition>,
}

/// `xi record`.
#[derive(Args)]
pub struct Record {
    #[command(flatten)]
    runtime: Runtime,
    /// The file to write.
    #[arg(long)]
    output: PathBuf,
}

impl Conform {
    /// Plays every scenario and prints the verdicts.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let (scenarios, command) = (self.runtime.load()?, self.runtime.driver());
        let report = conform::conform(&command, &scenarios, self.edition, Limits::default());
        let report = report.map_err(|failure| format!("no handshake with {}: {failure}", command.join(" ")))?;
        if json {
            say(&report.to_json().map_err(|error| error.to_string())?);
        } else {
            say(&format!("{report}\n"));
        }
        Ok(if report.is_pass() { Exit::Fine } else { Exit::Wrong })
    }
}

impl Record {
    /// Writes down what the runtime shows.
    pub fn run(self) -> Result<Exit, String> {
        let (scenarios, command) = (self.runtime.load()?, self.runtime.driver());
        let recording = conform::record(&command, &scenarios, Limits::default());
        let recording = recording.map_err(|failure| format!("no handshake with {}: {failure}", command.join(" ")))?;
        let text = recording.to_json().map_err(|error| error.to_string())?;
        std::fs::write(&self.output, text).map_err(|error| format!("{}: {error}", self.output.display()))?;
        Ok(Exit::Fine)
    }
}

impl Runtime {
    fn load(&self) -> Result<Vec<Scenario>, String> {
        scenarios_of(self.scenarios.as_deref())
    }

    /// A lone Python is not a driver; it runs ours.
    fn driver(&self) -> Vec<String> {
        let name = |command: &String| Path::new(command).file_name().map(|name| name.to_string_lossy().into_owned());
        let lone_python =
            matches!(self.command.as_slice(), [only] if name(only).is_some_and(|name| name.starts_with("python")));
        let mut command = self.command.clone();
        if lone_python {
            command.push(here().join("drivers/cpython.py").display().to_string());
        }
        command
    }
}

/// The scenarios of that folder, or those of this repository.
pub fn scenarios_of(folder: Option<&Path>) -> Result<Vec<Scenario>, String> {
    let root = folder.map_or_else(|| here().join("scenarios"), Path::to_path_buf);
    scenario::load_all(&root).map_err(|error| error.to_string())
}

/// The folder of this crate: where it was built, or, if that is gone, where it is run.
pub fn here() -> PathBuf {
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if built.is_dir() { built } else { PathBuf::from("tests") }
}
