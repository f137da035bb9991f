//! The ways across that 3.14 has beside the registry: pickle, marshal, code, functions, scripts, and the fallback.
//!
//! Each is asked for by name, and says no in its own words. What the objects are is a table's matter (`callables`), what
//! the registry carries is `arrival`'s.

use super::Value;
use super::arrival::Arrival;
use super::bodies::invalid_literal;
use super::callables::{self, Trait, complaint};
use super::error::Problem;
use super::layer::Layer;
use super::namespace::not_encodable;
use super::outcome::{Raised, Signal};
use super::player::{Player, Stop};
use super::pytext;
use crate::defect::Defect;
use crate::rule::Rule;

impl<L: Layer> Player<L> {
    /// What arrives of a value that is sent that way; none if there is no such way.
    pub(super) fn ship(&mut self, value: &Value, mode: &str) -> Option<Result<Arrival, Stop>> {
        Some(match mode {
            "xidata" => self.arrival(value, false),
            "fallback" => {
                self.rule(Rule::ConvertFallbackFlag);
                self.arrival(value, true)
            }
            "pickle" => self.pickle(value),
            "marshal" => self.marshal(value),
            "code" => self.code(value),
            "func" => self.function(value),
            "script" => self.script(value, false),
            "script-pure" => self.script(value, true),
            _ => return None,
        })
    }

    /// When the registry fails: a function as a stateless one, then whatever it is pickled.
    /// Rule `convert.fallback.order`; `_PyObject_GetXIData` in `crossinterp.c`.
    pub(super) fn shipped_by_fallback(&mut self, value: &Value) -> Option<Arrival> {
        self.rule(Rule::ConvertFallbackOrder);
        let function = if is_function(value) { self.function(value).ok() } else { None };
        function.or_else(|| self.pickle(value).ok())
    }

    /// Rule `convert.pickle`; `_PyPickle_GetXIData` in `crossinterp.c`.
    fn pickle(&mut self, value: &Value) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertPickle);
        let pickled = pickled(value).map_err(|cause| refused("object could not be pickled").caused_by(cause))?;
        Ok(Arrival::borrowed(pickled))
    }

    /// Rule `convert.marshal`; `_PyMarshal_GetXIData` in `crossinterp.c`.
    fn marshal(&mut self, value: &Value) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertMarshal);
        let cause = || Problem::Foreign { kind: "ValueError", text: "unmarshallable object".to_owned() };
        let marshalled = self.marshalled(value);
        let marshalled = marshalled.ok_or_else(|| refused("object could not be marshalled").caused_by(cause()))?;
        Ok(Arrival::borrowed(marshalled))
    }

    /// By exact type, except that whatever exports memory is written as bytes.
    fn marshalled(&self, value: &Value) -> Option<Value> {
        let all = |items: &[Value]| items.iter().map(|item| self.marshalled(item)).collect::<Option<Vec<_>>>();
        match value {
            Value::Tuple(items) => all(items).map(Value::Tuple),
            Value::List(items) => all(items).map(Value::List),
            Value::Dict(pairs) => {
                let pair = |(key, value): &(Value, Value)| Some((self.marshalled(key)?, self.marshalled(value)?));
                pairs.iter().map(pair).collect::<Option<Vec<_>>>().map(Value::Dict)
            }
            Value::Made(kind, args) => match kind.as_str() {
                "Set" | "FrozenSet" | "Slice" => Some(Value::Made(kind.clone(), all(args)?)),
                "Complex" | "Code" | "Nested" => Some(value.clone()),
                "Builtin" if is_named(args, &["Ellipsis", "StopIteration"]) => Some(value.clone()),
                _ => self.exported(value).map(Value::Bytes),
            },
            other => Some(other.clone()),
        }
    }

    /// Rule `convert.code`; `_PyCode_GetXIData` in `crossinterp.c`.
    fn code(&mut self, value: &Value) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertCode);
        if !matches!(value, Value::Made(kind, _) if kind == "Code") {
            return Err(refused(&format!("expected code, got {}", self.repr_of(value)?)).into());
        }
        self.marshal(value)
    }

    /// Rules `convert.function`, `convert.function.stateless`; `_PyFunction_GetXIData` in `crossinterp.c`.
    fn function(&mut self, value: &Value) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertFunction);
        if !is_function(value) {
            return Err(refused(&format!("expected a function, got {}", self.repr_of(value)?)).into());
        }
        self.rule(Rule::ConvertFunctionStateless);
        if let Some(cause) = state_of_function(name_of(value)) {
            return Err(refused("only stateless functions are shareable").caused_by(cause).into());
        }
        self.rule(Rule::ConvertFunctionGlobals);
        // What was not made here has no name that it could arrive under.
        let nameless = matches!(value, Value::Made(_, args) if args.is_empty());
        Ok(Arrival::borrowed(if nameless { Value::Opaque("function".to_owned()) } else { value.clone() }))
    }

    /// Rules `convert.script`, `convert.script.pure`; `get_script_xidata` in `crossinterp.c`.
    fn script(&mut self, value: &Value, pure: bool) -> Result<Arrival, Stop> {
        self.rule(if pure { Rule::ConvertScriptPure } else { Rule::ConvertScript });
        match self.scripted(value, pure) {
            Ok(script) => Ok(Arrival::borrowed(script)),
            Err(Stop::Raised(cause)) => Err(refused("object not a valid script").caused_by(*cause).into()),
            Err(stop) => Err(stop),
        }
    }

    pub(super) fn scripted(&self, value: &Value, pure: bool) -> Result<Value, Stop> {
        let kind = if let Value::Made(kind, _) = value { kind.as_str() } else { "" };
        match value {
            Value::Str(text) => compiled(text),
            Value::Made(_, args) if matches!(kind, "Code" | "Function") => {
                verify_script(name_of(value), kind == "Function", pure)?;
                Ok(Value::made("Code", args.clone()))
            }
            Value::Made(_, args) if kind == "StrSubclass" => self.scripted(&args[0], pure),
            Value::Made(..) if kind == "ReleasedView" => {
                // The words that belong into this message were never given to the function that says it.
                Err(foreign("TypeError", "???() arg 1 must be a ??? object".to_owned()).into())
            }
            other => match self.exported(other) {
                Some(bytes) => compiled_bytes(&bytes),
                None => Err(foreign("TypeError", format!("unsupported script {}", self.repr_of(other)?)).into()),
            },
        }
    }
}

impl<L: Layer> Player<L> {
    /// What happens instead of reading what arrives, if it cannot be read. Nothing but a pickle carries such an object.
    /// Rules `convert.pickle`, `convert.pickle.main`; `_PyPickle_LoadFromXIData` in `crossinterp.c`.
    pub(super) fn unreadable(&self, arrived: &Value) -> Option<Stop> {
        let within = |value: &Value| self.unreadable(value);
        match arrived {
            Value::Tuple(items) | Value::List(items) => items.iter().find_map(within),
            Value::Dict(pairs) => pairs.iter().find_map(|(key, value)| within(key).or_else(|| within(value))),
            Value::Made(kind, args) if kind == "Unloadable" => Some(self.load_failure(args)),
            Value::Made(kind, args) if kind == "Reduced" => Some(self.reduction_failure(args)),
            Value::Made(_, args) => args.iter().find_map(within),
            _ => None,
        }
    }

    /// A missing attribute might be one of the main program, so its text is looked at: whatever it is, in 3.14.
    fn load_failure(&self, missing: &[Value]) -> Stop {
        let cause = match missing {
            [] => foreign("ValueError", "will not be read".to_owned()),
            [Value::Int(_), ..] if self.has_defect(Defect::UnpickleNullCompare) => {
                return Stop::Crash(Signal::Segfault);
            }
            missing => {
                let raised = Value::made("Raised", [&[Value::text("AttributeError")], missing].concat());
                foreign("AttributeError", pytext::str(&raised).unwrap_or_default())
            }
        };
        refused("object could not be unpickled").caused_by(cause).into()
    }

    /// A pickle that calls something with arguments that it does not take.
    fn reduction_failure(&self, args: &[Value]) -> Stop {
        let (kind, text) = match args {
            [Value::Str(called), text] if called == "int" => ("ValueError", invalid_literal(text)),
            _ if self.has_defect(Defect::UnpickleNullCompare) => return Stop::Crash(Signal::Segfault),
            _ => ("AttributeError", "1".to_owned()),
        };
        let cause = match kind {
            "ValueError" => foreign(kind, text),
            _ => Problem::Executed { kind, text }.into(),
        };
        refused("object could not be unpickled").caused_by(cause).into()
    }
}

/// What is left of a value that was pickled and read again, or why it cannot be pickled.
fn pickled(value: &Value) -> Result<Value, Raised> {
    let all = |items: &[Value]| items.iter().map(pickled).collect::<Result<Vec<_>, _>>();
    Ok(match value {
        Value::Tuple(items) => Value::Tuple(all(items)?),
        Value::List(items) => Value::List(all(items)?),
        Value::Dict(pairs) => {
            let pair = |(key, value): &(Value, Value)| Ok((pickled(key)?, pickled(value)?));
            Value::Dict(pairs.iter().map(pair).collect::<Result<Vec<_>, Raised>>()?)
        }
        Value::Made(kind, args) => match (kind.as_str(), args.as_slice()) {
            ("Object", _) => Value::Opaque("object".to_owned()),
            ("Iterator", [Value::Str(of)]) if of == "list" => Value::Opaque("list_iterator".to_owned()),
            (kind, _) => match pickle_complaint(kind, value) {
                Some(raised) => return Err(raised),
                None => Value::made(kind, all(args)?),
            },
        },
        other => other.clone(),
    })
}

/// What pickle says of objects that it cannot write: a type that refuses, or a class that is not where it says it is.
fn pickle_complaint(kind: &str, value: &Value) -> Option<Raised> {
    let cannot = |what: &str| Some(foreign("TypeError", format!("cannot pickle {what}")));
    let name = name_of(value);
    match kind {
        "Lock" => cannot("'_thread.lock' object"),
        "Module" => cannot("'module' object"),
        "Code" => cannot("code objects"),
        "Iterator" => cannot("'generator' object"),
        "MemoryView" | "ReleasedView" | "View" | "Stepped" => cannot("memoryview objects"),
        "WeakRef" => cannot("'weakref.ReferenceType' object"),
        "Local" => cannot("a local object"),
        "Unpicklable" => Some(foreign("ValueError", "will not be pickled".to_owned())),
        "Function" if name.is_empty() => {
            let text = format!("Can't pickle local object {}", pytext::repr(value).unwrap_or_default());
            Some(foreign("_pickle.PicklingError", text))
        }
        "Function" => Some(not_found(&pytext::repr(value).unwrap_or_default(), "made")),
        "Level" => Some(not_found("<enum 'Level'>", "driver")),
        "Class" if matches!(name, "Plain" | "Shared" | "Child" | "Other") => {
            Some(not_found(&format!("<class 'driver.{name}'>"), "driver"))
        }
        "Plain" | "Shared" | "Child" | "Other" | "Method" | "Unprintable" | "Indexable" => {
            Some(not_found(&format!("<class 'driver.{kind}'>"), "driver"))
        }
        _ => None,
    }
}

/// Pickle writes classes and functions by where they are found, and looks there.
fn not_found(repr: &str, module: &str) -> Raised {
    let missing = format!("No module named '{module}'");
    foreign("_pickle.PicklingError", format!("Can't pickle {repr}: {missing}"))
        .during(foreign("ModuleNotFoundError", missing))
}

/// The first thing that makes a function more than its code. Rule `convert.function.stateless`;
/// `_PyFunction_VerifyStateless` in `funcobject.c`.
fn state_of_function(name: &str) -> Option<Problem> {
    let has = |wanted| callables::has(name, wanted);
    // That its globals are a dict is checked first, and is never wrong for a function that Python code can make.
    if has(Trait::OddBuiltins) {
        return Some(Problem::Foreign { kind: "TypeError", text: "unsupported builtins 5".to_owned() });
    }
    let own = [
        (Trait::Defaults, "defaults not supported"),
        (Trait::KeywordDefaults, "keyword defaults not supported"),
        (Trait::Closure, "closures not supported"),
    ];
    let found = own.into_iter().find(|(wanted, _)| has(*wanted)).map(|(_, text)| value_error(text));
    found.or_else(|| state_of_code(name, true))
}

/// The names that code refers to outside itself; what it stores there is not looked at.
/// `_PyCode_VerifyStateless` in `codeobject.c`.
fn state_of_code(name: &str, pure: bool) -> Option<Problem> {
    if callables::has(name, Trait::Closure) {
        return Some(value_error("closures not supported"));
    }
    (pure && callables::has(name, Trait::Globals)).then(|| value_error("globals not supported"))
}

/// Rules `convert.script`, `convert.script.pure`; `verify_script` in `crossinterp.c`.
fn verify_script(name: &str, is_function: bool, pure: bool) -> Result<(), Problem> {
    let function = if is_function && pure { state_of_function(name) } else { None };
    if let Some(problem) = function.or_else(|| state_of_code(name, pure)) {
        return Err(problem);
    }
    if callables::has(name, Trait::Arguments) {
        return Err(value_error("code with args not supported"));
    }
    if callables::has(name, Trait::Value) {
        return Err(value_error("code that returns a value is not a script"));
    }
    Ok(())
}

/// A text as the code of a module.
fn compiled(text: &crossinterp_objects::Text) -> Result<Value, Stop> {
    match text.as_str() {
        Some(source) => compiled_text(source),
        None => Err(not_encodable(text).map_or_else(|| value_error("no text"), Problem::from).into()),
    }
}

/// A text with a lone surrogate has no UTF-8.
pub(super) fn unencodable(text: &crossinterp_objects::Text) -> Problem {
    let place = text.code_points().position(|point| (0xd800..0xe000).contains(&point)).unwrap_or_default();
    let point = text.code_points().nth(place).unwrap_or_default();
    // The message has a backslash of its own.
    let words = "surrogates not allowed";
    let text = format!("'utf-8' codec can't encode character '\\\\u{point:x}' in position {place}: {words}");
    Problem::Foreign { kind: "UnicodeEncodeError", text }
}

fn compiled_bytes(bytes: &[u8]) -> Result<Value, Stop> {
    match std::str::from_utf8(bytes) {
        Ok(source) => compiled_text(source),
        Err(place) => {
            let byte = bytes[place.valid_up_to()];
            let advice = "but no encoding declared; see https://peps.python.org/pep-0263/ for details";
            let text = format!("Non-UTF-8 code starting with '\\\\x{byte:02x}' on line 1, {advice} (<script>, line 1)");
            Err(foreign("SyntaxError", text).into())
        }
    }
}

fn compiled_text(source: &str) -> Result<Value, Stop> {
    if source.contains('\0') {
        return Err(foreign("SyntaxError", "source code string cannot contain null bytes".to_owned()).into());
    }
    match complaint(source) {
        Some((kind, text)) => Err(foreign(kind, text).into()),
        None => Ok(Value::made("Compiled", vec![Value::text("<module>")])),
    }
}

fn is_function(value: &Value) -> bool {
    value.type_of().name() == "function"
}

/// The name of what was made; empty when it has none.
fn name_of(value: &Value) -> &str {
    match value {
        Value::Made(_, args) => args.last().and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    }
}

fn is_named(args: &[Value], names: &[&str]) -> bool {
    args.first().and_then(Value::as_str).is_some_and(|name| names.contains(&name))
}

fn refused(text: &str) -> Raised {
    Problem::Refused { text: text.to_owned() }.into()
}

fn foreign(kind: &'static str, text: String) -> Raised {
    Problem::Foreign { kind, text }.into()
}

fn value_error(text: &str) -> Problem {
    Problem::Foreign { kind: "ValueError", text: text.to_owned() }
}
