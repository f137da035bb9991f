//! Looks for a shorter way to a wrong step: calls that are not needed for it are left out, one by one.
//!
//! What the shorter way must show is not in any file: the model predicts it. It performs what the driver performs, and
//! judges as the runner does.

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Call, Observation, Value};

use super::play::{Persistence, Played, play};
use super::record::{Foreseen, SeenStep, foresee};
use super::verdict::Verdict;
use crate::driver::Limits;
use crate::scenario::{Expectation, Scenario, Step};

/// Processes that are started to shorten one failure: a scenario of a few calls needs fewer, a long one is shortened as
/// far as these go.
const TRIES_MAX: usize = 40;

/// The shortest way to the same failure that was found: the calls, and what each showed.
///
/// Calls are left out from the last to the first as long as the one that failed still fails in the same way. The
/// result may be the whole way.
pub(super) fn shortest(
    command: &[String],
    scenario: &Scenario,
    edition: Edition,
    limits: Limits,
    failed: &Played,
) -> Vec<SeenStep> {
    let mut tries = TRIES_MAX;
    let mut steps = scenario.steps[..failed.observed.len()].to_vec();
    let mut best = failed.observed.clone();
    let mut index = steps.len().saturating_sub(1);
    while index > 0 && tries > 0 {
        index -= 1;
        let mut fewer = steps.clone();
        let left_out = fewer.remove(index);
        let Some(candidate) = expecting(scenario, fewer, &left_out, edition) else { continue };
        tries -= 1;
        let played = play(command, &candidate, edition, Persistence::UntilDifferent, limits);
        if is_same(&failed.verdict, &played.verdict) && played.observed.len() == candidate.steps.len() {
            (steps, best) = (candidate.steps, played.observed);
        }
    }
    best.into_iter().map(SeenStep::from).collect()
}

/// The scenario of these steps, as the model predicts it; none where it makes no sense without the one left out.
fn expecting(scenario: &Scenario, steps: Vec<Step>, left_out: &Step, edition: Edition) -> Option<Scenario> {
    let is_needed = left_out.name.as_ref().is_some_and(|name| steps.iter().any(|step| uses(&step.call, name)));
    if is_needed || is_of_a_pair(&left_out.call) {
        return None;
    }
    let mut candidate = Scenario { steps, ..scenario.clone() };
    let own = foresee(&candidate, edition);
    let safe = foresee(&candidate, Edition::Repaired);
    let is_known = |each: &Foreseen| !each.observations.iter().any(|it| matches!(it, Observation::NotImplemented(_)));
    let is_predicted = |seen: &[Foreseen]| seen.len() == candidate.steps.len() && seen.iter().all(is_known);
    if !is_predicted(&own) {
        return None;
    }
    let safe = if is_predicted(&safe) { safe } else { own.clone() };
    for ((step, own), safe) in candidate.steps.iter_mut().zip(own).zip(safe) {
        expect(step, edition, own.observations, safe.observations);
    }
    Some(candidate)
}

/// Where both readings differ, a defect is in between: both are accepted, as they were in the file.
fn expect(step: &mut Step, edition: Edition, own: Vec<Observation>, safe: Vec<Observation>) {
    let defect = (own != safe).then(|| "as in the scenario".to_owned());
    let expectation = |editions, observations, defect| Expectation { editions, observations, defect, line: step.line };
    step.expectations = vec![expectation(vec![edition], own, defect), expectation(vec![Edition::Repaired], safe, None)];
    if edition == Edition::Repaired {
        step.expectations.truncate(1);
    }
}

/// Calls that come in pairs stay: one without the other waits for ever.
fn is_of_a_pair(call: &Call) -> bool {
    call.thread.is_some() || matches!(call.verb.as_str(), "hold" | "let_go" | "reached" | "open" | "join")
}

fn uses(call: &Call, name: &str) -> bool {
    let mut values = call.args.iter().chain(call.kwargs.iter().map(|(_, value)| value)).chain(&call.place);
    values.any(|value| mentions(value, name))
}

fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::Name(used) => used == name,
        Value::Tuple(items) | Value::List(items) | Value::Made(_, items) => {
            items.iter().any(|item| mentions(item, name))
        }
        Value::Dict(pairs) => pairs.iter().any(|(key, value)| mentions(key, name) || mentions(value, name)),
        _ => false,
    }
}

fn is_same(failed: &Verdict, other: &Verdict) -> bool {
    match (failed, other) {
        (Verdict::Crash { signal, call, .. }, Verdict::Crash { signal: again, call: later, .. }) => {
            signal == again && call == later
        }
        (Verdict::Fail { call, .. }, Verdict::Fail { call: later, .. })
        | (Verdict::Timeout { call, .. }, Verdict::Timeout { call: later, .. }) => call == later,
        _ => false,
    }
}
