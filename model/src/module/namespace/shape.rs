//! What an object answers when C asks for its length and its items, as a source of names.
//!
//! It knows the objects that scenarios use, and no namespace. Python's own words are those of `PyObject_Size`,
//! `PySequence_Size`, `PySequence_Check` and `PySequence_GetItem`.

use crossinterp_objects::Text;

use super::refusal::Refusal;
use super::source::plain_text;
use crate::module::Value;

/// An object with a length.
pub(super) struct Shape {
    length: usize,
    /// Its items by number, as far as it has any.
    items: Vec<Value>,
    /// What it says for itself when it has a length as a mapping only.
    no_sequence: Option<&'static str>,
    /// Whether it has items by number, or a length alone.
    has_items: bool,
    /// The class, if its length is counted by Python code.
    counts_itself: Option<&'static str>,
}

impl Shape {
    fn sequence(items: Vec<Value>) -> Shape {
        Shape { length: items.len(), items, no_sequence: None, has_items: true, counts_itself: None }
    }

    fn sized(length: usize) -> Shape {
        Shape { length, items: vec![], no_sequence: None, has_items: false, counts_itself: None }
    }

    fn mapping(length: usize, name: &'static str) -> Shape {
        Shape { no_sequence: Some(name), ..Shape::sized(length) }
    }

    fn of(value: &Value) -> Option<Shape> {
        Some(match value {
            Value::Str(text) => Shape::sequence(characters(text)),
            Value::Bytes(bytes) => Shape::sequence(bytes.iter().map(|&byte| Value::int(i64::from(byte))).collect()),
            Value::List(items) | Value::Tuple(items) => Shape::sequence(items.clone()),
            Value::Dict(pairs) => Shape::mapping(distinct(pairs), "dict"),
            Value::Made(kind, args) => return Shape::of_made(kind, args, value),
            _ => return None,
        })
    }

    fn of_made(kind: &str, args: &[Value], value: &Value) -> Option<Shape> {
        Some(match (kind, args) {
            ("Repeated" | "StrSubclass" | "OddKey", _) => Shape::sequence(characters(&plain_text(value)?)),
            ("TupleSubclass" | "BytesSubclass", [inner]) => Shape::of(inner)?,
            ("DictSubclass", [Value::Dict(pairs)]) => Shape::sized(distinct(pairs)),
            ("OrderedDict", [Value::Dict(pairs)]) => Shape::mapping(distinct(pairs), "collections.OrderedDict"),
            ("MappingProxy", [Value::Dict(pairs)]) => Shape::mapping(distinct(pairs), "mappingproxy"),
            ("Set", items) => Shape::sized(items.len()),
            ("Sized", _) => Shape { counts_itself: Some("Sized"), ..Shape::sized(1) },
            ("Shrinking", names) => {
                let promised = Shape::sequence(names.to_vec());
                Shape { length: names.len() + 1, counts_itself: Some("Shrinking"), ..promised }
            }
            _ => return None,
        })
    }
}

/// `PyDict_CheckExact`.
pub(super) fn is_exact_dict(value: &Value) -> bool {
    matches!(value, Value::Dict(_))
}

/// `PyDict_Check`.
pub fn is_dict(value: &Value) -> bool {
    match value {
        Value::Dict(_) => true,
        Value::Made(kind, _) => kind == "DictSubclass" || kind == "OrderedDict",
        _ => false,
    }
}

/// `PyObject_Size`.
pub fn length(value: &Value) -> Result<usize, Refusal> {
    Shape::of(value).map(|shape| shape.length).ok_or_else(|| no_length(value))
}

/// `PySequence_Size`.
pub(super) fn sequence_length(value: &Value) -> Result<usize, Refusal> {
    let shape = Shape::of(value).ok_or_else(|| no_length(value))?;
    shape.no_sequence.map_or(Ok(shape.length), |name| Err(Refusal::NotSequence { name }))
}

/// `PySequence_Check`.
pub(super) fn has_items(value: &Value) -> bool {
    Shape::of(value).is_some_and(|shape| shape.has_items)
}

/// `PySequence_GetItem`.
pub(super) fn item_at(value: &Value, index: usize) -> Result<Value, Refusal> {
    Shape::of(value).and_then(|shape| shape.items.into_iter().nth(index)).ok_or(Refusal::IndexTooBig)
}

/// The class whose own code counts the length: it notices an error that is pending while it is called.
pub(super) fn counts_itself(value: &Value) -> Option<&'static str> {
    Shape::of(value).and_then(|shape| shape.counts_itself)
}

fn no_length(value: &Value) -> Refusal {
    Refusal::NoLength { type_name: value.type_of().name().to_owned() }
}

fn distinct(pairs: &[(Value, Value)]) -> usize {
    (0..pairs.len()).filter(|&index| pairs[..index].iter().all(|(key, _)| *key != pairs[index].0)).count()
}

fn characters(text: &Text) -> Vec<Value> {
    text.code_points().filter_map(|point| Text::from_code_points([point])).map(Value::Str).collect()
}
