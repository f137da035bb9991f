//! A sample of everything that a report can show: the book and the scenarios of this repository, and runtimes that are made up.
//!
//! What they did is drawn from the names, so that it is the same in every run. Nothing was played.

use std::path::Path;

use crossinterp_suite::book;
use crossinterp_suite::report::{Call, Coverage, Data, Failure, Fate, Rule, Runtime, Scenario, Verdict};
use crossinterp_suite::scenario;

/// Scenarios that are no files: their texts are hostile.
const MADE_UP: usize = 40;

/// Whoever wants to show that nothing in a text is taken for markup writes this.
pub const HOSTILE: &str = "</script><img src=x onerror=\"alert('no')\"> & 'quotes' \"too\"";

/// A runtime, and how often out of a hundred it passes, takes the safe reading, is not about it, or does not claim it.
struct Habit {
    name: &'static str,
    version: &'static str,
    edition: &'static str,
    passes: u32,
    repairs: u32,
    skips: u32,
    lacks: u32,
}

const HABITS: [Habit; 5] = [
    habit("cpython", "3.13.0", "3.13", [83, 0, 16, 0]),
    habit("cpython", "3.14.10", "3.14", [93, 0, 7, 0]),
    habit("rustpython", "0.6.0", "3.14", [38, 4, 7, 40]),
    habit("crossinterp", "0.1.0", "3.14", [71, 14, 7, 8]),
    habit("toy", "0.1.0", "3.14", [12, 2, 7, 79]),
];

const fn habit(name: &'static str, version: &'static str, edition: &'static str, shares: [u32; 4]) -> Habit {
    let [passes, repairs, skips, lacks] = shares;
    Habit { name, version, edition, passes, repairs, skips, lacks }
}

/// The whole sample.
pub fn data() -> Data {
    let scenarios = scenarios();
    let runtimes = HABITS.iter().map(|habit| runtime(habit, &scenarios)).collect();
    Data { suite: "crossinterp-suite 0.1.0, a sample".to_owned(), rules: rules(), scenarios, runtimes }
}

fn rules() -> Vec<Rule> {
    let book = book::read().expect("the book can be read");
    let rule = |cited: &book::Cited| Rule {
        id: cited.id.clone(),
        title: cited.statement.clone(),
        chapter: format!("../../specs/{}.md", cited.chapter),
        concept: cited.chapter.clone(),
    };
    book.rules.iter().map(rule).collect()
}

fn scenarios() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let read = scenario::load_all(&root).expect("the scenarios can be read");
    let mut scenarios: Vec<_> = read.iter().map(of_file).collect();
    scenarios.extend((1..=MADE_UP).map(made_up));
    scenarios
}

fn of_file(scenario: &scenario::Scenario) -> Scenario {
    Scenario {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        profile: "core".to_owned(),
        rules: scenario.rules.iter().map(|(id, _)| id.clone()).collect(),
        text: std::fs::read_to_string(&scenario.path).expect("it was read before"),
    }
}

/// A scenario that is no file.
pub fn made_up(number: usize) -> Scenario {
    Scenario {
        name: format!("module/made-up-{number}"),
        title: format!("Way {number} through the model {HOSTILE}"),
        profile: "observable".to_owned(),
        rules: vec!["interpreter.id.unique".to_owned()],
        text: format!("title: Way {number} {HOSTILE}\nrules: interpreter.id.unique\n\ncreate() -> 1\n"),
    }
}

fn runtime(habit: &Habit, scenarios: &[Scenario]) -> Runtime {
    let verdicts: Vec<_> = scenarios.iter().map(|scenario| verdict(habit, scenario)).collect();
    let exercised = verdicts.iter().filter(|verdict| matches!(verdict.word(), "pass" | "repaired")).count();
    let coverage = [("rules", 214), ("steps", 188), ("pairs", 1204)]
        .map(|(what, all)| share(what, all, exercised, scenarios.len()));
    Runtime {
        name: habit.name.to_owned(),
        version: habit.version.to_owned(),
        edition: habit.edition.to_owned(),
        coverage: coverage.to_vec(),
        verdicts,
    }
}

fn share(what: &str, all: usize, part: usize, whole: usize) -> Coverage {
    Coverage { what: what.to_owned(), covered: all * part / whole, all }
}

fn verdict(habit: &Habit, scenario: &Scenario) -> Verdict {
    let mut left = lot(&[habit.name, habit.version, &scenario.name]) % 100;
    let mut falls = |share: u32| {
        let falls = left < share;
        left = left.wrapping_sub(share);
        falls
    };
    if falls(habit.passes) {
        Verdict::Pass { defects: Vec::new() }
    } else if falls(habit.repairs) {
        Verdict::Repaired { defects: vec!["is-shareable-shallow".to_owned()] }
    } else if falls(habit.skips) {
        Verdict::Skipped { reason: "not about this edition".to_owned() }
    } else if falls(habit.lacks) {
        Verdict::NotImplemented { what: "capability `sessions`".to_owned() }
    } else {
        wrong(habit, scenario)
    }
}

fn wrong(habit: &Habit, scenario: &Scenario) -> Verdict {
    let reason = "upstream issue: messages are not yet those of CPython".to_owned();
    match lot(&[&scenario.name, habit.name]) % 8 {
        0 => Verdict::Crash { signal: "SIGSEGV".to_owned(), failure: Box::new(dead(scenario)) },
        1 => Verdict::Timeout { failure: Box::new(waiting(scenario)) },
        2 => Verdict::Protocol { failure: Box::new(garbled(scenario)) },
        3 => Verdict::Unexpected { reason },
        4 | 5 => Verdict::Expected { reason, failure: Some(Box::new(differs(scenario))) },
        _ => Verdict::Fail { failure: Box::new(differs(scenario)) },
    }
}

/// A number that a few texts stand for, the same everywhere (FNV-1a).
fn lot(texts: &[&str]) -> u32 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    let mixed = bytes.fold(0x811c_9dc5_u32, |lot, byte| (lot ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    mixed ^ (mixed >> 15)
}

/// A failure with two interpreters, and a message that differs in one word.
pub fn differs(scenario: &Scenario) -> Failure {
    let expected =
        ["InterpreterError \"interpreter running\"", "InterpreterNotFoundError \"unrecognized interpreter ID 1\""];
    let trace = vec![
        call("create()", "1", None, Some("a")),
        call("create()", "2", None, Some("b")),
        call("exec(a, \"import _interpreters\")", "None", None, Some("a")),
        call("inside a: is_running(b)", "False", Some("a"), Some("b")),
        call("list_all()", "((0, 0), (1, 5), (2, 5))", None, None),
        call("inside a: destroy(a)", "InterpreterError \"interpreter is running\"", Some("a"), Some("a")),
    ];
    failure(scenario, "inside a: destroy(a)", &expected, "InterpreterError \"interpreter is running\"", trace)
}

fn dead(scenario: &Scenario) -> Failure {
    let mut last = call("inside a: decref(1)", "crash SIGSEGV", Some("a"), Some("a"));
    last.fate = Fate::Died;
    let trace =
        vec![call("create(reqrefs=True)", "1", None, Some("a")), call("incref(a)", "None", None, Some("a")), last];
    let mut dead = failure(scenario, "inside a: decref(1)", &["hang"], "crash SIGSEGV", trace);
    dead.stderr =
        vec!["Fatal Python error: PyInterpreterState_Delete: not the last thread".to_owned(), HOSTILE.to_owned()];
    dead
}

/// Two threads and two interpreters: one of the threads never comes back.
pub fn waiting(scenario: &Scenario) -> Failure {
    let mut started = call("start t: exec(a, Gate(\"g\"))", "started", None, Some("a"));
    started.thread = Some("t".to_owned());
    started.fate = Fate::Waits;
    let mut other = call("start u: destroy(b)", "started", None, Some("b"));
    other.thread = Some("u".to_owned());
    let mut joined = call("join(\"t\", \"u\")", "no answer in time", None, None);
    joined.fate = Fate::Waits;
    let trace = vec![
        call("create()", "1", None, Some("a")),
        call("create()", "2", None, Some("b")),
        started,
        call("reached(\"g\")", "None", None, None),
        other,
        call("open(\"g\")", "None", None, None),
        joined,
    ];
    let either = "(Returned(None), Raised(\"interpreters.InterpreterError\", \"interpreter running\"))";
    failure(scenario, "join(\"t\", \"u\")", &["(Returned(None), Returned(None))", either], "no answer in time", trace)
}

fn garbled(scenario: &Scenario) -> Failure {
    let trace = vec![call("create()", "nothing that could be read", None, Some("a"))];
    failure(scenario, "create()", &["1"], "the driver's line is not JSON: Traceback (most recent call last):", trace)
}

fn failure(scenario: &Scenario, wrong: &str, expected: &[&str], observed: &str, trace: Vec<Call>) -> Failure {
    let line = 1 + scenario.text.lines().position(|line| line.contains("->")).unwrap_or(0);
    Failure {
        file: format!("{}.txt", scenario.name),
        line,
        call: wrong.to_owned(),
        expected: expected.iter().map(|&text| text.to_owned()).collect(),
        observed: observed.to_owned(),
        trace,
        rules: scenario.rules.clone(),
        stderr: Vec::new(),
    }
}

/// A call of the first thread, by an interpreter's code if one is named.
pub fn call(call: &str, outcome: &str, inside: Option<&str>, on: Option<&str>) -> Call {
    Call {
        thread: None,
        inside: inside.map(str::to_owned),
        on: on.map(str::to_owned),
        call: call.to_owned(),
        outcome: outcome.to_owned(),
        fate: Fate::Returned,
    }
}
