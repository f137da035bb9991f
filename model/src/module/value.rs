//! The values that calls take and give back, as a scenario writes them.
//!
//! Text is kept in its escaped form (printable characters and Python's escapes), so that lone surrogates and NULs are
//! ordinary values here. Nothing here knows how a runtime represents them, nor JSON.

use std::fmt;

/// A value, an object that a driver can make, or something that a runtime made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer; wide enough to step out of 64 bits on either side.
    Int(i128),
    /// A float, as its shortest text that reads back the same.
    Float(String),
    /// A string, escaped.
    Str(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A tuple.
    Tuple(Vec<Value>),
    /// A list.
    List(Vec<Value>),
    /// A dict, in its order.
    Dict(Vec<(Value, Value)>),
    /// An object that a driver makes on request, or the snapshot of one: `Plain()`, `IntSubclass(3)`.
    Made(String, Vec<Value>),
    /// Something the runtime keeps and the scenario only names: `<capsule>`.
    Handle(String),
    /// An object of a type that has no notation here: `<type 'code'>`.
    Opaque(String),
    /// The result of an earlier call, by the name it was given.
    Name(String),
}

impl Value {
    /// An integer value.
    pub fn int(number: impl Into<i128>) -> Value {
        Value::Int(number.into())
    }

    /// A string value, from text that needs no escapes.
    pub fn text(text: &str) -> Value {
        Value::Str(text.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("None"),
            Value::Bool(true) => f.write_str("True"),
            Value::Bool(false) => f.write_str("False"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Float(text) => f.write_str(text),
            Value::Str(text) => write!(f, "{}", Quoted(text)),
            Value::Bytes(bytes) => write_bytes(f, bytes),
            Value::Tuple(items) => write_tuple(f, items),
            Value::List(items) => write_items(f, "[", items, "]"),
            Value::Dict(pairs) => write_dict(f, pairs),
            Value::Made(kind, args) => write_items(f, &format!("{kind}("), args, ")"),
            Value::Handle(kind) => write!(f, "<{kind}>"),
            Value::Opaque(kind) => write!(f, "<type '{kind}'>"),
            Value::Name(name) => f.write_str(name),
        }
    }
}

/// Escaped text between double quotes: the one character left to escape is the quote itself.
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('"', "\\\""))
    }
}

fn write_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("b\"")?;
    for byte in bytes {
        match byte {
            b'\'' => f.write_str("'")?,
            other => write!(f, "{}", other.escape_ascii())?,
        }
    }
    f.write_str("\"")
}

fn write_tuple(f: &mut fmt::Formatter<'_>, items: &[Value]) -> fmt::Result {
    write_items(f, "(", items, if items.len() == 1 { ",)" } else { ")" })
}

fn write_items(f: &mut fmt::Formatter<'_>, open: &str, items: &[Value], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, item) in items.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{item}")?;
    }
    f.write_str(close)
}

fn write_dict(f: &mut fmt::Formatter<'_>, pairs: &[(Value, Value)]) -> fmt::Result {
    f.write_str("{")?;
    for (index, (key, value)) in pairs.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{key}: {value}")?;
    }
    f.write_str("}")
}
