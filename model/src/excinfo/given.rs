//! An exception as the capture finds it: nothing but what the C code asks of it.
//!
//! It does not know how a scenario writes exceptions, nor who renders their tracebacks.

use crossinterp_objects::{Text, Value};

use super::failure::Reason;

/// What an attribute or a function gives that should be text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text, maybe of a subclass of str.
    Text(Text),
    /// Something else: a number, None.
    NotText,
    /// There is none, or asking for it raised.
    Failed(Reason),
}

impl Part {
    /// Plain text.
    pub fn text(text: &str) -> Part {
        Part::Text(text.into())
    }

    /// A value that stands where text should.
    pub fn of(value: &Value) -> Part {
        match value {
            Value::Str(text) => Part::Text(text.clone()),
            Value::Made(kind, args) => match (kind.as_str(), args.as_slice()) {
                ("StrSubclass", [Value::Str(text)]) => Part::Text(text.clone()),
                _ => Part::NotText,
            },
            _ => Part::NotText,
        }
    }
}

/// The three names of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// `__name__`.
    pub name: Part,
    /// `__qualname__`.
    pub qualname: Part,
    /// `__module__`.
    pub module: Part,
}

impl Names {
    /// The names of a type that is part of the runtime.
    pub fn built_in(name: &str) -> Names {
        Names { name: Part::text(name), qualname: Part::text(name), module: Part::text("builtins") }
    }
}

/// What comes of rendering the traceback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendering {
    /// The lines joined, the last newline included if there is one.
    Text(Text),
    /// The renderer cannot be found: nothing was made for it yet.
    NoRenderer,
    /// The renderer cannot be made of this exception.
    NotMade,
    /// It was made, and gives no text.
    NotFormatted,
}

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The names of its type.
    pub names: Names,
    /// Whether its type is one of the runtime's own.
    pub built_in: bool,
    /// Whether it says that there is no memory.
    pub is_memory_error: bool,
    /// What `str()` of it gives.
    pub text: Part,
    /// What comes of rendering it.
    pub rendering: Rendering,
}

impl Given {
    /// An exception of a type of the runtime's own, that was never raised.
    pub fn built_in(kind: &str, text: &str) -> Given {
        let line = if text.is_empty() { format!("{kind}\n") } else { format!("{kind}: {text}\n") };
        Given {
            names: Names::built_in(kind),
            built_in: true,
            is_memory_error: kind == "MemoryError",
            text: Part::text(text),
            rendering: Rendering::Text(line.as_str().into()),
        }
    }
}
