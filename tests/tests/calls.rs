//! The scenarios of the module's operations as a whole: how many calls into other interpreters they make, and which rules
//! their predictions exercise.
//!
//! What each must show, `scenarios.rs` compares; that runtimes show it, the recordings say.

use std::collections::BTreeSet;
use std::path::Path;

use crossinterp_model::edition::Edition;
use crossinterp_model::module::Call;
use crossinterp_model::rule::Rule;
use crossinterp_suite::conform::count_calls;
use crossinterp_suite::scenario::{Scenario, load_all};

/// As many distinct cases as each runtime must be shown: of `call`, and of the three operations that run a script.
const CALLS_MIN: [(Edition, usize); 2] = [(Edition::V313, 60), (Edition::V314, 120)];
const SCRIPTS_MIN: [(Edition, usize); 2] = [(Edition::V313, 120), (Edition::V314, 120)];

fn scenarios() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/module");
    load_all(&root).unwrap_or_else(|error| panic!("{error}"))
}

/// What is asked of an operation: without the interpreter, whose number says nothing.
fn case(call: &Call) -> String {
    let args: Vec<_> = call.args.iter().skip(1).map(ToString::to_string).collect();
    let kwargs: Vec<_> = call.kwargs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}({}; {})", call.verb, args.join(", "), kwargs.join(", "))
}

/// The distinct cases of those operations that an edition is played; what follows the end of a process is none.
fn cases(scenarios: &[Scenario], edition: Edition, verbs: &[&str]) -> BTreeSet<String> {
    let played = scenarios.iter().filter(|scenario| scenario.editions.contains(&edition));
    let steps = played.flat_map(|scenario| &scenario.steps).filter(|step| step.expected(edition).is_some());
    steps.filter(|step| verbs.contains(&step.call.verb.as_str())).map(|step| case(&step.call)).collect()
}

#[test]
fn each_runtime_is_shown_enough_calls() {
    let scenarios = scenarios();
    for (edition, least) in CALLS_MIN {
        let count = cases(&scenarios, edition, &["call"]).len();
        assert!(count >= least, "{count} calls in {edition}");
    }
}

#[test]
fn each_runtime_is_shown_enough_scripts() {
    let scenarios = scenarios();
    for (edition, least) in SCRIPTS_MIN {
        let count = cases(&scenarios, edition, &["exec", "run_string", "run_func"]).len();
        assert!(count >= least, "{count} scripts in {edition}");
    }
}

#[test]
fn the_same_call_into_another_interpreter_is_no_other_case() {
    let call = |id: i64| Call {
        thread: None,
        place: None,
        verb: "call".to_owned(),
        args: vec![id.into(), "f".into()],
        kwargs: Vec::new(),
    };
    assert_eq!(case(&call(1)), case(&call(2)));
    assert_ne!(case(&call(1)), case(&Call { args: vec![1.into(), "g".into()], ..call(1) }));
}

#[test]
fn the_predictions_exercise_every_rule_of_the_chapter() {
    let tally = count_calls(&scenarios());
    let chapter = Rule::ALL.iter().filter(|rule| rule.id().starts_with("module."));
    let silent: Vec<_> = chapter.filter(|rule| tally.fired(**rule) == 0).map(|rule| rule.id()).collect();
    assert!(silent.is_empty(), "no call exercises {silent:?}");
}
