//! The ways out of the simple host: which value each converter takes, and what it takes of it.
//!
//! It sits below the simple host, beside the payload. The converter decides what is taken, not the type of the value: any type can be
//! registered with any converter. It does not know how a value came by its converter.

use super::payload::{Blocks, Content, Item, Payload};
use super::value::{Type, Value};
use super::{Immediate, NotShareable, Simple};
use crate::error::ConvertError;
use crate::host::{Context, Conversion, Converted, Items};
use crate::sync::Claim;

/// A way out of the simple host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Converter {
    /// Arrives as None, whatever it was.
    None,
    /// Arrives as a truth value: true for true, and false for everything else.
    Bool,
    /// An int of up to 64 bits, sign included.
    Int,
    /// A float, bit for bit.
    Float,
    /// Bytes, as a copy.
    Bytes,
    /// A text, as a copy, code point by code point.
    Str,
    /// A tuple, item by item.
    Tuple,
    /// Memory, which is not copied: both sides see it. It arrives once.
    Memory,
    /// An object, by the name of what makes it, with what it is made of item by item.
    Made,
    /// Leaves, whatever it is, and never arrives.
    OneWay,
}

/// What every runtime begins with, in the order of registration. Rules `registry.builtins` and `registry.memoryview`.
pub(super) const BUILTINS: [(Type, Converter); 8] = [
    (Type::built_in("NoneType"), Converter::None),
    (Type::built_in("int"), Converter::Int),
    (Type::built_in("bytes"), Converter::Bytes),
    (Type::built_in("str"), Converter::Str),
    (Type::built_in("bool"), Converter::Bool),
    (Type::built_in("float"), Converter::Float),
    (Type::built_in("tuple"), Converter::Tuple),
    (Type::built_in("memoryview"), Converter::Memory),
];

impl Converter {
    /// Takes the value out. What it cannot take it refuses, and holds nothing of.
    pub(super) fn convert(
        self,
        host: &Simple,
        context: &Context,
        value: &Value,
        items: &Items<'_, Simple>,
    ) -> Converted<Simple> {
        match (self, underlying(value)) {
            (Converter::None, _) => Ok(Conversion::Immediate(Immediate::None)),
            (Converter::Bool, seen) => Ok(Conversion::Immediate(Immediate::Bool(*seen == Value::Bool(true)))),
            (Converter::Int, Value::Int(number)) => {
                let number = number.to_i64().ok_or(ConvertError::Host(NotShareable::IntTooBig))?;
                Ok(Conversion::Immediate(Immediate::Int(number)))
            }
            (Converter::Float, Value::Float(number)) => Ok(Conversion::Immediate(Immediate::Float(*number))),
            (Converter::Str, Value::Str(text)) => host.keep(context, || Content::text(text)),
            (Converter::Bytes, Value::Bytes(bytes)) => host.keep(context, || Content::bytes(bytes)),
            (Converter::Memory, Value::Buffer(buffer)) => host.keep(context, || {
                buffer.export();
                Content::Memory(buffer.clone())
            }),
            (Converter::OneWay, _) => host.keep(context, || Content::OneWay),
            (Converter::Tuple, seen) => {
                let parts = seen.items().ok_or_else(|| self.refuse(value))?;
                host.keep_items(context, &parts, items, Content::Tuple)
            }
            (Converter::Made, _) => match value {
                Value::Made(kind, parts) => {
                    host.keep_items(context, parts, items, |items| Content::Made(kind.clone(), items))
                }
                _ => Err(self.refuse(value)),
            },
            _ => Err(self.refuse(value)),
        }
    }

    fn refuse(self, value: &Value) -> ConvertError<NotShareable> {
        ConvertError::Host(NotShareable::Mismatch { converter: self, kind: value.type_of().name().to_owned() })
    }
}

/// What a converter sees of an object: an instance of a subclass is made of one value of its base.
fn underlying(value: &Value) -> &Value {
    match value {
        Value::Made(_, parts) if value.nesting().is_none() => match parts.as_slice() {
            [base] => base,
            _ => value,
        },
        _ => value,
    }
}

impl Simple {
    /// One block, then what goes into it. Rule `convert.no-memory`: before there is memory nothing is taken.
    fn keep(&self, context: &Context, content: impl FnOnce() -> Content) -> Converted<Simple> {
        let blocks = (self.memory.reserve()?, None);
        Ok(owned(self.note_new(context), content(), blocks))
    }

    /// Rules `convert.tuple` and `convert.tuple.bad-item`: a head, room for the items, and then each item as a capsule of its own.
    /// When one cannot leave, those before it are freed.
    fn keep_items(
        &self,
        context: &Context,
        parts: &[Value],
        items: &Items<'_, Simple>,
        content: impl FnOnce(Vec<Item>) -> Content,
    ) -> Converted<Simple> {
        let blocks = (self.memory.reserve()?, Some(self.memory.reserve()?));
        let entry = self.note_new(context);
        let mut kept = Vec::with_capacity(parts.len());
        for (index, part) in parts.iter().enumerate() {
            match self.item(part, items) {
                Ok(item) => kept.push(item),
                Err(error) => {
                    self.free_items(context, kept);
                    self.note_free(context, entry);
                    return Err(of_item(index, error));
                }
            }
        }
        Ok(owned(entry, content(kept), blocks))
    }

    fn item(&self, part: &Value, items: &Items<'_, Simple>) -> Result<Item, ConvertError<NotShareable>> {
        let memory = self.memory.reserve()?;
        Ok(Item { conversion: items(part)?, _memory: memory })
    }

    /// Rule `convert.tuple.free`: in the owner, like the tuple itself.
    pub(super) fn free_items(&self, context: &Context, items: Vec<Item>) {
        for item in items {
            if let Conversion::Owned { payload, .. } = item.conversion {
                self.free_payload(context, payload);
            }
        }
    }
}

fn owned(entry: Option<usize>, content: Content, blocks: Blocks) -> Conversion<Immediate, Payload> {
    let reuse = content.reuse();
    Conversion::Owned { payload: Payload { entry, freed: Claim::new(), content, _memory: blocks }, reuse }
}

/// Rule `convert.cause`: each tuple on the way out says which of its items it was. Lack of memory and too many tuples in one another
/// are nobody's fault, and stay what they are.
fn of_item(index: usize, error: ConvertError<NotShareable>) -> ConvertError<NotShareable> {
    match error {
        ConvertError::NoMemory | ConvertError::TooDeep => error,
        ConvertError::NotShareable | ConvertError::Host(_) => {
            ConvertError::Host(NotShareable::Item { index, error: Box::new(error) })
        }
    }
}
