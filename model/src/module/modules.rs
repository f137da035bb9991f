//! Modules that an interpreter has lost: a scenario takes one out of `sys.modules`, or puts something else there.
//!
//! It knows which interpreter lacks what. What comes of it, those know who need the module.

use super::Value;
use super::call::Call;
use super::layer::Layer;
use super::player::{Answer, DONE, Player, not_modelled};
use super::session::NoMain;

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn modules(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        let (name, instead) = match (call.verb.as_str(), args) {
            ("lose_module", [Value::Str(name)]) => (name, None),
            ("replace_module", [Value::Str(name), instead]) => (name, Some(instead)),
            _ => return None,
        };
        match (name.as_str(), instead) {
            (Some("__main__"), None | Some(Value::None)) => drop(self.no_main.insert(self.current, NoMain::Gone)),
            // Another module is as good as the first, and what it holds is its own affair.
            (Some("__main__"), Some(Value::Made(..))) => return Some(Err(not_modelled(call))),
            (Some("__main__"), Some(_)) => drop(self.no_main.insert(self.current, NoMain::NoModule)),
            // One that is only gone is imported again.
            (Some("_interpreters"), None) => {}
            (Some("_interpreters"), Some(Value::None)) => drop(self.without_module.insert(self.current)),
            _ => return Some(Err(not_modelled(call))),
        }
        Some(DONE)
    }
}
