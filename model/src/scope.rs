//! Scopes: what a search explores.
//!
//! A scope bounds the process (interpreters, threads, capsules, queue) and says what its client does: anything at all
//! within those bounds, or a script per thread. Every bound is a number in the scope, so that a report can say it.

use crate::call::{Call, CallKind, CallSet, Keeps, Raises, Updates};
use crate::convert::Failures;
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::fix::{Fix, FixSet};
use crate::patch::Patch;
use crate::witness::WitnessSet;
use crate::world::{
    CAPSULES_MAX, Capsule, ENTRIES_MAX, Entry, GLOBAL, INTERPRETERS_MAX, ITEMS_MAX, Interpreter, NONE, Namespace,
    Payload, Phase, QUEUE_MAX, SESSIONS_MAX, THREADS_MAX, TYPES_MAX, Type, World,
};

/// What the client of the layer does.
#[derive(Clone, Copy, Debug)]
pub enum Client {
    /// Any thread makes any call whose arguments exist, but gives a capsule up once, and only when nobody uses it:
    /// the contract that the C code leaves to its callers.
    Disciplined(CallSet),
    /// The same without the contract: capsules are read and released by anyone at any time, more than once.
    Careless(CallSet),
    /// Each thread makes exactly these calls, in this order.
    Script(&'static [&'static [Call]]),
}

/// A capsule that exists when the search begins.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// The id of its owner.
    pub owner: u8,
    /// Its payload.
    pub payload: Payload,
}

/// What kind of type a scope has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// Static, and registered by the runtime when it starts.
    Builtin,
    /// Static, and not registered at the start.
    Static,
    /// A heap type of the interpreter with that id.
    Heap(u8),
}

/// The bounds of a search.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    /// Interpreters that exist at the start, with ids from 0.
    pub interpreters: u8,
    /// The interpreter in which each thread is born.
    pub homes: &'static [u8],
    /// Capsules that exist at the start.
    pub given: &'static [Given],
    /// Capsules that may exist in all.
    pub capsules: u8,
    /// Kinds of payload that a conversion may make.
    pub payloads: &'static [Payload],
    /// Ids that may be given out in all.
    pub ids: u8,
    /// Calls that each thread may make; leaving and finishing are free.
    pub calls_each: u8,
    /// Calls that a pending queue holds.
    pub queue_capacity: u8,
    /// Calls that one pass over the queue runs.
    pub pass_limit: u8,
    /// Types that registries may know.
    pub types: &'static [TypeKind],
    /// The interpreter with a dict that a namespace can be made of.
    pub namespace: Option<u8>,
    /// Sessions that a thread may be in at one time, one within another; with none, entering remembers nothing of itself.
    pub sessions: u8,
    /// Whether each enter asks for `__main__`, and not only one that brings values.
    pub fetches_main: bool,
    /// What sessions are entered with.
    pub updates: &'static [Updates],
    /// How bodies fail.
    pub raises: &'static [Raises],
    /// What bodies preserve. Each thread then has a capsule of its own for it, behind those of the scope.
    pub keeps: &'static [Keeps],
    /// Whether code of an interpreter still runs after the layer was finalized there.
    pub late: bool,
    /// Whether interpreters have a GIL; without one the threads of one interpreter interleave freely.
    pub gil: bool,
    /// Whether threads remember what they were told: for the sets of outcomes of litmus scenarios.
    pub record: bool,
    /// Whether faults strike: memory runs out, an interpreter cannot be made, a thread dies.
    pub faults: bool,
    /// What the client does.
    pub client: Client,
    /// What a search must have met.
    pub expects: WitnessSet,
}

impl Scope {
    /// The least of everything; scopes are written as differences from it.
    pub const BASE: Scope = Scope {
        name: "",
        about: "",
        interpreters: 2,
        homes: &[0, 1],
        given: &[],
        capsules: 0,
        payloads: &[],
        ids: 2,
        calls_each: 2,
        queue_capacity: 1,
        pass_limit: 2,
        types: &[],
        namespace: None,
        sessions: 0,
        fetches_main: false,
        updates: &[],
        raises: &[],
        keeps: &[],
        late: false,
        gil: true,
        record: false,
        faults: true,
        client: Client::Disciplined(CallSet::of(&[])),
        expects: WitnessSet::of(&[]),
    };

    /// The kinds of calls that occur.
    pub fn allows(&self, kind: CallKind) -> bool {
        if !self.faults && kind.is_fault() {
            return false;
        }
        match self.client {
            Client::Disciplined(calls) | Client::Careless(calls) => calls.contains(kind),
            Client::Script(scripts) => scripts.iter().flat_map(|script| script.iter()).any(|call| call.kind() == kind),
        }
    }

    /// The world at the start: interpreters ready, threads at home, the first thread of each running main there.
    ///
    /// # Panics
    ///
    /// If the scope asks for more than a [`World`] holds: a mistake in the scope, met on the first state.
    pub fn initial(&self) -> World {
        self.assert_fits();
        let mut world = World::EMPTY;
        for id in 0..self.interpreters {
            let mut interpreter = Interpreter::created(id);
            interpreter.set_phase(Phase::Ready);
            *world.interpreter_mut(id) = interpreter;
        }
        world.next_id = self.interpreters;
        for (thread, &home) in self.homes.iter().enumerate() {
            world.add_thread(thread, home);
            let interpreter = world.interpreter_mut(home);
            interpreter.thread_states += 1;
            if interpreter.running == NONE {
                interpreter.running = thread as u8;
            }
        }
        for (slot, given) in self.given.iter().enumerate() {
            world.capsules[slot] = Capsule::converted(given.payload, given.owner);
        }
        self.add_types(&mut world);
        if let Some(source) = self.namespace {
            world.widen();
            world.namespace = Namespace::of_dict(source);
        }
        if self.sessions > 0 {
            world.widen();
        }
        world
    }

    /// Rule `registry.builtins`: what the runtime registers is there before anything runs.
    fn add_types(&self, world: &mut World) {
        for (class, &kind) in self.types.iter().enumerate() {
            world.widen();
            let home = if let TypeKind::Heap(home) = kind { home } else { NONE };
            world.types[class] = Type::alive(home, kind == TypeKind::Builtin);
            if kind == TypeKind::Builtin {
                world.types[class].balance = 1;
                world.entries[class] = Entry::new(class as u8, 0, NONE);
                world.registry_mut(GLOBAL).head = class as u8;
            }
        }
    }

    /// The capsule in which a thread's preserved values cross.
    pub(crate) fn preserved_capsule(&self, thread: u8) -> u8 {
        self.capsules + thread
    }

    fn scripted_registrations(&self) -> usize {
        let Client::Script(scripts) = self.client else { return 0 };
        let calls = scripts.iter().flat_map(|script| script.iter());
        calls.filter(|call| call.kind() == CallKind::Register).count()
    }

    fn assert_fits(&self) {
        assert!(usize::from(self.ids) <= 16, "ids of a scope stay below 16: one trace must be readable");
        assert!(usize::from(self.interpreters) <= INTERPRETERS_MAX && self.interpreters <= self.ids);
        assert!(self.homes.len() <= THREADS_MAX && usize::from(self.capsules) <= CAPSULES_MAX);
        assert!(self.given.len() <= usize::from(self.capsules) && usize::from(self.queue_capacity) < QUEUE_MAX);
        assert!(self.homes.iter().all(|&home| home < self.interpreters), "threads are born in interpreters that exist");
        let builtins = self.types.iter().filter(|&&kind| kind == TypeKind::Builtin).count();
        assert!(self.types.len() <= TYPES_MAX && builtins <= 1, "one builtin stands for all seven");
        assert!(
            builtins + self.scripted_registrations() <= ENTRIES_MAX,
            "each registration of a script finds an entry"
        );
        let preserved = if self.allows(CallKind::Preserve) { self.homes.len() } else { 0 };
        assert!(
            usize::from(self.capsules) + preserved <= CAPSULES_MAX,
            "each thread has a capsule for what it preserves"
        );
        assert!(usize::from(self.sessions) <= SESSIONS_MAX, "sessions nest only so deep");
        assert!(self.namespace.is_none() || usize::from(self.capsules) >= ITEMS_MAX, "each item needs a capsule");
    }
}

/// A scope and the defects that are on: all that a step needs to know besides the world.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The bounds.
    pub scope: Scope,
    /// What follows the C code rather than the safe reading.
    pub defects: DefectSet,
    /// What a conversion leaves that finds no memory.
    pub failures: Failures,
    /// What was changed in the C code.
    pub fixes: FixSet,
    /// What else somebody would change in it.
    pub patch: Option<&'static dyn Patch>,
}

impl Setup {
    /// The scope as the edition has it.
    pub fn new(scope: Scope, edition: Edition) -> Setup {
        Setup::with(scope, edition.defects())
    }

    /// The scope with those defects in it.
    pub fn with(scope: Scope, defects: DefectSet) -> Setup {
        Setup { scope, defects, failures: Failures::under(defects), fixes: FixSet::NONE, patch: None }
    }

    /// The same with one defect less.
    #[must_use]
    pub fn without(self, defect: Defect) -> Setup {
        self.switched(self.defects.without(defect))
    }

    /// The same with exactly these defects.
    #[must_use]
    pub fn switched(self, defects: DefectSet) -> Setup {
        Setup { defects, failures: Failures::under(defects), ..self }
    }

    /// The same with these changes made to the code.
    #[must_use]
    pub fn fixed(self, fixes: FixSet) -> Setup {
        let defects = fixes.iter().fold(self.defects, |on, fix| on.minus(fix.removes()));
        Setup { fixes, ..self.switched(defects) }
    }

    /// The same with somebody's own change made to the code.
    #[must_use]
    pub fn patched(self, patch: &'static dyn Patch) -> Setup {
        let fixes = patch.fixes().iter().fold(self.fixes, FixSet::with);
        let setup = self.fixed(fixes);
        Setup { patch: Some(patch), ..setup.switched(patch.defects(setup.defects)) }
    }

    /// Whether the change was made.
    pub fn is_fixed(&self, fix: Fix) -> bool {
        self.fixes.contains(fix)
    }

    /// Whether the defect is on.
    pub fn has(&self, defect: Defect) -> bool {
        self.defects.contains(defect)
    }
}
