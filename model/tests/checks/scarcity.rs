//! Memory that runs out anywhere: every operation on every sample, with each allocation refused once and from then on.

use std::collections::BTreeSet;

use crossinterp_model::convert::Plan;
use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::scarcity::{Operation, Reading, Run, Word, sweep, tasks};

fn with(defect: Defect) -> Reading {
    Reading { defects: DefectSet::NONE.with_needs(defect), overlooked: &[] }
}

/// The first run of an operation in which a defect alone breaks what must hold.
fn first_broken(operation: Operation, defect: Defect) -> Option<Run> {
    let tasks = tasks();
    let mut of_it = tasks.iter().filter(|task| task.operation == operation);
    of_it.find_map(|task| sweep(task, with(defect)).first_broken().cloned())
}

#[test]
fn whatever_is_refused_nothing_is_left_and_it_is_told() {
    for task in tasks() {
        let swept = sweep(&task, Reading::default());
        let broken = swept.first_broken();
        assert!(broken.is_none(), "{task}: {}", broken.map(Run::to_string).unwrap_or_default());
    }
}

#[test]
fn every_operation_is_swept_and_none_has_the_name_of_another() {
    let swept: BTreeSet<_> = tasks().iter().map(|task| task.operation).collect();
    assert_eq!(swept, BTreeSet::from(Operation::ALL));
    let names: BTreeSet<_> = tasks().iter().map(ToString::to_string).collect();
    assert_eq!(names.len(), tasks().len(), "each sample has a name of its own");
}

#[test]
fn who_gives_something_up_asks_for_nothing_and_others_ask() {
    for operation in Operation::ALL {
        let of_it = tasks().into_iter().filter(|task| task.operation == operation);
        let points: usize = of_it.map(|task| sweep(&task, Reading::default()).points()).sum();
        assert_eq!(points == 0, operation.gives_up(), "{operation} has {points} points");
    }
}

/// The sweep can fail: each of these alone leaves something, or says nothing.
#[test]
fn defects_of_scarcity_are_caught() {
    let defects = [
        (Operation::Convert, Defect::TupleOomLeak),
        (Operation::Check, Defect::InitWithSizeNoException),
        (Operation::FillNamespace, Defect::OomAsNotShareable),
        (Operation::Session, Defect::MemoryErrorLost),
        (Operation::Capture, Defect::CaptureFailureLost),
        (Operation::Capture, Defect::OverrideDropped),
        (Operation::Capture, Defect::DisplayDoubleRelease),
        (Operation::Materialise, Defect::FailedReadConsumes),
        (Operation::Create, Defect::CreationNotUndone),
        (Operation::Create, Defect::CreationFatal),
    ];
    for (operation, defect) in defects {
        assert!(first_broken(operation, defect).is_some(), "{defect} is not caught");
    }
}

#[test]
fn what_is_overlooked_is_granted_and_not_counted() {
    let task =
        tasks().into_iter().find(|task| task.to_string() == "create an interpreter: one more").expect("it is there");
    let whole = sweep(&task, Reading::default());
    let overlooked = &["its configuration", "its allocator"];
    let part = sweep(&task, Reading { overlooked, ..Reading::default() });
    assert_eq!(part.points() + overlooked.len(), whole.points());
    let (last, refused) = part.runs.split_last().expect("there is a run after the last point");
    assert!(refused.iter().all(|run| run.told.word.is_no_memory() && run.plan != Plan::Never));
    assert_eq!(last.told.word, Word::Done, "nothing that it asks for is refused");
}
