//! One scenario in one driver process, from the handshake to the verdict.

use crossinterp_model::edition::Edition;
use crossinterp_model::module::Observation;
use serde::Serialize;

use crate::driver::{Driver, Failure, Limits};
use crate::scenario::{Expectation, Scenario, Step};

/// Whether to go on after a step that shows something else than expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// Stop at the first difference: what follows it means nothing.
    UntilDifferent,
    /// Go on: whatever is observed is wanted.
    ToTheEnd,
}

/// The judgement of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every step showed what it must.
    Pass,
    /// The scenario has no expectations for this edition.
    Skipped,
    /// A step showed something else.
    Fail {
        /// Which step, from 1.
        step: usize,
        /// Where it is written.
        place: String,
        /// The call.
        call: String,
        /// What it must show.
        expected: String,
        /// What it showed.
        observed: String,
    },
    /// The runtime does not offer what a step needs.
    NotImplemented {
        /// Where the step is written.
        place: String,
        /// What is missing.
        what: String,
    },
    /// The process died in a step that should have returned.
    Crash {
        /// Where the step is written.
        place: String,
        /// The call.
        call: String,
        /// The signal.
        signal: String,
    },
    /// A step that should have returned did not, in time.
    Timeout {
        /// Where the step is written.
        place: String,
        /// The call.
        call: String,
    },
    /// The driver broke the rules of the conversation.
    Protocol {
        /// Where the scenario had got to.
        place: String,
        /// Which rule, and how.
        what: String,
    },
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
    /// The driver's last words on stderr, when the verdict is not a pass.
    pub stderr: Vec<String>,
}

/// Plays a scenario in a fresh process.
pub fn play(
    command: &[String],
    scenario: &Scenario,
    edition: Edition,
    persistence: Persistence,
    limits: Limits,
) -> Played {
    let mut played = Played { verdict: Verdict::Pass, observed: Vec::new(), defects: Vec::new(), stderr: Vec::new() };
    if !scenario.editions.contains(&edition) {
        played.verdict = Verdict::Skipped;
        return played;
    }
    let mut driver = match Driver::start(command, limits) {
        Ok(driver) => driver,
        Err(failure) => {
            played.verdict = not_conversing(scenario, scenario.steps.first(), &failure);
            return played;
        }
    };
    let alive = play_steps(&mut driver, scenario, edition, persistence, limits, &mut played);
    if !matches!(played.verdict, Verdict::Pass) {
        played.stderr = driver.stderr();
    }
    if alive && let Err(failure) = driver.finish() {
        played.verdict = not_conversing(scenario, scenario.steps.last(), &failure);
    }
    played
}

/// Whether the driver is still there to say goodbye to.
fn play_steps(
    driver: &mut Driver,
    scenario: &Scenario,
    edition: Edition,
    persistence: Persistence,
    limits: Limits,
    played: &mut Played,
) -> bool {
    for (index, step) in scenario.steps.iter().enumerate() {
        let expected = step.expected(edition);
        let hang = expected.is_some_and(Expectation::may_hang);
        let observation = match driver.perform(&step.call, step.name.as_deref(), hang.then_some(limits.hang)) {
            Ok(observation) => observation,
            Err(failure) => {
                played.verdict = not_conversing(scenario, Some(step), &failure);
                return false;
            }
        };
        played.observed.push(Observed { call: step.call.to_string(), observation: observation.clone() });
        if let Some(verdict) = judge(scenario, index, edition, &observation) {
            if played.verdict == Verdict::Pass {
                played.verdict = verdict;
            }
            if persistence == Persistence::UntilDifferent {
                return false;
            }
        } else if let Some(defect) = step.defect_shown(edition, &observation)
            && !played.defects.iter().any(|known| known == defect)
        {
            played.defects.push(defect.to_owned());
        }
        // What is seen behind something undefined means nothing.
        let is_lost = |it: &Expectation| it.is_undefined() && !it.lists(edition, &observation);
        if observation.is_final() || expected.is_some_and(is_lost) {
            return false;
        }
    }
    true
}

/// The verdict on a step, unless it showed what it must.
fn judge(scenario: &Scenario, index: usize, edition: Edition, observation: &Observation) -> Option<Verdict> {
    let step = &scenario.steps[index];
    let expected = step.expected(edition);
    if expected.is_some_and(|expectation| expectation.allows(edition, observation)) {
        return None;
    }
    let (place, call) = (place(scenario, step), step.call.to_string());
    Some(match observation {
        Observation::NotImplemented(what) => Verdict::NotImplemented { place, what: what.clone() },
        Observation::Crash(signal) => Verdict::Crash { place, call, signal: signal.clone() },
        Observation::Hang => Verdict::Timeout { place, call },
        other => Verdict::Fail {
            step: index + 1,
            place,
            call,
            expected: expected.map_or_else(|| "nothing: the process should be gone".to_owned(), |e| e.text(edition)),
            observed: other.to_string(),
        },
    })
}

fn place(scenario: &Scenario, step: &Step) -> String {
    format!("{}.txt:{}", scenario.name, step.line)
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
