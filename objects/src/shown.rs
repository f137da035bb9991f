//! What `repr()` and `str()` say of a value, since messages quote them.
//!
//! Addresses are written `0xADDR`, as observations are. Only the objects that scenarios use are known.

use crate::error;
use crate::made;
use crate::text::{Text, push_escaped};
use crate::value::Value;

/// The exception that an object's own `repr()` or `str()` raised: the text of a `KeyError`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("KeyError: {}", .0.escaped())]
pub struct TextFailed(pub Text);

impl TextFailed {
    /// What `str()` says of the exception: a `KeyError` shows its argument quoted.
    #[must_use]
    pub fn quoted(&self) -> Text {
        quote(&self.0).into()
    }
}

/// Whether code of an object's own class has to run to show the value.
#[must_use]
pub fn has_own_text(value: &Value) -> bool {
    match value {
        Value::Tuple(items) | Value::List(items) => items.iter().any(has_own_text),
        Value::Dict(pairs) => pairs.iter().any(|(key, value)| has_own_text(key) || has_own_text(value)),
        Value::Made(kind, args) => kind == "Unprintable" || args.iter().any(has_own_text),
        _ => false,
    }
}

/// `repr(value)`.
pub fn repr(value: &Value) -> Result<Text, TextFailed> {
    repr_of(value).map(Text::from)
}

/// `str(value)`.
pub fn str(value: &Value) -> Result<Text, TextFailed> {
    match value {
        Value::Str(text) => Ok(text.clone()),
        Value::Made(kind, args) => match (kind.as_str(), args.as_slice()) {
            ("Unprintable", args) => unprintable("str", args).map(Text::from),
            ("StrSubclass", [inner]) => str(inner),
            ("Error", args) => error::str(args),
            (kind, args) => made::str(kind, args).unwrap_or_else(|| repr(value)),
        },
        other => repr(other),
    }
}

/// Whatever Python's `repr()` writes is escaped where it does not print, so it is text of Rust's.
pub(crate) fn repr_of(value: &Value) -> Result<String, TextFailed> {
    Ok(match value {
        Value::Str(text) => quote(text),
        Value::Bytes(bytes) => quote_bytes(bytes),
        Value::Float(float) => float.to_string(),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", repr_of(&items[0])?),
        Value::Tuple(items) => format!("({})", joined(items)?),
        Value::List(items) => format!("[{}]", joined(items)?),
        Value::Dict(pairs) => repr_dict(pairs)?,
        Value::Buffer(_) => "<memory at 0xADDR>".to_owned(),
        Value::Made(kind, args) => return repr_made(kind, args, value.nesting()),
        other => other.to_string(),
    })
}

fn repr_made(kind: &str, args: &[Value], nesting: Option<usize>) -> Result<String, TextFailed> {
    if let Some(depth) = nesting {
        return Ok(format!("{}(){}", "(".repeat(depth), ",)".repeat(depth)));
    }
    Ok(match (kind, args) {
        ("Unprintable", args) => return unprintable("repr", args),
        ("IntSubclass" | "StrSubclass" | "BytesSubclass" | "FloatSubclass" | "TupleSubclass", [inner]) => {
            repr_of(inner)?
        }
        ("Error", args) => error::repr(args)?,
        ("Set", []) => "set()".to_owned(),
        ("Set", items) => format!("{{{}}}", joined(items)?),
        ("ByteArray", [inner]) => format!("bytearray({})", repr_of(inner)?),
        ("ReleasedView", _) => "<released memory at 0xADDR>".to_owned(),
        ("MemoryView", _) => "<memory at 0xADDR>".to_owned(),
        (kind, args) => return made::repr(kind, args),
    })
}

/// `Unprintable("repr", "text")` raises `KeyError("text")` from the method it names, and answers the other.
fn unprintable(method: &str, args: &[Value]) -> Result<String, TextFailed> {
    match args {
        [Value::Str(fails), Value::Str(error)] if fails == method => Err(TextFailed(error.clone())),
        _ => Ok(format!("<Unprintable {method}>")),
    }
}

pub(crate) fn joined(items: &[Value]) -> Result<String, TextFailed> {
    let texts: Result<Vec<_>, _> = items.iter().map(repr_of).collect();
    Ok(texts?.join(", "))
}

fn repr_dict(pairs: &[(Value, Value)]) -> Result<String, TextFailed> {
    let texts: Result<Vec<_>, _> = pairs.iter().map(|(k, v)| Ok(format!("{}: {}", repr_of(k)?, repr_of(v)?))).collect();
    Ok(format!("{{{}}}", texts?.join(", ")))
}

fn quote(text: &Text) -> String {
    let has = |quote: char| text.code_points().any(|point| point == u32::from(quote));
    let quote = quote_for(has('\''), has('"'));
    let mut quoted = String::from(quote);
    for point in text.code_points() {
        if point == u32::from(quote) {
            quoted.push('\\');
        }
        push_escaped(&mut quoted, point);
    }
    quoted.push(quote);
    quoted
}

fn quote_bytes(bytes: &[u8]) -> String {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut quoted = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\'' | b'"' if char::from(byte) != quote => quoted.push(char::from(byte)),
            _ => quoted.extend(byte.escape_ascii().map(char::from)),
        }
    }
    quoted.push(quote);
    quoted
}

/// Python prefers single quotes, and changes to double ones only to spare an escape.
fn quote_for(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

/// What a value in its notation reads as: for the tests of every module with values of its own.
#[cfg(test)]
#[track_caller]
pub(crate) fn check(notation: &str, as_repr: &str, as_str: &str) {
    let value: Value = notation.parse().unwrap_or_else(|trouble| panic!("{notation}: {trouble}"));
    assert_eq!((repr(&value), str(&value)), (Ok(Text::from(as_repr)), Ok(Text::from(as_str))), "{notation}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(notation: &str, expected: &str) {
        let value: Value = notation.parse().unwrap_or_else(|trouble| panic!("{notation}: {trouble}"));
        assert_eq!(repr(&value), Ok(Text::from(expected)));
    }

    #[test]
    fn values_read_as_in_python() {
        check(r#""it's""#, r#""it's""#);
        check(r#""a\"b'c""#, r#"'a"b\'c'"#);
        check(r#""\x00\n\\ \udc80 \xa0é""#, r"'\x00\n\\ \udc80 \xa0é'");
        check(r#"b"it's\x00\"""#, r#"b'it\'s\x00"'"#);
        check(r#"b"it's""#, r#"b"it's""#);
        check("(1,)", "(1,)");
        check("[-0.0, 1e+22, nan, (), {\"a\": True}]", "[-0.0, 1e+22, nan, (), {'a': True}]");
        check("Nested(2)", "(((),),)");
        check("IntSubclass(3)", "3");
    }

    #[test]
    fn an_object_that_cannot_be_shown_raises_its_own_error() {
        let value: Value = r#"("a", Unprintable("repr", "no"))"#.parse().unwrap();
        assert_eq!(repr(&value), Err(TextFailed("no".into())));
        let alone: Value = r#"Unprintable("str", "no")"#.parse().unwrap();
        assert_eq!((str(&alone), repr(&alone)), (Err(TextFailed("no".into())), Ok("<Unprintable repr>".into())));
    }
}
