//! What `repr()`, `str()` and `type().__name__` say of a value, since messages quote them.
//!
//! Addresses are written `0xADDR`, as observations are. Only the objects that scenarios use are known.

use super::value::Value;

/// The exception that an object's own `repr()` or `str()` raised: the text of a `KeyError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFailed(pub String);

/// `repr(value)`.
pub fn repr(value: &Value) -> Result<String, TextFailed> {
    Ok(match value {
        Value::Str(text) => quote(text),
        Value::Bytes(bytes) => format!("b'{}'", bytes.escape_ascii()),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", repr(&items[0])?),
        Value::Tuple(items) => format!("({})", joined(items)?),
        Value::List(items) => format!("[{}]", joined(items)?),
        Value::Dict(pairs) => repr_dict(pairs)?,
        Value::Made(kind, args) => return repr_made(kind, args),
        other => other.to_string(),
    })
}

/// `str(value)`.
pub fn str(value: &Value) -> Result<String, TextFailed> {
    match value {
        Value::Str(text) => Ok(text.clone()),
        Value::Made(kind, args) if kind == "Unprintable" => unprintable("str", args),
        Value::Made(kind, args) if kind == "StrSubclass" || kind == "Error" => str(&args[0]),
        other => repr(other),
    }
}

/// `type(value).__name__`.
pub fn type_name(value: &Value) -> String {
    let name = match value {
        Value::None => "NoneType",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Str(_) => "str",
        Value::Bytes(_) => "bytes",
        Value::Tuple(_) => "tuple",
        Value::List(_) => "list",
        Value::Dict(_) => "dict",
        Value::Made(kind, _) => made_type(kind),
        Value::Handle(kind) | Value::Opaque(kind) | Value::Name(kind) => kind,
    };
    name.to_owned()
}

fn made_type(kind: &str) -> &str {
    match kind {
        "MemoryView" | "ReleasedView" => "memoryview",
        "ByteArray" => "bytearray",
        "Error" => "ValueError",
        "Function" => "function",
        "Set" => "set",
        "Config" | "Configured" | "Settings" => "SimpleNamespace",
        other => other,
    }
}

fn repr_made(kind: &str, args: &[Value]) -> Result<String, TextFailed> {
    Ok(match (kind, args) {
        ("Unprintable", args) => return unprintable("repr", args),
        ("IntSubclass" | "StrSubclass" | "BytesSubclass" | "FloatSubclass" | "TupleSubclass", [inner]) => repr(inner)?,
        ("Error", [inner]) => format!("ValueError({})", repr(inner)?),
        ("Set", items) => format!("{{{}}}", joined(items)?),
        ("ByteArray", [inner]) => format!("bytearray({})", repr(inner)?),
        ("Function", _) => "<function <lambda>.<locals>.<lambda> at 0xADDR>".to_owned(),
        ("ReleasedView", _) => "<released memory at 0xADDR>".to_owned(),
        ("MemoryView", _) => "<memory at 0xADDR>".to_owned(),
        (kind, _) => format!("<driver.{kind} object at 0xADDR>"),
    })
}

/// `Unprintable("repr", "text")` raises `KeyError("text")` from the method it names, and answers the other.
fn unprintable(method: &str, args: &[Value]) -> Result<String, TextFailed> {
    match args {
        [Value::Str(fails), Value::Str(error)] if fails == method => Err(TextFailed(error.clone())),
        _ => Ok(format!("<Unprintable {method}>")),
    }
}

fn joined(items: &[Value]) -> Result<String, TextFailed> {
    let texts: Result<Vec<_>, _> = items.iter().map(repr).collect();
    Ok(texts?.join(", "))
}

fn repr_dict(pairs: &[(Value, Value)]) -> Result<String, TextFailed> {
    let texts: Result<Vec<_>, _> = pairs.iter().map(|(k, v)| Ok(format!("{}: {}", repr(k)?, repr(v)?))).collect();
    Ok(format!("{{{}}}", texts?.join(", ")))
}

/// Python prefers single quotes, and changes to double ones only to spare an escape.
fn quote(text: &str) -> String {
    if text.contains('\'') && !text.contains('"') {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\'', "\\'"))
}
