//! The way back: an object of the same type and value, made in another interpreter from what the capsule carries.

use crossinterp_objects::{Float, Text, Value};

use super::conversion::Conversion;
use super::data::{Borrowed, Data, NewObject, XiRef};
use super::failure::Failure;
use super::ledger::{Allocator, BlockId, ExportId};
use crate::rule::Rule;

/// What was made: the object, and what belongs to it until it is dropped.
#[derive(Debug)]
pub struct Arrival {
    /// The object.
    pub value: Value,
    pub(super) blocks: Vec<BlockId>,
    pub(super) exports: Vec<ExportId>,
    /// One-shot capsules that this arrival takes over once it is complete.
    pub(super) claimed: Vec<XiRef>,
}

/// Ints that exist once and for all.
const SMALL_INTS: std::ops::RangeInclusive<i64> = -5..=256;

/// A tuple whose items are arriving: the locals of `_new_tuple_object`.
struct Frame {
    object: Value,
    items: Vec<XiRef>,
    arrived: Vec<Value>,
}

impl Conversion<'_> {
    /// Makes the object in the current interpreter. If that fails, the capsule is as it was.
    ///
    /// Rule `convert.round-trip`; `_PyCrossInterpreterData_NewObject` in `crossinterp.c`.
    pub fn materialise(&mut self, xi: XiRef) -> Result<Arrival, Failure> {
        let mut arrival = Arrival { value: Value::None, blocks: Vec::new(), exports: Vec::new(), claimed: Vec::new() };
        match self.new_object(xi, &mut arrival) {
            Ok(value) => {
                self.rule(Rule::ConvertRoundTrip);
                self.settle(&mut arrival);
                Ok(Arrival { value, ..arrival })
            }
            Err(failure) => {
                self.drop_arrival(arrival);
                Err(failure)
            }
        }
    }

    /// The last reference to an object that arrived is dropped; an export goes back to its owner.
    pub fn drop_arrival(&mut self, mut arrival: Arrival) {
        self.step(|| "drop what has arrived".to_owned());
        self.drop_blocks(&mut arrival, 0);
        for export in arrival.exports {
            self.ledger.give_back(export);
        }
    }

    /// In C each tuple makes its items by calling this again; here the tuples in progress are a list.
    fn new_object(&mut self, xi: XiRef, arrival: &mut Arrival) -> Result<Value, Failure> {
        let mut frames: Vec<Frame> = Vec::new();
        let mut value = self.begin_object(xi, &mut frames, arrival)?;
        loop {
            let Some(frame) = frames.last_mut() else { return Ok(value.expect("no tuple is in progress")) };
            frame.arrived.extend(value.take());
            if let Some(&item) = frame.items.get(frame.arrived.len()) {
                value = self.begin_object(item, &mut frames, arrival)?;
            } else {
                value = frames.pop().map(Frame::into_value);
            }
        }
    }

    /// The object at once, or a tuple in progress. Rule `convert.tuple`; `_new_tuple_object` in `crossinterp.c`.
    fn begin_object(
        &mut self,
        xi: XiRef,
        frames: &mut Vec<Frame>,
        arrival: &mut Arrival,
    ) -> Result<Option<Value>, Failure> {
        let data = self.data(xi);
        match (data.new_object, &data.data) {
            (Some(NewObject::Tuple), Data::Items(items)) => {
                let (items, object) = (items.clone(), items.object.clone());
                self.rule(Rule::ConvertTuple);
                self.ledger.read(items.header, None);
                self.ledger.read(items.array, None);
                if !items.items.is_empty() {
                    self.new_block("a tuple", arrival)?;
                }
                frames.push(Frame { object, items: items.items, arrived: Vec::new() });
                let levels_max = self.setup.style.reader_depth_max.unwrap_or(usize::MAX);
                self.ledger.nest(frames.len() - 1, levels_max);
                Ok(None)
            }
            _ => self.new_leaf(xi, arrival).map(Some),
        }
    }

    fn new_leaf(&mut self, xi: XiRef, arrival: &mut Arrival) -> Result<Value, Failure> {
        let structure = self.data(xi).clone();
        match (structure.new_object, structure.data) {
            (Some(NewObject::None), _) => Ok(self.new_none()),
            (Some(NewObject::Bool), data) => Ok(self.new_bool(data != Data::Null)),
            (Some(NewObject::Int), Data::Word(number)) => self.new_long(number, arrival),
            (Some(NewObject::Int), _) => self.new_long(0, arrival),
            (Some(NewObject::Float), Data::Double(block, float)) => self.new_float(block, float, arrival),
            (Some(NewObject::Bytes | NewObject::Str), Data::Borrowed(block, borrowed)) => {
                self.ledger.read(block, structure.obj);
                self.new_copy(borrowed, arrival)
            }
            (Some(NewObject::Memoryview), _) => self.memoryview_from_xid(xi, arrival),
            (Some(NewObject::Shipped), Data::Shipped(block, value)) => {
                self.ledger.read(block, structure.obj);
                self.new_block("what was shipped", arrival)?;
                Ok(value)
            }
            _ => Err(Failure::NoNewObject),
        }
    }

    /// Rule `convert.none`; `_new_none_object` in `crossinterp.c`.
    fn new_none(&mut self) -> Value {
        self.rule(Rule::ConvertNone);
        Value::None
    }

    /// Rule `convert.bool`; `_new_bool_object` in `crossinterp.c`.
    fn new_bool(&mut self, flag: bool) -> Value {
        self.rule(Rule::ConvertBool);
        Value::Bool(flag)
    }

    /// Rule `convert.int`; `_new_long_object` in `crossinterp.c`.
    fn new_long(&mut self, number: i64, arrival: &mut Arrival) -> Result<Value, Failure> {
        self.rule(Rule::ConvertInt);
        if !SMALL_INTS.contains(&number) {
            self.new_block("an int", arrival)?;
        }
        Ok(Value::int(number))
    }

    /// Rule `convert.float`; `_new_float_object` in `crossinterp.c`.
    fn new_float(&mut self, block: BlockId, float: Float, arrival: &mut Arrival) -> Result<Value, Failure> {
        self.rule(Rule::ConvertFloat);
        self.ledger.read(block, None);
        self.new_block("a float", arrival)?;
        Ok(Value::Float(float))
    }

    /// A copy of what the block points to.
    /// Rules `convert.bytes`, `convert.str`, `convert.borrowed`; `_new_bytes_object`, `_new_str_object` in `crossinterp.c`.
    fn new_copy(&mut self, borrowed: Borrowed, arrival: &mut Arrival) -> Result<Value, Failure> {
        self.rule(Rule::ConvertBorrowed);
        let value = read_units(&borrowed);
        self.rule(if matches!(value, Value::Str(_)) { Rule::ConvertStr } else { Rule::ConvertBytes });
        if !is_shared(&borrowed) {
            self.new_block(if matches!(value, Value::Str(_)) { "a str" } else { "a bytes" }, arrival)?;
        }
        Ok(value)
    }

    /// Memory for a new object of the current interpreter. Rule `convert.arrive.no-memory`.
    pub(super) fn new_block(&mut self, what: &'static str, arrival: &mut Arrival) -> Result<(), Failure> {
        match self.allocate(what, Allocator::Interpreter) {
            Some(block) => arrival.blocks.push(block),
            None => {
                self.rule(Rule::ConvertArriveNoMemory);
                return Err(Failure::NoMemory);
            }
        }
        Ok(())
    }
}

impl Frame {
    /// The new tuple. One that is written by its depth arrives written so: what it holds is what would be written out.
    fn into_value(self) -> Value {
        let as_written = self.object.nesting().is_some() && self.object.items().as_deref() == Some(&self.arrived);
        if as_written { self.object } else { Value::Tuple(self.arrived) }
    }
}

/// So many units from where the pointer leads to.
fn read_units(borrowed: &Borrowed) -> Value {
    match &borrowed.object {
        Value::Str(text) => {
            let points = text.code_points().take(borrowed.len);
            Value::Str(Text::from_code_points(points).expect("they are the code points of a text"))
        }
        Value::Bytes(bytes) => Value::Bytes(bytes[..borrowed.len].to_vec()),
        other => unreachable!("nobody borrows from {other}"),
    }
}

/// Empty ones exist once and for all, and so do those of one byte.
fn is_shared(borrowed: &Borrowed) -> bool {
    borrowed.len == 0 || borrowed.len == 1 && borrowed.kind == 1
}
