//! The messages of the protocol as types: what is read and written, and what the JSON schema is made of.
//!
//! They know the form of a conversation and nothing of what is said in it: `wire` turns their values into those of
//! scenarios.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde::{Deserialize, Serialize};

use super::offer::{Capability, Profile};

/// The version of the conversation that this program speaks.
pub const PROTOCOL: u64 = 2;

/// Any line of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Message {
    /// The driver's first line.
    Hello(Hello),
    /// The runner's lines.
    Request(Request),
    /// The driver's other lines.
    Reply(Reply),
}

/// How a driver introduces the runtime that it drives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The version of the protocol: 2.
    pub protocol: u64,
    /// The name of the runtime, as in `cpython`.
    pub name: String,
    /// Its version, as in `3.13.0`.
    pub version: String,
    /// The edition whose surface it has: `3.13` or `3.14`.
    pub edition: String,
    /// The layers that it claims.
    pub profiles: Vec<Profile>,
    /// The optional features that it has.
    pub capabilities: Vec<Capability>,
}

/// One thing that the driver is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The number of the request, from 1. The reply repeats it.
    pub seq: u64,
    /// The operation.
    pub verb: String,
    /// Its positional arguments.
    pub args: Vec<WireValue>,
    /// Its keyword arguments.
    pub kwargs: BTreeMap<String, WireValue>,
    /// The interpreter whose code makes the call; the main one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<WireValue>,
    /// The name of a new thread in which the call is made; the reply does not wait for its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The number of the request.
    pub seq: u64,
    /// What was observed.
    pub outcome: WireOutcome,
}

/// One thing that was observed, and nothing beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WireOutcome {
    /// The call returned this.
    Value(WireValue),
    /// The call raised this.
    Exception(WireException),
    /// The driver or the runtime has no such operation; the text says what is missing.
    NotImplemented(String),
}

/// An exception. All four fields must be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WireException {
    /// The full name of its type, as in `builtins.ValueError`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its text, escaped.
    pub message: String,
    /// Its explicit cause.
    #[serde(deserialize_with = "present")]
    #[schemars(schema_with = "nullable")]
    pub cause: Option<Box<WireException>>,
    /// What was being handled, unless that is the cause.
    #[serde(deserialize_with = "present")]
    #[schemars(schema_with = "nullable")]
    pub context: Option<Box<WireException>>,
}

/// A value: null, true, false, or an object with one tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum WireValue {
    /// None.
    None(()),
    /// True or False.
    Bool(bool),
    /// A thing that the driver keeps.
    Handle(Handle),
    /// An object that is made on request.
    Make(Make),
    /// Everything else.
    Tagged(Tagged),
}

/// A thing that the driver keeps. It is sent back as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Handle {
    /// What it is, as in `capsule`.
    pub handle: String,
    /// Which one: the driver's own number.
    #[serde(rename = "ref")]
    pub number: u64,
}

/// An object that is made on request, or the description of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Make {
    /// What makes it, as in `Plain`.
    pub make: String,
    /// What it is made of.
    pub args: Vec<WireValue>,
}

/// A value under the name of its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tagged {
    /// An int, in decimal digits: no number of JSON holds them all.
    Int(String),
    /// A float as `repr()` shows it.
    Float(String),
    /// A NaN with a sign or a payload: sixteen hexadecimal digits.
    FloatBits(String),
    /// A text, escaped.
    Str(String),
    /// Bytes: two hexadecimal digits for each.
    Bytes(String),
    /// A tuple.
    Tuple(Vec<WireValue>),
    /// A list.
    List(Vec<WireValue>),
    /// A dict, as pairs in its order.
    Dict(Vec<(WireValue, WireValue)>),
    /// An object of another type, by its type's name; in replies only.
    Opaque(String),
}

/// A field that may be null and may not be left out.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

/// The schema of a field that is an exception or null. (Marked as required, an optional field of a recursive type has no
/// finite schema.)
fn nullable(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [generator.subschema_for::<WireException>(), { "type": "null" }] })
}

/// The JSON schema of the conversation: any of its lines is valid in it.
pub fn schema() -> Schema {
    schema_for!(Message)
}
