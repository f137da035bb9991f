//! Exceptions as objects: what one is made of, and what it answers when it is asked for its texts.
//!
//! It reads them from the notation of scenarios. How a row of them is displayed, `traceback` knows.

use crossinterp::{Part, Undescribed};
use crossinterp_objects::{Text, Value, error_parts, error_text};

use super::text::bounded;
use super::traceback;
use crate::raised::Raised;

/// The module in which classes of exceptions live that are odd in one way.
const ODD_HOME: &str = "errors";

/// What an object answers when it is asked for a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// A text.
    Text(Text),
    /// Something else.
    NoText,
    /// An exception, by its type and its words.
    Raised(String, Text),
}

/// Who displays an exception while it is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Renderer {
    /// The usual one.
    Usual,
    /// One that gives these lines.
    Lines(Value),
    /// None that works.
    Broken,
}

/// Code that an exception went through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) file: &'static str,
    pub(crate) line: usize,
    pub(crate) code: &'static str,
}

/// An exception, with all that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thrown {
    pub(crate) name: Said,
    pub(crate) qualname: Said,
    pub(crate) module: Said,
    /// The type of the runtime's own that it is, or derives from.
    base: String,
    pub(crate) shown: Said,
    pub(crate) notes: Option<Value>,
    pub(crate) cause: Option<Box<Thrown>>,
    pub(crate) context: Option<Box<Thrown>>,
    /// Whether its context goes unmentioned.
    pub(crate) suppressed: bool,
    /// What a group is made of.
    pub(crate) members: Option<Vec<Thrown>>,
    /// Where a mistake of syntax is.
    pub(crate) place: Option<Vec<Value>>,
    pub(crate) renderer: Renderer,
    /// Outermost first.
    pub(crate) frames: Vec<Frame>,
}

impl Said {
    /// What a value is as a text. A str of a subclass is one.
    pub(crate) fn of(value: &Value) -> Said {
        match value.plain() {
            Value::Str(text) => Said::Text(text.clone()),
            _ => Said::NoText,
        }
    }

    fn text(text: &str) -> Said {
        Said::Text(text.into())
    }

    /// The text as C has it, or what stands in the way.
    pub(crate) fn bounded(&self) -> Result<&str, Raised> {
        match self {
            Said::Text(text) => bounded(text),
            Said::NoText => Err(Raised::type_error("bad argument type for built-in operation")),
            Said::Raised(kind, message) => Err(Raised::new(kind, message.clone())),
        }
    }
}

impl Thrown {
    /// An exception of a type that is built in.
    pub(crate) fn new(kind: &str, shown: &str) -> Thrown {
        Thrown::named(Said::text("builtins"), Said::text(kind), Said::text(kind), kind, Said::text(shown))
    }

    fn named(module: Said, qualname: Said, name: Said, base: &str, shown: Said) -> Thrown {
        let base = base.to_owned();
        Thrown {
            name,
            qualname,
            module,
            base,
            shown,
            notes: None,
            cause: None,
            context: None,
            suppressed: false,
            members: None,
            place: None,
            renderer: Renderer::Usual,
            frames: Vec::new(),
        }
    }

    /// The exception that is written so; none if it is not one that is known here.
    pub(crate) fn of(value: &Value) -> Option<Thrown> {
        let Value::Made(kind, args) = value else { return None };
        match (kind.as_str(), args.as_slice()) {
            ("Error", args) => Some(Thrown::built_in(args)),
            ("ErrorOf", [module, qualname, name, text]) => Thrown::of_class(module, qualname, name, text, "Exception"),
            ("ErrorOf", [module, qualname, name, text, base]) => {
                Thrown::of_class(module, qualname, name, text, base.as_str()?)
            }
            ("ErrorStr", [base, error]) => Some(Thrown::odd(kind, base, Thrown::of(error)?.as_said()?)),
            ("ErrorShows", [base, value]) => Some(Thrown::odd(kind, base, answered(value))),
            ("Group" | "BaseGroup", [Value::Str(text), members @ ..]) => Thrown::group(kind, text, members),
            (_, [error, rest @ ..]) => Thrown::of(error)?.with(kind, rest),
            _ => None,
        }
    }

    fn built_in(args: &[Value]) -> Thrown {
        let (kind, args) = error_parts(args);
        let mut thrown = Thrown::new(kind, "");
        thrown.shown = text_of(kind, args);
        if let ("SyntaxError" | "IndentationError", [Value::Str(words), Value::Tuple(place)]) = (kind, args) {
            thrown.shown = placed(words, place).unwrap_or(thrown.shown);
            thrown.place = Some(place.clone());
        }
        thrown
    }

    /// A class of exceptions taken for an exception, which is then of the type of classes. Its renderer is none.
    pub(crate) fn of_class_object(class: &Value) -> Option<Thrown> {
        let Value::Made(kind, args) = class else { return None };
        let name = args.first().and_then(Value::as_str).filter(|_| kind == "Builtin")?;
        let is_exception = error_parts(&[Value::text(name)]).1.is_empty();
        let mut thrown = Thrown::new("type", &format!("<class '{name}'>"));
        thrown.base = name.to_owned();
        thrown.renderer = Renderer::Broken;
        is_exception.then_some(thrown)
    }

    fn of_class(module: &Value, qualname: &Value, name: &Value, text: &Value, base: &str) -> Option<Thrown> {
        let absent = || Said::Raised("AttributeError".to_owned(), "__module__".into());
        let module = if is_absent(module) { absent() } else { Said::of(module) };
        let shown = text_of(base, std::slice::from_ref(text));
        Some(Thrown::named(module, Said::of(qualname), Said::of(name), base, shown))
    }

    fn odd(kind: &str, base: &Value, shown: Said) -> Thrown {
        let base = base.as_str().unwrap_or("Exception");
        Thrown::named(Said::text(ODD_HOME), Said::text(kind), Said::text(kind), base, shown)
    }

    fn group(kind: &str, text: &Text, members: &[Value]) -> Option<Thrown> {
        let members =
            members.iter().map(Thrown::of).collect::<Option<Vec<_>>>().filter(|members| !members.is_empty())?;
        let class = if kind == "Group" { "ExceptionGroup" } else { "BaseExceptionGroup" };
        let plural = if members.len() == 1 { "" } else { "s" };
        let mut shown = text.clone();
        shown.append(&format!(" ({} sub-exception{plural})", members.len()).into());
        let thrown = Thrown::new(class, "");
        Some(Thrown { shown: Said::Text(shown), members: Some(members), ..thrown })
    }

    /// The same with something done to it.
    fn with(mut self, kind: &str, args: &[Value]) -> Option<Thrown> {
        match (kind, args) {
            ("Noted", notes) => self.notes = Some(Value::List(notes.to_vec())),
            ("NotesAre", [notes]) => self.notes = Some(notes.clone()),
            ("CausedBy", [cause]) => {
                self.cause = Some(Box::new(Thrown::of(cause)?));
                self.suppressed = true;
            }
            // In a loop each is the context of the other, and who was displayed is not displayed again.
            ("During" | "Loop", [context]) => self.context = Some(Box::new(Thrown::of(context)?)),
            ("Suppressed", []) => self.suppressed = true,
            ("Rendered", [lines]) => self.renderer = Renderer::Lines(lines.clone()),
            ("Unrendered", [_]) => self.renderer = Renderer::Broken,
            _ => return None,
        }
        Some(self)
    }

    /// The same, raised in this code.
    pub(crate) fn through(self, frames: Vec<Frame>) -> Thrown {
        Thrown { frames, ..self }
    }

    pub(crate) fn is_memory_error(&self) -> bool {
        self.base == "MemoryError"
    }

    /// As what somebody is told who asked for a text and got this exception.
    fn as_said(&self) -> Option<Said> {
        let (Said::Text(module), Said::Text(name), Said::Text(words)) = (&self.module, &self.qualname, &self.shown)
        else {
            return None;
        };
        let (module, name) = (module.as_str()?, name.as_str()?);
        let kind = if module == "builtins" { name.to_owned() } else { format!("{module}.{name}") };
        Some(Said::Raised(kind, words.clone()))
    }

    /// One of its texts, as the layer asks for them.
    pub(crate) fn tell(&self, part: Part) -> Result<String, Undescribed> {
        let said = match part {
            Part::Name => &self.name,
            Part::Qualname => &self.qualname,
            Part::Module => &self.module,
            Part::Message => &self.shown,
            Part::Display => return self.display(),
        };
        match (said, said.bounded()) {
            (_, Ok(text)) => Ok(text.to_owned()),
            (Said::Raised(kind, _), Err(_)) if kind == "MemoryError" => Err(Undescribed::NoMemory),
            (Said::Raised(kind, message), Err(_)) => Err(Undescribed::Raised(format!("{kind}: {}", message.escaped()))),
            (_, Err(_)) => Err(Undescribed::NotText),
        }
    }

    fn display(&self) -> Result<String, Undescribed> {
        let text = traceback::render(self).ok_or(Undescribed::NotText)?;
        let text = bounded(&text).map_err(|_| Undescribed::NotText)?;
        Ok(text.strip_suffix('\n').unwrap_or(text).to_owned())
    }
}

/// Whether the value stands for none.
pub(crate) fn is_absent(value: &Value) -> bool {
    matches!(value, Value::Made(kind, args) if kind == "Absent" && args.is_empty())
}

/// `str()` of an exception that was made with these arguments.
fn text_of(kind: &str, args: &[Value]) -> Said {
    match error_text(kind, args) {
        Ok(text) => Said::Text(text),
        Err(failed) => Said::Raised("KeyError".to_owned(), failed.quoted()),
    }
}

/// What `str()` gives if `__str__` answers with that value.
fn answered(value: &Value) -> Said {
    match Said::of(value) {
        Said::NoText => {
            let words = format!("__str__ returned non-string (type {})", value.type_of().name());
            Said::Raised("TypeError".to_owned(), words.into())
        }
        said => said,
    }
}

/// `str()` of a mistake of syntax: the words, the last part of the file's path, and the line.
fn placed(words: &Text, place: &[Value]) -> Option<Said> {
    let [Value::Str(file), Value::Int(line), ..] = place else { return None };
    let file = Text::from_escaped(file.escaped().rsplit('/').next()?)?;
    let mut shown = words.clone();
    shown.append(&" (".into());
    shown.append(&file);
    shown.append(&format!(", line {line})").into());
    Some(Said::Text(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(notation: &str) -> String {
        Thrown::of(&notation.parse().unwrap()).unwrap().tell(Part::Display).unwrap()
    }

    #[test]
    fn what_hangs_on_an_exception_is_displayed_before_it() {
        let cause =
            "KeyError: 1\n\nThe above exception was the direct cause of the following exception:\n\nValueError: x";
        assert_eq!(display(r#"CausedBy(Error("ValueError", "x"), Error("KeyError", 1))"#), cause);
        assert_eq!(display(r#"Suppressed(During(Error("ValueError", "x"), Error("KeyError", 1)))"#), "ValueError: x");
    }

    #[test]
    fn a_group_has_a_margin_for_each_level() {
        let group = "  | ExceptionGroup: g (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | ValueError: 1\n    \
                     +------------------------------------";
        assert_eq!(display(r#"Group("g", Error("ValueError", 1))"#), group);
    }

    #[test]
    fn a_text_that_cannot_be_had_is_not_described() {
        let thrown = |notation: &str| Thrown::of(&notation.parse().unwrap()).unwrap();
        assert_eq!(thrown(r#"Error("ValueError", "a\x00b")"#).tell(Part::Message), Err(Undescribed::NotText));
        assert_eq!(thrown(r#"ErrorOf(42, "N", "N", "t")"#).tell(Part::Module), Err(Undescribed::NotText));
        assert!(matches!(
            thrown(r#"ErrorStr("Exception", Error("ValueError", "inner"))"#).tell(Part::Message),
            Err(Undescribed::Raised(_))
        ));
    }
}
