//! A small object model: enough kinds of values to show every way across, and a ledger that knows the fate of each payload.
//!
//! It sits on top of the public interface like any other host. It does not know the protocol; its ledger is how a test finds out
//! whether the protocol keeps its promises.

mod ledger;
mod value;

pub use ledger::{Entry, Ledger, Totals};
pub use value::{Buffer, Value};

use crate::current::Current;
use crate::error::{ConvertError, MaterialiseError};
use crate::host::{Context, Conversion, Host, Items, PayloadRef, Reuse};
use crate::sync::Claim;

/// How deep tuples may be nested. Conversion recurses, and this much fits the smallest stacks in use.
pub const TUPLE_DEPTH_MAX: usize = 128;

/// Why a value cannot leave its interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotShareable {
    /// Values of this kind do not leave: they can change, and both sides would see it.
    #[error("a {kind} cannot be shared between interpreters")]
    Kind {
        /// The kind of the value, or of the item of a tuple.
        kind: &'static str,
    },
    /// Tuples are nested deeper than [`TUPLE_DEPTH_MAX`].
    #[error("tuples nested more than {TUPLE_DEPTH_MAX} deep cannot be shared")]
    TooDeep,
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
    Float(f64),
}

/// What an owner keeps for a capsule.
pub struct Payload {
    /// Its line in the ledger.
    entry: usize,
    /// Taken by whoever frees it. Unlike the ledger, loom sees it, so that it tries a free before each read and after.
    freed: Claim,
    value: Value,
}

type EndHook = Box<dyn Fn(&Current<'_, Simple>) + Send + Sync>;

/// The host.
#[derive(Default)]
pub struct Simple {
    ledger: Ledger,
    end_hook: Option<EndHook>,
}

impl Simple {
    /// A host with an empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Simple::default()
    }

    /// Sets what every interpreter does last.
    #[must_use]
    pub fn with_end_hook(mut self, hook: impl Fn(&Current<'_, Simple>) + Send + Sync + 'static) -> Self {
        self.end_hook = Some(Box::new(hook));
        self
    }

    /// A handle to the ledger, which outlives the runtime.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }
}

impl Host for Simple {
    type Value = Value;
    type Payload = Payload;
    type Immediate = Immediate;
    type Error = NotShareable;
    type Type = &'static str;
    type Converter = u8;

    fn type_of(&self, value: &Value) -> &'static str {
        value.kind()
    }

    fn is_heap(&self, ty: &&'static str) -> bool {
        ty.starts_with("heap")
    }

    fn builtins(&self) -> Vec<(&'static str, u8)> {
        ["none", "bool", "int", "float", "str", "bytes", "tuple", "buffer"].into_iter().map(|ty| (ty, 0)).collect()
    }

    fn convert(
        &self,
        context: &Context,
        value: &Value,
        _: &u8,
        _: &Items<'_, Self>,
    ) -> Result<Conversion<Immediate, Payload>, ConvertError<NotShareable>> {
        if let Some(immediate) = immediate(value) {
            return Ok(Conversion::Immediate(immediate));
        }
        check_shareable(value, 0).map_err(ConvertError::Host)?;
        value.each_buffer(&mut Buffer::export);
        let reuse = if value.holds_buffer() { Reuse::OneShot } else { Reuse::AnyNumber };
        let entry = self.ledger.create(context.interpreter());
        Ok(Conversion::Owned { payload: Payload { entry, freed: Claim::new(), value: value.clone() }, reuse })
    }

    fn materialise(
        &self,
        _: &Context,
        payload: PayloadRef<'_, Immediate, Payload>,
    ) -> Result<Value, MaterialiseError<NotShareable>> {
        Ok(match payload {
            PayloadRef::Immediate(Immediate::None) => Value::None,
            PayloadRef::Immediate(Immediate::Bool(value)) => Value::Bool(*value),
            PayloadRef::Immediate(Immediate::Int(value)) => Value::Int(*value),
            PayloadRef::Immediate(Immediate::Float(value)) => Value::Float(*value),
            PayloadRef::Owned(payload) => {
                self.ledger.read(payload.entry, payload.freed.is_taken());
                payload.value.clone()
            }
        })
    }

    fn free(&self, context: &Context, payload: Payload) {
        payload.freed.take();
        self.ledger.free(payload.entry, context.interpreter());
        payload.value.each_buffer(&mut Buffer::unexport);
    }

    fn at_end(&self, owner: &Current<'_, Self>) {
        if let Some(hook) = &self.end_hook {
            hook(owner);
        }
    }

    #[cfg(loom)]
    fn free_under_reader(&self, context: &Context, payload: &Payload) {
        payload.freed.take();
        self.ledger.free(payload.entry, context.interpreter());
    }
}

fn immediate(value: &Value) -> Option<Immediate> {
    match value {
        Value::None => Some(Immediate::None),
        Value::Bool(value) => Some(Immediate::Bool(*value)),
        Value::Int(value) => Some(Immediate::Int(*value)),
        Value::Float(value) => Some(Immediate::Float(*value)),
        _ => None,
    }
}

/// All or nothing: an item that cannot leave keeps its tuple from leaving, before anything is taken.
fn check_shareable(value: &Value, depth: usize) -> Result<(), NotShareable> {
    match value {
        Value::List(_) => Err(NotShareable::Kind { kind: value.kind() }),
        Value::Tuple(_) if depth == TUPLE_DEPTH_MAX => Err(NotShareable::TooDeep),
        Value::Tuple(items) => items.iter().try_for_each(|item| check_shareable(item, depth + 1)),
        _ => Ok(()),
    }
}
