//! Why an operation was refused: one enum per operation, and [`Error`] over them all.
//!
//! It sits beside every operation. It does not know how an error came about, only what the caller can do about it. What concerns
//! values on their way (conversions, the registry, namespaces) is in `exchange`, what concerns sessions in `session` and `code`.

mod code;
mod exchange;
mod session;

pub use code::{ErrorCode, Failure};
pub use exchange::{
    ApplyError, ConvertError, FillError, MaterialiseError, NamesError, NamespaceError, RegistryError, ReleaseError,
};
pub use session::{BodyFailed, PreserveError, Reason, SessionError};

use std::convert::Infallible;
use std::fmt;

use crate::host::Host;
use crate::id::InterpreterId;
use crate::memory::NoMemory;
use crate::pending::{Call, PassReport};

/// Any error of this crate but a refused call, which carries the call back. `E` is the error of the host's conversions.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error<E: std::error::Error + 'static = Infallible> {
    /// An interpreter could not be created.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// An interpreter could not be found.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// An interpreter could not be entered.
    #[error(transparent)]
    Enter(#[from] EnterError),
    /// An interpreter could not be ended.
    #[error(transparent)]
    End(#[from] EndError),
    /// A value could not be put into a capsule.
    #[error(transparent)]
    Convert(#[from] ConvertError<E>),
    /// A capsule could not be made into a value.
    #[error(transparent)]
    Materialise(#[from] MaterialiseError<E>),
    /// A capsule could not be released.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A type could not be registered or unregistered.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A namespace could not be made, filled or applied.
    #[error(transparent)]
    Namespace(#[from] NamespaceError<E>),
    /// A session could not be entered, or went wrong.
    #[error(transparent)]
    Session(#[from] SessionError<E>),
    /// A call that had been waiting failed.
    #[error(transparent)]
    Pending(#[from] PendingError),
    /// A reference to an id could not be taken or dropped.
    #[error(transparent)]
    IdRef(#[from] IdRefError),
    /// The runtime could not end all interpreters.
    #[error(transparent)]
    Shutdown(#[from] ShutdownError),
}

/// Why no interpreter was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// All ids have been given out, and none is used twice. Only another runtime can create more.
    #[error("no interpreter id is left")]
    IdsExhausted,
    /// There is no memory for it. Try again when there is.
    #[error("there is no memory for an interpreter")]
    NoMemory,
}

impl From<NoMemory> for CreateError {
    fn from(_: NoMemory) -> Self {
        CreateError::NoMemory
    }
}

/// Why an id led nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// There is no such interpreter, or no longer. It will not come back.
    #[error("no interpreter has the id {id}")]
    NotFound {
        /// The id asked for.
        id: InterpreterId,
    },
}

/// Why an interpreter could not be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnterError {
    /// A thread is in it already, possibly the caller's own; or the caller is in a callback that frees on its behalf. Try again
    /// once it has left.
    #[error("interpreter {id} is already running")]
    AlreadyRunning {
        /// The interpreter.
        id: InterpreterId,
    },
    /// It is about to end. Nothing more can be run in it.
    #[error("interpreter {id} is ending")]
    Ending {
        /// The interpreter.
        id: InterpreterId,
    },
    /// It has ended.
    #[error("no interpreter has the id {id}")]
    NotFound {
        /// The interpreter.
        id: InterpreterId,
    },
}

/// Why an interpreter could not be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndError {
    /// A thread is in it, possibly the caller's own; or the caller is in a callback that reads or frees what it owns. Leave it
    /// first.
    #[error("interpreter {id} is running")]
    Running {
        /// The interpreter.
        id: InterpreterId,
    },
    /// Another thread ends it already. There is nothing to be done.
    #[error("interpreter {id} is ending")]
    Ending {
        /// The interpreter.
        id: InterpreterId,
    },
    /// There is no such interpreter, or no longer.
    #[error("no interpreter has the id {id}")]
    NotFound {
        /// The id asked for.
        id: InterpreterId,
    },
}

/// Why a call was not taken on, with the call itself: nothing that it holds has been dropped.
pub enum CallRefused<H: Host> {
    /// As many calls wait as may wait. Try again when the owner has run some.
    Full(Call<H>),
    /// The interpreter is ending and has made its last calls.
    Ending(Call<H>),
    /// The interpreter has ended.
    NotFound {
        /// The interpreter.
        id: InterpreterId,
        /// The call.
        call: Call<H>,
    },
}

impl<H: Host> CallRefused<H> {
    /// The call, to be made elsewhere, later, or not at all.
    #[must_use]
    pub fn into_call(self) -> Call<H> {
        match self {
            CallRefused::Full(call) | CallRefused::Ending(call) | CallRefused::NotFound { call, .. } => call,
        }
    }
}

impl<H: Host> fmt::Display for CallRefused<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallRefused::Full(_) => f.write_str("too many calls are waiting"),
            CallRefused::Ending(_) => f.write_str("the interpreter is ending"),
            CallRefused::NotFound { id, .. } => write!(f, "no interpreter has the id {id}"),
        }
    }
}

impl<H: Host> fmt::Debug for CallRefused<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CallRefused::Full(_) => "Full",
            CallRefused::Ending(_) => "Ending",
            CallRefused::NotFound { .. } => "NotFound",
        })
    }
}

impl<H: Host> std::error::Error for CallRefused<H> {}

/// Why a call into another interpreter did not happen, or what it came to.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum CallInError<H: Host> {
    /// The call was made at once, and failed.
    #[error(transparent)]
    Failed(CallError),
    /// The call was not taken on by the other interpreter.
    #[error(transparent)]
    Refused(CallRefused<H>),
}

impl<H: Host> fmt::Debug for CallInError<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallInError::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            CallInError::Refused(refused) => f.debug_tuple("Refused").field(refused).finish(),
        }
    }
}

/// What a call into an interpreter failed with, whatever it was.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct CallError(Box<dyn std::error::Error + Send + Sync>);

impl CallError {
    /// A failure from an error, or from a text.
    ///
    /// ```
    /// use crossinterp::CallError;
    /// assert_eq!(CallError::new("no such name").to_string(), "no such name");
    /// ```
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        CallError(error.into())
    }
}

/// Why a pass over waiting calls stopped early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PendingError {
    /// A call failed. Those behind it are still waiting.
    #[error("a waiting call failed")]
    Failed {
        /// What it failed with.
        #[source]
        error: CallError,
        /// What the pass had done by then.
        report: PassReport,
    },
}

/// Why a reference to an id was not taken or dropped. The count is as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdRefError {
    /// There is no such interpreter, or no longer.
    #[error("no interpreter has the id {id}")]
    NotFound {
        /// The id asked for.
        id: InterpreterId,
    },
    /// Nobody holds a reference that could be dropped.
    #[error("no reference to interpreter {id} is left to drop")]
    NotReferenced {
        /// The interpreter.
        id: InterpreterId,
    },
    /// The last reference would end the interpreter, and a thread is in it. Leave it first.
    #[error("interpreter {id} is running")]
    Running {
        /// The interpreter.
        id: InterpreterId,
    },
    /// Another thread is ending it.
    #[error("interpreter {id} is ending")]
    Ending {
        /// The interpreter.
        id: InterpreterId,
    },
    /// More references than can be counted.
    #[error("too many references to interpreter {id}")]
    Overflow {
        /// The interpreter.
        id: InterpreterId,
    },
}

/// Why a runtime could not end all interpreters. Those not named have been ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShutdownError {
    /// A thread is in each of these. Leave them, and shut down again.
    #[error("{} interpreter(s) still running", .running.len())]
    Running {
        /// The interpreters that could not be ended, in ascending order.
        running: Vec<InterpreterId>,
    },
}

impl From<EndError> for IdRefError {
    fn from(error: EndError) -> Self {
        match error {
            EndError::Running { id } => IdRefError::Running { id },
            EndError::Ending { id } => IdRefError::Ending { id },
            EndError::NotFound { id } => IdRefError::NotFound { id },
        }
    }
}
