//! Memory that several holders see at once, with the count of exports that keeps it from moving.
//!
//! It is what a memoryview shows. It knows nothing of who exports it, nor why.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Memory that can be seen from several places at once. Its owner keeps count of who was given sight of it.
///
/// Two buffers are equal when they are the same memory.
#[derive(Clone)]
pub struct Buffer(Arc<Mutex<Memory>>);

struct Memory {
    bytes: Vec<u8>,
    exports: usize,
}

impl Buffer {
    /// New memory with these bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Buffer(Arc::new(Mutex::new(Memory { bytes, exports: 0 })))
    }

    /// A copy of the bytes as they are now.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.memory().bytes.clone()
    }

    /// Overwrites one byte, for everybody who sees the memory. Whether there is such a byte comes back.
    pub fn set(&self, index: usize, byte: u8) -> bool {
        self.memory().bytes.get_mut(index).map(|old| *old = byte).is_some()
    }

    /// Appends a byte, unless somebody elsewhere was given sight of the memory; whether it did comes back.
    pub fn push(&self, byte: u8) -> bool {
        let mut memory = self.memory();
        let free_to_grow = memory.exports == 0;
        if free_to_grow {
            memory.bytes.push(byte);
        }
        free_to_grow
    }

    /// How many exports have not been given back.
    #[must_use]
    pub fn exports(&self) -> usize {
        self.memory().exports
    }

    /// Whether the two are the same memory.
    #[must_use]
    pub fn is_same(&self, other: &Buffer) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Takes an export: the memory does not move until it is given back.
    pub fn export(&self) {
        self.memory().exports += 1;
    }

    /// Gives an export back.
    ///
    /// # Panics
    ///
    /// When none was taken.
    pub fn unexport(&self) {
        let mut memory = self.memory();
        assert!(memory.exports > 0, "an export is undone once");
        memory.exports -= 1;
    }

    /// No method panics between two changes that belong together, so a poisoned lock guards sound memory.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other)
    }
}

impl Eq for Buffer {}

impl Hash for Buffer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Buffer").field(&self.to_vec()).finish()
    }
}
