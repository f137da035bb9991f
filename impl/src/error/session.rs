//! Why a session was not entered, or what it came to when it went wrong: a code, and the reason behind it.
//!
//! It sits beside sessions. A reason decides its code, but where the host has a say in what counts as not shareable; so nobody else
//! makes these errors. What one consists of it owns: no chain of causes leads back to where it began.

use std::fmt;

use super::{ApplyError, ConvertError, EnterError, ErrorCode, Failure, FillError, MaterialiseError, NamesError};
use crate::excinfo::{ExcInfo, Undescribed};
use crate::host::Part;
use crate::memory::NoMemory;

/// What went wrong with a session. It always has a code other than [`ErrorCode::NoError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionError<E: std::error::Error + 'static> {
    code: ErrorCode,
    reason: Reason<E>,
}

/// The reason behind a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason<E: std::error::Error + 'static> {
    /// A name of the updates is none, or there was no memory for the names. The interpreter was not entered.
    #[error("the updates cannot be made")]
    Names(#[source] NamesError),
    /// A value of the updates cannot leave the caller's interpreter. The other interpreter was not entered.
    #[error("the updates cannot leave")]
    Updates(#[source] FillError<E>),
    /// The interpreter cannot be entered. Try again, or wait for it.
    #[error("the interpreter cannot be entered")]
    Enter(#[source] EnterError),
    /// The updates cannot arrive. The interpreter has been left; of the updates nothing is bound in it.
    #[error("the updates cannot arrive")]
    Apply(#[source] ApplyError<E>),
    /// The body raised this.
    #[error("the body raised an exception: {0}")]
    Uncaught(Box<ExcInfo>),
    /// The body found no memory, or there was none for what is to be told of its exception.
    #[error("there is no memory")]
    NoMemory,
    /// The body raised an exception, and this part of it cannot be described.
    #[error("the body raised an exception whose {part} cannot be told")]
    Undescribed {
        /// What could not be described.
        part: Part,
        /// Why not.
        #[source]
        why: Undescribed,
    },
    /// The body panicked. The interpreter has been left in good order; what the body was working on may not be.
    #[error("the body panicked: {0}")]
    Panicked(String),
    /// The session failed in a way that its body or its main namespace asked for.
    #[error("{failure}")]
    Failed {
        /// What was asked for.
        failure: Failure,
        /// What had been raised then.
        context: Option<Box<ExcInfo>>,
    },
    /// The session itself went well, but not all values that it preserved arrived. None has.
    #[error("the preserved values are lost")]
    Preserve(#[source] PreserveError<E>),
}

/// Why preserved values did not arrive. All of them are gone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PreserveError<E: std::error::Error + 'static> {
    /// There was no memory for their names.
    #[error("the names cannot be carried")]
    Names(#[source] NamesError),
    /// One cannot leave the interpreter of the session.
    #[error("a preserved value cannot leave")]
    Leave(#[source] FillError<E>),
    /// One cannot arrive in the caller's interpreter. Its owner may have ended meanwhile.
    #[error("a preserved value cannot arrive")]
    Arrive(#[source] ApplyError<E>),
}

impl<E: std::error::Error + 'static> SessionError<E> {
    /// What it comes to, in one of ten words.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What it comes from.
    #[must_use]
    pub fn reason(&self) -> &Reason<E> {
        &self.reason
    }

    /// As [`reason`](Self::reason), to keep.
    #[must_use]
    pub fn into_reason(self) -> Reason<E> {
        self.reason
    }

    /// What had been raised, if that is known: the exception itself, or what was behind a failure. Rule `error.apply.context`.
    #[must_use]
    pub fn snapshot(&self) -> Option<&ExcInfo> {
        match &self.reason {
            Reason::Uncaught(snapshot) | Reason::Failed { context: Some(snapshot), .. } => Some(snapshot),
            _ => None,
        }
    }

    /// A reason that has one code whatever the host says.
    pub(crate) fn of(reason: Reason<E>) -> Self {
        SessionError::judged(reason, &|_| true)
    }

    /// Rule `session.enter.code`: every reason has its code, and it is never that of success.
    pub(crate) fn judged(reason: Reason<E>, is_not_shareable: &dyn Fn(&E) -> bool) -> Self {
        let code = code_of(&reason, is_not_shareable);
        assert_ne!(code, ErrorCode::NoError, "an error says that something went wrong");
        SessionError { code, reason }
    }
}

/// It reads as its reason does.
impl<E: std::error::Error + 'static> fmt::Display for SessionError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl<E: std::error::Error + 'static> std::error::Error for SessionError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.reason.source()
    }
}

fn code_of<E: std::error::Error + 'static>(reason: &Reason<E>, is_not_shareable: &dyn Fn(&E) -> bool) -> ErrorCode {
    match reason {
        Reason::Names(error) => of_names(error, ErrorCode::ApplyNamespaceFailure),
        Reason::Updates(error) => of_fill(error, is_not_shareable, ErrorCode::UncaughtException),
        Reason::Enter(EnterError::AlreadyRunning { .. }) => ErrorCode::AlreadyRunning,
        Reason::Enter(EnterError::Ending { .. } | EnterError::NotFound { .. }) => ErrorCode::Other,
        Reason::Apply(error) => of_apply(error, ErrorCode::ApplyNamespaceFailure),
        Reason::Uncaught(_) => ErrorCode::UncaughtException,
        Reason::NoMemory | Reason::Undescribed { why: Undescribed::NoMemory, .. } => ErrorCode::NoMemory,
        Reason::Undescribed { .. } => ErrorCode::ExceptionPropagationFailure,
        Reason::Panicked(_) => ErrorCode::Other,
        Reason::Failed { failure, .. } => failure.code(),
        Reason::Preserve(PreserveError::Names(error)) => of_names(error, ErrorCode::PreserveFailure),
        Reason::Preserve(PreserveError::Leave(error)) => of_fill(error, is_not_shareable, ErrorCode::PreserveFailure),
        Reason::Preserve(PreserveError::Arrive(error)) => of_apply(error, ErrorCode::PreserveFailure),
    }
}

fn of_names(error: &NamesError, otherwise: ErrorCode) -> ErrorCode {
    if *error == NamesError::NoMemory { ErrorCode::NoMemory } else { otherwise }
}

fn of_fill<E: std::error::Error + 'static>(
    error: &FillError<E>,
    is_not_shareable: &dyn Fn(&E) -> bool,
    otherwise: ErrorCode,
) -> ErrorCode {
    match error {
        FillError::Convert { error: ConvertError::NoMemory, .. } => ErrorCode::NoMemory,
        FillError::Convert { error: ConvertError::NotShareable, .. } => ErrorCode::NotShareable,
        FillError::Convert { error: ConvertError::Host(error), .. } if is_not_shareable(error) => {
            ErrorCode::NotShareable
        }
        FillError::Convert { .. } | FillError::Filled => otherwise,
    }
}

fn of_apply<E: std::error::Error + 'static>(error: &ApplyError<E>, otherwise: ErrorCode) -> ErrorCode {
    match error {
        ApplyError::NoMemory | ApplyError::Materialise { error: MaterialiseError::NoMemory, .. } => ErrorCode::NoMemory,
        _ => otherwise,
    }
}

/// Why a body that went wrong has no more to say: its session has the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the body went wrong: what the session comes to says how")]
pub struct BodyFailed;

impl<E: std::error::Error + 'static> From<NoMemory> for PreserveError<E> {
    fn from(_: NoMemory) -> Self {
        PreserveError::Names(NamesError::NoMemory)
    }
}
