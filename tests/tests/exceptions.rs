//! The scenarios of exceptions as a whole: how many different ones real runtimes were shown, and that each is one.
//!
//! An exception counts once, however often it is raised and captured, and only if both runtimes showed what came of it.
//! What that must be, `scenarios.rs` and `conform_recordings.rs` compare.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::excinfo::SEQUENTIAL_DEFECTS;
use crossinterp_model::module::{Call, Observation, Value};
use crossinterp_suite::conform::{Recording, predict};
use crossinterp_suite::scenario::{Scenario, load_all, parse};

/// As many exceptions as both runtimes must be shown, and as many of them as must be raised by a script.
const EXCEPTIONS_MIN: usize = 250;
const RAISED_MIN: usize = 50;

/// The one program of these scenarios that raises nothing.
const RUNS_NOTHING: &str = "pass";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn scenarios() -> Vec<Scenario> {
    load_all(&folder("scenarios/excinfo")).unwrap_or_else(|error| panic!("{error}"))
}

fn recordings() -> Vec<Recording> {
    let files = std::fs::read_dir(folder("recordings")).expect("the folder is in the repository").flatten();
    let paths = files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let read = |path: PathBuf| std::fs::read_to_string(path).expect("a recording is text");
    paths.map(|path| Recording::from_json(&read(path)).expect("a recording is in its format")).collect()
}

/// The exception that a call is about, as it is written; the text of a program for the one that it raises.
fn exception(call: &Call) -> Option<String> {
    match (call.verb.as_str(), call.args.as_slice()) {
        ("capture_exception" | "capture_handled" | "capture_without_memory", [error, ..]) => {
            is_error(error).then(|| error.to_string())
        }
        ("exec" | "run_string", [_, script, ..]) => raised(script),
        _ => None,
    }
}

/// What a script raises.
fn raised(script: &Value) -> Option<String> {
    match script {
        Value::Made(kind, args) if kind == "Raise" => args.first().map(Value::to_string),
        Value::Str(text) => (*text != RUNS_NOTHING).then(|| text.escaped()),
        _ => None,
    }
}

fn is_error(value: &Value) -> bool {
    let makers = ["Error", "ErrorOf", "ErrorStr", "ErrorShows", "Group", "BaseGroup"];
    match value {
        Value::Made(kind, args) => makers.contains(&kind.as_str()) || args.first().is_some_and(is_error),
        _ => false,
    }
}

/// The different exceptions of a runtime's recording that the filter lets pass.
fn seen(recording: &Recording, wanted: impl Fn(&Call) -> bool) -> BTreeSet<String> {
    let scenarios = scenarios();
    let steps = scenarios.iter().flat_map(|scenario| {
        let name = format!("excinfo/{}", scenario.name.rsplit('/').next().unwrap_or_default());
        let count = recording.scenarios.get(&name).map_or(0, Vec::len);
        scenario.steps.iter().take(count)
    });
    steps.filter(|step| wanted(&step.call)).filter_map(|step| exception(&step.call)).collect()
}

fn seen_by_both(wanted: impl Fn(&Call) -> bool) -> BTreeSet<String> {
    let all: Vec<_> = recordings().iter().map(|recording| seen(recording, &wanted)).collect();
    let [first, second] = all.as_slice() else { panic!("there are two runtimes") };
    first.intersection(second).cloned().collect()
}

#[test]
fn both_runtimes_were_shown_enough_different_exceptions() {
    let count = seen_by_both(|_| true).len();
    assert!(count >= EXCEPTIONS_MIN, "{count} exceptions");
}

#[test]
fn enough_of_them_were_raised_by_a_script() {
    let is_raised = |call: &Call| matches!(call.verb.as_str(), "exec" | "run_string");
    let count = seen_by_both(is_raised).len();
    assert!(count >= RAISED_MIN, "{count} exceptions");
}

fn calls(text: &str) -> Vec<Option<String>> {
    let text = format!("title: A\nrules: excinfo.format\n\n{text}");
    let scenario = parse(Path::new("a.txt"), &text).expect("it is written as scenarios are");
    scenario.steps.iter().map(|step| exception(&step.call)).collect()
}

#[test]
fn what_is_no_exception_does_not_count() {
    let none = calls("capture_exception(5) -> None\nexec(1, \"pass\") -> None\nexcinfo_from(None) -> None\n");
    assert_eq!(none, [None, None, None]);
    let twice = calls(
        "capture_exception(Noted(Error(\"KeyError\"), \"n\")) -> None\nexec(1, Raise(Noted(Error(\"KeyError\"), \"n\"))) -> None\n",
    );
    assert_eq!(twice[0], twice[1]);
    assert!(twice[0].is_some());
}

#[test]
fn whatever_is_raised_the_safe_reading_neither_dies_nor_calls_it_success() {
    for scenario in scenarios().iter().filter(|scenario| scenario.editions.contains(&Edition::Repaired)) {
        let observed = predict(scenario, Edition::Repaired);
        assert_eq!(observed.len(), scenario.steps.len(), "{}", scenario.name);
        for (step, observed) in scenario.steps.iter().zip(observed) {
            let is_told = !matches!(observed.observation, Observation::Value(Value::None) | Observation::Crash(_));
            assert!(is_told || exception(&step.call).is_none(), "{}:{}: {}", scenario.name, step.line, observed.call);
        }
    }
}

#[test]
fn each_defect_of_a_capture_that_a_runtime_has_is_named_by_a_scenario() {
    let scenarios = scenarios();
    let expectations = scenarios.iter().flat_map(|scenario| &scenario.steps).flat_map(|step| &step.expectations);
    let named: BTreeSet<&str> = expectations.filter_map(|expectation| expectation.defect.as_deref()).collect();
    // What is released twice shows nothing, or anything.
    let shown = SEQUENTIAL_DEFECTS.into_iter().filter(|&defect| defect != Defect::DisplayDoubleRelease);
    let missing: Vec<_> = shown.filter(|defect| !named.contains(defect.name())).collect();
    assert!(missing.is_empty(), "no scenario names {missing:?}");
}
