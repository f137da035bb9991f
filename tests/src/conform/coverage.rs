//! What the scenarios that passed have exercised, of all that there is: counted from executed results.

use std::fmt;

use crossinterp_model::edition::Edition;
use crossinterp_model::rule::Rule;
use serde::Serialize;

use super::record::predict_counting;
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Rules of the book.
    pub rules: Share,
}

impl Coverage {
    /// What is counted, with how much of it was exercised.
    pub fn shares(&self) -> Vec<(&'static str, Share)> {
        vec![("rules", self.rules)]
    }

    /// What these scenarios exercise in an edition.
    pub fn of<'a>(scenarios: impl Iterator<Item = &'a Scenario>, edition: Edition) -> Coverage {
        let mut tally = crossinterp_model::explore::Tally::default();
        scenarios.for_each(|scenario| tally.add(&predict_counting(scenario, edition).1));
        let covered = Rule::ALL.iter().filter(|&&rule| tally.fired(rule) > 0).count();
        Coverage { rules: Share { covered, all: Rule::ALL.len() } }
    }
}

impl Share {
    /// In whole percent, rounded down: a hundred is only ever all of it.
    pub const fn percent(self) -> usize {
        if self.all == 0 { 0 } else { self.covered * 100 / self.all }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} ({} %)", self.covered, self.all, self.percent())
    }
}
