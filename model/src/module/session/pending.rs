//! An exception of the layer's own as one that a session captures: its type, its text, and what its traceback shows.

use crossinterp_objects::Text;

use crate::edition::Edition;
use crate::excinfo::{Given, Names, Part, Rendering};
use crate::module::error::{Problem, qualified_name};
use crate::module::outcome::Raised;

const CAUSED: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const DURING: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// What a driver leaves of a traceback through its own code.
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

fn type_of(raised: &Raised, edition: Edition) -> (String, String) {
    let full = qualified_name(raised.problem.kind(), edition);
    let (module, name) = full.rsplit_once('.').unwrap_or(("builtins", &full));
    (module.to_owned(), name.to_owned())
}

fn text_of(raised: &Raised) -> Text {
    Text::from_escaped(&raised.problem.text()).unwrap_or_default()
}

/// The lines of a traceback. C code has no frames; the code of an object has some, which nobody needs to see.
pub(super) fn rendered(raised: &Raised, edition: Edition) -> Text {
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
    if matches!(raised.problem, Problem::TextRaised { .. }) {
        lines.append(&OWN_CODE.into());
    }
    lines.append(&last_line(raised, edition));
    lines
}

fn last_line(raised: &Raised, edition: Edition) -> Text {
    let (module, name) = type_of(raised, edition);
    let text = text_of(raised);
    let mut line = if module == "builtins" { Text::from(name.as_str()) } else { format!("{module}.{name}").as_str().into() };
    if !text.is_empty() {
        line.append(&": ".into());
        line.append(&text);
    }
    line.append(&"\n".into());
    line
}
