//! One scenario in one driver process, from the handshake to the verdict.

use crossinterp_model::edition::Edition;
use crossinterp_model::module::Observation;

use super::judge::{Reading, place};
use super::verdict::Verdict;
use crate::driver::{Driver, Failure, Limits};
use crate::scenario::{Scenario, Step};

/// Whether to go on after a step that shows something else than expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// Stop at the first difference: what follows it means nothing.
    UntilDifferent,
    /// Go on: whatever is observed is wanted.
    ToTheEnd,
}

/// What a step showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The call, as written.
    pub call: String,
    /// What was observed.
    pub observation: Observation,
}

/// A scenario after it was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// The judgement.
    pub verdict: Verdict,
    /// What each step showed, up to the last one played.
    pub observed: Vec<Observed>,
    /// Known defects that were seen as expected.
    pub defects: Vec<String>,
    /// Known defects in whose place the safe reading was seen.
    pub repaired: Vec<String>,
    /// The driver's last words on stderr, when the verdict is not a pass.
    pub stderr: Vec<String>,
}

impl Played {
    /// Nothing was played, and this is why.
    pub(super) fn nothing(verdict: Verdict) -> Played {
        Played { verdict, observed: Vec::new(), defects: Vec::new(), repaired: Vec::new(), stderr: Vec::new() }
    }
}

/// Plays a scenario in a fresh process.
pub fn play(
    command: &[String],
    scenario: &Scenario,
    edition: Edition,
    persistence: Persistence,
    limits: Limits,
) -> Played {
    if !scenario.editions.contains(&edition) {
        return Played::nothing(Verdict::Skipped);
    }
    let driver = match Driver::start(command, limits) {
        Ok(driver) => driver,
        Err(failure) => return Played::nothing(not_conversing(scenario, scenario.steps.first(), &failure)),
    };
    let reading = Reading::new(scenario, edition);
    Session { driver, reading, scenario, persistence, limits, played: Played::nothing(Verdict::Pass) }.play()
}

/// A scenario that is being played.
struct Session<'a> {
    driver: Driver,
    reading: Reading<'a>,
    scenario: &'a Scenario,
    persistence: Persistence,
    limits: Limits,
    played: Played,
}

impl Session<'_> {
    fn play(mut self) -> Played {
        let scenario = self.scenario;
        let is_there = scenario.steps.iter().enumerate().all(|(index, step)| self.step(index, step));
        let mut played = Played { defects: self.reading.defects, repaired: self.reading.repaired, ..self.played };
        if played.verdict != Verdict::Pass {
            played.stderr = self.driver.stderr();
        }
        // A driver that was left in the middle owes no farewell.
        if is_there && let Err(failure) = self.driver.finish() {
            let verdict = not_conversing(scenario, scenario.steps.last(), &failure);
            played.verdict = if played.verdict == Verdict::Pass { verdict } else { played.verdict };
        }
        played
    }

    /// Whether to go on: the driver is there, and nothing was different.
    fn step(&mut self, index: usize, step: &Step) -> bool {
        let patience = self.reading.may_hang(step).then_some(self.limits.hang);
        let observation = match self.driver.perform(&step.call, step.name.as_deref(), patience) {
            Ok(observation) => observation,
            Err(failure) => {
                self.played.verdict = not_conversing(self.scenario, Some(step), &failure);
                return false;
            }
        };
        let verdict = self.reading.judge(index, &observation);
        let is_final = observation.is_final() || self.reading.is_lost;
        self.played.observed.push(Observed { call: step.call.to_string(), observation });
        let differs = verdict.is_some();
        if let Some(verdict) = verdict.filter(|_| self.played.verdict == Verdict::Pass) {
            self.played.verdict = verdict;
        }
        !is_final && (!differs || self.persistence == Persistence::ToTheEnd)
    }
}

/// The verdict when there is no conversation left.
fn not_conversing(scenario: &Scenario, step: Option<&Step>, failure: &Failure) -> Verdict {
    let place = step.map_or_else(|| scenario.name.clone(), |step| place(scenario, step));
    let call = step.map_or_else(String::new, |step| step.call.to_string());
    match failure {
        Failure::Crash { signal } => Verdict::Crash { place, call, signal: signal.clone() },
        Failure::Timeout => Verdict::Timeout { place, call },
        other => Verdict::Protocol { place, what: other.to_string() },
    }
}
