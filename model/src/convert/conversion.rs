//! One conversion at a time: the memory it happens in, and what is done to a structure as such.
//!
//! How a structure is filled is in `get`; the way back is in `arrive`. The parts are cut as the C functions are, and
//! each names the one it follows.

use crossinterp_objects::Value;

use super::data::{Data, Free, NewObject, XiData, XiRef};
use super::failure::Failure;
use super::ledger::{Allocator, BlockId, Ledger, ReferenceId};
use super::registry::Registry;
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::module::like_3_14;
use crate::rule::{Rule, RuleSet};

/// How the text that is followed differs where neither way is a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Since 3.14 a converter's failure becomes the cause of "not shareable", which quotes the object by its `repr()`.
    pub wraps: bool,
    /// How deep tuples may be nested: the stack of 3.13, as a program's outermost code finds it.
    pub depth_max: usize,
    /// How many levels the stack of whoever receives them holds, if it is a small one.
    pub reader_depth_max: Option<usize>,
    /// Whether the depth is what a stack of unknown size makes it: what is beyond `depth_max` is then not known.
    pub measures_stack: bool,
}

/// Levels of tuples that 3.13.0 converts from the outermost code of a program.
const DEPTH_MAX_3_13: usize = 9998;
/// Levels that 3.14.10 is known to convert on the usual stack of 8 MiB. What it measures is that stack.
const DEPTH_MAX_3_14: usize = 40_000;
/// Levels of the safe reading: few enough for arrival and release on the smallest stack in use.
const DEPTH_MAX_REPAIRED: usize = 128;

impl Style {
    /// The style of an edition.
    pub fn of(edition: Edition) -> Style {
        let depth_max = match edition {
            Edition::Dev313 | Edition::V313 => DEPTH_MAX_3_13,
            Edition::V314 => DEPTH_MAX_3_14,
            Edition::Repaired => DEPTH_MAX_REPAIRED,
        };
        let measures_stack = edition == Edition::V314;
        Style { wraps: like_3_14(edition), depth_max, reader_depth_max: None, measures_stack }
    }
}

/// Which text is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Its surface.
    pub style: Style,
    /// Its defects.
    pub defects: DefectSet,
}

impl From<Edition> for Setup {
    fn from(edition: Edition) -> Self {
        Setup { style: Style::of(edition), defects: edition.defects() }
    }
}

/// The memory in which conversions happen, and what they exercised.
pub struct Conversion<'r> {
    pub(super) setup: Setup,
    pub(super) registry: &'r mut dyn Registry,
    /// The current interpreter.
    pub(super) here: i64,
    pub(super) ledger: Ledger,
    structures: Vec<XiData>,
    rules: RuleSet,
    steps: Vec<String>,
    /// Whether an object that the registry has no way for is given to the fallback.
    fallback: bool,
    /// Whether steps are written down: they are for reading, and cost more than the conversion.
    tracing: bool,
    /// The only reference that the caller has to what it converts, if that can be taken away meanwhile.
    lent: Option<ReferenceId>,
    /// The structure of the value itself, not of an item of it.
    outermost: Option<XiRef>,
}

impl<'r> Conversion<'r> {
    /// Nothing converted yet, in an interpreter.
    pub fn new(setup: impl Into<Setup>, registry: &'r mut dyn Registry, here: i64) -> Self {
        Conversion {
            setup: setup.into(),
            registry,
            here,
            ledger: Ledger::default(),
            structures: Vec::new(),
            rules: RuleSet::default(),
            steps: Vec::new(),
            fallback: false,
            tracing: false,
            lent: None,
            outermost: None,
        }
    }

    /// From now on the caller holds the object that it converts by one reference, which the object's own code can find.
    pub(super) fn lend(&mut self, object: &Value) {
        self.lent = Some(self.hold(object));
    }

    /// The caller's reference goes, if it is there: it is done with the object, or somebody took the object away.
    pub(super) fn take_lent(&mut self) -> bool {
        let Some(lent) = self.lent.filter(|&lent| self.ledger.is_held(lent)) else { return false };
        self.ledger.let_go(lent);
        true
    }

    /// An object is about to be named; of the outermost one it is known who holds it.
    pub(super) fn read_named(&mut self, held: ReferenceId, into: XiRef) {
        if let Some(lent) = self.lent.filter(|_| self.outermost == Some(into)) {
            self.ledger.read_object(&[held, lent]);
        }
    }

    /// From now on, 3.14's full fallback for an object and for every item in it, or none.
    pub fn fall_back_if(&mut self, fallback: bool) -> &mut Self {
        self.fallback = fallback;
        self
    }

    pub(super) fn falls_back(&self) -> bool {
        self.fallback
    }

    /// From now on another interpreter is the current one.
    pub fn move_to(&mut self, interpreter: i64) {
        self.here = interpreter;
    }

    /// The interpreter that is current.
    pub fn here(&self) -> i64 {
        self.here
    }

    /// The same, writing its steps down.
    #[must_use]
    pub fn tracing(mut self) -> Self {
        self.tracing = true;
        self
    }

    /// Everything that is allocated, referenced and exported.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The same, to say which allocations fail next.
    pub fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// What was exercised.
    pub fn rules(&self) -> RuleSet {
        self.rules
    }

    /// What happened, if it was written down.
    pub fn steps(&self) -> &[String] {
        &self.steps
    }

    /// A structure.
    pub fn data(&self, xi: XiRef) -> &XiData {
        &self.structures[xi.0]
    }

    pub(super) fn data_mut(&mut self, xi: XiRef) -> &mut XiData {
        &mut self.structures[xi.0]
    }

    pub(super) fn has(&self, defect: Defect) -> bool {
        self.setup.defects.contains(defect)
    }

    pub(super) fn rule(&mut self, rule: Rule) {
        self.rules.insert(rule);
    }

    pub(super) fn step(&mut self, what: impl FnOnce() -> String) {
        if self.tracing {
            self.steps.push(what());
        }
    }

    /// Asks for memory in the current interpreter.
    pub(super) fn allocate(&mut self, what: &'static str, allocator: Allocator) -> Option<BlockId> {
        let block = self.ledger.allocate(what, allocator, self.here);
        self.step(|| if block.is_some() { format!("allocate {what}") } else { format!("no memory for {what}") });
        block
    }

    pub(super) fn free_block(&mut self, block: BlockId) {
        self.ledger.free(block, self.here);
    }

    pub(super) fn hold(&mut self, object: &Value) -> ReferenceId {
        self.ledger.hold(object.type_of().name())
    }

    /// Makes a capsule of an object. Whatever fails, nothing stays: the caller frees the structure it made.
    pub fn convert(&mut self, object: &Value) -> Result<XiRef, Failure> {
        let xi = self.new_structure()?;
        self.outermost = Some(xi);
        match self.get_data(object, xi) {
            Ok(()) => Ok(xi),
            Err(failure) => {
                self.free_structure(xi);
                Err(failure)
            }
        }
    }

    /// Says whether a capsule could be made of an object, and why not.
    ///
    /// Rule `capsule.check`; `_PyObject_CheckCrossInterpreterData` in `crossinterp.c`. C asks the registry for the type
    /// and does not look at the value. The safe reading answers what a conversion would, with nothing left of it.
    pub fn check(&mut self, object: &Value) -> Result<(), Failure> {
        self.rule(Rule::CapsuleCheck);
        if !self.has(Defect::IsShareableShallow) {
            let xi = self.convert(object)?;
            self.clear(xi);
            self.free_structure(xi);
            return Ok(());
        }
        match self.look_up(object) {
            Some(_) => Ok(()),
            None => Err(self.lookup_failure(object)),
        }
    }

    /// Rule `capsule.new`; `_PyCrossInterpreterData_New` in `crossinterp.c`.
    pub(super) fn new_structure(&mut self) -> Result<XiRef, Failure> {
        let Some(structure) = self.allocate("a structure", Allocator::Raw) else { return Err(self.no_memory()) };
        self.structures.push(XiData::empty(structure));
        Ok(XiRef(self.structures.len() - 1))
    }

    /// `PyMem_RawFree` on a structure, whatever it holds.
    pub fn free_structure(&mut self, xi: XiRef) {
        let structure = self.data(xi).structure;
        self.step(|| "free the structure".to_owned());
        self.free_block(structure);
    }

    /// An allocation failed.
    /// Rule `convert.no-memory`.
    pub(super) fn no_memory(&mut self) -> Failure {
        self.rule(Rule::ConvertNoMemory);
        Failure::NoMemory
    }

    /// Rule `capsule.init`; `_PyCrossInterpreterData_Init` in `crossinterp.c`. It frees nothing that was there.
    pub(super) fn init(&mut self, into: XiRef, data: Data, obj: Option<&Value>, new_object: NewObject) {
        self.rule(Rule::CapsuleInit);
        let obj = obj.map(|object| self.hold(object));
        let (structure, owner) = (self.data(into).structure, self.here);
        *self.data_mut(into) = XiData { data, obj, owner, new_object: Some(new_object), free: None, structure };
    }

    /// The same with a block. C has taken its reference when the block cannot be had, and says neither.
    /// Rule `capsule.init.no-memory`; `_PyCrossInterpreterData_InitWithSize` in `crossinterp.c`.
    pub(super) fn init_with_size(
        &mut self,
        into: XiRef,
        what: &'static str,
        obj: Option<&Value>,
        new_object: NewObject,
    ) -> Result<BlockId, Failure> {
        self.init(into, Data::Null, obj, new_object);
        if let Some(block) = self.allocate(what, Allocator::Raw) {
            self.data_mut(into).free = Some(Free::Raw);
            return Ok(block);
        }
        self.rule(Rule::CapsuleInitNoMemory);
        if !self.has(Defect::InitWithSizeNoException) {
            self.clear(into);
            return Err(self.no_memory());
        }
        // Since 3.14 the caller's own error takes the place of the one that is missing.
        Err(Failure::NoException)
    }

    /// Gives up what a structure holds, in its owner.
    ///
    /// Rules `capsule.release.nothing`, `capsule.release.owner-current`; `_xidata_release` in `crossinterp.c`. Data
    /// without a function that frees it is forgotten.
    pub fn release(&mut self, xi: XiRef) {
        let (data, object, free) = self.data(xi).shape();
        if object || data && free {
            return self.clear(xi);
        }
        self.data_mut(xi).data = Data::Null;
    }

    /// The data first, then the object.
    /// Rules `capsule.clear.order`, `convert.tuple.free`; `_xidata_clear` and `_tuple_shared_free` in `crossinterp.c`.
    pub(super) fn clear(&mut self, xi: XiRef) {
        self.undo(vec![Undo::Clear(xi)]);
    }

    /// Does what is left to do, the last first.
    pub(super) fn undo(&mut self, mut left: Vec<Undo>) {
        while let Some(undo) = left.pop() {
            match undo {
                Undo::Clear(xi) => self.begin_clear(xi, &mut left),
                Undo::Release(xi) => match self.data(xi).shape() {
                    (data, object, free) if object || data && free => left.push(Undo::Clear(xi)),
                    _ => self.data_mut(xi).data = Data::Null,
                },
                Undo::FreeStructure(xi) => self.free_structure(xi),
                Undo::FreeBlock(block) => self.free_block(block),
                Undo::DropObject(object) => {
                    self.step(|| "drop the object".to_owned());
                    self.ledger.let_go(object);
                }
            }
        }
    }

    fn begin_clear(&mut self, xi: XiRef, left: &mut Vec<Undo>) {
        self.step(|| "clear".to_owned());
        let structure = self.data_mut(xi);
        left.extend(structure.obj.take().map(Undo::DropObject));
        let data = std::mem::replace(&mut structure.data, Data::Null);
        if structure.free.is_none() {
            return;
        }
        match data {
            Data::Null | Data::Word(_) => {}
            Data::Double(block, _) | Data::Borrowed(block, _) => self.free_block(block),
            Data::Foreign(block) | Data::Shipped(block, _) => self.free_block(block),
            Data::Items(items) => self.undo_items(items, left),
            Data::View(view) => self.free_view(view),
        }
    }
}

/// What is left to do while structures are cleared; the last is done first.
pub(super) enum Undo {
    Clear(XiRef),
    Release(XiRef),
    FreeStructure(XiRef),
    FreeBlock(BlockId),
    DropObject(ReferenceId),
}
