//! How a runtime is judged: what it claims, what it may read safely, what is expected of it, and how a run goes on.
//! The drivers here are a few lines of shell.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossinterp_model::edition::Edition;
use crossinterp_suite::conform::{
    Expectations, ExpectationsError, Job, Journal, Kind, Options, Report, ScenarioResult, Verdict, run,
};
use crossinterp_suite::driver::Limits;
use crossinterp_suite::scenario::{Scenario, parse};

const PATIENCE: Duration = Duration::from_secs(5);

fn hello(capabilities: &str) -> String {
    format!(
        r#"echo '{{"name":"few","version":"1.0","edition":"3.13","protocol":2,"profiles":["observable"],"capabilities":[{capabilities}]}}'"#
    )
}

/// A driver that answers every request with this outcome.
fn always(capabilities: &str, outcome: &str) -> Vec<String> {
    let answer = format!(r#"n=0; while read x; do n=$((n+1)); echo "{{\"seq\":$n,\"outcome\":{outcome}}}"; done"#);
    vec!["sh".to_owned(), "-c".to_owned(), format!("{}\n{answer}", hello(capabilities))]
}

const ONE: &str = r#"{\"value\":{\"int\":\"1\"}}"#;
const NONE: &str = r#"{\"value\":null}"#;
const LACKS: &str = r#"{\"not_implemented\":\"that\"}"#;

fn scenario(name: &str, steps: &str) -> Scenario {
    let text = format!("title: T\nrules: interpreter.id.unique\n\n{steps}");
    parse(name, Path::new(name), &text).unwrap_or_else(|error| panic!("{error}"))
}

fn options() -> Options {
    Options { limits: Limits { request: PATIENCE, hang: PATIENCE }, ..Options::default() }
}

fn judged(command: Vec<String>, scenarios: &[Scenario], expectations: Option<&str>) -> Report {
    let expectations =
        expectations.map(|text| Expectations::parse(Path::new("few.toml"), text).expect("the text is a file"));
    let scenarios: Vec<_> = scenarios.iter().collect();
    run(&Job { command, edition: None, expectations }, &scenarios, &options(), &|_| {}).expect("it greets")
}

fn kinds(report: &Report) -> Vec<Kind> {
    report.results.iter().map(|result| result.verdict.kind()).collect()
}

#[test]
fn what_is_not_claimed_is_not_played() {
    let scenarios = [scenario("a/plain", "create() -> 1\n"), scenario("a/counted", "incref(0) -> 1\n")];
    let report = judged(always("", ONE), &scenarios, None);
    assert_eq!(kinds(&report), [Kind::Pass, Kind::NotImplemented]);
    assert!(report.is_pass());
    let report = judged(always("\"idrefs\"", ONE), &scenarios, None);
    assert_eq!(kinds(&report), [Kind::Pass, Kind::Pass]);
}

#[test]
fn what_is_claimed_and_not_implemented_is_overstated() {
    let report = judged(always("\"idrefs\"", LACKS), &[scenario("a/counted", "incref(0) -> 1\n")], None);
    assert_eq!((report.counts.overstated, report.is_pass()), (1, false));
}

#[test]
fn a_profile_that_is_not_claimed_is_not_played() {
    let report = judged(always("\"internals\"", ONE), &[scenario("a/core", "next_id() -> 1\n")], None);
    let Verdict::NotImplemented { what, claimed: false, .. } = &report.results[0].verdict else { panic!("played") };
    assert_eq!(what, "the profile core");
}

#[test]
fn a_run_in_which_nothing_passes_is_no_pass() {
    let report = judged(always("", ONE), &[scenario("a/counted", "incref(0) -> 1\n")], None);
    assert!(!report.is_pass());
}

const WITH_A_DEFECT: &str = "\
create()
    3.13 -> 1    # defect: idref-underflow-immortal
    repaired -> None
    3.14 -> 1
destroy(1)
    3.13 -> 1
    3.14 -> 1
    repaired -> None
";

#[test]
fn the_safe_reading_of_a_known_defect_passes_and_is_named() {
    let report = judged(always("", NONE), &[scenario("a/defect", WITH_A_DEFECT)], None);
    assert_eq!(report.results[0].repaired, ["idref-underflow-immortal"]);
    assert_eq!((report.counts.pass, report.counts.repaired, report.is_pass()), (1, 1, true));
    let report = judged(always("", ONE), &[scenario("a/defect", WITH_A_DEFECT)], None);
    assert_eq!((report.counts.pass, report.counts.repaired), (1, 0));
}

#[test]
fn what_is_no_known_defect_has_no_second_reading() {
    let text = WITH_A_DEFECT.replace("    # defect: idref-underflow-immortal", "");
    let report = judged(always("", NONE), &[scenario("a/defect", &text)], None);
    assert_eq!(kinds(&report), [Kind::Fail]);
}

const EXPECTED: &str = "\
runtime = \"few\"
version = \"1.0\"
[[difference]]
name = \"always-one\"
kind = \"defect\"
reason = \"It knows one number.\"
scenarios = { \"a/two\" = \"fail\" }
";

fn one_and_two() -> [Scenario; 2] {
    [scenario("a/one", "create() -> 1\n"), scenario("a/two", "create() -> 1\ncreate() -> 2\n")]
}

#[test]
fn an_expected_failure_is_no_failure_of_the_run() {
    let report = judged(always("", ONE), &one_and_two(), Some(EXPECTED));
    assert_eq!((report.counts.pass, report.counts.expected, report.is_pass()), (1, 1, true));
    assert!(!judged(always("", ONE), &one_and_two(), None).is_pass());
}

#[test]
fn an_expected_failure_that_passes_is_an_error() {
    let listed = EXPECTED.replace("\"a/two\" = \"fail\"", "\"a/one\" = \"fail\", \"a/two\" = \"fail\"");
    let report = judged(always("", ONE), &one_and_two(), Some(&listed));
    assert_eq!(report.complaints, ["a/one: listed under `always-one` as FAIL, and the verdict is pass"]);
    assert!(!report.is_pass());
}

#[test]
fn an_expected_failure_of_another_kind_is_an_error() {
    let report = judged(always("", ONE), &one_and_two(), Some(&EXPECTED.replace("\"fail\"", "\"crash\"")));
    assert!(!report.is_pass());
    assert_eq!((report.counts.fail, report.complaints.len()), (1, 1));
}

#[test]
fn an_expectation_that_matches_nothing_is_an_error() {
    let report = judged(always("", ONE), &one_and_two()[..1], Some(EXPECTED));
    assert_eq!(report.complaints, ["a/two: listed under `always-one` as FAIL, and there is no such scenario"]);
    assert!(!report.is_pass());
}

#[test]
fn a_malformed_file_of_expectations_is_shown_with_its_place() {
    let path = Path::new("few.toml");
    let error = Expectations::parse(path, &EXPECTED.replace("defect", "spam")).unwrap_err();
    assert!(matches!(error, ExpectationsError::Malformed { .. }));
    insta::assert_snapshot!(error, @r#"
    few.toml: TOML parse error at line 5, column 8
      |
    5 | kind = "spam"
      |        ^^^^^^
    unknown variant `spam`, expected `defect` or `liberty`
    "#);
    let twice = format!(
        "{EXPECTED}[[difference]]\nname = \"b\"\nkind = \"liberty\"\nreason = \"\"\nscenarios = {{ \"a/two\" = \"fail\" }}\n"
    );
    assert!(matches!(Expectations::parse(path, &twice), Err(ExpectationsError::Repeated { .. })));
}

#[test]
fn the_way_to_a_failure_is_shortened_to_what_it_needs() {
    // It answers 1, whatever it is asked: only the last call is wrong, and it needs one of the others.
    let steps = "whence(0) -> 1\nwhence(0) -> 1\ncreate() -> 1\ncreate() -> 2\n";
    let report = judged(always("", ONE), &[scenario("a/long", steps)], None);
    let calls: Vec<_> = report.results[0].shortest.iter().map(|step| step.call.as_str()).collect();
    assert_eq!(calls, ["create()", "create()"]);
}

#[test]
fn a_runtime_that_never_answers_is_given_up_and_what_ran_is_kept() {
    // A process that is only introduced, and asked for nothing, ends in peace.
    let script = format!("{}; read x || exit 0; exec sleep 1000", hello(""));
    let command = vec!["sh".to_owned(), "-c".to_owned(), script];
    let scenarios: Vec<_> = (0..14).map(|n| scenario(&format!("a/{n:02}"), "create() -> 1\n")).collect();
    let all: Vec<_> = scenarios.iter().collect();
    let quick = Duration::from_millis(300);
    let options = Options { limits: Limits { request: quick, hang: quick }, ..Options::default() };
    let report = run(&Job { command, edition: None, expectations: None }, &all, &options, &|_| {}).unwrap();
    assert!(report.counts.timeout >= 8 && report.counts.given_up > 0, "{}", report.counts);
    assert_eq!(report.results.len(), 14);
}

#[test]
fn every_scenario_that_is_done_is_told() {
    let told = AtomicUsize::new(0);
    let scenarios = one_and_two();
    let all: Vec<_> = scenarios.iter().collect();
    let job = Job { command: always("", ONE), edition: Some(Edition::V313), expectations: None };
    run(&job, &all, &options(), &|done| {
        told.fetch_max(done, Ordering::Relaxed);
    })
    .unwrap();
    assert_eq!(told.into_inner(), 2);
}

/// A folder of its own for each test.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&folder));
    folder
}

fn result(name: &str) -> ScenarioResult {
    let report = judged(always("", ONE), &[scenario(name, "create() -> 1\n")], None);
    report.results.into_iter().next().expect("one was played")
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let folder = folder("journal-resumes");
    let (first, second) = (result("a/one"), result("a/two"));
    let (journal, known) = Journal::open(&folder, &"key", false).unwrap();
    assert!(known.is_empty());
    journal.add(&first);
    drop(journal);
    let (journal, known) = Journal::open(&folder, &"key", true).unwrap();
    assert_eq!(known.values().collect::<Vec<_>>(), [&first]);
    journal.add(&second);
    drop(journal);
    assert_eq!(Journal::open(&folder, &"key", true).unwrap().1.len(), 2);
    assert_eq!(Journal::open(&folder, &"another key", true).unwrap().1.len(), 0);
    assert_eq!(Journal::open(&folder, &"key", false).unwrap().1.len(), 0);
}

#[test]
fn a_line_that_was_cut_is_no_result_and_a_finished_run_leaves_no_journal() {
    let folder = folder("journal-is-cut");
    let (journal, _) = Journal::open(&folder, &"key", false).unwrap();
    journal.add(&result("a/one"));
    drop(journal);
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}{}", &text[..text.len() / 2])).unwrap();
    let (journal, known) = Journal::open(&folder, &"key", true).unwrap();
    assert_eq!(known.len(), 1);
    journal.finish();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}
