//! Starts and ends: every step fails once, and nothing is left; every defect leaves something, or ends the process.

use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Outcome, Signal, refute as calls};
use crossinterp_model::rule::Rule;
use crossinterp_model::runtime::{
    Asked, Broken, Failure, MAIN, Part, Process, SEQUENTIAL_DEFECTS, Setup, Stage, Status, Step, Told, refute, sample,
    steps, sweep,
};

/// Defects of the world that one process on its own shows as well.
const OTHERS: [Defect; 5] =
    [Defect::DanglingHead, Defect::LingeringThread, Defect::ForkClears, Defect::RuntimeFiniLive, Defect::UseAfterFini];

const C: [Edition; 3] = [Edition::Dev313, Edition::V313, Edition::V314];

#[test]
fn in_the_safe_reading_nothing_is_left_whichever_step_fails() {
    let outcomes = sweep(Edition::Repaired.into());
    assert!(outcomes.len() > 15, "only {} things are done", outcomes.len());
    for outcome in outcomes {
        assert!(outcome.broken.is_empty(), "{outcome}");
    }
}

#[test]
fn each_defect_alone_is_refuted_with_its_rule() {
    let rules = [Rule::RuntimeNewFails, Rule::RuntimeLingering, Rule::RuntimeFork, Rule::RuntimeLeftOver];
    for defect in SEQUENTIAL_DEFECTS.into_iter().chain(OTHERS) {
        let refuted = refute(defect).unwrap_or_else(|| panic!("nothing shows {defect}"));
        assert!(rules.contains(&refuted.rule) || refuted.rule == Rule::RegistryEndLate, "{defect}");
        assert!(!refuted.outcome.trace.is_empty(), "{defect}");
    }
}

#[test]
fn other_defects_alone_change_nothing_here() {
    let shown = |defect: &Defect| SEQUENTIAL_DEFECTS.contains(defect) || OTHERS.contains(defect);
    for &defect in Defect::ALL.iter().filter(|defect| !shown(defect)) {
        let broken = sweep(sample(defect)).into_iter().find(|outcome| !outcome.broken.is_empty());
        assert!(broken.is_none(), "{defect}: {}", broken.map(|outcome| outcome.to_string()).unwrap_or_default());
    }
}

#[test]
fn what_is_broken_in_an_edition_is_broken_by_a_defect_that_it_has() {
    for edition in C {
        let alone: Vec<_> = edition.defects().iter().filter(|&defect| refute(defect).is_some()).collect();
        let without = alone.iter().fold(edition.defects(), |set, &defect| set.without(defect));
        for outcome in sweep(Setup { edition, defects: without }) {
            // In 3.14 another type stands in; that is its surface.
            let unexplained = outcome.broken.iter().any(|broken| *broken != Broken::StandIn);
            assert!(!unexplained, "{edition}: {outcome}");
        }
        assert!(!alone.is_empty(), "{edition} has some");
    }
}

#[test]
fn a_creation_that_fails_is_undone_to_the_id_and_says_why() {
    let mut process = Process::started(Edition::Repaired);
    let before = process.held().to_vec();
    for step in steps(Edition::Repaired.into(), false).into_iter().filter(|step| step.can_fail()) {
        let next = process.next_id();
        assert_eq!(process.create(Some(step)), Err(Failure::Raised(step.status(Edition::Repaired))));
        assert_eq!((process.held(), process.next_id(), process.current()), (&before[..], next + 1, Some(MAIN)));
    }
}

#[test]
fn what_is_missing_first_ends_the_process_in_3_13_and_raises_in_3_14() {
    let failure = |edition: Edition, step| Process::started(edition).create(Some(step)).expect_err("the step fails");
    let no_memory = Status::NoMemory { function: "_PyInterpreterState_New" };
    assert_eq!(failure(Edition::V313, Step::Structure), Failure::Exit(no_memory));
    assert_eq!(failure(Edition::V314, Step::Structure), Failure::Raised(no_memory));
    assert_eq!(failure(Edition::V313, Step::Config), failure(Edition::V314, Step::Config));
    assert_eq!(failure(Edition::V314, Step::ErrorType), Failure::Crash(Signal::Segfault));
    assert!(matches!(failure(Edition::V314, Step::RefusalType), Failure::Raised(_)));
    assert!(matches!(failure(Edition::V313, Step::ErrorType), Failure::Raised(_)));
}

#[test]
fn each_edition_has_its_words_for_the_heap_type() {
    let words = C.map(|edition| Step::RefusalType.status(edition));
    let text = |text| Status::Error { function: "_PyXI_Init", text };
    let expected = [
        "could not initialize NotShareableError",
        "failed to initialize NotShareableError",
        "failed to initialize interpreter's cross-interpreter state",
    ];
    assert_eq!(words, expected.map(text));
}

#[test]
fn a_start_that_fails_ends_the_process_whatever_failed() {
    for edition in Edition::ALL {
        for step in steps(edition.into(), true) {
            assert!(matches!(Process::new(edition).start(Some(step)), Err(Failure::Exit(_))), "{edition}: {step:?}");
        }
        assert_eq!(Process::started(edition).listed(), [MAIN]);
    }
}

#[test]
fn main_has_the_registry_of_all_and_gives_it_up_last() {
    for edition in Edition::ALL {
        let mut process = Process::started(edition);
        assert!(process.holds(MAIN, Part::GlobalRegistry));
        let id = process.create(None).expect("no step fails");
        assert!(!process.holds(id, Part::GlobalRegistry) && process.holds(id, Part::LocalRegistry));
        process.end(id, None, &mut Vec::new()).expect("nothing fails");
        assert!(process.holds(MAIN, Part::GlobalRegistry), "{edition}: with main, and with nobody else");
        process.finish(None, &mut Vec::new()).expect("nothing fails");
        assert_eq!(process.held(), [], "{edition}");
    }
}

#[test]
fn those_left_over_end_the_newest_first_and_the_oldest_text_dies_of_them() {
    let order = |edition: Edition| {
        let mut process = Process::started(edition);
        (0..2).for_each(|_| assert!(process.create(None).is_ok()));
        let mut heard = Vec::new();
        let end = process.finish(None, &mut heard);
        let at_exit = heard.iter().filter(|moment| moment.stage == Stage::AtExit).map(|moment| moment.id);
        (at_exit.collect::<Vec<_>>(), end)
    };
    assert_eq!(order(Edition::Dev313), (vec![0], Err(Failure::Crash(Signal::Abort))));
    for edition in [Edition::V313, Edition::V314, Edition::Repaired] {
        assert_eq!(order(edition), (vec![0, 2, 1], Ok(())), "{edition}");
    }
}

#[test]
fn code_of_the_last_stage_is_refused_by_the_right_type_by_another_or_by_none() {
    let last = |edition: Edition| {
        let mut process = Process::started(edition);
        let id = process.create(None).expect("no step fails");
        let mut heard = Vec::new();
        let end = process.end(id, Some(Asked::ConvertOther), &mut heard);
        end.map(|()| heard.last().and_then(|moment| moment.told).expect("it asked"))
    };
    assert_eq!(last(Edition::V313), Err(Failure::Crash(Signal::Segfault)));
    assert_eq!(last(Edition::V314), Ok(Told::RefusedByStandIn));
    assert_eq!(last(Edition::Repaired), Ok(Told::Refused));
}

#[test]
fn once_the_modules_of_main_go_no_interpreter_is_made() {
    for edition in Edition::ALL {
        let mut process = Process::started(edition);
        let mut heard = Vec::new();
        let next = process.next_id();
        // What main's code makes before that is left over, and the oldest text dies of it.
        let end = process.finish(Some(Asked::Create), &mut heard);
        let of_main = |stage| heard.iter().find(|moment| moment.id == MAIN && moment.stage == stage);
        assert_eq!(of_main(Stage::AtExit).and_then(|moment| moment.told), Some(Told::Done), "{edition}");
        assert_eq!(of_main(Stage::Modules).and_then(|moment| moment.told), Some(Told::NotCreated), "{edition}");
        assert_eq!(process.next_id(), next + 2, "{edition}: a refusal so early uses up no id");
        assert_eq!(end.is_err(), edition == Edition::Dev313);
    }
}

#[test]
fn a_forked_child_has_main_alone_and_its_parent_everybody() {
    let mut process = Process::started(Edition::Repaired);
    let id = process.create(None).expect("no step fails");
    let child = process.fork().expect("nothing is cleared");
    assert_eq!((child.listed(), process.listed()), (vec![MAIN], vec![MAIN, id]));
    assert!(child.held().iter().all(|(owner, _)| *owner == MAIN));
    assert!(Process::started(Edition::V314).fork().is_ok(), "without others there is nothing to clear");
}

#[test]
fn a_refutation_reads_as_a_story() {
    let refuted = refute(Defect::DanglingHead).expect("it shows");
    let story = refuted.outcome.to_string();
    let expected = "an interpreter is made, and a step fails: Fields\n  no thread state is current\n  take id 1\n";
    assert!(story.starts_with(expected), "{story}");
    assert!(story.ends_with("\n  => the list leads to 1, which was freed"), "{story}");
}

#[test]
fn a_defect_of_one_call_kills_it_and_nothing_else_does() {
    for defect in calls::SEQUENTIAL_DEFECTS {
        let refuted = calls::refute(defect).unwrap_or_else(|| panic!("no call shows {defect}"));
        assert_eq!(refuted.outcome, Outcome::Crash(Signal::Segfault), "{defect}");
        let others = Defect::ALL.iter().copied().filter(|&other| other != defect);
        for other in [DefectSet::NONE].into_iter().chain(others.map(|other| DefectSet::NONE.with_needs(other))) {
            let outcome = calls::play(&refuted.call, other);
            assert!(!calls::is_broken(&outcome), "{defect}: {outcome:?} with {:?}", other.iter().collect::<Vec<_>>());
        }
        assert!(refuted.rule.id().contains('.'), "{defect}");
    }
}
