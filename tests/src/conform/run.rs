//! Plays all scenarios in one runtime or in several, a few processes at a time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crossinterp_model::edition::Edition;

use super::expectations::Expectations;
use super::journal::Journal;
use super::play::{Persistence, Played, play};
use super::record::SeenStep;
use super::report::{Report, ScenarioResult};
use super::shorten::shortest;
use super::verdict::{Kind, Verdict};
use crate::driver::offer::Profile;
use crate::driver::{Driver, Failure, Limits, Runtime};
use crate::scenario::Scenario;

/// Processes at a time. Each holds a whole interpreter, and the machines this runs on have two cores.
const PARALLEL: usize = 2;

/// Scenarios in a row that may end in a timeout before the runtime is given up: a dead runtime costs each the whole
/// deadline.
const TIMEOUTS_IN_A_ROW_MAX: usize = 8;

/// A runtime that is to be judged.
#[derive(Clone, Debug)]
pub struct Job {
    /// The command that drives it.
    pub command: Vec<String>,
    /// The edition that judges, where it is not the one that the driver names.
    pub edition: Option<Edition>,
    /// What is known of it.
    pub expectations: Option<Expectations>,
}

/// How a run is made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How long to wait.
    pub limits: Limits,
    /// Only scenarios of these profiles; none for all.
    pub profiles: Vec<Profile>,
    /// Whether these are not all scenarios: then what is expected of others is not asked for.
    pub partial: bool,
    /// Where journals are kept; none for no journal.
    pub journals: Option<PathBuf>,
    /// Whether to go on where an interrupted run stopped.
    pub resume: bool,
}

/// Plays every scenario in one runtime.
pub fn conform(
    command: &[String],
    scenarios: &[Scenario],
    edition: Option<Edition>,
    limits: Limits,
) -> Result<Report, Failure> {
    let job = Job { command: command.to_vec(), edition, expectations: None };
    let scenarios: Vec<_> = scenarios.iter().collect();
    run(&job, &scenarios, &Options { limits, ..Options::default() }, &|_| {})
}

/// Plays the scenarios in a runtime; `progress` is told of each that is done, as the number of those done.
pub fn run(
    job: &Job,
    scenarios: &[&Scenario],
    options: &Options,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Report, Failure> {
    let runtime = introduce(&job.command, options.limits)?;
    let edition = edition_of(&runtime, job.edition)?;
    let is_wanted =
        |scenario: &&&Scenario| options.profiles.is_empty() || options.profiles.contains(&scenario.needs().profile);
    let scenarios: Vec<&Scenario> = scenarios.iter().filter(is_wanted).copied().collect();
    let (journal, known) = journal(job, &runtime, edition, &scenarios, options)?;
    let player = Player { job, runtime: &runtime, edition, options, journal: journal.as_ref(), known: &known };
    let results = in_parallel(&scenarios, &|scenario, row| player.result(scenario, row), progress);
    if let Some(journal) = journal {
        journal.finish();
    }
    let expectations = job.expectations.as_ref();
    let results = results.into_iter().map(|result| result.explained_by(expectations)).collect();
    let mut report = Report::new(&job.command, runtime, edition, &scenarios, results);
    if let Some(expectations) = expectations {
        report.hold_to(expectations, |name| !options.partial || scenarios.iter().any(|scenario| scenario.name == name));
    }
    Ok(report)
}

/// The first scenario, in their order, that speaks against a runtime. No more are begun than it takes to find it.
pub fn first_bad(job: &Job, scenarios: &[&Scenario], options: &Options) -> Result<Option<ScenarioResult>, Failure> {
    let runtime = introduce(&job.command, options.limits)?;
    let edition = edition_of(&runtime, job.edition)?;
    let known = Known::new();
    let player = Player { job, runtime: &runtime, edition, options, journal: None, known: &known };
    let is_found = AtomicBool::new(false);
    let play = |scenario: &Scenario, row: &AtomicUsize| {
        if is_found.load(Ordering::SeqCst) {
            return None;
        }
        let result = player.judged(scenario, row, &|_| Vec::new());
        is_found.fetch_or(result.verdict.is_bad(), Ordering::SeqCst);
        Some(result).filter(|result| result.verdict.is_bad())
    };
    Ok(in_parallel(scenarios, &play, &|_| {}).into_iter().flatten().next())
}

/// What the runtime says of itself, from a process that does nothing else.
pub fn introduce(command: &[String], limits: Limits) -> Result<Runtime, Failure> {
    let driver = Driver::start(command, limits)?;
    let runtime = driver.runtime().clone();
    driver.finish()?;
    Ok(runtime)
}

pub(super) fn edition_of(runtime: &Runtime, wanted: Option<Edition>) -> Result<Edition, Failure> {
    let named = || runtime.edition.parse::<Edition>().ok();
    let what = || format!("the driver names edition `{}`; name one of 3.13, 3.14 with --edition", runtime.edition);
    wanted.or_else(named).ok_or_else(|| Failure::Protocol { what: what() })
}

/// Plays the scenarios, and gives what each showed, in their order.
pub(super) fn play_all(
    command: &[String],
    scenarios: &[&Scenario],
    edition: Edition,
    persistence: Persistence,
    limits: Limits,
) -> Vec<Played> {
    in_parallel(scenarios, &|scenario, _| play(command, scenario, edition, persistence, limits), &|_| {})
}

type Known = BTreeMap<String, ScenarioResult>;

fn journal(
    job: &Job,
    runtime: &Runtime,
    edition: Edition,
    scenarios: &[&Scenario],
    options: &Options,
) -> Result<(Option<Journal>, Known), Failure> {
    let Some(folder) = &options.journals else { return Ok((None, Known::new())) };
    let texts: Vec<_> = scenarios.iter().map(|scenario| format!("{scenario:?}")).collect();
    let key = (&job.command, &runtime.name, &runtime.version, edition.name(), texts);
    let opened = Journal::open(folder, &key, options.resume);
    let (journal, known) =
        opened.map_err(|error| Failure::NoJournal { folder: folder.clone(), reason: error.to_string() })?;
    Ok((Some(journal), known))
}

/// What every scenario of a run has in common.
struct Player<'a> {
    job: &'a Job,
    runtime: &'a Runtime,
    edition: Edition,
    options: &'a Options,
    journal: Option<&'a Journal>,
    known: &'a Known,
}

impl Player<'_> {
    fn result(&self, scenario: &Scenario, timeouts: &AtomicUsize) -> ScenarioResult {
        self.judged(scenario, timeouts, &|played| self.shortest(scenario, played))
    }

    fn judged(
        &self,
        scenario: &Scenario,
        timeouts: &AtomicUsize,
        shorten: &dyn Fn(&Played) -> Vec<SeenStep>,
    ) -> ScenarioResult {
        if let Some(known) = self.known.get(&scenario.name) {
            return known.clone();
        }
        let in_a_row = timeouts.load(Ordering::Relaxed);
        let result = match self.unplayed(scenario, in_a_row) {
            Some(verdict) => ScenarioResult::new(scenario, Played::nothing(verdict), Vec::new()),
            None => self.play(scenario, shorten),
        };
        match result.verdict.kind() {
            Kind::Timeout => timeouts.fetch_add(1, Ordering::Relaxed),
            Kind::GivenUp | Kind::NotImplemented | Kind::Skipped => in_a_row,
            _ => timeouts.swap(0, Ordering::Relaxed),
        };
        if let Some(journal) = self.journal.filter(|_| result.verdict.kind() != Kind::GivenUp) {
            journal.add(&result);
        }
        result
    }

    /// The verdict on a scenario that need not be played.
    fn unplayed(&self, scenario: &Scenario, timeouts: usize) -> Option<Verdict> {
        if !scenario.editions.contains(&self.edition) {
            return Some(Verdict::Skipped);
        }
        if let Some(what) = self.runtime.lacks(&scenario.needs()) {
            return Some(Verdict::NotImplemented { place: scenario.name.clone(), what, claimed: false });
        }
        let what = || format!("{timeouts} scenarios in a row before it ended in a timeout");
        (timeouts >= TIMEOUTS_IN_A_ROW_MAX).then(|| Verdict::GivenUp { what: what() })
    }

    fn play(&self, scenario: &Scenario, shorten: &dyn Fn(&Played) -> Vec<SeenStep>) -> ScenarioResult {
        let (command, limits) = (&self.job.command, self.options.limits);
        let played = play(command, scenario, self.edition, Persistence::UntilDifferent, limits);
        let shortest = shorten(&played);
        ScenarioResult::new(scenario, played, shortest)
    }

    /// A shorter way to a failure. What is known already is told as it came, and what timed out is not tried again: each
    /// try costs the whole deadline.
    fn shortest(&self, scenario: &Scenario, played: &Played) -> Vec<SeenStep> {
        let known = self.job.expectations.as_ref().and_then(|expectations| expectations.of(&scenario.name));
        match played.verdict.kind() {
            kind if !played.verdict.is_of_a_step() || known.is_some_and(|(known, _)| known == kind) => {
                as_it_came(played)
            }
            Kind::Timeout => as_it_came(played),
            _ => shortest(&self.job.command, scenario, self.edition, self.options.limits, played),
        }
    }
}

/// The whole way to a failure; of a pass there is none to tell.
fn as_it_came(played: &Played) -> Vec<SeenStep> {
    let came = if played.verdict.is_bad() { played.observed.clone() } else { Vec::new() };
    came.into_iter().map(SeenStep::from).collect()
}

/// Does something with each scenario, a few at a time. What is counted from one to the next is shared by all.
fn in_parallel<T: Send>(
    scenarios: &[&Scenario],
    work: &(dyn Fn(&Scenario, &AtomicUsize) -> T + Sync),
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<T> {
    let (next, finished, row) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let done = Mutex::new(Vec::new());
    let worker = || {
        while let Some((index, scenario)) = take(&next, scenarios) {
            let result = work(scenario, &row);
            done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((index, result));
            progress(finished.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    thread::scope(|scope| {
        for _ in 0..PARALLEL {
            scope.spawn(worker);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn take<'a>(next: &AtomicUsize, scenarios: &[&'a Scenario]) -> Option<(usize, &'a Scenario)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    scenarios.get(index).map(|scenario| (index, *scenario))
}
