//! What becomes of the process after a step that went wrong.
//!
//! A fault that C survives is forgiven, as in the sequential reading. Of a few it is known what is seen. The others leave
//! memory that is not what it was, and then anything may be seen: that is said, and never guessed.

use super::function_of;
use super::raised;
use super::search::{Fate, Search};
use super::state::{SCENARIO, State};
use crate::edition::Edition;
use crate::fault::Fault;
use crate::module::error::{Label, Problem};
use crate::module::outcome::Observation;
use crate::module::surface::like_3_14;
use crate::step::Pc;
use crate::world::NONE;

impl Search<'_> {
    /// What the fault in the world comes to, if there is one; a fault that nobody notices is gone from the world.
    pub(super) fn judge(&self, state: &mut State, index: usize, goes_on: bool) -> Result<(), Fate> {
        let Some(fault) = state.world.fault() else { return Ok(()) };
        match fault {
            Fault::EndedWhileRunning if goes_on => self.end_under_thread(state, index),
            Fault::ErrorNotSet => {
                self.fail_without_words(state, index);
                Ok(())
            }
            Fault::EndedFromInside if index == SCENARIO => Err(self.ended_from_inside()),
            // Who runs there by now is put away, or the process dies, or nothing happens: that is a race in itself.
            Fault::RunningWhileFinalizing | Fault::FinalizingWhileRunning => Err(Fate::Undefined(fault)),
            fault if goes_on && fault.is_survived() => {
                state.world.take_fault();
                Ok(())
            }
            fault => Err(Fate::Undefined(fault)),
        }
    }

    /// The last reference ends an interpreter under a thread that runs in it. Up to 3.13.0 the process dies of it; later
    /// that thread is put away as soon as it would go on. Rule `interpreter.idref.last`.
    fn end_under_thread(&self, state: &mut State, index: usize) -> Result<(), Fate> {
        let slot = state.world.threads[index].current;
        let runner = usize::from(state.world.interpreter(slot).running);
        let is_between_calls = state.world.threads.get(runner).is_some_and(|thread| thread.pc() == Pc::Idle);
        if !is_between_calls || index != SCENARIO {
            return Err(Fate::Undefined(Fault::EndedWhileRunning));
        }
        if !like_3_14(self.edition) {
            return Err(Fate::Seen(Observation::Crash("SIGABRT".to_owned())));
        }
        state.world.take_fault();
        let interpreter = state.world.interpreter_mut(slot);
        interpreter.running = NONE;
        interpreter.thread_states -= 1;
        state.world.threads[runner].pc = Pc::Hung as u8;
        state.world.threads[runner].current = NONE;
        state.actors[runner].is_stranded = true;
        state.actors[runner].acts.clear();
        Ok(())
    }

    fn ended_from_inside(&self) -> Fate {
        let dies = !like_3_14(self.edition);
        Fate::Seen(if dies { Observation::Crash("SIGABRT".to_owned()) } else { Observation::Hang })
    }

    /// A call that is refused and raises nothing: Python says so. Rule `error.apply.raises`.
    fn fail_without_words(&self, state: &mut State, index: usize) {
        debug_assert!(!like_3_14(self.edition) && self.edition != Edition::Repaired, "only where it is asked again");
        state.world.take_fault();
        let current = state.world.threads[index].current;
        state.world.interpreter_mut(current).gil = NONE;
        state.world.threads[index].abandon_call();
        let actor = &mut state.actors[index];
        let label = match actor.acts.last() {
            Some(super::act::Act::Enter { label, .. }) => *label,
            _ => Label::Exec,
        };
        let text = format!("<built-in function {}> returned NULL without setting an exception", function_of(label));
        actor.refuse(raised(Problem::Foreign { kind: "SystemError", text }, self.edition));
    }
}
