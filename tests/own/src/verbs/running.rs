//! What runs in another interpreter at somebody's request, and what is bound there.
//!
//! It sits on top of sessions. Each operation is one session: enter with the updates, run, leave.

use crossinterp::{Interpreter, Session, Stop as BodyStop};
use crossinterp_objects::{Text, Value};

use super::failures::{Seen, seen};
use super::ids::{self, EXEC, RUN_STRING, SET_ATTRS};
use super::updates::{Updates, text};
use crate::driver::Here;
use crate::host::{Keeper, Main};
use crate::outcome::{Answer, Stop};
use crate::python::{MODULE, Program, SCRIPT_FILE, Thrown, Work, frames};
use crate::raised::Raised;
use crate::request::Request;

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    let restrict = request.flag("restrict");
    let shared = request.keyword("shared");
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("exec" | "run_string", [id, script]) => exec(here, request, id, script, shared),
        ("exec" | "run_string", [id, script, shared]) => exec(here, request, id, script, Some(shared)),
        ("set___main___attrs", [id, updates]) => set_attrs(here, id, updates, restrict),
        ("share", [id, kept, count]) => share(here, id, kept, count),
        ("bound", []) => bound(here),
        ("main_attr", [name]) => main_attr(here, name),
        _ => return None,
    })
}

/// The interpreter, then the program, then the names, then the values, and only then whether anybody runs there.
fn exec(here: Here<'_>, request: &Request, id: &Value, script: &Value, shared: Option<&Value>) -> Answer {
    let operation = if request.verb == "exec" { &EXEC } else { &RUN_STRING };
    let target = ids::resolve_for(here, id, operation, request.flag("restrict"))?;
    let program = Program::of(script, SCRIPT_FILE)?;
    let updates = shared.map_or_else(|| Ok(Updates::default()), |shared| Updates::of(here, shared))?;
    visit(here, &target, &updates, Some(&program))
}

fn set_attrs(here: Here<'_>, id: &Value, updates: &Value, restrict: bool) -> Answer {
    let target = ids::resolve_for(here, id, &SET_ATTRS, restrict)?;
    let updates = Updates::of(here, updates)?;
    if updates.pairs.is_empty() {
        return Err(Raised::value_error("arg 2 must be a non-empty dict").into());
    }
    visit(here, &target, &updates, None)
}

/// One session. What nobody catches in it is the value of the call.
fn visit(here: Here<'_>, target: &Interpreter<Keeper>, updates: &Updates, program: Option<&Program>) -> Answer {
    let outcome = match Session::enter(here.current, target, &updates.pairs) {
        Err(error) => Err(error),
        Ok(mut session) => {
            let ran = session.run(|inside| program.map_or(Ok(()), |program| run(here, inside, program)));
            let left = session.exit();
            assert!(ran.is_ok() || left.is_err(), "a body that failed is told at the exit");
            left.map(drop).map_err(|exit| exit.error)
        }
    };
    match outcome.map_err(|error| seen(here, &error, updates)) {
        Ok(()) => Ok(Value::None),
        Err(Seen::Snapshot(snapshot)) => Ok(snapshot),
        Err(Seen::Raised(raised)) => Err(raised.into()),
    }
}

/// Runs a program in the interpreter that was entered.
pub(super) fn run(
    here: Here<'_>,
    inside: &Session<'_, Keeper>,
    program: &Program,
) -> Result<(), BodyStop<Box<Thrown>>> {
    let main = inside.main()?;
    match program.work() {
        Work::Nothing => Ok(()),
        Work::Bind(name, value) => {
            main.set(&name.as_str().into(), value.clone());
            Ok(())
        }
        Work::Raise(thrown) => Err(BodyStop::Raised(thrown.clone())),
        Work::Wait(gate) => here.driver.board.pass(gate, here.thread).map_err(|_| {
            let thrown = Thrown::new("RuntimeError", &format!("nobody is left to open the gate {gate}"));
            BodyStop::Raised(Box::new(thrown))
        }),
        Work::FindBuiltin(file) => find_builtin(main, file),
        Work::LoseMain(kind, words) => {
            here.driver.home.lose_main(inside.id(), Box::new(Thrown::new(kind, words)));
            Ok(())
        }
    }
}

/// A name is looked for in what is bound as `__builtins__`, if anything is.
fn find_builtin(main: &Main, file: &'static str) -> Result<(), BodyStop<Box<Thrown>>> {
    match main.get(&"__builtins__".into()) {
        None => Ok(()),
        Some(bound) => {
            let words = format!("'{}' object is not subscriptable", bound.type_of().name());
            Err(Box::new(Thrown::new("TypeError", &words).through(frames(MODULE, file))).into())
        }
    }
}

/// Names under which one object is shared: far more than any queue holds.
const SHARED_MAX: i64 = 100_000;

/// Nothing runs, with the object under so many names.
fn share(here: Here<'_>, id: &Value, kept: &Value, count: &Value) -> Answer {
    let target = ids::resolve(here, id, &EXEC)?;
    let count = count.as_i64().unwrap_or_default();
    if count > SHARED_MAX {
        return Err(Raised::no_memory().into());
    }
    let pairs = (0..count).map(|number| (format!("n{number}"), kept.clone())).collect();
    let program = Program::of(&Value::text("pass"), SCRIPT_FILE)?;
    visit(here, &target, &Updates { pairs }, Some(&program))
}

fn main_here(here: Here<'_>) -> Result<Main, Stop> {
    let main = here.driver.home.main(here.current.id());
    main.map_err(|_| Raised::new("KeyError", "'__main__'").into())
}

fn bound(here: Here<'_>) -> Answer {
    let names = main_here(here)?.bound();
    let pairs = names.into_iter().map(|(name, value)| Value::Tuple(vec![Value::Str(name), value]));
    Ok(Value::List(pairs.collect()))
}

fn main_attr(here: Here<'_>, name: &Value) -> Answer {
    let key = text(name).ok_or_else(|| Stop::Missing("a name that is no text".to_owned()))?;
    let value = main_here(here)?.get(&key);
    value.ok_or_else(|| Raised::new("KeyError", quoted(name)).into())
}

fn quoted(name: &Value) -> Text {
    crate::python::named(name)
}
