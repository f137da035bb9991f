//! `xi conform` and `xi record`: scenarios against a foreign runtime.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use crossinterp_model::edition::Edition;
use crossinterp_suite::conform::{self, Expectations, Job, Options, Report};
use crossinterp_suite::driver::offer::Profile;
use crossinterp_suite::driver::{self, Limits};
use crossinterp_suite::scenario::{self, Scenario};

use crate::progress::bar;
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
    /// Only scenarios of this profile: observable, registry or core. May be given several times.
    #[arg(long, value_parser = profile)]
    profile: Vec<Profile>,
    /// Only scenarios with this text in their name, as in `interpreter/` or `session/asked-for`.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// What is known to be different, instead of the file in tests/expectations/ for that name and version.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Expect no difference at all.
    #[arg(long, conflicts_with = "expect")]
    strict: bool,
    /// Go on where an interrupted run of the same command on the same scenarios stopped.
    #[arg(long)]
    resume: bool,
    /// Seconds to wait for each answer.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
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
        let (all, command) = (self.runtime.load()?, self.runtime.driver());
        let is_wanted = |scenario: &&Scenario| self.only.as_ref().is_none_or(|text| scenario.name.contains(text));
        let scenarios: Vec<_> = all.iter().filter(is_wanted).collect();
        if scenarios.is_empty() {
            return Err("no scenario has that text in its name".to_owned());
        }
        let report = self.judge(command, &scenarios)?;
        if json {
            say(&report.to_json().map_err(|error| error.to_string())?);
        } else {
            say(&format!("{report}\n"));
        }
        Ok(if report.is_pass() { Exit::Fine } else { Exit::Wrong })
    }

    fn judge(&self, command: Vec<String>, scenarios: &[&Scenario]) -> Result<Report, String> {
        let options = self.options();
        let failed = |failure| format!("{}: {failure}", command.join(" "));
        let runtime = conform::introduce(&command, options.limits).map_err(failed)?;
        let expectations = self.expectations(&runtime)?;
        let job = Job { command: command.clone(), edition: self.edition, expectations };
        bar(scenarios.len(), &format!("{} {}", runtime.name, runtime.version), |progress| {
            conform::run(&job, scenarios, &options, progress)
        })
        .map_err(failed)
    }

    fn options(&self) -> Options {
        let request = Duration::from_secs(self.timeout);
        let limits = Limits { request, ..Limits::default() };
        let journals = Some(cache().join("conform"));
        Options { limits, profiles: self.profile.clone(), journals, resume: self.resume }
    }

    /// What is known of the runtime, from the file that is named, or else from the one of its name and version.
    fn expectations(&self, runtime: &driver::Runtime) -> Result<Option<Expectations>, String> {
        let ours = here().join(format!("expectations/{}-{}.toml", runtime.name, runtime.version));
        let path = match &self.expect {
            Some(path) => path.clone(),
            None if self.strict || !ours.exists() => return Ok(None),
            None => ours,
        };
        Expectations::load(&path).map(Some).map_err(|error| error.to_string())
    }
}

fn profile(name: &str) -> Result<Profile, String> {
    let known = Profile::ALL.into_iter().find(|profile| profile.name() == name);
    known.ok_or_else(|| "the profiles are observable, registry and core".to_owned())
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

/// The folder for what can be made again: `XI_CACHE`, or `.cache` beside the crates.
pub fn cache() -> PathBuf {
    std::env::var_os("XI_CACHE").map_or_else(|| here().join("../.cache"), PathBuf::from)
}
