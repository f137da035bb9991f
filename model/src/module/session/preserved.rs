//! Values on their way out: converted in the interpreter that is left, restored in the one that is returned to.

use super::Session;
use super::plan::Plan;
use crate::module::Value;
use crate::module::layer::Layer;
use crate::module::namespace::{Namespace, Pairs};
use crate::module::outcome::Raised;
use crate::module::player::{Player, Stop};
use crate::rule::Rule;

/// What leaves with the session.
pub(super) enum Carried {
    Nothing,
    /// The objects themselves: no boundary was crossed.
    Objects(Pairs),
    /// Capsules under names.
    Namespace(Namespace),
}

/// What comes of a step, an error that the session tells, or the end of all.
type Told<T> = Result<Result<T, Raised>, Stop>;

impl<L: Layer> Player<L> {
    /// Rules `session.preserve.same`, `session.preserve.convert`, `session.preserve.no-result`; `_pop_preserved` in
    /// `crossinterp.c`.
    pub(super) fn pop_preserved(&mut self, plan: &Plan, session: &mut Session) -> Told<Carried> {
        let Some(preserved) = session.preserved.take() else { return Ok(Ok(Carried::Nothing)) };
        if !plan.wants_result {
            self.rule(Rule::SessionNoResult);
            return Ok(Ok(Carried::Nothing));
        }
        if !session.switched() {
            self.rule(Rule::SessionPreserveSame);
            return Ok(Ok(Carried::Objects(preserved)));
        }
        self.rule(Rule::SessionPreserveConvert);
        if preserved.is_empty() {
            return Ok(Ok(Carried::Nothing));
        }
        raised_apart(self.fully_converted(&Value::Dict(preserved)).map(Carried::Namespace))
    }

    /// Rule `session.preserve.restore`; `_finish_preserved` in `crossinterp.c`.
    pub(super) fn finish_preserved(&mut self, carried: Carried) -> Told<Option<Value>> {
        let namespace = match carried {
            Carried::Nothing => return Ok(Ok(None)),
            Carried::Objects(pairs) => return Ok(Ok(Some(self.shown_dict(&pairs)))),
            Carried::Namespace(namespace) => namespace,
        };
        self.rule(Rule::SessionPreserveRestore);
        let mut pairs = Pairs::new();
        let applied = self.apply_namespace(&namespace, &mut pairs, None);
        self.destroy_sharedns(namespace)?;
        raised_apart(applied.map(|()| Some(self.shown_dict(&pairs))))
    }

    fn shown_dict(&self, pairs: &Pairs) -> Value {
        Value::Dict(pairs.iter().map(|(name, value)| (name.clone(), self.shown_there(value))).collect())
    }
}

fn raised_apart<T>(result: Result<T, Stop>) -> Told<T> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Raised(raised)) => Ok(Err(*raised)),
        Err(stop) => Err(stop),
    }
}
