//! Judges what a runtime shows, step by step, as its edition or, where that has a known defect, as the safe reading.
//!
//! A runtime need not have the defects of the edition that it follows. Where a scenario says that an outcome of the
//! edition is a known defect, what it expects of `repaired` is right too, and from then on both readings are: what
//! comes after a defect depends on it.

use crossinterp_model::edition::Edition;
use crossinterp_model::module::Observation;

use super::verdict::Verdict;
use crate::scenario::{Expectation, Scenario, Step};

/// How a runtime has read a scenario so far.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    scenario: &'a Scenario,
    edition: Edition,
    /// Known defects that were seen as the edition has them.
    pub defects: Vec<String>,
    /// Known defects in whose place the safe reading was seen.
    pub repaired: Vec<String>,
    is_safe: bool,
    /// Whether something was seen that only an edition's undefined behaviour explains: what follows means nothing.
    pub is_lost: bool,
}

impl<'a> Reading<'a> {
    pub fn new(scenario: &'a Scenario, edition: Edition) -> Reading<'a> {
        Reading { scenario, edition, defects: Vec::new(), repaired: Vec::new(), is_safe: false, is_lost: false }
    }

    /// Whether the step may never return.
    pub fn may_hang(&self, step: &Step) -> bool {
        step.expected(self.edition).is_some_and(Expectation::may_hang)
    }

    /// The verdict on a step, unless it showed what it may.
    pub fn judge(&mut self, index: usize, observation: &Observation) -> Option<Verdict> {
        let step = &self.scenario.steps[index];
        let own = step.expected(self.edition);
        let defect = own.and_then(|expectation| expectation.defect.clone());
        if own.is_some_and(|expectation| expectation.allows(self.edition, observation)) {
            self.is_lost |= own.is_some_and(|expectation| !expectation.lists(self.edition, observation));
            remember(&mut self.defects, step.defect_shown(self.edition, observation).map(str::to_owned));
            return None;
        }
        let safe = step.expected(Edition::Repaired);
        if (defect.is_some() || self.is_safe)
            && safe.is_some_and(|expectation| expectation.allows(Edition::Repaired, observation))
        {
            self.is_safe = true;
            remember(&mut self.repaired, defect);
            return None;
        }
        Some(self.verdict(index, observation))
    }

    fn verdict(&self, index: usize, observation: &Observation) -> Verdict {
        let step = &self.scenario.steps[index];
        let (place, call) = (place(self.scenario, step), step.call.to_string());
        match observation {
            Observation::NotImplemented(what) => Verdict::NotImplemented { place, what: what.clone(), claimed: true },
            Observation::Crash(signal) => Verdict::Crash { place, call, signal: signal.clone() },
            Observation::Hang => Verdict::Timeout { place, call },
            other => Verdict::Fail {
                step: index + 1,
                place,
                call,
                expected: self.expected(step),
                observed: other.to_string(),
            },
        }
    }

    fn expected(&self, step: &Step) -> String {
        let reading = if self.is_safe { Edition::Repaired } else { self.edition };
        let expectation = step.expected(reading).or_else(|| step.expected(self.edition));
        expectation
            .map_or_else(|| "nothing: the process should be gone".to_owned(), |expectation| expectation.text(reading))
    }
}

fn remember(names: &mut Vec<String>, name: Option<String>) {
    names.extend(name.filter(|name| !names.contains(name)));
}

/// Where a step is written: the file from the folder of the scenarios, and the line.
pub(super) fn place(scenario: &Scenario, step: &Step) -> String {
    format!("{}.txt:{}", scenario.name, step.line)
}
