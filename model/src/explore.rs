//! Searching a space of states: our own explorer, and stateright's checker beside it.
//!
//! The explorer is breadth-first and parallel, keeps one word pair per visited state, evaluates every property in one
//! comparison, finds deadlocks, counts which rules fired, and returns a typed verdict. It knows nothing of
//! interpreters: a [`Space`] is enough.

mod engine;
mod reach;
mod rival;
mod table;
mod tally;
mod verdict;

pub use engine::{Explorer, Progress};
pub use reach::reach;
pub use rival::{RivalReport, check_with_stateright, properties};
pub use tally::Tally;
pub use verdict::{Bound, Refutation, Report, Verdict};

use std::fmt::Debug;
use std::hash::Hash;

use crate::fault::Violation;

/// A space of states that can be explored.
pub trait Space: Sync {
    /// A state: flat, and hashed in one write.
    type State: Copy + Eq + Hash + Send + Sync + Debug;
    /// A step from one state to another.
    type Action: Copy + Send + Sync + Debug;

    /// The one state it begins with.
    fn initial(&self) -> Self::State;

    /// The steps that the state allows, in a fixed order.
    fn actions(&self, state: &Self::State, out: &mut Vec<Self::Action>);

    /// Takes a step in place, and says in the tally which rules and witnesses it realised. What is left is the one state
    /// that stands for all that differ from it only in names.
    fn apply(&self, state: &mut Self::State, action: Self::Action, tally: &mut Tally);

    /// What is wrong with the state, given whether no step is left.
    fn violation(&self, state: &Self::State, stuck: bool) -> Option<Violation>;
}
