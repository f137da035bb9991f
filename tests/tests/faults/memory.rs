//! Every operation on every sample, with each allocation refused once and from then on, in the model and in the
//! implementation under the same indices; and mistakes of either side, each of which must be found out.

use std::collections::BTreeSet;

use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::scarcity::{Operation, Reading, Task, sweep, tasks};
use crossinterp_suite::faults::{DIFFERENCES, Mistake, OVERLOOKED, compare, first_disagreement, rows};

#[test]
fn both_sides_ask_at_the_same_points_tell_the_same_and_leave_nothing() {
    for task in tasks() {
        let disagreement = first_disagreement(&compare(&task, Reading::default(), None));
        assert!(disagreement.is_none(), "{}", disagreement.unwrap_or_default());
    }
}

#[test]
fn the_sums_have_every_operation_with_no_leak_and_no_silence() {
    let rows = rows();
    assert_eq!(rows.len(), Operation::ALL.len());
    for (row, operation) in rows.iter().zip(Operation::ALL) {
        assert!(row.samples > 0 && row.runs >= row.samples, "{row:?}");
        // Without a refusal, each point once and from then on, and with no memory after the last.
        assert_eq!(row.runs_model, 2 * row.samples + 2 * row.points, "{row:?}");
        assert_eq!(row.runs, 2 * row.samples + 2 * row.points_shared, "{row:?}");
        assert_eq!((row.leaks, row.without_error, row.disagreements), (0, 0, 0), "{row:?}");
        assert_eq!(row.points_shared == 0, operation.gives_up(), "who gives up needs no memory: {row:?}");
    }
}

/// A difference that no sample needs would hide a point that the implementation forgot.
#[test]
fn every_difference_is_a_block_that_the_model_asks_for() {
    let whole = |task: &Task| sweep(task, Reading::default()).unhindered.points;
    let asked: BTreeSet<_> = tasks().iter().flat_map(whole).collect();
    for (name, reason) in DIFFERENCES {
        assert!(asked.contains(name), "nothing asks for {name}");
        assert!(!reason.is_empty(), "{name} has a reason");
    }
    assert_eq!(OVERLOOKED.len(), BTreeSet::from(OVERLOOKED).len(), "each is there once");
}

fn one_of(operation: Operation, sample: &str) -> Task {
    let found = tasks().into_iter().find(|task| task.operation == operation && task.sample == sample);
    found.unwrap_or_else(|| panic!("no sample of {operation} is called {sample}"))
}

#[test]
fn a_mistake_of_the_implementation_is_found_out() {
    let mistakes = [
        (Operation::Convert, "a tuple", Mistake::ForgetsACapsule),
        (Operation::End, "every kind of value lent", Mistake::ForgetsACapsule),
        (Operation::Materialise, "bytes", Mistake::SwallowsRefusals),
        (Operation::Enter, "two names", Mistake::SwallowsRefusals),
        (Operation::FillNamespace, "three names", Mistake::MissesAnIndex),
        (Operation::Capture, "a plain one", Mistake::MissesAnIndex),
        (Operation::Create, "one more", Mistake::MissesAnIndex),
    ];
    for (operation, sample, mistake) in mistakes {
        let task = one_of(operation, sample);
        assert!(first_disagreement(&compare(&task, Reading::default(), None)).is_none(), "{task}");
        let found = first_disagreement(&compare(&task, Reading::default(), Some(mistake)));
        assert!(found.is_some(), "{mistake:?} in {task}");
    }
}

#[test]
fn a_defect_of_the_model_is_found_out() {
    let defects = [
        (Operation::Convert, "a tuple", Defect::TupleOomLeak),
        (Operation::Convert, "bytes", Defect::InitWithSizeNoException),
        (Operation::Convert, "bytes", Defect::OomAsNotShareable),
        (Operation::Capture, "a MemoryError", Defect::MemoryErrorLost),
        (Operation::Capture, "its text raises", Defect::CaptureFailureLost),
        (Operation::Capture, "OTHER alone", Defect::OverrideDropped),
        (Operation::Check, "a tuple with a list", Defect::IsShareableShallow),
    ];
    for (operation, sample, defect) in defects {
        let task = one_of(operation, sample);
        let reading = Reading { defects: DefectSet::NONE.with_needs(defect), ..Reading::default() };
        assert!(first_disagreement(&compare(&task, reading, None)).is_some(), "{defect} in {task}");
    }
}

/// A block that the implementation does ask for cannot be called a difference.
#[test]
fn a_point_too_many_or_too_few_is_found_out() {
    let task = one_of(Operation::Convert, "bytes");
    let compared = compare(&task, Reading::default(), None);
    let (run, played) = compared.pairs().next().expect("there is a run without a refusal");
    assert_eq!(run.points, ["a structure", "a block for pointer and length"]);
    assert_eq!(played.granted, 2);
    let reading = Reading { overlooked: &["a structure"], ..Reading::default() };
    assert_ne!(sweep(&task, reading).points() as u64, played.granted);
}
