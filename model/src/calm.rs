//! Calm traces: of all the shortest paths to a fault, one with few switches between threads.
//!
//! A breadth-first search returns a shortest path, but any of them: its steps may be shuffled for no reason. A reader
//! wants to see each thread do as much as it can at a time. Moving a step is tried, and kept when the path is still
//! one, still ends in the same fault, and switches less.

use crate::fault::Violation;
use crate::model::Model;
use crate::step::Step;

/// The path with its steps moved together. It is as long as before, and ends in the same violation.
pub fn calm(model: &Model, path: &[Step], violation: Violation) -> Vec<Step> {
    let mut best = path.to_vec();
    while let Some(better) = first_improvement(model, &best, violation) {
        best = better;
    }
    best
}

fn first_improvement(model: &Model, path: &[Step], violation: Violation) -> Option<Vec<Step>> {
    let moves = (0..path.len()).flat_map(|from| (0..path.len()).map(move |to| (from, to)));
    let candidates = moves.filter(|(from, to)| from != to).map(|(from, to)| moved(path, from, to));
    let mut calmer = candidates.filter(|candidate| switches(candidate) < switches(path));
    calmer.find(|candidate| reaches(model, candidate, violation))
}

fn moved(path: &[Step], from: usize, to: usize) -> Vec<Step> {
    let mut candidate = path.to_vec();
    let step = candidate.remove(from);
    candidate.insert(to, step);
    candidate
}

/// How often the thread changes along the path.
pub fn switches(path: &[Step]) -> usize {
    path.windows(2).filter(|pair| pair[0].thread() != pair[1].thread()).count()
}

/// Whether the steps can be taken in this order, and end in the violation.
pub fn reaches(model: &Model, path: &[Step], violation: Violation) -> bool {
    follow(model, path) == Followed::Through(Some(violation))
}

/// How far a path can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// To its end, and this is what is wrong there.
    Through(Option<Violation>),
    /// A step goes wrong before the end, and nothing goes on behind it.
    Faulted,
    /// A step cannot be taken where the path wants it.
    Left,
}

/// Takes the steps in this order, as far as they can be taken.
pub fn follow(model: &Model, path: &[Step]) -> Followed {
    let mut world = model.setup.scope.initial();
    let mut allowed = Vec::new();
    for &step in path {
        model.steps(&world, &mut allowed);
        if !allowed.contains(&step) {
            let is_over = world.fault().is_some() && allowed.is_empty();
            return if is_over { Followed::Faulted } else { Followed::Left };
        }
        world = model.take(&world, step).world;
    }
    model.steps(&world, &mut allowed);
    Followed::Through(model.violation(&world, allowed.is_empty()))
}
