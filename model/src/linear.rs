//! Linearizability: whether what concurrent calls were told could have been told by one call after the other.
//!
//! A [`History`] is who called what, when, and what came back. [`linearize`] looks for an order of the calls that keeps
//! every "this one returned before that one began" and in which a sequential [`Spec`] gives the same answers. The order
//! it finds is the witness of a yes; of a no, it is the farthest that any order gets, and the call that fits nowhere.
//! It knows neither worlds nor registries: [`registry`] and [`histories`] bring these.

mod check;
pub mod histories;
mod history;
pub mod registry;

pub use check::{Violation, linearize};
pub use history::{History, Operation};
pub use registry::RegistrySpec;

use std::hash::Hash;

/// What one call after the other would be told.
pub trait Spec: Clone + Eq + Hash {
    /// A call.
    type Call: Clone;
    /// What a call is told.
    type Answer: Clone + Eq;

    /// Makes the call.
    fn make(&mut self, call: &Self::Call) -> Self::Answer;
}
