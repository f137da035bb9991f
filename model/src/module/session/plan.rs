//! What a session is asked to do, as a scenario writes it.

use crossinterp_objects::Text;

use super::number::code_number;
use crate::edition::Edition;
use crate::error::Failure;
use crate::module::Value;
use crate::module::call::Call;

/// What may be said of a session by name.
const OPTIONS: [&str; 7] = ["preserve", "late", "override", "message", "result", "ask", "clear"];

/// A session from its beginning to its end.
pub(super) struct Plan {
    pub target: i64,
    pub updates: Value,
    /// Code that is run.
    pub body: Option<Value>,
    /// Names, which may be no text, and what is preserved under them.
    pub preserve: Vec<(Value, Value)>,
    /// Code that is run after that.
    pub late: Option<Value>,
    /// What is given to the exit.
    pub given: Option<Failure>,
    /// Whether there is a place for the result.
    pub wants_result: bool,
    /// The name of a preserved value that is asked for.
    pub ask: Option<Text>,
    /// Whether the result is cleared in the end.
    pub clears: bool,
}

impl Plan {
    /// `session(target, updates, body, preserve={...}, late=..., override=..., message=..., result=..., ask=...,
    /// clear=...)`; all but the target may be left out.
    pub fn read(call: &Call, args: &[Value], edition: Edition) -> Option<Plan> {
        // What is not written above is not a part of it: guessing would predict another session than the one that runs.
        if args.len() > 3 || call.kwargs.iter().any(|(name, _)| !OPTIONS.contains(&name.as_str())) {
            return None;
        }
        let optional = |value: Option<&Value>| value.filter(|value| **value != Value::None).cloned();
        let text = |name| match call.keyword(name) {
            Some(Value::Str(text)) => Some(text.clone()),
            _ => None,
        };
        let code = match call.keyword("override") {
            Some(code) => Some(code_number(code, edition)?),
            None => None,
        };
        Some(Plan {
            target: args.first()?.as_i64()?,
            updates: args.get(1).cloned().unwrap_or(Value::None),
            body: optional(args.get(2)),
            preserve: match call.keyword("preserve") {
                Some(Value::Dict(pairs)) => pairs.clone(),
                _ => Vec::new(),
            },
            late: optional(call.keyword("late")),
            given: code.map(|code| Failure { code, text: text("message") }),
            wants_result: call.keyword("result") != Some(&Value::Bool(false)),
            ask: text("ask"),
            clears: call.flag("clear"),
        })
    }

    /// Whether it asks for what only 3.14 has.
    pub fn beyond_3_13(&self) -> bool {
        let text = self.given.as_ref().is_some_and(|given| given.text.is_some());
        !self.preserve.is_empty() || !self.wants_result || self.ask.is_some() || self.clears || text
    }

    /// Whether anything in it needs the names of `__main__`.
    pub fn needs_names(&self) -> bool {
        self.body.is_some() || self.late.is_some() || !self.preserve.is_empty()
    }
}
