//! Mutated drivers: each has one seeded mistake, and the suite must notice it.
//!
//! This plays scenarios on each until one speaks against it. Which mistakes there are, the mutants say themselves.

use std::collections::BTreeMap;

use crossinterp_model::edition::Edition;

use super::report::ScenarioResult;
use super::run::{Job, Options, first_bad};
use crate::driver::Failure;
use crate::scenario::Scenario;

/// The mutant without a mistake: nothing may speak against it.
pub const CONTROL: &str = "none";

/// What came of a mutant.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Its name.
    pub name: String,
    /// What it does wrong, in a sentence.
    pub sentence: String,
    /// The first scenario that speaks against it.
    pub caught_by: Option<ScenarioResult>,
}

/// Plays the scenarios, in the order given, on the driver of this command with the mutant's name at its end.
///
/// # Errors
///
/// That the driver does not greet.
pub fn judge(
    command: &[String],
    (name, sentence): (String, String),
    scenarios: &[&Scenario],
    edition: Option<Edition>,
    options: &Options,
) -> Result<Judged, Failure> {
    let command = [command, std::slice::from_ref(&name)].concat();
    let job = Job { command, edition, expectations: None };
    let caught_by = first_bad(&job, scenarios, options)?;
    Ok(Judged { name, sentence, caught_by })
}

/// The scenarios so that each concept comes soon: the first of every folder, then the second of each, and so on.
pub fn in_turn<'a>(scenarios: &[&'a Scenario]) -> Vec<&'a Scenario> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut placed: Vec<_> = scenarios
        .iter()
        .map(|scenario| {
            let turn = seen.entry(scenario.concept()).or_default();
            *turn += 1;
            (*turn, *scenario)
        })
        .collect();
    placed.sort_by_key(|(turn, _)| *turn);
    placed.into_iter().map(|(_, scenario)| scenario).collect()
}

/// Names and sentences, from what a mutated driver prints when it is asked for a list: one line for each.
pub fn listed(text: &str) -> Vec<(String, String)> {
    let parts = |line: &str| {
        let (name, sentence) = line.split_once(' ')?;
        Some((name.to_owned(), sentence.trim().to_owned()))
    };
    text.lines().filter_map(parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_name_and_a_sentence_on_each_line() {
        let list = listed("a-b   It does.\n\nc  It does not.\n");
        let pair = |name: &str, sentence: &str| (name.to_owned(), sentence.to_owned());
        assert_eq!(list, [pair("a-b", "It does."), pair("c", "It does not.")]);
    }
}
