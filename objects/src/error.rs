//! Exceptions of the runtime's own types: which there are, and what `str()` and `repr()` say of one.
//!
//! `Error("KeyError", 1)` is that type called with what follows. `Error(1)`, where the first argument names no such type,
//! is a ValueError.

use crate::shown::{self, TextFailed};
use crate::text::Text;
use crate::value::Value;

/// Types that can be called with any arguments.
const NAMES: [&str; 47] = [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionError",
    "DeprecationWarning",
    "EOFError",
    "Exception",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "GeneratorExit",
    "ImportError",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotADirectoryError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PermissionError",
    "RecursionError",
    "ReferenceError",
    "RuntimeError",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SystemError",
    "SystemExit",
    "TimeoutError",
    "TypeError",
    "UnboundLocalError",
    "UserWarning",
    "ValueError",
    "ZeroDivisionError",
];

/// The type and the arguments of `Error(...)`.
#[must_use]
pub fn error_parts(args: &[Value]) -> (&str, &[Value]) {
    let named = args.first().and_then(Value::as_str).filter(|name| NAMES.contains(name));
    named.map_or(("ValueError", args), |name| (name, &args[1..]))
}

/// `str()` of an exception of that type with those arguments.
pub fn error_text(kind: &str, args: &[Value]) -> Result<Text, TextFailed> {
    match (kind, args) {
        (_, []) => Ok(Text::default()),
        // A KeyError shows what was looked for as it would be written.
        ("KeyError", [key]) => shown::repr(key),
        (_, [only]) => shown::str(only),
        (_, args) => shown::repr(&Value::Tuple(args.to_vec())),
    }
}

/// `repr()` of it.
pub(crate) fn repr(args: &[Value]) -> Result<String, TextFailed> {
    let (kind, args) = error_parts(args);
    Ok(format!("{kind}({})", shown::joined(args)?))
}

/// `str()` of it.
pub(crate) fn str(args: &[Value]) -> Result<Text, TextFailed> {
    let (kind, args) = error_parts(args);
    error_text(kind, args)
}

#[cfg(test)]
mod tests {
    use crate::Value;
    use crate::shown::check;

    #[test]
    fn an_error_is_of_the_type_that_it_names_and_else_a_value_error() {
        check(r#"Error("x")"#, "ValueError('x')", "x");
        check(r#"Error("KeyError", "k")"#, "KeyError('k')", "'k'");
        check(r#"Error("TypeError")"#, "TypeError()", "");
        check(r#"Error("ValueError", 1, 2)"#, "ValueError(1, 2)", "(1, 2)");
        let error: Value = r#"Error("KeyError", 1)"#.parse().unwrap();
        assert_eq!(error.type_of().name(), "KeyError");
    }
}
