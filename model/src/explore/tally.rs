//! What a search counts on its way: how often each rule fired, and which witnesses were met.

use crate::rule::{Rule, RuleSet};
use crate::witness::WitnessSet;

/// Counters of one search, or of one worker of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    fired: [u64; Rule::ALL.len()],
    met: WitnessSet,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { fired: [0; Rule::ALL.len()], met: WitnessSet::default() }
    }
}

impl Tally {
    /// Counts one transition.
    pub fn count(&mut self, rules: RuleSet, witnesses: WitnessSet) {
        for rule in rules.iter() {
            self.fired[rule as usize] += 1;
        }
        self.met.extend(witnesses);
    }

    /// Adds what another worker counted.
    pub fn add(&mut self, other: &Tally) {
        for (mine, theirs) in self.fired.iter_mut().zip(other.fired) {
            *mine += theirs;
        }
        self.met.extend(other.met);
    }

    /// In how many transitions the rule fired.
    pub fn fired(&self, rule: Rule) -> u64 {
        self.fired[rule as usize]
    }

    /// The situations that were met.
    pub fn met(&self) -> WitnessSet {
        self.met
    }
}
