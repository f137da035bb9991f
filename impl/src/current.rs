//! What can be done inside an interpreter: the proof of being there, and everything that takes one.
//!
//! It sits on top of `core`, `capsule` and `registry`. It belongs to one thread, so what it remembers needs no lock.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use crate::capsule::{Capsule, Release};
use crate::core::Core;
use crate::error::{CallError, CallInError, ConvertError, MaterialiseError, RegistryError, ReleaseError};
use crate::host::{Context, Converted, Host};
use crate::id::InterpreterId;
use crate::interpreter::Interpreter;
use crate::registry::{Cache, Origin, Registered, Unregistered};
use crate::sync::Arc;

/// Proof that the calling thread is current in an interpreter: what a guard gives, and what a call into the interpreter receives.
/// It stays with its thread.
pub struct Current<'a, H: Host> {
    pub(crate) core: &'a Arc<Core<H>>,
    static_types: Cache<H::Type, H::Converter>,
    heap_types: Cache<H::Type, H::Converter>,
    /// How many conversions are going on, one within the other.
    depth: Cell<usize>,
    /// A raw pointer is neither `Send` nor `Sync`, and so is a place on a thread.
    here: PhantomData<*const ()>,
}

/// How many values may be around a value that is taken out with them. Conversion recurses, and this much fits the smallest
/// stacks in use.
pub const CONVERSION_DEPTH_MAX: usize = 128;

/// One more conversion within the others, for as long as it lives.
struct Deeper<'d>(&'d Cell<usize>);

impl<'d> Deeper<'d> {
    /// Rule `convert.tuple.depth`.
    fn new(depth: &'d Cell<usize>) -> Option<Self> {
        let around = depth.get();
        (around <= CONVERSION_DEPTH_MAX).then(|| {
            depth.set(around + 1);
            Deeper(depth)
        })
    }
}

impl Drop for Deeper<'_> {
    fn drop(&mut self) {
        assert!(self.0.get() > 0, "each goes down once");
        self.0.set(self.0.get() - 1);
    }
}

/// What became of a call into an interpreter that may have been the caller's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Called {
    /// It has been made.
    Now,
    /// It waits in the other interpreter.
    Soon,
}

impl<'a, H: Host> Current<'a, H> {
    pub(crate) fn new(core: &'a Arc<Core<H>>) -> Self {
        let (static_types, heap_types) = (Cache::default(), Cache::default());
        Current { core, static_types, heap_types, depth: Cell::new(0), here: PhantomData }
    }

    /// The interpreter the thread is in.
    #[must_use]
    pub fn id(&self) -> InterpreterId {
        self.core.id
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &H {
        &self.core.host
    }

    /// Puts a value of this interpreter into a capsule, which this interpreter owns from then on. Rules `capsule.get.lookup` and
    /// `capsule.get.owner`.
    ///
    /// # Errors
    ///
    /// [`ConvertError`] when the type of the value is not registered, when the host refuses the value, or for lack of memory.
    pub fn convert(&self, value: &H::Value) -> Result<Capsule<H>, ConvertError<H::Error>> {
        let memory = self.host().memory().reserve()?;
        let conversion = self.conversion(value)?;
        Ok(Capsule::new(self.core, conversion, memory))
    }

    /// Takes a value out in the way registered for exactly its type. Rule `convert.exact-type`.
    fn conversion(&self, value: &H::Value) -> Converted<H> {
        let _deeper = Deeper::new(&self.depth).ok_or(ConvertError::TooDeep)?;
        let host = self.host();
        let converter = self.lookup(&host.type_of(value)).ok_or(ConvertError::NotShareable)?;
        host.convert(&self.context(), value, &converter, &|item| self.conversion(item))
    }

    /// Whether a value can leave, and why not: about the value itself, not its type alone. It is taken out and given back. Rule
    /// `capsule.check`.
    ///
    /// # Errors
    ///
    /// As [`convert`](Self::convert).
    pub fn check(&self, value: &H::Value) -> Result<(), ConvertError<H::Error>> {
        let capsule = self.convert(value)?;
        let released = self.release(&capsule);
        assert!(released.is_ok(), "nobody else knows of it");
        Ok(())
    }

    /// Registers a type: from now on values of exactly this type leave as the converter says, in this interpreter if it is a heap
    /// type, and otherwise in all. Each registration counts. Rules `registry.register.first`, `.again` and `.conflict`.
    ///
    /// ```
    /// # if crossinterp::UNDER_LOOM { return Ok(()) }
    /// use crossinterp::simple::{Converter, Simple, Value};
    /// use crossinterp::{ConvertError, Registered, Runtime, Unregistered};
    ///
    /// let runtime = Runtime::builder(Simple::new()).build();
    /// let home = runtime.create()?;
    /// let inside = home.enter()?;
    /// let point = Value::made("Point", vec![Value::int(1), Value::int(2)]);
    /// assert_eq!(inside.check(&point), Err(ConvertError::NotShareable));
    ///
    /// assert_eq!(inside.register(&point.type_of(), &Converter::Made)?, Registered::First);
    /// assert_eq!(inside.materialise(&inside.convert(&point)?)?, point);
    /// assert_eq!(inside.unregister(&point.type_of())?, Unregistered::Removed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RegistryError`] when the type is registered with another converter, or for lack of memory.
    pub fn register(&self, ty: &H::Type, converter: &H::Converter) -> Result<Registered, RegistryError> {
        self.core.types(ty).register(self.host().memory(), ty, converter, Origin::Later)
    }

    /// Takes one registration back. Rules `registry.unregister.counted`, `.last`, `.missing` and `registry.builtins.keep`. It needs
    /// no memory of the account.
    ///
    /// # Errors
    ///
    /// [`RegistryError::Builtin`] when only the registration is left that the type came with.
    pub fn unregister(&self, ty: &H::Type) -> Result<Unregistered, RegistryError> {
        self.core.types(ty).unregister(ty)
    }

    /// How values of exactly this type leave, if they do. No lock is taken unless a type was registered or unregistered since the
    /// last lookup here. Rules `registry.lookup.exact`, `registry.lookup.missing` and `registry.linearizable`.
    #[must_use]
    pub fn lookup(&self, ty: &H::Type) -> Option<H::Converter> {
        if self.host().is_heap(ty) {
            self.heap_types.look_up(&self.core.heap_types, ty)
        } else {
            self.static_types.look_up(&self.core.static_types, ty)
        }
    }

    /// Tells that a heap type of this interpreter is no more, however often it was registered. Whether it was comes back. Rule
    /// `registry.dead.with-its-type`: its entry goes at once, so that no later type can be mistaken for it.
    pub fn type_died(&self, ty: &H::Type) -> bool {
        self.core.forget_type(ty)
    }

    /// Makes a value of this interpreter from a capsule of any. The payload cannot be freed meanwhile.
    ///
    /// # Errors
    ///
    /// [`MaterialiseError`] when the payload is gone, used up, or refused by the host.
    pub fn materialise(&self, capsule: &Capsule<H>) -> Result<H::Value, MaterialiseError<H::Error>> {
        capsule.materialise(&self.core.host, &self.context())
    }

    /// Gives a capsule back. In its owner the payload is freed on the spot, unless somebody is reading it.
    ///
    /// # Errors
    ///
    /// [`ReleaseError`] when it has been released before.
    pub fn release(&self, capsule: &Capsule<H>) -> Result<Release, ReleaseError> {
        capsule.release_from(Some(self.core))
    }

    /// Makes a call in the interpreter given: at once if that is this one, and otherwise soon. Rule `pending.call.current`.
    ///
    /// # Errors
    ///
    /// [`CallInError`] when the call was made and failed, or was refused.
    pub fn call_in<F>(&self, interpreter: &Interpreter<H>, call: F) -> Result<Called, CallInError<H>>
    where
        F: FnOnce(&Current<'_, H>) -> Result<(), CallError> + Send + 'static,
    {
        if Arc::ptr_eq(self.core, interpreter.core()) {
            call(self).map_err(CallInError::Failed)?;
            return Ok(Called::Now);
        }
        interpreter.call_soon(call).map_err(CallInError::Refused)?;
        Ok(Called::Soon)
    }

    fn context(&self) -> Context {
        self.core.context()
    }
}

impl<H: Host> fmt::Debug for Current<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Current").field(&self.core.id.get()).finish()
    }
}
