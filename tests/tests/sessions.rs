//! The scenarios of sessions and of codes as a whole: how many sessions they play, and which rules their predictions
//! exercise.
//!
//! A case is one call that enters an interpreter, or asks something of the codes. What each must show, `scenarios.rs`
//! compares; that the runtimes showed it, `conform_recordings.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crossinterp_model::edition::Edition;
use crossinterp_model::explore::Tally;
use crossinterp_model::module::Observation;
use crossinterp_model::rule::{Layer, Rule};
use crossinterp_suite::conform::{Recording, predict_counting};
use crossinterp_suite::scenario::{Scenario, load_all};

/// As many distinct sessions as each runtime must be shown. What is preserved is a matter of 3.14 alone.
const SESSIONS_MIN: [(Edition, usize); 2] = [(Edition::V313, 100), (Edition::V314, 180)];

/// What calls of functions exercise: theirs are other scenarios.
const OF_CALLS: [Rule; 1] = [Rule::ErrorUnwrap];

/// Verbs that are a session from its beginning to its end.
const SESSIONS: [&str; 2] = ["session(", "session_same("];

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn scenarios() -> Vec<Scenario> {
    let all = load_all(&folder("scenarios")).unwrap_or_else(|error| panic!("{error}"));
    all.into_iter().filter(|it| it.name.starts_with("session/") || it.name.starts_with("error/")).collect()
}

fn recording(edition: Edition) -> Recording {
    let version = if edition == Edition::V313 { "3.13.0" } else { "3.14.10" };
    let text = fs::read_to_string(folder("recordings").join(format!("cpython-{version}.json"))).expect("it is there");
    Recording::from_json(&text).expect("a recording is JSON")
}

fn is_session(call: &str) -> bool {
    let call = call.rsplit("inside a: ").next().unwrap_or(call);
    SESSIONS.iter().any(|verb| call.starts_with(verb))
}

/// The sessions that a runtime was shown: the same call twice in one scenario counts once.
fn sessions(recording: &Recording) -> BTreeSet<(&str, &str)> {
    let steps = recording.scenarios.iter().flat_map(|(name, steps)| steps.iter().map(move |step| (name, step)));
    let played = steps.filter(|(_, step)| is_session(&step.call) && !step.seen.starts_with("not implemented"));
    played.map(|(name, step)| (name.as_str(), step.call.as_str())).collect()
}

#[test]
fn each_runtime_was_shown_enough_sessions() {
    for (edition, sessions_min) in SESSIONS_MIN {
        let count = sessions(&recording(edition)).len();
        assert!(count >= sessions_min, "{count} sessions in {edition}");
    }
}

#[test]
fn what_is_not_a_session_is_not_counted() {
    assert!(is_session("session(a)"));
    assert!(is_session("inside a: session(b, None, \"pass\")"));
    for other in ["session_inactive(\"names\")", "exec(a, \"pass\")", "apply_error(-2)", "failure()"] {
        assert!(!is_session(other), "{other}");
    }
}

#[test]
fn every_prediction_says_what_it_is_of() {
    for scenario in scenarios() {
        for &edition in &scenario.editions {
            for observed in predict_counting(&scenario, edition).0 {
                let missing = matches!(observed.observation, Observation::NotImplemented(_));
                assert!(!missing, "{} in {edition}: {}", scenario.name, observed.call);
            }
        }
    }
}

#[test]
fn the_predictions_exercise_every_rule_of_the_module_in_both_chapters() {
    let mut tally = Tally::default();
    for scenario in scenarios() {
        for &edition in &scenario.editions {
            tally.add(&predict_counting(&scenario, edition).1);
        }
    }
    let chapters = Rule::ALL.iter().filter(|rule| rule.id().starts_with("error.") || rule.id().starts_with("session."));
    for rule in chapters.filter(|rule| rule.layer() == Layer::Module && !OF_CALLS.contains(rule)) {
        assert!(tally.fired(*rule) > 0, "no scenario exercises {}", rule.id());
    }
}

/// After a session something else can be done in the same interpreter, or it was not left: the driver says what is left.
#[test]
fn nothing_is_left_of_a_session_but_a_code_that_nobody_took() {
    for (edition, _) in SESSIONS_MIN {
        let recording = recording(edition);
        for (name, call) in sessions(&recording) {
            let step = recording.scenarios[name].iter().find(|step| step.call == call).expect("it was played");
            let leaves = step.seen.contains("\"left\": ");
            assert!(!leaves || call.contains("override=") && edition == Edition::V313, "{name} in {edition}: {call}");
        }
    }
}
