//! What generated scenarios are to cover: each thing in each edition, so that no edition is left with less.

use std::collections::BTreeSet;
use std::fmt;

use crossinterp_model::edition::Edition;
use crossinterp_model::rule::Rule;

use crate::exercise::{Branch, Exercise};

/// Something that a scenario can exercise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A rule.
    Rule(Edition, Rule),
    /// A branch of a step or of an operation.
    Branch(Edition, Branch),
    /// Two calls, one after the other.
    Pair(Edition, String, String),
}

/// A set of them.
pub type Items = BTreeSet<Item>;

impl Item {
    /// Everything of an exercise.
    pub fn all(edition: Edition, exercise: Exercise) -> Items {
        let rules = exercise.rules.into_iter().map(|rule| Item::Rule(edition, rule));
        let branches = exercise.branches.into_iter().map(|branch| Item::Branch(edition, branch));
        let pairs = exercise.pairs.into_iter().map(|(first, second)| Item::Pair(edition, first, second));
        rules.chain(branches).chain(pairs).collect()
    }

    /// The edition.
    pub fn edition(&self) -> Edition {
        match self {
            Item::Rule(edition, _) | Item::Branch(edition, _) | Item::Pair(edition, ..) => *edition,
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.edition())?;
        match self {
            Item::Rule(_, rule) => f.write_str(rule.id()),
            Item::Branch(_, branch) => branch.fmt(f),
            Item::Pair(_, first, second) => write!(f, "{first}, then {second}"),
        }
    }
}
