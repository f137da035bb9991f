//! Coming into an interpreter and leaving it: who is there, whether that thread runs main, and who waits in line.
//!
//! It sits beside `core`, whose steps these are. Interpreters are claimed and waited for under the same lock, so that nobody who
//! waits can miss the moment. It knows neither guards nor sessions.

use crate::core::{Core, Due, Phase, State};
use crate::error::EnterError;
use crate::host::Host;
use crate::panics::FirstPanic;
use crate::sabotage::Sabotage;
use crate::sync::{Arc, ThreadId, current_thread};

/// What a thread comes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To run main, as sessions and most guards do.
    Main,
    /// To be there, and no more: a session can claim main from here.
    Attach,
}

/// Who is in an interpreter, who waits for it, and who is in a callback of the host on its behalf.
pub(crate) struct Entry {
    holder: Option<ThreadId>,
    runs_main: bool,
    /// The ticket that the next one in line draws.
    next_ticket: u64,
    /// The ticket whose turn it is.
    turn: u64,
    /// Who frees on behalf of the idle interpreter.
    drainer: Option<ThreadId>,
    /// Who reads what the interpreter owns, once for each reading.
    readers: Vec<ThreadId>,
}

/// Readings at one time that need no memory. More do, for the first time.
const READERS_USUAL: usize = 4;

impl Entry {
    /// How many threads have drawn a ticket and are not in yet. When an interpreter ends they go without giving it back.
    pub(crate) fn waiting(&self) -> u64 {
        assert!(self.turn <= self.next_ticket, "nobody is served before drawing a ticket");
        self.next_ticket - self.turn
    }

    pub(crate) fn new() -> Self {
        let readers = Vec::with_capacity(READERS_USUAL);
        Entry { holder: None, runs_main: false, next_ticket: 0, turn: 0, drainer: None, readers }
    }

    pub(crate) fn begin_reading(&mut self) {
        self.readers.push(current_thread());
    }

    pub(crate) fn end_reading(&mut self) {
        let caller = current_thread();
        let reading = self.readers.iter().position(|reader| *reader == caller);
        let Some(index) = reading else { unreachable!("who ends a reading has begun it") };
        self.readers.swap_remove(index);
    }

    /// Whether the calling thread is in the middle of a reading, which an end would wait for.
    pub(crate) fn is_read_by_caller(&self) -> bool {
        self.readers.contains(&current_thread())
    }

    /// Whether the calling thread is freeing on behalf of the interpreter, and would wait for itself.
    pub(crate) fn is_drained_by_caller(&self) -> bool {
        self.drainer == Some(current_thread())
    }

    fn is_held_by_caller(&self) -> bool {
        self.holder == Some(current_thread())
    }

    fn draw(&mut self) -> u64 {
        self.next_ticket += 1;
        self.next_ticket - 1
    }

    fn occupy(&mut self, purpose: Purpose) {
        assert!(self.holder.is_none() && !self.runs_main, "one thread at a time");
        self.holder = Some(current_thread());
        self.runs_main = purpose == Purpose::Main;
    }

    fn vacate(&mut self) {
        self.holder = None;
        self.runs_main = false;
    }
}

impl<H: Host> State<H> {
    /// From here on the calling thread frees what was released, while nobody is in the interpreter.
    pub(crate) fn begin_draining(&mut self) {
        assert_eq!(self.phase, Phase::Ready, "nobody is in it");
        self.phase = Phase::Draining;
        self.entry.drainer = Some(current_thread());
    }

    pub(crate) fn end_draining(&mut self) {
        assert_eq!(self.phase, Phase::Draining, "nobody else leaves the phase a drainer set");
        self.phase = Phase::Ready;
        self.entry.drainer = None;
    }

    fn occupy(&mut self, purpose: Purpose) {
        assert_eq!(self.phase, Phase::Ready, "nobody is in it");
        self.phase = Phase::Running;
        self.entry.occupy(purpose);
    }
}

impl<H: Host> Core<H> {
    /// Rules `interpreter.running.claim`, `interpreter.running.refused` and `interpreter.running.finalizing`. Who does not wait
    /// does not get past those who do.
    pub(crate) fn enter(&self, purpose: Purpose) -> Result<(), EnterError> {
        let mut state = self.wait_while_draining(self.step("enter"));
        if state.phase != Phase::Ready || state.entry.waiting() > 0 {
            return Err(self.refusal(state.phase));
        }
        state.occupy(purpose);
        Ok(())
    }

    /// Waits in line until the interpreter is idle, or ends. Drawing a ticket and finding somebody else there is one step, so
    /// that whoever leaves next knows of it.
    pub(crate) fn enter_waiting(&self, purpose: Purpose) -> Result<(), EnterError> {
        let mut state = self.step("enter.wait");
        let waits_for_itself = state.phase == Phase::Running && state.entry.is_held_by_caller();
        if waits_for_itself || state.entry.is_drained_by_caller() {
            return Err(self.refusal(state.phase));
        }
        let ticket = state.entry.draw();
        loop {
            match state.phase {
                Phase::Ready if self.is_turn(&state.entry, ticket) => break,
                Phase::Ending | Phase::Ended => return Err(self.refusal(state.phase)),
                Phase::Ready | Phase::Running | Phase::Draining => state = self.wait(state),
            }
        }
        state.entry.turn += 1;
        state.occupy(purpose);
        Ok(())
    }

    fn is_turn(&self, entry: &Entry, ticket: u64) -> bool {
        assert!(ticket >= entry.turn || self.settings.suffers(Sabotage::UnfairLine), "a ticket is used once");
        ticket == entry.turn || self.settings.suffers(Sabotage::UnfairLine)
    }

    fn refusal(&self, phase: Phase) -> EnterError {
        let id = self.id;
        match phase {
            // Idle, and promised to the first in line; or the caller itself is freeing on its behalf.
            Phase::Ready | Phase::Running | Phase::Draining => EnterError::AlreadyRunning { id },
            Phase::Ending => EnterError::Ending { id },
            Phase::Ended => EnterError::NotFound { id },
        }
    }

    /// Claims main for the thread that is in the interpreter already. Rules `session.where` and `interpreter.running.refused`:
    /// who runs main cannot run it once more.
    pub(crate) fn claim_main(&self) -> Result<(), EnterError> {
        let mut state = self.step("main.claim");
        if state.phase != Phase::Running || state.entry.runs_main {
            return Err(self.refusal(state.phase));
        }
        assert!(state.entry.is_held_by_caller(), "a place in an interpreter stays with its thread");
        state.entry.runs_main = true;
        Ok(())
    }

    /// Gives main back without leaving.
    pub(crate) fn yield_main(&self) {
        let mut state = self.step("main.yield");
        assert!(state.phase == Phase::Running && state.entry.runs_main, "only who claimed main gives it back");
        state.entry.runs_main = false;
    }

    /// Whoever is merely attached does not run main: rule `interpreter.running.claim`.
    pub(crate) fn runs_main(&self) -> bool {
        self.step("main.ask").entry.runs_main
    }

    pub(crate) fn waiting(&self) -> u64 {
        let state = self.step("enter.waiting");
        match state.phase {
            Phase::Ready | Phase::Running | Phase::Draining => state.entry.waiting(),
            Phase::Ending | Phase::Ended => 0,
        }
    }

    /// Claims the end of an idle interpreter within a step. Those in line are told: it will not be idle again.
    pub(crate) fn claim_end(&self, state: &mut State<H>) {
        assert_eq!(state.phase, Phase::Ready, "only an idle interpreter ends");
        state.phase = Phase::Ending;
        if state.entry.waiting() > 0 && !self.settings.suffers(Sabotage::SilentEnd) {
            self.notify_all();
        }
    }

    /// Does what is due, and leaves in the very step that found nothing more. Rule `interpreter.running.drop`.
    pub(crate) fn leave(self: &Arc<Self>) {
        let mut panics = FirstPanic::default();
        while let Some(due) = self.next_due_or_ready() {
            self.perform(due, &mut panics);
        }
        panics.resume_unless_unwinding();
    }

    fn next_due_or_ready(&self) -> Option<Due<H>> {
        let mut state = self.step("leave.next");
        assert_eq!(state.phase, Phase::Running, "only who entered leaves");
        let due = state.next_due();
        if due.is_none() {
            if self.settings.suffers(Sabotage::DrainWithoutRecheck) {
                drop(state);
                state = self.step("leave.ready");
            }
            state.phase = Phase::Ready;
            state.entry.vacate();
            if !self.settings.suffers(Sabotage::SilentLeave) {
                self.notify_all();
            }
        }
        due
    }
}
