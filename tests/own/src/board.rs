//! Gates and the threads that a scenario starts: who waits where, and what came of whom.
//!
//! It knows neither interpreters nor calls. Whoever would wait here for something that nobody is left to do is told so.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::outcome::Answer;

/// What all threads of the driver see of each other.
#[derive(Default)]
pub(crate) struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    gates: BTreeMap<String, Gate>,
    threads: BTreeMap<String, Progress>,
    /// The conversation is over: nobody waits any more.
    over: bool,
}

#[derive(Default)]
struct Gate {
    is_open: bool,
    /// How many scripts have come to it.
    arrivals: usize,
}

/// How far a started thread is.
enum Progress {
    Running,
    /// It waits at this gate.
    AtGate(String),
    /// It waits for a thread that stays in an interpreter.
    Elsewhere,
    Done(Answer),
}

/// Nobody is left who could do what is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stuck;

impl State {
    /// Rule of thumb for a wait of the driver's own: only a thread that is under way changes anything.
    fn somebody_moves(&self) -> bool {
        self.threads.values().any(|progress| matches!(progress, Progress::Running | Progress::Elsewhere))
    }

    fn is_open(&self, gate: &str) -> bool {
        self.over || self.gates.get(gate).is_some_and(|gate| gate.is_open)
    }
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let changed = change(&mut self.lock());
        self.changed.notify_all();
        changed
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a thread is under way that could do what somebody waits for.
    pub(crate) fn somebody_moves(&self) -> bool {
        self.lock().somebody_moves()
    }

    /// A thread begins. False if one of that name is there already.
    pub(crate) fn begin(&self, thread: &str) -> bool {
        self.change(|state| {
            let is_new = !state.threads.contains_key(thread);
            if is_new {
                state.threads.insert(thread.to_owned(), Progress::Running);
            }
            is_new
        })
    }

    /// A thread has done what it was started for.
    pub(crate) fn finish(&self, thread: &str, answer: Answer) {
        self.change(|state| state.threads.insert(thread.to_owned(), Progress::Done(answer)));
    }

    /// A thread waits for one that stays in an interpreter, or goes on.
    pub(crate) fn wait_elsewhere(&self, thread: Option<&str>, waits: bool) {
        let Some(thread) = thread else { return };
        let progress = if waits { Progress::Elsewhere } else { Progress::Running };
        self.change(|state| state.threads.insert(thread.to_owned(), progress));
    }

    /// Returns when a thread is under way: it has finished, or waits for something.
    pub(crate) fn until_under_way(&self, thread: &str) {
        let mut state = self.lock();
        while matches!(state.threads.get(thread), Some(Progress::Running)) {
            state = self.wait(state);
        }
    }

    /// Comes to a gate and waits until it is open. The driver's own thread does not wait for what cannot come.
    pub(crate) fn pass(&self, gate: &str, thread: Option<&str>) -> Result<(), Stuck> {
        let mut state = self.lock();
        state.gates.entry(gate.to_owned()).or_default().arrivals += 1;
        if let (Some(thread), false) = (thread, state.is_open(gate)) {
            state.threads.insert(thread.to_owned(), Progress::AtGate(gate.to_owned()));
        }
        self.changed.notify_all();
        while !state.is_open(gate) {
            if thread.is_none() && !state.somebody_moves() {
                return Err(Stuck);
            }
            state = self.wait(state);
        }
        Ok(())
    }

    /// Opens a gate for good. Those who wait there are on their way from this moment.
    pub(crate) fn open(&self, gate: &str) {
        self.change(|state| {
            state.gates.entry(gate.to_owned()).or_default().is_open = true;
            state.set_off(|at| at == gate);
        });
    }

    /// Returns as soon as some script has come to the gate.
    pub(crate) fn until_reached(&self, gate: &str) -> Result<(), Stuck> {
        let mut state = self.lock();
        while state.gates.get(gate).is_none_or(|gate| gate.arrivals == 0) {
            if !state.somebody_moves() {
                return Err(Stuck);
            }
            state = self.wait(state);
        }
        Ok(())
    }

    /// Returns when a thread has finished, with what came of it; nothing if there is none of that name. Its name is free again.
    pub(crate) fn join(&self, thread: &str) -> Result<Option<Answer>, Stuck> {
        let mut state = self.lock();
        loop {
            match state.threads.get(thread) {
                None => return Ok(None),
                Some(Progress::Done(_)) => match state.threads.remove(thread) {
                    Some(Progress::Done(answer)) => return Ok(Some(answer)),
                    _ => return Ok(None),
                },
                Some(_) if !state.somebody_moves() => return Err(Stuck),
                Some(_) => state = self.wait(state),
            }
        }
    }

    /// Nobody will open a gate any more: whoever waits goes on.
    pub(crate) fn end(&self) {
        self.change(|state| {
            state.over = true;
            state.set_off(|_| true);
        });
    }
}

impl State {
    fn set_off(&mut self, at: impl Fn(&str) -> bool) {
        for progress in self.threads.values_mut() {
            if matches!(progress, Progress::AtGate(gate) if at(gate)) {
                *progress = Progress::Running;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crossinterp_objects::Value;

    use super::*;

    #[test]
    fn who_waits_for_nobody_is_told() {
        let board = Board::default();
        assert_eq!(board.until_reached("g"), Err(Stuck));
        assert_eq!(board.pass("g", None), Err(Stuck));
        assert_eq!(board.join("t"), Ok(None));
    }

    #[test]
    fn a_gate_that_is_open_stays_open() {
        let board = Board::default();
        board.open("g");
        assert_eq!(board.pass("g", None), Ok(()));
        assert_eq!(board.until_reached("g"), Ok(()));
    }

    #[test]
    fn a_thread_is_joined_however_late() {
        let board = Board::default();
        assert!(board.begin("t") && !board.begin("t"));
        board.finish("t", Ok(Value::None));
        board.until_under_way("t");
        assert_eq!(board.join("t"), Ok(Some(Ok(Value::None))));
        assert!(board.begin("t"), "its name is free again");
    }
}
