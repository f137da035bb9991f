//! Tuples: a header, an array, and a structure for each item.

use crossinterp_objects::Value;

use super::conversion::{Conversion, Undo};
use super::data::{Data, Free, Items, NewObject, XiRef};
use super::failure::Failure;
use super::get::Turn;
use super::ledger::{Allocator, BlockId, ReferenceId};
use super::shared::undefined;
use crate::defect::Defect;
use crate::rule::Rule;

/// A tuple whose items are being converted: the locals of `_tuple_shared`, and of the call that it is in.
pub(super) struct Frame {
    object: Value,
    held: ReferenceId,
    into: XiRef,
    header: BlockId,
    array: BlockId,
    items: Vec<Value>,
    /// The structures of the items that are done.
    done: Vec<XiRef>,
    /// The structure of the item that is being converted.
    pending: Option<XiRef>,
}

impl Conversion<'_> {
    /// The header, then the array. Without the second, C forgets the first.
    /// Rule `convert.tuple`; `_tuple_shared` in `crossinterp.c`.
    pub(super) fn begin_tuple(
        &mut self,
        object: Value,
        held: ReferenceId,
        into: XiRef,
        frames: &mut Vec<Frame>,
    ) -> Turn {
        self.rule(Rule::ConvertTuple);
        if self.falls_back() {
            self.rule(Rule::ConvertFallbackTuple);
        }
        let Some(items) = object.plain().items().map(std::borrow::Cow::into_owned) else {
            let result = Err(undefined(&object));
            return Turn::Done(self.end_get(&object, held, into, result));
        };
        let (header, array) = match self.allocate_tuple() {
            Ok(blocks) => blocks,
            Err(failure) => return Turn::Done(self.end_get(&object, held, into, Err(failure))),
        };
        frames.push(Frame { object, held, into, header, array, items, done: Vec::new(), pending: None });
        Turn::NextItem
    }

    fn allocate_tuple(&mut self) -> Result<(BlockId, BlockId), Failure> {
        let header = self.allocate("a tuple's header", Allocator::Raw).ok_or_else(|| self.no_memory())?;
        let Some(array) = self.allocate("a tuple's array", Allocator::Interpreter) else {
            if !self.has(Defect::TupleOomLeak) {
                self.free_block(header);
            }
            return Err(self.no_memory());
        };
        Ok((header, array))
    }

    /// A structure for the next item, one level deeper; or the tuple's own structure is filled.
    /// Rules `convert.tuple`, `convert.tuple.depth`; `_tuple_shared` in `crossinterp.c`.
    pub(super) fn next_item(&mut self, frames: &mut Vec<Frame>) -> Turn {
        let depth = frames.len();
        let frame = frames.last_mut().expect("a tuple is in progress");
        let Some(item) = frame.items.get(frame.done.len()).cloned() else { return self.end_tuple(frames) };
        let into = match self.new_structure() {
            Ok(into) => into,
            Err(failure) => return self.fail_tuple(failure, frames),
        };
        self.rule(Rule::ConvertTupleDepth);
        if depth > self.depth_max() {
            self.free_structure(into);
            let failure = self.too_deep(depth);
            return self.fail_tuple(failure, frames);
        }
        frame.pending = Some(into);
        Turn::Get(item, into)
    }

    /// How deep a tuple may be. C asks the stack of whoever converts; who receives the tuple has another.
    fn depth_max(&self) -> usize {
        let style = self.setup.style;
        let guarded = !self.has(Defect::TupleDepthUnguarded);
        style.reader_depth_max.filter(|_| guarded).map_or(style.depth_max, |reader| reader.min(style.depth_max))
    }

    /// Since 3.14 it is the stack that is measured, and how large that is nobody here knows.
    fn too_deep(&self, depth: usize) -> Failure {
        if self.setup.style.measures_stack {
            Failure::Undefined { object: format!("Nested({depth})") }
        } else {
            Failure::Recursion
        }
    }

    /// The innermost tuple's item is done, or fails it.
    /// Rule `convert.tuple.bad-item`; `_tuple_shared` in `crossinterp.c`.
    pub(super) fn item_done(&mut self, result: Result<(), Failure>, frames: &mut Vec<Frame>) -> Turn {
        let frame = frames.last_mut().expect("an item is in a tuple");
        let item = frame.pending.take().expect("the item has a structure");
        match result {
            Ok(()) => {
                frame.done.push(item);
                Turn::NextItem
            }
            Err(failure) => {
                self.rule(Rule::ConvertTupleItem);
                self.free_structure(item);
                self.fail_tuple(failure, frames)
            }
        }
    }

    fn end_tuple(&mut self, frames: &mut Vec<Frame>) -> Turn {
        let Frame { object, held, into, header, array, done, .. } = frames.pop().expect("a tuple is in progress");
        assert_eq!(self.data(into).data, Data::Null, "nothing has been put there yet");
        let items = Items { header, array, items: done, object: object.clone() };
        self.init(into, Data::Items(items), Some(&object), NewObject::Tuple);
        self.data_mut(into).free = Some(Free::Tuple);
        Turn::Done(self.end_get(&object, held, into, Ok(())))
    }

    /// What was converted is released, and the blocks are freed.
    fn fail_tuple(&mut self, failure: Failure, frames: &mut Vec<Frame>) -> Turn {
        let Frame { object, held, into, header, array, done, .. } = frames.pop().expect("a tuple is in progress");
        let mut left = Vec::new();
        self.undo_items(Items { header, array, items: done, object: Value::None }, &mut left);
        self.undo(left);
        Turn::Done(self.end_get(&object, held, into, Err(failure)))
    }

    /// Each item is released and its structure freed; then the array, then the header.
    /// Rule `convert.tuple.free`; `_tuple_shared_free` in `crossinterp.c`.
    pub(super) fn undo_items(&mut self, items: Items, left: &mut Vec<Undo>) {
        self.rule(Rule::ConvertTupleFree);
        left.extend([Undo::FreeBlock(items.header), Undo::FreeBlock(items.array)]);
        let each = items.items.into_iter().rev();
        left.extend(each.flat_map(|item| [Undo::FreeStructure(item), Undo::Release(item)]));
    }
}
