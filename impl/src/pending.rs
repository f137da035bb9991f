//! Calls on their way into an interpreter: a bounded queue, and what one pass over it did.
//!
//! It sits inside the state of a core. It does not know who runs the calls, nor of releases, which have a list of their own.

use std::collections::VecDeque;

use crate::current::Current;
use crate::error::CallError;
use crate::host::Host;

/// How many calls may wait in an interpreter unless the runtime is built with another number: as many as in CPython, where the
/// owner is expected to run them within moments and a caller that is refused can try again.
pub const PENDING_CAPACITY: usize = 300;

/// How many calls one pass runs at most, so that callers who keep adding more cannot keep the owner from its own work.
pub const PASS_LIMIT: usize = 100;

/// A call to be made inside an interpreter, by whichever thread is current in it then.
pub type Call<H> = Box<dyn FnOnce(&Current<'_, H>) -> Result<(), CallError> + Send>;

/// What one pass over the work that waits in an interpreter did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassReport {
    /// Payloads freed that had been released elsewhere.
    pub freed: usize,
    /// Calls made, the failed one included.
    pub calls: usize,
}

/// Why a call was not taken; the queue does not know its interpreter's name.
pub(crate) enum AddRefused {
    Full,
    Closed,
}

/// The queue. Once closed it is empty and stays so.
pub(crate) struct Pending<H: Host> {
    calls: VecDeque<Call<H>>,
    capacity: usize,
    open: bool,
}

impl<H: Host> Pending<H> {
    pub(crate) fn new(capacity: usize) -> Self {
        Pending { calls: VecDeque::new(), capacity, open: true }
    }

    /// Rules `pending.add.full` and `pending.add.finalizing`: a refused call is handed back, never dropped.
    pub(crate) fn add(&mut self, call: Call<H>) -> Result<(), (AddRefused, Call<H>)> {
        assert!(self.calls.len() <= self.capacity);
        if !self.open {
            Err((AddRefused::Closed, call))
        } else if self.calls.len() == self.capacity {
            Err((AddRefused::Full, call))
        } else {
            self.calls.push_back(call);
            Ok(())
        }
    }

    /// Rule `pending.run.order`: first in, first out.
    pub(crate) fn pop(&mut self) -> Option<Call<H>> {
        self.calls.pop_front()
    }

    pub(crate) fn close(&mut self) {
        assert!(self.calls.is_empty(), "a queue is closed only when all its calls were made");
        self.open = false;
    }
}
