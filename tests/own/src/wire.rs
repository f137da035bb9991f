//! Values as JSON, both ways: null, true, false, and objects with one tag for everything else.
//!
//! It knows values and no verb. What the driver keeps is a handle here: its kind and its number, which only the driver's
//! table of things can make sense of.

use crossinterp_objects::{Float, Text, Value};
use serde_json::{Value as Json, json};

/// How deep a value in a request may nest. The runner writes none that is deeper than this.
const DEPTH_MAX: usize = 96;

/// Objects that a reply writes by what they are made of. Any other is told by its type alone.
const TOLD_BY_PARTS: [&str; 33] = [
    "Absent",
    "ByteArray",
    "BytesSubclass",
    "Builtin",
    "Caught",
    "Cause",
    "Class",
    "Complex",
    "Context",
    "DictSubclass",
    "Display",
    "Error",
    "ErrorCode",
    "FloatSubclass",
    "FrozenSet",
    "Imported",
    "IntSubclass",
    "Itself",
    "Level",
    "ListSubclass",
    "MemoryView",
    "Point",
    "Raised",
    "Range",
    "Returned",
    "Set",
    "Slice",
    "Snapshot",
    "StrSubclass",
    "Settings",
    "TupleSubclass",
    "Type",
    "Array",
];

/// What is wrong with a value in a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadValue {
    /// It nests deeper than any request of the suite. Send a flatter one.
    #[error("a value nests deeper than {DEPTH_MAX}")]
    TooDeep,
    /// It is none of the forms that the protocol has. What was there instead is told, cut short.
    #[error("{0} is no value")]
    NoValue(String),
}

fn no_value(json: &Json) -> BadValue {
    BadValue::NoValue(json.to_string().chars().take(80).collect())
}

/// Reads a value.
pub(crate) fn decode(json: &Json) -> Result<Value, BadValue> {
    decode_at(json, 0)
}

fn decode_at(json: &Json, depth: usize) -> Result<Value, BadValue> {
    if depth > DEPTH_MAX {
        return Err(BadValue::TooDeep);
    }
    match json {
        Json::Null => Ok(Value::None),
        Json::Bool(flag) => Ok(Value::Bool(*flag)),
        Json::Object(fields) if fields.contains_key("make") => made(json, depth),
        Json::Object(fields) if fields.contains_key("handle") => handle(json),
        Json::Object(fields) if fields.len() == 1 => tagged(json, depth),
        _ => Err(no_value(json)),
    }
}

fn made(json: &Json, depth: usize) -> Result<Value, BadValue> {
    let kind = json["make"].as_str().ok_or_else(|| no_value(json))?;
    Ok(Value::made(kind, all(&json["args"], depth)?))
}

fn handle(json: &Json) -> Result<Value, BadValue> {
    match (json["handle"].as_str(), json["ref"].as_u64()) {
        (Some(kind), Some(number)) => Ok(handle_to(kind, number)),
        _ => Err(no_value(json)),
    }
}

/// A handle as a value.
pub(crate) fn handle_to(kind: &str, number: u64) -> Value {
    Value::Handle(format!("{kind} {number}"))
}

/// The number of a thing that the driver keeps, if the value is a handle.
pub(crate) fn number_of(value: &Value) -> Option<usize> {
    let Value::Handle(handle) = value else { return None };
    handle.split_once(' ').and_then(|(_, number)| number.parse().ok())
}

fn tagged(json: &Json, depth: usize) -> Result<Value, BadValue> {
    let wrong = || no_value(json);
    let (tag, body) = json.as_object().and_then(|fields| fields.iter().next()).ok_or_else(wrong)?;
    let text = body.as_str();
    match tag.as_str() {
        "int" => text.and_then(|text| text.parse().ok()).map(Value::Int).ok_or_else(wrong),
        "float" => text.and_then(Float::parse).map(Value::Float).ok_or_else(wrong),
        "float_bits" => text.and_then(float_of_bits).ok_or_else(wrong),
        "str" => text.and_then(Text::from_escaped).map(Value::Str).ok_or_else(wrong),
        "bytes" => text.and_then(unhex).map(Value::Bytes).ok_or_else(wrong),
        "tuple" => all(body, depth).map(Value::Tuple),
        "list" => all(body, depth).map(Value::List),
        "dict" => pairs(body, depth).map(Value::Dict),
        _ => Err(wrong()),
    }
}

fn all(json: &Json, depth: usize) -> Result<Vec<Value>, BadValue> {
    let items = json.as_array().ok_or_else(|| no_value(json))?;
    items.iter().map(|item| decode_at(item, depth + 1)).collect()
}

/// As Python makes a dict: a key that comes again keeps its place, and has the later value.
fn pairs(json: &Json, depth: usize) -> Result<Vec<(Value, Value)>, BadValue> {
    let mut known: Vec<(Value, Value)> = Vec::new();
    for pair in json.as_array().ok_or_else(|| no_value(json))? {
        let items = all(pair, depth)?;
        let Ok([key, value]) = <[Value; 2]>::try_from(items) else { return Err(no_value(pair)) };
        match known.iter_mut().find(|(other, _)| other.plain() == key.plain()) {
            Some((_, old)) => *old = value,
            None => known.push((key, value)),
        }
    }
    Ok(known)
}

/// Writes a value.
pub(crate) fn encode(value: &Value) -> Json {
    let list = |items: &[Value]| items.iter().map(encode).collect::<Vec<_>>();
    match value {
        Value::None => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Int(number) => json!({ "int": number.to_string() }),
        Value::Float(float) if float.has_plain_text() => json!({ "float": float.to_string() }),
        Value::Float(float) => json!({ "float_bits": format!("{:016x}", float.to_bits()) }),
        Value::Str(text) => json!({ "str": escaped(text) }),
        Value::Bytes(bytes) => json!({ "bytes": hex(bytes) }),
        Value::Tuple(items) => json!({ "tuple": list(items) }),
        Value::List(items) => json!({ "list": list(items) }),
        Value::Dict(pairs) => {
            json!({ "dict": pairs.iter().map(|(key, value)| json!([encode(key), encode(value)])).collect::<Vec<_>>() })
        }
        Value::Buffer(buffer) => json!({ "make": "MemoryView", "args": [{ "bytes": hex(&buffer.to_vec()) }] }),
        Value::Made(kind, args) if kind == "View" => encode_view(args),
        Value::Made(kind, args) if TOLD_BY_PARTS.contains(&kind.as_str()) => {
            json!({ "make": kind, "args": list(args) })
        }
        Value::Handle(handle) => encode_handle(handle),
        Value::Made(kind, _) if kind == "Lock" => json!({ "opaque": "lock" }),
        Value::Made(..) | Value::Opaque(_) | Value::Name(_) => json!({ "opaque": value.type_of().name() }),
    }
}

/// A text as it is written. What has an address in other runtimes has one here, too, which nobody looks at.
pub(crate) fn escaped(text: &Text) -> String {
    text.escaped().replace(" at 0xADDR", " at 0x0")
}

/// By its bytes alone, if they are a plain row that may be read; and never whether it may be written.
fn encode_view(args: &[Value]) -> Json {
    let is_plain = match args {
        [_, format, Value::Tuple(shape), Value::Tuple(strides), ..] => {
            format.as_str() == Some("B") && shape.len() == 1 && strides.as_slice() == [Value::int(1)]
        }
        _ => false,
    };
    let (kind, told) = if is_plain { ("MemoryView", 1) } else { ("View", 4) };
    json!({ "make": kind, "args": args.iter().take(told).map(encode).collect::<Vec<_>>() })
}

fn encode_handle(handle: &str) -> Json {
    let (kind, number) = handle.split_once(' ').unwrap_or((handle, "0"));
    json!({ "handle": kind, "ref": number.parse::<u64>().unwrap_or_default() })
}

fn float_of_bits(digits: &str) -> Option<Value> {
    let whole = digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| whole).map(|bits| Value::Float(Float::from_bits(bits)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for notation in [r#"(None, True, -5, 1.5, "a\udc80\n", b"\x00\xff", [1], {"k": ()})"#, "IntSubclass(3)"] {
            let value: Value = notation.parse().unwrap();
            assert_eq!(decode(&encode(&value)), Ok(value));
        }
        assert_eq!(decode(&encode(&handle_to("kept", 3))).as_ref().map(number_of), Ok(Some(3)));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let deep = (0..200).fold(json!(null), |inner, _| json!({ "tuple": [inner] }));
        assert_eq!(decode(&deep), Err(BadValue::TooDeep));
        for wrong in [json!(5), json!({}), json!({ "int": "x" }), json!({ "bytes": "0" }), json!({ "dict": [[null]] })]
        {
            assert!(decode(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_that_comes_twice_has_its_first_place_and_its_last_value() {
        let twice = json!({ "dict": [[{ "str": "a" }, null], [{ "str": "b" }, null], [{ "str": "a" }, true]] });
        assert_eq!(decode(&twice).unwrap(), r#"{"a": True, "b": None}"#.parse().unwrap());
    }
}
