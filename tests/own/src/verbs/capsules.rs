//! Capsules one by one: made, looked into, read, released, each step by itself.
//!
//! A structure is what C has in its place: the implementation's capsule, if there is one, and what C would see of it in its five
//! fields. What is in it no longer when its payload has been freed, the payload tells.

use std::sync::{Arc, Mutex};

use crossinterp::{Capsule, MaterialiseError};
use crossinterp_objects::{Type, Value, repr};

use super::things::Thing;
use super::{ids, updates};
use crate::driver::{Here, lock};
use crate::host::{Fate, Keeper, last_fate, refused, refused_arrival};
use crate::outcome::{Answer, Stop};
use crate::raised::Raised;
use crate::request::Request;

/// A structure for a capsule.
#[derive(Default)]
pub(crate) struct Structure {
    content: Option<Content>,
    owner: Option<i64>,
    /// Whether it says how an object is made of it, and how its data is freed. A release leaves both.
    has_way_back: bool,
    has_free: bool,
}

/// A capsule in its structure.
struct Content {
    capsule: Arc<Capsule<Keeper>>,
    /// What becomes of its payload, if it has one.
    fate: Option<Fate>,
    is_released: bool,
    /// Whether C has something in the field for data, and in that for the object.
    has_data: bool,
    has_object: bool,
}

impl Content {
    /// Whether anything is in it still.
    fn is_there(&self) -> bool {
        !self.is_released || self.fate.as_ref().is_some_and(|fate| !fate.is_freed())
    }
}

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    let things = &here.driver.things;
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("get_crossinterp_data", [value]) => {
            convert(here, value).map(|capsule| things.add(Thing::Capsule(Arc::new(capsule))))
        }
        ("restore_crossinterp_data", [capsule]) => things.capsule(capsule).and_then(|capsule| read(here, &capsule)),
        ("xid_new", []) => Ok(things.add(Thing::Structure(Arc::new(Mutex::new(Structure::default()))))),
        ("xid_init", [structure, owner]) => with(here, structure, |structure| init(here, structure, owner)),
        ("xid_get", [structure, value]) => with(here, structure, |structure| get(here, structure, value)),
        ("xid_get", [structure, value, option]) => match option.as_i64() {
            Some(0) => with(here, structure, |structure| get(here, structure, value)),
            Some(1) => Err(Stop::Missing("pickle".to_owned())),
            _ => Err(Raised::new("SystemError", "unsupported xidata fallback option").into()),
        },
        ("xid_check", [value]) => check(here, value),
        ("xid_fields", [structure]) => with(here, structure, |structure| Ok(structure.fields())),
        ("xid_new_object", [structure]) => with(here, structure, |structure| structure.read(here)),
        ("xid_release", [structure]) => with(here, structure, |structure| structure.release(here)),
        ("xid_clear", [structure, _] | [structure]) => with(here, structure, |structure| structure.release(here)),
        ("xid_free", [structure]) => with(here, structure, |structure| structure.release(here)),
        ("bytes_capsule", [value, rest @ ..]) => bytes_capsule(here, value, rest),
        _ => return None,
    })
}

fn with(here: Here<'_>, handle: &Value, work: impl FnOnce(&mut Structure) -> Answer) -> Answer {
    let structure = here.driver.things.structure(handle)?;
    let mut structure = lock(&structure);
    work(&mut structure)
}

fn convert(here: Here<'_>, value: &Value) -> Result<Capsule<Keeper>, Stop> {
    Ok(here.current.convert(value).map_err(|error| refused(&here.driver.home, value, &error))?)
}

fn read(here: Here<'_>, capsule: &Capsule<Keeper>) -> Answer {
    Ok(here.current.materialise(capsule).map_err(|error| refused_arrival(&error))?)
}

/// The whole value is looked at: rule `capsule.check`.
fn check(here: Here<'_>, value: &Value) -> Answer {
    here.current.check(value).map_err(|error| refused(&here.driver.home, value, &error))?;
    Ok(Value::None)
}

/// An empty one, of that owner or of none.
fn init(here: Here<'_>, structure: &mut Structure, owner: &Value) -> Answer {
    let owner = if *owner == Value::None { None } else { Some(ids::find(here, owner)?.id().get()) };
    *structure = Structure { content: None, owner, has_way_back: true, has_free: false };
    Ok(Value::None)
}

/// Rule `capsule.get.not-cleared`: what it holds is never overwritten.
fn get(here: Here<'_>, structure: &mut Structure, value: &Value) -> Answer {
    if structure.content.as_ref().is_some_and(Content::is_there) {
        return Err(Raised::value_error("xidata not cleared").into());
    }
    let (converted, fate) = last_fate(|| convert(here, value));
    let capsule = converted?;
    let object = here.plain(value);
    let owner = Some(capsule.owner().get());
    let has_object = matches!(object, Value::Str(_) | Value::Bytes(_) | Value::Tuple(_));
    let has_data = match &object {
        Value::None | Value::Bool(false) => false,
        Value::Int(number) => !number.is_zero(),
        _ => true,
    };
    let has_free = has_object || matches!(object, Value::Float(_)) || object.type_of() == Type::built_in("memoryview");
    let content = Content { capsule: Arc::new(capsule), fate, is_released: false, has_data, has_object };
    *structure = Structure { content: Some(content), owner, has_way_back: true, has_free };
    Ok(Value::None)
}

impl Structure {
    /// Data, object, owner, way back, free function: whether each is there, and who owns it.
    fn fields(&self) -> Value {
        let there = self.content.as_ref().filter(|content| content.is_there());
        let flag = |flag: bool| Value::Bool(flag);
        let data = there.is_some_and(|content| content.has_data);
        let object = there.is_some_and(|content| content.has_object);
        let owner = Value::int(self.owner.unwrap_or(-1));
        Value::Tuple(vec![flag(data), flag(object), owner, flag(self.has_way_back), flag(self.has_free)])
    }

    fn read(&self, here: Here<'_>) -> Answer {
        match &self.content {
            Some(content) => read(here, &content.capsule),
            None => Err(refused_arrival(&MaterialiseError::Released).into()),
        }
    }

    /// Rules `capsule.release.nothing` and `.once`: of what holds nothing there is nothing to do.
    fn release(&mut self, here: Here<'_>) -> Answer {
        if let Some(content) = self.content.as_mut().filter(|content| !content.is_released) {
            here.current.release(&content.capsule).map_err(|error| Raised::value_error(error.to_string()))?;
            content.is_released = true;
        }
        Ok(Value::None)
    }
}

/// How much room 3.14's helper for types that are carried as bytes needs at least.
const BYTES_SIZE_MIN: i64 = 16;

/// That helper: a capsule of bytes, in so much room, with a way back or none.
fn bytes_capsule(here: Here<'_>, value: &Value, rest: &[Value]) -> Answer {
    let Value::Bytes(bytes) = value.plain() else {
        let text = repr(value).unwrap_or_else(|_| updates::text(value).unwrap_or_default());
        let mut words = crossinterp_objects::Text::from("expected bytes, got ");
        words.append(&text);
        return Err(Raised::type_error(words).into());
    };
    let size = rest.first().and_then(Value::as_i64).unwrap_or(0);
    if size != 0 && size < BYTES_SIZE_MIN {
        return Err(Raised::value_error(format!("expected size >= {BYTES_SIZE_MIN}, got {size}")).into());
    }
    if rest.get(1) == Some(&Value::Bool(false)) {
        return Err(Raised::value_error("missing new_object func").into());
    }
    let capsule = convert(here, &Value::Bytes(bytes.clone()))?;
    here.current.release(&capsule).map_err(|error| Raised::value_error(error.to_string()))?;
    Ok(Value::Bool(true))
}
