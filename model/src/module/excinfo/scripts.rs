//! Scripts that raise: those that a scenario builds from an exception, and a few in plain words.
//!
//! A table of what each raises and where. Nothing is compiled here.

use crossinterp_objects::Value;

use super::error::Error;
use super::traceback::Frame;
use crate::edition::Edition;
use crate::module::surface::like_3_14;

/// Code by its name with a line, outermost first.
type Place = &'static [(&'static str, usize)];

/// Programs, what they raise, and the code in which it happens.
const PROGRAMS: [(&str, &str, Place); 25] = [
    ("1/0", r#"Error("ZeroDivisionError", "division by zero")"#, MODULE),
    ("raise SystemExit", r#"Error("SystemExit")"#, MODULE),
    ("raise SystemExit(3)", r#"Error("SystemExit", 3)"#, MODULE),
    ("raise SystemExit(None)", r#"Error("SystemExit", None)"#, MODULE),
    ("import sys; sys.exit(4)", r#"Error("SystemExit", 4)"#, MODULE),
    ("import sys; sys.exit('bye')", r#"Error("SystemExit", "bye")"#, MODULE),
    ("raise KeyboardInterrupt", r#"Error("KeyboardInterrupt")"#, MODULE),
    ("raise GeneratorExit", r#"Error("GeneratorExit")"#, MODULE),
    ("raise", r#"Error("RuntimeError", "No active exception to reraise")"#, MODULE),
    ("raise 5", r#"Error("TypeError", "exceptions must derive from BaseException")"#, MODULE),
    ("assert False", r#"Error("AssertionError")"#, MODULE),
    ("assert False, 'why'", r#"Error("AssertionError", "why")"#, MODULE),
    ("[][0]", r#"Error("IndexError", "list index out of range")"#, MODULE),
    ("{}['k']", r#"Error("KeyError", "k")"#, MODULE),
    ("import no_such_module_here", r#"Error("ModuleNotFoundError", "No module named 'no_such_module_here'")"#, MODULE),
    ("int('x')", r#"Error("ValueError", "invalid literal for int() with base 10: 'x'")"#, MODULE),
    ("x = 'a' * (1 << 62)", r#"Error("MemoryError")"#, MODULE),
    ("(lambda: 1/0)()", r#"Error("ZeroDivisionError", "division by zero")"#, &[("<module>", 1), ("<lambda>", 1)]),
    ("\n\n1/0", r#"Error("ZeroDivisionError", "division by zero")"#, &[("<module>", 3)]),
    ("def f():\n  1/0\nf()", r#"Error("ZeroDivisionError", "division by zero")"#, &[("<module>", 3), ("f", 2)]),
    ("class C:\n  1/0", r#"Error("ZeroDivisionError", "division by zero")"#, &[("<module>", 1), ("C", 2)]),
    ("raise ValueError(1) from KeyError(2)", r#"CausedBy(Error("ValueError", 1), Error("KeyError", 2))"#, MODULE),
    ("raise ValueError('a\\0b')", r#"Error("ValueError", "a\x00b")"#, MODULE),
    ("x=", r#"Error("SyntaxError", "invalid syntax", ("<string>", 1, 3, "x="))"#, &[]),
    ("raise ValueError('\\udc80')", r#"Error("ValueError", "\udc80")"#, MODULE),
];

const MODULE: Place = &[("<module>", 1)];

/// What running the script raises, and where; none if it is not known to raise.
pub(super) fn raised(script: &Value, file: &'static str) -> Option<(Error, Vec<Frame>)> {
    match script {
        Value::Made(kind, args) if kind == "Raise" => match args.as_slice() {
            [error] => Some((Error::of(error)?, frames(MODULE, file))),
            _ => None,
        },
        Value::Str(source) => {
            let source = source.as_str()?;
            let (_, error, place) = PROGRAMS.iter().find(|(known, ..)| *known == source)?;
            let error = error.parse().expect("the table is in the notation of values");
            Some((Error::of(&error)?, frames(place, file)))
        }
        _ => None,
    }
}

fn frames(place: &[(&str, usize)], file: &'static str) -> Vec<Frame> {
    let frame = |&(code, line): &(&str, usize)| Frame { file, line, code: code.to_owned() };
    place.iter().map(frame).collect()
}

/// What a script of the module's is called as a file.
pub(in crate::module) fn file_of(edition: Edition) -> &'static str {
    if like_3_14(edition) { "<script>" } else { "<string>" }
}
