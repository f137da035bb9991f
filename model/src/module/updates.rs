//! The operations that carry names and values into a `__main__`: setting attributes, running code, looking at the outcome.
//!
//! Each is its argument checks in the order of the C code, and then one session: convert, switch, apply, run, leave.
//! What a namespace is, `namespace` knows.

use super::Value;
use super::call::Call;
use super::error::{Label, Problem};
use super::layer::Layer;
use super::namespace::{Namespace, Refusal, bind, length, plain_text};
use super::outcome::{Raised, Signal};
use super::player::{Answer, DONE, Player, Stop, not_modelled};
use super::surface::like_3_14;
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

    /// 3.13 takes a failed conversion for an error that a session captured, and applies what is not there: a limit of
    /// the model rather than a step of it, since errors are a concept of their own.
    pub(super) fn convert_shared(&mut self, shared: Option<&Value>) -> Result<Option<Namespace>, Stop> {
        let Some(shared) = shared else { return Ok(None) };
        match self.convert_updates(shared) {
            Err(Stop::Raised(_)) if !like_3_14(self.edition) => Err(Stop::Crash(Signal::Segfault)),
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
    pub(super) fn enter_with(&mut self, id: i64, namespace: Option<Namespace>) -> Result<(), Stop> {
        if !self.layer.enter(id)? {
            namespace.map_or(Ok(()), |namespace| self.give_back(namespace))?;
            return Err(Problem::AlreadyRunning.into());
        }
        let Some(namespace) = namespace else { return Ok(()) };
        match self.being_in(id, |player| player.apply_to_main(&namespace)) {
            Ok(()) => self.being_in(id, |player| player.give_back(namespace)),
            Err(Stop::Raised(raised)) => {
                self.layer.leave(id)?;
                self.give_back(namespace)?;
                Err(Raised::from(Refusal::ApplyFailed).during(in_target(&raised)).into())
            }
            Err(other) => Err(other),
        }
    }

    fn apply_to_main(&mut self, namespace: &Namespace) -> Result<(), Stop> {
        let mut names = self.mains.remove(&self.current).unwrap_or_default();
        let applied = self.apply_namespace(namespace, &mut names, None);
        self.mains.insert(self.current, names);
        applied
    }

    fn give_back(&mut self, namespace: Namespace) -> Result<(), Stop> {
        if like_3_14(self.edition) { self.destroy_sharedns(namespace) } else { self.free_namespace(namespace) }
    }

    /// The few programs that scenarios run. What was bound before they fail stays bound.
    /// Rule `namespace.update.persists`; `_run_in_interpreter` in `_interpretersmodule.c`.
    pub(super) fn run_code(&mut self, call: &Call, id: i64, code: &Value) -> Answer {
        self.rule(Rule::UpdatePersists);
        if let Some(answer) = self.run_raising(code) {
            return answer;
        }
        match code.as_str().unwrap_or_default() {
            "" | "pass" => DONE,
            "x = 5" => {
                bind(self.mains.entry(id).or_default(), Value::text("x"), Value::int(5));
                DONE
            }
            "len" => match self.bound_in(id, "__builtins__") {
                Some(other) => self.run_without_builtins(other.type_of().name().to_owned()),
                None => DONE,
            },
            _ => Err(not_modelled(call)),
        }
    }

    /// A name is looked for in something that has no items.
    fn run_without_builtins(&mut self, type_name: String) -> Answer {
        let text = format!("'{type_name}' object is not subscriptable");
        let error = Value::made("Error", vec![Value::text("TypeError"), Value::text(&text)]);
        self.run_raising(&Value::made("Raise", vec![error])).expect("it is a script that raises")
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

/// The error of the target, as the caller is shown it: by its type's name and its words.
fn in_target(raised: &Raised) -> Raised {
    Refusal::InTarget { text: format!("{}: {}", raised.problem.kind(), raised.problem.text()) }.into()
}
