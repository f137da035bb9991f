//! The ten codes by which a session says what went wrong, and a failure: a code that somebody chose, with a text.
//!
//! It sits below the errors of sessions. It does not know what led to a code.

use std::fmt;

/// What a session says went wrong. The numbers are those of CPython 3.14, with which an embedder can tell the codes to C.
///
/// ```
/// use crossinterp::ErrorCode;
/// assert_eq!(ErrorCode::NotShareable.number(), -9);
/// assert_eq!(ErrorCode::from_number(-9), Some(ErrorCode::NotShareable));
/// assert_eq!(ErrorCode::from_number(-10), None);
/// assert_eq!(ErrorCode::AlreadyRunning.to_string(), "ALREADY_RUNNING");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ErrorCode {
    /// Nothing went wrong. No error has this code.
    #[default]
    NoError,
    /// The body raised an exception, which the error has a snapshot of; or a value of the updates cannot leave its interpreter, for
    /// another reason than that it cannot be shared.
    UncaughtException,
    /// Something that the other codes do not name: the body panicked, or the interpreter ends or has ended.
    Other,
    /// There was no memory: for a value, a name or a snapshot, or for whatever the body was doing.
    NoMemory,
    /// A thread runs in the interpreter already, or waits for it.
    AlreadyRunning,
    /// The interpreter has no main namespace.
    MainNamespaceFailure,
    /// The updates could not be made into values of the interpreter, or have names that are none.
    ApplyNamespaceFailure,
    /// A preserved value could not be carried out of the interpreter, or into the caller's.
    PreserveFailure,
    /// The body raised an exception, and the exception could not be described.
    ExceptionPropagationFailure,
    /// A value cannot be shared: one of the updates, or a preserved one.
    NotShareable,
}

impl ErrorCode {
    /// Every code, in the order of the numbers.
    pub const ALL: [ErrorCode; 10] = [
        ErrorCode::NoError,
        ErrorCode::UncaughtException,
        ErrorCode::Other,
        ErrorCode::NoMemory,
        ErrorCode::AlreadyRunning,
        ErrorCode::MainNamespaceFailure,
        ErrorCode::ApplyNamespaceFailure,
        ErrorCode::PreserveFailure,
        ErrorCode::ExceptionPropagationFailure,
        ErrorCode::NotShareable,
    ];

    /// Its number: 0, and downwards. Rule `error.codes`.
    #[must_use]
    pub const fn number(self) -> i32 {
        -(self as i32)
    }

    /// The code with this number, if there is one. Rule `error.codes.unknown`.
    #[must_use]
    pub fn from_number(number: i32) -> Option<ErrorCode> {
        ErrorCode::ALL.into_iter().find(|code| code.number() == number)
    }

    /// Its name, as in C after the prefix that all have.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ErrorCode::NoError => "NO_ERROR",
            ErrorCode::UncaughtException => "UNCAUGHT_EXCEPTION",
            ErrorCode::Other => "OTHER",
            ErrorCode::NoMemory => "NO_MEMORY",
            ErrorCode::AlreadyRunning => "ALREADY_RUNNING",
            ErrorCode::MainNamespaceFailure => "MAIN_NS_FAILURE",
            ErrorCode::ApplyNamespaceFailure => "APPLY_NS_FAILURE",
            ErrorCode::PreserveFailure => "PRESERVE_FAILURE",
            ErrorCode::ExceptionPropagationFailure => "EXC_PROPAGATION_FAILURE",
            ErrorCode::NotShareable => "NOT_SHAREABLE",
        }
    }

    /// What it means, in a few words.
    const fn meaning(self) -> &'static str {
        match self {
            ErrorCode::NoError => "nothing went wrong",
            ErrorCode::UncaughtException => "an exception was not caught",
            ErrorCode::Other => "the session failed",
            ErrorCode::NoMemory => "there is no memory",
            ErrorCode::AlreadyRunning => "the interpreter is already running",
            ErrorCode::MainNamespaceFailure => "the interpreter has no main namespace",
            ErrorCode::ApplyNamespaceFailure => "the updates could not be applied",
            ErrorCode::PreserveFailure => "a value could not be preserved",
            ErrorCode::ExceptionPropagationFailure => "the exception could not be carried over",
            ErrorCode::NotShareable => "the value cannot be shared",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a body wants its session to fail with. Rules `error.failure.new`, `.init` and `.text`.
///
/// ```
/// use crossinterp::{ErrorCode, Failure};
/// assert_eq!(Failure::default().code(), ErrorCode::NoError);
/// assert_eq!(Failure::new(ErrorCode::AlreadyRunning).to_string(), "the interpreter is already running");
/// let failure = Failure::with_text(ErrorCode::NotShareable, "args not shareable");
/// assert_eq!(failure.to_string(), "args not shareable");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Failure {
    code: ErrorCode,
    text: Option<String>,
}

impl Failure {
    /// A failure that says no more than its code.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Failure { code, text: None }
    }

    /// A failure with a text of its own. Only [`ErrorCode::NotShareable`] shows it; the others have one meaning each.
    #[must_use]
    pub fn with_text(code: ErrorCode, text: impl Into<String>) -> Self {
        Failure { code, text: Some(text.into()) }
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Its text, whether or not it is shown.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Rule `error.override`: that nothing went wrong, or that something was raised, overrides nothing.
    pub(crate) fn overrides(&self) -> bool {
        !matches!(self.code, ErrorCode::NoError | ErrorCode::UncaughtException)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, &self.text) {
            (ErrorCode::NotShareable, Some(text)) => f.write_str(text),
            _ => f.write_str(self.code.meaning()),
        }
    }
}
