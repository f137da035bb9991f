//! Acts: what a call of a scenario does, one after the other. Between two of them another thread may come in.

use crate::call::Call;
use crate::module::Value;
use crate::module::error::Label;
use crate::module::namespace::Pairs;

/// One thing that a thread does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Act {
    /// Enters an interpreter to run in it.
    Enter {
        /// Which.
        id: u8,
        /// The operation that enters.
        label: Label,
    },
    /// Leaves it again.
    Leave,
    /// Makes an interpreter.
    Create {
        /// Whether its last reference ends it.
        linked: bool,
    },
    /// Ends an interpreter.
    Destroy(u8),
    /// Counts a reference.
    Incref {
        /// Of which interpreter.
        id: u8,
        /// Whether the last one is to end it.
        link: bool,
    },
    /// Gives a reference up.
    Decref(u8),
    /// Lists the interpreters.
    List {
        /// Only those that are ready.
        ready: bool,
    },
    /// Looks at an interpreter.
    Look {
        /// At which.
        id: u8,
        /// At what of it.
        what: Look,
    },
    /// Says in which interpreter it is.
    WhereAmI,
    /// Binds names in the `__main__` where it is.
    Bind(Pairs),
    /// Looks at a name there.
    Attribute(Value),
    /// Looks at all names there.
    Bound,
    /// Waits until the gate is open.
    Wait(String),
}

/// What is asked about an interpreter in one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Look {
    /// Whether it runs.
    Running,
    /// Who made it.
    Whence,
    /// Whether there is one.
    Exists,
    /// How many references are counted.
    References,
    /// Whether the last one ends it.
    Linked,
}

impl Act {
    /// The call of the concurrent model that the act is, if it is one.
    pub fn core(&self) -> Option<Call> {
        Some(match self {
            Act::Enter { id, .. } => Call::Enter(*id),
            Act::Leave => Call::Leave,
            Act::Create { .. } => Call::Create,
            Act::Destroy(id) => Call::Destroy(*id),
            Act::Incref { id, .. } => Call::Incref(*id),
            Act::Decref(id) => Call::Decref(*id),
            Act::List { .. } => Call::ListAll,
            Act::Look { .. } | Act::WhereAmI | Act::Bind(_) => return None,
            Act::Attribute(_) | Act::Bound | Act::Wait(_) => return None,
        })
    }
}
