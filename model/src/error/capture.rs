//! What is written down, in the interpreter that is left, of an exception and of a code that was given for it.
//!
//! Nothing of it is an object: it is read where the objects of that interpreter do not exist.

use crossinterp_objects::Text;

use super::{ErrorCode, Failure, Following};
use crate::defect::Defect;
use crate::excinfo::{self, Captured, Given, Halt, Snapshot};
use crate::rule::Rule;

/// An error on its way: `_PyXI_error` in `crossinterp.c`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The number of the code; none stands for an uncaught exception.
    pub(super) code: Option<i32>,
    /// The words that were given with the code.
    pub(super) text: Option<Text>,
    /// What is known of the exception.
    pub(super) snapshot: Option<Snapshot>,
    /// Whether there was an exception of which nothing could be taken down, so that the whole counts for nothing.
    pub(super) lost: bool,
    /// Whether the interpreter that it was taken in is the caller's.
    pub(super) stays: bool,
}

/// What came of capturing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// There is nothing to tell.
    Nothing,
    /// There is this to tell.
    Record(Box<Record>),
    /// There was something, and it is forgotten; C prints why.
    Forgotten {
        /// What was printed.
        printed: String,
    },
    /// A null pointer was followed.
    Crashed,
}

impl Record {
    /// A code and nothing else.
    pub fn of_code(following: &Following, code: ErrorCode) -> Record {
        Record { code: Some(following.number(code)), ..Record::default() }
    }

    /// A code and a snapshot, as 3.13 lets anybody put them together.
    pub fn of_number(code: i32, snapshot: Option<Snapshot>) -> Record {
        Record { code: Some(code), snapshot, ..Record::default() }
    }

    /// The record is applied where it was taken.
    pub fn stay_here(&mut self) {
        self.stays = true;
    }

    /// Whether there was an exception of which nothing could be taken down.
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// The number of the code that it has, as C keeps it.
    pub fn number(&self) -> Option<i32> {
        self.code
    }

    /// The snapshot of it, if one was taken.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref()
    }

    /// Gives up what it holds, once it is told.
    pub fn clear(self, following: &mut Following) {
        if let Some(snapshot) = self.snapshot {
            following.snapshots.clear(snapshot);
        }
    }

    /// Writes down what is pending, and the code that was given for it.
    ///
    /// Rules `error.carried`, `error.override`, `session.exit.capture`; `_capture_current_exception`, since 3.14
    /// `capture_session_error`, in `crossinterp.c`.
    pub fn capture(following: &mut Following, pending: Option<&Given>, given: Option<Failure>) -> Taken {
        following.rule(Rule::ErrorCarried);
        let given = normalized(following, given);
        let Some(exception) = pending else { return alone(following, given) };
        // Whoever runs there is no matter of what was pending.
        let already_running = following.number(ErrorCode::AlreadyRunning);
        let forgets = given.as_ref().is_some_and(|failure| failure.code == already_running);
        let mut record = Record::default();
        if !forgets {
            following.rule(Rule::SessionCapture);
            let captured = following.snapshots.init_from_exception(exception);
            match captured {
                Ok(Captured::Snapshot(snapshot)) => record.snapshot = Some(snapshot),
                Ok(Captured::Empty) if following.is_like_3_14() && given.is_none() => return Taken::Nothing,
                Ok(Captured::Empty) => record.snapshot = None,
                Ok(Captured::NoMemory) => record.code = Some(following.number(ErrorCode::NoMemory)),
                Err(Halt::Crashed) => return Taken::Crashed,
                Err(Halt::Failed(failure)) => match without_snapshot(following, &failure, given.as_ref()) {
                    Ok(code) => record.code = Some(code),
                    Err(taken) => return taken,
                },
            }
        }
        if let Some(failure) = given {
            following.rule(Rule::ErrorOverride);
            following.rule(Rule::ErrorPrecedence);
            (record.code, record.text) = (Some(failure.code), failure.text);
        }
        Taken::Record(Box::new(record))
    }
}

/// `NO_ERROR` is no code to give, and `UNCAUGHT_EXCEPTION` says what is there anyway. Rule `error.code.no-error`.
fn normalized(following: &mut Following, given: Option<Failure>) -> Option<Failure> {
    let [none, uncaught] = [ErrorCode::NoError, ErrorCode::UncaughtException].map(|code| following.number(code));
    let says_nothing = given.as_ref().is_some_and(|failure| failure.code == none);
    if says_nothing {
        following.rule(Rule::ErrorNone);
    }
    // Up to 3.13 that is only asserted.
    let is_none = says_nothing && following.is_like_3_14();
    given.filter(|failure| !is_none && failure.code != uncaught)
}

/// A code without an exception is only asserted not to be given. Rule `error.override.alone`.
fn alone(following: &mut Following, given: Option<Failure>) -> Taken {
    let Some(failure) = given else { return Taken::Nothing };
    following.rule(Rule::ErrorOverrideAlone);
    if following.has(Defect::OverrideDropped) {
        return Taken::Nothing;
    }
    Taken::Record(Box::new(Record { code: Some(failure.code), text: failure.text, ..Record::default() }))
}

/// What is told of an exception that cannot be carried. In C that is the end of the record, and of what was given.
/// Rules `error.code.exc-propagation-failure`, `error.override.precedence`.
fn without_snapshot(
    following: &mut Following,
    failure: &excinfo::Failure,
    given: Option<&Failure>,
) -> Result<i32, Taken> {
    following.rule(Rule::ErrorPropagation);
    following.rule(Rule::ErrorPrecedence);
    if following.has(Defect::CaptureFailureLost) {
        return Err(match following.is_like_3_14() {
            true => Taken::Record(Box::new(Record { lost: true, ..Record::default() })),
            false => Taken::Forgotten {
                printed: format!("RunFailedError: script raised an uncaught exception ({})", failure.what),
            },
        });
    }
    let code = if failure.is_no_memory() { ErrorCode::NoMemory } else { ErrorCode::ExceptionPropagationFailure };
    Ok(given.map_or_else(|| following.number(code), |given| given.code))
}
