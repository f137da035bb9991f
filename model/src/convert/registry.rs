//! What a conversion asks a registry: is this exact type known, and which function converts it.
//!
//! How registries are kept, and how many there are, is not known here.

use crossinterp_objects::{Type, Value};

/// A function that fills a capsule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Converter {
    /// `_none_shared`.
    None,
    /// `_bool_shared`.
    Bool,
    /// `_long_shared`.
    Int,
    /// `_float_shared`.
    Float,
    /// `_bytes_shared`.
    Bytes,
    /// `_str_shared`.
    Str,
    /// `_tuple_shared`.
    Tuple,
    /// `_pybuffer_shared`, which the module `_interpreters` brings.
    Memoryview,
    /// One that somebody else registered: it fills the structure with a block of its own.
    Foreign {
        /// Whether it comes with a function that makes the object.
        rebuilds: bool,
        /// Whether it keeps the object alive.
        holds: bool,
    },
}

/// Whoever knows which types can cross.
pub trait Registry {
    /// The converter of an exact type. A lookup may change what it looks in.
    fn converter_of(&mut self, exact: &Type) -> Option<Converter>;

    /// What arrives of an object that 3.14's full fallback is given, if anything. It is asked after the registry failed.
    fn fall_back(&mut self, _object: &Value) -> Option<Value> {
        None
    }
}

impl<F: FnMut(&Type) -> Option<Converter>> Registry for F {
    fn converter_of(&mut self, exact: &Type) -> Option<Converter> {
        self(exact)
    }
}

/// What every process has: the types registered when the runtime starts, and memoryview.
///
/// Rules `registry.builtins`, `registry.memoryview`; `_register_builtins_for_crossinterpreter_data` in `crossinterp.c`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Builtins;

impl Registry for Builtins {
    fn converter_of(&mut self, exact: &Type) -> Option<Converter> {
        if exact.is_heap() {
            return None;
        }
        Some(match exact.name() {
            "NoneType" => Converter::None,
            "int" => Converter::Int,
            "bytes" => Converter::Bytes,
            "str" => Converter::Str,
            "bool" => Converter::Bool,
            "float" => Converter::Float,
            "tuple" => Converter::Tuple,
            "memoryview" => Converter::Memoryview,
            _ => return None,
        })
    }
}
