//! Verdicts on defects, hunts, and what is told of one: the program is run, and each check has something that must fail.

use std::process::{Command, Output};

use crossinterp_model::catalogue::{OWNER_RUNS, RELEASE, SESSIONS};
use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::rule::Rule;
use crossinterp_suite::hunt::Hunt;
use crossinterp_suite::sweep::STATES_MAX;
use crossinterp_suite::verdicts::{Alone, alone, alone_against};

fn xi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xi")).args(arguments).output().expect("the program runs")
}

fn told(arguments: &[&str]) -> String {
    let output = xi(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).expect("text")
}

fn hunt(edition: Edition, states_max: u64) -> Hunt {
    Hunt::run(edition, &[RELEASE, OWNER_RUNS, SESSIONS], states_max, &|_| {})
}

#[test]
fn a_defect_alone_is_refuted_by_a_trace_that_ends_in_its_own_rule() {
    let by = |defect| match alone(defect, &|_| {}) {
        Alone::Refuted { by, .. } => by,
        Alone::Vacuous => "nothing",
    };
    assert_eq!(by(Defect::InvertedRawFree), "release");
    assert_eq!(by(Defect::HelperClearsFreed), "release");
    assert_eq!(by(Defect::DiesInside), "process");
    assert_eq!(by(Defect::MainSwapped), "main-module");
    assert_eq!(by(Defect::IsShareableShallow), "one conversion");
    assert_eq!(by(Defect::CreationFatal), "one process");
}

#[test]
fn a_toggle_that_breaks_nothing_of_its_own_is_called_vacuous() {
    assert_eq!(alone_against(Defect::ConfigNull, Rule::FlushAll, &|_| {}), Alone::Vacuous);
    assert_eq!(alone_against(Defect::ForkClears, Rule::FlushAll, &|_| {}), Alone::Vacuous);
}

#[test]
fn a_hunt_ends_when_every_scope_is_exhausted() {
    let hunt = hunt(Edition::V314, STATES_MAX);
    assert!(hunt.is_over() && !hunt.is_cut());
    assert!(hunt.rounds.len() >= 2 && hunt.violations() > 20, "{} violations", hunt.violations());
    assert!(hunt.defects().contains(&Defect::ReleaseLookupThenEnqueue) && hunt.known() < hunt.defects().len());
}

#[test]
fn a_hunt_in_the_safe_reading_finds_nothing() {
    let hunt = hunt(Edition::Repaired, STATES_MAX);
    assert!(hunt.is_over());
    assert_eq!((hunt.violations(), hunt.rounds.len()), (0, 1));
}

#[test]
fn a_hunt_that_is_cut_short_is_not_over() {
    let hunt = hunt(Edition::V314, 1000);
    assert!(hunt.is_cut() && !hunt.is_over());
    let output = xi(&["hunt", "--edition", "3.14", "--scope", "release", "--states-max", "1000"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stdout).contains("CUT SHORT"));
}

#[test]
fn everything_about_a_defect_is_told_together() {
    insta::assert_snapshot!(told(&["explain", "release-lookup-then-enqueue-toctou"]));
}

#[test]
fn an_unknown_name_is_refused_with_those_that_are_like_it() {
    let output = xi(&["explain", "release-lookup"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("perhaps") && message.contains("release-lookup-then-enqueue-toctou"), "{message}");
}

#[test]
fn the_list_has_every_defect_with_its_rule() {
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&told(&["defects", "--list", "--json"])).expect("valid JSON");
    assert_eq!(list.len(), Defect::ALL.len());
    assert!(list.iter().all(|defect| defect["rule"].as_str().is_some_and(|rule| rule.contains('.'))));
}
