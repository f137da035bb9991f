//! What a caller sees of a session that went wrong: an exception for its code, or a snapshot of what was raised there.
//!
//! It sits below the verbs that run something. Which code it is, the implementation has decided..

use crossinterp::{ApplyError, ErrorCode, ExcInfo, FillError, NamesError, PreserveError, Reason, SessionError};
use crossinterp_objects::Value;

use super::updates::Updates;
use crate::driver::Here;
use crate::host::{Refusal, refused, refused_arrival};
use crate::places::not_entered;
use crate::raised::Raised;

/// What a failed session comes to for its caller.
pub(super) enum Seen {
    /// What nobody caught there.
    Snapshot(Value),
    /// An exception of the caller's.
    Raised(Raised),
}

/// What its caller sees of a session that was entered with these updates.
pub(super) fn seen(here: Here<'_>, error: &SessionError<Refusal>, updates: &Updates) -> Seen {
    match error.reason() {
        Reason::Uncaught(snapshot) => Seen::Snapshot(shown(snapshot)),
        Reason::Names(NamesError::Nul { .. }) => Seen::Raised(Raised::value_error("found embedded NULL character")),
        Reason::Updates(FillError::Convert { index, error, .. }) => {
            let value = updates.pairs.get(*index).map_or(&Value::None, |(_, value)| value);
            Seen::Raised(refused(&here.driver.home, value, error))
        }
        Reason::Enter(error) => Seen::Raised(not_entered(*error)),
        _ => Seen::Raised(of_code(error)),
    }
}

/// The exception for a code, with what is known of the reason behind it.
pub(super) fn of_code(error: &SessionError<Refusal>) -> Raised {
    chained(words(error), error)
}

/// The exception for a number that is no code. Rule `error.codes.unknown`.
pub(super) fn of_unknown_code(number: i64, error: &SessionError<Refusal>) -> Raised {
    chained(Raised::new("RuntimeError", format!("unsupported error code {number}")), error)
}

fn chained(raised: Raised, error: &SessionError<Refusal>) -> Raised {
    let behind = match (error.code(), error.reason()) {
        // That somebody runs there says it all.
        (ErrorCode::AlreadyRunning, _) => None,
        (_, Reason::Apply(ApplyError::Materialise { error, .. })) => {
            let raised = refused_arrival(error);
            Some(format!("{}: {}", raised.name(), raised.message().escaped()))
        }
        _ => error.snapshot().and_then(ExcInfo::shown),
    };
    match (error.code(), error.reason(), behind) {
        (_, Reason::Preserve(PreserveError::Arrive(ApplyError::Materialise { error, .. })), _) => {
            raised.during(refused_arrival(error))
        }
        (ErrorCode::NotShareable, _, Some(text)) => raised.caused_by(Raised::new("Exception", text)),
        (_, _, Some(text)) => raised.during(Raised::interpreter(text)),
        (_, _, None) => raised,
    }
}

/// What the code says, or the text that somebody gave with it. Rule `error.codes`.
fn words(error: &SessionError<Refusal>) -> Raised {
    let text = match error.reason() {
        Reason::Failed { failure, .. } => failure.text(),
        _ => None,
    };
    of_bare_code(error.code(), text)
}

/// What a code says by itself. A text counts with one of them only.
fn of_bare_code(code: ErrorCode, text: Option<&str>) -> Raised {
    match code {
        ErrorCode::NoError | ErrorCode::UncaughtException | ErrorCode::Other => Raised::interpreter(""),
        ErrorCode::NoMemory => Raised::no_memory(),
        ErrorCode::AlreadyRunning => Raised::interpreter("interpreter already running"),
        ErrorCode::MainNamespaceFailure => Raised::interpreter("failed to get __main__ namespace"),
        ErrorCode::ApplyNamespaceFailure => Raised::interpreter("failed to apply namespace to __main__"),
        ErrorCode::PreserveFailure => Raised::interpreter("failed to preserve objects across session"),
        ErrorCode::ExceptionPropagationFailure => {
            Raised::interpreter("failed to transfer exception between interpreters")
        }
        ErrorCode::NotShareable => {
            Raised::new("NotShareableError", text.unwrap_or("object does not support cross-interpreter data"))
        }
    }
}

/// A snapshot as a value.
pub(super) fn shown(snapshot: &ExcInfo) -> Value {
    let absent = || Value::made("Absent", Vec::new());
    let or_absent = |text: Option<&str>| text.map_or_else(absent, Value::text);
    let kind = [snapshot.name(), snapshot.qualname(), snapshot.module()];
    let kind = if kind.iter().all(Option::is_none) {
        Value::None
    } else {
        Value::made("Type", kind.into_iter().map(or_absent).collect())
    };
    let or_none = |text: Option<&str>| text.map_or(Value::None, Value::text);
    let formatted = snapshot.formatted();
    let parts = vec![kind, or_none(snapshot.message()), or_none(formatted.as_deref()), or_absent(snapshot.display())];
    Value::made("Snapshot", parts)
}
