//! Why a conversion or an arrival did not succeed: what the caller sees, as symbols.
//!
//! The words that an edition has for each are the business of whoever shows them.

use std::fmt;

use crossinterp_objects::Text;

/// What the caller is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The type is not registered, or (since 3.14) the registered converter failed.
    NotShareable {
        /// The object, as the message quotes it.
        text: Text,
        /// Why, if the type is registered.
        cause: Option<Box<Failure>>,
    },
    /// An int does not fit the pointer.
    Overflow,
    /// Tuples are nested deeper than the stack is.
    Recursion,
    /// There was no memory. Nothing is wrong with the value.
    NoMemory,
    /// C returned its failure value and set no exception: the caller reports a system error, or crashes.
    NoException,
    /// The view was released before.
    ReleasedView,
    /// The conversion left no function that makes the object.
    NoNewObject,
    /// A capsule that can be read once was read before.
    Consumed,
    /// 3.14's helper for bytes was given something else.
    NotBytes {
        /// The object.
        text: Text,
    },
    /// 3.14's helper for bytes was asked for a block that cannot hold what it must.
    TooSmall {
        /// The size asked for.
        size: i128,
    },
    /// 3.14's helper for bytes was asked for the smallest block, and for no function that makes the object.
    NoNewObjectForBytes,
    /// C has no answer, or none that can be known: a converter was registered for a type whose objects it reads as if
    /// they were of another, or tuples are nested deeper than a stack of unknown size.
    Undefined {
        /// The object, as the scenario writes it.
        object: String,
    },
    /// Code that is not the layer's raised: an object's own text, or a converter that somebody registered.
    Raised {
        /// The short name of the exception's type.
        kind: &'static str,
        /// Its text.
        message: Text,
    },
}

impl Failure {
    /// Whether the caller finds an exception.
    pub fn has_exception(&self) -> bool {
        *self != Failure::NoException
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::NotShareable { text, .. } => write!(f, "not shareable: {}", text.escaped()),
            Failure::Overflow => f.write_str("the int is too big"),
            Failure::Recursion => f.write_str("tuples are nested too deeply"),
            Failure::NoMemory => f.write_str("no memory"),
            Failure::NoException => f.write_str("failed without an exception"),
            Failure::ReleasedView => f.write_str("the view was released"),
            Failure::NoNewObject | Failure::NoNewObjectForBytes => f.write_str("nothing makes the object"),
            Failure::Consumed => f.write_str("it was read before"),
            Failure::NotBytes { text } => write!(f, "no bytes: {}", text.escaped()),
            Failure::TooSmall { size } => write!(f, "a block of {size} bytes is too small"),
            Failure::Undefined { object } => write!(f, "what becomes of {object} is unknown"),
            Failure::Raised { kind, message } => write!(f, "{kind}: {}", message.escaped()),
        }
    }
}
