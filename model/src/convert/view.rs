//! Memoryviews: an export travels, and whoever reads the capsule takes it over.
//!
//! The C functions are those of `_interpretersmodule.c`, which registers the type.

use crossinterp_objects::Value;

use super::arrive::Arrival;
use super::conversion::Conversion;
use super::data::{Data, Free, NewObject, View, XiRef};
use super::failure::Failure;
use super::ledger::{Allocator, BlockId};
use crate::defect::Defect;
use crate::rule::Rule;

impl Conversion<'_> {
    /// A block, then the export. Up to 3.13.0 nothing frees either.
    /// Rules `convert.memoryview`, `convert.memoryview.exports`; `_pybuffer_shared` in `_interpretersmodule.c`.
    pub(super) fn pybuffer_shared(&mut self, object: &Value, into: XiRef) -> Result<(), Failure> {
        self.rule(Rule::ConvertMemoryview);
        let Some(block) = self.allocate("a block for the buffer", Allocator::Raw) else {
            return Err(self.no_memory_for_view(Rule::ConvertNoMemory));
        };
        if is_released(object) {
            self.free_block(block);
            return Err(Failure::ReleasedView);
        }
        self.rule(Rule::ConvertMemoryviewExports);
        let export = self.ledger.export(object.type_of().name());
        let view = View { block, export, object: object.clone(), used: false };
        self.init(into, Data::View(view), None, NewObject::Memoryview);
        if !self.has(Defect::MemoryviewUnconsumed) {
            self.data_mut(into).free = Some(Free::View);
        }
        Ok(())
    }

    /// Rule `capsule.clear.undoes`; `_pybuffer_shared_free` in `_interpretersmodule.c`.
    pub(super) fn free_view(&mut self, view: View) {
        self.rule(Rule::ClearUndoes);
        if !view.used {
            self.ledger.give_back(view.export);
        }
        self.free_block(view.block);
    }

    /// The wrapper that owns the export from now on, then the view of it.
    /// Rules `convert.memoryview`, `capsule.new-object.one-shot`; `_memoryview_from_xid` in `_interpretersmodule.c`.
    ///
    /// In the safe reading the export changes hands when everything has arrived that travels with it; until then the
    /// capsule is as it was.
    pub(super) fn memoryview_from_xid(&mut self, xi: XiRef, arrival: &mut Arrival) -> Result<Value, Failure> {
        self.rule(Rule::ConvertMemoryview);
        self.rule(Rule::NewObjectOneShot);
        let Data::View(view) = self.data(xi).data.clone() else { return Err(Failure::NoException) };
        if view.used && !self.has(Defect::MemoryviewReused) {
            return Err(Failure::Consumed);
        }
        self.ledger.read(view.block, None);
        self.ledger.read_export(view.export);
        let begin = arrival.blocks.len();
        self.wrap_view(arrival)?;
        for what in ["a managed buffer", "a memoryview"] {
            if let Err(failure) = self.new_block(what, arrival) {
                self.fail_view(&view, arrival, begin);
                return Err(failure);
            }
        }
        self.take_over(xi, &view, arrival);
        Ok(view.object)
    }

    /// `xibufferview_from_buffer` copies the buffer since 3.14; up to 3.13.0 the wrapper takes the capsule's own block.
    fn wrap_view(&mut self, arrival: &mut Arrival) -> Result<(), Failure> {
        let begin = arrival.blocks.len();
        if !self.hands_over_block() && self.new_block("a copy of the buffer", arrival).is_err() {
            return Err(self.no_memory_for_view(Rule::ConvertArriveNoMemory));
        }
        if self.new_block("a wrapper of the buffer", arrival).is_err() {
            self.drop_blocks(arrival, begin);
            return Err(self.no_memory_for_view(Rule::ConvertArriveNoMemory));
        }
        Ok(())
    }

    /// Without the view, the wrapper goes: since 3.14 with the export, which the capsule still counts as its own. Up to
    /// 3.13.0 nobody drops the wrapper when the managed buffer is missing, and its drop takes the block when the view is.
    fn fail_view(&mut self, view: &View, arrival: &mut Arrival, begin: usize) {
        if !self.has(Defect::FailedReadConsumes) {
            return self.drop_blocks(arrival, begin);
        }
        self.step(|| "the view cannot be made, and its wrapper is dropped".to_owned());
        let managed = arrival.blocks.len() > begin + self.wrapper_blocks();
        if self.hands_over_block() && !managed {
            // Leaked: neither freed here nor by anybody later.
            arrival.blocks.truncate(begin);
            return;
        }
        self.drop_blocks(arrival, begin);
        self.ledger.give_back(view.export);
        if self.hands_over_block() {
            self.free_block(view.block);
        }
    }

    /// The reader has the export now.
    fn take_over(&mut self, xi: XiRef, view: &View, arrival: &mut Arrival) {
        if !self.has(Defect::FailedReadConsumes) {
            arrival.claimed.push(xi);
            return;
        }
        self.mark_used(xi);
        arrival.exports.push(view.export);
        if self.hands_over_block() {
            arrival.blocks.push(view.block);
        }
    }

    /// What a successful arrival claimed is its own.
    pub(super) fn settle(&mut self, arrival: &mut Arrival) {
        for xi in std::mem::take(&mut arrival.claimed) {
            let Data::View(view) = self.data(xi).data.clone() else { continue };
            self.mark_used(xi);
            arrival.exports.push(view.export);
            if self.hands_over_block() {
                arrival.blocks.push(view.block);
            }
        }
    }

    fn mark_used(&mut self, xi: XiRef) {
        if let Data::View(view) = &mut self.data_mut(xi).data {
            view.used = true;
        }
    }

    /// Whether the reader gets the capsule's own block, which the capsule then has no function to free.
    fn hands_over_block(&self) -> bool {
        self.has(Defect::MemoryviewUnconsumed)
    }

    fn wrapper_blocks(&self) -> usize {
        if self.hands_over_block() { 1 } else { 2 }
    }

    /// Up to 3.13.0 the module's own allocations fail without an exception.
    fn no_memory_for_view(&mut self, rule: Rule) -> Failure {
        self.rule(rule);
        if self.has(Defect::MemoryviewNoException) { Failure::NoException } else { Failure::NoMemory }
    }

    /// Frees what was made since.
    pub(super) fn drop_blocks(&mut self, arrival: &mut Arrival, begin: usize) {
        let blocks: Vec<BlockId> = arrival.blocks.drain(begin..).rev().collect();
        for block in blocks {
            self.free_block(block);
        }
    }
}

fn is_released(object: &Value) -> bool {
    matches!(object, Value::Made(kind, _) if kind == "ReleasedView")
}
