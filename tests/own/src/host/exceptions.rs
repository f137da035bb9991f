//! Exceptions and main namespaces, as sessions ask the host for them.
//!
//! It sits beside the host. What an exception says of itself, `python` knows.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crossinterp::{Context, NoMemory, Part, SessionHost, Undescribed};
use crossinterp_objects::{Text, Value};

use super::{Keeper, Refusal};
use crate::python::Thrown;

/// Names and their values, in the order in which they were bound first.
type Names = Vec<(Text, Value)>;

/// A hold on the main namespace of an interpreter.
#[derive(Clone, Default)]
pub(crate) struct Main(Arc<Mutex<Names>>);

impl Main {
    fn with<R>(&self, work: impl FnOnce(&mut Names) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Binds a name. One that is bound keeps its place.
    pub(crate) fn set(&self, name: &Text, value: Value) {
        let _replaced = self.with(|names| match names.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                names.push((name.clone(), value));
                None
            }
        });
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &Text) -> Option<Value> {
        self.with(|names| names.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()))
    }

    /// What is bound, but for the names that every module has.
    pub(crate) fn bound(&self) -> Names {
        let is_common = |name: &Text| name.escaped().starts_with("__");
        self.with(|names| names.iter().filter(|(name, _)| !is_common(name)).cloned().collect())
    }
}

impl fmt::Debug for Main {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Main").field(&self.bound()).finish()
    }
}

impl SessionHost for Keeper {
    type Exception = Box<Thrown>;
    type Main = Main;

    fn main(&self, context: &Context) -> Result<Main, Box<Thrown>> {
        self.home().main(context.interpreter())
    }

    fn make_room(&self, _: &Context, main: &Main, names_max: usize) -> Result<(), NoMemory> {
        main.with(|names| names.try_reserve(names_max)).map_err(|_| NoMemory)
    }

    fn bind(&self, _: &Context, main: &Main, name: &str, value: Value) {
        main.set(&name.into(), value);
    }

    fn is_memory_error(&self, thrown: &Box<Thrown>) -> bool {
        thrown.is_memory_error()
    }

    fn describe(&self, _: &Context, thrown: &Box<Thrown>, part: Part) -> Result<String, Undescribed> {
        thrown.tell(part)
    }

    fn is_not_shareable(&self, error: &Refusal) -> bool {
        error.means_not_shareable()
    }
}
