//! What can be seen after one call, from outside: the common ground on which both sides are compared.
//!
//! It sits between the two sides and knows neither: each of them fills it in from what it has.

use std::fmt::{self, Display};

use crossinterp_model::call::Outcome;
use crossinterp_model::fault::Fault;
use crossinterp_model::world::CAPSULES_MAX;

/// What the caller was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Outcome(Outcome),
    /// Nothing: the call was the drop of a handle.
    Nothing,
    /// The caller was told this, and a step of the model went wrong on the way. The implementation has no way to say
    /// so.
    Unnoticed(Outcome, Fault),
    /// A step of the model went wrong, and nothing goes on after it.
    Fault(Fault),
    /// The model's call waits for ever.
    Blocked,
    /// The implementation's call panicked. The model has no way to say this.
    Panicked,
}

/// What became of the payload in one capsule slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The slot is empty.
    Empty,
    /// The capsule carries its value itself.
    Nothing,
    Live {
        owner: u8,
    },
    /// Freed once, in its owner.
    Freed {
        owner: u8,
    },
    /// Freed more than once, elsewhere than in its owner, or read afterwards. The model calls that a fault.
    Misused {
        owner: u8,
    },
}

/// Everything that is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    pub told: Told,
    pub payloads: [Fate; CAPSULES_MAX],
    /// The interpreters that exist, ascending.
    pub listed: Vec<u8>,
    /// The interpreters that a thread is in, ascending.
    pub running: Vec<u8>,
    /// How many calls wait where, ascending, for those in which any do.
    pub waiting: Vec<(u8, usize)>,
}

impl Observation {
    /// What the two sides do not agree on: the aspect, what the model says, what the implementation says.
    pub fn differences(model: &Self, implementation: &Self) -> Vec<(&'static str, String, String)> {
        let aspects = model.aspects().into_iter().zip(implementation.aspects());
        let differing = aspects.filter(|((_, model), (_, implementation))| model != implementation);
        differing.map(|((name, model), (_, implementation))| (name, model, implementation)).collect()
    }

    fn aspects(&self) -> [(&'static str, String); 4] {
        let used = self.payloads.iter().enumerate().filter(|(_, fate)| **fate != Fate::Empty);
        [
            ("payloads", list(used.map(|(slot, fate)| format!("c{slot} {fate}")))),
            ("listed", list(self.listed.iter())),
            ("running", list(self.running.iter())),
            ("calls waiting", list(self.waiting.iter().map(|(id, calls)| format!("{calls} in {id}")))),
        ]
    }
}

fn list(items: impl Iterator<Item: Display>) -> String {
    let items: Vec<_> = items.map(|item| item.to_string()).collect();
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}

impl Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Told::Outcome(outcome) => outcome.fmt(f),
            Told::Nothing => f.write_str("nothing told"),
            Told::Unnoticed(outcome, fault) => write!(f, "{outcome}, and a fault: {}", fault.sentence()),
            Told::Fault(fault) => write!(f, "fault: {}", fault.sentence()),
            Told::Blocked => f.write_str("waits for ever"),
            Told::Panicked => f.write_str("panicked"),
        }
    }
}

impl Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fate::Empty => f.write_str("empty"),
            Fate::Nothing => f.write_str("without payload"),
            Fate::Live { owner } => write!(f, "live in {owner}"),
            Fate::Freed { owner } => write!(f, "freed in {owner}"),
            Fate::Misused { owner } => write!(f, "of {owner} misused"),
        }
    }
}
