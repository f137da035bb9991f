//! What was written down becomes an exception, or a snapshot, of the caller.

use crossinterp_objects::Text;

use super::capture::Record;
use super::caught::{Caught, Link};
use super::{ErrorCode, Following};
use crate::defect::Defect;
use crate::edition::Edition;
use crate::excinfo::{Captured, Given, SeenSnapshot, Snapshot};
use crate::rule::Rule;

/// What the words are when nobody gave any.
const NOT_SHAREABLE: &str = "object does not support cross-interpreter data";

/// What a caller gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// An object that says what was raised, or would if anything were known of it.
    Snapshot(SeenSnapshot),
    /// An exception.
    Raised(Box<Caught>),
    /// Nothing: neither an object nor an exception.
    Nothing,
    /// A null pointer was followed.
    Crashed,
}

/// A null pointer was followed on the way.
struct Crashed;

impl Record {
    /// Turns what was captured into what the caller gets. Whoever asks again whether main runs is told so.
    ///
    /// Rules `error.apply.raises`, `error.apply.context`; `_PyXI_ApplyError` in `crossinterp.c`.
    pub fn apply(&self, following: &mut Following, runs_main: bool) -> Applied {
        if self.lost {
            return Applied::Nothing;
        }
        let code = match self.code.map(|number| (number, ErrorCode::from_number(number, following.edition))) {
            None | Some((_, Some(ErrorCode::UncaughtException))) => return self.uncaught(following),
            Some((_, Some(ErrorCode::NotShareable))) => return self.not_shareable(following),
            Some(code) => code,
        };
        let raised = match code {
            (_, Some(code)) => raised_for(following, code, runs_main),
            (number, None) => Some(unknown(following, number)),
        };
        let Some(raised) = raised else {
            // The snapshot is hung on an exception that is not there.
            return if self.snapshot.is_some() { Applied::Crashed } else { Applied::Nothing };
        };
        following.rule(Rule::ErrorApplyRaises);
        match self.stand_in(following, following.interpreter_error()) {
            Ok(Some(context)) => {
                following.rule(Rule::ErrorContext);
                Applied::Raised(Box::new(raised.during(context)))
            }
            Ok(None) => Applied::Raised(Box::new(raised)),
            Err(Crashed) => Applied::Crashed,
        }
    }

    /// Rule `error.code.uncaught-exception`.
    fn uncaught(&self, following: &mut Following) -> Applied {
        following.rule(Rule::ErrorUncaught);
        let snapshot = self.snapshot.clone().unwrap_or_default();
        following.snapshots.as_object(&snapshot).map_or(Applied::Crashed, Applied::Snapshot)
    }

    /// In the words that came with the code; up to 3.13 in those of the exception, by the type of the interpreter that
    /// was left. Rules `error.code.not-shareable`, `error.apply.own-type`.
    fn not_shareable(&self, following: &mut Following) -> Applied {
        following.rule(Rule::ErrorNotShareable);
        following.rule(Rule::ErrorOwnType);
        following.rule(Rule::ErrorApplyRaises);
        let theirs = self.snapshot.as_ref().and_then(Snapshot::message).filter(|_| !following.is_like_3_14());
        let words: Option<&Text> = self.text.as_ref().or(theirs);
        let mut raised = Caught::new("NotShareableError", NOT_SHAREABLE);
        if let Some(words) = words {
            raised.text = words.clone();
        }
        raised.foreign = !self.stays && following.has(Defect::ForeignType);
        if !following.is_like_3_14() {
            return Applied::Raised(Box::new(raised));
        }
        match self.stand_in(following, "Exception") {
            Ok(Some(cause)) => Applied::Raised(Box::new(raised.caused_by(cause))),
            Ok(None) => Applied::Raised(Box::new(raised)),
            Err(Crashed) => Applied::Crashed,
        }
    }

    /// An exception in place of the one that was captured. A snapshot of nothing is none.
    fn stand_in(&self, following: &mut Following, kind: &str) -> Result<Option<Caught>, Crashed> {
        let Some(snapshot) = &self.snapshot else { return Ok(None) };
        let applied = following.snapshots.apply(snapshot).map_err(|_| Crashed)?;
        let text = applied.message.unwrap_or_default();
        Ok(Some(Caught { text, display: applied.errdisplay, ..Caught::new(kind, "") }))
    }
}

/// Raises the exception of a code, which is a name and a text for most. Rule `error.codes`; `_PyXI_ApplyErrorCode` in
/// `crossinterp.c`.
fn raised_for(following: &mut Following, code: ErrorCode, runs_main: bool) -> Option<Caught> {
    use ErrorCode as E;
    following.rule(Rule::ErrorCodes);
    let (rule, text) = match code {
        E::NoError | E::UncaughtException | E::NotShareable => return None,
        E::Other => (Rule::ErrorOther, ""),
        E::NoMemory => {
            following.rule(Rule::ErrorNoMemory);
            return Some(Caught::new("MemoryError", ""));
        }
        E::AlreadyRunning => return already_running(following, runs_main),
        E::MainNamespaceFailure => (Rule::ErrorMainNamespace, "failed to get __main__ namespace"),
        E::ApplyNamespaceFailure => (Rule::ErrorApplyNamespace, "failed to apply namespace to __main__"),
        E::PreserveFailure => (Rule::ErrorPreserve, "failed to preserve objects across session"),
        E::ExceptionPropagationFailure => (Rule::ErrorPropagation, "failed to transfer exception between interpreters"),
    };
    following.rule(rule);
    Some(Caught::new(following.interpreter_error(), text))
}

/// Up to 3.13 it is asked again, and of an interpreter in which nobody runs there is nothing to say.
/// Rule `error.code.already-running`; `_PyInterpreterState_FailIfRunningMain` in `pystate.c`.
fn already_running(following: &mut Following, runs_main: bool) -> Option<Caught> {
    following.rule(Rule::ErrorAlreadyRunning);
    let asks_again = following.has(Defect::AlreadyRunningRace);
    (runs_main || !asks_again).then(|| Caught::new(following.interpreter_error(), "interpreter already running"))
}

/// Rule `error.codes.unknown`.
fn unknown(following: &mut Following, number: i32) -> Caught {
    following.rule(Rule::ErrorUnknown);
    Caught::new("RuntimeError", &format!("unsupported error code {number}"))
}

impl Applied {
    /// What the exception becomes when another one is pending while it is raised: in C, its own context.
    /// Rule `error.apply.acyclic`.
    #[must_use]
    pub fn while_pending(self, following: &mut Following) -> Applied {
        following.rule(Rule::ErrorAcyclic);
        match self {
            Applied::Raised(raised) if following.has(Defect::SelfContext) => {
                Applied::Raised(Box::new(Caught { context: Some(Link::Itself), ..*raised }))
            }
            other => other,
        }
    }
}

impl Following {
    /// The type of errors that are nobody else's: before 3.13.0 the layer had none of its own for them.
    fn interpreter_error(&self) -> &'static str {
        if self.edition == Edition::Dev313 { "RuntimeError" } else { "InterpreterError" }
    }

    /// The snapshot of an exception, if one can be taken.
    pub fn snapshot_of(&mut self, exception: &Given) -> Option<Snapshot> {
        match self.snapshots.init_from_exception(exception) {
            Ok(Captured::Snapshot(snapshot)) => Some(snapshot),
            _ => None,
        }
    }
}
