//! The same search says the same thing twice, whoever does the work.

use crossinterp_model::explore::Explorer;

use super::sweep::{self, Explored};

/// Scopes with levels wide enough to be shared out, and short enough to be walked three times more.
const NAMES: [&str; 3] = ["release", "owner-runs", "life"];

#[test]
fn a_second_run_reports_the_same_to_the_last_byte() {
    for explored in chosen() {
        assert_eq!(report(explored, 2), report(explored, 2), "{}", explored.place());
    }
}

#[test]
fn one_worker_or_four_report_the_same_to_the_last_byte() {
    for explored in chosen() {
        let first = format!("{:?}", explored.report);
        for workers in [1, 4] {
            assert_eq!(report(explored, workers), first, "{} with {workers} workers", explored.place());
        }
    }
}

fn chosen() -> impl Iterator<Item = &'static Explored> {
    let newest = ["3.14", "repaired"];
    let wanted =
        move |explored: &&Explored| NAMES.contains(&explored.scope.name) && newest.contains(&explored.edition.name());
    sweep::all().iter().filter(wanted)
}

fn report(explored: &Explored, workers: usize) -> String {
    let report = Explorer::new(&explored.model).expects(explored.scope.expects).workers(workers).run();
    format!("{report:?}")
}
