//! The programs that this runtime can run: assignments, what raises, what waits at a gate, and nothing else.
//!
//! A program is read before anybody enters an interpreter. It knows what is to be done there, not how.

use crossinterp_objects::{Text, Value};

use super::text::named;
use super::thrown::{Frame, Thrown};
use crate::outcome::Stop;
use crate::raised::Raised;

/// What a script calls itself in a traceback when the module runs it.
pub(crate) const SCRIPT_FILE: &str = "<script>";
/// What it calls itself when C code runs it.
pub(crate) const STRING_FILE: &str = "<string>";

/// A program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    work: Work,
}

/// What a program does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Nothing.
    Nothing,
    /// Binds a name.
    Bind(String, Value),
    /// Raises, if nothing goes wrong before.
    Raise(Box<Thrown>),
    /// Waits until the gate is open.
    Wait(String),
    /// Looks for a name that only the builtins have, in code of this file.
    FindBuiltin(&'static str),
    /// Takes the main module away, or puts something else in its place: what is said then of it.
    LoseMain(&'static str, &'static str),
}

/// Programs that raise: what, and in which code, outermost first.
const RAISING: [(&str, &str, Places); 26] = [
    ("1/0", DIVISION, MODULE),
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
    ("(lambda: 1/0)()", DIVISION, &[("<module>", 1), ("<lambda>", 1)]),
    ("\n\n1/0", DIVISION, &[("<module>", 3)]),
    ("def f():\n  1/0\nf()", DIVISION, &[("<module>", 3), ("f", 2)]),
    ("class C:\n  1/0", DIVISION, &[("<module>", 1), ("C", 2)]),
    ("raise ValueError(1) from KeyError(2)", r#"CausedBy(Error("ValueError", 1), Error("KeyError", 2))"#, MODULE),
    ("raise ValueError('a\\0b')", r#"Error("ValueError", "a\x00b")"#, MODULE),
    ("raise ValueError('\\udc80')", r#"Error("ValueError", "\udc80")"#, MODULE),
    ("raise ValueError", r#"Error("ValueError")"#, MODULE),
    ("raise ValueError('boom')", r#"Error("ValueError", "boom")"#, MODULE),
];
/// Code by its name with a line, outermost first.
type Places = &'static [(&'static str, usize)];
const DIVISION: &str = r#"Error("ZeroDivisionError", "division by zero")"#;
pub(crate) const MODULE: Places = &[("<module>", 1)];

/// Texts that are no program at all.
const MALFORMED: [&str; 3] = ["x=", "x = ", "1 +"];

impl Program {
    /// The program that a script stands for, under the name of its file. What is none is refused before anybody is entered.
    pub(crate) fn of(script: &Value, file: &'static str) -> Result<Program, Stop> {
        let work = match script {
            Value::Made(kind, args) if kind == "Raise" => raising(args, file)?,
            Value::Made(kind, args) if kind == "Gate" => gate(args)?,
            Value::Made(kind, args) if kind == "Repeated" => Work::of_text(&repeated(args)?, file)?,
            other => match other.plain() {
                Value::Str(text) => Work::of_text(text, file)?,
                Value::Bytes(bytes) => Work::of_bytes(bytes, file)?,
                _ => return Err(no_script(script)),
            },
        };
        Ok(Program { work })
    }

    /// What it does.
    pub(crate) fn work(&self) -> &Work {
        &self.work
    }
}

/// Functions and code are scripts, too; this runtime has none that could be run.
fn no_script(script: &Value) -> Stop {
    match script {
        Value::Made(kind, _) if ["Function", "Code"].contains(&kind.as_str()) => Stop::Missing("functions".to_owned()),
        _ => {
            let mut words = Text::from("unsupported script ");
            words.append(&named(script));
            Raised::type_error(words).into()
        }
    }
}

fn raising(args: &[Value], file: &'static str) -> Result<Work, Stop> {
    let [error] = args else { return Err(Stop::Missing("a script that raises several".to_owned())) };
    let thrown = Thrown::of(error).ok_or_else(|| Stop::Missing(format!("the exception {error}")))?;
    Ok(Work::Raise(Box::new(thrown.through(frames(MODULE, file)))))
}

fn gate(args: &[Value]) -> Result<Work, Stop> {
    match args {
        [Value::Str(name)] => Ok(Work::Wait(name.escaped())),
        _ => Err(Raised::type_error("a gate has a name").into()),
    }
}

/// `text * count`.
pub(crate) fn repeated(args: &[Value]) -> Result<Text, Stop> {
    let too_long = || Stop::from(Raised::no_memory());
    let [Value::Str(text), Value::Int(count)] = args else {
        return Err(Stop::Missing("a text that repeats".to_owned()));
    };
    let count = count.to_i64().and_then(|count| usize::try_from(count).ok());
    let (points, count): (Vec<u32>, _) = (text.code_points().collect(), count.ok_or_else(too_long)?);
    if points.len().saturating_mul(count) > REPEATS_MAX {
        return Err(too_long());
    }
    Text::from_code_points(points.repeat(count)).ok_or_else(too_long)
}

/// Items of a value that repeats: far more than a scenario asks for, and little memory.
pub(crate) const REPEATS_MAX: usize = 10_000_000;

pub(crate) fn frames(places: &[(&'static str, usize)], file: &'static str) -> Vec<Frame> {
    places.iter().map(|&(code, line)| Frame { file, line, code }).collect()
}

impl Work {
    /// Rule `module.exec.script`: what is no program is found out here, before the interpreter is looked at.
    fn of_text(text: &Text, file: &'static str) -> Result<Work, Stop> {
        let source = super::text::utf8(text)?;
        if source.contains('\0') {
            return Err(Raised::new("SyntaxError", "source code string cannot contain null bytes").into());
        }
        if MALFORMED.contains(&source) {
            return Err(Raised::new("SyntaxError", format!("invalid syntax ({file}, line 1)")).into());
        }
        if let Some((_, error, places)) = RAISING.iter().find(|(known, ..)| *known == source) {
            let thrown = error.parse().ok().and_then(|error: Value| Thrown::of(&error));
            let Some(thrown) = thrown else { unreachable!("the table has exceptions in the notation of values") };
            return Ok(Work::Raise(Box::new(thrown.through(frames(places, file)))));
        }
        Work::of_line(source, file).ok_or_else(|| Stop::Missing(format!("the program {source:?}")))
    }

    /// Bytes are a program if they are the text of one.
    fn of_bytes(bytes: &[u8], file: &'static str) -> Result<Work, Stop> {
        let text = std::str::from_utf8(bytes).map_err(|_| Stop::Missing("a program that is no UTF-8".to_owned()))?;
        Work::of_text(&text.into(), file)
    }

    fn of_line(source: &str, file: &'static str) -> Option<Work> {
        Some(match source.trim() {
            "" | "pass" => Work::Nothing,
            "len" => Work::FindBuiltin(file),
            "import sys; del sys.modules['__main__']" => {
                Work::LoseMain("ModuleNotFoundError", "__main__ module not found")
            }
            "import sys; sys.modules['__main__'] = 42" => Work::LoseMain("ImportError", "invalid __main__ module"),
            line => {
                let (name, value) = line.split_once(" = ")?;
                is_name(name).then_some(())?;
                Work::Bind(name.to_owned(), value.replace('\'', "\"").parse().ok().filter(is_literal)?)
            }
        })
    }
}

fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// A value that Python writes as this runtime's notation does.
fn is_literal(value: &Value) -> bool {
    match value {
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Bytes(_) => true,
        Value::Tuple(items) | Value::List(items) => items.iter().all(is_literal),
        Value::Dict(pairs) => pairs.iter().all(|(key, value)| is_literal(key) && is_literal(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(source: &str) -> Result<Work, Stop> {
        Program::of(&Value::text(source), SCRIPT_FILE).map(|program| program.work)
    }

    #[test]
    fn simple_assignments_are_programs_of_every_literal() {
        assert_eq!(work("x = 5"), Ok(Work::Bind("x".to_owned(), Value::int(5))));
        assert_eq!(work("s = 'text'"), Ok(Work::Bind("s".to_owned(), Value::text("text"))));
        assert_eq!(work("t = (1, None)"), Ok(Work::Bind("t".to_owned(), "(1, None)".parse().unwrap())));
    }

    #[test]
    fn what_is_not_known_is_missing_and_not_wrong() {
        assert!(matches!(work("import antigravity"), Err(Stop::Missing(_))));
        assert!(matches!(work("x = y"), Err(Stop::Missing(_))));
        assert!(matches!(work("x="), Err(Stop::Raised(_))));
    }

    #[test]
    fn every_program_of_the_table_raises() {
        for (source, ..) in RAISING {
            assert!(matches!(work(source), Ok(Work::Raise(_))), "{source}");
        }
    }
}
