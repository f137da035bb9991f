//! What a body can stop with, and what its session makes of that: which of several things that went wrong is told.
//!
//! It sits below the session. It does not know when it is asked.

use super::Session;
use crate::error::{ErrorCode, Failure, Reason, SessionError};
use crate::excinfo::{Captured, ExcInfo};
use crate::host::SessionHost;

/// Why a body stops: an exception, or a failure that says in which way the session is to fail. `?` makes one of an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop<X> {
    /// The body raised this.
    Raised(X),
    /// The session is to fail like this. Rule `error.override`.
    Failed {
        /// With which code, and which text.
        failure: Failure,
        /// What was raised, if anything: the failure goes before it, and its snapshot goes along.
        exception: Option<X>,
    },
}

impl<X> Stop<X> {
    /// A failure without an exception. Rule `error.override.alone`: it counts all the same.
    pub fn failed(failure: Failure) -> Self {
        Stop::Failed { failure, exception: None }
    }

    /// The code that the session will have if nothing goes wrong with the exception.
    pub fn code(&self) -> ErrorCode {
        match self {
            Stop::Failed { failure, .. } if failure.overrides() => failure.code(),
            Stop::Raised(_) | Stop::Failed { exception: Some(_), .. } => ErrorCode::UncaughtException,
            Stop::Failed { exception: None, .. } => ErrorCode::Other,
        }
    }
}

impl<X> From<X> for Stop<X> {
    fn from(exception: X) -> Self {
        Stop::Raised(exception)
    }
}

impl<H: SessionHost> Session<'_, H> {
    /// Rule `session.exit.capture`: here, while the exception's interpreter is current. Of one that says no more than the failure
    /// does, that another thread runs there, nothing is taken down.
    pub(super) fn explain(&self, stop: Stop<H::Exception>) -> SessionError<H::Error> {
        let (failure, exception) = match stop {
            Stop::Raised(exception) => (None, Some(exception)),
            Stop::Failed { failure, exception } => (Some(failure), exception),
        };
        let says_the_same = failure.as_ref().is_some_and(|failure| failure.code() == ErrorCode::AlreadyRunning);
        let captured = exception.filter(|_| !says_the_same).map(|exception| ExcInfo::capture(self, &exception));
        SessionError::of(conclude(failure, captured))
    }
}

/// Rules `error.override.precedence` and `error.apply.raises`: what the body asked for comes first, then that memory ran out, then
/// that its exception cannot be described, then the exception. A body that stops without any of them has failed nevertheless.
fn conclude<E: std::error::Error + 'static>(failure: Option<Failure>, captured: Option<Captured>) -> Reason<E> {
    match (captured, failure.filter(Failure::overrides)) {
        (Some(Captured::Failed { part, why }), None) => Reason::Undescribed { part, why },
        (Some(Captured::Snapshot(snapshot)), Some(failure)) => Reason::Failed { failure, context: Some(snapshot) },
        (Some(Captured::Snapshot(snapshot)), None) => Reason::Uncaught(snapshot),
        (Some(Captured::NoMemory), None) => Reason::NoMemory,
        (Some(Captured::NoMemory | Captured::Failed { .. }) | None, Some(failure)) => {
            Reason::Failed { failure, context: None }
        }
        (None, None) => Reason::Failed { failure: Failure::new(ErrorCode::Other), context: None },
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::excinfo::Undescribed;
    use crate::host::Part;

    fn code(failure: Option<ErrorCode>, captured: Option<Captured>) -> (ErrorCode, bool) {
        let error = SessionError::<Infallible>::of(conclude(failure.map(Failure::new), captured));
        (error.code(), error.snapshot().is_some())
    }

    fn snapshot() -> Option<Captured> {
        Some(Captured::Snapshot(Box::default()))
    }

    #[test]
    fn every_failure_that_says_something_goes_before_the_exception() {
        for asked in ErrorCode::ALL {
            let told = match asked {
                ErrorCode::NoError | ErrorCode::UncaughtException => ErrorCode::UncaughtException,
                _ => asked,
            };
            assert_eq!(code(Some(asked), snapshot()), (told, true));
        }
    }

    #[test]
    fn a_failure_alone_counts_and_none_at_all_is_another_error() {
        for asked in ErrorCode::ALL {
            let told = match asked {
                ErrorCode::NoError | ErrorCode::UncaughtException => ErrorCode::Other,
                _ => asked,
            };
            assert_eq!(code(Some(asked), None), (told, false));
        }
        assert_eq!(code(None, None), (ErrorCode::Other, false));
    }

    #[test]
    fn lack_of_memory_is_told_unless_the_body_asked_for_something_else() {
        assert_eq!(code(None, Some(Captured::NoMemory)), (ErrorCode::NoMemory, false));
        assert_eq!(code(Some(ErrorCode::NoError), Some(Captured::NoMemory)), (ErrorCode::NoMemory, false));
        let asked = ErrorCode::MainNamespaceFailure;
        assert_eq!(code(Some(asked), Some(Captured::NoMemory)), (asked, false));
    }

    #[test]
    fn an_exception_that_cannot_be_described_is_told_unless_the_body_asked_for_something_else() {
        let failed = |why| Some(Captured::Failed { part: Part::Message, why });
        let raised = || failed(Undescribed::Raised("inner".to_owned()));
        for nothing in [None, Some(ErrorCode::NoError), Some(ErrorCode::UncaughtException)] {
            assert_eq!(code(nothing, raised()), (ErrorCode::ExceptionPropagationFailure, false));
            assert_eq!(code(nothing, failed(Undescribed::NoMemory)), (ErrorCode::NoMemory, false));
        }
        for asked in ErrorCode::ALL.into_iter().skip(2) {
            assert_eq!(code(Some(asked), raised()), (asked, false));
            assert_eq!(code(Some(asked), failed(Undescribed::NoMemory)), (asked, false));
        }
    }

    #[test]
    fn a_stop_knows_its_code_beforehand() {
        assert_eq!(Stop::from(()).code(), ErrorCode::UncaughtException);
        assert_eq!(Stop::<()>::failed(Failure::default()).code(), ErrorCode::Other);
        assert_eq!(Stop::<()>::failed(Failure::new(ErrorCode::NotShareable)).code(), ErrorCode::NotShareable);
    }
}
