//! From an argument to an interpreter: what counts as an id, and what every operation asks of the interpreter that it names.
//!
//! It sits below the verbs. It does not know what they do with the interpreter.

use crossinterp::Interpreter;
use crossinterp_objects::{Text, Value, repr};

use crate::driver::{BY_MODULE, Here};
use crate::host::Keeper;
use crate::raised::Raised;

/// What is recorded of an interpreter that is not ready for anything yet: nobody says who made it.
const NOT_READY: i64 = 0;

/// An operation, as the words of a refusal name it: "cannot ... interpreter 1".
pub(crate) struct Operation {
    words: &'static str,
    wants_ready: bool,
}

const fn operation(words: &'static str) -> Operation {
    Operation { words, wants_ready: true }
}

pub(crate) const DESTROY: Operation = Operation { words: "destroy", wants_ready: false };
pub(crate) const EXEC: Operation = operation("exec code for");
pub(crate) const RUN_STRING: Operation = operation("run a string in");
pub(crate) const SET_ATTRS: Operation = operation("update __main__ for");
pub(crate) const IS_RUNNING: Operation = operation("check if running for");
pub(crate) const INCREF: Operation = operation("incref");
pub(crate) const DECREF: Operation = operation("decref");

/// The number that an argument is, if it can be an id. Rule `interpreter.id.parse`.
pub(crate) fn number(value: &Value) -> Result<i64, Raised> {
    let number = match value {
        Value::Made(kind, args) if kind == "Indexable" => args.first().unwrap_or(value),
        other => other.plain(),
    };
    let id = match number {
        Value::Bool(flag) => i64::from(*flag),
        Value::Int(int) => int.to_i64().ok_or_else(|| Raised::new("OverflowError", "int too big to convert"))?,
        _ => {
            let kind = value.type_of();
            return Err(Raised::type_error(format!("interpreter ID must be an int, got {}", kind.name())));
        }
    };
    if id < 0 {
        let shown = repr(value).map_or_else(|_| id.to_string(), |text| text.escaped());
        return Err(Raised::value_error(format!("interpreter ID must be a non-negative int, got {shown}")));
    }
    Ok(id)
}

/// The interpreter that an argument names. It may have ended by the time that it is used.
pub(crate) fn find(here: Here<'_>, value: &Value) -> Result<Interpreter<Keeper>, Raised> {
    let id = number(value)?;
    here.driver.find(id).ok_or_else(|| Raised::not_found(id))
}

/// The interpreter for an operation that touches every one.
pub(crate) fn resolve(here: Here<'_>, value: &Value, operation: &Operation) -> Result<Interpreter<Keeper>, Raised> {
    resolve_for(here, value, operation, false)
}

/// The interpreter for an operation; with `restrict`, only one that the module itself made. Known, ready, allowed: in this order.
pub(crate) fn resolve_for(
    here: Here<'_>,
    value: &Value,
    operation: &Operation,
    restrict: bool,
) -> Result<Interpreter<Keeper>, Raised> {
    let found = find(here, value)?;
    let (id, words) = (found.id().get(), operation.words);
    if operation.wants_ready && !is_ready(here, id) {
        return Err(Raised::interpreter(Text::from(format!("cannot {words} interpreter {id} (not ready)"))));
    }
    if restrict && here.driver.whence(id) != Some(BY_MODULE) {
        return Err(Raised::interpreter(format!("cannot {words} unrecognized interpreter {id}")));
    }
    Ok(found)
}

/// Whether an interpreter is ready.
pub(crate) fn is_ready(here: Here<'_>, id: i64) -> bool {
    here.driver.whence(id) != Some(NOT_READY)
}
