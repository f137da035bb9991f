//! The converters of values that hold no others, one function for each in `crossinterp.c`.

use crossinterp_objects::{Float, Text, Value};

use super::conversion::Conversion;
use super::data::{Borrowed, Data, NewObject, XiRef};
use super::failure::Failure;
use super::ledger::Allocator;
use super::registry::Converter;
use crate::rule::Rule;

impl Conversion<'_> {
    /// Calls the converter of a value that is no tuple. Whatever type it is registered for, it is the converter that
    /// says what becomes of the object: some look whether it is one of theirs, and some only read its memory.
    pub(super) fn get_shared(&mut self, converter: Converter, object: &Value, into: XiRef) -> Result<(), Failure> {
        match (converter, object.plain()) {
            (Converter::None, _) => self.none_shared(into),
            (Converter::Bool, _) => self.bool_shared(*object == Value::Bool(true), into),
            (Converter::Int, plain) => self.long_shared(plain, into),
            (Converter::Float, Value::Float(float)) => self.float_shared(*float, into),
            (Converter::Bytes, _) => self.bytes_shared(object, into),
            (Converter::Str, plain @ Value::Str(text)) => {
                self.str_shared(plain, text.width(), text.code_points().count(), into)
            }
            (Converter::Memoryview, _) => self.pybuffer_shared(object, into),
            (Converter::Foreign { rebuilds, holds }, _) => self.foreign_shared(rebuilds, holds, object, into),
            (Converter::Float | Converter::Str | Converter::Tuple, _) => Err(undefined(object)),
        }
    }

    /// Rule `convert.none`; `_none_shared` in `crossinterp.c`.
    fn none_shared(&mut self, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertNone);
        self.init(into, Data::Null, None, NewObject::None);
        Ok(())
    }

    /// Rule `convert.bool`; `_bool_shared` in `crossinterp.c`.
    fn bool_shared(&mut self, flag: bool, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertBool);
        self.init(into, word(i64::from(flag)), None, NewObject::Bool);
        Ok(())
    }

    /// Rules `convert.int`, `convert.int.bounds`; `_long_shared` in `crossinterp.c`.
    fn long_shared(&mut self, plain: &Value, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertInt);
        let Value::Int(number) = plain else { return Err(type_error("an integer is required".into())) };
        let Some(number) = number.to_i64() else {
            self.rule(Rule::ConvertIntBounds);
            return Err(Failure::Overflow);
        };
        self.init(into, word(number), None, NewObject::Int);
        Ok(())
    }

    /// Rule `convert.float`; `_float_shared` in `crossinterp.c`.
    fn float_shared(&mut self, float: Float, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertFloat);
        let block = self.init_with_size(into, "a block for the double", None, NewObject::Float)?;
        self.data_mut(into).data = Data::Double(block, float);
        Ok(())
    }

    /// Rules `convert.bytes`, `convert.borrowed`; `_bytes_shared` in `crossinterp.c`.
    fn bytes_shared(&mut self, object: &Value, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertBytes);
        let plain = object.plain();
        let len = if let Value::Bytes(bytes) = plain { Some(bytes.len()) } else { None };
        self.borrow(plain, 1, len.unwrap_or_default(), into, NewObject::Bytes)?;
        if len.is_some() {
            return Ok(());
        }
        self.clear(into);
        Err(self.no_bytes(object))
    }

    fn no_bytes(&mut self, object: &Value) -> Failure {
        if !self.setup.style.wraps {
            return type_error(format!("expected bytes, {} found", object.type_of().name()).into());
        }
        match self.quoted(object) {
            Ok(text) => Failure::NotBytes { text },
            Err(raised) => raised,
        }
    }

    /// Rules `convert.str`, `convert.borrowed`; `_str_shared` in `crossinterp.c`.
    fn str_shared(&mut self, object: &Value, kind: usize, len: usize, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertStr);
        self.borrow(object, kind, len, into, NewObject::Str)
    }

    /// A block that points into the object, which is kept alive for it.
    fn borrow(
        &mut self,
        object: &Value,
        kind: usize,
        len: usize,
        into: XiRef,
        new_object: NewObject,
    ) -> Result<(), Failure> {
        self.rule(Rule::ConvertBorrowed);
        let block = self.init_with_size(into, "a block for pointer and length", Some(object), new_object)?;
        self.data_mut(into).data = Data::Borrowed(block, Borrowed { object: object.clone(), kind, len });
        Ok(())
    }

    /// A converter that is not the layer's.
    fn foreign_shared(&mut self, rebuilds: bool, holds: bool, object: &Value, into: XiRef) -> Result<(), Failure> {
        let Some(block) = self.allocate("a block of somebody else's", Allocator::Raw) else {
            return Err(self.no_memory());
        };
        self.init(into, Data::Foreign(block), holds.then_some(object), NewObject::Foreign);
        let data = self.data_mut(into);
        data.free = Some(super::data::Free::Raw);
        if !rebuilds {
            data.new_object = None;
        }
        Ok(())
    }
}

fn type_error(message: Text) -> Failure {
    Failure::Raised { kind: "TypeError", message }
}

/// The converter reads the object's memory as that of its own type, whatever it is.
pub(super) fn undefined(object: &Value) -> Failure {
    Failure::Undefined { object: object.to_string() }
}

/// A value in place of the pointer: zero is the null pointer.
fn word(number: i64) -> Data {
    if number == 0 { Data::Null } else { Data::Word(number) }
}
