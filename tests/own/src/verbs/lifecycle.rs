//! Which interpreters there are, who made them, and how they come and go.
//!
//! It sits on top of the runtime. What runs in an interpreter is not its business.

use crossinterp::{Dropped, EndError, IdRefError, InterpreterId};
use crossinterp_objects::Value;

use super::ids::{self, DECREF, DESTROY, INCREF, IS_RUNNING};
use crate::driver::{BY_MODULE, BY_RUNTIME, Here, register_views};
use crate::outcome::{Answer, Stop};
use crate::places::ending;
use crate::raised::{Raised, own_type};
use crate::request::Request;

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("create", config) => create(here, config.first(), request.flag("reqrefs")),
        ("destroy", [id]) => destroy(here, id, request.flag("restrict")),
        ("get_current", []) => Ok(described(here, here.id())),
        ("get_main", []) => Ok(Value::Tuple(vec![Value::int(0), Value::int(BY_RUNTIME)])),
        ("list_all", []) => Ok(list_all(here, request.flag("require_ready"))),
        ("is_running", [id]) => is_running(here, id, request.flag("restrict")),
        ("whence", [id]) => whence(here, id),
        ("incref", [id]) => incref(here, id, request),
        ("decref", [id]) => decref(here, id, request.flag("restrict")),
        ("error_type", [Value::Str(name)]) => error_type(&name.escaped()),
        _ => return None,
    })
}

/// An id with who made its interpreter.
fn described(here: Here<'_>, id: i64) -> Value {
    Value::Tuple(vec![Value::int(id), Value::int(here.driver.whence(id).unwrap_or_default())])
}

/// Rule `interpreter.create.link`: with references required, it ends with the last of them.
fn create(here: Here<'_>, config: Option<&Value>, requires_references: bool) -> Answer {
    check_config(config.unwrap_or(&Value::None))?;
    let id = create_as(here, BY_MODULE)?;
    if requires_references {
        here.driver.runtime.link(id, true).map_err(|_| Raised::not_found(id.get()))?;
    }
    Ok(Value::int(id.get()))
}

/// A new interpreter on behalf of somebody.
pub(super) fn create_as(here: Here<'_>, whence: i64) -> Result<InterpreterId, Raised> {
    let made = here.driver.make(whence).map_err(|error| {
        Raised::interpreter("interpreter creation failed").during(Raised::interpreter(error.to_string()))
    })?;
    register_views(here.current);
    Ok(made)
}

/// An interpreter of this runtime has no settings: only the names of those that CPython knows are asked for.
fn check_config(config: &Value) -> Result<(), Stop> {
    match config {
        Value::None => Ok(()),
        Value::Str(name) => match name.as_str() {
            Some("" | "default" | "isolated" | "legacy") => Ok(()),
            Some("empty") => Err(Stop::Missing("config".to_owned())),
            _ => Err(Raised::value_error(format!("unsupported config name '{}'", name.escaped())).into()),
        },
        _ => Err(Stop::Missing("config".to_owned())),
    }
}

/// Known, allowed, not the current one, not running: in this order. Rule `interpreter.destroy.order`.
fn destroy(here: Here<'_>, id: &Value, restrict: bool) -> Answer {
    let target = ids::resolve_for(here, id, &DESTROY, restrict)?;
    let id = target.id();
    if id == here.current.id() {
        return Err(Raised::interpreter("cannot destroy the current interpreter").into());
    }
    here.driver.runtime.end(id).map_err(|error| match error {
        EndError::NotFound { id } => Raised::not_found(id.get()),
        EndError::Ending { id } => ending(id),
        _ => Raised::interpreter("interpreter running"),
    })?;
    Ok(Value::None)
}

fn list_all(here: Here<'_>, only_ready: bool) -> Value {
    let ids = here.driver.runtime.list().into_iter().map(InterpreterId::get);
    let listed = ids.filter(|id| !only_ready || ids::is_ready(here, *id));
    Value::List(listed.map(|id| described(here, id)).collect())
}

fn is_running(here: Here<'_>, id: &Value, restrict: bool) -> Answer {
    Ok(Value::Bool(ids::resolve_for(here, id, &IS_RUNNING, restrict)?.is_running()))
}

fn whence(here: Here<'_>, id: &Value) -> Answer {
    let found = ids::find(here, id)?;
    Ok(Value::int(here.driver.whence(found.id().get()).unwrap_or_default()))
}

fn incref(here: Here<'_>, id: &Value, request: &Request) -> Answer {
    let id = ids::resolve_for(here, id, &INCREF, request.flag("restrict"))?.id();
    here.driver.runtime.incref(id, request.flag("implieslink")).map_err(not_counted)?;
    Ok(Value::None)
}

fn decref(here: Here<'_>, id: &Value, restrict: bool) -> Answer {
    let id = ids::resolve_for(here, id, &DECREF, restrict)?.id();
    match here.driver.runtime.decref(id).map_err(not_counted)? {
        Dropped::Remaining(_) | Dropped::Ended(_) => Ok(Value::None),
    }
}

fn not_counted(error: IdRefError) -> Raised {
    match error {
        IdRefError::NotFound { id } => Raised::not_found(id.get()),
        IdRefError::Ending { id } => ending(id),
        IdRefError::NotReferenced { id } => Raised::interpreter(format!("interpreter {id} has no id references")),
        IdRefError::Overflow { .. } => Raised::new("OverflowError", error.to_string()),
        _ => Raised::interpreter("interpreter running"),
    }
}

fn error_type(name: &str) -> Answer {
    let (full, base) = own_type(name).ok_or_else(|| Stop::Missing(format!("the type {name}")))?;
    Ok(Value::Tuple(vec![Value::text(&full), Value::text(base)]))
}
