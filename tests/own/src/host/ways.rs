//! The ways in which values leave: which value each takes, and what it takes of it.
//!
//! It sits below the host. The way that is registered decides, not the type of the value: any type can be registered with any.

use crossinterp::{Conversion, ConvertError, Converted, Items};
use crossinterp_objects::{Text, Type, Value, repr};

use super::payload::{self, Content};
use super::{Home, Immediate, Keeper, Payload, Refusal};

/// A way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    /// Arrives as None, whatever it was.
    None,
    /// Arrives as a truth value: only True as True.
    Bool,
    /// An int of up to 64 bits.
    Int,
    /// A float.
    Float,
    /// Bytes.
    Bytes,
    /// A text.
    Str,
    /// A tuple, each item in its own way.
    Tuple,
    /// A view of memory, which is not copied.
    View,
    /// A few bytes that arrive as a text, if they are one.
    Short,
    /// Leaves, and there is no way back to an object.
    Hollow,
    /// As [`Way::Hollow`], for the one class of which a driver has it from the start.
    HollowToo,
    /// A copy of the whole, for what a session hands back.
    Whole,
}

/// The name under which a value is wrapped that leaves as a whole.
const WHOLE: &str = "whole";

/// What every runtime begins with, in the order of registration. Views come with each interpreter.
pub(super) fn builtins() -> Vec<(Type, Way)> {
    let basic = [("NoneType", Way::None), ("int", Way::Int), ("bytes", Way::Bytes), ("str", Way::Str)];
    let more = [("bool", Way::Bool), ("float", Way::Float), ("tuple", Way::Tuple), (WHOLE, Way::Whole)];
    basic.into_iter().chain(more).map(|(name, way)| (Type::built_in(name), way)).collect()
}

/// A value that is to leave as a whole.
pub(crate) fn carried(value: Value) -> Value {
    Value::made(WHOLE, vec![value])
}

/// The value itself, if it is wrapped so.
pub(crate) fn uncarried(value: &Value) -> Value {
    match value {
        Value::Made(kind, args) if kind == WHOLE => args.first().cloned().unwrap_or(Value::None),
        other => other.clone(),
    }
}

/// The exact type of a value. An object that a scenario holds on to is itself.
pub(super) fn type_of(home: &Home, value: &Value) -> Type {
    match value {
        Value::Handle(_) => home.object(value).map_or_else(|| value.type_of(), |object| object.type_of()),
        Value::Made(kind, _) if kind == WHOLE => Type::built_in(WHOLE),
        other => other.type_of(),
    }
}

impl Way {
    /// The way of that name, which is the type that it is made for.
    pub(crate) fn by_name(name: &str) -> Option<Way> {
        let ways = [Way::None, Way::Bool, Way::Int, Way::Float, Way::Bytes, Way::Str, Way::Tuple, Way::Hollow];
        ways.into_iter().find(|way| way.name() == name)
    }

    /// Its name; those of the driver are all "another".
    pub(crate) fn name(self) -> &'static str {
        match self {
            Way::None => "None",
            Way::Bool => "bool",
            Way::Int => "int",
            Way::Float => "float",
            Way::Bytes => "bytes",
            Way::Str => "str",
            Way::Tuple => "tuple",
            Way::Hollow => "hollow",
            Way::View | Way::Short | Way::HollowToo | Way::Whole => "another",
        }
    }

    /// Takes a value out. What it cannot take it refuses, and holds nothing of.
    pub(super) fn take_out(self, home: &Home, value: &Value, items: &Items<'_, Keeper>) -> Converted<Keeper> {
        let object = home.object(value).unwrap_or_else(|| value.clone());
        let immediate = |immediate| Ok(Conversion::Immediate(immediate));
        let owned = |content| Ok(Payload::conversion(content, home.lend(value)));
        let refuse = |words: String| Err(ConvertError::Host(Refusal::Mismatch(words)));
        match (self, object.plain()) {
            (Way::None, _) => immediate(Immediate::None),
            (Way::Bool, seen) => immediate(Immediate::Bool(*seen == Value::Bool(true))),
            (Way::Int, Value::Int(number)) => match number.to_i64() {
                Some(number) => immediate(Immediate::Int(number)),
                None => Err(ConvertError::Host(Refusal::IntTooBig)),
            },
            (Way::Int, _) => refuse("an integer is required".to_owned()),
            (Way::Float, Value::Float(float)) => immediate(Immediate::Float(*float)),
            (Way::Bytes, Value::Bytes(bytes)) => owned(Content::Bytes(bytes.clone())),
            (Way::Bytes, seen) => refuse(format!("expected bytes, got {}", shown(seen))),
            (Way::Str, Value::Str(text)) => owned(Content::Text(text.clone())),
            (Way::Tuple, seen) => match seen.items() {
                Some(parts) => owned(Content::Tuple(take_items(&parts, items)?)),
                None => refuse(format!("expected a tuple, got {}", shown(seen))),
            },
            (Way::View, seen) => owned(view(seen)?),
            (Way::Short, seen) => owned(Content::Short(short(seen))),
            (Way::Hollow | Way::HollowToo, _) => Err(ConvertError::Host(Refusal::NoWayBack)),
            (Way::Whole, seen) => take_whole(home, &uncarried(seen), items),
            (Way::Float | Way::Str, seen) => refuse(format!("expected a {}, got {}", self.name(), shown(seen))),
        }
    }
}

fn shown(value: &Value) -> String {
    repr(value).map_or_else(|_| "an object without a text".to_owned(), |text| text.escaped())
}

/// Rules `convert.tuple` and `convert.tuple.bad-item`: what was taken before an item that cannot leave is freed.
fn take_items(
    parts: &[Value],
    items: &Items<'_, Keeper>,
) -> Result<Vec<Conversion<Immediate, Payload>>, ConvertError<Refusal>> {
    let mut taken = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        match items(part) {
            Ok(item) => taken.push(item),
            Err(error) => {
                taken.into_iter().for_each(payload::free);
                return Err(of_item(index, error));
            }
        }
    }
    Ok(taken)
}

/// Lack of memory and too many tuples in one another are nobody's fault, and stay what they are.
fn of_item(index: usize, error: ConvertError<Refusal>) -> ConvertError<Refusal> {
    match error {
        ConvertError::NoMemory | ConvertError::TooDeep => error,
        other => ConvertError::Host(Refusal::Item { index, error: Box::new(other) }),
    }
}

fn view(seen: &Value) -> Result<Content, ConvertError<Refusal>> {
    match seen {
        Value::Buffer(buffer) => Ok(Content::Memory(buffer.clone())),
        Value::Made(kind, _) if kind == "ReleasedView" => Err(ConvertError::Host(Refusal::ReleasedView)),
        Value::Made(..) => Ok(Content::View(seen.clone())),
        other => Err(ConvertError::Host(Refusal::Mismatch(format!("expected a view, got {}", shown(other))))),
    }
}

/// What the classes of the driver convert to: bytes that fit into a pointer.
fn short(seen: &Value) -> Vec<u8> {
    match seen {
        Value::Made(kind, args) if kind == "Converted" => {
            let text = args.first().and_then(Value::as_str).unwrap_or_default();
            text.as_bytes().to_vec()
        }
        Value::Made(kind, _) if kind == "Unreadable" => vec![0xff],
        _ => b"met".to_vec(),
    }
}

/// In the way registered for it if there is one, and as a copy otherwise.
fn take_whole(home: &Home, value: &Value, items: &Items<'_, Keeper>) -> Converted<Keeper> {
    let refused = match items(value) {
        Err(ConvertError::Host(Refusal::IntTooBig | Refusal::Item { .. }) | ConvertError::NotShareable) => {
            home.plain(value)
        }
        other => return other,
    };
    match culprit(&refused) {
        None => Ok(Payload::conversion(Content::Copy(refused), None)),
        Some(error) => Err(error),
    }
}

/// Why a value cannot be copied as a whole. A tuple says which of its items it was.
fn culprit(value: &Value) -> Option<ConvertError<Refusal>> {
    match value {
        Value::Tuple(items) => items.iter().enumerate().find_map(|(index, item)| Some(of_item(index, culprit(item)?))),
        other => (!is_copied(other)).then_some(ConvertError::Host(Refusal::NoCopy)),
    }
}

/// Objects that are known by what they are made of.
const COPIED: [&str; 18] = [
    "BytesSubclass",
    "ByteArray",
    "Builtin",
    "Class",
    "Complex",
    "DictSubclass",
    "FloatSubclass",
    "FrozenSet",
    "IntSubclass",
    "Level",
    "ListSubclass",
    "Object",
    "Point",
    "Range",
    "Set",
    "Slice",
    "StrSubclass",
    "TupleSubclass",
];

fn is_copied(value: &Value) -> bool {
    match value {
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Bytes(_) => true,
        Value::Tuple(items) | Value::List(items) => items.iter().all(is_copied),
        Value::Dict(pairs) => pairs.iter().all(|(key, value)| is_copied(key) && is_copied(value)),
        Value::Made(kind, _) if kind == "Unloadable" => true,
        Value::Made(kind, args) => COPIED.contains(&kind.as_str()) && args.iter().all(is_copied),
        Value::Buffer(_) | Value::Handle(_) | Value::Opaque(_) | Value::Name(_) => false,
    }
}

/// The copy as it arrives, unless something in it raises where it is made.
pub(super) fn copied(value: &Value) -> Result<Value, Refusal> {
    match first_unloadable(value) {
        None => Ok(value.clone()),
        Some(None) => Err(Refusal::NotMade { kind: "ValueError", message: "will not be read".to_owned() }),
        Some(Some(name)) => Err(Refusal::NotMade { kind: "AttributeError", message: name.escaped() }),
    }
}

fn first_unloadable(value: &Value) -> Option<Option<Text>> {
    match value {
        Value::Made(kind, args) if kind == "Unloadable" => Some(match args.first() {
            Some(Value::Str(name)) => Some(name.clone()),
            _ => None,
        }),
        Value::Tuple(items) | Value::List(items) | Value::Made(_, items) => items.iter().find_map(first_unloadable),
        Value::Dict(pairs) => pairs.iter().find_map(|(_, value)| first_unloadable(value)),
        _ => None,
    }
}
