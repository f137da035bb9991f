//! What a view shows: whose bytes, in which format, shape and strides.
//!
//! A view keeps the memory that it is of, so it is looked at when it is asked for, and not when it is made.

use super::Value;
use super::layer::Layer;
use super::player::{Player, Thing};

/// A view at the moment of looking.
pub(super) struct Shown {
    pub bytes: Vec<u8>,
    pub format: String,
    pub shape: Vec<usize>,
    pub strides: Vec<i64>,
    pub read_only: bool,
}

impl Shown {
    /// As the notation has it: by its bytes alone when it is a plain one.
    fn notation(self) -> Value {
        let bytes = Value::Bytes(self.bytes);
        if self.format == "B" && self.strides == [1] {
            return Value::made("MemoryView", vec![bytes]);
        }
        let (shape, strides) = (sizes(&self.shape), Value::Tuple(self.strides.into_iter().map(Value::int).collect()));
        Value::made("View", vec![bytes, Value::text(&self.format), shape, strides])
    }
}

/// A row of sizes, as a tuple.
pub(super) fn sizes(sizes: &[usize]) -> Value {
    Value::Tuple(sizes.iter().map(|&size| Value::int(size)).collect())
}

/// Memory that something exports.
struct Memory {
    bytes: Vec<u8>,
    format: String,
    read_only: bool,
}

impl<L: Layer> Player<L> {
    /// The value with its views written as what they show now.
    pub(super) fn seen(&self, value: &Value) -> Value {
        match value {
            Value::Tuple(items) => Value::Tuple(items.iter().map(|item| self.seen(item)).collect()),
            other => self.look(other).map_or_else(|| other.clone(), Shown::notation),
        }
    }

    /// What the view shows, if it is one. Rule `convert.memoryview`.
    pub(super) fn look(&self, value: &Value) -> Option<Shown> {
        let Value::Made(kind, args) = value else { return None };
        match (kind.as_str(), args.as_slice()) {
            ("MemoryView", [of]) => self.memory(of).map(|memory| cast(memory, None)),
            ("View", [of, Value::Str(format), rest @ ..]) => {
                let memory = Memory { format: format.escaped(), ..self.memory(of)? };
                Some(cast(memory, rest.first()))
            }
            ("Stepped", [of, Value::Int(step)]) => self.memory(of).and_then(|memory| step_over(memory, step.to_i64()?)),
            _ => None,
        }
    }

    /// The bytes of something that a scenario holds on to.
    pub(super) fn kept_bytes(&mut self, kept: &Value) -> Option<&mut Vec<u8>> {
        let index = self.kept_of(kept)?;
        match &mut self.kept[index] {
            Value::Made(_, args) => match args.first_mut() {
                Some(Value::Bytes(bytes)) => Some(bytes),
                _ => None,
            },
            _ => None,
        }
    }

    fn memory(&self, exporter: &Value) -> Option<Memory> {
        let plain = |bytes: &[u8], read_only| Memory { bytes: bytes.to_vec(), format: "B".to_owned(), read_only };
        match exporter {
            Value::Bytes(bytes) => Some(plain(bytes, true)),
            Value::Made(kind, args) => match (kind.as_str(), args.as_slice()) {
                ("ByteArray", [Value::Bytes(bytes)]) => Some(plain(bytes, false)),
                ("BytesSubclass", [Value::Bytes(bytes)]) => Some(plain(bytes, true)),
                ("Array", [Value::Str(format), Value::List(items)]) => {
                    let (bytes, format) = (pack(format.as_str()?, items)?, format.escaped());
                    Some(Memory { bytes, format, read_only: false })
                }
                _ => None,
            },
            name => match self.thing(name) {
                Some(Thing::Kept(index)) => self.memory(&self.kept[*index]),
                _ => None,
            },
        }
    }

    /// The bytes of an object that exports memory, a view among them.
    pub(super) fn exported(&self, value: &Value) -> Option<Vec<u8>> {
        self.look(value).map(|shown| shown.bytes).or_else(|| self.memory(value).map(|memory| memory.bytes))
    }
}

/// As one row, or in the shape that is asked for; the last dimension moves fastest.
fn cast(memory: Memory, shape: Option<&Value>) -> Shown {
    let Memory { bytes, format, read_only } = memory;
    let size = item_size(&format);
    let asked = shape.and_then(Value::items).map(|items| {
        items.iter().filter_map(Value::as_i64).filter_map(|size| usize::try_from(size).ok()).collect::<Vec<_>>()
    });
    let shape = asked.unwrap_or_else(|| vec![bytes.len() / size]);
    let mut strides = vec![0; shape.len()];
    let mut stride = size as i64;
    for dimension in (0..shape.len()).rev() {
        strides[dimension] = stride;
        stride *= shape[dimension] as i64;
    }
    Shown { bytes, format, shape, strides, read_only }
}

/// Every so many bytes; backwards from the last when that is negative.
fn step_over(memory: Memory, step: i64) -> Option<Shown> {
    let distance = usize::try_from(step.unsigned_abs()).ok()?;
    let Memory { bytes, format, read_only } = memory;
    let bytes: Vec<u8> = if step < 0 {
        bytes.into_iter().rev().step_by(distance).collect()
    } else {
        bytes.into_iter().step_by(distance).collect()
    };
    Some(Shown { shape: vec![bytes.len()], bytes, format, strides: vec![step], read_only })
}

fn item_size(format: &str) -> usize {
    match format {
        "d" => 8,
        "i" => 4,
        "h" => 2,
        _ => 1,
    }
}

fn pack(format: &str, items: &[Value]) -> Option<Vec<u8>> {
    let size = item_size(format);
    let packed: Option<Vec<_>> = items.iter().map(|item| Some(item.as_i64()?.to_le_bytes()[..size].to_vec())).collect();
    Some(packed?.concat())
}
