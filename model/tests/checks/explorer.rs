//! The explorer on spaces whose every figure is known by arithmetic, and its verdicts when a search is not worth one.

use crossinterp_model::explore::{Bound, Explorer, Report, Verdict};
use crossinterp_model::fault::Fault;
use crossinterp_model::witness::{Witness, WitnessSet};

use super::toys::{Grid, Line};

/// Wide enough in the middle to be shared out among workers.
const WIDE: u8 = 24;

const FAULTS: &[([u8; 4], Fault)] = &[
    ([9, 9, 9, 9], Fault::DoubleFree),
    ([1, 2, 3, 4], Fault::Leaked),
    ([23, 0, 0, 0], Fault::Leaked),
    ([4, 3, 2, 1], Fault::Leaked),
    ([20, 20, 1, 0], Fault::EndedTwice),
    ([0, 1, 20, 20], Fault::EndedTwice),
];

#[test]
fn a_grid_is_explored_to_its_last_state_and_transition() {
    for side in [1, 2, 5, WIDE] {
        let report = Explorer::new(&Grid::of(side)).run();
        let long = u64::from(side);
        assert_eq!(report.verdict, Verdict::Exhausted);
        assert!(report.complete && report.refutations.is_empty());
        assert_eq!(report.states, long.pow(4), "states of side {side}");
        assert_eq!(report.transitions, 4 * long.pow(3) * (long - 1), "transitions of side {side}");
        assert_eq!(u64::from(report.depth), 4 * (long - 1), "depth of side {side}");
    }
}

#[test]
fn symmetry_leaves_one_state_for_each_multiset_of_coordinates() {
    let report = Explorer::new(&Grid { symmetric: true, ..Grid::of(10) }).run();
    assert_eq!(report.states, 10 * 11 * 12 * 13 / 24);
    assert_eq!(report.depth, 36);
}

#[test]
fn each_fault_is_reported_once_with_a_shortest_path_and_the_shortest_comes_first() {
    let report = Explorer::new(&Grid { faults: FAULTS, ..Grid::of(WIDE) }).run();
    let found: Vec<_> = report.refutations.iter().map(|found| (found.violation.fault, found.path.len())).collect();
    assert_eq!(found, [(Fault::Leaked, 10), (Fault::DoubleFree, 36), (Fault::EndedTwice, 41)]);
    assert_eq!(report.verdict, Verdict::Refuted);
    assert!(report.complete, "a fault does not end the search");
    assert_eq!(report.states, u64::from(WIDE).pow(4));
}

#[test]
fn a_path_leads_from_the_origin_to_the_point_that_is_wrong() {
    let report = Explorer::new(&Grid { faults: FAULTS, ..Grid::of(WIDE) }).run();
    for refutation in &report.refutations {
        let mut point = [0; 4];
        refutation.path.iter().for_each(|&axis| point[axis] += 1);
        assert!(
            FAULTS.contains(&(point, refutation.violation.fault)),
            "{:?} is not at {point:?}",
            refutation.violation.fault
        );
    }
}

#[test]
fn a_search_told_to_stop_at_the_first_fault_finds_the_shortest_and_is_not_complete() {
    let report = Explorer::new(&Grid { faults: FAULTS, ..Grid::of(WIDE) }).stop_at_first().run();
    assert_eq!(report.verdict, Verdict::Refuted);
    assert_eq!(report.refutations.len(), 1);
    assert_eq!((report.refutations[0].violation.fault, report.refutations[0].path.len()), (Fault::Leaked, 10));
    assert!(!report.complete);
}

#[test]
fn the_initial_state_can_be_the_one_that_is_wrong() {
    let report = Explorer::new(&Grid { faults: &[([0; 4], Fault::Leaked)], ..Grid::of(2) }).run();
    assert_eq!(report.refutations.len(), 1);
    assert!(report.refutations[0].path.is_empty());
}

#[test]
fn a_state_without_a_step_is_seen_as_stuck() {
    let report = Explorer::new(&Grid { corner_is_stuck: true, ..Grid::of(4) }).run();
    assert_eq!(report.verdict, Verdict::Refuted);
    assert_eq!((report.refutations[0].violation.fault, report.refutations[0].path.len()), (Fault::Stuck, 12));
}

#[test]
fn a_cycle_is_walked_once_and_has_no_stuck_state() {
    let report = Explorer::new(&Line { len: 100, closed: true }).run();
    assert_eq!(report.verdict, Verdict::Exhausted);
    assert_eq!((report.states, report.transitions, report.depth), (100, 100, 99));
}

#[test]
fn a_search_cut_short_by_states_is_bounded_and_not_complete() {
    let report = Explorer::new(&Grid::of(WIDE)).states_max(1000).run();
    let Verdict::Bounded { by: Bound::States(states) } = report.verdict else { panic!("{:?}", report.verdict) };
    assert!(states >= 1000 && states == report.states, "{states} states");
    assert!(!report.complete);
}

#[test]
fn a_limit_that_is_not_reached_cuts_nothing_short() {
    let report = Explorer::new(&Grid::of(5)).states_max(626).run();
    assert_eq!((report.verdict, report.complete), (Verdict::Exhausted, true));
}

/// The last state was reached and not looked at: it could have a successor, or be wrong.
#[test]
fn a_search_that_reaches_its_limit_with_the_last_state_is_still_bounded() {
    let report = Explorer::new(&Grid::of(5)).states_max(625).run();
    assert_eq!((report.states, report.complete), (625, false));
    assert_eq!(report.verdict, Verdict::Bounded { by: Bound::States(625) });
}

#[test]
fn a_space_deeper_than_the_table_can_record_is_bounded() {
    let report = Explorer::new(&Line { len: 2000, closed: false }).run();
    assert_eq!(report.verdict, Verdict::Bounded { by: Bound::Depth(1023) });
    assert!(!report.complete);
}

#[test]
fn a_situation_that_was_expected_and_never_met_makes_the_silence_vacuous() {
    let expected = WitnessSet::of(&[Witness::ReleaseTwice, Witness::AddressReused]);
    let half = Grid { meets: WitnessSet::of(&[Witness::ReleaseTwice]), ..Grid::of(3) };
    let report = Explorer::new(&half).expects(expected).run();
    assert_eq!(report.verdict, Verdict::Vacuous { missing: Witness::AddressReused });
    let whole = Grid { meets: expected, ..Grid::of(3) };
    assert_eq!(Explorer::new(&whole).expects(expected).run().verdict, Verdict::Exhausted);
}

#[test]
fn a_fault_outweighs_what_was_cut_short_or_not_met() {
    let space = Grid { faults: FAULTS, ..Grid::of(WIDE) };
    let expected = WitnessSet::of(&[Witness::ReleaseTwice]);
    let report = Explorer::new(&space).expects(expected).states_max(10_000).run();
    assert_eq!(report.verdict, Verdict::Refuted);
}

#[test]
fn a_report_does_not_depend_on_how_many_workers_there_were() {
    let space = Grid { faults: FAULTS, corner_is_stuck: true, ..Grid::of(WIDE) };
    let alone = with_workers(&space, 1);
    assert_eq!(alone.refutations.len(), 4);
    for workers in [2, 4] {
        assert_eq!(format!("{:?}", with_workers(&space, workers)), format!("{alone:?}"), "{workers} workers");
    }
}

fn with_workers(space: &Grid, workers: usize) -> Report<usize> {
    Explorer::new(space).workers(workers).run()
}

#[test]
fn only_an_exhausted_search_reads_as_verified() {
    let by = Bound::States(1);
    let others = [Verdict::Bounded { by }, Verdict::Refuted, Verdict::Vacuous { missing: Witness::ReleaseTwice }];
    assert_eq!(Verdict::Exhausted.word(), "verified");
    assert!(others.iter().all(|verdict| verdict.word() != "verified"));
}
