//! Conformance: scenarios against a foreign runtime, each in a process of its own, and the report of it.
//!
//! The scenario's expectations judge; the driver only observes. Results come in the order of the scenarios, whatever
//! the order in which they were played.

mod play;
mod record;
mod report;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crossinterp_model::edition::Edition;

use crate::driver::{Driver, Failure, Limits, Runtime};
use crate::scenario::Scenario;

pub use play::{Observed, Persistence, Played, Verdict, play};
pub use record::{
    Foreseen, Recording, SeenStep, check_recordings, count_calls, foresee, predict, predict_counting, record,
};
pub use report::{Counts, Report, ScenarioResult};

/// Processes at a time. Each holds a whole interpreter, and the machines this runs on have two cores.
const PARALLEL: usize = 2;

/// Plays every scenario in the runtime that the command drives, as the edition it names or the one given.
pub fn conform(
    command: &[String],
    scenarios: &[Scenario],
    edition: Option<Edition>,
    limits: Limits,
) -> Result<Report, Failure> {
    let runtime = introduce(command, limits)?;
    let edition = edition_of(&runtime, edition)?;
    let played = play_all(command, scenarios, edition, Persistence::UntilDifferent, limits);
    let results = scenarios.iter().zip(played).map(|(scenario, played)| ScenarioResult::new(scenario, played));
    Ok(Report::new(command, runtime, edition, results.collect()))
}

/// What the runtime says of itself, from a process that does nothing else.
pub fn introduce(command: &[String], limits: Limits) -> Result<Runtime, Failure> {
    let driver = Driver::start(command, limits)?;
    let runtime = driver.runtime().clone();
    driver.finish()?;
    Ok(runtime)
}

fn edition_of(runtime: &Runtime, wanted: Option<Edition>) -> Result<Edition, Failure> {
    let named = || runtime.edition.parse::<Edition>().ok();
    let what = || format!("the driver names edition `{}`; name one of 3.13, 3.14 with --edition", runtime.edition);
    wanted.or_else(named).ok_or_else(|| Failure::Protocol { what: what() })
}

fn play_all(
    command: &[String],
    scenarios: &[Scenario],
    edition: Edition,
    persistence: Persistence,
    limits: Limits,
) -> Vec<Played> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some((index, scenario)) = take(&next, scenarios) {
            let played = play(command, scenario, edition, persistence, limits);
            done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((index, played));
        }
    };
    thread::scope(|scope| {
        for _ in 0..PARALLEL {
            scope.spawn(work);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, played)| played).collect()
}

fn take<'a>(next: &AtomicUsize, scenarios: &'a [Scenario]) -> Option<(usize, &'a Scenario)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    scenarios.get(index).map(|scenario| (index, scenario))
}
