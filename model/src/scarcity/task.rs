//! What is done: an operation of the layer, and the values, names and exceptions it is done with.
//!
//! Data and nothing else, so that an implementation can do the same.

use std::fmt;

use crossinterp_objects::{Type, Value};

use crate::error::ErrorCode;

/// An operation of the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// Whether a value can cross.
    Check,
    /// A capsule is made of a value.
    Convert,
    /// A value is made of a capsule.
    Materialise,
    /// A capsule is given back.
    Release,
    /// A type is registered.
    Register,
    /// A registration is taken back.
    Unregister,
    /// A type is looked up.
    LookUp,
    /// A namespace is made of names and values.
    FillNamespace,
    /// Its values are made again, and bound.
    ApplyNamespace,
    /// It is freed.
    FreeNamespace,
    /// An interpreter is made.
    Create,
    /// An interpreter ends.
    End,
    /// A session is entered, with updates or without.
    Enter,
    /// A session keeps a value for its caller.
    Preserve,
    /// A session is left, with what it preserved.
    Exit,
    /// An exception is taken down where it was raised.
    Capture,
    /// A session from its beginning to its end.
    Session,
    /// A session within another.
    NestedSession,
    /// A session in the interpreter that the caller is in.
    SessionHere,
}

impl Operation {
    /// Every operation, in the order in which reports list them.
    pub const ALL: [Operation; 19] = [
        Operation::Check,
        Operation::Convert,
        Operation::Materialise,
        Operation::Release,
        Operation::Register,
        Operation::Unregister,
        Operation::LookUp,
        Operation::FillNamespace,
        Operation::ApplyNamespace,
        Operation::FreeNamespace,
        Operation::Create,
        Operation::End,
        Operation::Enter,
        Operation::Preserve,
        Operation::Exit,
        Operation::Capture,
        Operation::Session,
        Operation::NestedSession,
        Operation::SessionHere,
    ];

    /// The words for it.
    pub const fn name(self) -> &'static str {
        match self {
            Operation::Check => "check",
            Operation::Convert => "convert",
            Operation::Materialise => "materialise",
            Operation::Release => "release",
            Operation::Register => "register",
            Operation::Unregister => "unregister",
            Operation::LookUp => "look up",
            Operation::FillNamespace => "fill a namespace",
            Operation::ApplyNamespace => "apply a namespace",
            Operation::FreeNamespace => "free a namespace",
            Operation::Create => "create an interpreter",
            Operation::End => "end an interpreter",
            Operation::Enter => "enter a session",
            Operation::Preserve => "preserve",
            Operation::Exit => "exit a session",
            Operation::Capture => "capture an exception",
            Operation::Session => "a whole session",
            Operation::NestedSession => "a session in a session",
            Operation::SessionHere => "a session in one's own",
        }
    }

    /// Whether it must get through with no memory at all: who gives something up cannot be refused.
    pub const fn gives_up(self) -> bool {
        matches!(
            self,
            Operation::Release | Operation::Unregister | Operation::LookUp | Operation::FreeNamespace | Operation::End
        )
    }
}

/// An operation on a sample.
#[derive(Clone, Debug)]
pub struct Task {
    /// The operation.
    pub operation: Operation,
    /// The sample, in a word or two.
    pub sample: String,
    /// What is done.
    pub work: Work,
}

/// A name and its value, on the way into a session.
pub type Update = (&'static str, Value);

/// What is done. There are three interpreters: home, where the caller is, abroad, and a third.
#[derive(Clone, Debug)]
pub enum Work {
    /// At home, a value is asked about.
    Check(Value),
    /// At home, a capsule is made of a value.
    Convert(Value),
    /// A capsule of home is read abroad.
    Materialise(Value),
    /// A capsule of home is given back.
    Release(Value, Place),
    /// At home, a type is registered that was registered so many times before, or with another converter.
    Register {
        /// The type.
        class: Type,
        /// How often it is registered already.
        before: usize,
        /// Whether by another converter than before.
        differs: bool,
    },
    /// At home, a type is unregistered that was registered so many times.
    Unregister(Type, usize),
    /// At home, a type is looked up.
    LookUp(Type),
    /// At home, a namespace is made.
    Fill(Vec<Update>),
    /// A namespace of home is applied abroad, to names that nobody has.
    Apply(Vec<Update>),
    /// A namespace of home is freed.
    Free(Vec<Update>, Place),
    /// An interpreter is made.
    Create,
    /// Home ends, while capsules of these values of it are on their way.
    End(Vec<Value>),
    /// A session is opened from home.
    Visit(Armed, Visit),
}

/// Where something is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In its owner.
    Home,
    /// In another interpreter, while nobody is in its owner.
    Abroad,
    /// In another interpreter, when its owner has ended.
    AfterTheEnd,
}

/// From when on memory runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Armed {
    /// From before the session is entered.
    AtTheStart,
    /// From when it was entered.
    InTheBody,
    /// From when its body has run.
    AtTheExit,
}

/// A session.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Where it runs.
    pub target: Target,
    /// What is bound there first.
    pub updates: Vec<Update>,
    /// What its body does, up to the first thing that fails.
    pub body: Vec<Act>,
    /// How it is left.
    pub leaves: Leaves,
}

/// The interpreter of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The caller's own, whose main nobody runs.
    Home,
    /// Another one.
    Abroad,
    /// A third one.
    Third,
}

/// How a session is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// By its exit.
    Exits,
    /// Without a word: what its body was told is all that anybody hears.
    Drops,
}

/// Something that a body does.
#[derive(Clone, Debug)]
pub enum Act {
    /// Keeps a value under a name.
    Preserve(&'static str, Value),
    /// Makes a capsule and gives it back.
    Carry(Value),
    /// Raises.
    Raise(Thrown),
    /// Fails with a code, and perhaps raises.
    Fail(ErrorCode, Option<Thrown>),
    /// Dies without an exception.
    Panic,
    /// Opens a session of its own. If that fails, so does the body, with its code.
    Visit(Visit),
}

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thrown {
    /// The name of its type.
    pub kind: &'static str,
    /// The module of its type.
    pub module: &'static str,
    /// What it says.
    pub message: String,
    /// The part that cannot be told.
    pub untold: Option<(Part, Untold)>,
    /// Whether it says that there is no memory.
    pub is_memory_error: bool,
}

/// A part of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The name of its type.
    Name,
    /// The qualified name of its type.
    Qualname,
    /// The module of its type.
    Module,
    /// Its text.
    Message,
    /// Its rendered traceback.
    Display,
}

/// Why a part of an exception cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untold {
    /// Asking for it raises.
    Raises,
    /// It is no text.
    NotText,
    /// It is a text with a NUL in it.
    Nul,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.sample)
    }
}

impl Thrown {
    /// An exception of a type of the runtime's own.
    pub fn new(kind: &'static str, message: &str) -> Thrown {
        Thrown { kind, module: "builtins", message: message.to_owned(), untold: None, is_memory_error: false }
    }

    /// The one that says that there is no memory.
    pub fn memory_error() -> Thrown {
        Thrown { is_memory_error: true, ..Thrown::new("MemoryError", "") }
    }

    /// The same, of a type of this module.
    #[must_use]
    pub fn of_module(self, module: &'static str) -> Thrown {
        Thrown { module, ..self }
    }

    /// The same, but for a part that cannot be told.
    #[must_use]
    pub fn without(self, part: Part, why: Untold) -> Thrown {
        Thrown { untold: Some((part, why)), ..self }
    }
}

impl Visit {
    /// A session abroad that does nothing.
    pub fn abroad() -> Visit {
        Visit { target: Target::Abroad, updates: Vec::new(), body: Vec::new(), leaves: Leaves::Exits }
    }

    /// The same with these updates.
    #[must_use]
    pub fn with(self, updates: Vec<Update>) -> Visit {
        Visit { updates, ..self }
    }

    /// The same with this body.
    #[must_use]
    pub fn doing(self, body: Vec<Act>) -> Visit {
        Visit { body, ..self }
    }

    /// The same in another interpreter.
    #[must_use]
    pub fn within(self, target: Target) -> Visit {
        Visit { target, ..self }
    }

    /// The same, left without a word.
    #[must_use]
    pub fn dropped(self) -> Visit {
        Visit { leaves: Leaves::Drops, ..self }
    }
}
