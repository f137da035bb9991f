//! What a caller sees of each error code, one file for each: every edition and every kind of beginning, as the model says
//! and as a real runtime showed.
//!
//! The runtimes are in the recordings. A prediction that differs from what was seen is shown beside it, and fails.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crossinterp_model::edition::Edition;
use crossinterp_model::error::ErrorCode;
use crossinterp_model::module::{Observation, Value};
use crossinterp_suite::conform::{Recording, predict};
use crossinterp_suite::scenario::parse;

/// How a session ends to which a code is given: in words, the code that runs, and what else the exit is given.
const ENDINGS: [(&str, &str, &str); 4] = [
    ("an exception is pending", r#"Raise(Error("ValueError", "boom"))"#, ""),
    ("a MemoryError is pending", r#"Raise(Error("MemoryError", "m"))"#, ""),
    (
        "an exception is pending, and the code comes with words",
        r#"Raise(Error("ValueError", "boom"))"#,
        r#", message="custom""#,
    ),
    ("nothing is pending", r#""pass""#, ""),
];

/// How to read a page.
const LEGEND: &str = "
What a caller sees of a session whose exit is given this code, as the model says, and as a runtime showed where one was
recorded. at: whether entering or the exit failed; errcode: the number in the result; raised: the exception in the caller, its
text and what it is chained to; excinfo: the snapshot; left: what the session still holds when it is over; printed: what
appeared on stderr. Words can be given with a code since 3.14.
";

/// A number that is nobody's code.
const UNKNOWN: i32 = -10;

/// The recordings, by edition.
struct Recordings(Vec<(Edition, Recording)>);

impl Recordings {
    fn load() -> Recordings {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
        let named = |version| fs::read_to_string(folder.join(format!("cpython-{version}.json"))).expect("it is there");
        let texts = ["3.13.0", "3.14.10"].map(named);
        let recordings = texts.map(|text| Recording::from_json(&text).expect("a recording is JSON"));
        Recordings(recordings.into_iter().map(|it| (it.runtime.edition.parse().expect("an edition"), it)).collect())
    }

    /// What the runtime of that edition showed of a call, in a scenario of codes.
    fn seen(&self, edition: Edition, call: &str) -> Option<&str> {
        let (_, recording) = self.0.iter().find(|(of, _)| *of == edition)?;
        let of_codes = recording.scenarios.iter().filter(|(name, _)| name.starts_with("error/"));
        let mut steps = of_codes.flat_map(|(_, steps)| steps);
        steps.find(|step| step.call == call).map(|step| step.seen.as_str())
    }
}

/// The page of a code.
fn page(name: &str, code: Option<ErrorCode>) -> String {
    let recordings = Recordings::load();
    let mut page = format!("{name}\n{LEGEND}");
    for edition in Edition::ALL {
        let number = code.map_or(Some(UNKNOWN), |code| code.number(edition));
        match number {
            Some(number) => of_edition(&mut page, &recordings, edition, number),
            None => line(&mut page, &format!("\n{edition}: there is no such code")),
        }
    }
    page
}

/// A code as scenarios write it: by its name, if the number has one.
fn written(edition: Edition, number: i32) -> String {
    let code = ErrorCode::from_number(number, edition);
    code.map_or_else(|| number.to_string(), |code| format!("ErrorCode(\"{code}\")"))
}

fn of_edition(page: &mut String, recordings: &Recordings, edition: Edition, number: i32) {
    line(page, &format!("\n{edition}: {number}"));
    let given = written(edition, number);
    for (words, body, more) in ENDINGS {
        let call = format!("session(a, None, {body}, override={given}{more})");
        let said = prediction(&call, edition);
        if matches!(said, Observation::NotImplemented(_)) {
            // Words are given with a code since 3.14.
            continue;
        }
        line(page, &format!("  {words}"));
        lines_of(page, &said);
        match (recordings.seen(edition, &call), edition) {
            (Some(seen), _) => {
                assert_eq!(said.to_string(), seen, "{call} in {edition}");
                line(page, &format!("    seen on CPython {}: the same", version(edition)));
            }
            (None, Edition::V313 | Edition::V314) => line(page, "    not played on a runtime"),
            (None, _) => {}
        }
    }
}

fn version(edition: Edition) -> &'static str {
    if edition == Edition::V313 { "3.13.0" } else { "3.14.10" }
}

fn line(page: &mut String, text: &str) {
    writeln!(page, "{text}").expect("writing to a string");
}

/// What the model says of a call that an interpreter `a` was made for.
fn prediction(call: &str, edition: Edition) -> Observation {
    let text = format!("title: T\nrules: r\n\na = create() -> 1\n{call} -> None\n");
    let scenario = parse("code", Path::new("code.txt"), &text).unwrap_or_else(|error| panic!("{error}"));
    predict(&scenario, edition).pop().expect("it has two steps").observation.qualified(edition)
}

/// One line for each thing that was told, exceptions with their chains below them.
fn lines_of(page: &mut String, said: &Observation) {
    let Observation::Value(Value::Dict(told)) = said else { return line(page, &format!("    {said}")) };
    for (name, value) in told.iter().filter(|(name, _)| name.as_str() != Some("inside")) {
        let name = name.as_str().expect("a name");
        match value {
            Value::Made(..) if name == "raised" => exception(page, "raised", value, 4),
            other => line(page, &format!("    {name} {other}")),
        }
    }
    if !told.iter().any(|(name, _)| matches!(name.as_str(), Some("raised" | "excinfo"))) {
        line(page, "    no exception and no snapshot");
    }
}

fn exception(page: &mut String, how: &str, value: &Value, margin: usize) {
    let Value::Made(_, args) = value else { return };
    let [kind, text, links @ ..] = args.as_slice() else { return line(page, &format!("{:margin$}{how} itself", "")) };
    line(page, &format!("{:margin$}{how} {} {text}", "", kind.as_str().expect("the name of a type")));
    for link in links {
        let Value::Made(name, inner) = link else { continue };
        match name.as_str() {
            "Display" => line(page, &format!("{:1$}_errdisplay {2}", "", margin + 2, inner[0])),
            chained => exception(page, &chained.to_lowercase(), &inner[0], margin + 2),
        }
    }
}

macro_rules! codes {
    ($($test:ident: $name:literal, $code:expr;)*) => {
        $(#[test]
        fn $test() {
            insta::with_settings!({ snapshot_path => "snapshots/codes", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!($name, page($name, $code));
            });
        })*
    };
}

codes! {
    no_error: "NO_ERROR", Some(ErrorCode::NoError);
    uncaught_exception: "UNCAUGHT_EXCEPTION", Some(ErrorCode::UncaughtException);
    other: "OTHER", Some(ErrorCode::Other);
    no_memory: "NO_MEMORY", Some(ErrorCode::NoMemory);
    already_running: "ALREADY_RUNNING", Some(ErrorCode::AlreadyRunning);
    main_ns_failure: "MAIN_NS_FAILURE", Some(ErrorCode::MainNamespaceFailure);
    apply_ns_failure: "APPLY_NS_FAILURE", Some(ErrorCode::ApplyNamespaceFailure);
    preserve_failure: "PRESERVE_FAILURE", Some(ErrorCode::PreserveFailure);
    exc_propagation_failure: "EXC_PROPAGATION_FAILURE", Some(ErrorCode::ExceptionPropagationFailure);
    not_shareable: "NOT_SHAREABLE", Some(ErrorCode::NotShareable);
    an_unknown_code: "UNKNOWN", None;
}

#[test]
fn there_is_a_page_for_every_code_under_its_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/codes");
    for code in ErrorCode::ALL {
        assert!(folder.join(format!("{code}.snap")).exists(), "{code}");
    }
}

#[test]
fn every_code_of_an_edition_was_played_on_its_runtime() {
    let recordings = Recordings::load();
    for edition in [Edition::V313, Edition::V314] {
        for number in ErrorCode::ALL.into_iter().filter_map(|code| code.number(edition)) {
            for (words, body, _) in [ENDINGS[0], ENDINGS[1], ENDINGS[3]] {
                let call = format!("session(a, None, {body}, override={})", written(edition, number));
                assert!(recordings.seen(edition, &call).is_some(), "{edition} {number}: {words}");
            }
        }
    }
}

#[test]
fn a_call_that_nobody_played_was_not_seen() {
    assert_eq!(Recordings::load().seen(Edition::V314, "session(a, None, \"pass\", override=-99)"), None);
}

/// The crate knows nothing of the model, so each has a table of its own, and here is where the two meet.
#[test]
fn the_crate_has_the_codes_of_the_model_by_name_and_number() {
    let of_model: Vec<_> = ErrorCode::ALL.map(|code| (code.name(), code.number(Edition::Repaired))).into();
    let of_crate: Vec<_> = crossinterp::ErrorCode::ALL.map(|code| (code.name(), Some(code.number()))).into();
    assert_eq!(of_crate, of_model);
}
