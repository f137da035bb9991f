//! The end of an interpreter: flush what waits, let the host say farewell, take back what is left.
//!
//! It sits on top of `core`. The runtime decides which interpreter ends and unlists it afterwards; this does not know the table.

use crate::core::{Core, Due, Phase, State};
use crate::current::Current;
use crate::error::EndError;
use crate::export::{Blindness, Remaining};
use crate::host::Host;
use crate::panics::FirstPanic;
use crate::sabotage::Sabotage;
use crate::sync::Arc;

/// What was left to do when an interpreter ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ended {
    /// Payloads freed that had been released by the end of the flush.
    pub released: usize,
    /// Calls made that had been waiting, the failed ones included.
    pub calls: usize,
    /// Calls among them that failed or panicked. They did not stop the others.
    pub failed_calls: usize,
    /// Payloads taken back from capsules that nobody had released by the end of the flush.
    pub reclaimed: usize,
}

impl<H: Host> Core<H> {
    /// Rules `interpreter.destroy.running`, `interpreter.destroy.once` and `interpreter.end.finalizing`: looking and claiming the
    /// end are one step.
    pub(crate) fn begin_end(&self) -> Result<(), EndError> {
        let mut state = self.wait_while_draining(self.step("end.begin"));
        self.check_endable(&state)?;
        self.claim_end(&mut state);
        Ok(())
    }

    /// Who is in the middle of a callback on the interpreter's behalf is told so: the end would wait for that very callback.
    pub(crate) fn check_endable(&self, state: &State<H>) -> Result<(), EndError> {
        let id = self.id;
        match state.phase {
            Phase::Ready if state.entry.is_read_by_caller() => Err(EndError::Running { id }),
            Phase::Ready => Ok(()),
            Phase::Running | Phase::Draining => Err(EndError::Running { id }),
            Phase::Ending => Err(EndError::Ending { id }),
            Phase::Ended => Err(EndError::NotFound { id }),
        }
    }

    /// Ends the interpreter whose end this thread has claimed.
    pub(crate) fn tear_down(self: &Arc<Self>, panics: &mut FirstPanic) -> Ended {
        let mut ended = Ended::default();
        self.flush(&mut ended, panics);
        panics.catch(|| self.host.at_end(&Current::new(self)));
        while let Some(payload) = self.next_reclaimed() {
            ended.reclaimed += 1;
            self.free(payload, panics);
        }
        // Nobody is in the interpreter any more, so nobody can register a type after this: rule `registry.end.late`.
        panics.catch(|| self.heap_types.clear());
        ended
    }

    /// Rules `interpreter.end.flush` and `pending.flush.all`: a call that fails does not keep the others from being made.
    fn flush(self: &Arc<Self>, ended: &mut Ended, panics: &mut FirstPanic) {
        while let Some(due) = self.next_flushed_or_closed() {
            match due {
                Due::Free(payload) => {
                    ended.released += 1;
                    self.free(payload, panics);
                }
                Due::Call(call) => {
                    ended.calls += 1;
                    ended.failed_calls += usize::from(!self.run_unattended(call, panics));
                }
            }
        }
    }

    /// No call can slip in between finding none and taking no more.
    fn next_flushed_or_closed(&self) -> Option<Due<H>> {
        let mut state = self.step("end.flush");
        assert_eq!(state.phase, Phase::Ending, "who claimed the end carries it through");
        let due = state.next_due();
        if due.is_none() {
            state.pending.close();
        }
        due
    }

    /// Rule `interpreter.end.reclaim`. Readers are waited for; the step that finds nothing left is the end.
    fn next_reclaimed(&self) -> Option<Arc<H::Payload>> {
        let mut state = self.step("end.reclaim");
        assert_eq!(state.phase, Phase::Ending, "who claimed the end carries it through");
        loop {
            match state.exports.pop_remaining(self.blindness()) {
                Remaining::Taken(payload) => return Some(payload),
                Remaining::Pinned => state = self.wait(state),
                Remaining::None => break,
            }
        }
        assert!(state.exports.is_empty() || self.blindness().to_released);
        state.exports.shrink();
        state.phase = Phase::Ended;
        None
    }

    fn blindness(&self) -> Blindness {
        Blindness {
            to_pins: self.settings.suffers(Sabotage::ReclaimPinned),
            to_released: self.settings.suffers(Sabotage::EnqueueAfterFlush),
        }
    }
}
