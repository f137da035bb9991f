//! Whole conversations with the driver: what it offers, what it answers in each profile, and what it says to requests that are none.

use crate::talk::{call, converse, inside, talk, with};
use crossinterp_driver::ServeError;
use serde_json::json;

const RUNNING: &str = "concurrent.interpreters.InterpreterError: interpreter already running";

#[test]
fn the_handshake_says_what_there_is() {
    let replies = talk("").unwrap();
    assert_eq!(replies.len(), 1);
    assert_eq!((&replies[0]["protocol"], &replies[0]["name"]), (&json!(2), &json!("crossinterp")));
    assert_eq!(replies[0]["profiles"], json!(["observable", "registry", "core"]));
    assert!(replies[0]["capabilities"].as_array().unwrap().contains(&json!("threads")));
}

#[test]
fn ids_are_never_given_twice_and_main_is_always_there() {
    let calls = [
        call("create", ""),
        call("destroy", "1"),
        call("create", ""),
        call("list_all", ""),
        call("destroy", "1"),
        call("destroy", "0"),
        call("is_running", "0"),
        inside(2, call("get_current", "")),
        inside(2, call("exec", "0, \"pass\"")),
    ];
    let not_found = "concurrent.interpreters.InterpreterNotFoundError: unrecognized interpreter ID 1";
    let current = "concurrent.interpreters.InterpreterError: cannot destroy the current interpreter";
    assert_eq!(converse(&calls), ["1", "None", "2", "[(0, 1), (2, 5)]", not_found, current, "True", "(2, 5)", RUNNING]);
}

#[test]
fn a_thread_that_stays_keeps_others_out_until_it_is_let_go() {
    let calls = [
        call("create", ""),
        call("hold", "1"),
        call("exec", "1, \"x = 5\""),
        call("destroy", "1"),
        inside(1, call("set___main___attrs", "1, {\"x\": 1}")),
        call("let_go", "1"),
        call("exec", "1, \"x = 5\""),
        inside(1, call("bound", "")),
    ];
    let busy = "concurrent.interpreters.InterpreterError: interpreter running";
    assert_eq!(converse(&calls), ["1", "None", RUNNING, busy, RUNNING, "None", "None", "[(\"x\", 5)]"]);
}

#[test]
fn what_nobody_catches_comes_back_as_a_snapshot_and_what_cannot_be_told_as_an_error() {
    let calls = [
        call("create", ""),
        call("exec", "1, Raise(Error(\"KeyError\", \"k\"))"),
        call("exec", "1, Raise(ErrorShows(\"Exception\", 42))"),
        call("exec", "1, \"x=\""),
        call("exec", "1, \"import antigravity\""),
    ];
    let snapshot = "Snapshot(Type(\"KeyError\", \"KeyError\", \"builtins\"), \"'k'\", \"KeyError: 'k'\", \"Traceback (most recent \
                    call last):\\\\n  File \\\"<script>\\\", line 1, in <module>\\\\nKeyError: 'k'\")";
    let replies = converse(&calls);
    assert_eq!(replies[1], snapshot);
    assert_eq!(
        replies[2],
        "concurrent.interpreters.InterpreterError: failed to transfer exception between interpreters"
    );
    assert_eq!(replies[3], "builtins.SyntaxError: invalid syntax (<script>, line 1)");
    assert_eq!(replies[4], "not implemented: the program \"import antigravity\"");
}

#[test]
fn an_object_is_lent_while_its_capsule_is_there() {
    let calls = [
        call("keep", "\"payload\""),
        call("get_crossinterp_data", "kept(0)"),
        call("references", "kept(0)"),
        call("restore_crossinterp_data", "capsule(0)"),
        call("drop", "capsule(0)"),
        call("references", "kept(0)"),
    ];
    assert_eq!(converse(&calls), ["<kept>", "<capsule>", "1", "\"payload\"", "None", "0"]);
}

#[test]
fn a_released_payload_waits_for_an_owner_that_is_busy() {
    let calls = [
        call("create", ""),
        inside(1, call("xid_new", "")),
        inside(1, call("xid_get", "struct(0), \"text\"")),
        call("hold", "1"),
        call("xid_release", "struct(0)"),
        call("xid_fields", "struct(0)"),
        call("let_go", "1"),
        call("xid_fields", "struct(0)"),
    ];
    let (there, gone) = ("(True, True, 1, True, True)", "(False, False, 1, True, True)");
    assert_eq!(converse(&calls), ["1", "<struct>", "None", "None", "None", there, "None", gone]);
}

#[test]
fn a_tuple_that_cannot_leave_says_which_item_and_why() {
    let calls =
        [call("cross", "(1, (9223372036854775808,))"), call("is_shareable", "([],)"), call("cross", "(1, \"a\")")];
    let words = "concurrent.interpreters.NotShareableError: (1, (9223372036854775808,)) does not support cross-interpreter data \
                 <- cause concurrent.interpreters.NotShareableError: (9223372036854775808,) does not support \
                 cross-interpreter data <- cause concurrent.interpreters.NotShareableError: 9223372036854775808 does not \
                 support cross-interpreter data <- cause builtins.OverflowError: try sending as bytes";
    assert_eq!(converse(&calls), [words, "False", "(1, \"a\")"]);
}

#[test]
fn a_class_is_registered_where_it_lives_and_goes_with_its_registration() {
    let calls = [
        call("register_class", "Class(\"Shared\"), \"bool\""),
        call("cross", "Shared()"),
        call("create", ""),
        inside(1, call("is_shareable", "Shared()")),
        call("unregister_class", "Class(\"Shared\")"),
        call("unregister_class", "Builtin(\"int\")"),
        call("register_class", "5, \"None\""),
    ];
    let stays = "builtins.ValueError: builtin class int stays registered";
    let no_class = "builtins.ValueError: only classes may be registered";
    assert_eq!(converse(&calls), ["None", "False", "1", "False", "True", stays, no_class]);
}

#[test]
fn a_session_tells_its_code_by_name() {
    let refused = with(call("session", "1, None, \"pass\""), "override", "ErrorCode(\"ALREADY_RUNNING\")");
    let preserves = with(call("session", "1, None, \"pass\""), "preserve", "{\"v\": [1]}");
    let replies = converse(&[call("create", ""), refused, preserves, call("session", "0")]);
    let inside = "\"inside\": (\"switched\", \"running\")";
    let raised = "Caught(\"InterpreterError\", \"interpreter already running\")";
    let code = |name: &str| format!("\"errcode\": ErrorCode({name:?})");
    let running = code("ALREADY_RUNNING");
    assert_eq!(
        replies[1],
        format!("{{\"at\": \"exit\", \"returned\": -1, {running}, \"raised\": {raised}, {inside}}}")
    );
    let fine = code("NO_ERROR");
    assert_eq!(
        replies[2],
        format!("{{\"at\": \"exit\", \"returned\": 0, {fine}, \"preserved\": {{\"v\": [1]}}, {inside}}}")
    );
    assert_eq!(replies[3], format!("{{\"at\": \"enter\", \"returned\": -1, {running}, \"raised\": {raised}}}"));
}

#[test]
fn arguments_are_counted_and_named_as_the_parser_of_cpython_does() {
    let rows = [
        (call("destroy", ""), "destroy() missing required argument 'id' (pos 1)"),
        (call("destroy", "0, 1"), "destroy() takes at most 1 positional argument (2 given)"),
        (call("incref", "0, 1, 2, 3"), "incref() takes at most 3 arguments (4 given)"),
        (call("get_current", "0"), "_interpreters.get_current() takes no arguments (1 given)"),
        (with(call("get_main", ""), "id", "0"), "_interpreters.get_main() takes no keyword arguments"),
        (call("list_all", "1"), "_interpreters.list_all() takes no positional arguments"),
        (call("exec", "0"), "_interpreters.exec() missing required argument 'code' (pos 2)"),
        (call("exec", "99, \"pass\", 5"), "_interpreters.exec() argument 3 must be dict, not int"),
        (call("exec", "0, \"pass\", None"), "_interpreters.exec() argument 3 must be dict, not None"),
        (call("run_string", "99, 5"), "_interpreters.run_string() argument 2 must be str, not int"),
        (call("exec", "0, \"pass\", {}, True, 1"), "_interpreters.exec() takes at most 4 arguments (5 given)"),
        (with(call("whence", ""), "spam", "1"), "whence() missing required argument 'id' (pos 1)"),
        (with(call("whence", "0"), "id", "0"), "whence() takes at most 1 argument (2 given)"),
        (
            with(call("exec", "0, \"pass\""), "id", "0"),
            "argument for _interpreters.exec() given by name ('id') and position (1)",
        ),
        (with(call("destroy", "0"), "force", "True"), "destroy() got an unexpected keyword argument 'force'"),
    ];
    let (calls, words): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let expected: Vec<_> = words.into_iter().map(|words| format!("builtins.TypeError: {words}")).collect();
    assert_eq!(converse(&calls), expected);
}

#[test]
fn a_verb_that_is_not_known_is_not_implemented_and_the_conversation_goes_on() {
    let replies = converse(&[call("fly", "1, 2"), call("create", "Config(\"isolated\")"), call("create", "")]);
    assert_eq!(replies, ["not implemented: the verb fly with 2 arguments", "not implemented: config", "1"]);
}

/// Every verb that is known here, and some that wait for something.
const VERBS: [&str; 64] = [
    "create",
    "destroy",
    "get_current",
    "get_main",
    "list_all",
    "is_running",
    "whence",
    "incref",
    "decref",
    "error_type",
    "exec",
    "run_string",
    "set___main___attrs",
    "share",
    "bound",
    "main_attr",
    "keep",
    "references",
    "resize",
    "contents",
    "write_through",
    "poke",
    "drop",
    "reached",
    "open",
    "join",
    "cross",
    "cross_twice",
    "is_same",
    "summary",
    "depth",
    "view_crosses",
    "is_shareable",
    "register_class",
    "unregister_class",
    "lookup_class",
    "register",
    "new_class",
    "end_class",
    "register_new_class",
    "unregister_new_class",
    "lookup_new_class",
    "get_crossinterp_data",
    "restore_crossinterp_data",
    "xid_new",
    "xid_init",
    "xid_get",
    "xid_check",
    "xid_fields",
    "xid_new_object",
    "xid_release",
    "xid_clear",
    "xid_free",
    "bytes_capsule",
    "refcount",
    "is_linked",
    "link",
    "lookup",
    "claim_running",
    "capture_exception",
    "excinfo_from",
    "session",
    "session_same",
    "failure",
];

/// Values that no operation asks for, or that would be too much.
const ODD: [&str; 22] = [
    "None",
    "-1",
    "9223372036854775808",
    "-9223372036854775808",
    "nan",
    "\"\\udc80\"",
    "\"a\\x00b\"",
    "b\"\\xff\"",
    "[]",
    "{}",
    "{1: 2}",
    "Plain()",
    "kept(7)",
    "capsule(7)",
    "Gate(1)",
    "Gate(\"g\")",
    "Raise()",
    "Nested(1000000000000)",
    "Group(\"g\")",
    "Repeated(b\"x\", 1000000000000)",
    "View(b\"ab\", \"i\", (9223372036854775807, 9223372036854775807))",
    "Error(\"SyntaxError\", \"x\", (\"f\", 1, -9223372036854775808, \"x\"))",
];

#[test]
fn arguments_that_no_operation_takes_are_answered_and_never_a_panic() {
    let alone = VERBS.iter().flat_map(|verb| ODD.map(|odd| call(verb, odd)));
    let second = VERBS.iter().flat_map(|verb| ODD.map(|odd| call(verb, &format!("0, {odd}"))));
    let third = VERBS.iter().flat_map(|verb| ODD.map(|odd| call(verb, &format!("1, None, {odd}"))));
    let calls: Vec<_> = std::iter::once(call("create", "")).chain(alone).chain(second).chain(third).collect();
    assert_eq!(converse(&calls).len(), calls.len());
}

#[test]
fn a_line_that_is_no_request_ends_the_conversation_with_a_reason() {
    for (line, reason) in [
        ("no json", "not JSON"),
        ("{}", "`seq`"),
        ("{\"seq\": 1}", "`verb`"),
        ("{\"seq\": 1, \"verb\": \"create\"}", "`args`"),
        ("{\"seq\": 1, \"verb\": \"create\", \"args\": [5]}", "5 is no value"),
        ("{\"seq\": 1, \"verb\": \"create\", \"args\": [], \"kwargs\": []}", "`kwargs`"),
        ("{\"seq\": 1, \"verb\": \"create\", \"args\": [], \"thread\": 1}", "`thread`"),
    ] {
        let error = talk(line).expect_err(line);
        assert!(matches!(error, ServeError::BadRequest { number: 1, .. }), "{error}");
        assert!(error.to_string().contains(reason), "{line}: {error}");
    }
}

#[test]
fn a_line_without_an_end_is_not_read_for_ever() {
    let endless = "x".repeat(2 << 20);
    assert!(matches!(talk(&endless), Err(ServeError::TooLong { number: 1 })));
}
