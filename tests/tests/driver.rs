//! Drivers that lie, die and hang: each must end in a verdict that says so, and never in a wait without end.

use std::path::Path;
use std::time::Duration;

use crossinterp_model::edition::Edition;
use crossinterp_suite::conform::{Persistence, Played, Verdict, conform, play};
use crossinterp_suite::driver::{Driver, Failure, Limits};
use crossinterp_suite::scenario::{Scenario, parse};

const HELLO: &str = r#"echo '{"name":"liar","version":"1.0","edition":"3.13","protocol":2,"profiles":["observable"],"capabilities":[]}'"#;
const ONE: &str = r#"echo '{"seq":1,"outcome":{"value":{"int":"1"}}}'"#;
const TWO: &str = r#"echo '{"seq":2,"outcome":{"value":{"int":"2"}}}'"#;

/// Long enough for an honest answer on a busy machine; what hangs costs each test this much.
const PATIENCE: Duration = Duration::from_secs(3);

fn limits() -> Limits {
    Limits { request: PATIENCE, hang: PATIENCE }
}

fn scenario(steps: &str) -> Scenario {
    let text = format!("title: T\nrules: r\n\n{steps}");
    parse("lies/one", Path::new("lies/one.txt"), &text).unwrap_or_else(|error| panic!("{error}"))
}

/// Two calls that an honest driver answers with 1 and 2.
fn two_steps() -> Scenario {
    scenario("create() -> 1\ncreate() -> 2\n")
}

fn shell(lines: &[&str]) -> Vec<String> {
    vec!["sh".to_owned(), "-c".to_owned(), lines.join("\n")]
}

fn played(lines: &[&str]) -> Played {
    play(&shell(lines), &two_steps(), Edition::V313, Persistence::UntilDifferent, limits())
}

fn protocol(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Protocol { what, .. } => what,
        other => panic!("not a protocol error: {other:?}"),
    }
}

#[test]
fn an_honest_driver_passes() {
    let played = played(&[HELLO, "read x", ONE, "read x", TWO, "read x", "exit 0"]);
    assert_eq!(played.verdict, Verdict::Pass);
    assert_eq!(played.observed.len(), 2);
}

#[test]
fn a_driver_that_dies_is_a_crash_with_its_signal() {
    let played = played(&[HELLO, "read x", "kill -ABRT $$"]);
    let crash = Verdict::Crash {
        place: "lies/one.txt:4".to_owned(),
        call: "create()".to_owned(),
        signal: "SIGABRT".to_owned(),
    };
    assert_eq!(played.verdict, crash);
}

#[test]
fn a_driver_that_dies_before_its_greeting_is_a_crash() {
    let played = played(&["kill -SEGV $$"]);
    assert!(matches!(played.verdict, Verdict::Crash { signal, .. } if signal == "SIGSEGV"));
}

#[test]
fn a_crash_that_is_expected_is_a_pass_and_names_its_defect() {
    let expected = scenario("create() -> crash SIGABRT   # defect: self-decref-fatal\n");
    let command = shell(&[HELLO, "read x", "kill -ABRT $$"]);
    let played = play(&command, &expected, Edition::V313, Persistence::UntilDifferent, limits());
    assert_eq!((played.verdict, played.defects), (Verdict::Pass, vec!["self-decref-fatal".to_owned()]));
}

#[test]
fn another_signal_than_the_expected_one_is_a_crash() {
    let expected = scenario("create() -> crash SIGABRT\n");
    let command = shell(&[HELLO, "read x", "kill -SEGV $$"]);
    let played = play(&command, &expected, Edition::V313, Persistence::UntilDifferent, limits());
    assert!(matches!(played.verdict, Verdict::Crash { signal, .. } if signal == "SIGSEGV"));
}

#[test]
fn a_driver_that_exits_in_the_middle_breaks_the_protocol() {
    let played = played(&[HELLO, "read x", "exit 3"]);
    assert_eq!(protocol(&played.verdict), "the driver exited with code 3 in the middle");
}

#[test]
fn a_driver_that_never_answers_times_out() {
    let played = played(&[HELLO, "read x", "exec sleep 1000"]);
    assert!(matches!(played.verdict, Verdict::Timeout { .. }), "{:?}", played.verdict);
}

#[test]
fn a_driver_that_never_greets_times_out() {
    assert!(matches!(played(&["exec sleep 1000"]).verdict, Verdict::Timeout { .. }));
}

#[test]
fn a_hang_that_is_expected_is_a_pass() {
    let expected = scenario("create() -> hang\n");
    let command = shell(&[HELLO, "read x", "sleep 1000 & wait"]);
    let played = play(&command, &expected, Edition::V313, Persistence::UntilDifferent, limits());
    assert_eq!(played.verdict, Verdict::Pass);
}

#[test]
fn a_driver_that_will_not_leave_times_out() {
    let played = played(&[HELLO, "read x", ONE, "read x", TWO, "exec sleep 1000"]);
    assert!(matches!(played.verdict, Verdict::Timeout { .. }));
}

#[test]
fn garbage_is_no_answer() {
    let played = played(&[HELLO, "read x", "echo nonsense"]);
    assert!(protocol(&played.verdict).starts_with("the driver's line is not JSON"));
}

#[test]
fn an_outcome_of_no_known_kind_is_no_answer() {
    let played = played(&[HELLO, "read x", r#"echo '{"seq":1,"outcome":{"spam":1}}'"#]);
    let what = "that is no reply (unknown variant `spam`, expected one of `value`, `exception`, `not_implemented`): ";
    assert!(protocol(&played.verdict).starts_with(what), "{}", protocol(&played.verdict));
}

#[test]
fn bytes_that_are_no_text_are_no_answer() {
    let played = played(&[HELLO, "read x", r"printf '\377\n'"]);
    assert_eq!(protocol(&played.verdict), "the driver's line is not UTF-8");
}

#[test]
fn an_answer_to_another_question_is_no_answer() {
    let played = played(&[HELLO, "read x", TWO]);
    assert_eq!(protocol(&played.verdict), "the reply's seq is 2, not 1");
}

#[test]
fn an_answer_given_twice_is_noticed() {
    let played = played(&[HELLO, "read x", ONE, ONE, "read x", TWO, "read x"]);
    let what = protocol(&played.verdict);
    assert!(what == "the reply's seq is 1, not 2" || what == "the driver spoke without being asked", "{what}");
}

#[test]
fn a_last_word_that_nobody_asked_for_is_noticed() {
    let played = played(&[HELLO, "read x", ONE, "read x", TWO, "read x", "echo goodbye"]);
    assert_eq!(protocol(&played.verdict), "the driver spoke without being asked");
}

#[test]
fn a_line_without_end_is_cut_off() {
    let played = played(&[HELLO, "read x", r"head -c 3000000 /dev/zero | tr '\0' x"]);
    assert_eq!(protocol(&played.verdict), "the driver's line is longer than 1048576 bytes");
}

#[test]
fn a_driver_that_closes_its_output_and_lives_on_is_given_up() {
    let played = played(&[HELLO, "read x", "exec >&-", "exec sleep 1000"]);
    assert_eq!(protocol(&played.verdict), "the driver closed its output in the middle");
}

#[test]
fn a_flood_on_stderr_is_drained_and_only_its_end_is_kept() {
    let flood = "i=0; while [ $i -lt 20000 ]; do echo complaint $i >&2; i=$((i+1)); done";
    let played = played(&[HELLO, "read x", flood, "exec >&- 2>&-", "kill -ABRT $$"]);
    assert!(matches!(played.verdict, Verdict::Crash { .. }), "{:?}", played.verdict);
    assert!(played.stderr.len() <= 50);
}

#[test]
fn another_version_of_the_protocol_is_refused() {
    let played = played(&[r#"echo '{"name":"liar","version":"1.0","edition":"3.13","protocol":1}'"#]);
    assert_eq!(protocol(&played.verdict), "the driver speaks protocol 1, this program 2");
}

#[test]
fn a_command_that_does_not_exist_is_not_started() {
    let missing = Driver::start(&["./no-such-driver".to_owned()], limits());
    assert!(matches!(missing.err(), Some(Failure::NotStarted { .. })));
}

#[test]
fn a_verb_that_the_runtime_lacks_is_not_implemented() {
    let played = played(&[HELLO, "read x", r#"echo '{"seq":1,"outcome":{"not_implemented":"no verb create"}}'"#]);
    let (place, what) = ("lies/one.txt:4".to_owned(), "no verb create".to_owned());
    let lacks = Verdict::NotImplemented { place, what, claimed: true };
    assert_eq!(played.verdict, lacks);
}

#[test]
fn a_handshake_that_lacks_a_field_or_claims_what_does_not_exist_is_refused() {
    let lacks = played(&[r#"echo '{"name":"liar","version":"1.0","edition":"3.13","protocol":2}'"#]);
    assert!(protocol(&lacks.verdict).starts_with("that is no handshake (missing field `profiles`)"));
    let claims = played(&[
        r#"echo '{"name":"liar","version":"1","edition":"3.13","protocol":2,"profiles":["all"],"capabilities":[]}'"#,
    ]);
    assert!(protocol(&claims.verdict).starts_with("that is no handshake (unknown variant `all`"));
}

#[test]
fn a_driver_that_does_not_read_keeps_nobody_waiting() {
    let large = "x".repeat(700_000);
    let steps = format!("create(\"{large}\") -> 1\ncreate(\"{large}\") -> 2\n");
    let command = shell(&[HELLO, "exec sleep 1000"]);
    let played = play(&command, &scenario(&steps), Edition::V313, Persistence::UntilDifferent, limits());
    assert!(matches!(played.verdict, Verdict::Timeout { .. }), "{:?}", played.verdict);
}

#[test]
fn a_driver_that_never_stops_printing_is_stopped() {
    let played = played(&[HELLO, "exec yes '{}'"]);
    let what = protocol(&played.verdict);
    // The first line comes before the question, or just after it.
    assert!(what == "the reply's seq is null, not 1" || what == "the driver spoke without being asked", "{what}");
}

#[test]
fn megabytes_of_answers_are_one_answer_too_many() {
    let flood = format!("yes '{}' | head -c 20000000", r#"{"seq":1,"outcome":{"value":{"int":"1"}}}"#);
    let played = played(&[HELLO, "read x", &flood, "read x"]);
    let what = protocol(&played.verdict);
    assert!(what == "the reply's seq is 1, not 2" || what == "the driver spoke without being asked", "{what}");
}

/// Greets, answers every request with the same integer and its own number, and leaves when it is told to.
const ALWAYS_ONE: &str = r#"
n=0
while read x; do
    n=$((n+1))
    echo "{\"seq\":$n,\"outcome\":{\"value\":{\"int\":\"1\"}}}"
done"#;

#[test]
fn the_report_shows_the_first_wrong_step_and_where_it_is_written() {
    let scenarios = [
        two_steps(),
        scenario(
            "create() -> 1
create() -> 1
",
        ),
    ];
    let report = conform(&shell(&[HELLO, ALWAYS_ONE]), &scenarios, None, limits()).unwrap();
    insta::assert_snapshot!(report.to_string());
    insta::assert_snapshot!(report.to_json().unwrap());
    assert!(!report.is_pass());
}

#[test]
fn a_runtime_of_no_known_edition_needs_one_to_be_named() {
    let command = shell(&[
        r#"echo '{"name":"other","version":"1.0","edition":"9.9","protocol":2,"profiles":["observable"],"capabilities":[]}'"#,
        ALWAYS_ONE,
    ]);
    let refused = conform(&command, &[scenario("create() -> 1\n")], None, limits());
    assert!(matches!(refused, Err(Failure::Protocol { .. })));
    let accepted = conform(&command, &[scenario("create() -> 1\n")], Some(Edition::V314), limits());
    assert!(accepted.is_ok_and(|report| report.is_pass()));
}
