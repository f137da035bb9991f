//! `xi play`: a text scenario on the model.

use std::path::PathBuf;

use clap::Args;
use crossinterp_model::edition::Edition;
use crossinterp_model::module::Observation;
use crossinterp_model::rule::Rule;
use crossinterp_suite::conform::{Foreseen, foresee};
use crossinterp_suite::{itf, scenario};
use serde::Serialize;

use crate::{Exit, say, say_json};

/// `xi play`.
#[derive(Args)]
pub struct Play {
    /// The scenario, such as tests/scenarios/interpreter/destroy-current.txt.
    file: PathBuf,
    /// Only this edition; without it, every edition that the scenario is written for.
    #[arg(long)]
    edition: Option<Edition>,
    /// Write what the model predicts into the file, where an expectation changed on purpose. Needs `--edition`.
    #[arg(long, requires = "edition")]
    rewrite: bool,
    /// Print the states of the model as a trace in the Informal Trace Format. Needs `--edition`.
    #[arg(long, requires = "edition", conflicts_with = "rewrite")]
    itf: bool,
}

#[derive(Serialize)]
struct Played {
    edition: &'static str,
    line: usize,
    call: String,
    predicted: String,
    /// What makes the prediction undefined.
    defects: Vec<&'static str>,
    expected: Option<String>,
    agrees: bool,
}

impl Play {
    /// Plays it, and compares with what the file expects.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        // Rules are checked here rather than in the parser, which knows no book.
        let root = self.file.parent().and_then(|concept| concept.parent()).unwrap_or(&self.file);
        let scenario = scenario::load(root, &self.file).map_err(|error| error.to_string())?;
        let known = |id: &str| Rule::ALL.iter().any(|rule| rule.id() == id);
        if let Some((id, line)) = scenario.rules.iter().find(|(id, _)| !known(id)) {
            return Err(format!("{}:{line}: no rule has the id {id}: `xi rules` lists them", self.file.display()));
        }
        if self.rewrite {
            return self.rewrite(&scenario);
        }
        if let (true, Some(edition)) = (self.itf, self.edition) {
            return say_json(&itf::trace(&scenario, edition)).map(|()| Exit::Fine);
        }
        let wanted = |edition: &&Edition| self.edition.is_none_or(|only| only == **edition);
        let editions: Vec<_> = scenario.editions.iter().filter(wanted).copied().collect();
        if editions.is_empty() {
            return Err(format!("{} is not written for that edition", scenario.name));
        }
        let played: Vec<_> = editions.iter().flat_map(|&edition| play(&scenario, edition)).collect();
        let fine = played.iter().all(|step| step.agrees);
        if json {
            say_json(&played)?;
        } else {
            played.iter().for_each(print);
            let agree = played.iter().filter(|step| step.agrees).count();
            say(&format!("{agree} agree, {} differ\n", played.len() - agree));
        }
        Ok(if fine { Exit::Fine } else { Exit::Wrong })
    }

    fn rewrite(&self, scenario: &scenario::Scenario) -> Result<Exit, String> {
        let edition = self.edition.ok_or("--rewrite needs --edition")?;
        let text = std::fs::read_to_string(&self.file).map_err(|error| format!("{}: {error}", self.file.display()))?;
        let observed: Vec<_> = foresee(scenario, edition).into_iter().map(|each| each.observations).collect();
        let rewritten = scenario::rewrite(&text, scenario, edition, &observed);
        std::fs::write(&self.file, &rewritten).map_err(|error| format!("{}: {error}", self.file.display()))?;
        say(if rewritten == text { "unchanged\n" } else { "rewritten\n" });
        Ok(Exit::Fine)
    }
}

fn play(scenario: &scenario::Scenario, edition: Edition) -> Vec<Played> {
    let foreseen = foresee(scenario, edition);
    let step = |(foreseen, step): (&Foreseen, &scenario::Step)| {
        let texts: Vec<_> = foreseen.observations.iter().map(Observation::to_string).collect();
        let is_as_expected =
            step.expected(edition).is_none() || scenario::agrees(step, edition, &foreseen.observations);
        Played {
            edition: edition.name(),
            line: step.line,
            call: foreseen.call.clone(),
            predicted: texts.join(scenario::ALTERNATIVE),
            defects: foreseen.defects.iter().map(|defect| defect.name()).collect(),
            agrees: is_as_expected && is_played(foreseen),
            expected: step.expected(edition).map(|expected| expected.text(edition)),
        }
    };
    foreseen.iter().zip(&scenario.steps).map(step).collect()
}

/// Where the model gives up, the calls behind are not played: that is no agreement.
fn is_played(foreseen: &Foreseen) -> bool {
    !foreseen.observations.iter().any(|each| matches!(each, Observation::NotImplemented(_)))
}

fn print(step: &Played) {
    let why =
        if step.defects.is_empty() { String::new() } else { format!("    # defect: {}", step.defects.join(", ")) };
    say(&format!("{:8} {:4}  {} -> {}{why}\n", step.edition, step.line, step.call, step.predicted));
    if let Some(expected) = step.expected.as_ref().filter(|_| !step.agrees) {
        say(&format!("{:8} {:4}  expected {expected}\n", "", ""));
    }
}
