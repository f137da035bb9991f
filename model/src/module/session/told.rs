//! Everything that there is to see of a session, as one dict. What is as it should be is left out.

use super::number::code_value;
use super::plan::Plan;
use crate::edition::Edition;
use crate::error::{Applied, Caught};
use crate::excinfo::SeenSnapshot;
use crate::module::Value;
use crate::module::excinfo::snapshot;
use crate::module::surface::like_3_14;

/// What was seen.
pub(super) struct Told {
    edition: Edition,
    like_3_14: bool,
    entered: bool,
    /// Of the call that ended it.
    pub returned: i64,
    /// Of the result; up to 3.13 of what was captured, if anything was.
    pub errcode: Option<i32>,
    /// Up to 3.13: raised before anything is applied.
    pub direct: Option<Caught>,
    pub raised: Option<Caught>,
    pub excinfo: Option<SeenSnapshot>,
    pub preserved: Option<Value>,
    asked: Option<Value>,
    /// The code of a main namespace that was refused.
    pub main: i32,
    /// The code of a value that was not preserved.
    pub preserve: i32,
    switched: bool,
    /// Up to 3.13: whether the code that was given is still in the session.
    pub left: bool,
    cleared: Option<i32>,
    /// What appeared on stderr.
    pub printed: String,
}

impl Told {
    /// Nothing seen yet.
    pub fn new(edition: Edition) -> Told {
        let like_3_14 = like_3_14(edition);
        Told {
            edition,
            like_3_14,
            entered: false,
            returned: 0,
            errcode: like_3_14.then_some(0),
            direct: None,
            raised: None,
            excinfo: None,
            preserved: None,
            asked: None,
            main: 0,
            preserve: 0,
            switched: false,
            left: false,
            cleared: None,
            printed: String::new(),
        }
    }

    /// It was entered. While it lasts, main is claimed.
    pub fn enter(&mut self, switched: bool) {
        self.entered = true;
        self.switched = switched;
    }

    /// What came of applying an error.
    pub fn apply(&mut self, applied: Applied) {
        match applied {
            Applied::Snapshot(seen) => self.excinfo = Some(seen),
            Applied::Raised(raised) => self.raised = Some(*raised),
            Applied::Nothing | Applied::Crashed => {}
        }
    }

    /// What is done with the result in the end.
    pub fn finish(&mut self, plan: &Plan) {
        if let (Some(name), Some(Value::Dict(pairs))) = (&plan.ask, &self.preserved) {
            let found = pairs.iter().find(|(key, _)| *key == Value::Str(name.clone()));
            self.asked = found.map(|(_, value)| value.clone());
        }
        if plan.clears {
            self.cleared = Some(self.errcode.unwrap_or_default());
        }
    }

    /// In the order in which a driver tells it.
    pub fn value(&self) -> Value {
        let mut seen = vec![("at", Value::text(if self.entered { "exit" } else { "enter" }))];
        let returned = ("returned", Value::int(self.returned));
        let errcode = self.errcode.map(|code| ("errcode", code_value(code, self.edition)));
        let direct = self.direct.as_ref().map(|direct| ("direct", direct.value()));
        if self.like_3_14 || !self.entered {
            seen.push(returned);
        }
        seen.extend(direct);
        seen.extend(errcode);
        seen.extend(self.objects());
        let codes = [("main", self.main), ("preserve", self.preserve)];
        seen.extend(
            codes.into_iter().filter(|(_, code)| *code != 0).map(|(name, code)| (name, code_value(code, self.edition))),
        );
        seen.extend(self.entered.then(|| ("inside", self.inside())));
        let left = || Value::Tuple(vec![Value::text("fields")]);
        seen.extend(self.left.then(|| ("left", left())));
        let cleared = |code| Value::Tuple(vec![Value::Bool(true), code_value(code, self.edition)]);
        seen.extend(self.cleared.map(|code| ("cleared", cleared(code))));
        seen.extend((!self.printed.is_empty()).then(|| ("printed", Value::text(&self.printed))));
        Value::Dict(seen.into_iter().map(|(name, value)| (Value::text(name), value)).collect())
    }

    fn objects(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let raised = self.raised.as_ref().map(|raised| ("raised", raised.value()));
        let excinfo = self.excinfo.as_ref().map(|seen| ("excinfo", snapshot(seen.clone())));
        let preserved = self.preserved.clone().map(|value| ("preserved", value));
        let asked = self.asked.clone().map(|value| ("asked", value));
        [raised, excinfo, preserved, asked].into_iter().flatten()
    }

    fn inside(&self) -> Value {
        let names = [("switched", self.switched), ("running", true)];
        Value::Tuple(names.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| Value::text(name)).collect())
    }
}
