//! From an object to a filled structure: lookup, converter, validation, and the words for what cannot cross.
//!
//! What a converter does with its object is in `shared`, `tuple` and `view`.

use crossinterp_objects::{Text, Value, has_own_text, repr, str};

use super::conversion::Conversion;
use super::data::{Data, NewObject, XiData, XiRef};
use super::failure::Failure;
use super::ledger::{Allocator, ReferenceId};
use super::registry::Converter;
use super::tuple::Frame;
use crate::defect::Defect;
use crate::rule::Rule;

/// What is to be done next while structures are filled.
pub(super) enum Turn {
    /// The innermost tuple goes on.
    NextItem,
    /// An object is to be converted into a structure.
    Get(Value, XiRef),
    /// One was, or could not be.
    Done(Result<(), Failure>),
}

impl Conversion<'_> {
    /// Fills a structure from an object and, if it is a tuple, from everything in it.
    ///
    /// `_PyObject_GetCrossInterpreterData` in `crossinterp.c`. There it calls itself for every item; here what it has
    /// begun is a list of frames, so that ten thousand levels are no deeper than one.
    pub(super) fn get_data(&mut self, object: &Value, into: XiRef) -> Result<(), Failure> {
        let mut frames = Vec::new();
        let mut turn = self.begin_get(object.clone(), into, &mut frames);
        loop {
            turn = match turn {
                Turn::NextItem => self.next_item(&mut frames),
                Turn::Get(item, into) => self.begin_get(item, into, &mut frames),
                Turn::Done(result) if frames.is_empty() => return result,
                Turn::Done(result) => self.item_done(result, &mut frames),
            };
        }
    }

    /// Up to the converter: reset, reference, lookup by the exact type.
    /// Rules `capsule.get.lookup`, `convert.exact-type`; `_PyObject_GetCrossInterpreterData` in `crossinterp.c`.
    fn begin_get(&mut self, object: Value, into: XiRef, frames: &mut Vec<Frame>) -> Turn {
        let structure = self.data(into).structure;
        *self.data_mut(into) = XiData::empty(structure);
        let held = self.hold(&object);
        let Some(converter) = self.look_up(&object) else {
            self.ledger.let_go(held);
            let failure = self.lookup_failure(&object);
            return Turn::Done(self.fall_back(&object, into, failure));
        };
        if converter == Converter::Tuple {
            return self.begin_tuple(object, held, into, frames);
        }
        let result = self.get_shared(converter, &object, into);
        Turn::Done(self.end_get(&object, held, into, result))
    }

    /// From the converter on: the failure is wrapped, or the owner is filled in and the result validated.
    /// Rules `capsule.get.owner`, `capsule.get.failure`, `capsule.validate`; `_PyObject_GetCrossInterpreterData` and
    /// `_check_xidata` in `crossinterp.c`.
    pub(super) fn end_get(
        &mut self,
        object: &Value,
        held: ReferenceId,
        into: XiRef,
        result: Result<(), Failure>,
    ) -> Result<(), Failure> {
        if let Err(failure) = result {
            self.rule(Rule::ConvertFailure);
            let failure = self.named_and_let_go(object, held, into, failure);
            return self.fall_back(object, into, failure);
        }
        self.ledger.let_go(held);
        self.rule(Rule::CapsuleGetOwner);
        self.data_mut(into).owner = self.here;
        if self.data(into).new_object.is_none() {
            self.rule(Rule::CapsuleValidate);
            self.release(into);
            return Err(Failure::NoNewObject);
        }
        Ok(())
    }

    /// The failure in its words. C has let go of the object before it names it.
    /// Rule `convert.message`; `_get_xidata` of 3.14.
    fn named_and_let_go(&mut self, object: &Value, held: ReferenceId, into: XiRef, failure: Failure) -> Failure {
        if self.has(Defect::FailedPrintsFreed) {
            self.step(|| "drop the object".to_owned());
            self.ledger.let_go(held);
            self.read_named(held, into);
            return self.wrapped(object, failure);
        }
        self.read_named(held, into);
        let failure = self.wrapped(object, failure);
        self.ledger.let_go(held);
        failure
    }

    /// Since 3.14 a caller may ask for more than the registry. Whatever fails after it, its failure is the one that is
    /// raised. Rules `convert.fallback.order`, `convert.fallback.flag`; `_PyObject_GetXIData` of 3.14.
    fn fall_back(&mut self, object: &Value, into: XiRef, first: Failure) -> Result<(), Failure> {
        if !self.falls_back() || matches!(first, Failure::NoMemory | Failure::Undefined { .. }) {
            return Err(first);
        }
        self.rule(Rule::ConvertFallbackOrder);
        let Some(arriving) = self.registry.fall_back(object) else { return Err(first) };
        let what = "a block for what was shipped";
        let block = self.init_with_size(into, what, Some(object), NewObject::Shipped).map_err(|_| first)?;
        let data = self.data_mut(into);
        data.data = Data::Shipped(block, arriving);
        Ok(())
    }

    /// `_lookup_getdata` and `_PyCrossInterpreterData_Lookup` in `crossinterp.c`.
    pub(super) fn look_up(&mut self, object: &Value) -> Option<Converter> {
        self.rule(Rule::ConvertExact);
        self.rule(Rule::CapsuleGetLookup);
        let converter = self.registry.converter_of(&object.type_of());
        self.rule(if converter.is_some() { Rule::TypeFound } else { Rule::TypeMissing });
        self.step(|| {
            format!("look up {}: {}", object.type_of().name(), if converter.is_some() { "found" } else { "missing" })
        });
        converter
    }

    /// Rule `convert.message`; `_set_xid_lookup_failure` in `crossinterp.c`.
    pub(super) fn lookup_failure(&mut self, object: &Value) -> Failure {
        self.rule(Rule::ConvertFailure);
        self.not_shareable(object, None)
    }

    /// Since 3.14 the converter's failure becomes a cause. Memory that was missing says nothing of the object, and nothing
    /// is said once for each level of a tuple that is too deep.
    /// Rule `convert.cause`; `_PyObject_GetXIData` of 3.14.
    fn wrapped(&mut self, object: &Value, failure: Failure) -> Failure {
        let of_memory = matches!(failure, Failure::NoMemory | Failure::NoException);
        let too_deep = failure == Failure::Recursion;
        let reported_as_it_is = of_memory && !self.has(Defect::OomAsNotShareable) || too_deep;
        let unknown = matches!(failure, Failure::Undefined { .. });
        if !self.setup.style.wraps || reported_as_it_is || unknown {
            return failure;
        }
        self.rule(Rule::ConvertCause);
        let cause = (failure != Failure::NoException).then(|| Box::new(failure));
        self.not_shareable(object, cause)
    }

    fn not_shareable(&mut self, object: &Value, cause: Option<Box<Failure>>) -> Failure {
        self.rule(Rule::ConvertMessage);
        let text = match self.quoted(object) {
            Ok(text) => text,
            Err(raised) => return raised,
        };
        let Some(message) = self.allocate("a message", Allocator::Interpreter) else { return self.no_memory() };
        // It goes with the exception, whoever handles it.
        self.free_block(message);
        Failure::NotShareable { text, cause }
    }

    /// The object in its error's words. C calls the object's own `__str__` or `__repr__` for them, and what that
    /// raises is raised instead; the safe reading names the type of an object that has such code.
    pub(super) fn quoted(&mut self, object: &Value) -> Result<Text, Failure> {
        if !self.has(Defect::MessageRunsUserCode) && has_own_text(object) {
            return Ok(format!("<unprintable {} object>", object.type_of().name()).into());
        }
        let text = if self.setup.style.wraps { repr(object) } else { str(object) };
        // What that code takes away, nobody here can know: at worst the object itself.
        if has_own_text(object) && self.take_lent() {
            self.step(|| "code of the object takes the caller's reference away".to_owned());
        }
        text.map_err(|raised| Failure::Raised { kind: "KeyError", message: raised.quoted() })
    }
}
