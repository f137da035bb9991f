//! From values to text.

use std::fmt;

use crate::text::Text;
use crate::value::Value;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("None"),
            Value::Bool(true) => f.write_str("True"),
            Value::Bool(false) => f.write_str("False"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Float(float) if float.has_plain_text() => write!(f, "{float}"),
            Value::Float(float) => write!(f, "FloatBits(\"{:016x}\")", float.to_bits()),
            Value::Str(text) => write_text(f, text),
            Value::Bytes(bytes) => write_bytes(f, bytes),
            Value::Tuple(items) => write_tuple(f, items),
            Value::List(items) => write_items(f, "[", items, "]"),
            Value::Dict(pairs) => write_dict(f, pairs),
            Value::Buffer(buffer) => {
                f.write_str("MemoryView(")?;
                write_bytes(f, &buffer.to_vec())?;
                f.write_str(")")
            }
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

fn write_text(f: &mut fmt::Formatter<'_>, text: &Text) -> fmt::Result {
    write!(f, "{}", Quoted(&text.escaped()))
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
