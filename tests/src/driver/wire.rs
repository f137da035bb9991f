//! Between the values of scenarios and those of the wire.
//!
//! Addresses in texts are written `0xADDR` from here on, since no two processes agree on them.

use std::collections::BTreeMap;

use crossinterp_model::module::{Call, Exception, Observation, Value};
use crossinterp_objects::{Float, Text};

use super::message::{Make, Request, Tagged, WireException, WireOutcome, WireValue};

/// A request. Names stand for what earlier replies gave.
pub(super) fn request(seq: u64, call: &Call, named: &BTreeMap<String, WireValue>) -> Result<Request, String> {
    let mut kwargs = BTreeMap::new();
    for (name, value) in &call.kwargs {
        kwargs.insert(name.clone(), to_wire(value, named)?);
    }
    let place = call.place.as_ref().map(|place| to_wire(place, named)).transpose()?;
    Ok(Request {
        seq,
        verb: call.verb.clone(),
        args: all(&call.args, named)?,
        kwargs,
        place,
        thread: call.thread.clone(),
    })
}

fn all(values: &[Value], named: &BTreeMap<String, WireValue>) -> Result<Vec<WireValue>, String> {
    values.iter().map(|value| to_wire(value, named)).collect()
}

fn to_wire(value: &Value, named: &BTreeMap<String, WireValue>) -> Result<WireValue, String> {
    Ok(WireValue::Tagged(match value {
        Value::None => return Ok(WireValue::None(())),
        Value::Bool(flag) => return Ok(WireValue::Bool(*flag)),
        Value::Made(kind, args) => return Ok(WireValue::Make(Make { make: kind.clone(), args: all(args, named)? })),
        Value::Name(name) => return named.get(name).cloned().ok_or_else(|| format!("no reply gave `{name}` a value")),
        Value::Int(number) => Tagged::Int(number.to_string()),
        Value::Float(float) if float.has_plain_text() => Tagged::Float(float.to_string()),
        Value::Float(float) => Tagged::FloatBits(format!("{:016x}", float.to_bits())),
        Value::Str(text) => Tagged::Str(text.escaped()),
        Value::Bytes(bytes) => Tagged::Bytes(hex(bytes)),
        Value::Tuple(items) => Tagged::Tuple(all(items, named)?),
        Value::List(items) => Tagged::List(all(items, named)?),
        Value::Dict(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| Ok((to_wire(key, named)?, to_wire(value, named)?)));
            Tagged::Dict(pairs.collect::<Result<_, String>>()?)
        }
        Value::Handle(_) | Value::Opaque(_) | Value::Buffer(_) => {
            return Err(format!("{value} cannot be written in a call"));
        }
    }))
}

/// What a reply says came of the call.
pub(super) fn observation(outcome: &WireOutcome) -> Result<Observation, String> {
    match outcome {
        WireOutcome::Value(value) => from_wire(value).map(Observation::Value),
        WireOutcome::Exception(raised) => Ok(Observation::Exception(exception(raised))),
        WireOutcome::NotImplemented(what) => Ok(Observation::NotImplemented(what.clone())),
    }
}

fn exception(raised: &WireException) -> Exception {
    let link = |inner: &Option<Box<WireException>>| inner.as_ref().map(|inner| Box::new(exception(inner)));
    Exception {
        kind: without_addresses(&raised.kind),
        message: without_addresses(&raised.message),
        cause: link(&raised.cause),
        context: link(&raised.context),
    }
}

fn from_wire(value: &WireValue) -> Result<Value, String> {
    Ok(match value {
        WireValue::None(()) => Value::None,
        WireValue::Bool(flag) => Value::Bool(*flag),
        WireValue::Handle(handle) => Value::Handle(handle.handle.clone()),
        WireValue::Make(made) => Value::Made(made.make.clone(), list(&made.args)?),
        WireValue::Tagged(tagged) => from_tagged(tagged)?,
    })
}

fn from_tagged(tagged: &Tagged) -> Result<Value, String> {
    let wrong = |kind: &str, text: &str| format!("\"{text}\" is no {kind}");
    match tagged {
        Tagged::Int(text) => text.parse().map(Value::Int).map_err(|_| wrong("int", text)),
        Tagged::Float(text) => Float::parse(text).map(Value::Float).ok_or_else(|| wrong("float", text)),
        Tagged::FloatBits(text) => float_of_bits(text).ok_or_else(|| wrong("float_bits", text)),
        Tagged::Str(text) => {
            Text::from_escaped(&without_addresses(text)).map(Value::Str).ok_or_else(|| wrong("str", text))
        }
        Tagged::Bytes(text) => unhex(text).map(Value::Bytes).ok_or_else(|| wrong("bytes", text)),
        Tagged::Opaque(text) => Ok(Value::Opaque(text.clone())),
        Tagged::Tuple(items) => list(items).map(Value::Tuple),
        Tagged::List(items) => list(items).map(Value::List),
        Tagged::Dict(pairs) => {
            let pair = |(key, value): &(WireValue, WireValue)| Ok((from_wire(key)?, from_wire(value)?));
            pairs.iter().map(pair).collect::<Result<_, String>>().map(Value::Dict)
        }
    }
}

fn list(items: &[WireValue]) -> Result<Vec<Value>, String> {
    items.iter().map(from_wire).collect()
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

    use super::super::message::Reply;
    use super::*;

    fn read(outcome: &serde_json::Value) -> Result<Observation, String> {
        let reply = serde_json::from_value::<Reply>(json!({ "seq": 1, "outcome": outcome }));
        reply.map_err(|error| error.to_string()).and_then(|reply| observation(&reply.outcome))
    }

    #[test]
    fn a_reply_says_one_thing_and_nothing_beside_it() {
        let raised = json!({ "type": "builtins.ValueError", "message": "no", "cause": null, "context": null });
        assert!(read(&json!({ "value": { "int": "0" } })).is_ok());
        assert!(read(&json!({ "exception": raised.clone() })).is_ok());
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
            json!({ "exception": { "type": "builtins.ValueError", "message": "no", "context": null } }),
            json!({ "exception": { "type": "builtins.ValueError", "message": "no", "Cause": null, "context": null } }),
        ] {
            assert!(read(&lie).is_err(), "{lie}");
        }
    }
}
