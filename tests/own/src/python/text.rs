//! Texts as C takes them, and objects as messages name them.
//!
//! It knows what Python says of a text that has no UTF-8, and nothing of who asks.

use crossinterp_objects::{Text, Value, has_own_text, repr};

use crate::raised::Raised;

/// The text as UTF-8, unless it has surrogates that stand alone.
pub(crate) fn utf8(text: &Text) -> Result<&str, Raised> {
    text.as_str().ok_or_else(|| Raised::new("UnicodeEncodeError", not_encoded(text)))
}

/// The text as one that ends where a NUL is, unless it has one before its end.
pub(crate) fn bounded(text: &Text) -> Result<&str, Raised> {
    let text = utf8(text)?;
    if text.contains('\0') { Err(Raised::value_error("found embedded NULL character")) } else { Ok(text) }
}

fn is_surrogate(point: u32) -> bool {
    (0xd800..0xe000).contains(&point)
}

/// The words of the codec, which names the first row of characters that it cannot encode.
fn not_encoded(text: &Text) -> String {
    let points: Vec<u32> = text.code_points().collect();
    let first = points.iter().position(|point| is_surrogate(*point)).unwrap_or_default();
    let count = points[first..].iter().take_while(|point| is_surrogate(**point)).count();
    if count > 1 {
        let last = first + count - 1;
        return format!("'utf-8' codec can't encode characters in position {first}-{last}: surrogates not allowed");
    }
    let point = points.get(first).copied().unwrap_or_default();
    format!("'utf-8' codec can't encode character '\\u{point:04x}' in position {first}: surrogates not allowed")
}

/// What a message calls an object: its `repr()`, unless code of its own would have to run for that. Rule `convert.cause`.
pub(crate) fn named(value: &Value) -> Text {
    match repr(value) {
        Ok(text) if !has_own_text(value) => text,
        _ => format!("<unprintable {} object>", value.type_of().name()).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(escaped: &str) -> String {
        let text = Text::from_escaped(escaped).unwrap();
        bounded(&text).unwrap_err().message().as_str().unwrap().to_owned()
    }

    #[test]
    fn a_text_that_c_cannot_take_is_refused_with_the_words_of_the_codec() {
        let one = "'utf-8' codec can't encode character '\\udc80' in position 1: surrogates not allowed";
        let row = "'utf-8' codec can't encode characters in position 0-1: surrogates not allowed";
        assert_eq!(refused("a\\udc80b\\udc81"), one);
        assert_eq!(refused("\\ud83d\\udc0d"), row);
        assert_eq!(refused("a\\x00"), "found embedded NULL character");
    }

    #[test]
    fn an_object_with_a_text_of_its_own_is_named_by_its_type() {
        let named = |notation: &str| named(&notation.parse().unwrap()).escaped();
        assert_eq!(named("[1]"), "[1]");
        assert_eq!(named(r#"(1, Unprintable("str", "x"))"#), "<unprintable tuple object>");
    }
}
