//! Values out of a namespace, in the interpreter that wants them.
//!
//! It sits beside the namespace. It binds nothing before every value is there.

use super::{Item, Namespace};
use crate::current::Current;
use crate::error::ApplyError;
use crate::host::Host;

impl<H: Host> Namespace<H> {
    /// Makes a value of each capsule, in order, and then binds each name to its value, in order. All or nothing: when a value
    /// cannot arrive, no name is bound. It can be applied again, here or elsewhere. Rules `namespace.apply.order`,
    /// `.no-default` and `.whole`.
    ///
    /// By the time the target is asked nothing can fail any more, so it cannot refuse: it has to see to room beforehand.
    ///
    /// # Errors
    ///
    /// [`ApplyError`] when a name has no value, with the first value that cannot arrive, or for lack of memory.
    pub fn apply(&self, here: &Current<'_, H>, bind: impl FnMut(&str, H::Value)) -> Result<(), ApplyError<H::Error>> {
        self.apply_with(here, bind, |index, item| Err(ApplyError::Missing { index, name: item.name.to_string() }))
    }

    /// As [`apply`](Self::apply), with a value for names that have none. Rule `namespace.apply.default`.
    ///
    /// # Errors
    ///
    /// [`ApplyError`], but never for a name without value.
    pub fn apply_or(
        &self,
        here: &Current<'_, H>,
        mut default: impl FnMut() -> H::Value,
        bind: impl FnMut(&str, H::Value),
    ) -> Result<(), ApplyError<H::Error>> {
        self.apply_with(here, bind, |_, _| Ok(default()))
    }

    fn apply_with(
        &self,
        here: &Current<'_, H>,
        mut bind: impl FnMut(&str, H::Value),
        mut missing: impl FnMut(usize, &Item<H>) -> Result<H::Value, ApplyError<H::Error>>,
    ) -> Result<(), ApplyError<H::Error>> {
        let _room = here.host().memory().reserve()?;
        let mut values = Vec::with_capacity(self.items.len());
        for (index, item) in self.items.iter().enumerate() {
            values.push(item.materialise(here, index).unwrap_or_else(|| missing(index, item))?);
        }
        for (item, value) in self.items.iter().zip(values) {
            bind(&item.name, value);
        }
        Ok(())
    }
}

impl<H: Host> Item<H> {
    /// Nothing when there is no capsule.
    fn materialise(&self, here: &Current<'_, H>, index: usize) -> Option<Result<H::Value, ApplyError<H::Error>>> {
        let value = here.materialise(self.capsule.as_ref()?);
        Some(value.map_err(|error| ApplyError::Materialise { index, name: self.name.to_string(), error }))
    }
}
