//! Why a value does not cross, and the exception that its sender or its receiver sees for it.
//!
//! It sits below the host. The words name the value, so whoever asks has to have it at hand.

use crossinterp::{ConvertError, MaterialiseError};
use crossinterp_objects::{Text, Value};

use super::Home;
use crate::python::named;
use crate::raised::Raised;

/// What the host has against a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// An int needs more than 64 bits. Send it as bytes.
    #[error("try sending as bytes")]
    IntTooBig,
    /// The converter that is registered for its type takes other values. The words say which.
    #[error("{0}")]
    Mismatch(String),
    /// The converter leaves no way back to an object.
    #[error("missing new_object func")]
    NoWayBack,
    /// A view that has been released shows nothing.
    #[error("operation forbidden on released memoryview object")]
    ReleasedView,
    /// An item of a tuple cannot leave.
    #[error("item {index} cannot be shared")]
    Item {
        /// Which item, counted from 0.
        index: usize,
        /// Why not.
        #[source]
        error: Box<ConvertError<Refusal>>,
    },
    /// What arrives should be a text, and is none.
    #[error("'utf-8' codec can't decode byte 0xff in position 0: invalid start byte")]
    NoUtf8,
    /// It cannot be copied as a whole: no part of it may be what this names.
    #[error("it has a part that cannot be copied")]
    NoCopy,
    /// What arrives raises while it is made.
    #[error("{message}")]
    NotMade {
        /// The type of what is raised.
        kind: &'static str,
        /// Its words.
        message: String,
    },
}

impl Refusal {
    /// Whether a caller is told that the value cannot be shared.
    pub(super) fn means_not_shareable(&self) -> bool {
        !matches!(self, Refusal::NoWayBack)
    }

    /// The exception behind it, if it is more than that the value cannot be shared.
    fn reason(&self) -> Option<Raised> {
        let words = Text::from(self.to_string());
        Some(match self {
            Refusal::IntTooBig => Raised::new("OverflowError", words),
            Refusal::Mismatch(_) => Raised::type_error(words),
            Refusal::NoWayBack => Raised::new("SystemError", words),
            Refusal::ReleasedView => Raised::value_error(words),
            Refusal::NoUtf8 => Raised::new("UnicodeDecodeError", words),
            Refusal::NotMade { kind, .. } => Raised::new(kind, words),
            Refusal::Item { .. } | Refusal::NoCopy => return None,
        })
    }
}

/// That an object cannot be shared, by what messages call it.
fn not_shareable(value: &Value) -> Raised {
    let mut words = named(value);
    words.append(&" does not support cross-interpreter data".into());
    Raised::new("NotShareableError", words)
}

/// What the sender of a value is told. Rule `convert.cause`: each tuple around it says so in its turn.
pub(crate) fn refused(home: &Home, value: &Value, error: &ConvertError<Refusal>) -> Raised {
    refused_plain(&super::ways::uncarried(&home.plain(value)), error)
}

fn refused_plain(value: &Value, error: &ConvertError<Refusal>) -> Raised {
    match error {
        ConvertError::TooDeep => {
            Raised::new("RecursionError", "maximum recursion depth exceeded while sharing a tuple")
        }
        ConvertError::NoMemory => Raised::no_memory(),
        ConvertError::Host(refusal @ Refusal::NoWayBack) => refusal.reason().unwrap_or_else(|| not_shareable(value)),
        ConvertError::Host(Refusal::Item { index, error }) => {
            let items = value.plain().items();
            let item = items.as_ref().and_then(|items| items.get(*index)).unwrap_or(value);
            not_shareable(value).caused_by(refused_plain(item, error))
        }
        ConvertError::Host(refusal) => match refusal.reason() {
            Some(reason) => not_shareable(value).caused_by(reason),
            None => not_shareable(value),
        },
        _ => not_shareable(value),
    }
}

/// What the receiver of a value is told.
pub(crate) fn refused_arrival(error: &MaterialiseError<Refusal>) -> Raised {
    match error {
        MaterialiseError::NoMemory => Raised::no_memory(),
        MaterialiseError::Host(refusal @ Refusal::NotMade { .. }) => {
            let words = Raised::new("NotShareableError", "object could not be unpickled");
            refusal.reason().map_or(words.clone(), |reason| words.caused_by(reason))
        }
        MaterialiseError::Host(refusal) => refusal.reason().unwrap_or_else(|| Raised::value_error(refusal.to_string())),
        other => Raised::value_error(other.to_string()),
    }
}
