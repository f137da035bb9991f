//! Rewrites the expectations of a scenario in place, for one edition, from what was observed.
//!
//! Only steps whose expectation changed are touched; everything else, comments too, stays as it was written.

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Exception, Observation, parent};

use super::{ALTERNATIVE, Scenario, Step};

/// The text of the file with the observations of an edition as its expectations.
pub fn rewrite(text: &str, scenario: &Scenario, edition: Edition, observed: &[Vec<Observation>]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let pairs: Vec<_> = scenario.steps.iter().zip(observed).collect();
    for (step, observations) in pairs.into_iter().rev() {
        if !agrees(step, edition, observations) {
            let new = step_lines(scenario, step, edition, observations, &lines[step.line - 1]);
            lines.splice(step.line - 1..step.last_line, new);
        }
    }
    lines.join("\n") + "\n"
}

/// Whether exactly this is what the step expects of the edition.
pub fn agrees(step: &Step, edition: Edition, observations: &[Observation]) -> bool {
    step.expected(edition).is_some_and(|expectation| {
        let is_listed = |each| expectation.lists(edition, each);
        expectation.observations.len() == observations.len() && observations.iter().all(is_listed)
    })
}

/// Where the arrow stands when the call is short enough.
const ARROW_COLUMN: usize = 39;
/// The longest line that is written when there is a choice.
const WIDTH_MAX: usize = 120;

fn step_lines(scenario: &Scenario, step: &Step, edition: Edition, seen: &[Observation], old: &str) -> Vec<String> {
    let outcomes: Vec<_> = scenario.editions.iter().map(|&each| (each, outcome(step, each, edition, seen))).collect();
    let call = old.split("->").next().unwrap_or(old).split('#').next().unwrap_or(old).trim_end();
    lines_of(call, &outcomes)
}

/// What an edition shows, to be written down.
pub(crate) struct Shown(Outcome);

impl Shown {
    /// The observation, with the known defect that explains it.
    pub(crate) fn new(observation: &Observation, defect: Option<String>) -> Shown {
        Shown(Outcome { observations: vec![observation.shortened()], defect })
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
            lines.extend(of_edition(*each, new));
        }
    }
    lines
}

/// One line where it fits.
fn one_for_all(call: &str, outcome: &Outcome) -> Vec<String> {
    match in_one_line(&format!("{call:<ARROW_COLUMN$} -> "), outcome) {
        Some(line) => vec![line],
        None => [vec![call.to_owned()], block("    -> ", outcome)].concat(),
    }
}

/// An outcome that is alone and is chained to nothing is never broken.
fn in_one_line(start: &str, outcome: &Outcome) -> Option<String> {
    let texts: Vec<_> = outcome.observations.iter().map(Observation::to_string).collect();
    let line = format!("{start}{}{}", texts.join(ALTERNATIVE), remark(outcome));
    let cannot_break = texts.len() == 1 && !texts[0].contains(" <- ");
    (line.chars().count() <= WIDTH_MAX || cannot_break).then_some(line)
}

/// A line for an outcome, one for each exception that it is chained to, and one for each other outcome.
fn block(start: &str, outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, observation) in outcome.observations.iter().enumerate() {
        let mut parts = parts(observation);
        lines.push(format!("{}{}", if index == 0 { start } else { "        | " }, parts.remove(0)));
        lines.extend(parts.into_iter().map(|link| format!("        <- {link}")));
    }
    lines[0].push_str(&remark(outcome));
    lines
}

/// The lines of an edition; where there are several outcomes, one if that fits.
fn of_edition(edition: Edition, outcome: &Outcome) -> Vec<String> {
    let start = format!("    {edition} -> ");
    let line = in_one_line(&start, outcome).filter(|_| outcome.observations.len() > 1);
    line.map_or_else(|| block(&start, outcome), |line| vec![line])
}

fn parts(observation: &Observation) -> Vec<String> {
    match observation {
        Observation::Exception(exception) => links(exception),
        other => vec![other.to_string()],
    }
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
    observations: Vec<Observation>,
    defect: Option<String>,
}

/// What the step is to expect of `each`, once `edition` has shown this.
fn outcome(step: &Step, each: Edition, edition: Edition, seen: &[Observation]) -> Option<Outcome> {
    let own = step.expectations.iter().any(|expectation| expectation.editions.contains(&each));
    if each == edition || (parent(each) == Some(edition) && !own) {
        return Some(Outcome { observations: seen.iter().map(Observation::shortened).collect(), defect: None });
    }
    let expectation = step.expected(each)?;
    Some(Outcome { observations: expectation.observations.clone(), defect: expectation.defect.clone() })
}
