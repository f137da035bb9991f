//! Where stateright's word is not enough, and what the explorer says instead. Each is a reason for having two engines.

use std::collections::BTreeMap;

use crossinterp_model::Model;
use crossinterp_model::catalogue::{OWNER_RUNS, THREADS, setup};
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::{Explorer, Verdict};
use stateright::{Checker, Model as _, Property as Expectation};

/// A property keeps the last counterexample that the checker came by, as long as another property still waits for one.
#[test]
fn stateright_keeps_a_longer_trace_than_the_shortest() {
    let model = Model::new(setup(THREADS, Edition::V313));
    let checker = model.clone().checker().threads(1).spawn_bfs().join();
    let theirs = checker.discoveries().into_iter().map(|(name, path)| (name, path.into_actions().len()));
    let theirs: BTreeMap<_, _> = theirs.collect();
    let ours = shortest_by_property(&model);
    assert!(ours.keys().eq(theirs.keys()), "both refute the same properties");
    assert!(ours.iter().all(|(name, length)| length <= &theirs[name]), "ours: {ours:?}, theirs: {theirs:?}");
    assert!(ours.iter().any(|(name, length)| length < &theirs[name]), "ours: {ours:?}, theirs: {theirs:?}");
}

fn shortest_by_property(model: &Model) -> BTreeMap<&'static str, usize> {
    let mut shortest = BTreeMap::new();
    for refutation in Explorer::new(model).run().refutations {
        let length = shortest.entry(refutation.violation.fault.property().sentence()).or_insert(usize::MAX);
        *length = refutation.path.len().min(*length);
    }
    shortest
}

#[test]
fn stateright_passes_a_search_that_a_depth_cut_short_of_every_fault() {
    let model = Model::new(setup(THREADS, Edition::V313));
    let cut = model.clone().checker().threads(1).target_max_depth(3).spawn_bfs().join();
    cut.assert_properties();
    assert_eq!(Explorer::new(&model).run().verdict, Verdict::Refuted);
    let bounded = Explorer::new(&model).states_max(cut.unique_state_count() as u64).run();
    assert!(matches!(bounded.verdict, Verdict::Bounded { .. }), "{:?}", bounded.verdict);
}

#[test]
fn stateright_passes_a_search_that_a_count_cut_short_of_every_fault() {
    let model = Model::new(setup(OWNER_RUNS, Edition::Repaired));
    let cut = model.clone().checker().threads(1).target_state_count(100).spawn_bfs().join();
    cut.assert_properties();
    let whole = Explorer::new(&model).run();
    assert!(whole.complete && (cut.unique_state_count() as u64) < whole.states);
    let bounded = Explorer::new(&model).states_max(100).run();
    assert!(matches!(bounded.verdict, Verdict::Bounded { .. }), "{:?}", bounded.verdict);
}

/// Begins nowhere, or goes round for ever: both with a property that is plainly false.
#[derive(Clone)]
struct Round {
    begins: bool,
}

impl stateright::Model for Round {
    type State = u8;
    type Action = ();

    fn init_states(&self) -> Vec<u8> {
        if self.begins { vec![0] } else { Vec::new() }
    }

    fn actions(&self, _: &u8, out: &mut Vec<()>) {
        out.push(());
    }

    fn next_state(&self, number: &u8, (): ()) -> Option<u8> {
        Some((number + 1) % 3)
    }

    fn properties(&self) -> Vec<Expectation<Self>> {
        if self.begins {
            return vec![Expectation::eventually("comes to seven", |_, &number| number == 7)];
        }
        vec![Expectation::always("never holds", |_, _| false)]
    }
}

/// An explored space has one initial state by its type, and what it must meet is part of the scope.
#[test]
fn stateright_passes_a_model_without_an_initial_state() {
    Round { begins: false }.checker().spawn_bfs().join().assert_properties();
}

/// Hence no liveness here: what must happen in the end is stated of states in which nothing is left to run.
#[test]
fn stateright_passes_what_never_comes_about_on_a_cycle() {
    Round { begins: true }.checker().spawn_bfs().join().assert_properties();
}
