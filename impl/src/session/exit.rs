//! Leaving a session, in one order whatever happened: pack, undo, restore, tell.
//!
//! It sits on top of the session. The undo itself is the order of the session's fields.

use std::error::Error;
use std::fmt;

use super::{Preserved, Session};
use crate::error::{PreserveError, Reason, SessionError};
use crate::host::SessionHost;

/// What a session that went wrong comes to. Rule `session.exit.result`.
pub struct ExitError<H: SessionHost> {
    /// What went wrong first.
    pub error: SessionError<H::Error>,
    /// What the body had preserved by then. Rule `session.preserve.survives`.
    pub preserved: Preserved<H>,
    /// Why there is nothing preserved although the body did, if that went wrong on top. Rule `session.preserve.failure`: it never
    /// takes the place of the error.
    pub lost: Option<PreserveError<H::Error>>,
}

impl<'a, H: SessionHost> Session<'a, H> {
    /// Leaves the session, and gives what was preserved. What was preserved is converted before the interpreter is left, and made into
    /// values of the caller's afterwards; by then the interpreter may have ended. Rules `session.exit.order` and `.result`.
    ///
    /// # Errors
    ///
    /// [`ExitError`], always with its code, when the body failed or when what it preserved was lost.
    pub fn exit(mut self) -> Result<Preserved<H>, Box<ExitError<H>>> {
        let (error, caller) = (self.error.take(), self.caller);
        let packed = self.pack();
        drop(self);
        let restored = packed.and_then(|parcel| parcel.restore(caller));
        match (error, restored) {
            (None, Ok(preserved)) => Ok(preserved),
            (None, Err(lost)) => {
                let is_not_shareable = |error: &H::Error| caller.host().is_not_shareable(error);
                let error = SessionError::judged(Reason::Preserve(lost), &is_not_shareable);
                Err(ExitError::new(error, Preserved::default(), None))
            }
            (Some(error), Ok(preserved)) => Err(ExitError::new(error, preserved, None)),
            (Some(error), Err(lost)) => Err(ExitError::new(error, Preserved::default(), Some(lost))),
        }
    }
}

impl<H: SessionHost> ExitError<H> {
    fn new(error: SessionError<H::Error>, preserved: Preserved<H>, lost: Option<PreserveError<H::Error>>) -> Box<Self> {
        assert!(lost.is_none() || preserved.is_empty(), "all or none");
        Box::new(ExitError { error, preserved, lost })
    }
}

impl<H: SessionHost> fmt::Debug for ExitError<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ExitError");
        shown.field("error", &self.error).field("preserved", &self.preserved).field("lost", &self.lost).finish()
    }
}

impl<H: SessionHost> fmt::Display for ExitError<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<H: SessionHost> Error for ExitError<H> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
