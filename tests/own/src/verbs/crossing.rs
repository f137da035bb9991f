//! Values that cross and what arrives, in the interpreter where it is asked.
//!
//! It sits on top of capsules: each crossing makes one, makes a value of it, and releases it.

use crossinterp_objects::Value;

use super::views;
use crate::driver::Here;
use crate::host::{refused, refused_arrival};
use crate::outcome::{Answer, Stop};
use crate::request::Request;

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("cross", [value]) => cross(here, value),
        ("cross_twice", [value]) => cross(here, value).and_then(|arrived| cross(here, &arrived)),
        ("is_same", [value]) => is_same(here, value),
        ("summary", [value]) => summary(here, value),
        ("depth", [levels]) => depth(here, levels),
        ("view_crosses", [value]) => view_crosses(here, value),
        ("is_shareable", [value]) => Ok(Value::Bool(here.current.check(value).is_ok())),
        // The other ways belong to pickle and its like.
        ("cross" | "cross_twice" | "is_same" | "summary" | "depth", [_, way]) => {
            Err(Stop::Missing(format!("the way {way}")))
        }
        _ => return None,
    })
}

/// What arrives. The capsule is gone when this returns.
pub(super) fn cross(here: Here<'_>, value: &Value) -> Answer {
    let converted = here.current.convert(value);
    let capsule = converted.map_err(|error| refused(&here.driver.home, value, &error))?;
    let arrived = here.current.materialise(&capsule);
    let released = here.current.release(&capsule);
    assert!(released.is_ok(), "nobody else has seen it");
    Ok(arrived.map_err(|error| refused_arrival(&error))?)
}

/// Whether the very object arrives. What arrives is always made anew; some objects there is only one of.
fn is_same(here: Here<'_>, value: &Value) -> Answer {
    let arrived = cross(here, value)?;
    let is_single = match &arrived {
        Value::None | Value::Bool(_) => true,
        Value::Str(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::Tuple(items) => items.is_empty(),
        _ => false,
    };
    Ok(Value::Bool(is_single && arrived == *value))
}

/// Of a long value that arrives: its type, its length, whether it is equal.
fn summary(here: Here<'_>, value: &Value) -> Answer {
    let arrived = cross(here, value)?;
    let length = match &arrived {
        Value::Str(text) => text.code_points().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Tuple(items) | Value::List(items) => items.len(),
        other => return Err(Stop::Missing(format!("the length of a {}", other.type_of().name()))),
    };
    let is_equal = Value::Bool(arrived == here.plain(value));
    Ok(Value::Tuple(vec![Value::text(arrived.type_of().name()), Value::int(length), is_equal]))
}

/// How deep the tuples are that arrive.
fn depth(here: Here<'_>, levels: &Value) -> Answer {
    let levels = levels.as_i64().and_then(|levels| usize::try_from(levels).ok());
    let levels = levels.ok_or_else(|| Stop::Missing("a depth that is no number".to_owned()))?;
    let nested = if levels == 0 { Value::Tuple(Vec::new()) } else { Value::nested(levels) };
    let (mut arrived, mut count) = (cross(here, &nested)?, 0);
    while let Some(inner) = first(&arrived) {
        (arrived, count) = (inner, count + 1);
    }
    Ok(Value::int(count))
}

fn first(value: &Value) -> Option<Value> {
    value.items().and_then(|items| items.first().cloned())
}

fn view_crosses(here: Here<'_>, value: &Value) -> Answer {
    let arrived = cross(here, value)?;
    views::described(&arrived).ok_or_else(|| Stop::Missing(format!("what a {} shows", arrived.type_of().name())))
}
