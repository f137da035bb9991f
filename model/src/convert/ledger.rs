//! What a conversion has taken: blocks of memory, references to objects, exports of buffers, each by its number.
//!
//! Every allocation of a phase has an index, and a plan says which ones fail. The ledger writes down; what must be left
//! of it is for a sweep to say. It knows nothing of values and types.

use std::fmt;

/// Which allocator a block came from, and so where it may be freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocator {
    /// The raw one: any interpreter may free the block.
    Raw,
    /// That of the current interpreter: only there can the block be freed.
    Interpreter,
}

/// The number of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockId(usize);

/// The number of a reference to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceId(usize);

/// The number of an export of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportId(usize);

/// Which allocations of a phase fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plan {
    /// None.
    #[default]
    Never,
    /// The one of this index.
    At(u32),
    /// The one of this index and all that follow.
    From(u32),
}

impl Plan {
    fn fails(self, index: u32) -> bool {
        match self {
            Plan::Never => false,
            Plan::At(at) => index == at,
            Plan::From(from) => index >= from,
        }
    }
}

/// Something that must never be done with what is in a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// A block was freed that had been freed.
    FreedTwice,
    /// A block was freed in an interpreter whose allocator it did not come from.
    FreedElsewhere,
    /// A reference was dropped that was not held any more.
    DroppedTwice,
    /// An export was given back that had been given back: the exporter loses a reference it never gave.
    GivenBackTwice,
    /// Memory was read that was not there any more.
    ReadAfterFree,
    /// More levels were begun than the stack holds.
    StackOverflow,
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Misuse::FreedTwice => "a block is freed twice",
            Misuse::FreedElsewhere => "a block is freed in an interpreter whose allocator it did not come from",
            Misuse::DroppedTwice => "a reference is dropped twice",
            Misuse::GivenBackTwice => "an export is given back twice",
            Misuse::ReadAfterFree => "memory is read after it was freed",
            Misuse::StackOverflow => "the stack is too small",
        })
    }
}

/// What is allocated, referenced and exported, and what was done wrong on the way.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    blocks: Vec<Block>,
    references: Vec<Held>,
    exports: Vec<Held>,
    misuses: Vec<Misuse>,
    plan: Plan,
    asked: u32,
    /// What is always granted and not counted: see [`Ledger::overlook`].
    overlooked: &'static [&'static str],
    /// What this phase has asked for, granted or not.
    points: Vec<&'static str>,
}

#[derive(Clone, Debug)]
struct Block {
    what: &'static str,
    allocator: Allocator,
    owner: i64,
    live: bool,
}

#[derive(Clone, Debug)]
struct Held {
    what: String,
    held: bool,
}

impl Ledger {
    /// Begins a phase: its allocations are counted from zero, and fail as the plan says.
    pub fn begin(&mut self, plan: Plan) {
        self.plan = plan;
        self.asked = 0;
        self.points.clear();
    }

    /// From now on blocks of these names are granted whatever the plan says, and not counted: an implementation that does
    /// without them asks for the others in the same order, under the same indices.
    pub fn overlook(&mut self, names: &'static [&'static str]) {
        self.overlooked = names;
    }

    /// What this phase has asked for, by name, in order: the points at which memory can run out.
    pub fn points(&self) -> &[&'static str] {
        &self.points
    }

    /// How many allocations this phase has asked for.
    pub fn asked(&self) -> u32 {
        self.asked
    }

    /// Asks for memory in an interpreter.
    pub fn allocate(&mut self, what: &'static str, allocator: Allocator, owner: i64) -> Option<BlockId> {
        if self.is_refused(what) {
            return None;
        }
        self.blocks.push(Block { what, allocator, owner, live: true });
        Some(BlockId(self.blocks.len() - 1))
    }

    fn is_refused(&mut self, what: &'static str) -> bool {
        if self.overlooked.contains(&what) {
            return false;
        }
        let index = self.asked;
        self.asked += 1;
        self.points.push(what);
        self.plan.fails(index)
    }

    /// Frees a block in an interpreter.
    pub fn free(&mut self, block: BlockId, context: i64) {
        let block = &mut self.blocks[block.0];
        if block.allocator == Allocator::Interpreter && block.owner != context {
            self.misuses.push(Misuse::FreedElsewhere);
        }
        if !std::mem::take(&mut block.live) {
            self.misuses.push(Misuse::FreedTwice);
        }
    }

    /// Takes a reference to an object.
    pub fn hold(&mut self, what: &str) -> ReferenceId {
        self.references.push(Held { what: what.to_owned(), held: true });
        ReferenceId(self.references.len() - 1)
    }

    /// Drops a reference.
    pub fn let_go(&mut self, reference: ReferenceId) {
        if !std::mem::take(&mut self.references[reference.0].held) {
            self.misuses.push(Misuse::DroppedTwice);
        }
    }

    /// Takes an export of a buffer.
    pub fn export(&mut self, what: &str) -> ExportId {
        self.exports.push(Held { what: what.to_owned(), held: true });
        ExportId(self.exports.len() - 1)
    }

    /// Gives an export back.
    pub fn give_back(&mut self, export: ExportId) {
        if !std::mem::take(&mut self.exports[export.0].held) {
            self.misuses.push(Misuse::GivenBackTwice);
        }
    }

    /// Memory is about to be read: the block must be there, and the object that it points into.
    pub fn read(&mut self, block: BlockId, object: Option<ReferenceId>) {
        let object_is_there = object.is_none_or(|object| self.references[object.0].held);
        if !self.blocks[block.0].live || !object_is_there {
            self.misuses.push(Misuse::ReadAfterFree);
        }
    }

    /// An object is about to be used that somebody must hold.
    pub fn read_object(&mut self, holders: &[ReferenceId]) {
        if !holders.iter().any(|holder| self.references[holder.0].held) {
            self.misuses.push(Misuse::ReadAfterFree);
        }
    }

    /// A level more of a stack that holds so many.
    pub fn nest(&mut self, levels: usize, levels_max: usize) {
        if levels > levels_max && !self.misuses.contains(&Misuse::StackOverflow) {
            self.misuses.push(Misuse::StackOverflow);
        }
    }

    /// Whether a reference is held.
    pub fn is_held(&self, reference: ReferenceId) -> bool {
        self.references[reference.0].held
    }

    /// An export is about to be used.
    pub fn read_export(&mut self, export: ExportId) {
        if !self.exports[export.0].held {
            self.misuses.push(Misuse::ReadAfterFree);
        }
    }

    /// Blocks that are allocated.
    pub fn blocks(&self) -> u32 {
        count(self.blocks.iter().map(|block| block.live))
    }

    /// References that are held.
    pub fn references(&self) -> u32 {
        count(self.references.iter().map(|reference| reference.held))
    }

    /// Exports that were not given back.
    pub fn exports(&self) -> u32 {
        count(self.exports.iter().map(|export| export.held))
    }

    /// What was done that must never be.
    pub fn misuses(&self) -> &[Misuse] {
        &self.misuses
    }

    /// Names of everything that is allocated, held or exported.
    pub fn left(&self) -> Vec<String> {
        let blocks = self.blocks.iter().filter(|block| block.live).map(|block| block.what.to_owned());
        let references = self.references.iter().filter(|held| held.held);
        let exports = self.exports.iter().filter(|held| held.held);
        blocks
            .chain(references.map(|held| format!("a reference to a {}", held.what)))
            .chain(exports.map(|held| format!("an export of a {}", held.what)))
            .collect()
    }
}

fn count(flags: impl Iterator<Item = bool>) -> u32 {
    u32::try_from(flags.filter(|flag| *flag).count()).expect("fewer than the allocations asked for")
}
