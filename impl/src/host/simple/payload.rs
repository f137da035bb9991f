//! What the simple host leaves with an owner for a capsule, and how it becomes a value again.
//!
//! It sits below the simple host. It knows nothing of interpreters or of who reads.

use super::value::{Buffer, Text, Value};
use super::{Immediate, NotShareable, Simple};
use crate::error::MaterialiseError;
use crate::host::{Conversion, Reuse};
use crate::memory::Reserved;
use crate::sync::Claim;

/// Up to so many bytes are kept in the payload itself: short texts need one allocation and no more.
const SHORT_MAX: usize = 30;

/// Ints that a runtime has in stock.
const INTS_KEPT_READY: std::ops::RangeInclusive<i64> = -5..=256;

/// What an owner keeps for a capsule.
pub struct Payload {
    /// Its line in the ledger, if there is a ledger.
    pub(super) entry: Option<usize>,
    /// Taken by whoever frees it. Unlike the ledger, loom sees it, so that it tries a free before each read and after.
    pub(super) freed: Claim,
    pub(super) content: Content,
    pub(super) _memory: Blocks,
}

/// The memory of a payload, held until that is freed: one block, and a second for what has items.
pub(super) type Blocks = (Reserved, Option<Reserved>);

/// What a payload says.
pub(super) enum Content {
    Text(Text),
    Bytes(Vec<u8>),
    Short(Short),
    Tuple(Vec<Item>),
    /// An object, by the name of what makes it.
    Made(String, Vec<Item>),
    Memory(Buffer),
    /// Nothing that could be made into a value.
    OneWay,
}

/// A short text, or short bytes.
pub(super) struct Short {
    is_text: bool,
    length: u8,
    bytes: [u8; SHORT_MAX],
}

/// An item of a tuple: a capsule of its own in all but name.
pub(super) struct Item {
    pub(super) conversion: Conversion<Immediate, Payload>,
    pub(super) _memory: Reserved,
}

impl Content {
    /// Rule `convert.str`.
    pub(super) fn text(text: &Text) -> Content {
        let short = text.as_str().and_then(|text| Short::new(true, text.as_bytes()));
        short.map_or_else(|| Content::Text(text.clone()), Content::Short)
    }

    /// Rule `convert.bytes`.
    pub(super) fn bytes(bytes: &[u8]) -> Content {
        Short::new(false, bytes).map_or_else(|| Content::Bytes(bytes.to_vec()), Content::Short)
    }

    /// Memory that both sides see is handed over once, and so is whatever contains it. Rule `convert.memoryview`.
    pub(super) fn reuse(&self) -> Reuse {
        let is_one_shot = match self {
            Content::Memory(_) => true,
            Content::Tuple(items) | Content::Made(_, items) => items.iter().any(Item::is_one_shot),
            Content::Text(_) | Content::Bytes(_) | Content::Short(_) | Content::OneWay => false,
        };
        if is_one_shot { Reuse::OneShot } else { Reuse::AnyNumber }
    }

    /// A new value, equal to the one that left. Rules `convert.round-trip` and `convert.arrive.no-memory`.
    fn materialise(&self, host: &Simple) -> Result<Value, MaterialiseError<NotShareable>> {
        if !self.is_kept_ready() {
            host.memory.reserve_object()?;
        }
        Ok(match self {
            Content::Text(text) => Value::Str(text.clone()),
            Content::Bytes(bytes) => Value::Bytes(bytes.clone()),
            Content::Short(short) => short.materialise(),
            Content::Memory(buffer) => Value::Buffer(buffer.clone()),
            Content::Tuple(items) => Value::Tuple(host.materialise_items(items)?),
            Content::Made(kind, items) => Value::Made(kind.clone(), host.materialise_items(items)?),
            Content::OneWay => return Err(MaterialiseError::Host(NotShareable::OneWay)),
        })
    }

    /// Whether a runtime has the value in stock: empty ones, and those of a single unit of one byte.
    fn is_kept_ready(&self) -> bool {
        match self {
            Content::Short(short) => short.is_kept_ready(),
            Content::Tuple(items) => items.is_empty(),
            Content::Text(_) | Content::Bytes(_) | Content::Made(..) | Content::Memory(_) | Content::OneWay => false,
        }
    }

    pub(super) fn into_items(self) -> Vec<Item> {
        match self {
            Content::Tuple(items) | Content::Made(_, items) => items,
            Content::Text(_) | Content::Bytes(_) | Content::Short(_) | Content::Memory(_) | Content::OneWay => {
                Vec::new()
            }
        }
    }
}

impl Short {
    fn new(is_text: bool, bytes: &[u8]) -> Option<Short> {
        let mut short = Short { is_text, length: u8::try_from(bytes.len()).ok()?, bytes: [0; SHORT_MAX] };
        short.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(short)
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    fn is_kept_ready(&self) -> bool {
        match self.bytes() {
            [] | [_] => true,
            // The code points from 0x80 to 0xff take two bytes here.
            [lead, _] => self.is_text && (0xc2..=0xc3).contains(lead),
            _ => false,
        }
    }

    fn materialise(&self) -> Value {
        let bytes = self.bytes();
        match str::from_utf8(bytes) {
            Ok(text) if self.is_text => Value::text(text),
            _ => {
                assert!(!self.is_text, "a short text was one before");
                Value::Bytes(bytes.to_vec())
            }
        }
    }
}

impl Item {
    fn is_one_shot(&self) -> bool {
        matches!(self.conversion, Conversion::Owned { reuse: Reuse::OneShot, .. })
    }
}

impl Simple {
    /// Rules `convert.none`, `convert.bool`, `convert.int` and `convert.float`.
    pub(super) fn materialise_immediate(&self, immediate: Immediate) -> Result<Value, MaterialiseError<NotShareable>> {
        Ok(match immediate {
            Immediate::None => Value::None,
            Immediate::Bool(value) => Value::Bool(value),
            Immediate::Int(value) => {
                if !INTS_KEPT_READY.contains(&value) {
                    self.memory.reserve_object()?;
                }
                Value::int(value)
            }
            Immediate::Float(value) => {
                self.memory.reserve_object()?;
                Value::Float(value)
            }
        })
    }

    pub(super) fn materialise_payload(&self, payload: &Payload) -> Result<Value, MaterialiseError<NotShareable>> {
        self.note_read(payload);
        payload.content.materialise(self)
    }

    /// Items that arrived before one that does not are dropped with the tuple that was to hold them.
    fn materialise_items(&self, items: &[Item]) -> Result<Vec<Value>, MaterialiseError<NotShareable>> {
        let mut arrived = Vec::with_capacity(items.len());
        for item in items {
            arrived.push(match &item.conversion {
                Conversion::Immediate(immediate) => self.materialise_immediate(*immediate)?,
                Conversion::Owned { payload, .. } => self.materialise_payload(payload)?,
            });
        }
        Ok(arrived)
    }
}
