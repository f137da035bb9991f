//! The whole process as one flat value: interpreters, threads, capsules, and the ledger of what is allocated.
//!
//! A world is copied and hashed millions of times a second, so it is fixed in size, without a heap, without padding,
//! and made of bytes. It holds no text and no history: what happened is in the trace, what it means is in
//! [`crate::fault`]. It knows nothing of editions; steps do.

use std::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::fault::{Fault, Violation};
use crate::step::Pc;

mod capsule;
mod interpreter;
mod namespace;
mod pending;
mod registry;
mod session;
mod thread;

pub use capsule::{Allocation, Capsule, Payload};
pub use interpreter::{Interpreter, Phase};
pub use namespace::{ITEMS_MAX, Namespace};
pub use pending::{Pending, PendingKind};
pub use registry::{ENTRIES_MAX, Entry, GLOBAL, Registry, TYPES_MAX, Type, Walk};
pub use session::{SESSIONS_MAX, Session};
pub use thread::Thread;

/// Interpreters that can exist at one time. Four: main, an owner, another, and one that reuses an address.
pub const INTERPRETERS_MAX: usize = 4;
/// Threads. The deep scopes have three; loom follows as many within seconds.
pub const THREADS_MAX: usize = 3;
/// Capsules that can be handled at one time.
pub const CAPSULES_MAX: usize = 4;
/// Slots of a pending queue. The real ones have 32 or 300; a bound of one or two shows the same races.
pub const QUEUE_MAX: usize = 4;
/// Outcomes that a thread can remember, for scopes that record them.
pub const RESULTS_MAX: usize = 4;

/// No slot, no thread, no id.
pub const NONE: u8 = u8::MAX;

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
    /// The fault, and in the highest bit whether another one was left behind on the way here.
    fault: u8,
    /// The lowest bit: whether the scope has types, a namespace or sessions. If not, what follows never changes and is not
    /// hashed. The others: where the fault happened.
    marks: u8,
    /// By number.
    pub types: [Type; TYPES_MAX],
    /// In the order in which they were made.
    pub entries: [Entry; ENTRIES_MAX],
    /// By the address of their interpreter; the global one is the last.
    pub registries: [Registry; INTERPRETERS_MAX + 1],
    /// By thread.
    pub walks: [Walk; THREADS_MAX],
    /// The one there is.
    pub namespace: Namespace,
    /// By thread, the outer one first.
    pub sessions: [[Session; SESSIONS_MAX]; THREADS_MAX],
}

/// What is hashed of a world without types and namespaces.
const NARROW: usize = std::mem::offset_of!(World, types);

/// Of the marks, the bit that says that the whole world counts.
const WIDE: u8 = 1;
/// Of the marks, how far the place of the fault is shifted.
const PLACE_SHIFT: u8 = 1;
/// Of the byte of the fault, the bit that says that there was one before.
const SCAR: u8 = 0x80;

const _: () = assert!(Pc::ALL.len() < 128 && Fault::ALL.len() < SCAR as usize, "a fault and its place fit their bits");
const _: () = assert!(NARROW.is_multiple_of(16) && size_of::<World>().is_multiple_of(8), "a world is hashed as words");

impl World {
    /// Nothing at all.
    pub const EMPTY: World = World {
        interpreters: [Interpreter::FREE; INTERPRETERS_MAX],
        threads: [Thread::ABSENT; THREADS_MAX],
        capsules: [Capsule::UNUSED; CAPSULES_MAX],
        next_id: 0,
        fault: 0,
        marks: 0,
        types: [Type::ABSENT; TYPES_MAX],
        entries: [Entry::UNUSED; ENTRIES_MAX],
        registries: [Registry::EMPTY; INTERPRETERS_MAX + 1],
        walks: [Walk::NOWHERE; THREADS_MAX],
        namespace: Namespace::ABSENT,
        sessions: [[Session::UNUSED; SESSIONS_MAX]; THREADS_MAX],
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

    /// From here on the types and the namespace count.
    pub(crate) fn widen(&mut self) {
        self.marks |= WIDE;
    }

    /// The entry of that number.
    pub fn entry(&self, number: u8) -> &Entry {
        &self.entries[usize::from(number)]
    }

    /// The entry of that number, to change.
    pub fn entry_mut(&mut self, number: u8) -> &mut Entry {
        &mut self.entries[usize::from(number)]
    }

    /// The registry in that place.
    pub fn registry(&self, place: u8) -> &Registry {
        &self.registries[usize::from(place)]
    }

    /// The registry in that place, to change.
    pub fn registry_mut(&mut self, place: u8) -> &mut Registry {
        &mut self.registries[usize::from(place)]
    }

    /// The entries of a registry, from its head on; a broken list ends after as many as there can be.
    pub fn listed_entries(&self, place: u8) -> impl Iterator<Item = u8> + '_ {
        let follow = |&number: &u8| Some(self.entry(number).next).filter(|&next| next != NONE);
        let head = Some(self.registry(place).head).filter(|&head| head != NONE);
        std::iter::successors(head, follow).take(ENTRIES_MAX)
    }

    /// The innermost session of a thread.
    pub fn session(&self, thread: u8) -> Option<&Session> {
        self.sessions[usize::from(thread)].iter().rev().find(|session| session.is_used())
    }

    /// How many sessions the thread is in, one within another.
    pub fn session_depth(&self, thread: u8) -> usize {
        self.sessions[usize::from(thread)].iter().filter(|session| session.is_used()).count()
    }

    /// Adds a thread that was born in the interpreter at `home`.
    pub(crate) fn add_thread(&mut self, thread: usize, home: u8) {
        self.threads[thread] = Thread { home, current: home, ..Thread::ABSENT };
    }

    /// The fault that a step ran into, if any. A world with a fault is not stepped any further, unless it is forgiven.
    pub fn fault(&self) -> Option<Fault> {
        Fault::from_code(self.fault & !SCAR)
    }

    /// The fault, the step in which it happened, and whether it lies behind another.
    pub fn violation(&self) -> Option<Violation> {
        let place = Some(Pc::from_code(self.marks >> PLACE_SHIFT));
        self.fault().map(|fault| Violation { fault, place, behind: self.is_scarred() })
    }

    /// Whether a fault was left behind on the way here: C went on, and so did the search.
    pub fn is_scarred(&self) -> bool {
        self.fault & SCAR != 0
    }

    pub(crate) fn set_fault(&mut self, fault: Fault, place: Pc) {
        self.fault = self.fault & SCAR | fault.code();
        self.marks = self.marks & WIDE | (place as u8) << PLACE_SHIFT;
    }

    pub(crate) fn take_fault(&mut self) -> Option<Fault> {
        let fault = self.fault();
        self.fault &= SCAR;
        self.marks &= WIDE;
        fault
    }

    /// Goes on past the fault, as C does. What is left at the end is then no news.
    pub(crate) fn scar(&mut self) {
        self.take_fault();
        self.fault |= SCAR;
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
            .field("types", &self.types)
            .field("entries", &self.entries)
            .field("namespace", &self.namespace)
            .field("sessions", &self.sessions)
            .field("fault", &self.fault())
            .finish()
    }
}

/// A world is hashed in one write, as the bytes that it is.
impl std::hash::Hash for World {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let bytes = self.as_bytes();
        state.write(if self.marks & WIDE == 0 { &bytes[..NARROW] } else { bytes });
    }
}
