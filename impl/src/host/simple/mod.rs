//! A small object model: exact values, the ways out for them, and a ledger that knows the fate of each payload.
//!
//! It sits on top of the public interface like any other host. It does not know the protocol; its ledger is how a test finds out
//! whether the protocol keeps its promises.

mod convert;
mod exception;
mod ledger;
mod payload;
mod value;

pub use convert::Converter;
pub use exception::{Exception, Main};
pub use ledger::{Entry, Ledger, Totals};
pub use payload::Payload;
pub use value::{Buffer, Float, Int, NotAName, Text, Type, Value, name};

use crate::current::Current;
use crate::error::{ConvertError, MaterialiseError};
use crate::host::{Context, Converted, Host, Items, PayloadRef};
use crate::memory::Memory;
use exception::Mains;
use payload::Content;

/// Why a value was not taken out, or not made again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotShareable {
    /// An int needs more than 64 bits. Rule `convert.int.bounds`.
    #[error("the int is too big: try sending it as bytes")]
    IntTooBig,
    /// The converter that is registered for the type cannot take such a value.
    #[error("{converter:?} cannot take a {kind} out")]
    Mismatch {
        /// The converter.
        converter: Converter,
        /// The name of the type of the value.
        kind: String,
    },
    /// An item of a tuple cannot leave, and so the tuple cannot.
    #[error("item {index} cannot be shared")]
    Item {
        /// Which item, counted from 0.
        index: usize,
        /// Why not.
        #[source]
        error: Box<ConvertError<NotShareable>>,
    },
    /// It left in a way that leads nowhere.
    #[error("a value that left one way cannot arrive")]
    OneWay,
}

/// What a capsule carries itself.
#[derive(Clone, Copy, Debug)]
pub enum Immediate {
    /// None.
    None,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating point number, bit for bit.
    Float(Float),
}

type EndHook = Box<dyn Fn(&Current<'_, Simple>) + Send + Sync>;

/// The host.
pub struct Simple {
    ledger: Option<Ledger>,
    memory: Memory,
    end_hook: Option<EndHook>,
    mains: Mains,
}

impl Default for Simple {
    fn default() -> Self {
        Simple { ledger: Some(Ledger::default()), memory: Memory::default(), end_hook: None, mains: Mains::default() }
    }
}

impl Simple {
    /// A host with an empty ledger, and memory without limit.
    #[must_use]
    pub fn new() -> Self {
        Simple::default()
    }

    /// Without a ledger: nothing is written down, and threads do not meet at it.
    #[must_use]
    pub fn without_ledger(self) -> Self {
        Simple { ledger: None, ..self }
    }

    /// Asks this account before each allocation.
    #[must_use]
    pub fn with_memory(self, memory: Memory) -> Self {
        Simple { memory, ..self }
    }

    /// Sets what every interpreter does last.
    #[must_use]
    pub fn with_end_hook(mut self, hook: impl Fn(&Current<'_, Simple>) + Send + Sync + 'static) -> Self {
        self.end_hook = Some(Box::new(hook));
        self
    }

    /// A handle to the ledger, which outlives the runtime. It stays empty if the host has been told to do without.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone().unwrap_or_default()
    }

    fn free_payload(&self, context: &Context, payload: Payload) {
        payload.freed.take();
        self.note_free(context, payload.entry);
        if let Content::Memory(buffer) = &payload.content {
            buffer.unexport();
        }
        self.free_items(context, payload.content.into_items());
    }

    fn note_new(&self, context: &Context) -> Option<usize> {
        self.ledger.as_ref().map(|ledger| ledger.create(context.interpreter()))
    }

    fn note_free(&self, context: &Context, entry: Option<usize>) {
        if let (Some(ledger), Some(entry)) = (&self.ledger, entry) {
            ledger.free(entry, context.interpreter());
        }
    }

    fn note_read(&self, payload: &Payload) {
        if let (Some(ledger), Some(entry)) = (&self.ledger, payload.entry) {
            ledger.read(entry, payload.freed.is_taken());
        }
    }
}

impl Host for Simple {
    type Value = Value;
    type Payload = Payload;
    type Immediate = Immediate;
    type Error = NotShareable;
    type Type = Type;
    type Converter = Converter;

    fn type_of(&self, value: &Value) -> Type {
        value.type_of()
    }

    fn is_heap(&self, ty: &Type) -> bool {
        ty.is_heap()
    }

    fn builtins(&self) -> Vec<(Type, Converter)> {
        convert::BUILTINS.to_vec()
    }

    fn memory(&self) -> &Memory {
        &self.memory
    }

    fn convert(
        &self,
        context: &Context,
        value: &Value,
        converter: &Converter,
        items: &Items<'_, Self>,
    ) -> Converted<Self> {
        converter.convert(self, context, value, items)
    }

    fn materialise(
        &self,
        _: &Context,
        payload: PayloadRef<'_, Immediate, Payload>,
    ) -> Result<Value, MaterialiseError<NotShareable>> {
        match payload {
            PayloadRef::Immediate(immediate) => self.materialise_immediate(*immediate),
            PayloadRef::Owned(payload) => self.materialise_payload(payload),
        }
    }

    fn free(&self, context: &Context, payload: Payload) {
        self.free_payload(context, payload);
    }

    fn at_end(&self, owner: &Current<'_, Self>) {
        if let Some(hook) = &self.end_hook {
            hook(owner);
        }
        self.mains.end(owner.id());
    }

    #[cfg(loom)]
    fn free_under_reader(&self, context: &Context, payload: &Payload) {
        payload.freed.take();
        self.note_free(context, payload.entry);
    }
}
