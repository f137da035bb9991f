//! Recordings: what a real runtime showed, kept in a file, so that the model can be checked without one.

use std::collections::{BTreeMap, BTreeSet};

use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::Tally;
use crossinterp_model::module::threads::{Foretold, Line, foretell};
use crossinterp_model::module::{self, Observation};
use serde::{Deserialize, Serialize};

use super::play::{Observed, Persistence};
use super::run::{edition_of, introduce, play_all};
use super::verdict::Verdict;
use crate::driver::{Failure, Limits, Runtime};
use crate::scenario::{ALTERNATIVE, Expectation, Scenario, Step};

/// Everything that a runtime showed, by scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// The runtime.
    pub runtime: Runtime,
    /// What each step of each scenario showed; a scenario that is not for this edition has none.
    pub scenarios: BTreeMap<String, Vec<SeenStep>>,
}

/// What one step showed, in the notation of scenarios with full names of types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenStep {
    /// The call.
    pub call: String,
    /// What was seen.
    pub seen: String,
}

impl From<Observed> for SeenStep {
    fn from(observed: Observed) -> Self {
        SeenStep { call: observed.call, seen: observed.observation.to_string() }
    }
}

impl Recording {
    /// Reads a recording from the text of its file.
    pub fn from_json(text: &str) -> Result<Recording, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The text of its file: sorted, pretty, with a final newline.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// Records what a runtime shows in every scenario, whatever is expected of it.
pub fn record(command: &[String], scenarios: &[Scenario], limits: Limits) -> Result<Recording, Failure> {
    let runtime = introduce(command, limits)?;
    let edition = edition_of(&runtime, None)?;
    let all: Vec<_> = scenarios.iter().collect();
    let played = play_all(command, &all, edition, Persistence::ToTheEnd, limits);
    let mut recorded = BTreeMap::new();
    for (scenario, played) in scenarios.iter().zip(played) {
        if let Verdict::Protocol { place, what } = played.verdict {
            return Err(Failure::Protocol { what: format!("{place}: {what}") });
        }
        recorded.insert(scenario.name.clone(), played.observed.into_iter().map(SeenStep::from).collect());
    }
    Ok(Recording { runtime, scenarios: recorded })
}

/// Everything that a step may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// The call, as written.
    pub call: String,
    /// What may be observed: one outcome, unless threads race.
    pub observations: Vec<Observation>,
    /// The defects that make what is seen undefined.
    pub defects: Vec<Defect>,
}

/// What the model predicts of a scenario, step by step, up to one that ends the process under every schedule.
pub fn foresee(scenario: &Scenario, edition: Edition) -> Vec<Foreseen> {
    foresee_counting(scenario, edition).0
}

/// The same, and how many calls exercised each rule. Of a concurrent scenario it is only counted whether any step did.
fn foresee_counting(scenario: &Scenario, edition: Edition) -> (Vec<Foreseen>, Tally) {
    if !scenario.is_concurrent() {
        let (observed, tally) = play_alone(scenario, edition);
        let alone =
            |Observed { call, observation }| Foreseen { call, observations: vec![observation], defects: vec![] };
        return (observed.into_iter().map(alone).collect(), tally);
    }
    let lines: Vec<_> =
        scenario.steps.iter().map(|step| Line { call: &step.call, name: step.name.as_deref() }).collect();
    let (foretold, tally) = foretell(edition, &lines);
    let foreseen = |(each, step): (Foretold, &Step)| {
        let Foretold { observations, defects } = each;
        Foreseen { call: step.call.to_string(), observations, defects }
    };
    (foretold.into_iter().zip(&scenario.steps).map(foreseen).collect(), tally)
}

/// What the model predicts of a scenario, step by step, up to one that ends the process. Of a step that may show several
/// things it is the first of them.
pub fn predict(scenario: &Scenario, edition: Edition) -> Vec<Observed> {
    predict_counting(scenario, edition).0
}

/// The same, and how many calls exercised each rule, as far as the operations say so.
pub fn predict_counting(scenario: &Scenario, edition: Edition) -> (Vec<Observed>, Tally) {
    let (foreseen, tally) = foresee_counting(scenario, edition);
    let first = |Foreseen { call, observations, .. }: Foreseen| {
        observations.into_iter().next().map(|observation| Observed { call, observation })
    };
    (foreseen.into_iter().filter_map(first).collect(), tally)
}

/// Plays a scenario without threads.
fn play_alone(scenario: &Scenario, edition: Edition) -> (Vec<Observed>, Tally) {
    let mut player = module::player(edition);
    let mut observed = Vec::new();
    for step in &scenario.steps {
        let observation = player.play(&step.call, step.name.as_deref()).render(edition);
        let last = observation.is_final();
        observed.push(Observed { call: step.call.to_string(), observation });
        if last {
            break;
        }
    }
    (observed, player.tally().clone())
}

/// How many calls of these scenarios, over all editions, exercise each rule.
pub fn count_calls(scenarios: &[Scenario]) -> Tally {
    let mut tally = Tally::default();
    for edition in Edition::ALL {
        let of_edition = scenarios.iter().filter(|scenario| scenario.editions.contains(&edition));
        of_edition
            .filter(|scenario| !scenario.is_concurrent())
            .for_each(|scenario| tally.add(&predict_counting(scenario, edition).1));
    }
    tally
}

/// Where a recording and the scenarios, or a recording and the model, disagree; one line for each.
pub fn check_recordings(recording: &Recording, scenarios: &[Scenario], edition: Edition) -> Vec<String> {
    let mut complaints = Vec::new();
    let known: BTreeSet<_> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    for name in recording.scenarios.keys().filter(|name| !known.contains(name.as_str())) {
        complaints.push(format!("{name}: a recording without a scenario"));
    }
    for scenario in scenarios {
        match recording.scenarios.get(&scenario.name) {
            None => complaints.push(format!("{}: a scenario without a recording", scenario.name)),
            Some(seen) => complaints.extend(compare(scenario, edition, seen)),
        }
    }
    complaints
}

fn compare(scenario: &Scenario, edition: Edition, seen: &[SeenStep]) -> Vec<String> {
    if !scenario.editions.contains(&edition) {
        let recorded = format!("{}: recorded for {edition}, which the scenario leaves out", scenario.name);
        return if seen.is_empty() { Vec::new() } else { vec![recorded] };
    }
    let foreseen = foresee(scenario, edition);
    let mut complaints = Vec::new();
    if foreseen.len() != seen.len() && !ends_early(scenario, edition, seen) {
        complaints.push(format!("{}: {} steps predicted, {} seen", scenario.name, foreseen.len(), seen.len()));
    }
    for (index, (foreseen, seen)) in foreseen.iter().zip(seen).enumerate() {
        let step = &scenario.steps[index];
        let place = format!("{}.txt:{} in {edition}: {} -> seen {}", scenario.name, step.line, seen.call, seen.seen);
        let predicted: Vec<_> = foreseen.observations.iter().map(Observation::to_string).collect();
        let is_undefined = foreseen.observations.contains(&Observation::Undefined);
        if foreseen.call != seen.call || !(is_undefined || predicted.contains(&seen.seen)) {
            complaints.push(format!("{place}, predicted {}", predicted.join(ALTERNATIVE)));
        }
        let expected = step.expected(edition);
        if !expected.is_some_and(|expected| is_expected(expected, edition, &seen.seen)) {
            let expected = expected.map(|expected| expected.text(edition)).unwrap_or_default();
            complaints.push(format!("{place}, expected {expected}"));
        }
    }
    complaints
}

fn is_expected(expected: &Expectation, edition: Edition, seen: &str) -> bool {
    let is_seen = |each: &Observation| each.clone().qualified(edition).to_string() == seen;
    expected.is_undefined() || expected.observations.iter().any(is_seen)
}

/// Whether the last step that was seen is one that may end the process.
fn ends_early(scenario: &Scenario, edition: Edition, seen: &[SeenStep]) -> bool {
    let Some((step, last)) =
        seen.len().checked_sub(1).and_then(|index| Some((scenario.steps.get(index)?, &seen[index])))
    else {
        return false;
    };
    let is_final =
        |each: &Observation| each.is_final() && (*each == Observation::Undefined || each.to_string() == last.seen);
    step.expected(edition).is_some_and(|expected| expected.observations.iter().any(is_final))
}
