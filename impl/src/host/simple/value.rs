//! The values of the simple object model.
//!
//! It sits below the simple host. It knows nothing of interpreters.

use std::fmt;

use crate::sync::{Arc, Unscheduled};

/// A value. Two floats are equal when their bits are, so that a value always equals its own copy.
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing.
    None,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating point number.
    Float(f64),
    /// A text.
    Str(String),
    /// Bytes that do not change.
    Bytes(Vec<u8>),
    /// A row of values that does not change.
    Tuple(Vec<Value>),
    /// A row of values that may change. It does not leave its interpreter.
    List(Vec<Value>),
    /// Memory that both sides see.
    Buffer(Buffer),
}

impl Value {
    /// The name of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Value::None => "none",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Str(_) => "str",
            Value::Bytes(_) => "bytes",
            Value::Tuple(_) => "tuple",
            Value::List(_) => "list",
            Value::Buffer(_) => "buffer",
        }
    }

    pub(super) fn holds_buffer(&self) -> bool {
        let mut found = false;
        self.each_buffer(&mut |_| found = true);
        found
    }

    pub(super) fn each_buffer(&self, visit: &mut impl FnMut(&Buffer)) {
        match self {
            Value::Buffer(buffer) => visit(buffer),
            Value::Tuple(items) => items.iter().for_each(|item| item.each_buffer(visit)),
            _ => {}
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::None, Value::None) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Tuple(a), Value::Tuple(b)) | (Value::List(a), Value::List(b)) => a == b,
            (Value::Buffer(a), Value::Buffer(b)) => a.is_same(b),
            _ => false,
        }
    }
}

impl Eq for Value {}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Str(text.to_owned())
    }
}

/// Memory that can be seen from several interpreters at once. Its owner keeps count of who was given sight of it.
#[derive(Clone)]
pub struct Buffer(Arc<Unscheduled<Memory>>);

struct Memory {
    bytes: Vec<u8>,
    exports: usize,
}

impl Buffer {
    /// New memory with these bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Buffer(Arc::new(Unscheduled::new(Memory { bytes, exports: 0 })))
    }

    /// A copy of the bytes as they are now.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.with(|memory| memory.bytes.clone())
    }

    /// Overwrites one byte, for everybody who sees the memory. Whether there is such a byte comes back.
    pub fn set(&self, index: usize, byte: u8) -> bool {
        self.0.with(|memory| memory.bytes.get_mut(index).map(|old| *old = byte)).is_some()
    }

    /// Appends a byte, unless somebody elsewhere was given sight of the memory; whether it did comes back.
    pub fn push(&self, byte: u8) -> bool {
        self.0.with(|memory| {
            let free_to_grow = memory.exports == 0;
            if free_to_grow {
                memory.bytes.push(byte);
            }
            free_to_grow
        })
    }

    /// To how many capsules that have not been released the memory was given.
    #[must_use]
    pub fn exports(&self) -> usize {
        self.0.with(|memory| memory.exports)
    }

    /// Whether the two are the same memory.
    #[must_use]
    pub fn is_same(&self, other: &Buffer) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(super) fn export(&self) {
        self.0.with(|memory| memory.exports += 1);
    }

    pub(super) fn unexport(&self) {
        self.0.with(|memory| {
            assert!(memory.exports > 0, "an export is undone once");
            memory.exports -= 1;
        });
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Buffer").field(&self.to_vec()).finish()
    }
}
