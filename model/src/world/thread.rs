//! A thread as the world keeps it: where it belongs, where it is, and where in its call.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{NONE, RESULTS_MAX};
use crate::call::{CallKind, Outcome, Updates, updates_of};

/// A thread: where it belongs, where it is, what it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Thread {
    /// The address of the interpreter it was born in.
    pub home: u8,
    /// The address of the interpreter whose thread state is current, or [`NONE`] while it is between two.
    pub current: u8,
    /// Where in its call it is: a [`crate::step::Pc`].
    pub(crate) pc: u8,
    /// The call it is making: see [`crate::call::Call`].
    pub(crate) call: u8,
    /// The argument of the call.
    pub(crate) arg: u8,
    /// The address that a lookup returned. Stale from the next step on.
    pub reg_slot: u8,
    /// What the id at that address was when it was looked up: a ghost, C does not remember it.
    pub reg_id: u8,
    /// The address to return to.
    pub back: u8,
    /// The address of the interpreter that its session is in, or [`NONE`]. It may be its own: then nothing was switched.
    pub session: u8,
    /// Calls it has begun.
    pub calls: u8,
    /// Scratch of the call in progress.
    pub(crate) aux: u8,
    pub(crate) results: [u8; RESULTS_MAX],
}

impl Thread {
    pub(super) const ABSENT: Thread = Thread {
        home: NONE,
        current: NONE,
        pc: 0,
        call: 0,
        arg: 0,
        reg_slot: NONE,
        reg_id: NONE,
        back: NONE,
        session: NONE,
        calls: 0,
        aux: 0,
        results: [0; RESULTS_MAX],
    };

    /// The call in progress is over, as far as it got.
    pub(crate) fn abandon_call(&mut self) {
        (self.pc, self.call, self.arg, self.aux, self.calls) = (0, 0, 0, 0, 0);
        (self.reg_slot, self.reg_id, self.back) = (NONE, NONE, NONE);
    }

    /// The next step that it will take.
    pub fn pc(&self) -> crate::step::Pc {
        crate::step::Pc::from_code(self.pc)
    }

    /// The call that it is in the middle of; between calls it says nothing.
    pub fn call(&self) -> CallKind {
        CallKind::from_code(self.call)
    }

    /// What the enter that it is in the middle of undoing will tell.
    pub fn refused(&self) -> Option<Outcome> {
        Outcome::from_code(self.aux).filter(|_| self.pc != 0 && self.call() == CallKind::EnterWith)
    }

    /// What the enter that it is in the middle of still has to convert.
    pub fn brings(&self) -> Option<Updates> {
        let is_enter = self.pc != 0 && self.call() == CallKind::EnterWith;
        is_enter
            .then(|| updates_of(self.arg))
            .filter(|&updates| !matches!(updates, Updates::Nothing | Updates::NoThreadState))
    }

    /// Whether the scope has this thread at all.
    pub fn exists(&self) -> bool {
        self.home != NONE
    }
}
