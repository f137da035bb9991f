//! The operations that carry names and values into a `__main__`: setting attributes, running code, looking at the outcome.
//!
//! Each is its argument checks in the order of the C code, and then one session: convert, switch, apply, run, leave.
//! What a namespace is, `namespace` knows.

use super::Value;
use super::call::Call;
use super::error::Label;
use super::excinfo::file_of;
use super::layer::Layer;
use super::namespace::{Namespace, Refusal, length, plain_text};
use super::outcome::Signal;
use super::player::{Answer, DONE, Player, Stop, not_modelled};
use super::session::Session;
use super::surface::like_3_14;
use crate::defect::Defect;
use crate::rule::Rule;

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn updates(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("set___main___attrs", [id, updates]) => self.set_main_attrs(call, id, updates),
            ("main_attr", [name]) => self.main_attr(call, name),
            ("bound", []) => Ok(self.bound().into()),
            _ => return None,
        })
    }

    /// Rules `namespace.update.arguments` and `namespace.names.empty`; `interp_set___main___attrs` in
    /// `_interpretersmodule.c`.
    fn set_main_attrs(&mut self, call: &Call, id: &Value, updates: &Value) -> Answer {
        self.rule(Rule::UpdateArguments);
        self.rule(Rule::ModuleSetAttrs);
        let entry = self.resolve(Label::SetAttrs, id, call.flag("restrict"), true)?;
        if *updates != Value::None && length(updates)? == 0 {
            self.rule(Rule::NamesEmpty);
            let kind = if like_3_14(self.edition) { "dict" } else { "mapping" };
            return Err(Refusal::EmptyUpdates { kind }.into());
        }
        let namespace = self.convert_updates(updates)?;
        self.enter_with(entry.id, namespace)?;
        self.layer.leave(entry.id)?;
        self.wake(self.current)?;
        DONE
    }

    /// 3.13 takes a failed conversion for an error that a session captured, and applies what is not there.
    /// Rules `session.enter.convert`, `error.apply.raises`; `_run_in_interpreter` in `_interpretersmodule.c`.
    pub(super) fn convert_shared(&mut self, shared: Option<&Value>) -> Result<Option<Namespace>, Stop> {
        let Some(shared) = shared else { return Ok(None) };
        match self.convert_updates(shared) {
            Err(Stop::Raised(_)) if self.has_defect(Defect::PresessionNull) => Err(Stop::Crash(Signal::Segfault)),
            other => other,
        }
    }

    /// Values are converted where they are, before anything is asked of the target. Rule
    /// `namespace.update.before-switching`; `_PyXI_Enter` in `crossinterp.c`.
    fn convert_updates(&mut self, updates: &Value) -> Result<Option<Namespace>, Stop> {
        self.rule(Rule::UpdateBefore);
        if like_3_14(self.edition) { self.converted_updates(updates) } else { self.namespace_from_dict(updates) }
    }

    /// Enters with names to bind. A namespace that was applied is freed in the target, one that was not is freed back
    /// here. Rules `namespace.update.before-switching` and `namespace.apply.whole`; `_PyXI_Enter` in `crossinterp.c`.
    pub(super) fn enter_with(&mut self, id: i64, namespace: Option<Namespace>) -> Result<Session, Stop> {
        self.enter_converted(id, namespace)?.map_err(|refused| self.refusal(id, refused))
    }

    pub(super) fn apply_to_main(&mut self, namespace: &Namespace) -> Result<(), Stop> {
        let mut names = self.mains.remove(&self.current).unwrap_or_default();
        let applied = self.apply_namespace(namespace, &mut names, None);
        self.mains.insert(self.current, names);
        applied
    }

    pub(super) fn give_back(&mut self, namespace: Namespace) -> Result<(), Stop> {
        if like_3_14(self.edition) { self.destroy_sharedns(namespace) } else { self.free_namespace(namespace) }
    }

    /// Runs code in the `__main__` that was entered; what was bound before it fails stays bound.
    /// Rule `namespace.update.persists`; `_run_in_interpreter` in `_interpretersmodule.c`.
    pub(super) fn run_code(&mut self, id: i64, code: &Value) -> Answer {
        self.rule(Rule::UpdatePersists);
        let raised = self.run_in_main(id, code, file_of(self.edition))?;
        raised.map_or(DONE, |exception| self.uncaught(&exception))
    }

    fn main_attr(&self, call: &Call, name: &Value) -> Answer {
        let name = plain_text(name).map(Value::Str);
        let names = self.mains.get(&self.current).into_iter().flatten();
        let found = names.into_iter().find(|(bound, _)| Some(bound) == name.as_ref());
        found.map(|(_, value)| self.seen(value).into()).ok_or_else(|| not_modelled(call))
    }

    pub(super) fn bound_in(&self, id: i64, name: &str) -> Option<&Value> {
        let names = self.mains.get(&id).into_iter().flatten();
        names.into_iter().find(|(bound, _)| bound.as_str() == Some(name)).map(|(_, value)| value)
    }

    /// What was bound in the current interpreter, in its order; not the names that every module has.
    fn bound(&self) -> Value {
        let names = self.mains.get(&self.current).into_iter().flatten();
        let shown = names.filter(|(name, _)| !name.as_str().is_some_and(|name| name.starts_with("__")));
        Value::List(shown.map(|(name, value)| Value::Tuple(vec![name.clone(), self.seen(value)])).collect())
    }
}
