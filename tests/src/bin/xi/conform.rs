//! `xi conform` and `xi record`: scenarios against a foreign runtime.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use crossinterp_model::edition::Edition;
use crossinterp_suite::book;
use crossinterp_suite::conform::{self, Expectations, Job, Options, Report};
use crossinterp_suite::driver::offer::Profile;
use crossinterp_suite::driver::{self, Limits};
use crossinterp_suite::report::{self, ReportError};
use crossinterp_suite::runtimes::{self, KNOWN, Machine};
use crossinterp_suite::scenario::{self, Scenario};

use crate::progress::bar;
use crate::{Exit, say, say_json};

/// A driver, and which scenarios.
#[derive(Args)]
pub struct Given {
    /// The folder of scenarios; without it, that of this repository.
    #[arg(long)]
    scenarios: Option<PathBuf>,
    /// A Python (the driver of this repository is added), or the whole command of a driver.
    #[arg(last = true)]
    command: Vec<String>,
}

/// `xi conform`.
#[derive(Args)]
pub struct Conform {
    /// Runtimes by name: see `xi runtimes`.
    #[arg(value_name = "RUNTIME")]
    names: Vec<String>,
    /// Every runtime that is here.
    #[arg(long, conflicts_with = "names")]
    all: bool,
    #[command(flatten)]
    given: Given,
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
    /// Write a page with every rule, scenario and failure: one file, which needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Seconds to wait for each answer.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// `xi record`.
#[derive(Args)]
pub struct Record {
    #[command(flatten)]
    given: Given,
    /// The file to write.
    #[arg(long)]
    output: PathBuf,
}

impl Conform {
    /// Plays every scenario in each runtime and prints the verdicts.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let all = self.given.load()?;
        let is_wanted = |scenario: &&Scenario| self.only.as_ref().is_none_or(|text| scenario.name.contains(text));
        let scenarios: Vec<_> = all.iter().filter(is_wanted).collect();
        if scenarios.is_empty() {
            return Err("no scenario has that text in its name".to_owned());
        }
        let commands = self.commands()?;
        let reports: Vec<_> =
            commands.into_iter().map(|command| self.judge(command, &scenarios)).collect::<Result<_, _>>()?;
        self.publish(&reports, &scenarios)?;
        if json {
            say_json(&serde_json::json!({ "runtimes": reports }))?;
        } else {
            reports.iter().for_each(|report| say(&format!("{report}\n")));
            say(&summary(&reports));
        }
        Ok(if reports.iter().all(Report::is_pass) { Exit::Fine } else { Exit::Wrong })
    }

    /// The commands of the drivers: of the one that is given, of those that are named, or of all that are here.
    fn commands(&self) -> Result<Vec<Vec<String>>, String> {
        let machine = Machine::this(&here());
        let find = |name: &str| runtimes::find(name, &machine);
        if self.all {
            let found = KNOWN.iter().map(|known| find(known.name));
            let (found, missing): (Vec<_>, Vec<_>) = found.partition(Result::is_ok);
            missing.into_iter().filter_map(Result::err).for_each(|missing| eprintln!("{missing}"));
            return Ok(found.into_iter().flatten().map(|found| found.command).collect());
        }
        match (self.names.as_slice(), self.given.command.as_slice()) {
            ([], []) => {
                Err("name a runtime (`xi runtimes` lists them), or give a driver's command after `--`".to_owned())
            }
            ([], _) => Ok(vec![self.given.driver()]),
            (names, []) => {
                let found = names.iter().map(|name| find(name).map(|found| found.command));
                found.collect::<Result<_, _>>().map_err(|missing| missing.to_string())
            }
            _ => Err("name runtimes or give a command, not both".to_owned()),
        }
    }

    fn publish(&self, reports: &[Report], scenarios: &[&Scenario]) -> Result<(), String> {
        if self.html.is_none() && self.junit.is_none() {
            return Ok(());
        }
        let book = book::read().map_err(|error| error.to_string())?;
        let data = conform::publish(reports, scenarios, &book.rules);
        let write = |path: &Option<PathBuf>, text: Result<String, ReportError>| {
            let Some(path) = path else { return Ok(()) };
            let text = text.map_err(|error| error.to_string())?;
            std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        write(&self.html, report::html(&data))?;
        write(&self.junit, report::junit(&data))
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
        let journals = Some(Machine::this(&here()).cache.join("conform"));
        let partial = self.only.is_some() || !self.profile.is_empty() || self.given.scenarios.is_some();
        Options { limits, profiles: self.profile.clone(), partial, journals, resume: self.resume }
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

/// One line for each runtime.
fn summary(reports: &[Report]) -> String {
    let line = |report: &Report| {
        let verdict = if report.is_pass() { "as it claims" } else { "NOT as it claims" };
        format!("{} {}: {verdict}: {}\n", report.runtime.name, report.runtime.version, report.counts)
    };
    if reports.len() > 1 { reports.iter().map(line).collect() } else { String::new() }
}

fn profile(name: &str) -> Result<Profile, String> {
    let known = Profile::ALL.into_iter().find(|profile| profile.name() == name);
    known.ok_or_else(|| "the profiles are observable, registry and core".to_owned())
}

impl Record {
    /// Writes down what the runtime shows.
    pub fn run(self) -> Result<Exit, String> {
        if self.given.command.is_empty() {
            return Err("give a driver's command after `--`".to_owned());
        }
        let (scenarios, command) = (self.given.load()?, self.given.driver());
        let recording = conform::record(&command, &scenarios, Limits::default());
        let recording = recording.map_err(|failure| format!("no handshake with {}: {failure}", command.join(" ")))?;
        let text = recording.to_json().map_err(|error| error.to_string())?;
        std::fs::write(&self.output, text).map_err(|error| format!("{}: {error}", self.output.display()))?;
        Ok(Exit::Fine)
    }
}

impl Given {
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

/// The program of a runtime that the suite knows by this name; any other text is a program itself.
pub fn program(named: &str) -> Result<String, String> {
    if KNOWN.iter().all(|known| known.name != named) {
        return Ok(named.to_owned());
    }
    let found = runtimes::find(named, &Machine::this(&here())).map_err(|missing| missing.to_string())?;
    Ok(found.command.into_iter().next().unwrap_or_default())
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
