//! Objects that a scenario makes, holds on to, and looks at again.
//!
//! It sits on top of the host's home. It knows nothing of how a value crosses.

use crossinterp_objects::{Buffer, Type, Value};

use super::updates::text;
use super::views::{self, bytes_of};
use crate::driver::Here;
use crate::host::Way;
use crate::outcome::{Answer, Stop};
use crate::python::{REPEATS_MAX, repeated};
use crate::raised::Raised;
use crate::request::Request;

/// Classes whose conversion is the driver's own.
const CONVERTED: [&str; 3] = ["Converted", "Unreadable", "Meddler"];

/// Tuples within tuples: more than any stack has room for, and a text of a few megabytes.
const NESTING_MAX: usize = 1_000_000;

/// The request with its objects made where the call is made.
pub(super) fn prepared(here: Here<'_>, request: &Request) -> Result<Request, Stop> {
    let args = request.args.iter().map(|value| made(here, value)).collect::<Result<_, _>>()?;
    let kwargs = request.kwargs.iter().map(|(name, value)| Ok((name.clone(), made(here, value)?)));
    Ok(Request { args, kwargs: kwargs.collect::<Result<_, Stop>>()?, ..request.clone() })
}

fn made(here: Here<'_>, value: &Value) -> Answer {
    let all = |items: &[Value]| items.iter().map(|item| made(here, item)).collect::<Result<Vec<_>, Stop>>();
    Ok(match value {
        Value::Tuple(items) => Value::Tuple(all(items)?),
        Value::List(items) => Value::List(all(items)?),
        Value::Dict(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| Ok((made(here, key)?, made(here, value)?)));
            Value::Dict(pairs.collect::<Result<_, Stop>>()?)
        }
        Value::Made(kind, args) => match kind.as_str() {
            "MemoryView" => match here.driver.home.memory(args.first().unwrap_or(&Value::None)) {
                Some(memory) => Value::Buffer(memory),
                None => views::plain(&here.plain(args.first().unwrap_or(&Value::None))),
            },
            "Nested" if value.nesting().is_none_or(|depth| depth > NESTING_MAX) => {
                return Err(Stop::Missing(format!("tuples nested deeper than {NESTING_MAX}")));
            }
            "View" => views::cast(&all(args)?)?,
            "Stepped" => views::stepped(&all(args)?)?,
            "Repeated" if matches!(args.first(), Some(Value::Str(_))) => Value::Str(repeated(args)?),
            "Repeated" => repeated_items(args)?,
            _ => {
                register_own_class(here, kind);
                Value::Made(kind.clone(), all(args)?)
            }
        },
        other => other.clone(),
    })
}

fn repeated_items(args: &[Value]) -> Answer {
    let count = args.get(1).and_then(Value::as_i64).and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    let length = match args.first() {
        Some(Value::Bytes(bytes)) => bytes.len(),
        Some(Value::Tuple(items) | Value::List(items)) => items.len(),
        _ => 0,
    };
    if length.saturating_mul(count) > REPEATS_MAX {
        return Err(Raised::no_memory().into());
    }
    match args.first() {
        Some(Value::Bytes(bytes)) => Ok(Value::Bytes(bytes.repeat(count))),
        Some(Value::Tuple(items)) => Ok(Value::Tuple(again(items, count))),
        Some(Value::List(items)) => Ok(Value::List(again(items, count))),
        _ => Err(Stop::Missing("a value that repeats".to_owned())),
    }
}

fn again(items: &[Value], count: usize) -> Vec<Value> {
    (0..count).flat_map(|_| items.iter().cloned()).collect()
}

/// Their classes are registered where the first object of them is made.
fn register_own_class(here: Here<'_>, kind: &str) {
    let class = Type::heap(kind);
    if CONVERTED.contains(&kind) && here.current.lookup(&class).is_none() {
        let registered = here.current.register(&class, &Way::Short);
        assert!(registered.is_ok(), "it was not registered, and memory is not limited");
    }
}

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    let home = &here.driver.home;
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("keep", [value]) => Ok(home.keep(value.clone())),
        ("references", [kept]) => home.references(kept).map(Value::int).ok_or_else(not_kept),
        ("resize", [kept]) => resize(here, kept),
        ("contents", [kept]) => contents(here, kept),
        ("write_through", [kept, Value::Int(index), Value::Int(byte)]) => {
            write_through(here, kept, index.to_i64(), byte.to_i64())
        }
        ("poke", [name, Value::Int(index), Value::Int(byte)]) => poke(here, name, index.to_i64(), byte.to_i64()),
        ("drop", [thing]) => here.driver.things.drop(here, thing),
        _ => return None,
    })
}

fn not_kept() -> Stop {
    Raised::new("KeyError", "nothing is held on to under that handle").into()
}

fn resize(here: Here<'_>, kept: &Value) -> Answer {
    let memory = here.driver.home.memory(kept).ok_or_else(not_kept)?;
    if memory.push(0) {
        return Ok(Value::None);
    }
    Err(Raised::new("BufferError", "Existing exports of data: object cannot be re-sized").into())
}

fn contents(here: Here<'_>, kept: &Value) -> Answer {
    if let Some(memory) = here.driver.home.memory(kept) {
        return Ok(Value::Bytes(memory.to_vec()));
    }
    match here.driver.home.object(kept).ok_or_else(not_kept)? {
        Value::Dict(pairs) => Ok(Value::Dict(pairs)),
        other => Ok(Value::Bytes(bytes_of(&other))),
    }
}

/// Writes into the memory, and tells whether there is such a byte.
fn write(memory: &Buffer, index: Option<i64>, byte: Option<i64>) -> Result<(), Stop> {
    let place = index.and_then(|index| usize::try_from(index).ok());
    let byte = byte.and_then(|byte| u8::try_from(byte).ok());
    match (place, byte) {
        (Some(place), Some(byte)) if memory.set(place, byte) => Ok(()),
        _ => Err(Raised::new("IndexError", "index out of bounds on dimension 1").into()),
    }
}

/// Into a view that has crossed; what the sender sees then.
fn write_through(here: Here<'_>, kept: &Value, index: Option<i64>, byte: Option<i64>) -> Answer {
    let memory = here.driver.home.memory(kept).ok_or_else(not_kept)?;
    match super::crossing::cross(here, &Value::Buffer(memory.clone()))? {
        Value::Buffer(arrived) => write(&arrived, index, byte)?,
        _ => return Err(Stop::Missing("a view that arrives as something else".to_owned())),
    }
    Ok(Value::Bytes(memory.to_vec()))
}

/// Into the view that is bound to a name here.
fn poke(here: Here<'_>, name: &Value, index: Option<i64>, byte: Option<i64>) -> Answer {
    let main = here.driver.home.main(here.current.id());
    let bound = text(name).zip(main.ok()).and_then(|(name, main)| main.get(&name));
    match bound {
        Some(Value::Buffer(memory)) => write(&memory, index, byte).map(|()| Value::None),
        _ => Err(Raised::new("KeyError", crate::python::named(name)).into()),
    }
}
