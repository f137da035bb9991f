//! The process in which an operation is played: three interpreters, one ledger, and what is held until it is given up.
//!
//! It knows how things are made and given up again, not in which order an operation does so.

use crossinterp_objects::Type;

use super::told::Word;
use crate::convert::{
    Allocator, Arrival, BlockId, Builtins, Conversion, Converter, Plan, Registry, Setup, Style, XiRef,
};
use crate::defect::DefectSet;
use crate::edition::Edition;
use crate::error::Following;
use crate::runtime::{Part, Process, Step, steps};

/// Where the caller is.
pub(super) const HOME: i64 = 1;
/// Another interpreter.
pub(super) const ABROAD: i64 = 2;
/// A third.
pub(super) const THIRD: i64 = 3;

/// A type whose objects the converter that it is registered with cannot take.
const ODD: &str = "Odd";

/// The types of every process, and one more.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Types;

impl Registry for Types {
    fn converter_of(&mut self, exact: &Type) -> Option<Converter> {
        if exact.name() == ODD { Some(Converter::Int) } else { Builtins.converter_of(exact) }
    }
}

/// A process.
pub(super) struct Scene<'r> {
    pub(super) conversion: Conversion<'r>,
    pub(super) following: Following,
    process: Process,
    /// What there was before the first of the three.
    before: Vec<(i64, Part)>,
    alive: Vec<i64>,
    /// The interpreters in which main runs.
    pub(super) running: Vec<i64>,
    /// Names bound in main namespaces.
    bound: Vec<Binding>,
    /// Registered types, with the blocks of each.
    entries: Vec<Entry>,
    /// Capsules on their way, with their owners.
    capsules: Vec<(i64, XiRef)>,
    /// Blocks of interpreters that were made under the plan.
    made: Vec<(i64, Vec<BlockId>)>,
}

struct Binding {
    interpreter: i64,
    name: &'static str,
    arrival: Arrival,
}

struct Entry {
    class: Type,
    converter: u8,
    count: usize,
    blocks: Vec<BlockId>,
}

impl<'r> Scene<'r> {
    /// Three interpreters in which nothing was done yet, in the safe reading with some defects in it.
    pub(super) fn new(types: &'r mut Types, defects: DefectSet) -> Self {
        let setup = Setup { style: Style::of(Edition::Repaired), defects };
        let mut process = Process::started(crate::runtime::Setup { edition: Edition::Repaired, defects });
        let before = process.held().to_vec();
        let alive = (0..3).map(|_| process.create(None).expect("no step fails")).collect();
        assert_eq!(process.listed(), [0, HOME, ABROAD, THIRD], "ids are given out in order");
        Scene {
            conversion: Conversion::new(setup, types, HOME),
            following: Following::with(Edition::Repaired, defects),
            process,
            before,
            alive,
            running: Vec::new(),
            bound: Vec::new(),
            entries: Vec::new(),
            capsules: Vec::new(),
            made: Vec::new(),
        }
    }

    /// From now on memory runs out as the plan says.
    pub(super) fn arm(&mut self, plan: Plan) {
        self.conversion.ledger_mut().begin(plan);
    }

    /// A block of raw memory, by what it is for.
    pub(super) fn allocate(&mut self, what: &'static str) -> Result<BlockId, Word> {
        let here = self.conversion.here();
        self.conversion.ledger_mut().allocate(what, Allocator::Raw, here).ok_or(Word::NoMemory)
    }

    pub(super) fn free(&mut self, block: BlockId) {
        let here = self.conversion.here();
        self.conversion.ledger_mut().free(block, here);
    }

    /// A capsule goes back to its owner, and what it stands for is given up there.
    pub(super) fn release(&mut self, owner: i64, xi: XiRef) {
        let here = self.conversion.here();
        self.conversion.move_to(owner);
        self.conversion.release(xi);
        self.conversion.move_to(here);
        self.conversion.free_structure(xi);
    }

    /// A capsule is on its way until the end.
    pub(super) fn send(&mut self, owner: i64, xi: XiRef) {
        self.capsules.push((owner, xi));
    }

    /// What is bound under a name takes the place of what was.
    pub(super) fn bind(&mut self, interpreter: i64, name: &'static str, arrival: Arrival) {
        let replaced = self.bound.iter().position(|it| it.interpreter == interpreter && it.name == name);
        if let Some(index) = replaced {
            let Binding { arrival, .. } = self.bound.remove(index);
            self.conversion.drop_arrival(arrival);
        }
        self.bound.push(Binding { interpreter, name, arrival });
    }

    /// How many names are bound in an interpreter.
    pub(super) fn bound(&self, interpreter: i64) -> usize {
        self.bound.iter().filter(|it| it.interpreter == interpreter).count()
    }

    /// Rules `registry.register.first`, `.again`, `.conflict` and `.no-memory`: an entry, and for a heap type a weak
    /// reference. `_xidregistry_add_type` in `crossinterp.c`.
    pub(super) fn register(&mut self, class: &Type, converter: u8) -> Word {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.class == *class) {
            if entry.converter != converter {
                return Word::Conflict;
            }
            entry.count += 1;
            return Word::Done;
        }
        let Ok(entry) = self.allocate("an entry of the registry") else { return Word::NoMemory };
        let mut blocks = vec![entry];
        if class.is_heap() {
            match self.allocate("a weak reference") {
                Ok(reference) => blocks.push(reference),
                Err(word) => {
                    self.free(entry);
                    return word;
                }
            }
        }
        self.entries.push(Entry { class: class.clone(), converter, count: 1, blocks });
        Word::Done
    }

    /// Rules `registry.unregister.counted`, `.last` and `.missing`.
    pub(super) fn unregister(&mut self, class: &Type) -> Word {
        let Some(index) = self.entries.iter().position(|entry| entry.class == *class) else {
            return Word::NotRegistered;
        };
        self.entries[index].count -= 1;
        if self.entries[index].count == 0 {
            let Entry { blocks, .. } = self.entries.remove(index);
            blocks.into_iter().for_each(|block| self.free(block));
        }
        Word::Done
    }

    /// Rules `registry.lookup.exact` and `registry.lookup.missing`.
    pub(super) fn look_up(&self, class: &Type) -> Word {
        if self.entries.iter().any(|entry| entry.class == *class) { Word::Done } else { Word::NotRegistered }
    }

    /// Every step that makes something asks for memory first. Rules `runtime.new-interpreter` and
    /// `runtime.new-interpreter.failure`.
    pub(super) fn create(&mut self) -> Word {
        let setup = crate::runtime::Setup::from(Edition::Repaired);
        let asking = steps(setup, false).into_iter().filter_map(|step| Some((step, block_of(step)?)));
        let mut blocks = Vec::new();
        let refused = asking.into_iter().find(|(_, what)| self.allocate(what).map(|block| blocks.push(block)).is_err());
        let made = self.process.create(refused.map(|(step, _)| step));
        match made {
            Ok(id) => {
                self.alive.push(id);
                self.made.push((id, blocks));
                Word::Done
            }
            Err(crate::runtime::Failure::Raised(_)) => {
                blocks.into_iter().for_each(|block| self.free(block));
                Word::NoMemory
            }
            Err(_) => Word::Nothing,
        }
    }

    /// Ends an interpreter, if it is there: what it lent out is taken back, what is bound in it goes, and so does its registry.
    /// Rules `interpreter.end.reclaim` and `registry.end.interpreter`.
    pub(super) fn end(&mut self, id: i64) -> Word {
        let here = self.conversion.here();
        self.conversion.move_to(id);
        for (_, xi) in self.capsules.clone().into_iter().filter(|(owner, _)| *owner == id) {
            self.conversion.release(xi);
        }
        let (gone, kept) = std::mem::take(&mut self.bound).into_iter().partition(|it| it.interpreter == id);
        self.bound = kept;
        Vec::from_iter::<Vec<Binding>>(gone).into_iter().for_each(|it| self.conversion.drop_arrival(it.arrival));
        if id == HOME {
            let entries = std::mem::take(&mut self.entries);
            entries.into_iter().flat_map(|entry| entry.blocks).for_each(|block| self.free(block));
        }
        let made = std::mem::take(&mut self.made);
        let (gone, kept) = made.into_iter().partition::<Vec<_>, _>(|(made, _)| *made == id);
        self.made = kept;
        gone.into_iter().flat_map(|(_, blocks)| blocks).for_each(|block| self.free(block));
        self.conversion.move_to(here);
        self.alive.retain(|alive| *alive != id);
        self.process.end(id, None, &mut Vec::new()).map_or(Word::Nothing, |()| Word::Done)
    }

    /// Everything is given up and every interpreter ended, with no more memory than there was.
    pub(super) fn rest(&mut self) {
        for (owner, xi) in std::mem::take(&mut self.capsules) {
            self.release(owner, xi);
        }
        for id in self.alive.clone().into_iter().rev() {
            let ended = self.end(id);
            debug_assert!(ended == Word::Done, "an interpreter in which nobody is can end");
        }
    }

    /// What nobody gave up.
    pub(super) fn left(&self) -> Vec<String> {
        let parts = self.process.held().iter().filter(|held| !self.before.contains(held));
        let parts = parts.map(|(id, part)| format!("{} of {id}", part.name()));
        self.conversion.ledger().left().into_iter().chain(parts).collect()
    }
}

/// What a step of making an interpreter asks memory for, if it does.
const fn block_of(step: Step) -> Option<&'static str> {
    match step {
        Step::Structure => Some("an interpreter"),
        Step::Config => Some("its configuration"),
        Step::Allocator => Some("its allocator"),
        Step::ThreadState => Some("its first thread state"),
        Step::ErrorType => Some("the type InterpreterError"),
        Step::NotFoundType => Some("the type InterpreterNotFoundError"),
        Step::RefusalType => Some("the type NotShareableError"),
        Step::Id | Step::Link | Step::Fields | Step::Settings | Step::GlobalRegistry | Step::LocalRegistry => None,
    }
}
