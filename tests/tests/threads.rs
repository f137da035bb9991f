//! Scenarios with threads of their own: how they are written, what is refused, and that every interleaving agrees with the player
//! of sequential scenarios wherever both know the answer.

use std::path::{Path, PathBuf};
use std::process::Command;

use crossinterp_model::edition::Edition;
use crossinterp_model::module::Observation;
use crossinterp_model::module::threads::{Line, interleave};
use crossinterp_suite::conform::foresee;
use crossinterp_suite::scenario::{LoadError, Scenario, load_all, parse, rewrite};

fn scenario(calls: &str) -> Scenario {
    let text = format!("title: T\nrules: r\nneeds: threads\n\n{calls}");
    parse("small", Path::new("small.txt"), &text).unwrap_or_else(|error| panic!("{error}"))
}

fn complaint(calls: &str) -> String {
    let text = format!("title: T\nrules: r\n\n{calls}");
    match parse("small", Path::new("small.txt"), &text) {
        Ok(_) => panic!("the text was accepted"),
        Err(error) => format!("{}: {}", error.line, error.what),
    }
}

fn lines(scenario: &Scenario) -> Vec<Line<'_>> {
    scenario.steps.iter().map(|step| Line { call: &step.call, name: step.name.as_deref() }).collect()
}

/// Everything that each step may show.
fn shown(calls: &str, edition: Edition) -> Vec<String> {
    let foreseen = foresee(&scenario(calls), edition).into_iter();
    foreseen.map(|each| each.observations.iter().map(Observation::to_string).collect::<Vec<_>>().join(" | ")).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

#[test]
fn every_interleaving_agrees_with_the_sequential_player_where_both_know_the_answer() {
    let mut compared = [0; 2];
    for scenario in load_all(&root()).unwrap() {
        for &edition in &scenario.editions {
            let (interleaved, _) = interleave(edition, &lines(&scenario));
            let is_known = |each: &Observation| !matches!(each, Observation::NotImplemented(_));
            if !interleaved.iter().flat_map(|line| &line.observations).all(is_known) {
                continue;
            }
            let foreseen = foresee(&scenario, edition);
            let place = format!("{} in {edition}", scenario.name);
            assert_eq!(interleaved.len(), foreseen.len(), "{place}");
            for (line, step) in interleaved.iter().zip(&foreseen) {
                assert_eq!(line.observations, step.observations, "{place}: {}", step.call);
            }
            compared[usize::from(scenario.is_concurrent())] += 1;
        }
    }
    assert!(compared[0] > 20 && compared[1] > 20, "compared were only {compared:?}");
}

#[test]
fn two_threads_that_race_show_every_outcome_and_no_other() {
    let race =
        "a = create() -> 1\nstart t: exec(a, \"x = 5\") -> None\nis_running(a) -> True | False\njoin(\"t\") -> None\n";
    assert_eq!(shown(race, Edition::Repaired), ["1", "None", "False | True", "(Returned(None),)"]);
}

#[test]
fn a_gate_orders_what_would_race() {
    let held = "a = create() -> 1\nstart t: exec(a, Gate(\"g\")) -> None\nis_running(a) -> None\nopen(\"g\") -> None\n\
                join(\"t\") -> None\n";
    assert_eq!(shown(held, Edition::V313)[2..], ["True", "None", "(Returned(None),)"]);
}

#[test]
fn between_the_opening_of_a_gate_and_the_join_the_thread_may_be_anywhere() {
    let loose = "a = create() -> 1\nstart t: exec(a, Gate(\"g\")) -> None\nopen(\"g\") -> None\nis_running(a) -> None\n\
                 join(\"t\") -> None\n";
    assert_eq!(shown(loose, Edition::V314)[3..], ["False | True", "(Returned(None),)"]);
}

#[test]
fn a_thread_that_waits_for_a_gate_behind_its_join_never_ends() {
    let stuck = "a = create() -> 1\nstart t: exec(a, Gate(\"g\")) -> None\njoin(\"t\") -> None\nopen(\"g\") -> None\n";
    assert_eq!(shown(stuck, Edition::Repaired), ["1", "None", "hang"]);
}

#[test]
fn what_a_defect_makes_undefined_is_said_with_its_name() {
    let twice =
        "a = create() -> 1\nstart t: destroy(a) -> None\nstart u: destroy(a) -> None\njoin(\"t\", \"u\") -> None\n";
    let foreseen = foresee(&scenario(twice), Edition::V314);
    assert!(foreseen[3].observations.contains(&Observation::Undefined));
    assert_eq!(foreseen[3].defects.iter().map(|defect| defect.name()).collect::<Vec<_>>(), ["destroy-unclaimed"]);
    assert!(foresee(&scenario(twice), Edition::Repaired).iter().all(|each| each.defects.is_empty()));
}

#[test]
fn a_bar_within_a_text_is_no_alternative() {
    let read = scenario("create() -> \"a | b\" | ValueError \"c | d\" | crash SIGSEGV | undefined\n");
    let texts: Vec<_> = read.steps[0].expectations[0].observations.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["\"a | b\"", "ValueError \"c | d\"", "crash SIGSEGV", "undefined"]);
}

#[test]
fn a_set_of_outcomes_is_rewritten_and_reads_back() {
    let text = "title: T\nrules: r\n\nstart t: create() -> None\nlist_all()                              -> None\njoin(\"t\") -> None\n";
    let read = |text: &str| parse("small", Path::new("small.txt"), text).unwrap();
    let seen: Vec<_> = foresee(&read(text), Edition::V314).into_iter().map(|each| each.observations).collect();
    let rewritten = rewrite(text, &read(text), Edition::V314, &seen);
    insta::assert_snapshot!(rewritten, @r#"
    title: T
    rules: r

    start t: create() -> None
    list_all()
        3.13 -> None
        3.14 -> [(0, 1), (1, 0)] | [(0, 1), (1, 3)] | [(0, 1), (1, 5)] | [(0, 1)]
    join("t")
        3.13 -> None
        3.14 -> (Returned(1),)
    "#);
    assert_eq!(rewrite(&rewritten, &read(&rewritten), Edition::V314, &seen), rewritten);
}

#[test]
fn an_edition_inherits_a_whole_set() {
    let read = scenario("create()\n    3.13 -> 1 | 2\n        | 3\n    3.14 -> 4\n    repaired -> 5 | 6\n");
    let expected = |edition| read.steps[0].expected(edition).map(|each| each.text(edition)).unwrap_or_default();
    assert_eq!(Edition::ALL.map(expected), ["1 | 2 | 3", "1 | 2 | 3", "4", "5 | 6"]);
}

#[test]
fn an_outcome_that_the_safe_reading_has_too_shows_no_defect() {
    let text = "create()\n    3.14 -> 1 | undefined    # defect: list-all-toctou\n    3.13 -> 1\n    repaired -> 1\n";
    let step = &scenario(text).steps[0];
    let shown = |observed| step.defect_shown(Edition::V314, &observed).map(str::to_owned);
    assert_eq!(shown(Observation::Value(1.into())), None);
    assert_eq!(shown(Observation::Hang).as_deref(), Some("list-all-toctou"));
}

#[test]
fn threads_and_gates_that_do_not_fit_together_are_refused() {
    let start = "start t: create() -> None\n";
    let waits = "start t: exec(0, Gate(\"g\")) -> None\njoin(\"t\") -> None\n";
    for (calls, said) in [
        ("join(\"t\") -> None\n".to_owned(), "4: `t` was not started"),
        (start.to_owned(), "4: `t` is started and never joined"),
        (start.repeat(2), "5: `t` was started in line 4"),
        (format!("{start}join(\"t\", \"t\") -> None\n"), "5: `t` was joined before"),
        (format!("a = {start}"), "4: `t` has only begun, and its call has no result yet"),
        ("open(\"g\") -> None\n".to_owned(), "4: nobody waits at the gate `g`"),
        ("reached(\"g\") -> None\n".to_owned(), "4: nobody waits at the gate `g`"),
        (waits.to_owned(), "4: the gate `g` is never opened"),
    ] {
        assert_eq!(complaint(&calls), said);
    }
}

#[test]
fn alternatives_that_cannot_be_read_are_refused() {
    assert_eq!(complaint("create() -> 1 | 1\n"), "4: the outcome is there already");
    assert_eq!(complaint("| 1\n"), "4: an alternative to nothing");
    assert_eq!(complaint("start : create() -> 1\n"), "4: expected the name of a thread, found `:`");
}

#[test]
fn a_capability_that_nobody_knows_is_refused() {
    let text = "title: T\nrules: r\nneeds: threads spam\n\ncreate() -> 1\n";
    let error = parse("small", Path::new("small.txt"), text).unwrap_err();
    assert_eq!((error.line, error.what.as_str()), (3, "`spam` is no capability"));
    let read = scenario("create() -> 1\n");
    assert_eq!(read.needs, [("threads".to_owned(), 3)]);
}

#[test]
fn a_folder_without_scenarios_is_an_error_and_so_is_a_missing_one() {
    let empty = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-scenarios");
    std::fs::create_dir_all(&empty).unwrap();
    assert!(matches!(load_all(&empty), Err(LoadError::Empty { path }) if path == empty));
    let missing = empty.join("missing");
    assert!(matches!(load_all(&missing), Err(LoadError::Unreadable { path, .. }) if path == missing));
    for folder in [&empty, &missing] {
        let (said, code) = xi(&["conform", "--scenarios", &folder.to_string_lossy(), "--", "true"]);
        assert_eq!((code, said.contains(&*folder.to_string_lossy())), (Some(2), true), "{said}");
        assert_eq!(xi(&["play", &folder.to_string_lossy()]).1, Some(2));
    }
}

fn xi(arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_xi")).args(arguments).output().expect("xi starts");
    (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code())
}
