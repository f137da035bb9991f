//! An interpreter as the world keeps it: its place in life, who is in it, and the calls that wait for it.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{NONE, Pending, QUEUE_MAX};

/// Where an interpreter is in its life. The order is the order of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// The memory is not in use: never allocated, or freed. An address with this phase may be used again.
    Free,
    /// Listed, with an id, not ready.
    Created,
    /// Ready to be entered.
    Ready,
    /// Ending: its queue is flushed, its hooks run. Still listed.
    Finalizing,
    /// Cleared: its objects are gone. Still listed.
    Cleared,
    /// No longer listed, memory still there.
    Unlinked,
}

/// One entry in the table of interpreters; its index is the *address*, its `id` is the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Interpreter {
    /// The id: never used again, unlike the address.
    pub id: u8,
    phase: u8,
    /// The thread that is running main, or [`NONE`].
    pub running: u8,
    /// The thread that holds the GIL, or [`NONE`].
    pub gil: u8,
    /// Thread states that exist in it.
    pub thread_states: u8,
    /// Id references; the floor is zero.
    pub idrefs: i8,
    flags: u8,
    /// Calls in `pending`.
    pub pending_len: u8,
    pending: [u8; QUEUE_MAX],
}

const PHASE: u8 = 0x07;
const MAIN_RUN: u8 = 0x08;
const MAIN_KEPT: u8 = 0x10;
const MAIN_SWAPPED: u8 = 0x20;
const NO_MAIN: u8 = 0x40;
const LINGERS: u8 = 0x80;
const REQUIRES_IDREF: u8 = 1;
const QUEUE_CLOSED: u8 = 2;
const DRAINING: u8 = 4;
const DOOMED: u8 = 8;
const WHENCE_SHIFT: u8 = 4;

impl Interpreter {
    pub(super) const FREE: Interpreter = Interpreter {
        id: NONE,
        phase: Phase::Free as u8,
        running: NONE,
        gil: NONE,
        thread_states: 0,
        idrefs: 0,
        flags: 0,
        pending_len: 0,
        pending: [0; QUEUE_MAX],
    };

    /// A new interpreter, listed and not ready.
    pub fn created(id: u8) -> Interpreter {
        Interpreter { id, phase: Phase::Created as u8, ..Interpreter::FREE }
    }

    /// Where it is in its life.
    pub fn phase(&self) -> Phase {
        match self.phase & PHASE {
            0 => Phase::Free,
            1 => Phase::Created,
            2 => Phase::Ready,
            3 => Phase::Finalizing,
            4 => Phase::Cleared,
            _ => Phase::Unlinked,
        }
    }

    /// Moves on in life.
    pub fn set_phase(&mut self, phase: Phase) {
        self.phase = self.phase & !PHASE | phase as u8;
    }

    /// Whether it has a `__main__` that is a module.
    pub fn has_main(&self) -> bool {
        self.phase & NO_MAIN == 0
    }

    /// Its code deletes `__main__`.
    pub fn drop_main(&mut self) {
        self.phase |= NO_MAIN;
    }

    /// Whether the file of a sender's `__main__` was run in it, or is being run.
    pub fn main_was_run(&self) -> bool {
        self.phase & MAIN_RUN != 0
    }

    /// A thread begins to run the file of a sender's `__main__`.
    pub fn run_main(&mut self) {
        self.phase |= MAIN_RUN;
    }

    /// Whether what came of that file is kept for the next restoring.
    pub fn main_is_kept(&self) -> bool {
        self.phase & MAIN_KEPT != 0
    }

    /// Keeps what came of that file.
    pub fn keep_main(&mut self) {
        self.phase |= MAIN_KEPT;
    }

    /// Whether its `__main__` is a stand-in.
    pub fn main_is_swapped(&self) -> bool {
        self.phase & MAIN_SWAPPED != 0
    }

    /// Puts the stand-in in place of its `__main__`, or takes it away.
    pub fn swap_main(&mut self, swapped: bool) {
        self.phase = if swapped { self.phase | MAIN_SWAPPED } else { self.phase & !MAIN_SWAPPED };
    }

    /// Whether it is marked as being destroyed, in place of a thread that runs.
    pub fn is_doomed(&self) -> bool {
        self.flags & DOOMED != 0
    }

    /// Marks it as being destroyed.
    pub fn doom(&mut self) {
        self.flags |= DOOMED;
    }

    /// Whether a thread is in it that nobody waits for.
    pub fn lingers(&self) -> bool {
        self.phase & LINGERS != 0
    }

    /// Its code starts a thread that nobody waits for.
    pub fn set_lingers(&mut self) {
        self.phase |= LINGERS;
    }

    /// Whether a lookup finds it.
    pub fn is_listed(&self) -> bool {
        matches!(self.phase(), Phase::Created | Phase::Ready | Phase::Finalizing | Phase::Cleared)
    }

    /// Whether the last id reference ends it.
    pub fn requires_idref(&self) -> bool {
        self.flags & REQUIRES_IDREF != 0
    }

    /// Sets whether the last id reference ends it.
    pub fn set_requires_idref(&mut self, required: bool) {
        self.flags = if required { self.flags | REQUIRES_IDREF } else { self.flags & !REQUIRES_IDREF };
    }

    /// Whether its queue takes no more calls.
    pub fn queue_closed(&self) -> bool {
        self.flags & QUEUE_CLOSED != 0
    }

    /// Whether another interpreter's thread carries out what was released to it.
    pub fn draining(&self) -> bool {
        self.flags & DRAINING != 0
    }

    /// Sets whether another interpreter's thread carries out what was released to it.
    pub fn set_draining(&mut self, draining: bool) {
        self.flags = if draining { self.flags | DRAINING } else { self.flags & !DRAINING };
    }

    /// Closes the queue for good.
    pub fn close_queue(&mut self) {
        self.flags |= QUEUE_CLOSED;
    }

    /// Who made it: the number of its `whence`.
    pub fn whence(&self) -> u8 {
        self.flags >> WHENCE_SHIFT
    }

    /// Says who made it.
    pub fn set_whence(&mut self, whence: u8) {
        assert!(whence < 16, "whence is a four-bit number");
        self.flags = self.flags & 0x0f | whence << WHENCE_SHIFT;
    }

    /// The calls in the queue, oldest first.
    pub fn pending(&self) -> impl Iterator<Item = Pending> + '_ {
        self.pending[..usize::from(self.pending_len)].iter().map(|&code| Pending(code))
    }

    /// Puts a call at the end of the queue. The caller has looked at the capacity.
    pub fn push_pending(&mut self, call: Pending) {
        assert!(usize::from(self.pending_len) < QUEUE_MAX, "the scope's queue fits the array");
        self.pending[usize::from(self.pending_len)] = call.0;
        self.pending_len += 1;
    }

    /// Takes the oldest call.
    pub fn pop_pending(&mut self) -> Option<Pending> {
        if self.pending_len == 0 {
            return None;
        }
        let first = self.pending[0];
        self.pending.copy_within(1.., 0);
        self.pending[QUEUE_MAX - 1] = 0;
        self.pending_len -= 1;
        Some(Pending(first))
    }

    pub(crate) fn pending_codes_mut(&mut self) -> &mut [u8] {
        let len = usize::from(self.pending_len);
        &mut self.pending[..len]
    }
}
