//! What `repr()`, `str()` and `type().__name__` say of a value, escaped as messages are.
//!
//! The values know; here their texts take the form in which this module keeps every message.

use crossinterp_objects as objects;

use super::Value;

/// The exception that an object's own `repr()` or `str()` raised: the text of a `KeyError`, escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFailed(pub String);

/// `repr(value)`.
pub fn repr(value: &Value) -> Result<String, TextFailed> {
    escaped(objects::repr(value))
}

/// `str(value)`.
pub fn str(value: &Value) -> Result<String, TextFailed> {
    escaped(objects::str(value))
}

/// `type(value).__name__`.
pub fn type_name(value: &Value) -> String {
    value.type_of().name().to_owned()
}

fn escaped(text: Result<objects::Text, objects::TextFailed>) -> Result<String, TextFailed> {
    text.map(|text| text.escaped()).map_err(|failed| TextFailed(failed.0.escaped()))
}
