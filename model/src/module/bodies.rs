//! What the functions and programs do that scenarios run: what they return, raise, and bind. A table, since nothing is
//! compiled here.
//!
//! Whether one may cross, `shipping` decides; how it takes its arguments, `binding` says.

use super::Value;
use super::binding::{Bound, Parameters};
use super::call::Call;
use super::error::Problem;
use super::layer::Layer;
use super::namespace::bind;
use super::outcome::Raised;
use super::player::{Player, Stop, not_modelled};
use super::thrown::Thrown;

use crossinterp_objects::{Text, repr};

/// What came of running something: a value, or an exception of its own.
pub(super) type Ran = Result<Value, Thrown>;

/// The parameters of the functions that have any.
const PARAMETERS: [(&str, Parameters); 12] = [
    ("parameter", Parameters::either(&["a"])),
    ("annotated", Parameters::either(&["a"])),
    ("attribute", Parameters::either(&["a"])),
    ("parameter_global", Parameters::either(&["a"])),
    ("positional_only", Parameters { only_places: &["a"], ..Parameters::NONE }),
    ("keyword_only", Parameters { only_names: &["a"], ..Parameters::NONE }),
    ("star", Parameters { more_places: true, ..Parameters::NONE }),
    ("double_star", Parameters { more_names: true, ..Parameters::NONE }),
    ("adds", Parameters::either(&["a", "b"])),
    ("options", Parameters { only_names: &["b"], ..Parameters::either(&["a"]) }),
    ("gathers", Parameters { more_places: true, more_names: true, ..Parameters::NONE }),
    ("three", Parameters::either(&["a", "b", "c"])),
];

/// Functions that do nothing that anybody sees.
const QUIET: [&str; 22] = [
    "empty",
    "returns_none",
    "documented",
    "local",
    "loops",
    "imports",
    "builtin",
    "attributes",
    "renamed",
    "other_globals",
    "other_builtins",
    "odd_builtins",
    "nested",
    "nested_closure",
    "nested_reads_global",
    "keyword_only",
    "positional_only",
    "star",
    "double_star",
    "module_empty",
    "module_pass",
    "module_builtin",
];

impl<L: Layer> Player<L> {
    /// Calls what arrived in the current interpreter.
    pub(super) fn run_callable(
        &mut self,
        call: &Call,
        callable: &Value,
        args: &[Value],
        kwargs: &[(Value, Value)],
    ) -> Result<Ran, Stop> {
        if kwargs.iter().any(|(name, _)| !matches!(name, Value::Str(_))) {
            return Ok(Err(Thrown::plain("TypeError", "keywords must be strings")));
        }
        let Value::Made(kind, parts) = callable else { return Err(not_modelled(call)) };
        match (kind.as_str(), parts.as_slice()) {
            ("Function", [Value::Str(name)]) => self.run_function(call, &name.escaped(), args, kwargs),
            ("Partial", [inner, rest @ ..]) => self.run_callable(call, inner, &[rest, args].concat(), kwargs),
            ("Class", [Value::Str(name)]) if *name == "Point" && kwargs.is_empty() => {
                Ok(Ok(Value::made("Point", args.to_vec())))
            }
            ("Builtin", [Value::Str(name)]) => {
                run_builtin(&name.escaped(), args, kwargs).ok_or_else(|| not_modelled(call))
            }
            ("Bound", [Value::Str(text), Value::Str(name)]) => {
                run_method(text, &name.escaped(), args).ok_or_else(|| not_modelled(call))
            }
            _ => Err(not_modelled(call)),
        }
    }

    /// Calls a function with arguments, as far as they fit.
    pub(super) fn run_function(
        &mut self,
        call: &Call,
        name: &str,
        args: &[Value],
        kwargs: &[(Value, Value)],
    ) -> Result<Ran, Stop> {
        let parameters = PARAMETERS.iter().find(|(known, _)| *known == name).map(|(_, parameters)| *parameters);
        match parameters.unwrap_or_default().bind(name, args, kwargs) {
            Ok(bound) => self.run_named(call, name, &bound),
            Err(words) => Ok(Err(Thrown::plain("TypeError", &words))),
        }
    }

    /// Runs the body of a function, or a program of that name, with the `__main__` of the current interpreter around it.
    pub(super) fn run_named(&mut self, call: &Call, name: &str, bound: &Bound) -> Result<Ran, Stop> {
        if QUIET.contains(&name) {
            return Ok(Ok(Value::None));
        }
        if let Some(ran) = returned(name, bound).map(Ok).or_else(|| thrown(name).map(Err)) {
            return Ok(ran);
        }
        match name {
            "attribute" => Ok(Err(no_attribute(&bound.get("a")))),
            "adds" => Ok(added(&bound.get("a"), &bound.get("b"))),
            "stores_global" => Ok(Ok(self.store("spam", Value::int(1)))),
            "deletes_global" => Ok(self.delete("spam", "deletes_global", 3)),
            "reads_global" => Ok(self.read("spam", "reads_global").map(|_| Value::None)),
            "calls_global" => Ok(self.read("spam", "calls_global").and_then(|found| Err(not_callable(&found)))),
            "recursive" => Ok(self.read("recursive", "recursive")),
            "where" => self.whereabouts(),
            "runs_main" => Ok(Err(self.main_is_running())),
            "module_assigns" | "module_global" => Ok(Ok(self.store("x", Value::int(1)))),
            _ => Err(not_modelled(call)),
        }
    }

    fn store(&mut self, name: &str, value: Value) -> Value {
        bind(self.mains.entry(self.current).or_default(), Value::text(name), value);
        Value::None
    }

    fn read(&self, name: &'static str, function: &'static str) -> Ran {
        self.bound_in(self.current, name).cloned().ok_or_else(|| no_name(name, function, 1))
    }

    fn delete(&mut self, name: &'static str, function: &'static str, line: usize) -> Ran {
        if self.bound_in(self.current, name).is_none() {
            return Err(no_name(name, function, line));
        }
        self.mains.entry(self.current).or_default().retain(|(bound, _)| bound.as_str() != Some(name));
        Ok(Value::None)
    }

    fn whereabouts(&self) -> Result<Ran, Stop> {
        let entry = self.find(self.current)?;
        Ok(Ok(Value::Tuple(vec![Value::int(entry.id), Value::int(entry.whence as u8)])))
    }

    fn main_is_running(&self) -> Thrown {
        Thrown::of(&Raised::from(Problem::AlreadyRunning), self.edition).inside(3, "runs_main")
    }
}

/// What functions return that always return the same, or what they were given.
fn returned(name: &str, bound: &Bound) -> Option<Value> {
    let local = |repr: &str| Value::made("Local", vec![Value::text(repr)]);
    Some(match name {
        "returns" | "lambda" => Value::int(1),
        "parameter" | "annotated" => bound.get("a"),
        "options" => Value::Tuple(vec![bound.get("a"), bound.get("b")]),
        "three" => Value::Tuple(vec![bound.get("a"), bound.get("b"), bound.get("c")]),
        "gathers" => Value::Tuple(vec![Value::Tuple(bound.places.clone()), Value::Dict(bound.names.clone())]),
        "returns_text" => Value::text("text"),
        "returns_huge" => Value::int(1i128 << 64),
        "returns_several" => Value::Tuple(vec![Value::int(1), Value::text("a"), Value::None]),
        "returns_list" => Value::List(vec![Value::int(1), Value::List(vec![Value::int(2)])]),
        "returns_dict" => Value::Dict(vec![(Value::text("a"), Value::int(1))]),
        "returns_mixed" => Value::Tuple(vec![Value::int(1), Value::List(vec![Value::int(2)])]),
        "returns_view" => Value::made("MemoryView", vec![Value::Bytes(b"view".to_vec())]),
        "returns_function" => Value::made("Function", vec![Value::text("inner")]),
        "returns_lock" => Value::made("Lock", vec![]),
        "returns_locks" => Value::Tuple(vec![Value::int(1), Value::made("Lock", vec![])]),
        "returns_unprintable" => Value::made("Unprintable", vec![Value::text("repr"), Value::text("no repr")]),
        "returns_unreadable" => Value::made("Reduced", vec![Value::text("int"), Value::text("zz")]),
        "returns_fatal" => Value::made("Reduced", vec![Value::text("exec"), Value::text("raise AttributeError(1)")]),
        "returns_instance" => local("<__main__.returns_instance.<locals>.Local object at 0xADDR>"),
        "generator" | "coroutine" | "async_generator" => local(&format!("<{name} object {name} at 0xADDR>")),
        "makes_closure" => local("<function makes_closure.<locals>.closure at 0xADDR>"),
        "makes_closed_default" => local("<function makes_closed_default.<locals>.closed_default at 0xADDR>"),
        _ => return None,
    })
}

/// What functions raise that always raise the same.
fn thrown(name: &str) -> Option<Thrown> {
    Some(match name {
        "raises" => Thrown::plain("ValueError", "raised").inside(1, "raises"),
        "divides" => Thrown::plain("ZeroDivisionError", "division by zero").inside(1, "divides"),
        "exits" => Thrown::plain("SystemExit", "3").inside(1, "exits"),
        "interrupts" => Thrown::plain("KeyboardInterrupt", "").inside(1, "interrupts"),
        "runs_out" => Thrown::plain("MemoryError", "none").inside(1, "runs_out"),
        "raises_nul" => Thrown::plain("ValueError", "a\0b").inside(1, "raises_nul"),
        "raises_surrogate" => {
            let text = Text::from_code_points([0xdc80]).unwrap_or_default();
            Thrown { text, ..Thrown::plain("ValueError", "") }.inside(1, "raises_surrogate")
        }
        _ => return None,
    })
}

fn no_name(name: &str, function: &'static str, line: usize) -> Thrown {
    Thrown::plain("NameError", &format!("name '{name}' is not defined")).inside(line, function)
}

fn not_callable(value: &Value) -> Thrown {
    let text = format!("'{}' object is not callable", value.type_of().name());
    Thrown::plain("TypeError", &text).inside(1, "calls_global")
}

fn no_attribute(value: &Value) -> Thrown {
    let text = format!("'{}' object has no attribute 'y'", value.type_of().name());
    Thrown::plain("AttributeError", &text).inside(1, "attribute")
}

/// Ints and strings, each to its like.
fn added(left: &Value, right: &Value) -> Ran {
    let type_of = |value: &Value| value.type_of().name().to_owned();
    let text = match (left, right) {
        (Value::Int(a), Value::Int(b)) => {
            let sum = a.to_i64().zip(b.to_i64()).map(|(a, b)| i128::from(a) + i128::from(b));
            return Ok(Value::int(sum.unwrap_or_default()));
        }
        (Value::Str(a), Value::Str(b)) => {
            let mut joined = a.clone();
            joined.append(b);
            return Ok(Value::Str(joined));
        }
        (Value::Str(_), other) => format!("can only concatenate str (not \"{}\") to str", type_of(other)),
        (left, right) => format!("unsupported operand type(s) for +: '{}' and '{}'", type_of(left), type_of(right)),
    };
    Err(Thrown::plain("TypeError", &text).inside(1, "adds"))
}

/// A few of the functions and classes that are built in; none if the model does not know what it would say.
fn run_builtin(name: &str, args: &[Value], kwargs: &[(Value, Value)]) -> Option<Ran> {
    let refused = |kind: &str, text: String| Some(Err(Thrown::plain(kind, &text)));
    match (name, args, kwargs) {
        ("len", [value], []) => Some(length(value)),
        ("len", args, []) => refused("TypeError", format!("len() takes exactly one argument ({} given)", args.len())),
        ("len", _, _) => refused("TypeError", "len() takes no keyword arguments".to_owned()),
        ("int", [], []) => Some(Ok(Value::int(0))),
        ("int", [number @ Value::Int(_)], []) => Some(Ok(number.clone())),
        ("int", [value @ Value::Str(text)], []) => match text.as_str().and_then(|text| text.parse::<i64>().ok()) {
            Some(number) => Some(Ok(Value::int(number))),
            None => refused("ValueError", invalid_literal(value)),
        },
        ("dict", [], names) => Some(Ok(Value::Dict(names.to_vec()))),
        _ => None,
    }
}

/// What `int()` says of a text that is no number.
pub(super) fn invalid_literal(text: &Value) -> String {
    let quoted = repr(text).map(|text| text.escaped()).unwrap_or_default();
    format!("invalid literal for int() with base 10: {quoted}")
}

fn length(value: &Value) -> Ran {
    let length = match value {
        Value::Tuple(items) | Value::List(items) => items.len(),
        Value::Dict(pairs) => pairs.len(),
        Value::Str(text) => text.code_points().count(),
        Value::Bytes(bytes) => bytes.len(),
        other => {
            let text = format!("object of type '{}' has no len()", other.type_of().name());
            return Err(Thrown::plain("TypeError", &text));
        }
    };
    Ok(Value::int(length))
}

fn run_method(text: &Text, name: &str, args: &[Value]) -> Option<Ran> {
    match (name, args) {
        ("upper", []) => Some(Ok(Value::text(&text.as_str()?.to_uppercase()))),
        ("upper", args) => {
            let words = format!("str.upper() takes no arguments ({} given)", args.len());
            Some(Err(Thrown::plain("TypeError", &words)))
        }
        _ => None,
    }
}
