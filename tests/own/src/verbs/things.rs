//! Capsules and structures that a scenario has in hand, by number.
//!
//! It sits on top of the implementation's capsules. Objects that are held on to are elsewhere, with the host.

use std::sync::{Arc, Mutex};

use crossinterp::Capsule;
use crossinterp_objects::Value;

use super::capsules::Structure;
use crate::driver::{Here, lock};
use crate::host::Keeper;
use crate::outcome::{Answer, Stop};
use crate::raised::Raised;
use crate::wire::{handle_to, number_of};

/// All of them, in the order in which they were made.
#[derive(Default)]
pub(crate) struct Things(Mutex<Vec<Thing>>);

/// One of them.
#[derive(Clone)]
pub(super) enum Thing {
    Capsule(Arc<Capsule<Keeper>>),
    Structure(Arc<Mutex<Structure>>),
    /// It was one, and has been dropped.
    Dropped,
}

impl Things {
    /// Takes a thing in: its handle.
    pub(super) fn add(&self, thing: Thing) -> Value {
        let kind = match &thing {
            Thing::Capsule(_) => "capsule",
            Thing::Structure(_) => "struct",
            Thing::Dropped => "nothing",
        };
        let mut things = lock(&self.0);
        things.push(thing);
        handle_to(kind, things.len() as u64 - 1)
    }

    fn get(&self, handle: &Value) -> Option<Thing> {
        lock(&self.0).get(number_of(handle)?).cloned()
    }

    /// The capsule of a handle.
    pub(super) fn capsule(&self, handle: &Value) -> Result<Arc<Capsule<Keeper>>, Stop> {
        match self.get(handle) {
            Some(Thing::Capsule(capsule)) => Ok(capsule),
            _ => Err(Raised::value_error("that is no capsule").into()),
        }
    }

    /// The structure of a handle.
    pub(super) fn structure(&self, handle: &Value) -> Result<Arc<Mutex<Structure>>, Stop> {
        match self.get(handle) {
            Some(Thing::Structure(structure)) => Ok(structure),
            _ => Err(Raised::value_error("that is no structure").into()),
        }
    }

    /// Lets go of a thing. A capsule is released where this is asked for.
    pub(super) fn drop(&self, here: Here<'_>, handle: &Value) -> Answer {
        if here.driver.home.object(handle).is_some() {
            return Ok(Value::None);
        }
        let mut things = lock(&self.0);
        let thing = number_of(handle).and_then(|number| things.get_mut(number));
        let dropped = thing.map(|thing| std::mem::replace(thing, Thing::Dropped));
        drop(things);
        if let Some(Thing::Capsule(capsule)) = dropped {
            here.current.release(&capsule).map_err(|error| Raised::value_error(error.to_string()))?;
        }
        Ok(Value::None)
    }
}
