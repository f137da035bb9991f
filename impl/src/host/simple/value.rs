//! The values of the simple object model: those of `crossinterp-objects`, and what a namespace makes of one as a name.
//!
//! It sits below the simple host. It knows nothing of interpreters.

pub use crossinterp_objects::{Buffer, Float, Int, Text, Type, Value};

/// Why a value is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NotAName {
    /// It is no text. Names are.
    #[error("a name is a text")]
    NotText,
    /// It has surrogates that stand alone: there is no UTF-8 for it.
    #[error("a name has no lone surrogates")]
    Surrogates,
}

/// A value as a name. Rule `namespace.names.text`.
///
/// ```
/// use crossinterp::simple::{NotAName, Text, Value, name};
/// assert_eq!(name(&Value::from("x")), Ok("x"));
/// assert_eq!(name(&Value::int(1)), Err(NotAName::NotText));
/// # Ok::<(), NotAName>(())
/// ```
///
/// # Errors
///
/// [`NotAName`].
pub fn name(value: &Value) -> Result<&str, NotAName> {
    match value {
        Value::Str(text) => text.as_str().ok_or(NotAName::Surrogates),
        _ => Err(NotAName::NotText),
    }
}
