//! Recordings: what a real runtime showed, kept in a file, so that the model can be checked without one.

use std::collections::{BTreeMap, BTreeSet};

use crossinterp_model::edition::Edition;
use crossinterp_model::explore::Tally;
use crossinterp_model::module::{self, Observation};
use serde::{Deserialize, Serialize};

use super::play::{Observed, Persistence};
use super::run::{edition_of, introduce, play_all};
use super::verdict::Verdict;
use crate::driver::{Failure, Limits, Runtime};
use crate::scenario::Scenario;

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

/// What the model predicts of a scenario, step by step, up to one that ends the process.
pub fn predict(scenario: &Scenario, edition: Edition) -> Vec<Observed> {
    predict_counting(scenario, edition).0
}

/// The same, and how many calls exercised each rule, as far as the operations say so.
pub fn predict_counting(scenario: &Scenario, edition: Edition) -> (Vec<Observed>, Tally) {
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
        of_edition.for_each(|scenario| tally.add(&predict_counting(scenario, edition).1));
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
    let predicted: Vec<SeenStep> = predict(scenario, edition).into_iter().map(SeenStep::from).collect();
    let mut complaints = Vec::new();
    if predicted.len() != seen.len() {
        complaints.push(format!("{}: {} steps predicted, {} seen", scenario.name, predicted.len(), seen.len()));
    }
    for (index, (predicted, seen)) in predicted.iter().zip(seen).enumerate() {
        let place = format!("{}.txt:{} in {edition}", scenario.name, scenario.steps[index].line);
        let expected = scenario.steps[index].expected(edition).map(|e| e.observation.clone().qualified(edition));
        let expected = expected.as_ref().map_or_else(String::new, Observation::to_string);
        if predicted != seen {
            complaints.push(format!("{place}: {} -> seen {}, predicted {}", seen.call, seen.seen, predicted.seen));
        }
        if expected != seen.seen {
            complaints.push(format!("{place}: {} -> seen {}, expected {expected}", seen.call, seen.seen));
        }
    }
    complaints
}
