//! How many different values the scenarios send across, and how many ways they send them: counted by their notation, so
//! that a number that is claimed somewhere is one that was played.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{self, Call, Value};
use crossinterp_model::rule::Rule;
use crossinterp_suite::scenario::{Scenario, Step, load_all};

/// At least so many values cross, or are refused, in every edition that a runtime is held to.
const VALUES_MIN: usize = 250;
/// At least so many values are sent in each of the ways that 3.14 has beside the registry.
const VALUES_OF_A_MODE_MIN: usize = 15;
/// At least so many values in all of those ways together.
const VALUES_OF_ALL_MODES_MIN: usize = 250;
/// At least so many calls of the registry's own operations.
const REGISTRY_CALLS_MIN: usize = 100;

const WAYS: [&str; 7] = ["fallback", "pickle", "marshal", "code", "func", "script", "script-pure"];

fn scenarios() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    load_all(&root).unwrap_or_else(|error| panic!("{error}"))
}

/// The calls that an edition gets to see: those of its scenarios, up to one that ends the process.
fn played(scenarios: &[Scenario], edition: Edition) -> impl Iterator<Item = &Call> {
    let mine = scenarios.iter().filter(move |scenario| scenario.editions.contains(&edition));
    mine.flat_map(move |scenario| {
        let goes_on = move |step: &&Step| step.expected(edition).is_some_and(|it| !it.is_final());
        let calls = scenario.steps.iter().take_while(goes_on);
        calls.map(|step| &step.call)
    })
}

/// The value that a call sends across, in its notation, and the way it is sent.
fn sent(call: &Call) -> Vec<(String, Option<String>)> {
    let mode = |at: usize| call.args.get(at).and_then(Value::as_str).map(str::to_owned);
    let one = |value: &Value, mode| vec![(value.to_string(), mode)];
    match (call.verb.as_str(), call.args.as_slice()) {
        ("cross" | "cross_twice" | "is_same" | "summary" | "code_crosses" | "get_crossinterp_data", [value, ..]) => {
            one(value, mode(1))
        }
        ("function_crosses", [value]) => one(value, Some("func".to_owned())),
        ("view_crosses", [value]) => one(value, None),
        ("xid_get", [_, value, ..]) => one(value, None),
        ("depth", [levels, ..]) => one(&Value::made("Nested", vec![levels.clone()]), mode(1)),
        ("set___main___attrs", [_, Value::Dict(pairs)]) => {
            pairs.iter().flat_map(|(_, value)| one(value, None)).collect()
        }
        _ => Vec::new(),
    }
}

/// The different values by the way they are sent; none is the registry's.
fn by_way(edition: Edition) -> BTreeMap<Option<String>, BTreeSet<String>> {
    let mut values: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let scenarios = scenarios();
    for (value, mode) in played(&scenarios, edition).flat_map(sent) {
        values.entry(mode).or_default().insert(value);
    }
    values
}

#[test]
fn more_than_250_different_values_cross_natively_or_are_refused_in_either_runtime() {
    for edition in [Edition::V313, Edition::V314] {
        let count = by_way(edition)[&None].len();
        assert!(count >= VALUES_MIN, "only {count} values are sent in {edition}");
    }
}

#[test]
fn each_way_of_3_14_is_tried_with_many_values() {
    let values = by_way(Edition::V314);
    let of = |way: &str| values.get(&Some(way.to_owned())).map_or(0, BTreeSet::len);
    for way in WAYS {
        assert!(of(way) >= VALUES_OF_A_MODE_MIN, "only {} values are sent as {way}", of(way));
    }
    let all: usize = WAYS.into_iter().map(of).sum();
    assert!(all >= VALUES_OF_ALL_MODES_MIN, "only {all} values are sent in one of the ways of 3.14");
}

#[test]
fn the_registry_is_asked_and_changed_often() {
    let verbs = [
        "register_class",
        "unregister_class",
        "lookup_class",
        "register_new_class",
        "unregister_new_class",
        "lookup_new_class",
        "end_class",
    ];
    let scenarios = scenarios();
    for edition in [Edition::V313, Edition::V314] {
        let count = played(&scenarios, edition).filter(|call| verbs.contains(&call.verb.as_str())).count();
        assert!(count >= REGISTRY_CALLS_MIN, "only {count} calls of the registry in {edition}");
    }
}

/// Rules that no call of one thread in a healthy process can exercise; the model's own scopes do, and the engine's sweeps.
const ELSEWHERE: [Rule; 4] =
    [Rule::RegisterNoMemory, Rule::RegistryLinearizable, Rule::RegistryEndRuntime, Rule::RegistryEndLate];

/// The rules that the calls of every scenario exercise, as the player says when it predicts them.
fn exercised() -> BTreeSet<&'static str> {
    let mut rules = BTreeSet::new();
    for edition in [Edition::V313, Edition::V314, Edition::Repaired] {
        for scenario in scenarios().iter().filter(|scenario| scenario.editions.contains(&edition)) {
            let mut player = module::player(edition);
            for step in &scenario.steps {
                player.play(&step.call, step.name.as_deref());
            }
            rules.extend(Rule::ALL.iter().filter(|&&rule| player.tally().fired(rule) > 0).map(|rule| rule.id()));
        }
    }
    rules
}

#[test]
fn every_rule_of_conversions_and_of_the_registry_is_exercised_by_some_call() {
    let exercised = exercised();
    let ours = |rule: &&Rule| rule.id().starts_with("convert.") || rule.id().starts_with("registry.");
    let expected = Rule::ALL.iter().filter(ours).filter(|rule| !ELSEWHERE.contains(rule));
    let missing: Vec<_> = expected.map(|rule| rule.id()).filter(|id| !exercised.contains(id)).collect();
    assert!(missing.is_empty(), "no call exercises {missing:?}");
    let needless: Vec<_> = ELSEWHERE.iter().map(|rule| rule.id()).filter(|id| exercised.contains(id)).collect();
    assert!(needless.is_empty(), "{needless:?} are exercised after all");
}
