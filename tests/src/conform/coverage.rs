//! What the scenarios that passed have exercised: counted from executed results, rounded down.
//!
//! Rules are counted against the whole book. Branches of steps and pairs of consecutive calls are counted against those that
//! the suite exercises at all in the edition: `xi generate` says which there are beside these, and why no scenario has them.

use std::collections::BTreeSet;
use std::fmt;

use crossinterp_model::edition::Edition;
use crossinterp_model::rule::Rule;
use serde::Serialize;

use crate::exercise::{Exercise, exercise};
use crate::scenario::Scenario;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many were exercised.
    pub covered: usize,
    /// How many there are.
    pub all: usize,
}

/// What was exercised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Rules of the book.
    pub rules: Share,
    /// Branches of the model's steps.
    pub branches: Share,
    /// Pairs of consecutive calls.
    pub pairs: Share,
}

impl Coverage {
    /// What is counted, with how much of it was exercised.
    pub fn shares(&self) -> [(&'static str, Share); 3] {
        [("rules", self.rules), ("branches of steps", self.branches), ("pairs of consecutive calls", self.pairs)]
    }

    /// What those of the scenarios that passed exercise in an edition.
    pub fn of(scenarios: &[&Scenario], passed: &BTreeSet<&str>, edition: Edition) -> Coverage {
        let (mut all, mut done) = (Exercise::default(), Exercise::default());
        for scenario in scenarios {
            let exercised = exercise(scenario, edition);
            if passed.contains(scenario.name.as_str()) {
                done.add(exercised.clone());
            }
            all.add(exercised);
        }
        Coverage {
            rules: Share { covered: done.rules.len(), all: Rule::ALL.len() },
            branches: Share { covered: done.branches.len(), all: all.branches.len() },
            pairs: Share { covered: done.pairs.len(), all: all.pairs.len() },
        }
    }
}

impl Share {
    /// In whole percent, rounded down: a hundred is only ever all of it.
    pub const fn percent(self) -> usize {
        match (self.covered * 100).checked_div(self.all) {
            Some(percent) => percent,
            None => 0,
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} ({} %)", self.covered, self.all, self.percent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_down() {
        assert_eq!(Share { covered: 258, all: 259 }.to_string(), "258 of 259 (99 %)");
        assert_eq!(Share { covered: 0, all: 0 }.percent(), 0);
    }
}
