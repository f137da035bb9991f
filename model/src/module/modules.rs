//! Modules that an interpreter has lost: a scenario takes one out of `sys.modules`, or puts something else there.
//!
//! It knows which interpreter lacks what. What comes of it, those know who need the module.

use super::Value;
use super::call::Call;
use super::layer::Layer;
use super::player::{Answer, DONE, Player, not_modelled};

/// Why there is no `__main__` to run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoMain {
    /// It is not there.
    Missing,
    /// What is there is no module.
    NotAModule,
}

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn modules(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        let (name, instead) = match (call.verb.as_str(), args) {
            ("lose_module", [Value::Str(name)]) => (name, None),
            ("replace_module", [Value::Str(name), instead]) => (name, Some(instead.clone())),
            _ => return None,
        };
        if !matches!(name.as_str(), Some("__main__" | "_interpreters")) {
            return Some(Err(not_modelled(call)));
        }
        self.lost.insert((self.current, name.escaped()), instead);
        Some(DONE)
    }

    /// What is wrong with the `__main__` of the current interpreter.
    pub(super) fn no_main(&self) -> Option<NoMain> {
        match self.lost.get(&(self.current, "__main__".to_owned()))? {
            None | Some(Value::None) => Some(NoMain::Missing),
            Some(_) => Some(NoMain::NotAModule),
        }
    }

    /// Whether the module cannot be had in the current interpreter; one that is only gone is imported again.
    pub(super) fn is_blocked(&self, name: &str) -> bool {
        matches!(self.lost.get(&(self.current, name.to_owned())), Some(Some(Value::None)))
    }
}
