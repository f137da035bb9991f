//! Rewrites the expectations of a scenario in place, for one edition, from what was observed.
//!
//! Only steps whose expectation changed are touched; everything else, comments too, stays as it was written.

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Exception, Observation, parent, short_name};

use super::{Scenario, Step};

/// The text of the file with the observations of an edition as its expectations.
pub fn rewrite(text: &str, scenario: &Scenario, edition: Edition, observed: &[Observation]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let pairs: Vec<_> = scenario.steps.iter().zip(observed).collect();
    for (step, observation) in pairs.into_iter().rev() {
        if !agrees(step, edition, observation) {
            let new = step_lines(scenario, step, edition, observation, &lines[step.line - 1]);
            lines.splice(step.line - 1..step.last_line, new);
        }
    }
    lines.join("\n") + "\n"
}

/// Whether the observation is what the step expects of the edition.
pub(crate) fn agrees(step: &Step, edition: Edition, observation: &Observation) -> bool {
    let wanted = step.expected(edition).map(|expectation| expectation.observation.clone().qualified(edition));
    wanted.as_ref() == Some(observation)
}

/// Where the arrow stands when the call is short enough.
const ARROW_COLUMN: usize = 39;
/// The longest line that is written when there is a choice.
const WIDTH_MAX: usize = 120;

fn step_lines(scenario: &Scenario, step: &Step, edition: Edition, observation: &Observation, old: &str) -> Vec<String> {
    let outcomes: Vec<_> =
        scenario.editions.iter().map(|&each| (each, outcome(step, each, edition, observation))).collect();
    let call = old.split("->").next().unwrap_or(old).split('#').next().unwrap_or(old).trim_end();
    lines_of(call, &outcomes)
}

/// What an edition shows, to be written down.
pub(crate) struct Shown(Outcome);

impl Shown {
    /// The observation, with the known defect that explains it.
    pub(crate) fn new(observation: &Observation, defect: Option<String>) -> Shown {
        Shown(Outcome { observation: shortened(observation), defect })
    }
}

/// The lines of a step, as they are written in a file: the call, and what each edition shows.
pub(crate) fn written(call: &str, shown: &[(Edition, Shown)]) -> Vec<String> {
    let outcomes: Vec<_> = shown.iter().map(|(edition, shown)| (*edition, Some(shown.0.clone()))).collect();
    lines_of(call, &outcomes)
}

fn lines_of(call: &str, outcomes: &[(Edition, Option<Outcome>)]) -> Vec<String> {
    let first = outcomes.first().and_then(|(_, first)| first.clone());
    if let Some(first) = first
        && outcomes.iter().all(|(_, other)| other.as_ref() == Some(&first))
    {
        return one_for_all(call, &first);
    }
    let mut lines = vec![call.to_owned()];
    for (each, outcome) in outcomes {
        let inherited = parent(*each).and_then(|above| outcomes.iter().find(|(other, _)| *other == above));
        if let Some(new) = outcome
            && inherited.is_none_or(|(_, above)| above.as_ref() != Some(new))
        {
            lines.extend(block(&each.to_string(), new));
        }
    }
    lines
}

/// One line where it fits.
fn one_for_all(call: &str, outcome: &Outcome) -> Vec<String> {
    let line = format!("{call:<ARROW_COLUMN$} -> {}{}", outcome.observation, remark(outcome));
    if line.chars().count() <= WIDTH_MAX || !outcome.observation.to_string().contains(" <- ") {
        return vec![line];
    }
    [vec![call.to_owned()], block("", outcome)].concat()
}

/// A line for an outcome, and one for each exception that it is chained to.
fn block(editions: &str, outcome: &Outcome) -> Vec<String> {
    let separator = if editions.is_empty() { "" } else { " " };
    let mut lines = Vec::new();
    match &outcome.observation {
        Observation::Exception(exception) => {
            let mut chain = links(exception);
            lines.push(format!("    {editions}{separator}-> {}{}", chain.remove(0), remark(outcome)));
            lines.extend(chain.into_iter().map(|link| format!("        <- {link}")));
        }
        other => lines.push(format!("    {editions}{separator}-> {other}{}", remark(outcome))),
    }
    lines
}

/// The exception alone, and then each one that it is chained to.
fn links(exception: &Exception) -> Vec<String> {
    let alone = Exception { cause: None, context: None, ..exception.clone() };
    let mut all = vec![alone.to_string()];
    for (kind, link) in [("cause", &exception.cause), ("context", &exception.context)] {
        let Some(inner) = link else { continue };
        let mut inner = links(inner);
        inner[0] = format!("{kind} {}", inner[0]);
        all.extend(inner);
    }
    all
}

fn remark(outcome: &Outcome) -> String {
    outcome.defect.as_ref().map(|defect| format!("    # defect: {defect}")).unwrap_or_default()
}

/// An expectation to write.
#[derive(Clone, PartialEq, Eq)]
struct Outcome {
    observation: Observation,
    defect: Option<String>,
}

/// What the step is to expect of `each`, once `edition` has shown the observation.
fn outcome(step: &Step, each: Edition, edition: Edition, observation: &Observation) -> Option<Outcome> {
    let own = step.expectations.iter().any(|expectation| expectation.editions.contains(&each));
    if each == edition || (parent(each) == Some(edition) && !own) {
        return Some(Outcome { observation: shortened(observation), defect: None });
    }
    let expectation = step.expected(each)?;
    Some(Outcome { observation: expectation.observation.clone(), defect: expectation.defect.clone() })
}

fn shortened(observation: &Observation) -> Observation {
    match observation {
        Observation::Exception(exception) => Observation::Exception(shorten(exception)),
        other => other.clone(),
    }
}

fn shorten(exception: &Exception) -> Exception {
    let chain = |link: &Option<Box<Exception>>| link.as_ref().map(|inner| Box::new(shorten(inner)));
    Exception {
        kind: short_name(&exception.kind).to_owned(),
        message: exception.message.clone(),
        cause: chain(&exception.cause),
        context: chain(&exception.context),
    }
}
