//! A request as it is read from a line.
//!
//! It knows the shape of a request, and no verb.

use crossinterp_objects::Value;
use serde_json::Value as Json;

use crate::wire::{BadValue, decode};

/// A call that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// The number by which the reply is known.
    pub(crate) seq: u64,
    pub(crate) verb: String,
    pub(crate) args: Vec<Value>,
    pub(crate) kwargs: Vec<(String, Value)>,
    /// The interpreter whose code makes the call, if it is not main.
    pub(crate) place: Option<Value>,
    /// The thread to start for it.
    pub(crate) thread: Option<String>,
}

/// What is wrong with a request. The conversation ends there: nobody knows what the runner meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// The line is not JSON. What the parser said of it.
    #[error("a line that is not JSON: {0}")]
    NotJson(String),
    /// A field that every request has is missing, or is of another kind.
    #[error("the request has no `{0}` of the kind that the protocol asks for")]
    Field(&'static str),
    /// A value in it is none, or too deep. What is wrong with it.
    #[error("{0}")]
    Value(String),
}

impl From<BadValue> for BadRequest {
    fn from(bad: BadValue) -> Self {
        BadRequest::Value(bad.to_string())
    }
}

impl Request {
    /// Reads a line.
    pub(crate) fn parse(line: &str) -> Result<Request, BadRequest> {
        let json: Json = serde_json::from_str(line).map_err(|error| BadRequest::NotJson(error.to_string()))?;
        let seq = json["seq"].as_u64().ok_or(BadRequest::Field("seq"))?;
        let verb = json["verb"].as_str().ok_or(BadRequest::Field("verb"))?.to_owned();
        let args = json["args"].as_array().ok_or(BadRequest::Field("args"))?;
        let args = args.iter().map(decode).collect::<Result<_, _>>()?;
        let place = json.get("place").map(decode).transpose()?;
        Ok(Request { seq, verb, args, kwargs: keywords(&json)?, place, thread: thread(&json)? })
    }

    /// The argument of that name.
    pub(crate) fn keyword(&self, name: &str) -> Option<&Value> {
        self.kwargs.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

fn keywords(json: &Json) -> Result<Vec<(String, Value)>, BadRequest> {
    let Some(kwargs) = json.get("kwargs") else { return Ok(Vec::new()) };
    let kwargs = kwargs.as_object().ok_or(BadRequest::Field("kwargs"))?;
    kwargs.iter().map(|(name, value)| Ok((name.clone(), decode(value)?))).collect()
}

fn thread(json: &Json) -> Result<Option<String>, BadRequest> {
    match json.get("thread") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(name)) => Ok(Some(name.clone())),
        Some(_) => Err(BadRequest::Field("thread")),
    }
}
