//! A trace is evidence: taken step by step it leads to its fault, and no shorter one does.

use std::collections::{BTreeMap, HashSet};

use crossinterp_model::Model;
use crossinterp_model::explore::Explorer;
use crossinterp_model::fault::Violation;
use crossinterp_model::step::Step;
use crossinterp_model::world::World;

use super::sweep;

/// States that the plain search below holds without strain.
const STATES_MAX: u64 = 130_000;

#[test]
fn every_trace_replays_to_its_fault() {
    let mut replayed = 0;
    for explored in sweep::all() {
        for refutation in &explored.report.refutations {
            assert_eq!(
                replay(&explored.model, &refutation.path),
                Some(refutation.violation),
                "{:?} of {}",
                refutation.violation.fault,
                explored.place()
            );
            replayed += 1;
        }
    }
    assert!(replayed > 100, "only {replayed} traces were replayed");
}

/// Takes the steps, each of which the world must allow, and says what is wrong in the end and nowhere before.
fn replay(model: &Model, path: &[Step]) -> Option<Violation> {
    let mut world = model.setup.scope.initial();
    let mut steps = Vec::new();
    for &step in path {
        model.steps(&world, &mut steps);
        assert!(steps.contains(&step), "{step:?} is not among {steps:?}");
        assert_eq!(model.violation(&world, false), None, "the trace goes on behind a fault");
        world = model.take(&world, step).world;
    }
    model.steps(&world, &mut steps);
    model.violation(&world, steps.is_empty())
}

#[test]
fn a_search_that_stops_at_the_first_fault_finds_one_as_near() {
    for explored in sweep::all() {
        let first = Explorer::new(&explored.model).stop_at_first().run();
        let nearest = |refutations: &[crossinterp_model::explore::Refutation<Step>]| {
            refutations.first().map(|refutation| (refutation.violation, refutation.path.len()))
        };
        assert_eq!(nearest(&first.refutations), nearest(&explored.report.refutations), "{}", explored.place());
    }
}

#[test]
fn a_plain_search_with_a_set_of_worlds_finds_every_violation_at_the_same_depth() {
    let small: Vec<_> = sweep::all().iter().filter(|explored| explored.report.states <= STATES_MAX).collect();
    for explored in &small {
        let depths = plain_search(&explored.model);
        assert_eq!(depths, sweep::violation_depths(&explored.report), "{}", explored.place());
    }
    assert!(small.len() >= 8, "only {} scopes are small enough", small.len());
}

/// Breadth-first, without fingerprints, links, workers or batches: the depth of the nearest state with each fault.
fn plain_search(model: &Model) -> BTreeMap<Violation, usize> {
    let first = model.setup.scope.initial();
    let mut seen = HashSet::from([first]);
    let mut level = vec![first];
    let mut nearest = BTreeMap::new();
    for depth in 0.. {
        if level.is_empty() {
            break;
        }
        level = level.iter().flat_map(|world| expand(model, world, depth, &mut nearest)).collect();
        level.retain(|world| seen.insert(*world));
    }
    nearest
}

fn expand(model: &Model, world: &World, depth: usize, nearest: &mut BTreeMap<Violation, usize>) -> Vec<World> {
    let mut steps = Vec::new();
    model.steps(world, &mut steps);
    if let Some(violation) = model.violation(world, steps.is_empty()) {
        nearest.entry(violation).or_insert(depth);
    }
    steps.iter().map(|&step| model.take(world, step).world).collect()
}
