//! The notation of values, calls and observations: from text to the model's types. `Display` goes the other way.

use crossinterp_model::module::{Call, Exception, Observation, Value};

use super::cursor::Cursor;
use super::error::Trouble;

const VALUE_HELP: &str = "a value is None, True, False, a number, \"text\", b\"bytes\", (a, b), [a, b], {k: v}, an earlier \
                          result's name, or an object such as Plain()";
/// How deep values may nest: deeper than any scenario needs, shallow enough for any stack.
const DEPTH_MAX: usize = 64;

/// Reads an observation that stands alone, as recordings have it.
pub fn parse_observation(text: &str) -> Result<Observation, String> {
    let mut cursor = Cursor::new(text);
    let complain = |trouble: Trouble| format!("column {}: {}", trouble.column, trouble.what);
    let observation = observation(&mut cursor).map_err(complain)?;
    if cursor.at_end() { Ok(observation) } else { Err(format!("column {}: something is left over", cursor.column())) }
}

/// `[name =] [inside place:] verb(arguments)`.
pub(super) fn named_call(cursor: &mut Cursor<'_>) -> Result<(Option<String>, Call), Trouble> {
    let mut ahead = cursor.clone();
    let name = ahead.word(is_word);
    let named = !name.is_empty() && ahead.take("=");
    if named {
        *cursor = ahead;
    }
    Ok((named.then(|| name.to_owned()), call(cursor)?))
}

fn call(cursor: &mut Cursor<'_>) -> Result<Call, Trouble> {
    let mut place = None;
    if cursor.peek_word(is_word) == "inside" {
        cursor.word(is_word);
        place = Some(value(cursor, 0)?);
        cursor.expect(":", "write `inside a: verb(...)`")?;
    }
    let verb = cursor.word(is_word).to_owned();
    let help = "a call is written `verb(arguments)`, as in `a = create()`";
    if verb.is_empty() {
        return Err(cursor.trouble("expected a call", help));
    }
    cursor.expect("(", help)?;
    let mut call = Call { place, verb, args: Vec::new(), kwargs: Vec::new() };
    items(cursor, ")", |cursor| argument(cursor, &mut call))?;
    Ok(call)
}

fn argument(cursor: &mut Cursor<'_>, call: &mut Call) -> Result<(), Trouble> {
    let mut ahead = cursor.clone();
    let key = ahead.word(is_word);
    if !key.is_empty() && ahead.take("=") {
        *cursor = ahead;
        call.kwargs.push((key.to_owned(), value(cursor, 0)?));
    } else if call.kwargs.is_empty() {
        call.args.push(value(cursor, 0)?);
    } else {
        return Err(cursor.trouble("a positional argument after a keyword", "put `name=value` last"));
    }
    Ok(())
}

/// What was, or must be, observed.
pub(super) fn observation(cursor: &mut Cursor<'_>) -> Result<Observation, Trouble> {
    match cursor.peek_word(is_word) {
        "crash" => {
            cursor.take("crash");
            let signal = cursor.word(is_word).to_owned();
            let known = signal.starts_with("SIG");
            if known {
                Ok(Observation::Crash(signal))
            } else {
                Err(cursor.trouble("expected a signal", "as in `crash SIGABRT`"))
            }
        }
        "hang" => {
            cursor.take("hang");
            Ok(Observation::Hang)
        }
        "not" => {
            cursor.take("not");
            cursor.expect("implemented", "write `not implemented \"what\"`")?;
            Ok(Observation::NotImplemented(cursor.string()?))
        }
        _ if is_exception(cursor) => Ok(Observation::Exception(exception(cursor)?)),
        _ => Ok(Observation::Value(value(cursor, 0)?)),
    }
}

/// A type's name and, between quotes, its message.
fn is_exception(cursor: &Cursor<'_>) -> bool {
    let mut ahead = cursor.clone();
    let name = ahead.word(is_dotted);
    name.len() > 1 && ahead.take("\"")
}

fn exception(cursor: &mut Cursor<'_>) -> Result<Exception, Trouble> {
    let kind = cursor.word(is_dotted).to_owned();
    let mut exception = Exception { kind, message: cursor.string()?, cause: None, context: None };
    if cursor.take("<-") {
        link(cursor, &mut exception)?;
    }
    Ok(exception)
}

/// `cause Type "..."` or `context Type "..."`, after the arrow.
pub(super) fn link(cursor: &mut Cursor<'_>, to: &mut Exception) -> Result<(), Trouble> {
    let help = "write `<- cause Type \"message\"` or `<- context Type \"message\"`";
    let kind = cursor.word(is_word);
    if !is_exception(cursor) {
        return Err(cursor.trouble("expected a linked exception", help));
    }
    let linked = Some(Box::new(exception(cursor)?));
    match kind {
        "cause" => to.cause = linked,
        "context" => to.context = linked,
        _ => return Err(cursor.trouble(&format!("`{kind}` is no way of linking exceptions"), help)),
    }
    Ok(())
}

fn value(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, Trouble> {
    cursor.skip_spaces();
    if depth > DEPTH_MAX {
        return Err(cursor.trouble("the value is nested too deeply", "use Nested(depth) for deep tuples"));
    }
    match cursor.peek() {
        Some('"') => Ok(Value::Str(cursor.string()?)),
        Some('b') if cursor.rest().starts_with("b\"") => bytes(cursor),
        Some('(') => tuple(cursor, depth),
        Some('[') => {
            cursor.next();
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
    let word = cursor.word(is_word).to_owned();
    if cursor.take("(") {
        return Ok(Value::Made(word, values(cursor, ")", depth)?));
    }
    Ok(match word.as_str() {
        "None" => Value::None,
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "nan" | "inf" => Value::Float(word),
        _ => Value::Name(word),
    })
}

fn number(cursor: &mut Cursor<'_>) -> Result<Value, Trouble> {
    let before = cursor.clone();
    let text = cursor.word(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
    if let Ok(number) = text.parse::<i128>() {
        return Ok(Value::Int(number));
    }
    match text.parse::<f64>() {
        Ok(_) => Ok(Value::Float(text.to_owned())),
        Err(_) => Err(before.trouble(&format!("`{text}` is no number"), VALUE_HELP)),
    }
}

fn tuple(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, Trouble> {
    cursor.next();
    Ok(Value::Tuple(values(cursor, ")", depth)?))
}

fn values(cursor: &mut Cursor<'_>, close: &str, depth: usize) -> Result<Vec<Value>, Trouble> {
    let mut all = Vec::new();
    items(cursor, close, |cursor| {
        all.push(value(cursor, depth + 1)?);
        Ok(())
    })?;
    Ok(all)
}

fn dict(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, Trouble> {
    cursor.next();
    let mut pairs = Vec::new();
    items(cursor, "}", |cursor| {
        let key = value(cursor, depth + 1)?;
        cursor.expect(":", "a dict is written {key: value}")?;
        pairs.push((key, value(cursor, depth + 1)?));
        Ok(())
    })?;
    Ok(Value::Dict(pairs))
}

/// `<capsule>`, or `<type 'code'>` for an object without a notation.
fn handle(cursor: &mut Cursor<'_>) -> Result<Value, Trouble> {
    cursor.next();
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
    let before = cursor.clone();
    cursor.next();
    let text = cursor.string()?;
    let complain = || before.trouble("bytes are ASCII and \\xNN", "write b\"ab\\x00\"");
    unescape_bytes(&text).map(Value::Bytes).ok_or_else(complain)
}

fn unescape_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        bytes.push(match c {
            '\\' => match rest.next()? {
                'n' => b'\n',
                'r' => b'\r',
                't' => b'\t',
                '\\' => b'\\',
                'x' => u8::from_str_radix(&rest.by_ref().take(2).collect::<String>(), 16).ok()?,
                _ => return None,
            },
            c => u8::try_from(c).ok().filter(u8::is_ascii)?,
        });
    }
    Some(bytes)
}

/// Items between here and the closing text, separated by commas; one after the last is allowed.
fn items(
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

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_dotted(c: char) -> bool {
    is_word(c) || c == '.'
}
