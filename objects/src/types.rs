//! The exact type of a value, and whether it is built in or made at run time.

use std::borrow::Cow;

use crate::made;
use crate::value::Value;

/// Where a type lives. A registry is chosen by this alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Home {
    /// Part of the runtime: the same in every interpreter.
    Static,
    /// Made at run time, in one interpreter.
    Heap,
}

/// A type, by its name and its home.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    name: Cow<'static, str>,
    home: Home,
}

/// Objects that have names in the notation, and the built-in types that they are of.
const BUILT_IN: [(&str, &str); 23] = [
    ("MemoryView", "memoryview"),
    ("ReleasedView", "memoryview"),
    ("ByteArray", "bytearray"),
    ("Nested", "tuple"),
    ("Snapshot", "SimpleNamespace"),
    ("Function", "function"),
    ("Set", "set"),
    ("FrozenSet", "frozenset"),
    ("Config", "SimpleNamespace"),
    ("Configured", "SimpleNamespace"),
    ("Settings", "SimpleNamespace"),
    ("Type", "SimpleNamespace"),
    ("Ellipsis", "ellipsis"),
    ("NotImplemented", "NotImplementedType"),
    ("Complex", "complex"),
    ("Range", "range"),
    ("Slice", "slice"),
    ("Module", "module"),
    ("Code", "code"),
    ("Generator", "generator"),
    ("Class", "type"),
    ("Object", "object"),
    ("MappingProxy", "mappingproxy"),
];

impl Type {
    /// A type that is part of the runtime.
    #[must_use]
    pub const fn built_in(name: &'static str) -> Type {
        Type { name: Cow::Borrowed(name), home: Home::Static }
    }

    /// A type that is part of the runtime, by a name that was read.
    pub(crate) fn built_in_named(name: &str) -> Type {
        Type { name: Cow::Owned(name.to_owned()), home: Home::Static }
    }

    /// A type that was made at run time.
    #[must_use]
    pub fn heap(name: &str) -> Type {
        Type { name: Cow::Owned(name.to_owned()), home: Home::Heap }
    }

    /// `type.__name__`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it lives.
    #[must_use]
    pub fn home(&self) -> Home {
        self.home
    }

    /// Whether it was made at run time.
    #[must_use]
    pub fn is_heap(&self) -> bool {
        self.home == Home::Heap
    }

    fn of_made(kind: &str) -> Type {
        let built_in = BUILT_IN.iter().find(|(made, _)| *made == kind);
        built_in.map_or_else(|| Type::heap(kind), |(_, name)| Type::built_in(name))
    }
}

impl Value {
    /// `type(value)`: the exact one. What only has a name in a scenario is taken for an instance of a type called so.
    #[must_use]
    pub fn type_of(&self) -> Type {
        Type::built_in(match self {
            Value::None => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Str(_) => "str",
            Value::Bytes(_) => "bytes",
            Value::Tuple(_) => "tuple",
            Value::List(_) => "list",
            Value::Dict(_) => "dict",
            Value::Buffer(_) => "memoryview",
            Value::Made(kind, args) => return made::type_of(kind, args).unwrap_or_else(|| Type::of_made(kind)),
            Value::Handle(kind) | Value::Opaque(kind) | Value::Name(kind) => return Type::heap(kind),
        })
    }
}
