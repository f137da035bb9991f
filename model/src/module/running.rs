//! The operations that run a script: a text, or the code of a function, in the `__main__` of an interpreter.
//!
//! Each is its argument checks in the order of the C code, and then one session: convert, switch, bind, run, leave. The
//! checks of 3.13 look at the code themselves; since 3.14 whatever becomes a script is one.

use super::Value;
use super::binding::Bound;
use super::bodies::Ran;
use super::call::Call;
use super::callables::{self, Trait};
use super::error::{Label, Problem};
use super::layer::Layer;
use super::namespace::not_encodable;
use super::player::{Answer, DONE, Player, Stop, not_modelled};
use super::surface::like_3_14;
use crate::rule::Rule;

/// What is run.
enum Script {
    /// A text, compiled where it runs or before.
    Text(Value),
    /// The code of the function or program of that name.
    Code(String),
}

/// What an operation takes for a script, and how it says so.
struct Wanted {
    label: Label,
    /// The function that 3.13 names in its messages; not always the one that was called.
    function: &'static str,
    /// What 3.13 says it expected.
    expected: &'static str,
    /// Whether a text will do.
    text: bool,
}

const EXEC: Wanted = Wanted {
    label: Label::Exec,
    function: "_interpreters.exec",
    expected: "a string, a function, or a code object",
    text: true,
};
const RUN_STRING: Wanted =
    Wanted { label: Label::RunString, function: "_interpreters.exec", expected: "a string", text: true };
const RUN_FUNC: Wanted = Wanted {
    label: Label::RunFunc,
    function: "_interpreters.exec",
    expected: "a function or a code object",
    text: false,
};
/// 3.13's call: the code of a function, and nothing else.
pub(super) const CALL: (&str, &str) = ("_interpreters.call", "a function");

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn running(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        let wanted = match call.verb.as_str() {
            "exec" => EXEC,
            "run_string" => RUN_STRING,
            "run_func" => RUN_FUNC,
            _ => return None,
        };
        Some(match args {
            [id, script] => self.execute(call, &wanted, id, script, call.keyword("shared")),
            [id, script, shared] => self.execute(call, &wanted, id, script, Some(shared)),
            _ => Err(not_modelled(call)),
        })
    }

    /// Rules `module.exec`, `module.run-string`, `module.run-func`; `interp_exec`, `interp_run_string` and
    /// `interp_run_func` in `_interpretersmodule.c`.
    fn execute(&mut self, call: &Call, wanted: &Wanted, id: &Value, script: &Value, shared: Option<&Value>) -> Answer {
        self.rule(match wanted.label {
            Label::RunString => Rule::ModuleRunString,
            Label::RunFunc => Rule::ModuleRunFunc,
            _ => Rule::ModuleExec,
        });
        let entry = self.resolve(wanted.label, id, call.flag("restrict"), true)?;
        self.rule(Rule::ModuleExecScript);
        let script = if like_3_14(self.edition) {
            self.script_since_3_14(wanted, script)?
        } else {
            script_before_3_14(wanted, script)?
        };
        let namespace = self.convert_shared(shared)?;
        let mut session = self.enter_with(entry.id, namespace)?;
        let answer = match self.missing_names(&mut session) {
            Some(stop) => Err(stop),
            None => self.run_script(call, entry.id, &script),
        };
        self.layer.leave(entry.id)?;
        self.wake(self.current)?;
        answer
    }

    /// What cannot be a script is refused with the reason alone. Rule `error.unwrap`; `_PyCode_GetScriptXIData` in
    /// `crossinterp.c`.
    fn script_since_3_14(&mut self, wanted: &Wanted, script: &Value) -> Result<Script, Stop> {
        let code = code_of(script);
        if code.is_none() && !wanted.text {
            return Err(bad_argument("_interpreters.run_func", "a function", script));
        }
        if is_raising(script) {
            return Ok(Script::Text(script.clone()));
        }
        if let Err(stop) = self.scripted(script, false) {
            self.rule(Rule::ErrorUnwrap);
            return Err(stop);
        }
        match (code, super::namespace::plain_text(script)) {
            (Some((_, name)), _) => Ok(Script::Code(name)),
            (None, Some(text)) => Ok(Script::Text(Value::Str(text))),
            (None, None) => Ok(Script::Text(self.source_in(script))),
        }
    }

    /// A text that is given as bytes.
    fn source_in(&self, script: &Value) -> Value {
        let bytes = self.exported(script).unwrap_or_default();
        Value::text(&String::from_utf8(bytes).unwrap_or_default())
    }

    fn run_script(&mut self, call: &Call, id: i64, script: &Script) -> Answer {
        match script {
            Script::Text(text) => self.run_code(id, text),
            Script::Code(name) => {
                let ran = self.being_in(id, |player| player.run_named(call, name, &Bound::default()))?;
                self.told(ran)
            }
        }
    }

    /// What whoever ran code is told: nothing of its result, and a snapshot of its exception.
    pub(super) fn told(&mut self, ran: Ran) -> Answer {
        match ran {
            Ok(_) => DONE,
            Err(thrown) => self.uncaught(&thrown.given()),
        }
    }
}

/// Rules `module.exec`, `module.run-string` and `module.run-func`: a text is not empty and has no NUL, code takes no arguments and
/// closes over nothing. `convert_script_arg`, `convert_code_arg` and `get_code_str` in `_interpretersmodule.c`.
fn script_before_3_14(wanted: &Wanted, script: &Value) -> Result<Script, Stop> {
    if is_raising(script) {
        return Ok(Script::Text(script.clone()));
    }
    let Some(text) = super::namespace::plain_text(script).filter(|_| wanted.text) else {
        return plain_code(wanted.function, wanted.expected, script).map(Script::Code);
    };
    if text.is_empty() {
        return Err(value_error(format!("{}(): bad script text (too short)", wanted.function)));
    }
    if let Some(refusal) = not_encodable(&text) {
        return Err(refusal.into());
    }
    if text.code_points().any(|point| point == 0) {
        return Err(value_error("source code string cannot contain null bytes".to_owned()));
    }
    Ok(Script::Text(Value::Str(text)))
}

/// The name of a function's code, or of a code object, that 3.13 is content with.
pub(super) fn plain_code(function: &str, expected: &str, given: &Value) -> Result<String, Stop> {
    let Some((kind, name)) = code_of(given) else { return Err(bad_argument(function, expected, given)) };
    let has = |wanted| callables::has(&name, wanted);
    if kind == "func" && has(Trait::Closure) {
        return Err(value_error(format!("{function}(): closures not supported")));
    }
    let bad = [(Trait::Arguments, "arguments not supported"), (Trait::Cells, "closures not supported")];
    match bad.into_iter().find(|(wanted, _)| has(*wanted)) {
        Some((_, words)) => Err(value_error(format!("{function}(): bad {kind} ({words})"))),
        None => Ok(name),
    }
}

/// Whether it stands for the text of a program that raises something.
fn is_raising(script: &Value) -> bool {
    matches!(script, Value::Made(kind, _) if kind == "Raise")
}

/// Whether it is a function or a code object, and its name.
fn code_of(value: &Value) -> Option<(&'static str, String)> {
    let Value::Made(kind, args) = value else { return None };
    let name = args.first().and_then(Value::as_str).unwrap_or("empty").to_owned();
    match kind.as_str() {
        "Function" => Some(("func", name)),
        "Code" => Some(("code object", name)),
        _ => None,
    }
}

fn bad_argument(function: &str, expected: &str, given: &Value) -> Stop {
    let type_name = match given {
        Value::None => "None".to_owned(),
        given => given.type_of().name().to_owned(),
    };
    Problem::Arguments { text: format!("{function}() argument 2 must be {expected}, not {type_name}") }.into()
}

fn value_error(text: String) -> Stop {
    Problem::Foreign { kind: "ValueError", text }.into()
}
