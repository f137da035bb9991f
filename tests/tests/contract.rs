//! The driver's contract in specs/: its schema and its tables are those of the program, and what is said in real
//! conversations is valid in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crossinterp_suite::driver::contract;
use crossinterp_suite::driver::offer::{BASE_VERBS, Capability, Needs};
use crossinterp_suite::scenario::{Scenario, load_all, parse};
use jsonschema::Validator;
use serde_json::{Value as Json, json};

fn specs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(specs(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn scenarios() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    load_all(&root).unwrap_or_else(|error| panic!("{error}"))
}

fn validator() -> Validator {
    let schema: Json = serde_json::from_str(&text("driver.schema.json")).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

#[test]
fn the_schema_in_the_book_is_that_of_the_types() {
    let made = contract::schema_text().unwrap();
    assert!(text("driver.schema.json") == made, "an old schema: `xi schema --write` renews it");
}

#[test]
fn the_tables_in_the_book_are_those_of_the_program() {
    let page = text("driver.md");
    assert!(page.contains(&contract::capabilities()), "old tables: `xi schema --write` renews them");
    let old = page.replacen("`idrefs`", "`other`", 1);
    assert!(!old.contains(&contract::capabilities()), "a change would not be noticed");
}

#[test]
fn the_conversation_that_the_book_shows_is_valid() {
    let page = text("driver.md");
    let example = page.split("```text").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let lines = example.replace("\n    ", " ");
    let lines: Vec<&str> = lines.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 5);
    for line in lines {
        let json: Json = serde_json::from_str(&line[3..]).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert!(validator().is_valid(&json), "{line}");
    }
}

#[test]
fn what_is_no_line_of_the_conversation_is_not_valid() {
    let raised = json!({ "type": "builtins.ValueError", "message": "no", "cause": null, "context": null });
    let hello =
        json!({ "protocol": 2, "name": "x", "version": "1", "edition": "3.14", "profiles": [], "capabilities": [] });
    let validator = validator();
    assert!(validator.is_valid(&hello));
    assert!(validator.is_valid(&json!({ "seq": 1, "outcome": { "exception": raised } })));
    for wrong in [
        json!({}),
        json!([]),
        json!({ "seq": 1 }),
        json!({ "seq": "1", "outcome": { "value": null } }),
        json!({ "seq": 1, "outcome": { "value": null, "exception": raised } }),
        json!({ "seq": 1, "outcome": { "value": { "int": 1 } } }),
        json!({ "seq": 1, "outcome": { "value": 1 } }),
        json!({ "seq": 1, "outcome": { "exception": { "type": "builtins.ValueError", "message": "no" } } }),
        json!({ "protocol": 2, "name": "x", "version": "1", "edition": "3.14" }),
        json!({ "protocol": 2, "name": "x", "version": "1", "edition": "3.14", "profiles": ["all"], "capabilities": [] }),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn every_verb_of_a_scenario_is_in_one_place_of_the_tables_and_in_the_book() {
    let page = text("driver.md");
    let verbs: BTreeSet<_> =
        scenarios().into_iter().flat_map(|scenario| scenario.steps).map(|step| step.call.verb).collect();
    for verb in verbs {
        let capabilities = Capability::ALL.iter().filter(|capability| capability.verbs().contains(&verb.as_str()));
        let places = capabilities.count() + usize::from(BASE_VERBS.contains(&verb.as_str()));
        assert_eq!(places, 1, "{verb} has a place in the tables");
        let prose = page.split("## Verbs").nth(1).unwrap();
        assert!(prose.contains(&format!("`{verb}")) || page.contains(&format!("`{verb}(")), "{verb} is not explained");
    }
}

fn needs(steps: &str) -> (String, Vec<&'static str>) {
    let text = format!("title: T\nrules: r\n\n{steps}");
    let scenario = parse("t", Path::new("t.txt"), &text).unwrap_or_else(|error| panic!("{error}"));
    let Needs { profile, capabilities } = scenario.needs();
    (profile.name().to_owned(), capabilities.into_iter().map(Capability::name).collect())
}

#[test]
fn what_a_scenario_needs_follows_from_its_verbs_and_objects() {
    assert_eq!(needs("create() -> 1\n"), ("observable".to_owned(), vec![]));
    assert_eq!(needs("create() -> 1\nincref(1) -> None\n"), ("observable".to_owned(), vec!["idrefs"]));
    assert_eq!(needs("exec(0, Raise(Error(\"KeyError\", 1))) -> None\n"), ("observable".to_owned(), vec!["programs"]));
    assert_eq!(needs("cross(1) -> 1\n"), ("registry".to_owned(), vec!["values"]));
    assert_eq!(needs("cross(1, \"pickle\") -> 1\n"), ("registry".to_owned(), vec!["values", "pickle"]));
    assert_eq!(needs("is_shareable((1, Plain())) -> True\n"), ("observable".to_owned(), vec!["objects"]));
    assert_eq!(needs("failure() -> None\n"), ("core".to_owned(), vec!["sessions"]));
}
