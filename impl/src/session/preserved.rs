//! Values that a session hands to the place it was opened from: kept inside, carried out, restored.
//!
//! It sits below the exit. Inside they are values of the interpreter; on the way they are a namespace like any other, so that
//! the owner may end at any time; where the session never left, they are what they were.

use std::fmt;

use super::{Place, Session, Stop};
use crate::current::Current;
use crate::error::{ErrorCode, Failure, NamespaceError, PreserveError};
use crate::host::SessionHost;
use crate::memory::Reserved;
use crate::namespace::Namespace;

/// A value under its name.
pub(super) type Kept<H> = (Name, <H as crate::host::Host>::Value);

pub(super) struct Name {
    text: Box<str>,
    _memory: Reserved,
}

/// What a session preserved, in the interpreter that it was opened from: values by name, in the order in which they were preserved
/// first. Rule `session.get-preserved`.
pub struct Preserved<H: SessionHost> {
    values: Vec<Kept<H>>,
}

/// Preserved values on their way.
pub(super) enum Parcel<H: SessionHost> {
    /// They stay where they are, or there are none. Rule `session.preserve.same`.
    Stays(Vec<Kept<H>>),
    Carried(Namespace<H>),
}

impl<H: SessionHost> Session<'_, H> {
    /// Keeps a value of this interpreter for the place the session was opened from. A value preserved before under the same name is
    /// replaced. It is converted only when the session is left, and not at all if that leads nowhere else. Rules
    /// `session.preserve` and `session.preserve.name`.
    ///
    /// # Errors
    ///
    /// [`Stop`] with [`ErrorCode::PreserveFailure`] when the name contains a NUL, and with [`ErrorCode::NoMemory`] when there is
    /// none. A body passes it on.
    pub fn preserve(&self, name: &str, value: H::Value) -> Result<(), Stop<H::Exception>> {
        let failed = |code| Stop::failed(Failure::new(code));
        if name.contains('\0') {
            return Err(failed(ErrorCode::PreserveFailure));
        }
        let memory = self.host().memory().reserve().map_err(|_| failed(ErrorCode::NoMemory))?;
        // What is replaced is dropped only when the list is no longer borrowed.
        let _replaced =
            insert::<H>(&mut self.preserved.borrow_mut(), Name { text: name.into(), _memory: memory }, value);
        Ok(())
    }

    /// Rule `session.preserve.convert`: while the interpreter that has the values is current.
    pub(super) fn pack(&self) -> Result<Parcel<H>, PreserveError<H::Error>> {
        let kept = self.preserved.take();
        if kept.is_empty() || matches!(self.place, Place::Here { .. }) {
            return Ok(Parcel::Stays(kept));
        }
        Namespace::from_pairs(self, &kept).map(Parcel::Carried).map_err(|error| match error {
            NamespaceError::Names(error) => PreserveError::Names(error),
            NamespaceError::Fill(error) => PreserveError::Leave(error),
            NamespaceError::Apply(error) => PreserveError::Arrive(error),
        })
    }
}

fn insert<H: SessionHost>(kept: &mut Vec<Kept<H>>, name: Name, value: H::Value) -> Option<H::Value> {
    match kept.iter_mut().find(|(known, _)| known.text == name.text) {
        Some((_, known)) => Some(std::mem::replace(known, value)),
        None => {
            kept.push((name, value));
            None
        }
    }
}

impl<H: SessionHost> Parcel<H> {
    /// Rule `session.preserve.restore`: all of them, or none.
    pub(super) fn restore(self, caller: &Current<'_, H>) -> Result<Preserved<H>, PreserveError<H::Error>> {
        let namespace = match self {
            Parcel::Stays(values) => return Ok(Preserved { values }),
            Parcel::Carried(namespace) => namespace,
        };
        let count = namespace.names().len();
        let memory: Vec<Reserved> = (0..count).map(|_| caller.host().memory().reserve()).collect::<Result<_, _>>()?;
        let (mut memory, mut values) = (memory.into_iter(), Vec::with_capacity(count));
        let keep = |name: &str, value| {
            let reserved = memory.next().unwrap_or_default();
            values.push((Name { text: name.into(), _memory: reserved }, value));
        };
        namespace.apply(caller, keep).map_err(PreserveError::Arrive)?;
        Ok(Preserved { values })
    }
}

impl<H: SessionHost> Preserved<H> {
    /// The value under a name, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&H::Value> {
        self.values.iter().find(|(known, _)| &*known.text == name).map(|(_, value)| value)
    }

    /// Takes the value under a name, if there is one.
    pub fn take(&mut self, name: &str) -> Option<H::Value> {
        let index = self.values.iter().position(|(known, _)| &*known.text == name)?;
        Some(self.values.remove(index).1)
    }

    /// The names, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.values.iter().map(|(name, _)| &*name.text)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Drops all values. Rule `session.result.clear`.
    pub fn clear(&mut self) {
        self.values.clear();
    }
}

impl<H: SessionHost> Default for Preserved<H> {
    fn default() -> Self {
        Preserved { values: Vec::new() }
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<H: SessionHost> fmt::Debug for Preserved<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Preserved")?;
        f.debug_list().entries(self.names()).finish()
    }
}
