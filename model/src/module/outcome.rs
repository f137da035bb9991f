//! What came of a call: as the model means it (`Outcome`) and as an outsider sees it (`Observation`).
//!
//! The text of an observation is its notation in scenarios and recordings.

use std::fmt;

use super::error::{Problem, qualified_name, short_name};
use super::namespace::Refusal;
use super::{Quoted, Value};
use crate::edition::Edition;

/// The model's answer: symbolic, so that no operation spells a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The call returned.
    Value(Value),
    /// The call raised.
    Raised(Raised),
    /// The process died by a signal.
    Crash(Signal),
    /// The call never returns.
    Hang,
    /// The operation, or this use of it, is outside the model.
    NotModelled(String),
}

/// A signal that ends a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A fatal error of the runtime.
    Abort,
    /// A wild memory access.
    Segfault,
}

/// An error with what it was chained to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// What went wrong.
    pub problem: Problem,
    /// Its explicit cause.
    pub cause: Option<Box<Raised>>,
    /// The error that was being handled.
    pub context: Option<Box<Raised>>,
}

impl From<Problem> for Raised {
    fn from(problem: Problem) -> Self {
        Raised { problem, cause: None, context: None }
    }
}

impl From<Refusal> for Raised {
    fn from(refusal: Refusal) -> Self {
        Problem::from(refusal).into()
    }
}

impl Raised {
    /// The same error with a cause.
    pub fn caused_by(mut self, cause: impl Into<Raised>) -> Raised {
        self.cause = Some(Box::new(cause.into()));
        self
    }

    /// The same error with a context.
    pub fn during(mut self, context: impl Into<Raised>) -> Raised {
        self.context = Some(Box::new(context.into()));
        self
    }

    fn render(&self, edition: Edition) -> Exception {
        let chain = |link: &Option<Box<Raised>>| link.as_ref().map(|raised| Box::new(raised.render(edition)));
        Exception {
            kind: qualified_name(self.problem.kind(), edition),
            message: self.problem.text(),
            cause: chain(&self.cause),
            context: chain(&self.context),
        }
    }
}

impl Outcome {
    /// What an outsider sees of it in an edition.
    pub fn render(&self, edition: Edition) -> Observation {
        match self {
            Outcome::Value(value) => Observation::Value(value.clone()),
            Outcome::Raised(raised) => Observation::Exception(raised.render(edition)),
            Outcome::Crash(Signal::Abort) => Observation::Crash("SIGABRT".to_owned()),
            Outcome::Crash(Signal::Segfault) => Observation::Crash("SIGSEGV".to_owned()),
            Outcome::Hang => Observation::Hang,
            Outcome::NotModelled(what) => Observation::NotImplemented(what.clone()),
        }
    }
}

/// What an outsider saw of a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Observation {
    /// It returned this.
    Value(Value),
    /// It raised this.
    Exception(Exception),
    /// The process died by the named signal.
    Crash(String),
    /// It did not return in time.
    Hang,
    /// The player does not offer what the call needs.
    NotImplemented(String),
    /// No edition says what is seen from here on: memory is not what it was. In expectations only.
    Undefined,
}

impl Observation {
    /// Whether nothing can be observed after it.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Observation::Crash(_) | Observation::Hang | Observation::NotImplemented(_) | Observation::Undefined
        )
    }

    /// With the names of exception types as the edition spells them in full.
    pub fn qualified(self, edition: Edition) -> Observation {
        match self {
            Observation::Exception(exception) => Observation::Exception(exception.qualified(edition)),
            Observation::Value(value) => Observation::Value(with_types(value, &|name| qualified_name(name, edition))),
            other => other,
        }
    }

    /// With the names of exception types as scenarios write them.
    #[must_use]
    pub fn shortened(&self) -> Observation {
        match self {
            Observation::Exception(exception) => Observation::Exception(exception.shortened()),
            Observation::Value(value) => {
                Observation::Value(with_types(value.clone(), &|name| short_name(name).to_owned()))
            }
            other => other.clone(),
        }
    }
}

/// What came of threads names types as exceptions do. An exception that is a value has the same notation, and keeps its name.
fn with_types(value: Value, renamed: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Tuple(items) if items.iter().all(comes_of_a_thread) => {
            Value::Tuple(items.into_iter().map(|item| with_type(item, renamed)).collect())
        }
        other => other,
    }
}

fn comes_of_a_thread(item: &Value) -> bool {
    match item {
        Value::Made(kind, args) if kind == RETURNED => args.len() == 1,
        Value::Made(kind, args) if kind == RAISED => matches!(args.as_slice(), [Value::Str(_), Value::Str(_)]),
        _ => false,
    }
}

fn with_type(item: Value, renamed: &dyn Fn(&str) -> String) -> Value {
    match item {
        Value::Made(kind, mut args) if kind == RAISED => {
            if let Some(name) = args[0].as_str().map(renamed) {
                args[0] = Value::text(&name);
            }
            Value::Made(kind, args)
        }
        other => other,
    }
}

/// What a thread returned, as a value.
pub(super) const RETURNED: &str = "Returned";
/// What a thread raised, as a value: the type's name and the message.
pub(super) const RAISED: &str = "Raised";

/// An exception as it appears: the type's name, the message (escaped), the chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exception {
    /// The name of the type: short in scenarios, in full once qualified.
    pub kind: String,
    /// The text, escaped.
    pub message: String,
    /// Its explicit cause.
    pub cause: Option<Box<Exception>>,
    /// The error that was being handled, unless it is the cause.
    pub context: Option<Box<Exception>>,
}

impl Exception {
    /// With the names of the types as scenarios write them.
    fn shortened(&self) -> Exception {
        let chain = |link: &Option<Box<Exception>>| link.as_ref().map(|inner| Box::new(inner.shortened()));
        Exception {
            kind: short_name(&self.kind).to_owned(),
            message: self.message.clone(),
            cause: chain(&self.cause),
            context: chain(&self.context),
        }
    }

    /// With the names of the types as the edition spells them in full.
    pub fn qualified(self, edition: Edition) -> Exception {
        let chain = |link: Option<Box<Exception>>| link.map(|inner| Box::new(inner.qualified(edition)));
        Exception {
            kind: qualified_name(&self.kind, edition),
            message: self.message,
            cause: chain(self.cause),
            context: chain(self.context),
        }
    }
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Observation::Value(value) => write!(f, "{value}"),
            Observation::Exception(exception) => write!(f, "{exception}"),
            Observation::Crash(signal) => write!(f, "crash {signal}"),
            Observation::Hang => f.write_str("hang"),
            Observation::Undefined => f.write_str("undefined"),
            Observation::NotImplemented(what) => write!(f, "not implemented {}", Quoted(what)),
        }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, Quoted(&self.message))?;
        if let Some(cause) = &self.cause {
            write!(f, " <- cause {cause}")?;
        }
        if let Some(context) = &self.context {
            write!(f, " <- context {context}")?;
        }
        Ok(())
    }
}
