//! What stays with its owner while a value is on its way, and what becomes of it.
//!
//! It sits below the host. A payload knows how it becomes a value again, and tells whoever watches when it is freed.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossinterp::{Conversion, MaterialiseError, Reuse};
use crossinterp_objects::{Buffer, Float, Text, Value};

use super::Refusal;
use super::home::Lent;

/// What a capsule carries itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Immediate {
    /// None.
    None,
    /// A truth value.
    Bool(bool),
    /// An int that 64 bits hold.
    Int(i64),
    /// A float, bit for bit.
    Float(Float),
}

impl Immediate {
    /// The value.
    pub(super) fn to_value(self) -> Value {
        match self {
            Immediate::None => Value::None,
            Immediate::Bool(flag) => Value::Bool(flag),
            Immediate::Int(number) => Value::int(number),
            Immediate::Float(float) => Value::Float(float),
        }
    }
}

/// A value's payload.
pub(crate) struct Payload {
    content: Content,
    /// The object that lends what is in here, if somebody watches it.
    _lent: Option<Lent>,
    fate: Fate,
}

/// What a payload says.
pub(super) enum Content {
    Text(Text),
    Bytes(Vec<u8>),
    Tuple(Vec<Conversion<Immediate, Payload>>),
    /// Memory that both sides see.
    Memory(Buffer),
    /// A view that is not a plain row of bytes: a description of it.
    View(Value),
    /// Bytes that should be a text.
    Short(Vec<u8>),
    /// A copy of the whole value.
    Copy(Value),
}

/// Whether a payload is still there, to be asked from anywhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate(Arc<AtomicBool>);

impl Fate {
    /// Whether it has been freed.
    pub(crate) fn is_freed(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

thread_local! {
    /// What was made last on this thread. A tuple is made after what is in it.
    static LAST_FATE: RefCell<Option<Fate>> = const { RefCell::new(None) };
}

/// The fate of the payload that the work makes on this thread, the outermost one, if it makes any.
pub(crate) fn last_fate<R>(work: impl FnOnce() -> R) -> (R, Option<Fate>) {
    LAST_FATE.take();
    let made = work();
    (made, LAST_FATE.take())
}

impl Payload {
    pub(super) fn conversion(content: Content, lent: Option<Lent>) -> Conversion<Immediate, Payload> {
        if let Content::Memory(buffer) = &content {
            buffer.export();
        }
        let reuse = if content.is_one_shot() { Reuse::OneShot } else { Reuse::AnyNumber };
        let fate = Fate::default();
        LAST_FATE.set(Some(fate.clone()));
        Conversion::Owned { payload: Payload { content, _lent: lent, fate }, reuse }
    }

    /// In its owner, and once.
    pub(super) fn free(self) {
        if let Content::Memory(buffer) = &self.content {
            buffer.unexport();
        }
        if let Content::Tuple(items) = self.content {
            items.into_iter().for_each(free);
        }
        let freed_before = self.fate.0.swap(true, Ordering::AcqRel);
        assert!(!freed_before, "a payload is freed once");
    }

    /// A new value, equal to the one that left.
    pub(super) fn to_value(&self) -> Result<Value, MaterialiseError<Refusal>> {
        assert!(!self.fate.is_freed(), "nobody reads what was freed");
        Ok(match &self.content {
            Content::Text(text) => Value::Str(text.clone()),
            Content::Bytes(bytes) => Value::Bytes(bytes.clone()),
            Content::Tuple(items) => Value::Tuple(items.iter().map(value_of).collect::<Result<_, _>>()?),
            Content::Memory(buffer) => Value::Buffer(buffer.clone()),
            Content::View(view) => view.clone(),
            Content::Short(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Value::text(text),
                Err(_) => return Err(MaterialiseError::Host(Refusal::NoUtf8)),
            },
            Content::Copy(value) => super::ways::copied(value).map_err(MaterialiseError::Host)?,
        })
    }
}

/// Frees what was taken of a value, if it is kept anywhere.
pub(super) fn free(conversion: Conversion<Immediate, Payload>) {
    if let Conversion::Owned { payload, .. } = conversion {
        payload.free();
    }
}

fn value_of(conversion: &Conversion<Immediate, Payload>) -> Result<Value, MaterialiseError<Refusal>> {
    match conversion {
        Conversion::Immediate(immediate) => Ok(immediate.to_value()),
        Conversion::Owned { payload, .. } => payload.to_value(),
    }
}

impl Content {
    /// Rule `convert.memoryview`: memory that both sides see is handed over once, and so is what contains it.
    fn is_one_shot(&self) -> bool {
        match self {
            Content::Memory(_) | Content::View(_) => true,
            Content::Tuple(items) => {
                items.iter().any(|item| matches!(item, Conversion::Owned { reuse: Reuse::OneShot, .. }))
            }
            _ => false,
        }
    }
}
