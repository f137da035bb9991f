//! One capture at a time: the memory it happens in, and the order in which an exception is taken apart.

use super::failure::{Failure, Halt, Reason, What};
use super::given::{Given, Names, Part};
use super::snapshot::Snapshot;
use super::text::Copied;
use crate::convert::{Allocator, BlockId, Ledger};
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::module::like_3_14;
use crate::rule::{Rule, RuleSet};

/// The interpreter in which a capture happens: its objects live there.
const HERE: i64 = 1;

/// How the text that is followed differs where neither way is a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Since 3.13.0 the rendered traceback is part of a snapshot.
    pub displays: bool,
    /// Since 3.14 an exception that is made of a snapshot says what was rendered.
    pub applies_display: bool,
    /// Since 3.14 a session asks whether a snapshot is set, and an empty one is not.
    pub asks_whether_set: bool,
    /// Since 3.14 a snapshot outside of a session has a block of its own.
    pub allocates: bool,
}

impl Style {
    /// The style of an edition.
    pub fn of(edition: Edition) -> Style {
        let newer = like_3_14(edition);
        let displays = edition != Edition::Dev313;
        Style { displays, applies_display: newer, asks_whether_set: newer, allocates: newer }
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

/// What a capture that succeeded has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Captured {
    /// A snapshot.
    Snapshot(Snapshot),
    /// Nothing: a MemoryError, of which C takes none and says that it went well.
    Empty,
    /// Nothing, and it says so: a MemoryError.
    NoMemory,
}

/// The memory in which captures happen, and what they exercised.
#[derive(Clone, Debug)]
pub struct Capture {
    pub(super) setup: Setup,
    ledger: Ledger,
    rules: RuleSet,
    steps: Vec<String>,
    /// Whether memory was written that belongs to somebody else.
    wrote_outside: bool,
    tracing: bool,
}

impl Capture {
    /// Nothing captured yet.
    pub fn new(setup: impl Into<Setup>) -> Self {
        Capture {
            setup: setup.into(),
            ledger: Ledger::default(),
            rules: RuleSet::default(),
            steps: Vec::new(),
            wrote_outside: false,
            tracing: false,
        }
    }

    /// The same, writing its steps down.
    #[must_use]
    pub fn tracing(mut self) -> Self {
        self.tracing = true;
        self
    }

    /// Everything that is allocated.
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

    /// Whether memory was written that belongs to somebody else.
    pub fn wrote_outside(&self) -> bool {
        self.wrote_outside
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

    pub(super) fn write_outside(&mut self) {
        self.step(|| "write before the block".to_owned());
        self.wrote_outside = true;
    }

    /// Asks for a block of raw memory, which any interpreter may free.
    pub(super) fn allocate_raw(&mut self, what: &'static str) -> Result<BlockId, Reason> {
        self.allocate(what, Allocator::Raw)
    }

    /// Asks for an object of the current interpreter.
    pub(super) fn allocate_object(&mut self, what: &'static str) -> Result<BlockId, Reason> {
        self.allocate(what, Allocator::Interpreter)
    }

    fn allocate(&mut self, what: &'static str, allocator: Allocator) -> Result<BlockId, Reason> {
        let block = self.ledger.allocate(what, allocator, HERE);
        self.step(|| if block.is_some() { format!("allocate {what}") } else { format!("no memory for {what}") });
        block.ok_or_else(|| {
            self.rule(Rule::ExcNoMemory);
            Reason::NoMemory
        })
    }

    pub(super) fn free(&mut self, block: BlockId) {
        self.ledger.free(block, HERE);
    }

    /// Takes an exception apart: the type, the message, the rendered traceback. What fails before the last undoes all.
    ///
    /// Rules `excinfo.capture.order`, `excinfo.capture.memory-error`, `excinfo.capture.failure`;
    /// `_PyXI_excinfo_InitFromException` in `crossinterp.c`.
    pub fn init_from_exception(&mut self, exception: &Given) -> Result<Captured, Halt> {
        self.rule(Rule::ExcOrder);
        if exception.is_memory_error {
            self.rule(Rule::ExcMemoryError);
            self.step(|| "it is a MemoryError: no snapshot".to_owned());
            return Ok(if self.has(Defect::MemoryErrorLost) { Captured::Empty } else { Captured::NoMemory });
        }
        let mut snapshot = Snapshot { built_in: exception.built_in, ..Snapshot::default() };
        match self.fill(&mut snapshot, exception) {
            Ok(()) => Ok(Captured::Snapshot(snapshot)),
            Err(halt) => Err(self.give_up(snapshot, halt)),
        }
    }

    /// A process that is gone frees nothing.
    pub(super) fn give_up(&mut self, snapshot: Snapshot, halt: Halt) -> Halt {
        if let Halt::Failed(failure) = &halt {
            let failure = failure.clone();
            self.rule(Rule::ExcFailure);
            self.step(|| failure.to_string());
            self.clear(snapshot);
        }
        halt
    }

    /// The same for whoever wants a snapshot and has no session: since 3.14 it has a block of its own.
    /// `_PyXI_InitExcInfo` / `_PyXI_NewExcInfo` in `crossinterp.c`.
    pub fn snapshot_of(&mut self, exception: &Given) -> Result<Captured, Halt> {
        let block = self.structure()?;
        let captured = self.init_from_exception(exception);
        self.drop_structure(block);
        captured
    }

    /// The caller is taken to give it back at once. Without memory for it nothing else is said.
    pub(super) fn structure(&mut self) -> Result<Option<BlockId>, Halt> {
        if !self.setup.style.allocates {
            return Ok(None);
        }
        let block = self.allocate_raw("the structure");
        block.map(Some).map_err(|reason| Failure { what: What::Structure, reason }.into())
    }

    pub(super) fn drop_structure(&mut self, block: Option<BlockId>) {
        block.into_iter().for_each(|block| self.free(block));
    }

    fn fill(&mut self, snapshot: &mut Snapshot, exception: &Given) -> Result<(), Halt> {
        self.init_type(snapshot, &exception.names).map_err(|reason| Failure { what: What::Type, reason })?;
        self.rule(Rule::ExcStr);
        let text = self.take("str()", &exception.text).map_err(|reason| Failure { what: What::Str, reason })?;
        snapshot.msg =
            Some(self.copy("the message", &text).map_err(|reason| Failure { what: What::CopyMessage, reason })?);
        if self.setup.style.displays {
            snapshot.display = self.display(&exception.rendering)?;
        }
        Ok(())
    }

    /// The three names, each looked at after it was copied. The first text of C looks at the first name each time.
    ///
    /// Rule `excinfo.capture.type`; `_excinfo_init_type` / `_excinfo_init_type_from_exception` in `crossinterp.c`.
    pub(super) fn init_type(&mut self, snapshot: &mut Snapshot, names: &Names) -> Result<(), Reason> {
        self.rule(Rule::ExcType);
        let copied = self.copy_name("__name__", "the name", snapshot.built_in, &names.name)?;
        snapshot.name = Some(copied?);
        let copied = self.copy_name("__qualname__", "the qualified name", snapshot.built_in, &names.qualname)?;
        snapshot.qualname = self.looked_at(copied)?;
        let copied = self.copy_name("__module__", "the module", false, &names.module)?;
        snapshot.module = self.looked_at(copied)?;
        Ok(())
    }

    /// The names of a type of the runtime's own are made into text when they are asked for. That there is one is the
    /// outer answer, that it was copied the inner.
    fn copy_name(
        &mut self,
        attribute: &'static str,
        what: &'static str,
        is_made: bool,
        part: &Part,
    ) -> Result<Result<Copied, Reason>, Reason> {
        let object = if is_made { Some(self.allocate_object(attribute)?) } else { None };
        let taken = self.take(attribute, part)?;
        let copied = self.copy(what, &taken);
        object.into_iter().for_each(|object| self.free(object));
        Ok(copied)
    }

    fn looked_at(&mut self, copied: Result<Copied, Reason>) -> Result<Option<Copied>, Reason> {
        match copied {
            Err(_) if self.has(Defect::ExcTypeFieldCheck) => {
                self.step(|| "nobody looks at it".to_owned());
                Ok(None)
            }
            other => other.map(Some),
        }
    }
}
