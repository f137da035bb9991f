//! How the making or the end of an interpreter goes wrong, as symbols.

use crate::module::Signal;

/// What a step that failed says of itself: `PyStatus` in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There was no memory.
    NoMemory {
        /// The function that found out.
        function: &'static str,
    },
    /// Something else.
    Error {
        /// The function that found out.
        function: &'static str,
        /// Its words.
        text: &'static str,
    },
}

/// What the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// "interpreter creation failed", in whose chain the status is the innermost error.
    Raised(Status),
    /// The process prints the status and exits.
    Exit(Status),
    /// The process dies of a signal.
    Crash(Signal),
}
