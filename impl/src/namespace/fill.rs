//! Values into a namespace, in the interpreter that has them.
//!
//! It sits beside the namespace. It asks the source for everything before it converts anything.

use std::borrow::Borrow;

use super::Namespace;
use crate::capsule::Capsule;
use crate::current::Current;
use crate::error::{FillError, NamespaceError};
use crate::host::Host;

impl<H: Host> Namespace<H> {
    /// A namespace of these names and values.
    ///
    /// # Errors
    ///
    /// As [`from_names`](Self::from_names) and [`fill`](Self::fill).
    pub fn from_pairs<'p, N: AsRef<str> + 'p, V: Borrow<H::Value> + 'p>(
        here: &Current<'_, H>,
        pairs: impl IntoIterator<Item = &'p (N, V)>,
    ) -> Result<Self, NamespaceError<H::Error>> {
        let (names, values): (Vec<_>, Vec<_>) = pairs.into_iter().map(|(name, value)| (name, value.borrow())).unzip();
        let mut namespace = Self::from_names(here, names)?;
        namespace.fill_with(here, values.into_iter().map(Some))?;
        Ok(namespace)
    }

    /// Asks the source for the value of each name, in order, and then converts them, in order. A name without value stays
    /// without. All or nothing: when a value cannot leave, those that could are given back. Rules `namespace.fill.order`,
    /// `.lookup`, `.missing` and `.failure`.
    ///
    /// # Errors
    ///
    /// [`FillError`] when the namespace is filled already, or with the first value that cannot leave.
    pub fn fill<V: Borrow<H::Value>>(
        &mut self,
        here: &Current<'_, H>,
        source: impl FnMut(&str) -> Option<V>,
    ) -> Result<(), FillError<H::Error>> {
        if self.filled {
            return Err(FillError::Filled);
        }
        let values: Vec<Option<V>> = self.names().map(source).collect();
        self.fill_with(here, values.iter().map(|value| value.as_ref().map(Borrow::borrow)))
    }

    fn fill_with<'v>(
        &mut self,
        here: &Current<'_, H>,
        values: impl Iterator<Item = Option<&'v H::Value>>,
    ) -> Result<(), FillError<H::Error>>
    where
        H::Value: 'v,
    {
        assert!(!self.filled, "a namespace is filled once");
        let mut capsules = Vec::with_capacity(self.items.len());
        for (index, value) in values.enumerate() {
            match value.map(|value| here.convert(value)).transpose() {
                Ok(capsule) => capsules.push(capsule),
                Err(error) => {
                    take_back(here, capsules);
                    let name = self.items[index].name.to_string();
                    return Err(FillError::Convert { index, name, error });
                }
            }
        }
        self.keep(capsules);
        Ok(())
    }

    fn keep(&mut self, capsules: Vec<Option<Capsule<H>>>) {
        assert_eq!(capsules.len(), self.items.len(), "a value or none for each name");
        for (item, capsule) in self.items.iter_mut().zip(capsules) {
            item.capsule = capsule;
        }
        self.filled = true;
    }
}

/// Rule `namespace.fill.failure`: here, in their owner, they are freed before the caller hears of it.
fn take_back<H: Host>(here: &Current<'_, H>, capsules: Vec<Option<Capsule<H>>>) {
    for capsule in capsules.into_iter().flatten() {
        let released = here.release(&capsule);
        assert!(released.is_ok(), "nobody else knows of it");
    }
}
