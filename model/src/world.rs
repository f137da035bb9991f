//! The whole process as one flat value: interpreters, threads, capsules, and the ledger of what is allocated.
//!
//! A world is copied and hashed millions of times a second, so it is fixed in size, without a heap, without padding,
//! and made of bytes. It holds no text and no history: what happened is in the trace, what it means is in
//! [`crate::fault`]. It knows nothing of editions; steps do.

use std::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::fault::Fault;

/// Interpreters that can exist at one time. Four: main, an owner, another, and one that reuses an address.
pub const INTERPRETERS_MAX: usize = 4;
/// Threads. Loom can follow four besides the main one; three already need minutes.
pub const THREADS_MAX: usize = 3;
/// Capsules that can be handled at one time.
pub const CAPSULES_MAX: usize = 4;
/// Slots of a pending queue. The real ones have 32 or 300; a bound of one or two shows the same races.
pub const QUEUE_MAX: usize = 4;
/// Outcomes that a thread can remember, for scopes that record them.
pub const RESULTS_MAX: usize = 4;

/// No slot, no thread, no id.
pub const NONE: u8 = u8::MAX;

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

const REQUIRES_IDREF: u8 = 1;
const QUEUE_CLOSED: u8 = 2;
const DRAINING: u8 = 4;
const WHENCE_SHIFT: u8 = 4;

impl Interpreter {
    const FREE: Interpreter = Interpreter {
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
        match self.phase {
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
        self.phase = phase as u8;
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

/// A call waiting in a queue: the clear of a capsule, the release of a view, or a plain call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending(u8);

/// What a pending call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingKind {
    /// `_call_clear_xidata`: clears the payload of the capsule.
    Clear {
        /// The capsule's slot.
        capsule: u8,
        /// Whether the structure is freed after the call.
        raw_free: bool,
    },
    /// Releases the buffer that a view of the capsule held.
    ReleaseBuffer {
        /// The capsule's slot.
        capsule: u8,
    },
    /// A call of the client's own.
    Call {
        /// Whether it fails when it runs.
        fails: bool,
    },
}

impl Pending {
    /// Encodes a call.
    pub fn new(kind: PendingKind) -> Pending {
        Pending(match kind {
            PendingKind::Clear { capsule, raw_free } => 0x10 | u8::from(raw_free) << 3 | capsule,
            PendingKind::ReleaseBuffer { capsule } => 0x20 | capsule,
            PendingKind::Call { fails } => 0x30 | u8::from(fails),
        })
    }

    /// What the call does.
    pub fn kind(self) -> PendingKind {
        let low = self.0 & 7;
        match self.0 >> 4 {
            1 => PendingKind::Clear { capsule: low, raw_free: self.0 & 8 != 0 },
            2 => PendingKind::ReleaseBuffer { capsule: low },
            _ => PendingKind::Call { fails: low != 0 },
        }
    }

    pub(crate) fn with_capsule(code: u8, rename: impl Fn(u8) -> u8) -> u8 {
        if matches!(code >> 4, 1 | 2) { code & !7 | rename(code & 7) } else { code }
    }
}

/// One entry of the ledger: whether something is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Allocation {
    /// There never was any.
    Never,
    /// It is there.
    Live,
    /// It was freed.
    Freed,
}

impl Allocation {
    fn from_code(code: u8) -> Allocation {
        match code {
            0 => Allocation::Never,
            1 => Allocation::Live,
            _ => Allocation::Freed,
        }
    }
}

/// What kind of payload a capsule carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Payload {
    /// The value itself is in the pointer: int, bool, None. Nothing to free.
    Immediate,
    /// A block of its own: float.
    Copied,
    /// A block that points into the owner's object, which it keeps alive: str, bytes.
    Borrowed,
    /// An exported buffer, handed over by the first read: memoryview. One-shot.
    Buffer,
}

impl Payload {
    /// Every kind.
    pub const ALL: [Payload; 4] = [Payload::Immediate, Payload::Copied, Payload::Borrowed, Payload::Buffer];
}

/// Cross-interpreter data: the structure, its `data`, its `obj`, and the promises around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Capsule {
    payload: u8,
    /// The id of the owner, or [`NONE`] when the slot is unused.
    pub owner: u8,
    structure: u8,
    data: u8,
    object: u8,
    flags: u8,
    /// Readers that hold the payload.
    pub pins: u8,
    view: u8,
}

macro_rules! flags {
    ($($(#[$doc:meta])+ $get:ident, $set:ident = $bit:expr;)*) => {
        impl Capsule {
            $($(#[$doc])+ pub fn $get(&self) -> bool { self.flags & $bit != 0 }
              $(#[$doc])+ pub fn $set(&mut self, on: bool) {
                  self.flags = if on { self.flags | $bit } else { self.flags & !$bit };
              })*
        }
    };
}

flags! {
    /// The client has a handle on it.
    held, set_held = 1;
    /// A release was begun.
    released, set_released = 2;
    /// It is on its owner's list of releases.
    listed, set_listed = 4;
    /// It was materialised once and cannot be again.
    consumed, set_consumed = 8;
    /// Freeing the structure goes with the release.
    raw_free, set_raw_free = 16;
    /// Its owner's teardown took the payload back.
    reclaimed, set_reclaimed = 32;
    /// It was cleared, and the export that its block stood for was forgotten.
    forgotten, set_forgotten = 64;
}

impl Capsule {
    const UNUSED: Capsule =
        Capsule { payload: 0, owner: NONE, structure: 0, data: 0, object: 0, flags: 0, pins: 0, view: 0 };

    /// A capsule fresh from a conversion in the interpreter `owner`.
    pub fn converted(payload: Payload, owner: u8) -> Capsule {
        let mut capsule = Capsule { payload: payload as u8, owner, ..Capsule::UNUSED };
        capsule.set_structure(Allocation::Live);
        if payload != Payload::Immediate {
            capsule.set_data(Allocation::Live);
        }
        if payload == Payload::Borrowed {
            capsule.set_object(Allocation::Live);
        }
        capsule.set_held(true);
        capsule
    }

    /// Whether the slot holds a capsule, freed or not.
    pub fn is_used(&self) -> bool {
        self.owner != NONE
    }

    /// The kind of payload.
    pub fn payload(&self) -> Payload {
        Payload::ALL[usize::from(self.payload & 3)]
    }

    /// The structure itself.
    pub fn structure(&self) -> Allocation {
        Allocation::from_code(self.structure)
    }

    /// The block in `data`; for a buffer, the export.
    pub fn data(&self) -> Allocation {
        Allocation::from_code(self.data)
    }

    /// The owner's object in `obj`.
    pub fn object(&self) -> Allocation {
        Allocation::from_code(self.object)
    }

    /// The view that a read of a buffer made.
    pub fn view(&self) -> Allocation {
        Allocation::from_code(self.view)
    }

    /// Books the structure.
    pub fn set_structure(&mut self, to: Allocation) {
        self.structure = to as u8;
    }

    /// Books the block.
    pub fn set_data(&mut self, to: Allocation) {
        self.data = to as u8;
    }

    /// Books the object.
    pub fn set_object(&mut self, to: Allocation) {
        self.object = to as u8;
    }

    /// Books the view.
    pub fn set_view(&mut self, to: Allocation) {
        self.view = to as u8;
    }

    /// Whether anything is left to free behind the structure. A forgotten export is allocated, and not behind it.
    pub fn has_payload(&self) -> bool {
        self.data() == Allocation::Live && !self.forgotten() || self.object() == Allocation::Live
    }
}

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
    /// Calls it has begun.
    pub calls: u8,
    /// Scratch of the call in progress.
    pub(crate) aux: u8,
    pub(crate) results: [u8; RESULTS_MAX],
}

impl Thread {
    const ABSENT: Thread = Thread {
        home: NONE,
        current: NONE,
        pc: 0,
        call: 0,
        arg: 0,
        reg_slot: NONE,
        reg_id: NONE,
        back: NONE,
        calls: 0,
        aux: 0,
        results: [0; RESULTS_MAX],
    };

    /// The next step that it will take.
    pub fn pc(&self) -> crate::step::Pc {
        crate::step::Pc::from_code(self.pc)
    }

    /// Whether the scope has this thread at all.
    pub fn exists(&self) -> bool {
        self.home != NONE
    }
}

/// The process.
#[derive(Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct World {
    /// By address.
    pub interpreters: [Interpreter; INTERPRETERS_MAX],
    /// By number.
    pub threads: [Thread; THREADS_MAX],
    /// By slot.
    pub capsules: [Capsule; CAPSULES_MAX],
    /// The next id.
    pub next_id: u8,
    fault: u8,
    /// Filler up to whole words, always zero.
    rest: [u8; 4],
}

const _: () = assert!(size_of::<World>().is_multiple_of(8), "a world is hashed as words");

impl World {
    /// Nothing at all.
    pub const EMPTY: World = World {
        interpreters: [Interpreter::FREE; INTERPRETERS_MAX],
        threads: [Thread::ABSENT; THREADS_MAX],
        capsules: [Capsule::UNUSED; CAPSULES_MAX],
        next_id: 0,
        fault: 0,
        rest: [0; 4],
    };

    /// The interpreter at that address.
    pub fn interpreter(&self, slot: u8) -> &Interpreter {
        &self.interpreters[usize::from(slot)]
    }

    /// The interpreter at that address, to change.
    pub fn interpreter_mut(&mut self, slot: u8) -> &mut Interpreter {
        &mut self.interpreters[usize::from(slot)]
    }

    /// The capsule in that slot.
    pub fn capsule(&self, slot: u8) -> &Capsule {
        &self.capsules[usize::from(slot)]
    }

    /// The capsule in that slot, to change.
    pub fn capsule_mut(&mut self, slot: u8) -> &mut Capsule {
        &mut self.capsules[usize::from(slot)]
    }

    /// Clears a slot that a conversion may use again.
    pub fn recycle_capsule(&mut self, slot: u8) {
        *self.capsule_mut(slot) = Capsule::UNUSED;
    }

    /// Frees the memory of an interpreter: its address can be used again.
    pub fn free_interpreter(&mut self, slot: u8) {
        *self.interpreter_mut(slot) = Interpreter::FREE;
    }

    /// What a lookup of that id finds: the address of a listed interpreter.
    pub fn look_up(&self, id: u8) -> Option<u8> {
        let position = self.interpreters.iter().position(|interpreter| interpreter.id == id && interpreter.is_listed());
        position.map(|slot| slot as u8)
    }

    /// The lowest address that is not in use.
    pub fn free_slot(&self) -> Option<u8> {
        self.interpreters.iter().position(|interpreter| interpreter.phase() == Phase::Free).map(|slot| slot as u8)
    }

    /// The first capsule slot that was never used.
    pub fn unused_capsule(&self, capsules: usize) -> Option<u8> {
        self.capsules[..capsules].iter().position(|capsule| !capsule.is_used()).map(|slot| slot as u8)
    }

    /// Adds a thread that was born in the interpreter at `home`.
    pub(crate) fn add_thread(&mut self, thread: usize, home: u8) {
        self.threads[thread] = Thread { home, current: home, ..Thread::ABSENT };
    }

    /// The fault that a step ran into, if any. A world with a fault is not stepped any further, unless it is forgiven.
    pub fn fault(&self) -> Option<Fault> {
        Fault::from_code(self.fault)
    }

    pub(crate) fn set_fault(&mut self, fault: Fault) {
        self.fault = fault.code();
    }

    pub(crate) fn take_fault(&mut self) -> Option<Fault> {
        let fault = self.fault();
        self.fault = 0;
        fault
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let interpreters: Vec<_> = self.interpreters.iter().filter(|i| i.phase() != Phase::Free).collect();
        let capsules: Vec<_> = self.capsules.iter().filter(|c| c.is_used()).collect();
        let threads: Vec<_> = self.threads.iter().filter(|t| t.exists()).collect();
        f.debug_struct("World")
            .field("interpreters", &interpreters)
            .field("threads", &threads)
            .field("capsules", &capsules)
            .field("next_id", &self.next_id)
            .field("fault", &self.fault())
            .finish()
    }
}

/// A world is hashed in one write, as the bytes that it is.
impl std::hash::Hash for World {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write(self.as_bytes());
    }
}
