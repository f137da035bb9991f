//! Two engines on one model: the explorer and stateright's checker agree wherever both can finish.
//!
//! What they do not share is the search, the table of visited states, the hashing and the counting.

use std::collections::BTreeSet;

use crossinterp_model::catalogue::SCOPES;
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::{RivalReport, check_with_stateright};

use super::sweep::{self, Explored};

/// States that stateright gets through in a few seconds on one thread.
const STATES_MAX: u64 = 300_000;

#[test]
fn both_engines_agree_on_states_transitions_depth_and_refuted_properties() {
    let within_reach: Vec<_> = sweep::all().iter().filter(|explored| explored.report.states <= STATES_MAX).collect();
    for explored in &within_reach {
        let theirs = check_with_stateright(explored.model.clone());
        assert_eq!(ours(explored), theirs, "{}", explored.place());
    }
    assert!(within_reach.len() >= 2 * SCOPES.len(), "only {} runs are within reach", within_reach.len());
    let editions: BTreeSet<_> = within_reach.iter().map(|explored| explored.edition).collect();
    assert_eq!(editions.len(), Edition::ALL.len(), "each edition is compared somewhere");
}

#[test]
fn both_engines_agree_under_symmetry() {
    let alike = |explored: &&Explored| explored.scope.name == "owner-runs";
    for explored in sweep::all().iter().filter(alike) {
        let model = explored.model.clone().with_symmetry();
        let report = crossinterp_model::explore::Explorer::new(&model).run();
        let theirs = check_with_stateright(model.clone());
        assert_eq!((report.states, report.transitions), (theirs.states, theirs.transitions), "{}", explored.place());
    }
}

fn ours(explored: &Explored) -> RivalReport {
    let report = &explored.report;
    assert!(report.complete, "{} was cut short", explored.place());
    RivalReport {
        states: report.states,
        transitions: report.transitions,
        depth: report.depth,
        refuted: report.refutations.iter().map(|refutation| refutation.violation.fault.property()).collect(),
    }
}
