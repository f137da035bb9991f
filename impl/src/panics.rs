//! Keeps the protocol going when a callback panics: the first panic waits until the operation is complete, and goes on from there.
//!
//! It sits beside `core`. It knows neither interpreters nor hosts.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::sync::unwinding;

/// Runs what may panic, and gives what it panicked with as a text.
///
/// For work whose panic is an error like any other. What it may have left half done is its own.
pub(crate) fn caught<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = text_of(&*panic);
        discard(panic);
        text
    })
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without a text").to_owned()
}

/// Drops what was panicked with, which may panic once more on its way out; if it does it is leaked rather than let through.
fn discard(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
}

/// The first panic among the callbacks of one operation, if any.
#[derive(Default)]
#[must_use = "a panic that was caught must go on once the operation is complete"]
pub(crate) struct FirstPanic(Option<Box<dyn Any + Send>>);

impl FirstPanic {
    /// Runs a callback and gives its result, or nothing when it panicked.
    ///
    /// What the callback may have left half done is the host's own; ours is not touched while a callback runs.
    pub(crate) fn catch<R>(&mut self, callback: impl FnOnce() -> R) -> Option<R> {
        match catch_unwind(AssertUnwindSafe(callback)) {
            Ok(value) => Some(value),
            Err(panic) => {
                self.keep(panic);
                None
            }
        }
    }

    /// Keeps the first panic. A later one has to go here and now.
    fn keep(&mut self, panic: Box<dyn Any + Send>) {
        if self.0.is_none() {
            self.0 = Some(panic);
        } else {
            discard(panic);
        }
    }

    /// Lets the panic go on, if there was one.
    pub(crate) fn resume(self) {
        if let Some(panic) = self.0 {
            resume_unwind(panic);
        }
    }

    /// As [`resume`](Self::resume), for destructors: one that runs because of another panic has to keep this one to itself.
    pub(crate) fn resume_unless_unwinding(self) {
        if !unwinding() {
            self.resume();
        }
    }
}
