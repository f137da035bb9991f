//! The notation of calls and observations: from text to the model's types. `Display` goes the other way. Values read
//! themselves.

use crossinterp_model::module::{Call, Exception, Observation};
use crossinterp_objects::notation::{Cursor, Trouble, is_word, items, value};

/// Reads an observation that stands alone, as recordings have it.
pub fn parse_observation(text: &str) -> Result<Observation, String> {
    let mut cursor = Cursor::new(text);
    let observation = observation(&mut cursor).map_err(|trouble| trouble.to_string())?;
    if cursor.at_end() { Ok(observation) } else { Err(format!("column {}: something is left over", cursor.column())) }
}

/// Reads a call that stands alone, with the name of its result if it has one.
pub fn parse_call(text: &str) -> Result<(Option<String>, Call), String> {
    let mut cursor = Cursor::new(text);
    let call = named_call(&mut cursor).map_err(|trouble| trouble.to_string())?;
    if cursor.at_end() { Ok(call) } else { Err(format!("column {}: something is left over", cursor.column())) }
}

/// `[name =] [start thread:] [inside place:] verb(arguments)`.
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
    let mut thread = None;
    if cursor.peek_word(is_word) == "start" {
        cursor.word(is_word);
        let help = "write `start t: verb(...)`, and later `join(\"t\")`";
        let name = cursor.word(is_word).to_owned();
        if name.is_empty() {
            return Err(cursor.trouble("expected the name of a thread", help));
        }
        cursor.expect(":", help)?;
        thread = Some(name);
    }
    let mut place = None;
    if cursor.peek_word(is_word) == "inside" {
        cursor.word(is_word);
        place = Some(value(cursor)?);
        cursor.expect(":", "write `inside a: verb(...)`")?;
    }
    let verb = cursor.word(is_word).to_owned();
    let help = "a call is written `verb(arguments)`, as in `a = create()`";
    if verb.is_empty() {
        return Err(cursor.trouble("expected a call", help));
    }
    cursor.expect("(", help)?;
    let mut call = Call { thread, place, verb, args: Vec::new(), kwargs: Vec::new() };
    items(cursor, ")", |cursor| argument(cursor, &mut call))?;
    Ok(call)
}

fn argument(cursor: &mut Cursor<'_>, call: &mut Call) -> Result<(), Trouble> {
    let mut ahead = cursor.clone();
    let key = ahead.word(is_word);
    if !key.is_empty() && ahead.take("=") {
        *cursor = ahead;
        call.kwargs.push((key.to_owned(), value(cursor)?));
    } else if call.kwargs.is_empty() {
        call.args.push(value(cursor)?);
    } else {
        return Err(cursor.trouble("a positional argument after a keyword", "put `name=value` last"));
    }
    Ok(())
}

/// What may be observed: one outcome, or several with ` | ` between them.
pub(super) fn observations(cursor: &mut Cursor<'_>) -> Result<Vec<Observation>, Trouble> {
    let mut all = vec![observation(cursor)?];
    more_observations(cursor, &mut all)?;
    Ok(all)
}

/// The outcomes that follow a ` | `. No value has one outside of its quotes.
pub(super) fn more_observations(cursor: &mut Cursor<'_>, all: &mut Vec<Observation>) -> Result<(), Trouble> {
    while cursor.take("|") {
        let start = cursor.clone();
        let another = observation(cursor)?;
        if all.contains(&another) {
            return Err(start.trouble("the outcome is there already", "write each outcome once"));
        }
        all.push(another);
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
        "undefined" => {
            cursor.take("undefined");
            Ok(Observation::Undefined)
        }
        "not" => {
            cursor.take("not");
            cursor.expect("implemented", "write `not implemented \"what\"`")?;
            Ok(Observation::NotImplemented(cursor.string()?.escaped()))
        }
        _ if is_exception(cursor) => Ok(Observation::Exception(exception(cursor)?)),
        _ => Ok(Observation::Value(value(cursor)?)),
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
    let mut exception = Exception { kind, message: cursor.string()?.escaped(), cause: None, context: None };
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

fn is_dotted(c: char) -> bool {
    is_word(c) || c == '.'
}
