//! What can go wrong in an operation, as symbols, and the tables of the types and words for it.
//!
//! The names of the layer's own exception types are translated here too; nothing else in the model spells a message.

use super::namespace::Refusal;
use super::surface::like_3_14;
use crate::edition::Edition;

/// An operation as the messages of id resolution name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// `destroy()`.
    Destroy,
    /// `exec()`.
    Exec,
    /// `run_string()`.
    RunString,
    /// `run_func()`.
    RunFunc,
    /// `call()`.
    Call,
    /// `set___main___attrs()`.
    SetAttrs,
    /// `is_running()`.
    IsRunning,
    /// `get_config()`.
    GetConfig,
    /// `incref()`.
    Incref,
    /// `decref()`.
    Decref,
}

impl Label {
    /// The words after "cannot".
    pub const fn words(self) -> &'static str {
        match self {
            Label::Destroy => "destroy",
            Label::Exec => "exec code for",
            Label::RunString => "run a string in",
            Label::RunFunc => "run a function in",
            Label::Call => "make a call in",
            Label::SetAttrs => "update __main__ for",
            Label::IsRunning => "check if running for",
            Label::GetConfig => "get the config of",
            Label::Incref => "incref",
            Label::Decref => "decref",
        }
    }
}

/// Everything that an operation of these layers can raise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the tables below say each in words")]
pub enum Problem {
    // arguments
    Arguments {
        text: String,
    },
    // ids
    IdNotInt {
        type_name: String,
    },
    IdTooBig,
    IdNegative {
        repr: String,
    },
    IdUnknown {
        id: i64,
    },
    NoInterpreter,
    // resolution
    NotReady {
        label: Label,
        id: i64,
    },
    Unrecognized {
        label: Label,
        id: i64,
    },
    UnrecognizedCurrent {
        label: Label,
    },
    // life
    AlreadyRunning,
    WrongThread,
    DestroyCurrent,
    DestroyRunning,
    Ending {
        id: i64,
    },
    NoReferences {
        id: i64,
    },
    // creation
    CreationFailed,
    SubCreationFailed,
    BadSettings {
        text: &'static str,
    },
    ConfigName {
        name: String,
    },
    ConfigObject {
        repr: String,
    },
    ConfigMissing {
        key: String,
    },
    ConfigExtra {
        count: usize,
        repr: String,
    },
    ConfigGil {
        text: String,
    },
    ConfigType {
        key: String,
    },
    // capsules
    NoNewObject,
    NoNewObjectForBytes,
    NotCleared,
    BadFallback,
    NotBytes {
        repr: String,
    },
    BytesSize {
        size: i128,
    },
    NotShareable {
        text: String,
    },
    IntTooBig,
    ReleasedView,
    TextRaised {
        message: String,
    },
    ExportsExist,
    TooDeep,
    NoMemory,
    /// The test helper failed and said nothing.
    NoException,
    /// Not shareable, in words of their own.
    Refused {
        text: String,
    },
    /// What an object's own code raised, or another module's.
    Foreign {
        kind: &'static str,
        text: String,
    },
    /// What a program that arrived raised.
    Executed {
        kind: &'static str,
        text: String,
    },
    /// The exception whose context this is.
    Itself,
    // snapshots of exceptions
    ExpectedException {
        repr: String,
    },
    MissingException,
    NoSnapshot {
        text: String,
    },
    /// What stood in the way of a snapshot: code that is not the layer's.
    InTheWay {
        kind: String,
        text: String,
    },
    NotTransferred,
    // the registry
    NotAClass,
    NoConverter,
    OtherConverter {
        class: String,
    },
    BuiltinKept {
        class: String,
    },
    // namespaces
    Namespace(Refusal),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Namespace(refusal)
    }
}

impl Problem {
    /// The short name of the exception's type. What an edition calls it in full, [`qualified_name`] knows.
    pub fn kind(&self) -> &str {
        use Problem as P;
        match self {
            P::Arguments { .. } => "TypeError",
            P::IdNotInt { .. } | P::ConfigObject { .. } | P::ConfigType { .. } | P::NotBytes { .. } => "TypeError",
            P::IdTooBig | P::IntTooBig => "OverflowError",
            P::IdNegative { .. } | P::ConfigName { .. } | P::ConfigMissing { .. } | P::ConfigExtra { .. } => {
                "ValueError"
            }
            P::ConfigGil { .. } | P::NoNewObjectForBytes | P::NotCleared => "ValueError",
            P::BytesSize { .. } | P::ReleasedView => "ValueError",
            P::IdUnknown { .. } => "InterpreterNotFoundError",
            P::NoInterpreter | P::WrongThread | P::BadSettings { .. } => "RuntimeError",
            P::NotReady { .. } | P::Unrecognized { .. } | P::UnrecognizedCurrent { .. } => "InterpreterError",
            P::AlreadyRunning | P::DestroyCurrent | P::DestroyRunning | P::NoReferences { .. } => "InterpreterError",
            P::CreationFailed | P::SubCreationFailed | P::Ending { .. } => "InterpreterError",
            P::NoNewObject | P::BadFallback | P::NoException => "SystemError",
            P::NotShareable { .. } | P::Refused { .. } => "NotShareableError",
            P::TooDeep => "RecursionError",
            P::NoMemory => "MemoryError",
            P::Foreign { kind, .. } | P::Executed { kind, .. } => kind,
            P::Itself => "itself",
            P::ExpectedException { .. } => "TypeError",
            P::MissingException => "ValueError",
            P::NoSnapshot { .. } => "Exception",
            P::InTheWay { kind, .. } => kind,
            P::NotTransferred => "InterpreterError",
            P::NotAClass | P::NoConverter | P::OtherConverter { .. } | P::BuiltinKept { .. } => "ValueError",
            P::TextRaised { .. } => "KeyError",
            P::ExportsExist => "BufferError",
            P::Namespace(refusal) => refusal.kind(),
        }
    }

    /// The words, escaped. They are the same in every edition that can say them.
    pub fn text(&self) -> String {
        use Problem as P;
        match self {
            P::IdNotInt { type_name } => format!("interpreter ID must be an int, got {type_name}"),
            P::IdTooBig => "int too big to convert".to_owned(),
            P::IdNegative { repr } => format!("interpreter ID must be a non-negative int, got {repr}"),
            P::IdUnknown { id } => format!("unrecognized interpreter ID {id}"),
            P::NoInterpreter => "no interpreter provided".to_owned(),
            P::NotReady { label, id } => format!("cannot {} interpreter {id} (not ready)", label.words()),
            P::Unrecognized { label, id } => format!("cannot {} unrecognized interpreter {id}", label.words()),
            P::UnrecognizedCurrent { label } => format!("cannot {} unrecognized current interpreter", label.words()),
            P::AlreadyRunning => "interpreter already running".to_owned(),
            P::WrongThread => "current tstate has wrong interpreter".to_owned(),
            P::DestroyCurrent => "cannot destroy the current interpreter".to_owned(),
            P::DestroyRunning => "interpreter running".to_owned(),
            P::Ending { id } => format!("interpreter {id} is ending"),
            P::NoReferences { id } => format!("interpreter {id} has no id references"),
            P::CreationFailed => "interpreter creation failed".to_owned(),
            P::SubCreationFailed => "sub-interpreter creation failed".to_owned(),
            P::BadSettings { text } => format!("init_interp_settings: {text}"),
            P::ConfigName { name } => format!("unsupported config name '{name}'"),
            P::ConfigObject { repr } => format!("bad config {repr}"),
            P::ConfigMissing { key } => format!("missing config key: {key}"),
            P::ConfigExtra { count: 1, repr } => format!("config dict has 1 extra item ({repr})"),
            P::ConfigExtra { count, repr } => format!("config dict has {count} extra items ({repr})"),
            P::ConfigGil { text } => format!("unsupported interpreter config .gil value '{text}'"),
            P::ConfigType { key } => format!("invalid config type: {key}"),
            P::NoNewObject | P::NoNewObjectForBytes => "missing new_object func".to_owned(),
            P::NotCleared => "xidata not cleared".to_owned(),
            P::BadFallback => "unsupported xidata fallback option".to_owned(),
            P::NotBytes { repr } => format!("expected bytes, got {repr}"),
            P::BytesSize { size } => format!("expected size >= 16, got {size}"),
            P::NotShareable { text } => format!("{text} does not support cross-interpreter data"),
            P::IntTooBig => "try sending as bytes".to_owned(),
            P::ReleasedView => "operation forbidden on released memoryview object".to_owned(),
            P::TextRaised { message } => format!("'{message}'"),
            P::ExportsExist => "Existing exports of data: object cannot be re-sized".to_owned(),
            P::NoMemory | P::Itself => String::new(),
            P::NoException => NO_EXCEPTION.to_owned(),
            P::TooDeep => "maximum recursion depth exceeded while sharing a tuple".to_owned(),
            P::Arguments { text } | P::Refused { text } => text.clone(),
            P::Foreign { text, .. } | P::Executed { text, .. } => text.clone(),
            P::NoSnapshot { text } | P::InTheWay { text, .. } => text.clone(),
            P::ExpectedException { repr } => format!("expected exception, got {repr}"),
            P::MissingException => "missing exc".to_owned(),
            P::NotTransferred => "failed to transfer exception between interpreters".to_owned(),
            P::NotAClass => "only classes may be registered".to_owned(),
            P::NoConverter => "missing 'getdata' func".to_owned(),
            P::OtherConverter { class } => format!("class {class} is registered with another 'getdata' func"),
            P::BuiltinKept { class } => format!("builtin class {class} stays registered"),
            P::Namespace(refusal) => refusal.text(),
        }
    }
}

/// What Python says of a function that fails without an exception: the test helper, when a conversion did.
const NO_EXCEPTION: &str = "<built-in function get_crossinterp_data> returned NULL without setting an exception";

/// An exception type's full name in an edition, from the short one; names with a dot are full already.
pub fn qualified_name(short: &str, edition: Edition) -> String {
    if short.contains('.') {
        return short.to_owned();
    }
    match (short, edition) {
        ("InterpreterError" | "InterpreterNotFoundError", Edition::Dev313) => "builtins.RuntimeError".to_owned(),
        ("NotShareableError", Edition::Dev313) => "_interpreters.NotShareableError".to_owned(),
        ("InterpreterError" | "InterpreterNotFoundError" | "NotShareableError", edition) => {
            format!("{}.{short}", home_of_errors(edition))
        }
        _ => format!("builtins.{short}"),
    }
}

/// The short name under which scenarios write an observed type.
pub fn short_name(full: &str) -> &str {
    ["builtins.", "interpreters.", "concurrent.interpreters.", "_interpreters."]
        .iter()
        .find_map(|home| full.strip_prefix(home).filter(|rest| !rest.contains('.')))
        .unwrap_or(full)
}

/// The module that the layer's exception types claim to live in.
pub fn home_of_errors(edition: Edition) -> &'static str {
    match edition {
        Edition::Dev313 => "_interpreters",
        _ if like_3_14(edition) => "concurrent.interpreters",
        _ => "interpreters",
    }
}
