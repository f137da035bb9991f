//! Threads that a scenario starts, gates at which they wait, and what becomes of those who wait for nobody.

use crate::talk::{call, converse, inside, start};

const RUNNING: &str = "concurrent.interpreters.InterpreterError: interpreter already running";

#[test]
fn a_thread_waits_at_a_gate_and_is_joined_when_that_is_open() {
    let calls = [
        call("create", ""),
        start("t", call("exec", "1, Gate(\"g\")")),
        call("reached", "\"g\""),
        call("is_running", "1"),
        call("exec", "1, \"pass\""),
        start("u", call("exec", "1, \"pass\"")),
        call("join", "\"u\""),
        call("open", "\"g\""),
        call("join", "\"t\""),
        call("is_running", "1"),
    ];
    let refused = "(Raised(\"concurrent.interpreters.InterpreterError\", \"interpreter already running\"))";
    let expected = ["1", "None", "None", "True", RUNNING, "None", refused, "None", "(Returned(None))", "False"];
    assert_eq!(converse(&calls), expected);
}

#[test]
fn a_started_thread_sees_itself_in_main_and_can_go_inside() {
    let calls = [
        call("create", ""),
        start("t", call("get_current", "")),
        start("u", inside(1, call("get_current", ""))),
        call("join", "\"t\", \"u\""),
    ];
    assert_eq!(converse(&calls)[3], "(Returned((0, 1)), Returned((1, 5)))");
}

#[test]
fn two_threads_make_an_interpreter_each() {
    let calls = [start("t", call("create", "")), start("u", call("create", "")), call("join", "\"t\", \"u\"")];
    let made = &converse(&calls)[2];
    assert!(["(Returned(1), Returned(2))", "(Returned(2), Returned(1))"].contains(&made.as_str()), "{made}");
}

#[test]
fn the_name_of_a_thread_is_free_again_when_it_was_joined() {
    let whence = || call("whence", "0");
    let calls = [start("t", whence()), start("t", whence()), call("join", "\"t\""), start("t", whence())];
    let taken = "builtins.ValueError: the thread t has been started before";
    assert_eq!(converse(&calls), ["None", taken, "(Returned(1))", "None"]);
}

#[test]
fn who_waits_for_what_nobody_will_do_is_told_so() {
    let calls = [
        call("create", ""),
        call("reached", "\"g\""),
        start("t", call("exec", "1, Gate(\"g\")")),
        call("join", "\"t\""),
        call("join", "\"nobody\""),
    ];
    let replies = converse(&calls);
    assert_eq!(replies[1], "builtins.RuntimeError: nobody is left to reach the gate g");
    assert_eq!(replies[3], "builtins.RuntimeError: nobody is left to end the thread t");
    assert_eq!(replies[4], "builtins.KeyError: 'nobody'");
}

#[test]
fn a_conversation_that_ends_leaves_nobody_waiting() {
    let calls = [
        call("create", ""),
        call("create", ""),
        call("hold", "2"),
        start("t", call("exec", "1, Gate(\"g\")")),
        start("u", inside(2, call("exec", "1, \"pass\""))),
    ];
    assert_eq!(converse(&calls).len(), calls.len());
}

#[test]
fn code_of_a_thread_that_stays_makes_the_calls_of_others() {
    let calls = [
        call("create", ""),
        call("create", ""),
        call("hold", "1"),
        start("t", inside(1, call("exec", "2, Gate(\"g\")"))),
        call("reached", "\"g\""),
        call("is_running", "2"),
        call("open", "\"g\""),
        call("join", "\"t\""),
        call("let_go", "1"),
    ];
    let expected = ["1", "2", "None", "None", "None", "True", "None", "(Returned(None))", "None"];
    assert_eq!(converse(&calls), expected);
}

#[test]
fn a_thread_that_stays_and_waits_at_a_gate_is_not_waited_for() {
    let calls = [
        call("create", ""),
        call("create", ""),
        call("hold", "1"),
        start("t", inside(1, call("exec", "2, Gate(\"g\")"))),
        inside(1, call("get_current", "")),
        call("let_go", "1"),
        call("open", "\"g\""),
        call("join", "\"t\""),
        inside(1, call("get_current", "")),
        call("let_go", "1"),
    ];
    let replies = converse(&calls);
    let stuck = "builtins.RuntimeError: the thread that stays there waits for what nobody is left to do";
    assert_eq!(replies[4..], [stuck, stuck, "None", "(Returned(None))", "(1, 5)", "None"]);
}

#[test]
fn a_call_of_a_thread_that_stays_is_done_when_its_start_is_answered() {
    let calls = [
        call("create", ""),
        call("hold", "1"),
        start("t", inside(1, call("create", ""))),
        call("list_all", ""),
        call("join", "\"t\""),
    ];
    assert_eq!(converse(&calls)[3..], ["[(0, 1), (1, 5), (2, 5)]", "(Returned(2))"]);
}
