//! An exception as the caller of a session catches it: whose type it is of, its text, and what it is chained to.

use crossinterp_objects::{Text, Value};

/// What a caller catches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caught {
    /// The short name of the type.
    pub kind: String,
    /// Whether the type belongs to the interpreter that was left.
    pub foreign: bool,
    /// The text.
    pub text: Text,
    /// Its explicit cause.
    pub cause: Option<Link>,
    /// The error that was being handled, if it is not the cause.
    pub context: Option<Link>,
    /// Its attribute `_errdisplay`, which 3.13.0 sets.
    pub display: Option<Text>,
}

/// What an exception is chained to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Another exception.
    To(Box<Caught>),
    /// The exception itself.
    Itself,
}

impl Caught {
    /// An exception of a type that every interpreter has, chained to nothing.
    pub fn new(kind: &str, text: &str) -> Caught {
        Caught { kind: kind.to_owned(), foreign: false, text: text.into(), cause: None, context: None, display: None }
    }

    /// The same with a cause.
    #[must_use]
    pub fn caused_by(self, cause: Caught) -> Caught {
        Caught { cause: Some(Link::To(Box::new(cause))), ..self }
    }

    /// The same with a context.
    #[must_use]
    pub fn during(self, context: Caught) -> Caught {
        Caught { context: Some(Link::To(Box::new(context))), ..self }
    }

    /// Whether following its chain never ends.
    pub fn is_cyclic(&self) -> bool {
        let cyclic = |link: &Link| match link {
            Link::To(other) => other.is_cyclic(),
            Link::Itself => true,
        };
        self.cause.iter().chain(&self.context).any(cyclic)
    }

    /// In the notation of scenarios: `Caught(type, text)`, and then `Cause`, `Context` and `Display` if there are such.
    pub fn value(&self) -> Value {
        let name = if self.foreign { format!("foreign {}", self.kind) } else { self.kind.clone() };
        let mut args = vec![Value::text(&name), Value::Str(self.text.clone())];
        args.extend(self.cause.iter().map(|link| Value::made("Cause", vec![link.value()])));
        args.extend(self.context.iter().map(|link| Value::made("Context", vec![link.value()])));
        args.extend(self.display.iter().map(|text| Value::made("Display", vec![Value::Str(text.clone())])));
        Value::made("Caught", args)
    }
}

impl Link {
    fn value(&self) -> Value {
        match self {
            Link::To(other) => other.value(),
            Link::Itself => Value::made("Itself", Vec::new()),
        }
    }
}
