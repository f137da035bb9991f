//! An exception of the layer's own as one that a session captures: its type, its text, and what its traceback shows.

use crossinterp_objects::Text;

use crate::edition::Edition;
use crate::excinfo::{Given, Names, Part, Rendering};
use crate::module::error::qualified_name;
use crate::module::outcome::Raised;

const CAUSED: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const DURING: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// What is left of a traceback through the code of a driver.
const OWN_CODE: &str = "Traceback (most recent call last):\n  ...\n";

/// What the capture finds.
pub(super) fn given_of(raised: &Raised, edition: Edition) -> Given {
    let (module, name) = type_of(raised, edition);
    Given {
        names: Names { name: Part::text(&name), qualname: Part::text(&name), module: Part::text(&module) },
        built_in: module == "builtins",
        is_memory_error: name == "MemoryError",
        text: Part::Text(text_of(raised)),
        rendering: Rendering::Text(rendered(raised, edition)),
    }
}

/// The same of an error that converting an object gave: what the object's own code raised has frames.
pub(super) fn of_an_object(raised: &Raised, edition: Edition) -> Given {
    let mut given = given_of(raised, edition);
    if has_frames(raised) {
        given.rendering = Rendering::Text(joined(&OWN_CODE.into(), &rendered(raised, edition)));
    }
    given
}

/// What reaches stderr of an error that nobody is told: the error alone, with the frame in which that was noticed if
/// there is one.
pub(super) fn unraisable(raised: &Raised, edition: Edition, in_a_frame: bool) -> String {
    let frames = if in_a_frame || has_frames(raised) { OWN_CODE } else { "" };
    format!("{frames}{}", last_line(raised, edition).escaped().trim_end_matches("\\n"))
}

/// Only objects that cannot be printed have code that raises.
fn has_frames(raised: &Raised) -> bool {
    raised.problem.kind() == "KeyError"
}

fn joined(first: &Text, second: &Text) -> Text {
    let mut both = first.clone();
    both.append(second);
    both
}

fn type_of(raised: &Raised, edition: Edition) -> (String, String) {
    let full = qualified_name(raised.problem.kind(), edition);
    let (module, name) = full.rsplit_once('.').unwrap_or(("builtins", &full));
    (module.to_owned(), name.to_owned())
}

fn text_of(raised: &Raised) -> Text {
    Text::from_escaped(&raised.problem.text()).unwrap_or_default()
}

/// The lines of a traceback. C code has no frames.
fn rendered(raised: &Raised, edition: Edition) -> Text {
    let mut lines = Text::default();
    let chain = match (&raised.cause, &raised.context) {
        (Some(cause), _) => Some((cause, CAUSED)),
        (None, Some(context)) => Some((context, DURING)),
        (None, None) => None,
    };
    if let Some((link, words)) = chain {
        lines.append(&rendered(link, edition));
        lines.append(&words.into());
    }
    lines.append(&last_line(raised, edition));
    lines
}

fn last_line(raised: &Raised, edition: Edition) -> Text {
    let (module, name) = type_of(raised, edition);
    let text = text_of(raised);
    let mut line =
        if module == "builtins" { Text::from(name.as_str()) } else { format!("{module}.{name}").as_str().into() };
    if !text.is_empty() {
        line.append(&": ".into());
        line.append(&text);
    }
    line.append(&"\n".into());
    line
}
