//! What CPython's test helpers show of interpreters from within: references, links, ids, claims.
//!
//! It sits on top of the runtime, beside `lifecycle`.

use crossinterp::References;
use crossinterp_objects::Value;

use super::{ids, lifecycle};
use crate::driver::Here;
use crate::outcome::Answer;
use crate::raised::Raised;
use crate::request::Request;

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("refcount", [id]) => references(here, id).map(|references| Value::int(references.count)),
        ("is_linked", [id]) => references(here, id).map(|references| Value::Bool(references.linked)),
        ("link", [id]) => link(here, id, true),
        ("unlink", [id]) => link(here, id, false),
        ("exists", [id]) => exists(here, id),
        ("next_id", []) => Ok(Value::int(here.driver.next_id())),
        ("create_as", [Value::Int(whence)]) => {
            let made = lifecycle::create_as(here, whence.to_i64().unwrap_or_default());
            made.map(|id| Value::int(id.get())).map_err(Into::into)
        }
        ("lookup", [id]) => lookup(here, id),
        // A handle always has an id: of nothing there is none to be asked.
        ("id_of_nothing", []) => Err(Raised::new("RuntimeError", "no interpreter provided").into()),
        ("claim_running", [id]) => claim_running(here, id),
        _ => return None,
    })
}

fn references(here: Here<'_>, id: &Value) -> Result<References, crate::outcome::Stop> {
    let id = ids::find(here, id)?.id();
    Ok(here.driver.runtime.references(id).map_err(|_| Raised::not_found(id.get()))?)
}

fn link(here: Here<'_>, id: &Value, linked: bool) -> Answer {
    let id = ids::find(here, id)?.id();
    here.driver.runtime.link(id, linked).map_err(|_| Raised::not_found(id.get()))?;
    Ok(Value::None)
}

fn exists(here: Here<'_>, id: &Value) -> Answer {
    Ok(Value::Bool(here.driver.find(ids::number(id)?).is_some()))
}

/// As C looks up: any number, and one that nobody can have is unknown like any other.
fn lookup(here: Here<'_>, id: &Value) -> Answer {
    let number = id.as_i64().ok_or_else(|| Raised::new("OverflowError", "int too big to convert"))?;
    match here.driver.find(number) {
        Some(_) => Ok(Value::Bool(true)),
        None => Err(Raised::not_found(number).into()),
    }
}

/// Rule `interpreter.running.wrong-thread`. In this implementation main is claimed by entering, so there is nothing to claim from
/// outside; what is asked before that is asked here in the same order.
fn claim_running(here: Here<'_>, id: &Value) -> Answer {
    let number = id.as_i64().unwrap_or(-1);
    let target = here.driver.find(number).ok_or_else(|| Raised::not_found(number))?;
    if target.is_running() {
        return Err(Raised::interpreter("interpreter already running").into());
    }
    Err(Raised::new("RuntimeError", "current tstate has wrong interpreter").into())
}
