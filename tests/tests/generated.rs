//! Generated scenarios: the files are what the model generates, none of them is there in vain, and a trace of any scenario
//! is one that other tools read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crossinterp_model::catalogue::{OWNER_RUNS, REGISTRY_FREE_THREADS, RELEASE};
use crossinterp_model::edition::Edition;
use crossinterp_model::module::Observation;
use crossinterp_model::rule::{Layer, Rule};
use crossinterp_suite::exercise::{Exercise, exercise};
use crossinterp_suite::generate::{
    Generated, Item, Items, Reason, differences, dispensable, generate, missing_branches, missing_pairs,
};
use crossinterp_suite::itf;
use crossinterp_suite::scenario::{Scenario, Step, load_all, parse};

/// Pairs of calls that are exercised at least.
const PAIRS_MIN: usize = 6000;

/// Generated once for all tests.
static FILES: LazyLock<Vec<Generated>> = LazyLock::new(generate);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn scenario(file: &Generated) -> Scenario {
    let path = PathBuf::from(&file.name).with_extension("txt");
    parse(&file.name, &path, &file.text).unwrap_or_else(|error| panic!("{error}"))
}

fn covered() -> Items {
    FILES.iter().flat_map(|file| file.items.iter().cloned()).collect()
}

#[test]
fn the_files_are_what_is_generated() {
    let different = differences(&root(), &FILES).expect("the folder is in the repository");
    assert!(different.is_empty(), "run `xi generate --write`: {different:?}");
}

#[test]
fn a_file_that_is_changed_missing_or_left_over_is_noticed() {
    let mut files = FILES.clone();
    let (changed, missing) = (files[0].name.clone(), files[1].name.clone());
    files[0].text = files[0].text.replacen("None", "5", 1);
    files[1].name += "-left-over";
    let expected = [changed, files[1].name.clone(), missing];
    assert_eq!(differences(&root(), &files).expect("the folder is in the repository"), expected);
}

#[test]
fn without_any_one_file_something_would_be_lost() {
    let mut sets: Vec<_> = FILES.iter().map(|file| &file.items).collect();
    assert_eq!(dispensable(&sets), Vec::<usize>::new());
    // The same set twice: either could go.
    sets.push(&FILES[0].items);
    assert_eq!(dispensable(&sets), [0, sets.len() - 1]);
}

#[test]
fn what_a_file_is_said_to_exercise_is_what_playing_it_exercises() {
    for file in FILES.iter() {
        let scenario = scenario(file);
        let of = |&edition: &Edition| Item::all(edition, exercise(&scenario, edition));
        let played: Items = scenario.editions.iter().flat_map(of).collect();
        assert_eq!(played, file.items, "{}", file.name);
        let named: BTreeSet<_> = scenario.rules.iter().map(|(id, _)| id.as_str()).collect();
        let rules =
            played.iter().filter_map(|item| if let Item::Rule(_, rule) = item { Some(rule.id()) } else { None });
        assert_eq!(named, rules.collect(), "{}", file.name);
    }
}

#[test]
fn each_difference_between_3_14_and_the_repaired_reading_names_its_defect() {
    let shown = |step: &Step, edition| {
        step.expected(edition).map(|expectation| (expectation.observations.clone(), expectation.defect.clone()))
    };
    let mut named = BTreeSet::new();
    for file in FILES.iter() {
        for step in &scenario(file).steps {
            let (old, new) = (shown(step, Edition::V314), shown(step, Edition::Repaired));
            if let (Some((old, defect)), Some((new, _))) = (old, new)
                && old != new
            {
                named.insert(defect.unwrap_or_else(|| panic!("{}:{} names no defect", file.name, step.line)));
            }
        }
    }
    assert!(!named.is_empty());
}

#[test]
fn they_are_few_and_cover_most_pairs_that_an_edition_has() {
    assert!(FILES.len() <= 60, "{} files", FILES.len());
    let covered = covered();
    let pairs: BTreeSet<_> = covered
        .iter()
        .filter_map(|item| if let Item::Pair(_, first, second) = item { Some((first, second)) } else { None })
        .collect();
    let in_vain = missing_pairs(&covered).values().filter(|&&reason| reason == Reason::Bounds).count();
    // What is missing needs something rare on both sides: two structures that were never filled, a fourth interpreter.
    assert!(pairs.len() > PAIRS_MIN && pairs.len() > 6 * in_vain, "{} pairs, {in_vain} tried in vain", pairs.len());
}

#[test]
fn people_and_the_model_between_them_exercise_every_rule_of_the_module() {
    let mut all = Exercise::default();
    for scenario in load_all(&root()).unwrap_or_else(|error| panic!("{error}")) {
        Edition::ALL.into_iter().for_each(|edition| all.add(exercise(&scenario, edition)));
    }
    let of_module = Rule::ALL.iter().filter(|rule| rule.layer() == Layer::Module);
    let missing: Vec<_> = of_module.filter(|rule| !all.rules.contains(rule)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_is_not_covered_has_its_reason() {
    let scopes = [OWNER_RUNS, RELEASE, REGISTRY_FREE_THREADS];
    let missing = missing_branches(&scopes, Edition::Repaired, &covered());
    let reasons: BTreeSet<_> = missing.values().copied().collect();
    let expected = [Reason::AnotherThread, Reason::Fault, Reason::OwnEngine, Reason::Bounds];
    assert_eq!(reasons, BTreeSet::from(expected), "{missing:?}");
    let nothing_covered = missing_branches(&scopes, Edition::Repaired, &Items::new());
    assert!(nothing_covered.len() > missing.len(), "what is covered is not missing");
}

/// A trace as its own reader of the format finds it.
fn read(trace: &serde_json::Value) -> itf_format::Trace<itf_format::Value> {
    itf_format::trace_from_value(trace.clone()).unwrap_or_else(|error| panic!("{error}: {trace}"))
}

#[test]
fn every_scenario_of_people_and_of_the_model_is_a_trace_that_a_reader_of_the_format_reads() {
    for scenario in load_all(&root()).unwrap_or_else(|error| panic!("{error}")) {
        for &edition in &scenario.editions {
            let trace = itf::trace(&scenario, edition);
            let read = read(&trace);
            assert_eq!(read.vars, itf::VARIABLES, "{}", scenario.name);
            let states = trace["states"].as_array().expect("a list of states");
            assert_eq!(read.states.len(), states.len());
            let first = trace["vars"].as_array().expect("a list of variables").len() + 1;
            assert!(states.iter().all(|state| state.as_object().is_some_and(|it| it.len() == first)));
        }
    }
}

#[test]
fn a_trace_has_a_state_before_the_first_call_and_one_after_each() {
    let text = "title: T\nrules: r\n\na = create() -> 1\nincref(a) -> None\ndestroy(a) -> None\n";
    let scenario = parse("t", Path::new("t.txt"), text).unwrap_or_else(|error| panic!("{error}"));
    let trace = itf::trace(&scenario, Edition::V314);
    assert_eq!(trace["states"].as_array().map(Vec::len), Some(4));
    insta::assert_json_snapshot!(trace["states"][2]["interpreters"]);
    assert_eq!(trace["states"][3]["call"], "destroy(a)");
    assert_eq!(trace["states"][3]["outcome"], Observation::Value(crossinterp_model::module::Value::None).to_string());
}

#[test]
fn a_state_that_lacks_a_variable_or_a_number_that_is_none_is_no_trace() {
    let broken = serde_json::json!({ "vars": ["x"], "states": [{ "x": { "#bigint": "one" } }] });
    assert!(itf_format::trace_from_value::<itf_format::Value>(broken).is_err());
}

#[test]
fn the_folder_holds_nothing_but_scenarios() {
    let entries = fs::read_dir(root().join("generated")).expect("the folder is in the repository");
    let names: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    assert_eq!(names.len(), FILES.len());
    assert!(names.iter().all(|path| path.extension().is_some_and(|ending| ending == "txt")), "{names:?}");
}
