//! What is known of the functions, code objects and scripts that scenarios name: a table, since nothing is compiled here.
//!
//! It says what each one is. What may cross, `shipping` decides.

/// Something about a function or its code that a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trait {
    /// It takes arguments.
    Arguments,
    /// Some of them have defaults.
    Defaults,
    /// Some that are keywords have defaults.
    KeywordDefaults,
    /// It refers to variables of a function around it.
    Closure,
    /// A function within it refers to variables of its own.
    Cells,
    /// It reads a global name that is no builtin's.
    Globals,
    /// It may return something else than None; a generator or coroutine does.
    Value,
    /// Its builtins are no namespace.
    OddBuiltins,
}

use Trait::{Arguments, Cells, Closure, Defaults, Globals, KeywordDefaults, OddBuiltins, Value};

/// Those of which there is something to say; of all others nothing is true.
const TRAITS: [(&str, &[Trait]); 47] = [
    ("returns", &[Value]),
    ("lambda", &[Value]),
    ("parameter", &[Arguments, Value]),
    ("positional_only", &[Arguments]),
    ("keyword_only", &[Arguments]),
    ("star", &[Arguments]),
    ("double_star", &[Arguments]),
    ("defaults", &[Arguments, Defaults]),
    ("keyword_defaults", &[Arguments, KeywordDefaults]),
    ("both_defaults", &[Arguments, Defaults, KeywordDefaults]),
    ("annotated", &[Arguments, Value]),
    ("attribute", &[Arguments]),
    ("reads_global", &[Globals]),
    ("calls_global", &[Globals]),
    ("recursive", &[Globals]),
    ("generator", &[Value]),
    ("coroutine", &[Value]),
    ("async_generator", &[Value]),
    ("nested_closure", &[Cells]),
    ("makes_closure", &[Cells, Value]),
    ("makes_closed_default", &[Cells, Value]),
    ("closure", &[Closure, Value]),
    ("closed_default", &[Arguments, Defaults, Closure, Value]),
    ("odd_builtins", &[OddBuiltins]),
    ("expression", &[Value]),
    ("dumps", &[Arguments, KeywordDefaults, Globals, Value]),
    ("parameter_global", &[Arguments, Globals, Value]),
    ("closure_global", &[Closure, Globals, Value]),
    ("returns_text", &[Value]),
    ("returns_huge", &[Value]),
    ("returns_several", &[Value]),
    ("returns_list", &[Value]),
    ("returns_dict", &[Value]),
    ("returns_mixed", &[Value]),
    ("returns_view", &[Value]),
    ("returns_function", &[Value]),
    ("returns_lock", &[Value]),
    ("returns_locks", &[Value]),
    ("returns_unprintable", &[Value]),
    ("returns_unreadable", &[Value]),
    ("returns_fatal", &[Value]),
    ("returns_instance", &[Value]),
    ("where", &[Value]),
    ("adds", &[Arguments, Value]),
    ("options", &[Arguments, Value]),
    ("three", &[Arguments, Value]),
    ("gathers", &[Arguments, Value]),
];

/// Whether that is true of the function or code of that name.
pub(super) fn has(name: &str, wanted: Trait) -> bool {
    TRAITS.iter().any(|(known, traits)| *known == name && traits.contains(&wanted))
}

/// The text of a function's documentation, the one thing of it that its code keeps.
pub(super) fn documentation(name: &str) -> Option<&'static str> {
    (name == "documented").then_some("What it does.")
}

/// Texts that do not compile, and what the compiler says: the type of the error and its text.
const MALFORMED: [(&str, &str, &str); 21] = [
    ("x=", SYNTAX, "invalid syntax"),
    ("x = ", SYNTAX, "invalid syntax"),
    ("(", SYNTAX, "'(' was never closed"),
    ("1 +", SYNTAX, "invalid syntax"),
    ("return 1", SYNTAX, "'return' outside function"),
    ("return", SYNTAX, "'return' outside function"),
    ("yield 1", SYNTAX, "'yield' outside function"),
    ("await x", SYNTAX, "'await' outside function"),
    ("break", SYNTAX, "'break' outside loop"),
    ("continue", SYNTAX, "'continue' not properly in loop"),
    ("  x", INDENTATION, "unexpected indent"),
    ("if x:", INDENTATION, "expected an indented block after 'if' statement on line 1"),
    ("def", SYNTAX, "invalid syntax"),
    ("1 = x", SYNTAX, "cannot assign to literal here. Maybe you meant '==' instead of '='?"),
    ("x y", SYNTAX, "invalid syntax"),
    ("f(**, 1)", SYNTAX, "invalid syntax"),
    ("nonlocal x", SYNTAX, "nonlocal declaration not allowed at module level"),
    ("from __future__ import spam", SYNTAX, "future feature spam is not defined"),
    ("async", SYNTAX, "invalid syntax"),
    ("x = = 1", SYNTAX, "invalid syntax"),
    ("def f(:", SYNTAX, "invalid syntax"),
];
const SYNTAX: &str = "SyntaxError";
const INDENTATION: &str = "IndentationError";

/// Why the text is no program, if it is none.
pub(super) fn complaint(source: &str) -> Option<(&'static str, String)> {
    let found = MALFORMED.iter().find(|(text, ..)| *text == source);
    found.map(|(_, kind, text)| (*kind, format!("{text} (<script>, line 1)")))
}
