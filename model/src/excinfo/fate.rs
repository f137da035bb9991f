//! What becomes of a capture: who is told what, when the body of a session raised.
//!
//! The codes and what a caller sees of each are the session's; here is only which of them it is.

use super::capture::{Capture, Captured};
use super::failure::Halt;
use super::given::Given;
use super::snapshot::Snapshot;
use crate::defect::Defect;
use crate::error::ErrorCode;
use crate::rule::Rule;

/// What the caller of a body that raised gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The snapshot.
    Snapshot(Snapshot),
    /// A snapshot of nothing.
    Empty,
    /// Nothing at all, as if the body had returned.
    Success,
    /// An error of its own, by its code.
    Code(ErrorCode),
    /// The process is gone: a null pointer was followed.
    Crash,
}

impl Capture {
    /// A body raised, and its session ends: the exception is captured, and what comes of that decides.
    /// `_capture_current_exception`, `_PyXI_InitError` in `crossinterp.c` / `xi_error_set_exc`, `_PyXI_Exit`.
    pub fn uncaught(&mut self, exception: &Given) -> Fate {
        let captured = self.init_from_exception(exception);
        self.fate(captured)
    }

    /// What becomes of a capture.
    ///
    /// Rules `excinfo.capture.failure`, `excinfo.capture.memory-error`.
    pub fn fate(&mut self, captured: Result<Captured, Halt>) -> Fate {
        match captured {
            Ok(Captured::Snapshot(snapshot)) => Fate::Snapshot(snapshot),
            Ok(Captured::Empty) if self.setup.style.asks_whether_set => Fate::Success,
            Ok(Captured::Empty) => Fate::Empty,
            Ok(Captured::NoMemory) => Fate::Code(ErrorCode::NoMemory),
            Err(Halt::Crashed) => Fate::Crash,
            Err(Halt::Failed(_)) if self.has(Defect::CaptureFailureLost) => {
                self.step(|| "the caller follows an error that is not there".to_owned());
                Fate::Crash
            }
            Err(Halt::Failed(failure)) if failure.is_no_memory() => Fate::Code(ErrorCode::NoMemory),
            Err(Halt::Failed(_)) => Fate::Code(ErrorCode::ExceptionPropagationFailure),
        }
    }

    /// The exception that an operation without an argument is to capture: the one that is handled. C takes the one that
    /// is being raised, of which there is none while Python code runs.
    ///
    /// Rule `excinfo.capture-exception`; `capture_exception` in `_interpretersmodule.c`.
    pub fn current<'g>(&mut self, handled: Option<&'g Given>) -> Option<&'g Given> {
        self.rule(Rule::ExcCaptureException);
        handled.filter(|_| !self.has(Defect::CaptureNone))
    }
}
