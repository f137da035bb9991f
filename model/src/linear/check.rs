//! The search for an order: depth first, and no state of the search twice.
//!
//! A state is which calls have been placed and what the specification has become; whatever follows depends on nothing
//! else, so a state that led nowhere once is not tried again (Lowe's improvement of Wing and Gong's search).

use std::collections::HashSet;

use super::{History, Spec};

/// Calls in one history. A state names them by the bits of a word.
const OPERATIONS_MAX: usize = 64;

/// Why a history is not linearizable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The calls of a longest order that fits, by their numbers in the history.
    pub placed: Vec<usize>,
    /// The calls that could have come next, each of which is told something else than it was.
    pub misfits: Vec<usize>,
}

/// Finds an order of the calls in which the specification, from this state on, gives every answer that was given.
///
/// # Errors
///
/// [`Violation`] when there is none.
///
/// # Panics
///
/// If the history has more calls than fit a word.
pub fn linearize<S: Spec>(spec: &S, history: &History<S::Call, S::Answer>) -> Result<Vec<usize>, Violation> {
    assert!(history.operations().len() <= OPERATIONS_MAX, "a history of at most {OPERATIONS_MAX} calls");
    let mut search = Search { history, seen: HashSet::new(), order: Vec::new(), farthest: Vec::new() };
    if search.place_rest(spec, 0) {
        return Ok(search.order);
    }
    let misfits = search.next(placed_bits(&search.farthest)).collect();
    Err(Violation { placed: search.farthest, misfits })
}

fn placed_bits(order: &[usize]) -> u64 {
    order.iter().fold(0, |bits, &operation| bits | 1 << operation)
}

struct Search<'a, S: Spec> {
    history: &'a History<S::Call, S::Answer>,
    seen: HashSet<(u64, S)>,
    order: Vec<usize>,
    farthest: Vec<usize>,
}

impl<S: Spec> Search<'_, S> {
    fn place_rest(&mut self, spec: &S, placed: u64) -> bool {
        if self.order.len() > self.farthest.len() {
            self.farthest.clone_from(&self.order);
        }
        if self.all_told_are_placed(placed) {
            return true;
        }
        if !self.seen.insert((placed, spec.clone())) {
            return false;
        }
        let next: Vec<usize> = self.next(placed).collect();
        next.into_iter().any(|operation| self.place(spec, placed, operation))
    }

    fn place(&mut self, spec: &S, placed: u64, number: usize) -> bool {
        let mut after = spec.clone();
        let operation = &self.history.operations()[number];
        let answer = after.make(&operation.call);
        if operation.told.as_ref().is_some_and(|(told, _)| *told != answer) {
            return false;
        }
        self.order.push(number);
        if self.place_rest(&after, placed | 1 << number) {
            return true;
        }
        self.order.pop();
        false
    }

    /// A call that never returned may have had its effect, or not.
    fn all_told_are_placed(&self, placed: u64) -> bool {
        let mut operations = self.history.operations().iter().enumerate();
        operations.all(|(number, operation)| operation.told.is_none() || placed & 1 << number != 0)
    }

    /// The calls that may come next: not placed, and begun before any call that is not placed had returned.
    fn next(&self, placed: u64) -> impl Iterator<Item = usize> + '_ {
        let open = move |number: &usize| placed & 1 << number == 0;
        let operations = self.history.operations();
        let ends = operations.iter().enumerate().filter(move |(number, _)| open(number));
        let first_end = ends.filter_map(|(_, operation)| operation.told.as_ref().map(|told| told.1)).min();
        let numbers = (0..operations.len()).filter(move |number| open(number));
        numbers.filter(move |&number| first_end.is_none_or(|end| operations[number].begun < end))
    }
}
