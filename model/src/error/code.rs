//! The codes by name, with the number that each edition gives them.
//!
//! What sets a code is for [`crate::step`] and [`crate::module`], what a caller sees of it for [`super::apply`]; here are
//! only the names.

use std::fmt;

use crate::edition::Edition;

/// What a session says went wrong: `_PyXI_errcode` in `pycore_crossinterp.h`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ErrorCode {
    /// Nothing did.
    #[default]
    NoError,
    /// The body raised, and the caller gets a snapshot of what.
    UncaughtException,
    /// Something else than what the other codes name.
    Other,
    /// There was no memory.
    NoMemory,
    /// Another thread runs in the interpreter.
    AlreadyRunning,
    /// The interpreter has no `__main__` that is a module.
    MainNamespaceFailure,
    /// The values for `__main__` could not be made or bound there.
    ApplyNamespaceFailure,
    /// Preserved values could not be carried out. Since 3.14.
    PreserveFailure,
    /// The exception itself could not be carried out. Since 3.14.
    ExceptionPropagationFailure,
    /// A value cannot be shared.
    NotShareable,
}

impl ErrorCode {
    /// Every code, in the order of 3.14.
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

    /// The end of the name that C gives it, after `_PyXI_ERR_`.
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

    /// Its number in an edition; none where the edition has no such code. Rule `error.codes`.
    pub const fn number(self, edition: Edition) -> Option<i32> {
        match (self, edition) {
            (ErrorCode::NotShareable, Edition::Dev313 | Edition::V313) => Some(-7),
            (ErrorCode::PreserveFailure | ErrorCode::ExceptionPropagationFailure, Edition::Dev313 | Edition::V313) => {
                None
            }
            (code, _) => Some(-(code as i32)),
        }
    }

    /// The code behind a number of an edition: `-7` means two different things. Rule `error.codes`.
    pub fn from_number(number: i32, edition: Edition) -> Option<ErrorCode> {
        ErrorCode::ALL.into_iter().find(|code| code.number(edition) == Some(number))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
