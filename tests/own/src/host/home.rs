//! What all interpreters of the driver share: their main namespaces, and the objects that a scenario holds on to.
//!
//! It sits below the host. Its locks are held for moments, and never while anything else is called.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossinterp::InterpreterId;
use crossinterp_objects::{Buffer, Value};

use super::exceptions::Main;
use crate::python::Thrown;
use crate::wire::{handle_to, number_of};

/// The shared things.
#[derive(Default)]
pub(crate) struct Home {
    mains: Mutex<HashMap<InterpreterId, Result<Main, Box<Thrown>>>>,
    kept: Mutex<Vec<Kept>>,
}

/// An object that a scenario holds on to.
struct Kept {
    value: Value,
    /// The memory of one whose size can change.
    memory: Option<Buffer>,
    /// One pointer for each reference that a payload has to it.
    lent: Arc<()>,
}

/// A reference to an object that a scenario holds on to. Dropping it gives it back.
pub(crate) struct Lent {
    _reference: Arc<()>,
}

/// What was changed under a lock here is whole, even if its holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Home {
    /// The main namespace of an interpreter, or what is raised instead.
    pub(crate) fn main(&self, id: InterpreterId) -> Result<Main, Box<Thrown>> {
        lock(&self.mains).entry(id).or_insert_with(|| Ok(Main::default())).clone()
    }

    /// From now on an interpreter has no main namespace: who asks for it gets this.
    pub(crate) fn lose_main(&self, id: InterpreterId, thrown: Box<Thrown>) {
        let lost = lock(&self.mains).insert(id, Err(thrown));
        drop(lost);
    }

    /// The namespace goes with its interpreter.
    pub(crate) fn end_main(&self, id: InterpreterId) {
        let ended = lock(&self.mains).remove(&id);
        drop(ended);
    }

    /// Holds on to an object: its handle.
    pub(crate) fn keep(&self, value: Value) -> Value {
        let memory = match &value {
            Value::Made(kind, args) if kind == "ByteArray" => match args.as_slice() {
                [Value::Bytes(bytes)] => Some(Buffer::new(bytes.clone())),
                _ => Some(Buffer::new(Vec::new())),
            },
            _ => None,
        };
        let mut kept = lock(&self.kept);
        kept.push(Kept { value, memory, lent: Arc::new(()) });
        handle_to("kept", kept.len() as u64 - 1)
    }

    /// How many references there are to an object besides the scenario's own.
    pub(crate) fn references(&self, handle: &Value) -> Option<usize> {
        self.with(handle, |kept| Arc::strong_count(&kept.lent) - 1)
    }

    /// A reference more, if the value is an object that a scenario holds on to.
    pub(crate) fn lend(&self, handle: &Value) -> Option<Lent> {
        self.with(handle, |kept| Lent { _reference: Arc::clone(&kept.lent) })
    }

    /// The object itself.
    pub(crate) fn object(&self, handle: &Value) -> Option<Value> {
        self.with(handle, |kept| kept.value.clone())
    }

    /// The memory of an object whose size can change.
    pub(crate) fn memory(&self, handle: &Value) -> Option<Buffer> {
        self.with(handle, |kept| kept.memory.clone())?
    }

    fn with<R>(&self, handle: &Value, read: impl FnOnce(&Kept) -> R) -> Option<R> {
        let Value::Handle(kind) = handle else { return None };
        let index = number_of(handle).filter(|_| kind.starts_with("kept "))?;
        lock(&self.kept).get(index).map(read)
    }

    /// The value with every object that a scenario holds on to in its place, as messages and callers see it.
    pub(crate) fn plain(&self, value: &Value) -> Value {
        let all = |items: &[Value]| items.iter().map(|item| self.plain(item)).collect();
        match value {
            Value::Handle(_) => self.object(value).unwrap_or_else(|| value.clone()),
            Value::Tuple(items) => Value::Tuple(all(items)),
            Value::List(items) => Value::List(all(items)),
            Value::Dict(pairs) => {
                Value::Dict(pairs.iter().map(|(key, value)| (self.plain(key), self.plain(value))).collect())
            }
            Value::Made(kind, args) => Value::Made(kind.clone(), all(args)),
            other => other.clone(),
        }
    }
}
