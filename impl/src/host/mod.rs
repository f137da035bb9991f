//! What an embedder brings: its values, how they leave one interpreter and arrive in another, and how what was left is freed.
//!
//! It sits between this crate and the embedder. [`simple`] is a host for tests, examples and a first look; it has no privileges.

mod session;
pub mod simple;

pub use session::{Part, SessionHost};

use crate::current::Current;
use crate::error::{CallError, ConvertError, MaterialiseError};
use crate::id::InterpreterId;
use crate::memory::{self, Memory};

/// An object model, and the way of its values from one interpreter to another.
///
/// One host serves all interpreters of a runtime. No lock of this crate is held during a callback, so a callback may use
/// capsules and interpreters. What would wait for that very callback is refused instead: while
/// [`materialise`](Host::materialise) reads a payload, its thread cannot end the owner; while [`free`](Host::free) runs on behalf of
/// an idle owner, its thread can neither enter nor end that owner. Other threads wait, so a callback must not wait for them in turn.
///
/// A callback that panics does not stop anything: the operation is carried through, and the (first) panic goes on from there.
pub trait Host: Send + Sync + Sized + 'static {
    /// A value inside an interpreter. It need not be able to leave its thread.
    type Value;
    /// What stays with the owner while a capsule is on its way. It is read from other threads, and freed in the owner.
    type Payload: Send + Sync + 'static;
    /// What is carried inside the capsule itself: a small copy that needs no owner.
    type Immediate: Send + Sync + 'static;
    /// Why a value cannot leave, or cannot arrive.
    type Error: std::error::Error + Send + Sync + 'static;
    /// What decides how a value leaves. Types are compared for equality and in no other way: a subtype is another type.
    type Type: Clone + Eq + Send + Sync + 'static;
    /// A way out for the values of a type. Equal ones do the same. A host with only one way for everything uses `()` for both.
    type Converter: Clone + PartialEq + Send + Sync + 'static;

    /// The exact type of a value. Rule `convert.exact-type`.
    fn type_of(&self, value: &Self::Value) -> Self::Type;

    /// Whether a type belongs to one interpreter, as a class made there does, rather than to all. Such a type is registered in the
    /// interpreter it belongs to, and only there. The answer must not change. Rules `registry.kinds` and `registry.choice`.
    fn is_heap(&self, _ty: &Self::Type) -> bool {
        false
    }

    /// The types that every runtime begins with, none of them heap types, in the order of their registration. They stay.
    /// Rule `registry.builtins`.
    fn builtins(&self) -> Vec<(Self::Type, Self::Converter)>;

    /// The account that is asked before each allocation; none unless a host brings one, and then nothing is ever refused.
    fn memory(&self) -> &Memory {
        &memory::UNLIMITED
    }

    /// Takes what has to be taken of a value to make equal ones elsewhere, in the way registered for its type. What is made of
    /// the items of a value, each in the way registered for its own type, is the host's to keep in the payload, or to free.
    ///
    /// # Errors
    ///
    /// [`ConvertError`], possibly with an error of the host's own, when the value cannot leave; then nothing may be held on its
    /// behalf.
    fn convert(
        &self,
        context: &Context,
        value: &Self::Value,
        converter: &Self::Converter,
        items: &Items<'_, Self>,
    ) -> Converted<Self>;

    /// Makes a value of the interpreter in the context. It may run in several threads at once on the same payload.
    ///
    /// # Errors
    ///
    /// [`MaterialiseError::Host`] or [`MaterialiseError::NoMemory`], when the value cannot arrive.
    fn materialise(
        &self,
        context: &Context,
        payload: PayloadRef<'_, Self::Immediate, Self::Payload>,
    ) -> Result<Self::Value, MaterialiseError<Self::Error>>;

    /// Frees a payload: called exactly once for each that [`convert`](Host::convert) made, always in its owner's context, though not
    /// always by a thread that is current there.
    fn free(&self, context: &Context, payload: Self::Payload);

    /// A last word of an interpreter that ends. Capsules can still be made, read and released here; calls are no longer taken on.
    fn at_end(&self, _owner: &Current<'_, Self>) {}

    /// A call that nobody waits for failed: at a leave, or at the end of its interpreter.
    fn call_failed(&self, _context: &Context, _error: CallError) {}

    /// Tells the host of a free that comes too early. Only a sabotaged runtime does that.
    #[cfg(loom)]
    fn free_under_reader(&self, _context: &Context, _payload: &Self::Payload) {}
}

/// What taking a value out comes to.
pub type Converted<H> =
    Result<Conversion<<H as Host>::Immediate, <H as Host>::Payload>, ConvertError<<H as Host>::Error>>;

/// How a conversion takes the items of its value out: each as if it left on its own.
pub type Items<'a, H> = dyn Fn(&<H as Host>::Value) -> Converted<H> + 'a;

/// In which interpreter a callback runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    interpreter: InterpreterId,
}

impl Context {
    pub(crate) fn new(interpreter: InterpreterId) -> Self {
        Context { interpreter }
    }

    /// The interpreter.
    #[must_use]
    pub fn interpreter(&self) -> InterpreterId {
        self.interpreter
    }
}

/// What a value becomes when it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conversion<I, P> {
    /// A copy that needs no owner. Releasing the capsule is free.
    Immediate(I),
    /// Something that its owner keeps until it is released.
    Owned {
        /// What is kept.
        payload: P,
        /// How often it can be made into a value.
        reuse: Reuse,
    },
}

/// What there is to make a value of.
#[derive(Debug)]
pub enum PayloadRef<'a, I, P> {
    /// What the capsule carries itself.
    Immediate(&'a I),
    /// What the owner keeps. It stays until the callback returns.
    Owned(&'a P),
}

/// How often a payload can be made into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reuse {
    /// As often as wanted.
    AnyNumber,
    /// Once. An attempt that fails does not count, but one that panics does: what it left half done is not known.
    OneShot,
}
