//! From text to values.

use super::Trouble;
use super::cursor::{Cursor, is_word};
use crate::float::Float;
use crate::value::Value;

const VALUE_HELP: &str = "a value is None, True, False, a number, \"text\", b\"bytes\", (a, b), [a, b], {k: v}, an earlier \
                          result's name, or an object such as Plain()";
const BITS_HELP: &str = "as in FloatBits(\"7ff8000000000001\")";

/// How deep values may nest: deeper than any scenario needs, shallow enough for any stack.
pub const DEPTH_MAX: usize = 64;
/// Digits of a number: reading more takes time that grows with their square.
const DIGITS_MAX: usize = 10_000;

/// Reads a value.
pub fn value(cursor: &mut Cursor<'_>) -> Result<Value, Trouble> {
    value_at(cursor, 0)
}

fn value_at(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, Trouble> {
    cursor.skip_spaces();
    if depth > DEPTH_MAX {
        return Err(cursor.trouble("the value is nested too deeply", "use Nested(depth) for deep tuples"));
    }
    match cursor.peek() {
        Some('"') => Ok(Value::Str(cursor.string()?)),
        Some('b') if cursor.rest().starts_with("b\"") => bytes(cursor),
        Some('(') => tuple(cursor, depth),
        Some('[') => {
            cursor.advance();
            Ok(Value::List(values(cursor, "]", depth)?))
        }
        Some('{') => dict(cursor, depth),
        Some('<') => handle(cursor),
        Some(c) if c.is_ascii_digit() || c == '-' => number(cursor),
        Some(c) if c.is_alphabetic() || c == '_' => word(cursor, depth),
        _ => Err(cursor.trouble("expected a value", VALUE_HELP)),
    }
}

fn word(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, Trouble> {
    let before = cursor.clone();
    let word = cursor.word(is_word).to_owned();
    if cursor.take("(") {
        let args = values(cursor, ")", depth)?;
        return if word == "FloatBits" { float_bits(&before, &args) } else { Ok(Value::Made(word, args)) };
    }
    Ok(match word.as_str() {
        "None" => Value::None,
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "nan" | "inf" => Float::parse(&word).map_or(Value::None, Value::Float),
        _ => Value::Name(word),
    })
}

/// A float by its bits: sixteen hexadecimal digits, the first the sign's.
fn float_bits(before: &Cursor<'_>, args: &[Value]) -> Result<Value, Trouble> {
    let digits = match args {
        [text] => text.as_str().filter(|text| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())),
        _ => None,
    };
    let bits = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let complain = || before.trouble("the bits of a float are sixteen hexadecimal digits", BITS_HELP);
    bits.map(|bits| Value::Float(Float::from_bits(bits))).ok_or_else(complain)
}

fn number(cursor: &mut Cursor<'_>) -> Result<Value, Trouble> {
    let before = cursor.clone();
    let text = cursor.word(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
    if text.len() > DIGITS_MAX {
        return Err(before.trouble("the number is too long", "write at most 10 000 digits"));
    }
    if let Ok(number) = text.parse() {
        return Ok(Value::Int(number));
    }
    let float = Float::parse(text).map(Value::Float);
    float.ok_or_else(|| before.trouble(&format!("`{text}` is no number"), VALUE_HELP))
}

fn tuple(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, Trouble> {
    cursor.advance();
    Ok(Value::Tuple(values(cursor, ")", depth)?))
}

fn values(cursor: &mut Cursor<'_>, close: &str, depth: usize) -> Result<Vec<Value>, Trouble> {
    let mut all = Vec::new();
    items(cursor, close, |cursor| {
        all.push(value_at(cursor, depth + 1)?);
        Ok(())
    })?;
    Ok(all)
}

fn dict(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, Trouble> {
    cursor.advance();
    let mut pairs = Vec::new();
    items(cursor, "}", |cursor| {
        let key = value_at(cursor, depth + 1)?;
        cursor.expect(":", "write `{key: value}`")?;
        pairs.push((key, value_at(cursor, depth + 1)?));
        Ok(())
    })?;
    Ok(Value::Dict(pairs))
}

/// `<capsule>`, or `<type 'code'>` for an object without a notation.
fn handle(cursor: &mut Cursor<'_>) -> Result<Value, Trouble> {
    cursor.advance();
    let kind = cursor.word(is_word).to_owned();
    let value = if kind == "type" && cursor.take("'") {
        let name = cursor.word(|c| c != '\'').to_owned();
        cursor.take("'");
        Value::Opaque(name)
    } else {
        Value::Handle(kind)
    };
    cursor.expect(">", "a kept object is written <capsule>, <struct> or <kept>")?;
    Ok(value)
}

fn bytes(cursor: &mut Cursor<'_>) -> Result<Value, Trouble> {
    cursor.advance();
    cursor.advance();
    let mut bytes = Vec::new();
    loop {
        let before = cursor.clone();
        let complain = || before.trouble("bytes are ASCII and \\xNN", "write b\"ab\\x00\"");
        let point = match cursor.advance().ok_or_else(complain)? {
            '"' => return Ok(Value::Bytes(bytes)),
            '\\' if matches!(cursor.peek(), Some('u' | 'U')) => return Err(complain()),
            '\\' => cursor.escape()?,
            c if c.is_ascii() => u32::from(c),
            _ => return Err(complain()),
        };
        bytes.push(u8::try_from(point).map_err(|_| complain())?);
    }
}

/// Items between here and the closing text, separated by commas; one after the last is allowed.
pub fn items(
    cursor: &mut Cursor<'_>,
    close: &str,
    mut item: impl FnMut(&mut Cursor<'_>) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    while !cursor.take(close) {
        item(cursor)?;
        if !cursor.take(",") {
            return cursor.expect(close, &format!("separate with `,` and close with `{close}`"));
        }
    }
    Ok(())
}
