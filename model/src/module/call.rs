//! One call of a scenario: which operation, with what, from which interpreter.

use std::fmt;

use super::Value;

/// A call, ready to be performed by any player.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// The thread that makes the call, beside whatever goes on; none when the scenario waits for it.
    pub thread: Option<String>,
    /// The interpreter whose code makes the call; the main one when absent.
    pub place: Option<Value>,
    /// The operation.
    pub verb: String,
    /// Its positional arguments.
    pub args: Vec<Value>,
    /// Its keyword arguments, in the order written.
    pub kwargs: Vec<(String, Value)>,
}

impl Call {
    /// The value of a keyword argument.
    pub fn keyword(&self, name: &str) -> Option<&Value> {
        self.kwargs.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether a flag was given as `name=True`.
    pub fn flag(&self, name: &str) -> bool {
        self.keyword(name) == Some(&Value::Bool(true))
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(thread) = &self.thread {
            write!(f, "start {thread}: ")?;
        }
        if let Some(place) = &self.place {
            write!(f, "inside {place}: ")?;
        }
        let args = self.args.iter().map(Value::to_string);
        let kwargs = self.kwargs.iter().map(|(name, value)| format!("{name}={value}"));
        let all: Vec<_> = args.chain(kwargs).collect();
        write!(f, "{}({})", self.verb, all.join(", "))
    }
}
