//! The model's side: what its sequential reading says that a client sees after each call.
//!
//! It sits on top of the model alone. Where one call here is told differently, or takes several calls of the model, it
//! says so: these readings are all the freedom that the comparison has, and each of them is one function below.

use std::fmt;

use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::defect::DefectSet;
use crossinterp_model::reference::{self, Halt, Reference};
use crossinterp_model::scope::TypeKind;
use crossinterp_model::step::Pc;
use crossinterp_model::world::{Allocation, CAPSULES_MAX, Capsule, ITEMS_MAX, NONE, World};

use crate::moves::Move;
use crate::observation::{Fate, Observation, Told};

/// The homes of the threads: no two threads can be in one interpreter of the implementation.
const HOMES: &[u8] = &[0, 1, 2];

/// Threads that a script can have.
pub const THREADS_MAX: u8 = HOMES.len() as u8;

/// Calls that can wait in an interpreter: few, so that a script meets a full queue.
pub const QUEUE_CAPACITY: u8 = 2;

/// The types that scripts name: one that comes with the runtime, and a heap type of the first home.
pub const TYPES: &[TypeKind] = &[TypeKind::Builtin, TypeKind::Heap(0)];

/// The interpreter with a dict that a namespace can be made of.
pub const SOURCE: u8 = 0;

/// Converters that a type can be registered with.
pub const CONVERTERS: u8 = 2;

/// A process of the model between two calls, and what was seen after the last one.
#[derive(Clone)]
pub struct Expected {
    reference: Reference,
    threads: u8,
    seen: Observation,
}

impl Expected {
    /// Each thread in a home of its own, and nothing else.
    pub fn new(defects: DefectSet, threads: u8) -> Expected {
        let reference = Reference::new(defects, threads, &HOMES[..usize::from(threads)], &[]);
        let reference = reference.with_types(TYPES).with_dict(SOURCE).with_queue_capacity(QUEUE_CAPACITY);
        let seen = look(&reference, Told::Nothing);
        Expected { reference, threads, seen }
    }

    pub fn threads(&self) -> u8 {
        self.threads
    }

    /// What was to be seen after the last call.
    pub fn seen(&self) -> &Observation {
        &self.seen
    }

    pub fn world(&self) -> &World {
        self.reference.world()
    }

    /// Whether the last call went wrong or did not come to its end. Nothing happens after that.
    pub fn is_halted(&self) -> bool {
        matches!(self.seen.told, Told::Unnoticed(..) | Told::Fault(_) | Told::Blocked)
    }

    /// The world after the move.
    #[must_use]
    pub fn after(mut self, next: &Move) -> Expected {
        if !self.is_halted() {
            self.recycle();
            let told = self.told(next);
            self.seen = look(&self.reference, told);
        }
        self
    }

    /// The slots of capsules that are gone can be used again.
    fn recycle(&mut self) {
        let gone: Vec<u8> = (0..CAPSULES_MAX as u8).filter(|&slot| is_gone(self.world().capsule(slot))).collect();
        gone.into_iter().for_each(|slot| self.reference.world_mut().recycle_capsule(slot));
    }

    /// Plays the move and says it as the implementation would.
    fn told(&mut self, next: &Move) -> Told {
        let silent = self.is_silent(next);
        match self.perform(next) {
            Err(Halt::Fault(fault)) => Told::Fault(fault),
            Err(Halt::Blocked) => Told::Blocked,
            Ok(reference::Told { outcome, fault: Some(fault) }) => Told::Unnoticed(outcome, fault),
            Ok(_) if silent => Told::Nothing,
            // To the implementation the caller's own interpreter is a running one like any other.
            Ok(reference::Told { outcome: Outcome::Current, .. }) => Told::Outcome(Outcome::Running),
            Ok(told) => Told::Outcome(told.outcome),
        }
    }

    /// Outside of the owner, a capsule is given up by dropping its handle.
    fn is_silent(&self, next: &Move) -> bool {
        matches!(next.call, Call::ReleaseRawFree(slot) if self.world().capsule(slot).owner != self.here(next.thread))
    }

    fn perform(&mut self, next: &Move) -> Result<reference::Told, Halt> {
        match next.call {
            Call::DropView(slot) => self.drop_with_view(next.thread, slot),
            Call::RunPending => self.run_passes(next.thread),
            call => self.reference.call(next.thread, call),
        }
    }

    /// In the model a read hands the export of a buffer over to the view, and giving the capsule up means nothing any
    /// more. In the implementation it stays with the capsule, and there is no view. So both are given up together.
    fn drop_with_view(&mut self, thread: u8, slot: u8) -> Result<reference::Told, Halt> {
        let capsule = self.reference.call(thread, Call::ReleaseRawFree(slot))?;
        assert_eq!(capsule.outcome, Outcome::Nothing, "the export belongs to the view");
        self.reference.call(thread, Call::DropView(slot))
    }

    /// One pass of the implementation makes more calls than ever wait here; one pass of the model makes a single one.
    fn run_passes(&mut self, thread: u8) -> Result<reference::Told, Halt> {
        let here = self.world().threads[usize::from(thread)].current;
        loop {
            let told = self.reference.call(thread, Call::RunPending)?;
            let goes_on = told.outcome == Outcome::Done && told.fault.is_none();
            if !goes_on || self.world().interpreter(here).pending_len == 0 {
                return Ok(told);
            }
        }
    }

    /// The id of the interpreter that the thread is in.
    pub fn here(&self, thread: u8) -> u8 {
        let current = self.world().threads[usize::from(thread)].current;
        if current == NONE { NONE } else { self.world().interpreter(current).id }
    }

    /// Whether the interpreter exists and nobody is in it.
    pub fn is_idle(&self, id: u8) -> bool {
        self.seen.listed.contains(&id) && !self.seen.running.contains(&id)
    }

    /// Whether the client holds a capsule there whose owner has ended.
    pub fn outlived_owner(&self, slot: u8) -> bool {
        let capsule = self.world().capsule(slot);
        capsule.held() && !self.seen.listed.contains(&capsule.owner)
    }

    /// Whether the type is alive, and of the interpreter that the thread is in if it is of one.
    pub fn knows_type(&self, thread: u8, class: u8) -> bool {
        let class = &self.world().types[usize::from(class)];
        class.is_alive() && (!class.is_heap() || class.home == self.here(thread))
    }

    /// Whether the thread is where the dict is, and the dict has that name.
    pub fn has_name(&self, thread: u8, name: u8) -> bool {
        self.here(thread) == SOURCE && self.world().namespace.present & (1 << name) != 0
    }

    /// Whether there are slots for all values of a namespace.
    pub fn has_room_for_namespace(&self) -> bool {
        let unused = self.world().capsules.iter().filter(|capsule| !capsule.is_used() || is_gone(capsule));
        unused.count() >= ITEMS_MAX
    }

    /// Whether the model has an entry left. It never uses one twice.
    pub fn has_entry_left(&self) -> bool {
        self.world().entries.iter().any(|entry| entry.allocation() == Allocation::Never)
    }

    /// Whether the thread is still there to make calls.
    pub fn has_thread(&self, thread: u8) -> bool {
        thread < self.threads && self.reference.pc(thread) != Pc::Gone
    }
}

/// Whether neither the client nor the owner has anything left of the capsule.
pub fn is_gone(capsule: &Capsule) -> bool {
    capsule.is_used() && !capsule.held() && !capsule.has_payload() && capsule.structure() == Allocation::Freed
}

fn look(reference: &Reference, told: Told) -> Observation {
    let world = reference.world();
    let listed = reference.list();
    let of = |id: u8| world.interpreters.iter().find(|interpreter| interpreter.is_listed() && interpreter.id == id);
    let running = listed.iter().copied().filter(|&id| of(id).is_some_and(|interpreter| interpreter.running != NONE));
    let waiting = listed.iter().filter_map(|&id| of(id).map(|interpreter| (id, usize::from(interpreter.pending_len))));
    Observation {
        told,
        payloads: std::array::from_fn(|slot| fate(&world.capsules[slot])),
        running: running.collect(),
        waiting: waiting.filter(|(_, calls)| *calls > 0).collect(),
        listed,
    }
}

fn fate(capsule: &Capsule) -> Fate {
    let owner = capsule.owner;
    match capsule.data() {
        _ if !capsule.is_used() => Fate::Empty,
        Allocation::Never => Fate::Nothing,
        Allocation::Live => Fate::Live { owner },
        Allocation::Freed => Fate::Freed { owner },
    }
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} thread(s)", self.threads)
    }
}
