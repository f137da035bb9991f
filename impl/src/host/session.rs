//! What a host brings besides if sessions are to be opened in its interpreters: exceptions and main namespaces.
//!
//! It sits beside the host. A host whose interpreters only exchange values does without.

use std::fmt;

use crate::excinfo::Undescribed;
use crate::host::{Context, Host};
use crate::memory::NoMemory;

/// An object model with exceptions, and with a namespace in each interpreter in which sessions bind what they bring along.
///
/// As for [`Host`]: no lock is held during a callback.
pub trait SessionHost: Host {
    /// What a body raises. It stays in its interpreter; only a description leaves.
    type Exception;
    /// A hold on the main namespace of an interpreter. A session drops it before it leaves.
    type Main;

    /// The main namespace of the interpreter in the context. A session asks once, and only if it needs to.
    ///
    /// # Errors
    ///
    /// The exception that it came to: there may be no such namespace.
    fn main(&self, context: &Context) -> Result<Self::Main, Self::Exception>;

    /// Makes room for so many names, so that binding them cannot fail any more.
    ///
    /// # Errors
    ///
    /// [`NoMemory`].
    fn make_room(&self, _context: &Context, _main: &Self::Main, _names_max: usize) -> Result<(), NoMemory> {
        Ok(())
    }

    /// Binds a name to a value of this interpreter. There is room for it.
    fn bind(&self, context: &Context, main: &Self::Main, name: &str, value: Self::Value);

    /// Whether an exception says that there was no memory. It is not described: there may be none for that either.
    /// Rule `excinfo.capture.memory-error`.
    fn is_memory_error(&self, _exception: &Self::Exception) -> bool {
        false
    }

    /// Describes a part of an exception, in its interpreter.
    ///
    /// # Errors
    ///
    /// [`Undescribed`], whatever the reason. Only the display may be missing.
    fn describe(&self, context: &Context, exception: &Self::Exception, part: Part) -> Result<String, Undescribed>;

    /// Whether a refusal of this host's conversions means that the value cannot be shared, rather than anything else. Rule
    /// `convert.cause`: whatever a converter finds wrong with a value is a reason why it cannot.
    fn is_not_shareable(&self, _error: &Self::Error) -> bool {
        true
    }
}

/// A part of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The name of its type.
    Name,
    /// The name of its type, with those of the classes around it.
    Qualname,
    /// The module of its type.
    Module,
    /// What it says.
    Message,
    /// How its interpreter displays it, traceback and all.
    Display,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Name => "name",
            Part::Qualname => "qualified name",
            Part::Module => "module",
            Part::Message => "message",
            Part::Display => "display",
        })
    }
}
