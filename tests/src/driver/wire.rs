//! Requests and replies as JSON, and the values in them: `null`, `true`, `false`, and one-key objects for the rest.
//!
//! Addresses in texts are written `0xADDR` from here on, since no two processes agree on them.

use std::collections::BTreeMap;

use crossinterp_model::module::{Call, Exception, Observation, Value};
use crossinterp_objects::{Float, Text};
use serde_json::{Map, Value as Json, json};

/// How deep a value or a chain of exceptions in a reply may nest.
const DEPTH_MAX: usize = 64;

/// A request, as a line. Names stand for what earlier replies gave.
pub(super) fn request(seq: u64, call: &Call, named: &BTreeMap<String, Json>) -> Result<String, String> {
    let values = |values: &[Value]| values.iter().map(|value| to_json(value, named)).collect::<Result<Vec<_>, _>>();
    let mut kwargs = Map::new();
    for (name, value) in &call.kwargs {
        kwargs.insert(name.clone(), to_json(value, named)?);
    }
    let mut request = json!({ "seq": seq, "verb": call.verb, "args": values(&call.args)?, "kwargs": kwargs });
    if let Some(place) = &call.place {
        request["place"] = to_json(place, named)?;
    }
    if let Some(thread) = &call.thread {
        request["thread"] = json!(thread);
    }
    Ok(request.to_string())
}

fn to_json(value: &Value, named: &BTreeMap<String, Json>) -> Result<Json, String> {
    let all = |items: &[Value]| items.iter().map(|item| to_json(item, named)).collect::<Result<Vec<_>, _>>();
    Ok(match value {
        Value::None => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Int(number) => json!({ "int": number.to_string() }),
        Value::Float(float) if float.has_plain_text() => json!({ "float": float.to_string() }),
        Value::Float(float) => json!({ "float_bits": format!("{:016x}", float.to_bits()) }),
        Value::Str(text) => json!({ "str": text.escaped() }),
        Value::Bytes(bytes) => json!({ "bytes": hex(bytes) }),
        Value::Tuple(items) => json!({ "tuple": all(items)? }),
        Value::List(items) => json!({ "list": all(items)? }),
        Value::Dict(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| Ok(json!([to_json(key, named)?, to_json(value, named)?])));
            json!({ "dict": pairs.collect::<Result<Vec<_>, String>>()? })
        }
        Value::Made(kind, args) => json!({ "make": kind, "args": all(args)? }),
        Value::Name(name) => named.get(name).cloned().ok_or_else(|| format!("no reply gave `{name}` a value"))?,
        Value::Handle(_) | Value::Opaque(_) | Value::Buffer(_) => {
            return Err(format!("{value} cannot be written in a call"));
        }
    })
}

/// What a reply says came of the call: one thing, and nothing beside it.
pub(super) fn observation(outcome: &Json) -> Result<Observation, String> {
    let wrong = || format!("the outcome is one of value, exception and not_implemented, not {outcome}");
    let fields = outcome.as_object().filter(|fields| fields.len() == 1).ok_or_else(wrong)?;
    let (kind, body) = fields.iter().next().ok_or_else(wrong)?;
    match kind.as_str() {
        "value" => from_json(body, 0).map(Observation::Value),
        "exception" => exception(body, 0).map(Observation::Exception),
        "not_implemented" => Ok(Observation::NotImplemented(body.as_str().unwrap_or_default().to_owned())),
        _ => Err(wrong()),
    }
}

fn exception(raised: &Json, depth: usize) -> Result<Exception, String> {
    let text = |key: &str| {
        raised[key].as_str().map(without_addresses).ok_or_else(|| format!("the exception has no text `{key}`"))
    };
    let link = |key: &str| match raised.get(key) {
        None => Err(format!("the exception does not say whether it has a {key}")),
        Some(Json::Null) => Ok(None),
        Some(_) if depth > DEPTH_MAX => Err("the chain of exceptions is too long".to_owned()),
        Some(inner) => exception(inner, depth + 1).map(|inner| Some(Box::new(inner))),
    };
    Ok(Exception { kind: text("type")?, message: text("message")?, cause: link("cause")?, context: link("context")? })
}

fn from_json(json: &Json, depth: usize) -> Result<Value, String> {
    if depth > DEPTH_MAX {
        return Err("the value is nested too deeply".to_owned());
    }
    match json {
        Json::Null => Ok(Value::None),
        Json::Bool(flag) => Ok(Value::Bool(*flag)),
        Json::Object(fields) => tagged(fields, depth),
        other => Err(format!("{other} is no value")),
    }
}

fn tagged(fields: &Map<String, Json>, depth: usize) -> Result<Value, String> {
    let text = |key: &str| fields.get(key).and_then(Json::as_str);
    let beside = |key: &str| fields.len() == 1 + usize::from(fields.contains_key(key));
    if let (Some(kind), true) = (text("handle"), beside("ref")) {
        return Ok(Value::Handle(kind.to_owned()));
    }
    if let (Some(kind), true) = (text("make"), beside("args")) {
        return Ok(Value::Made(kind.to_owned(), list(fields.get("args"), depth)?));
    }
    let mut tags = fields.iter();
    let (Some((tag, body)), None) = (tags.next(), tags.next()) else {
        return Err(format!("a value has one tag, unlike {fields:?}"));
    };
    let wrong = || format!("{body} is no {tag}");
    let text = body.as_str();
    match tag.as_str() {
        "int" => text.and_then(|text| text.parse().ok()).map(Value::Int).ok_or_else(wrong),
        "float" => text.and_then(Float::parse).map(Value::Float).ok_or_else(wrong),
        "float_bits" => text.and_then(float_of_bits).ok_or_else(wrong),
        "str" => text.and_then(|text| Text::from_escaped(&without_addresses(text))).map(Value::Str).ok_or_else(wrong),
        "bytes" => text.and_then(unhex).map(Value::Bytes).ok_or_else(wrong),
        "opaque" => text.map(|text| Value::Opaque(text.to_owned())).ok_or_else(wrong),
        "tuple" => list(Some(body), depth).map(Value::Tuple),
        "list" => list(Some(body), depth).map(Value::List),
        "dict" => pairs(body, depth).map(Value::Dict),
        _ => Err(format!("`{tag}` is no kind of value")),
    }
}

fn list(json: Option<&Json>, depth: usize) -> Result<Vec<Value>, String> {
    let items = json.and_then(Json::as_array).ok_or("a list of values is missing")?;
    items.iter().map(|item| from_json(item, depth + 1)).collect()
}

fn pairs(json: &Json, depth: usize) -> Result<Vec<(Value, Value)>, String> {
    let pairs = json.as_array().ok_or("a dict is a list of pairs")?;
    let pair = |pair: &Json| match pair.as_array().map(Vec::as_slice) {
        Some([key, value]) => Ok((from_json(key, depth + 1)?, from_json(value, depth + 1)?)),
        _ => Err(format!("{pair} is no pair")),
    };
    pairs.iter().map(pair).collect()
}

/// Every ` at 0x...` loses its digits.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(" at 0xADDR");
        plain.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    plain
}

fn float_of_bits(digits: &str) -> Option<Value> {
    let whole = digits.len() == 16 && is_hex(digits);
    u64::from_str_radix(digits, 16).ok().filter(|_| whole).map(|bits| Value::Float(Float::from_bits(bits)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_hex(digits: &str) -> bool {
    digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if digits.len().is_multiple_of(2) && is_hex(text) { digits.chunks(2).map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reply_says_one_thing_and_nothing_beside_it() {
        let raised = json!({ "type": "builtins.ValueError", "message": "no", "cause": null, "context": null });
        assert!(observation(&json!({ "value": { "int": "0" } })).is_ok());
        assert!(observation(&json!({ "exception": raised.clone() })).is_ok());
        for lie in [
            json!({ "value": { "int": "0" }, "exception": raised }),
            json!({ "value": { "int": "0", "str": "zzz" } }),
            json!({ "value": { "make": "Plain", "args": [], "int": "1" } }),
            json!({ "value": { "dict": [[{ "str": "a" }]] } }),
            json!({ "value": { "dict": [[{ "str": "a" }, null, { "int": "9" }]] } }),
            json!({ "value": { "dict": [{ "x": 1 }] } }),
            json!({ "value": { "bytes": "+0+1" } }),
            json!({ "value": { "float_bits": "0" } }),
            json!({ "value": { "float_bits": "+000000000000000" } }),
            json!({ "exception": { "type": "builtins.ValueError", "message": "no", "Cause": null, "context": null } }),
        ] {
            assert!(observation(&lie).is_err(), "{lie}");
        }
    }
}
