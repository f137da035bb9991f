//! What came of a call: a value, an exception, or that this runtime does not offer it.
//!
//! It sits below the verbs and above values and exceptions.

use crossinterp_objects::Value;
use serde_json::{Value as Json, json};

use crate::raised::Raised;
use crate::wire::encode;

/// Why a call has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It raised.
    Raised(Raised),
    /// This runtime does not have what the call needs: what is missing.
    Missing(String),
}

/// What came of a call.
pub(crate) type Answer = Result<Value, Stop>;

impl From<Raised> for Stop {
    fn from(raised: Raised) -> Self {
        Stop::Raised(raised)
    }
}

/// An answer as a reply has it.
pub(crate) fn to_json(answer: &Answer) -> Json {
    match answer {
        Ok(value) => json!({ "value": encode(value) }),
        Err(Stop::Raised(raised)) => json!({ "exception": raised.to_json() }),
        Err(Stop::Missing(what)) => json!({ "not_implemented": what }),
    }
}
