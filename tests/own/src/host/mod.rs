//! The embedder's side of the implementation: Python's values, the ways in which they leave an interpreter, and arrive.
//!
//! It sits between the crate `crossinterp` and the verbs. It knows no request.

mod exceptions;
mod home;
mod payload;
mod refusal;
mod ways;

use std::sync::Arc;

use crossinterp::{Context, Converted, Current, Host, Items, MaterialiseError, PayloadRef};
use crossinterp_objects::{Type, Value};

pub(crate) use exceptions::Main;
pub(crate) use home::Home;
pub(crate) use payload::{Fate, Immediate, Payload, last_fate};
pub(crate) use refusal::{Refusal, refused, refused_arrival};
pub(crate) use ways::{Way, carried, uncarried};

/// The host. All runtimes of one driver share what it points to.
pub(crate) struct Keeper {
    home: Arc<Home>,
    /// Whether the interpreters are those of the scenario, and not stand-ins for them.
    owns_mains: bool,
}

impl Keeper {
    /// The host of the interpreters that a scenario sees.
    pub(crate) fn new(home: Arc<Home>) -> Keeper {
        Keeper { home, owns_mains: true }
    }

    /// The host of a stand-in for the main interpreter.
    pub(crate) fn standing_in(home: Arc<Home>) -> Keeper {
        Keeper { home, owns_mains: false }
    }

    /// What all interpreters share.
    pub(crate) fn home(&self) -> &Arc<Home> {
        &self.home
    }
}

impl Host for Keeper {
    type Value = Value;
    type Payload = Payload;
    type Immediate = Immediate;
    type Error = Refusal;
    type Type = Type;
    type Converter = Way;

    fn type_of(&self, value: &Value) -> Type {
        ways::type_of(&self.home, value)
    }

    fn is_heap(&self, ty: &Type) -> bool {
        ty.is_heap()
    }

    fn builtins(&self) -> Vec<(Type, Way)> {
        ways::builtins()
    }

    fn convert(&self, _: &Context, value: &Value, way: &Way, items: &Items<'_, Self>) -> Converted<Self> {
        way.take_out(&self.home, value, items)
    }

    fn materialise(
        &self,
        _: &Context,
        payload: PayloadRef<'_, Immediate, Payload>,
    ) -> Result<Value, MaterialiseError<Refusal>> {
        match payload {
            PayloadRef::Immediate(immediate) => Ok(immediate.to_value()),
            PayloadRef::Owned(payload) => payload.to_value(),
        }
    }

    fn free(&self, _: &Context, payload: Payload) {
        payload.free();
    }

    fn at_end(&self, owner: &Current<'_, Self>) {
        if self.owns_mains {
            self.home.end_main(owner.id());
        }
    }
}
