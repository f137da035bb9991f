//! The converters of values that hold no others, one function for each in `crossinterp.c`.

use crossinterp_objects::{Float, Value};

use super::conversion::Conversion;
use super::data::{Borrowed, Data, NewObject, XiRef};
use super::failure::Failure;
use super::ledger::Allocator;
use super::registry::{Converter, Foreign};
use crate::rule::Rule;

impl Conversion<'_> {
    /// Calls the converter of a value that is no tuple. The value is of the converter's type: the registry said so.
    pub(super) fn get_shared(&mut self, converter: Converter, object: &Value, into: XiRef) -> Result<(), Failure> {
        match (converter, object) {
            (Converter::Bool, Value::Bool(flag)) => self.bool_shared(*flag, into),
            (Converter::Int, Value::Int(number)) => self.long_shared(number.to_i64(), into),
            (Converter::Float, Value::Float(float)) => self.float_shared(*float, into),
            (Converter::Bytes, Value::Bytes(bytes)) => self.bytes_shared(object, bytes.len(), into),
            (Converter::Str, Value::Str(text)) => {
                self.str_shared(object, text.width(), text.code_points().count(), into)
            }
            (Converter::Memoryview, object) => self.pybuffer_shared(object, into),
            (Converter::Foreign(foreign), _) => self.foreign_shared(foreign, into),
            _ => self.none_shared(into),
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
    fn long_shared(&mut self, number: Option<i64>, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertInt);
        self.rule(Rule::ConvertIntBounds);
        let Some(number) = number else { return Err(Failure::Overflow) };
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
    fn bytes_shared(&mut self, object: &Value, len: usize, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertBytes);
        self.borrow(object, 1, len, into, NewObject::Bytes)
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
    fn foreign_shared(&mut self, foreign: Foreign, into: XiRef) -> Result<(), Failure> {
        let rebuilds = match foreign {
            Foreign::Raises { kind, message } => return Err(Failure::Raised { kind, message }),
            Foreign::Fills { rebuilds } => rebuilds,
        };
        let Some(block) = self.allocate("a block of somebody else's", Allocator::Raw) else {
            return Err(self.no_memory());
        };
        self.init(into, Data::Foreign(block), None, NewObject::Foreign);
        let data = self.data_mut(into);
        data.free = Some(super::data::Free::Raw);
        if !rebuilds {
            data.new_object = None;
        }
        Ok(())
    }
}

/// A value in place of the pointer: zero is the null pointer.
fn word(number: i64) -> Data {
    if number == 0 { Data::Null } else { Data::Word(number) }
}
