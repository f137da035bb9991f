//! The values themselves.
//!
//! A tuple that is nested as deep as a runtime's recursion limit is written, kept and compared as `Nested(depth)`, and
//! expanded one level at a time ([`Value::items`]): no operation here recurses deeper than a value was written.

use std::borrow::Cow;

use crate::buffer::Buffer;
use crate::float::Float;
use crate::int::Int;
use crate::text::Text;

/// A value, an object that a driver can make, or something that a runtime made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An int.
    Int(Int),
    /// A float.
    Float(Float),
    /// A string.
    Str(Text),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A tuple.
    Tuple(Vec<Value>),
    /// A list.
    List(Vec<Value>),
    /// A dict, in its order.
    Dict(Vec<(Value, Value)>),
    /// Memory that whoever has the value sees. It is equal to itself only; its text shows what is in it now.
    Buffer(Buffer),
    /// An object that a driver makes on request, or the snapshot of one: `Plain()`, `IntSubclass(3)`.
    Made(String, Vec<Value>),
    /// Something the runtime keeps and the scenario only names: `<capsule>`.
    Handle(String),
    /// An object of a type that has no notation here: `<type 'code'>`.
    Opaque(String),
    /// The result of an earlier call, by the name it was given.
    Name(String),
}

/// A tuple in a tuple in a tuple, so many times, around an empty one.
const NESTED: &str = "Nested";

impl Value {
    /// An int.
    pub fn int(number: impl Into<Int>) -> Value {
        Value::Int(number.into())
    }

    /// A float.
    #[must_use]
    pub fn float(number: f64) -> Value {
        Value::Float(number.into())
    }

    /// A string.
    #[must_use]
    pub fn text(text: &str) -> Value {
        Value::Str(text.into())
    }

    /// An object by the name of what makes it.
    #[must_use]
    pub fn made(kind: &str, args: Vec<Value>) -> Value {
        Value::Made(kind.to_owned(), args)
    }

    /// An empty tuple inside so many others.
    #[must_use]
    pub fn nested(depth: usize) -> Value {
        Value::made(NESTED, vec![Value::int(depth)])
    }

    /// The part of an instance of a subclass that C code sees when it looks at the base class only.
    #[must_use]
    pub fn plain(&self) -> &Value {
        match self {
            Value::Made(kind, args) if kind.ends_with("Subclass") || kind == "Level" => args.first().unwrap_or(self),
            other => other,
        }
    }

    /// The items, if it is exactly a tuple. One level of `Nested` is expanded.
    #[must_use]
    pub fn items(&self) -> Option<Cow<'_, [Value]>> {
        match self {
            Value::Tuple(items) => Some(Cow::Borrowed(items)),
            Value::Made(..) => self.nesting().map(|depth| {
                let inner = depth
                    .checked_sub(1)
                    .map(|depth| if depth == 0 { Value::Tuple(vec![]) } else { Value::nested(depth) });
                Cow::Owned(inner.into_iter().collect())
            }),
            _ => None,
        }
    }

    /// The depth, if it is a `Nested`.
    #[must_use]
    pub fn nesting(&self) -> Option<usize> {
        match self {
            Value::Made(kind, args) if kind == NESTED => match args.as_slice() {
                [Value::Int(depth)] => depth.to_i64().and_then(|depth| usize::try_from(depth).ok()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The number, if it is exactly an int and 64 bits hold it.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(number) => number.to_i64(),
            _ => None,
        }
    }

    /// The text, if it is exactly a string without surrogates.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => text.as_str(),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::float(number)
    }
}
