//! Codes without a session: applied by themselves, put into failures, asked of sessions that were never entered.

use crossinterp_objects::Text;

use super::number::{code_number, code_value};
use crate::error::{Applied, Caught, Failure, Record};
use crate::excinfo::Reason;
use crate::module::Signal;
use crate::module::Value;
use crate::module::call::Call;
use crate::module::excinfo::{never_raised, snapshot};
use crate::module::layer::Layer;
use crate::module::player::{Answer, Player, Stop, not_modelled};
use crate::module::pytext;
use crate::module::surface::like_3_14;
use crate::rule::Rule;

impl<L: Layer> Player<L> {
    /// Rule `session.inactive`; `_PyXI_GetMainNamespace`, `_PyXI_Preserve` in `crossinterp.c`.
    pub(super) fn use_inactive(&mut self, _what: &Value) -> Answer {
        if !like_3_14(self.edition) {
            return Err(Stop::NotModelled("_PyXI_Preserve is missing".to_owned()));
        }
        self.rule(Rule::SessionInactive);
        let raised = Caught::new("RuntimeError", "session not active");
        Ok(dict([("returned", Value::int(-1)), ("code", code_value(0, self.edition)), ("raised", raised.value())])
            .into())
    }

    /// Up to 3.13 anybody may apply any code. Rules `error.codes`, `error.apply.raises`; `_PyXI_ApplyError` in
    /// `crossinterp.c`.
    pub(super) fn apply_number(&mut self, call: &Call, code: &Value, error: Option<&Value>) -> Answer {
        if like_3_14(self.edition) {
            return Err(Stop::NotModelled("_PyXI_ApplyError is missing".to_owned()));
        }
        let code = code_number(code, self.edition).ok_or_else(|| not_modelled(call))?;
        let given = match error {
            Some(error) => Some(never_raised(error).ok_or_else(|| not_modelled(call))?),
            None => None,
        };
        let here = self.current;
        let runs_main = self.layer.find(here).is_some_and(|entry| entry.id == 0 || entry.running);
        let applied = self.following(|following| {
            let snapshot = match &given {
                // A MemoryError has no snapshot, and is none the worse for it.
                Some(given) if !given.is_memory_error => Some(following.snapshot_of(given)?),
                _ => None,
            };
            let mut record = Record::of_number(code, snapshot);
            record.stay_here();
            Some(record.apply(following, runs_main))
        });
        // Of an exception that no snapshot can be taken of, nothing is applied.
        Ok(match applied.ok_or_else(|| not_modelled(call))? {
            Applied::Snapshot(seen) => dict([("returned", snapshot(seen))]),
            Applied::Raised(raised) => dict([("raised", raised.value())]),
            Applied::Nothing => dict([]),
            Applied::Crashed => return Err(Stop::Crash(Signal::Segfault)),
        }
        .into())
    }

    /// Rules `error.failure.new`, `error.failure.init`, `error.failure.text`; `_PyXI_InitFailure` in `crossinterp.c`.
    pub(super) fn try_failure(&mut self, call: &Call, args: &[Value]) -> Answer {
        if !like_3_14(self.edition) {
            return Err(Stop::NotModelled("_PyXI_InitFailure is missing".to_owned()));
        }
        let code = args.first().map_or(Some(0), |code| code_number(code, self.edition));
        let code = code.ok_or_else(|| not_modelled(call))?;
        let text = args.get(1).map(text_of);
        let (nothing, new, after, failed) = self.following(|following| {
            let nothing = Failure::code_of(following, None);
            let mut failure = Failure::new(following);
            let new = failure.code;
            let failed = failure.init(following, code, text).err();
            (nothing, new, failure.code, failed)
        });
        let codes = [("nothing", nothing), ("new", new), ("code", after)];
        let mut seen: Vec<_> = codes.map(|(name, code)| (name, code_value(code, self.edition))).into();
        seen.push(("returned", Value::int(-i64::from(failed.is_some()))));
        let raised = failed.map(|reason| ("raised", caught_reason(&reason).value()));
        seen.extend(raised);
        Ok(Value::Dict(seen.into_iter().map(|(name, value)| (Value::text(name), value)).collect()).into())
    }
}

/// `str()` of an object, or what it raises.
fn text_of(object: &Value) -> Result<Text, Reason> {
    let text = pytext::str(object);
    let unescaped = |text: String| Text::from_escaped(&text).unwrap_or_default();
    text.map(unescaped)
        .map_err(|failed| Reason::Raised { kind: "KeyError".to_owned(), message: unescaped(format!("'{}'", failed.0)) })
}

fn caught_reason(reason: &Reason) -> Caught {
    let kind = match reason.kind() {
        "MemoryError" => "MemoryError",
        "TypeError" => "TypeError",
        "UnicodeEncodeError" => "UnicodeEncodeError",
        "KeyError" => "KeyError",
        _ => "ValueError",
    };
    Caught { text: reason.text(), ..Caught::new(kind, "") }
}

fn dict<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Dict(pairs.into_iter().map(|(name, value)| (Value::text(name), value)).collect())
}
