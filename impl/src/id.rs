//! What an interpreter is called. It sits below the runtime, which alone gives ids out; it does not know which are in use.

use std::fmt;

/// The id of an interpreter: 0 for the first of a runtime, then upwards, and never used again.
///
/// ```
/// # if crossinterp::UNDER_LOOM { return Ok(()) }
/// # use crossinterp::{Runtime, simple::Simple};
/// let runtime = Runtime::builder(Simple::new()).build();
/// let first = runtime.create()?.id();
/// runtime.end(first)?;
/// assert_eq!(first.get(), 0);
/// assert_eq!(runtime.create()?.id().get(), 1);
/// # Ok::<(), crossinterp::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterpreterId(i64);

impl InterpreterId {
    pub(crate) const FIRST: Self = InterpreterId(0);

    /// The id with this number, whether or not such an interpreter exists; nothing for a negative one.
    #[must_use]
    pub const fn new(number: i64) -> Option<Self> {
        if number >= 0 { Some(InterpreterId(number)) } else { None }
    }

    /// The number, which is never negative.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The id to give out after this one, as long as there is one.
    pub(crate) fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(InterpreterId)
    }
}

impl fmt::Display for InterpreterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
