//! The exceptions that scenarios write: from their notation to what Python would have of them.
//!
//! It knows what each says of itself. How a row of them is rendered, `traceback` knows.

use crossinterp_objects::{Text, Value, error_parts, error_text};

use crate::excinfo::{Names, Part, Reason};

/// An exception as an object, with all that hangs on it.
#[derive(Clone, Debug)]
pub(super) struct Error {
    pub names: Names,
    pub built_in: bool,
    /// The type of the runtime's own that it is, or is made of.
    pub base: String,
    /// What `str()` gives.
    pub shown: Part,
    /// What was noted, or whatever stands where notes should.
    pub notes: Option<Value>,
    pub cause: Option<Box<Error>>,
    pub context: Option<Box<Error>>,
    /// Whether its context goes unmentioned.
    pub suppressed: bool,
    /// The exceptions in it, if it is a group.
    pub members: Option<Vec<Error>>,
    /// Where the mistake is, if it is one of syntax.
    pub place: Option<Value>,
    /// Who renders it, while it is raised.
    pub renderer: Renderer,
}

/// What a scenario can put in place of the class that renders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Renderer {
    /// Nothing.
    Usual,
    /// One whose lines are these.
    Lines(Value),
    /// None at all.
    Missing,
    /// One that cannot be made.
    NotMade,
    /// One that makes no lines.
    NotFormatted,
}

/// The module in which a driver keeps classes of exceptions of its own.
const HOME: &str = "errors";

impl Error {
    /// The exception that is written so; none if it is not one, or not one that is known here.
    pub(super) fn of(value: &Value) -> Option<Error> {
        let Value::Made(kind, args) = value else { return None };
        match (kind.as_str(), args.as_slice()) {
            ("Error", args) => Error::built_in(args),
            ("ErrorOf", [module, qualname, name, rest @ ..]) => Error::of_class(module, qualname, name, rest),
            ("ErrorStr", [kind, error]) => Error::of(error)?.raised_by_str_of(kind),
            ("ErrorShows", [kind, shown]) => Some(Error::at_home("ErrorShows", kind, showing(shown))),
            ("Group" | "BaseGroup", [Value::Str(text), members @ ..]) => Error::group(kind, text, members),
            (_, [error, rest @ ..]) => Error::of(error)?.with(kind, rest),
            _ => None,
        }
    }

    fn new(names: Names, base: &str, shown: Part) -> Error {
        Error {
            names,
            built_in: false,
            base: base.to_owned(),
            shown,
            notes: None,
            cause: None,
            context: None,
            suppressed: false,
            members: None,
            place: None,
            renderer: Renderer::Usual,
        }
    }

    /// `Error(kind, args...)`.
    fn built_in(args: &[Value]) -> Option<Error> {
        if args.first().and_then(Value::as_str).is_some_and(names_a_type_that_is_not_known) {
            return None;
        }
        let (kind, args) = error_parts(args);
        let mut error = Error::new(Names::built_in(kind), kind, text_of(kind, args)?);
        error.built_in = true;
        if let ("SyntaxError" | "IndentationError", [_, place @ Value::Tuple(_)]) = (kind, args) {
            error.shown = syntax_text(&args[0], place)?;
            error.place = Some(place.clone());
        }
        Some(error)
    }

    /// `ErrorOf(module, qualname, name, text, base)`: a class with any module.
    fn of_class(module: &Value, qualname: &Value, name: &Value, rest: &[Value]) -> Option<Error> {
        let (text, base) = match rest {
            [text] => (text, "Exception"),
            [text, base] => (text, base.as_str()?),
            _ => return None,
        };
        let missing = Reason::Raised { kind: "AttributeError".to_owned(), message: "__module__".into() };
        let module = if is_absent(module) { Part::Failed(missing) } else { Part::of(module) };
        let names = Names { name: Part::of(name), qualname: Part::of(qualname), module };
        Some(Error::new(names, base, text_of(base, std::slice::from_ref(text))?))
    }

    /// A class of the driver's.
    fn at_home(name: &str, base: &Value, shown: Part) -> Error {
        let names = Names { name: Part::text(name), qualname: Part::text(name), module: Part::text(HOME) };
        Error::new(names, base.as_str().unwrap_or("Exception"), shown)
    }

    fn raised_by_str_of(self, kind: &Value) -> Option<Error> {
        let Part::Text(message) = &self.shown else { return None };
        let reason = Reason::Raised { kind: self.full_name()?, message: message.clone() };
        Some(Error::at_home("ErrorStr", kind, Part::Failed(reason)))
    }

    fn group(kind: &str, text: &Text, members: &[Value]) -> Option<Error> {
        let members: Option<Vec<Error>> = members.iter().map(Error::of).collect();
        let members = members.filter(|members| !members.is_empty())?;
        let class = if kind == "Group" { "ExceptionGroup" } else { "BaseExceptionGroup" };
        let plural = if members.len() == 1 { "" } else { "s" };
        let mut shown = text.clone();
        shown.append(&format!(" ({} sub-exception{plural})", members.len()).as_str().into());
        let mut error = Error::new(Names::built_in(class), class, Part::Text(shown));
        // Of the two only the base is one of the runtime's static types.
        error.built_in = kind == "BaseGroup";
        error.members = Some(members);
        Some(error)
    }

    /// The same exception with something done to it.
    fn with(mut self, kind: &str, args: &[Value]) -> Option<Error> {
        match (kind, args) {
            ("Noted", notes) => self.notes = Some(Value::List(notes.to_vec())),
            ("NotesAre", [notes]) => self.notes = Some(notes.clone()),
            ("CausedBy", [cause]) => self.cause = Some(Box::new(Error::of(cause)?)),
            ("During", [context]) => self.context = Some(Box::new(Error::of(context)?)),
            // Each is the other's context: whoever is rendered first is not rendered again.
            ("Loop", [other]) => self.context = Some(Box::new(Error::of(other)?)),
            ("Suppressed", []) => self.suppressed = true,
            ("Rendered", [lines]) => self.renderer = Renderer::Lines(lines.clone()),
            ("Unrendered", [how]) => self.renderer = Renderer::by_name(how.as_str()?)?,
            _ => return None,
        }
        self.suppressed |= kind == "CausedBy";
        Some(self)
    }

    /// Whether it says that there is no memory.
    pub(super) fn is_memory_error(&self) -> bool {
        self.base == "MemoryError"
    }

    /// Its type as scenarios write it: without the module of the builtins.
    pub(super) fn full_name(&self) -> Option<String> {
        let (Part::Text(module), Part::Text(name)) = (&self.names.module, &self.names.qualname) else { return None };
        let (module, name) = (module.as_str()?, name.as_str()?);
        Some(if module == "builtins" { name.to_owned() } else { format!("{module}.{name}") })
    }
}

impl Renderer {
    fn by_name(name: &str) -> Option<Renderer> {
        Some(match name {
            "missing" => Renderer::Missing,
            "make" => Renderer::NotMade,
            "format" => Renderer::NotFormatted,
            _ => return None,
        })
    }
}

/// Whether the value stands for none.
pub(super) fn is_absent(value: &Value) -> bool {
    matches!(value, Value::Made(kind, args) if kind == "Absent" && args.is_empty())
}

/// `str()` of an exception that was made with those arguments; an argument may refuse.
fn text_of(kind: &str, args: &[Value]) -> Option<Part> {
    // Two arguments make one of the types below it, or a text of its own.
    if ["OSError", "SyntaxError", "IndentationError"].contains(&kind)
        && args.len() > 1
        && !args[1..].iter().all(is_tuple)
    {
        return None;
    }
    Some(match error_text(kind, args) {
        Ok(text) => Part::Text(text),
        Err(failed) => Part::Failed(Reason::Raised { kind: "KeyError".to_owned(), message: failed.quoted() }),
    })
}

fn is_tuple(value: &Value) -> bool {
    matches!(value, Value::Tuple(_))
}

/// What a `__str__` gives that answers with that value.
fn showing(value: &Value) -> Part {
    let text = Part::of(value);
    if text != Part::NotText {
        return text;
    }
    let message = format!("__str__ returned non-string (type {})", value.type_of().name());
    Part::Failed(Reason::Raised { kind: "TypeError".to_owned(), message: message.as_str().into() })
}

/// `str()` of a mistake of syntax with a place: its text, the file and the line.
fn syntax_text(text: &Value, place: &Value) -> Option<Part> {
    let (Value::Str(text), Value::Tuple(place)) = (text, place) else { return None };
    let [Value::Str(file), Value::Int(line), ..] = place.as_slice() else { return None };
    let mut shown = text.clone();
    shown.append(&" (".into());
    // The last part of the path is enough for the words.
    shown.append(&Text::from_escaped(file.escaped().rsplit('/').next()?)?);
    shown.append(&format!(", line {line})").as_str().into());
    Some(Part::Text(shown))
}

/// Whether a text can only be meant as a type, of which the notation of errors does not know how it is made.
fn names_a_type_that_is_not_known(text: &str) -> bool {
    let looks_like_a_type = text.chars().all(|letter| letter.is_ascii_alphabetic())
        && ["Error", "Warning", "Group", "Exception"].iter().any(|end| text.ends_with(end));
    looks_like_a_type && error_parts(&[Value::text(text)]).0 != text
}
