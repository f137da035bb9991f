//! The operations on id references: count up, count down, link, and the objects that a scenario watches.
//!
//! What the last reference does is the layer's decision; here it only becomes an outcome.

use super::Value;
use super::call::Call;
use super::error::{Label, Problem};
use super::layer::{Decref, Layer};
use super::player::{Answer, DONE, Player, Stop};
use crate::rule::Rule;

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn references(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        let restrict = call.flag("restrict");
        Some(match (call.verb.as_str(), args) {
            ("incref", [id]) => self.incref(id, call.flag("implieslink"), restrict),
            ("decref", [id]) => self.decref(id, restrict),
            ("refcount", [id]) => self.lookup(id).map(|entry| Value::int(entry.references).into()),
            ("is_linked", [id]) => self.lookup(id).map(|entry| Value::Bool(entry.linked).into()),
            ("link", [id]) => self.set_linked(id, true),
            ("unlink", [id]) => self.set_linked(id, false),
            _ => return None,
        })
    }

    fn incref(&mut self, id: &Value, link: bool, restrict: bool) -> Answer {
        let entry = self.resolve(Label::Incref, id, restrict, true)?;
        self.layer.incref(entry.id, link)?;
        DONE
    }

    /// Rules `interpreter.idref.linked` and, with `repaired`, `interpreter.idref.floor`.
    fn decref(&mut self, id: &Value, restrict: bool) -> Answer {
        let entry = self.resolve(Label::Decref, id, restrict, true)?;
        match self.layer.decref(entry.id, self.current)? {
            Decref::Counted | Decref::Ended => DONE,
            Decref::EndedUnderThread => {
                self.stranded.insert(entry.id);
                DONE
            }
            Decref::NeverReturns => Err(Stop::Hang),
            Decref::Fatal(signal) => Err(Stop::Crash(signal)),
            Decref::Running => Err(Problem::DestroyRunning.into()),
            Decref::NotReferenced => Err(Problem::NoReferences { id: entry.id }.into()),
        }
    }

    fn set_linked(&mut self, id: &Value, linked: bool) -> Answer {
        self.rule(Rule::IdrefLinked);
        let entry = self.lookup(id)?;
        self.layer.set_linked(entry.id, linked);
        DONE
    }
}
