//! The scenarios of namespaces as a whole: how many cases they play, and which rules their predictions exercise.
//!
//! A case is one call that makes, fills, applies or frees a namespace. What each must show, `scenarios.rs` compares.

use std::collections::BTreeSet;
use std::path::Path;

use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::Tally;
use crossinterp_model::module::{self, Call};
use crossinterp_model::rule::Rule;
use crossinterp_suite::conform::predict;
use crossinterp_suite::scenario::{Scenario, load_all, parse};

/// As many cases as each runtime must be shown. 3.14 keeps the functions behind the operations to itself.
const CASES_MIN: [(Edition, usize); 2] = [(Edition::V313, 250), (Edition::V314, 170)];

/// Rules that no scenario can exercise: nothing in Python makes one chosen allocation fail.
const OUT_OF_REACH: [Rule; 1] = [Rule::FillNoMemory];

fn scenarios() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    load_all(&root).unwrap_or_else(|error| panic!("{error}"))
}

fn is_case(call: &Call) -> bool {
    match call.verb.as_str() {
        "set___main___attrs" | "share" | "ns_from_names" | "ns_fill" | "ns_apply" | "ns_free" => true,
        "exec" => call.args.len() == 3,
        _ => false,
    }
}

/// The cases that an edition is played, each call of a scenario once. Those after the end of a process have no outcome.
fn cases(scenarios: &[Scenario], edition: Edition) -> BTreeSet<(&str, String)> {
    let played = scenarios.iter().filter(|scenario| scenario.editions.contains(&edition));
    let steps = played.flat_map(|scenario| scenario.steps.iter().map(move |step| (scenario, step)));
    let calls = steps.filter(|(_, step)| is_case(&step.call) && step.expected(edition).is_some());
    calls.map(|(scenario, step)| (scenario.name.as_str(), step.call.to_string())).collect()
}

#[test]
fn each_runtime_is_shown_enough_cases_of_namespaces() {
    let scenarios = scenarios();
    for (edition, cases_min) in CASES_MIN {
        let count = cases(&scenarios, edition).len();
        assert!(count >= cases_min, "{count} cases in {edition}");
    }
}

#[test]
fn an_exec_without_values_is_no_case() {
    let scenarios = scenarios();
    let calls = scenarios.iter().flat_map(|scenario| &scenario.steps).map(|step| &step.call);
    let plain: Vec<_> = calls.filter(|call| call.verb == "exec" && call.args.len() == 2).collect();
    assert!(!plain.is_empty());
    assert!(!plain.into_iter().any(is_case));
}

#[test]
fn the_predictions_exercise_every_rule_of_the_chapter() {
    let mut tally = Tally::default();
    for edition in Edition::ALL {
        for scenario in scenarios().iter().filter(|scenario| scenario.editions.contains(&edition)) {
            tally.add(&played(scenario, edition));
        }
    }
    let chapter = Rule::ALL.iter().filter(|rule| rule.id().starts_with("namespace."));
    for rule in chapter.filter(|rule| !OUT_OF_REACH.contains(rule)) {
        assert!(tally.fired(*rule) > 0, "no scenario exercises {}", rule.id());
    }
}

fn played(scenario: &Scenario, edition: Edition) -> Tally {
    let mut player = module::player(edition);
    for step in &scenario.steps {
        if player.play(&step.call, step.name.as_deref()).render(edition).is_final() {
            break;
        }
    }
    player.tally().clone()
}

/// As many names as the model has capsules for, with one of them to spare.
const NAMES_MAX: usize = 3;

/// An update whose values are all one watched object but for one, and what is then held and bound.
fn update_with(bad: &str, position: usize, names: usize) -> Scenario {
    let value = |name| if name == position { bad } else { "s" };
    let pairs: Vec<_> = (0..names).map(|name| format!("\"n{name}\": {}", value(name))).collect();
    let calls = [
        "a = create()".to_owned(),
        "s = keep(\"payload\")".to_owned(),
        format!("set___main___attrs(a, {{{}}})", pairs.join(", ")),
        "references(s)".to_owned(),
        "inside a: bound()".to_owned(),
    ];
    let text: String = calls.iter().map(|call| format!("{call} -> None\n")).collect();
    parse("update", Path::new("update.txt"), &format!("title: T\nrules: r\n\n{text}"))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// What is held and what is bound after it.
fn left_by(scenario: &Scenario, edition: Edition) -> (String, String) {
    let observed = predict(scenario, edition);
    (observed[3].observation.to_string(), observed[4].observation.to_string())
}

fn bound(names: usize) -> String {
    let pairs: Vec<_> = (0..names).map(|name| format!("(\"n{name}\", \"payload\")")).collect();
    format!("[{}]", pairs.join(", "))
}

#[test]
fn wherever_a_value_cannot_cross_nothing_arrives_and_nothing_is_held() {
    for (names, position) in (1..=NAMES_MAX).flat_map(|names| (0..names).map(move |position| (names, position))) {
        let scenario = update_with("Plain()", position, names);
        for edition in Edition::ALL {
            assert_eq!(left_by(&scenario, edition), ("0".to_owned(), bound(0)), "{position} of {names} in {edition}");
        }
    }
}

#[test]
fn wherever_a_value_cannot_arrive_what_stays_bound_is_the_defect_or_nothing() {
    for (names, position) in (1..=NAMES_MAX).flat_map(|names| (0..names).map(move |position| (names, position))) {
        let scenario = update_with("Unreadable()", position, names);
        for edition in Edition::ALL {
            let partial = edition.defects().contains(Defect::PartialApply);
            let expected = ("0".to_owned(), bound(if partial { position } else { 0 }));
            assert_eq!(left_by(&scenario, edition), expected, "{position} of {names} in {edition}");
        }
    }
}
