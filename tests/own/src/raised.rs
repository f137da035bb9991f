//! What a call can raise, as its caller is told: a type by its full name, words, and what it is chained to.
//!
//! It sits below the verbs. The words are those of CPython 3.14, which the scenarios expect.

use crossinterp_objects::{Text, Value};
use serde_json::{Value as Json, json};

use crate::wire::escaped;

/// Where the layer's own types of exceptions live.
const HOME: &str = "concurrent.interpreters";
/// The types that live there.
const OWN: [&str; 3] = ["InterpreterError", "InterpreterNotFoundError", "NotShareableError"];

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raised {
    kind: String,
    message: Text,
    cause: Option<Box<Raised>>,
    context: Option<Box<Raised>>,
}

impl Raised {
    /// An exception of a type by its name: with the module, unless that is one that everybody knows.
    pub(crate) fn new(kind: &str, message: impl Into<Text>) -> Raised {
        Raised { kind: kind.to_owned(), message: message.into(), cause: None, context: None }
    }

    /// One that says that there is no memory.
    pub(crate) fn no_memory() -> Raised {
        Raised::new("MemoryError", "")
    }

    /// One of arguments that do not fit.
    pub(crate) fn type_error(message: impl Into<Text>) -> Raised {
        Raised::new("TypeError", message)
    }

    /// One of a value that does not fit.
    pub(crate) fn value_error(message: impl Into<Text>) -> Raised {
        Raised::new("ValueError", message)
    }

    /// One of an interpreter that is not as it should be.
    pub(crate) fn interpreter(message: impl Into<Text>) -> Raised {
        Raised::new("InterpreterError", message)
    }

    /// Nobody has that id.
    pub(crate) fn not_found(id: i64) -> Raised {
        Raised::new("InterpreterNotFoundError", format!("unrecognized interpreter ID {id}"))
    }

    /// The same with a cause.
    pub(crate) fn caused_by(self, cause: Raised) -> Raised {
        Raised { cause: Some(Box::new(cause)), ..self }
    }

    /// The same with a context.
    pub(crate) fn during(self, context: Raised) -> Raised {
        Raised { context: Some(Box::new(context)), ..self }
    }

    /// Its type with its module.
    pub(crate) fn full_name(&self) -> String {
        if self.kind.contains('.') {
            return self.kind.clone();
        }
        let home = if OWN.contains(&self.kind.as_str()) { HOME } else { "builtins" };
        format!("{home}.{}", self.kind)
    }

    /// Its type as `Caught` has it, in which a module that everybody knows goes unsaid.
    pub(crate) fn name(&self) -> &str {
        &self.kind
    }

    /// What caused it.
    pub(crate) fn cause(&self) -> Option<&Raised> {
        self.cause.as_deref()
    }

    /// What it says.
    pub(crate) fn message(&self) -> &Text {
        &self.message
    }

    /// As a reply has it.
    pub(crate) fn to_json(&self) -> Json {
        let link = |link: &Option<Box<Raised>>| link.as_ref().map_or(Json::Null, |link| link.to_json());
        json!({
            "type": self.full_name(), "message": escaped(&self.message),
            "cause": link(&self.cause), "context": link(&self.context),
        })
    }

    /// As the outcome of a session has it.
    pub(crate) fn caught(&self) -> Value {
        let mut parts = vec![Value::text(self.name()), Value::Str(self.message.clone())];
        let links = [("Cause", &self.cause), ("Context", &self.context)];
        for (name, link) in links.into_iter().filter_map(|(name, link)| Some((name, link.as_ref()?))) {
            parts.push(Value::made(name, vec![link.caught()]));
        }
        Value::made("Caught", parts)
    }
}

/// The name and the base of a type of the layer's own, if that is one.
pub(crate) fn own_type(name: &str) -> Option<(String, &'static str)> {
    let base = match name {
        "InterpreterError" => "Exception",
        "InterpreterNotFoundError" => "InterpreterError",
        "NotShareableError" => "TypeError",
        _ => return None,
    };
    Some((format!("{HOME}.{name}"), base))
}
