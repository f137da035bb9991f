//! The implementation's side: a real runtime, and one real thread for each thread of the model.
//!
//! A thread is in an interpreter as long as a guard lives on its stack, so each model thread is a thread that takes its
//! calls from a channel, one at a time. The player performs and observes; it does not know what is expected, nor does
//! it know the model's world.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crossinterp::simple::{Entry, Ledger, Simple, Totals, Value};
use crossinterp::{Capsule, InterpreterId, Memory, Namespace, Runtime};
use crossinterp_model::call::Call;
use crossinterp_model::world::CAPSULES_MAX;

use crate::moves::Move;
use crate::observation::{Fate, Observation, Told};
use crate::worker;

/// A capsule under the number by which a script knows it.
pub struct Slot {
    /// The client's handle, until it gives it up.
    pub capsule: Option<Capsule<Simple>>,
    /// What was put in, and has to come out.
    pub value: Value,
    pub owner: InterpreterId,
    /// The line of the payload in the ledger, if there is a payload.
    pub entry: Option<usize>,
    /// Whether a namespace holds the capsule.
    pub in_namespace: bool,
}

/// A dict in one interpreter, and what was made of it.
#[derive(Default)]
pub struct Dict {
    /// Which of its names are there.
    pub names: [bool; 2],
    /// Whether a namespace was made of it, which happens once.
    pub made: bool,
    pub namespace: Option<Namespace<Simple>>,
}

/// What the threads share.
pub struct Shared {
    pub runtime: Runtime<Simple>,
    pub ledger: Ledger,
    pub memory: Memory,
    pub dict: Mutex<Dict>,
    pub slots: Mutex<[Option<Slot>; CAPSULES_MAX]>,
    /// The interpreters for which a guard exists.
    pub inside: Mutex<BTreeSet<InterpreterId>>,
    /// Calls accepted, less those made, by interpreter. A call made in the wrong place shows as less than none.
    pub waiting: Arc<Mutex<BTreeMap<InterpreterId, isize>>>,
}

/// A process of the implementation.
pub struct Player {
    shared: Arc<Shared>,
    threads: Vec<Thread>,
}

struct Thread {
    calls: Sender<Call>,
    answers: Receiver<Told>,
    handle: JoinHandle<()>,
}

impl Player {
    /// Each thread in a home of its own, and nothing else.
    pub fn new(threads: u8, pending_capacity: usize) -> Player {
        let memory = Memory::counted();
        let host = Simple::new().with_memory(memory.clone());
        let ledger = host.ledger();
        let runtime = Runtime::builder(host).pending_capacity(pending_capacity).build();
        let shared = Arc::new(Shared {
            runtime,
            ledger,
            memory,
            dict: Mutex::new(Dict { names: [true; 2], ..Dict::default() }),
            slots: Mutex::default(),
            inside: Mutex::default(),
            waiting: Arc::default(),
        });
        let threads = (0..threads).map(|_| Thread::born(&shared)).collect();
        Player { shared, threads }
    }

    /// Makes the call, and looks at what there is to see.
    pub fn play(&mut self, next: &Move) -> Observation {
        self.recycle();
        let thread = &self.threads[usize::from(next.thread)];
        let taken = thread.calls.send(next.call).is_ok();
        let told = thread.answers.recv().ok().filter(|_| taken);
        self.look(told.unwrap_or(Told::Panicked))
    }

    /// The slots of capsules that are gone can be used again.
    fn recycle(&self) {
        let entries = self.shared.ledger.entries();
        for place in lock(&self.shared.slots).iter_mut() {
            let is_held = |slot: &Slot| slot.capsule.is_some() || slot.in_namespace;
            let is_live = |slot: &Slot| matches!(fate(slot, &entries), Fate::Live { .. });
            let gone = place.as_ref().is_some_and(|slot| !is_held(slot) && !is_live(slot));
            *place = place.take().filter(|_| !gone);
        }
    }

    pub fn look(&self, told: Told) -> Observation {
        let entries = self.shared.ledger.entries();
        let slots = lock(&self.shared.slots);
        let waiting = lock(&self.shared.waiting);
        let waiting = waiting.iter().filter(|(_, calls)| **calls != 0);
        Observation {
            told,
            payloads: std::array::from_fn(|slot| slots[slot].as_ref().map_or(Fate::Empty, |slot| fate(slot, &entries))),
            listed: self.shared.runtime.list().into_iter().map(small).collect(),
            running: lock(&self.shared.inside).iter().copied().map(small).collect(),
            waiting: waiting.map(|(id, calls)| (small(*id), usize::try_from(*calls).unwrap_or(usize::MAX))).collect(),
        }
    }

    /// All threads leave, all interpreters end, and the books are closed while the client still holds its capsules.
    pub fn close(self) -> Totals {
        for Thread { calls, handle, .. } in self.threads {
            drop(calls);
            // Its panic has been told when it happened.
            let _ = handle.join();
        }
        assert!(self.shared.runtime.shutdown().is_ok(), "all threads have left");
        self.shared.ledger.totals()
    }
}

impl Thread {
    /// Born in a new interpreter, and in it from the start.
    fn born(shared: &Arc<Shared>) -> Thread {
        let home = shared.runtime.create().expect("ids are left");
        let (calls, orders) = channel();
        let (replies, answers) = channel();
        let shared = Arc::clone(shared);
        let handle = std::thread::spawn(move || worker::live(&shared, &home, &orders, &replies));
        assert_eq!(answers.recv().ok(), Some(Told::Nothing), "the thread says that it is in");
        Thread { calls, answers, handle }
    }
}

fn fate(slot: &Slot, entries: &[Entry]) -> Fate {
    let owner = small(slot.owner);
    let Some(entry) = slot.entry.map(|entry| &entries[entry]) else { return Fate::Nothing };
    match entry.freed_in.as_slice() {
        _ if entry.reads_after_free > 0 || entry.created_in != slot.owner => Fate::Misused { owner },
        [] => Fate::Live { owner },
        [freed_in] if *freed_in == slot.owner => Fate::Freed { owner },
        _ => Fate::Misused { owner },
    }
}

/// An id as the model writes it.
pub fn small(id: InterpreterId) -> u8 {
    u8::try_from(id.get()).expect("a script has few interpreters")
}

/// A thread that panicked is reported as such; what it left behind can still be looked at.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
