//! The scenarios as data: they parse, they cite rules that exist, the model predicts every one of them, and what people
//! see when one is malformed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Exception, Observation, Value};
use crossinterp_model::rule::{Layer, Rule};
use crossinterp_suite::conform::{count_calls, foresee, predict};
use crossinterp_suite::scenario::{Scenario, load_all, parse, parse_observation, rewrite};
use quickcheck::{Arbitrary, Gen, quickcheck};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn scenarios() -> Vec<Scenario> {
    load_all(&root()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_rule_that_a_scenario_cites_is_in_the_book() {
    let known: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    for scenario in scenarios() {
        for (id, line) in &scenario.rules {
            assert!(known.contains(id.as_str()), "{}:{line}: no rule has the id {id}", scenario.path.display());
        }
    }
}

#[test]
fn every_rule_of_the_module_layer_is_cited_by_a_scenario() {
    let scenarios = scenarios();
    let cited: BTreeSet<_> = scenarios.iter().flat_map(|s| &s.rules).map(|(id, _)| id.as_str()).collect();
    let missing: Vec<_> =
        Rule::ALL.iter().filter(|rule| rule.layer() == Layer::Module && !cited.contains(rule.id())).collect();
    assert!(missing.is_empty(), "no scenario cites {missing:?}");
}

#[test]
fn every_rule_of_the_module_layer_is_exercised_by_a_call_of_a_scenario() {
    let tally = count_calls(&scenarios());
    let of_module = Rule::ALL.iter().filter(|rule| rule.layer() == Layer::Module);
    let silent: Vec<_> = of_module.filter(|&&rule| tally.fired(rule) == 0).map(|rule| rule.id()).collect();
    assert!(silent.is_empty(), "no call exercises {silent:?}");
}

#[test]
fn titles_are_unique_sentences() {
    let mut titles = BTreeSet::new();
    for scenario in scenarios() {
        assert!(!scenario.title.ends_with('.'), "{}: a title has no full stop", scenario.name);
        assert!(titles.insert(scenario.title.clone()), "{}: the title is taken", scenario.name);
    }
}

const SMALL: &str = "\
title: A small one
rules: interpreter.id.unique

# The first.
a = create()                            -> 1
destroy(a)
    3.13 -> None    # a remark
    3.14 -> InterpreterError \"interpreter running\"
list_all()                              -> [(0, 1)]
";

fn small(text: &str) -> Scenario {
    parse("small", Path::new("small.txt"), text).unwrap_or_else(|error| panic!("{error}"))
}

fn complaint(text: &str) -> String {
    match parse("small", Path::new("small.txt"), text) {
        Ok(_) => panic!("the text was accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_edition_without_an_expectation_has_its_parents() {
    let scenario = small(SMALL);
    let expected = |edition| scenario.steps[1].expected(edition).map(|each| each.text(Edition::V314));
    assert_eq!(expected(Edition::Dev313), expected(Edition::V313));
    assert_eq!(
        expected(Edition::Repaired).as_deref(),
        Some("concurrent.interpreters.InterpreterError \"interpreter running\"")
    );
}

#[test]
fn a_rewrite_changes_only_the_step_that_showed_something_else() {
    let scenario = small(SMALL);
    let seen = [Value::int(1), Value::None, Value::List(vec![])].map(|value| vec![Observation::Value(value)]);
    insta::assert_snapshot!(rewrite(SMALL, &scenario, Edition::V313, &seen), @r#"
    title: A small one
    rules: interpreter.id.unique

    # The first.
    a = create()                            -> 1
    destroy(a)
        3.13 -> None    # a remark
        3.14 -> InterpreterError "interpreter running"
    list_all()
        3.13 -> []
        3.14 -> [(0, 1)]
    "#);
}

#[test]
fn a_chain_of_exceptions_is_rewritten_one_to_a_line_and_reads_back() {
    let text = "title: T\nrules: r\n\ncreate(Config(\"empty\")) -> 1\n";
    let seen: Vec<_> = predict(&small(text), Edition::V314).into_iter().map(|each| vec![each.observation]).collect();
    let rewritten = rewrite(text, &small(text), Edition::V314, &seen);
    insta::assert_snapshot!(rewritten, @r#"
    title: T
    rules: r

    create(Config("empty"))
        3.13 -> 1
        3.14 -> InterpreterError "interpreter creation failed"
            <- context InterpreterError "sub-interpreter creation failed"
            <- context RuntimeError "init_interp_settings: per-interpreter obmalloc does not support single-phase init extension modules"
    "#);
    assert_eq!(rewrite(&rewritten, &small(&rewritten), Edition::V314, &seen), rewritten);
}

#[test]
fn a_rewrite_with_what_is_expected_changes_nothing() {
    for scenario in scenarios() {
        let text = std::fs::read_to_string(&scenario.path).unwrap();
        for &edition in &scenario.editions {
            let seen: Vec<_> = foresee(&scenario, edition).into_iter().map(|each| each.observations).collect();
            assert_eq!(rewrite(&text, &scenario, edition, &seen), text, "{} in {edition}", scenario.name);
        }
    }
}

#[test]
fn a_malformed_value_is_shown_with_its_place_and_what_to_write() {
    insta::assert_snapshot!(complaint("title: T\nrules: r\n\ncreate(,) -> 1\n"), @r#"
    small.txt:4:8: expected a value, found `,`
      |
    4 | create(,) -> 1
      |        ^
      = help: a value is None, True, False, a number, "text", b"bytes", (a, b), [a, b], {k: v}, an earlier result's name, or an object such as Plain()
    "#);
}

#[test]
fn an_unknown_name_is_shown_with_its_place_and_what_to_write() {
    insta::assert_snapshot!(complaint("title: T\nrules: r\n\ndestroy(a) -> None\n"), @r"
    small.txt:4:1: nothing is called `a` yet
      |
    4 | destroy(a) -> None
      | ^
      = help: give an earlier result that name, as in `a = create()`
    ");
}

#[test]
fn an_unknown_edition_or_defect_is_refused() {
    insta::assert_snapshot!(complaint("title: T\nrules: r\n\ncreate()\n    3.15 -> 1\n"), @r"
    small.txt:5:5: `3.15` is no edition
      |
    5 |     3.15 -> 1
      |     ^
      = help: the editions are 3.13-dev, 3.13, 3.14 and repaired
    ");
    insta::assert_snapshot!(complaint("title: T\nrules: r\n\ncreate() -> 1  # defect: spam\n"), @r"
    small.txt:4:16: no defect is called `spam`
      |
    4 | create() -> 1  # defect: spam
      |                ^
      = help: `xi defects` lists the names
    ");
}

#[test]
fn a_call_without_an_expectation_is_refused() {
    insta::assert_snapshot!(complaint("title: T\nrules: r\n\ncreate()\n    3.13 -> 1\n"), @r"
    small.txt:4:1: nothing is expected of this call in 3.14
      |
    4 | create()
      | ^
      = help: add `-> outcome`, or `3.13 -> outcome` on a line of its own
    ");
}

#[test]
fn an_expectation_after_the_end_of_the_process_is_refused() {
    let text = "title: T\nrules: r\n\ncreate()\n    3.13 -> crash SIGABRT\n    3.14 -> 1\nnext_id()\n    3.13 -> 1\n";
    insta::assert_snapshot!(complaint(text), @r"
    small.txt:8:1: 3.13 never gets here: an earlier call ends its process, or the header leaves it out
      |
    8 |     3.13 -> 1
      | ^
      = help: remove the expectation
    ");
}

#[test]
fn no_text_makes_the_parser_panic() {
    fn survives(text: String) -> bool {
        let framed = format!("title: T\nrules: r\n\n{text} -> 1\n");
        drop(parse("any", Path::new("any.txt"), &text));
        drop(parse("any", Path::new("any.txt"), &framed));
        drop(parse_observation(&text));
        true
    }
    quickcheck(survives as fn(String) -> bool);
}

#[derive(Clone, Debug)]
struct AnyObservation(Observation);

impl Arbitrary for AnyObservation {
    fn arbitrary(g: &mut Gen) -> Self {
        AnyObservation(match u8::arbitrary(g) % 4 {
            0 => Observation::Crash("SIGSEGV".to_owned()),
            1 => Observation::Exception(any_exception(g, 3)),
            _ => Observation::Value(any_value(g, 3)),
        })
    }
}

fn any_exception(g: &mut Gen, depth: usize) -> Exception {
    let link = |g: &mut Gen| (depth > 0).then(|| Box::new(any_exception(g, depth - 1)));
    let (cause, context) = if bool::arbitrary(g) { (link(g), None) } else { (None, link(g)) };
    Exception { kind: "a.b.SomeError".to_owned(), message: any_text(g), cause, context }
}

/// Escaped text: quotes, backslashes with what they escape, and other characters.
fn any_text(g: &mut Gen) -> String {
    let parts = ["a", "\"", "'", "\\\\", "\\n", "\\x00", "\\udc80", "é", " # ", "->"];
    (0..g.size() % 8).map(|_| *g.choose(&parts).unwrap_or(&"")).collect()
}

fn any_value(g: &mut Gen, depth: usize) -> Value {
    let some = |g: &mut Gen| (0..usize::arbitrary(g) % 3).map(|_| any_value(g, depth.saturating_sub(1))).collect();
    match u8::arbitrary(g) % if depth == 0 { 6 } else { 10 } {
        0 => Value::None,
        1 => Value::Bool(bool::arbitrary(g)),
        2 => Value::int(i128::arbitrary(g)),
        3 => Value::text(&any_text(g)),
        4 => Value::Bytes(Vec::arbitrary(g)),
        5 => Value::Handle("capsule".to_owned()),
        6 => Value::Tuple(some(g)),
        7 => Value::List(some(g)),
        8 => Value::Made("Plain".to_owned(), some(g)),
        _ => Value::Dict(vec![(any_value(g, 0), any_value(g, depth - 1))]),
    }
}

#[test]
fn what_is_printed_reads_back_the_same() {
    fn same(observation: AnyObservation) -> bool {
        parse_observation(&observation.0.to_string()).as_ref() == Ok(&observation.0)
    }
    quickcheck(same as fn(AnyObservation) -> bool);
}
