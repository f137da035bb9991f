//! Names and the values that go with them, on their way from one interpreter into another: all of them, or none.
//!
//! It sits on top of `capsule` and `current`. A namespace is made of names, filled in the interpreter that has the values, applied in
//! the one that wants them, and freed by whoever drops it, wherever that is. It does not know what a name is bound in.
//!
//! The source cannot change while it is read: every value is asked for before the first one is converted, and until then no code of
//! the host runs but the source's own. So there is no second look at a name, and nothing for a conversion to pull away.

mod apply;
mod fill;

use std::fmt;

use crate::capsule::{Capsule, Release};
use crate::current::Current;
use crate::error::NamesError;
use crate::host::Host;
use crate::memory::{Memory, Reserved};

/// Names in an order, and for each a capsule, once they are filled. Rule `namespace.item`.
///
/// Dropping it gives every capsule back to its owner.
///
/// ```
/// # if crossinterp::UNDER_LOOM { return Ok(()) }
/// use crossinterp::{Namespace, Runtime};
/// use crossinterp::simple::{Simple, Value};
///
/// let runtime = Runtime::builder(Simple::new()).build();
/// let (sender, receiver) = (runtime.create()?, runtime.create()?);
///
/// let pairs = [("x", Value::from("hello")), ("y", Value::None)];
/// let inside = sender.enter()?;
/// let namespace = Namespace::from_pairs(&inside, &pairs)?;
/// drop(inside);
///
/// let inside = receiver.enter()?;
/// let mut bound = Vec::new();
/// namespace.apply(&inside, |name, value| bound.push((name.to_owned(), value)))?;
/// assert_eq!(bound, pairs.map(|(name, value)| (name.to_owned(), value)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropping a namespace releases its values"]
pub struct Namespace<H: Host> {
    items: Vec<Item<H>>,
    filled: bool,
    _memory: Reserved,
}

/// One name. It has no capsule until it is filled, nor when the source had no value for it.
struct Item<H: Host> {
    name: Box<str>,
    capsule: Option<Capsule<H>>,
    _memory: Reserved,
}

/// What became of the values of a namespace that was freed. None is lost: see [`Release`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Freed {
    /// Payloads that have been freed.
    pub done: usize,
    /// Payloads that wait for their owner, for a reader, or for whoever is freeing others.
    pub queued: usize,
    /// Names without a payload: without a value, or with one that the capsule carried itself.
    pub nothing: usize,
    /// Payloads that went with their owner, which has ended.
    pub owner_ended: usize,
}

impl<H: Host> Namespace<H> {
    /// A namespace of these names, still without values. The order stays; a name that comes twice is two items, and the later
    /// one is bound last. Rules `namespace.names.order`, `.duplicate`, `.empty` and `.nul`.
    ///
    /// # Errors
    ///
    /// [`NamesError`] when there are no names, when one contains a NUL, or for lack of memory. Then nothing is held.
    pub fn from_names<N: AsRef<str>>(
        here: &Current<'_, H>,
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, NamesError> {
        let names: Vec<N> = names.into_iter().collect();
        if names.is_empty() {
            return Err(NamesError::Empty);
        }
        let memory = here.host().memory();
        let reserved = memory.reserve()?;
        let items = names.iter().enumerate().map(|(index, name)| Item::new(memory, index, name.as_ref()));
        Ok(Namespace { items: items.collect::<Result<_, _>>()?, filled: false, _memory: reserved })
    }

    /// Its names, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.items.iter().map(|item| &*item.name)
    }

    /// Gives the values back from anywhere, inside an interpreter or not. Dropping the namespace does the same, in silence. Rules
    /// `namespace.free.elsewhere`, `namespace.free.deferred` and `namespace.free.unfilled`: each capsule finds its own way home.
    pub fn free(self) -> Freed {
        self.free_by(|capsule| capsule.release().ok())
    }

    /// Gives the values back inside an interpreter: payloads that it owns are freed on the spot, unless somebody reads them. Rule
    /// `namespace.free.owner`.
    pub fn free_in(self, here: &Current<'_, H>) -> Freed {
        self.free_by(|capsule| here.release(capsule).ok())
    }

    fn free_by(self, release: impl Fn(&Capsule<H>) -> Option<Release>) -> Freed {
        let mut freed = Freed::default();
        for item in &self.items {
            let outcome = item.capsule.as_ref().map_or(Some(Release::Nothing), &release);
            let Some(outcome) = outcome else { unreachable!("nobody else has its capsules, and it is freed once") };
            freed.count(outcome);
        }
        freed
    }
}

impl<H: Host> Item<H> {
    /// Rule `namespace.names.nul`: a name is never cut short.
    fn new(memory: &Memory, index: usize, name: &str) -> Result<Self, NamesError> {
        if name.contains('\0') {
            return Err(NamesError::Nul { index, name: name.to_owned() });
        }
        let reserved = memory.reserve()?;
        Ok(Item { name: name.into(), capsule: None, _memory: reserved })
    }
}

impl Freed {
    fn count(&mut self, release: Release) {
        let counter = match release {
            Release::Done => &mut self.done,
            Release::Queued => &mut self.queued,
            Release::Nothing => &mut self.nothing,
            Release::OwnerEnded => &mut self.owner_ended,
        };
        *counter += 1;
    }
}

impl<H: Host> fmt::Debug for Namespace<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items = self.items.iter().map(|item| (&item.name, &item.capsule));
        f.debug_map().entries(items).finish()
    }
}
