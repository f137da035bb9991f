//! What is told of a session: a dict in which everything that is as it should be is left out. And codes, by their names.
//!
//! It sits below the verbs for sessions. It does not know how a session came to what it came to.

use crossinterp::ErrorCode;
use crossinterp_objects::Value;

use crate::raised::Raised;

/// An error code as a scenario writes it: one of the ten, or a number that is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Known(ErrorCode),
    Unknown(i64),
}

impl Code {
    /// The code that a value stands for.
    pub(super) fn of(value: &Value) -> Option<Code> {
        match value {
            Value::Made(kind, args) if kind == "ErrorCode" => {
                let name = args.first().and_then(Value::as_str)?;
                ErrorCode::ALL.into_iter().find(|code| code.name() == name).map(Code::Known)
            }
            other => other.as_i64().map(|number| {
                let known = i32::try_from(number).ok().and_then(ErrorCode::from_number);
                known.map_or(Code::Unknown(number), Code::Known)
            }),
        }
    }

    /// The same as a value.
    pub(super) fn to_value(self) -> Value {
        match self {
            Code::Known(code) => Value::made("ErrorCode", vec![Value::text(code.name())]),
            Code::Unknown(number) => Value::int(number),
        }
    }

    /// The nearest that the implementation has.
    pub(super) fn nearest(self) -> ErrorCode {
        match self {
            Code::Known(code) => code,
            Code::Unknown(_) => ErrorCode::Other,
        }
    }

    /// Rule `error.override`: that nothing went wrong, or that something was raised, overrides nothing.
    pub(super) fn overrides(self) -> bool {
        !matches!(self.nearest(), ErrorCode::NoError | ErrorCode::UncaughtException)
    }
}

/// What is told so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Told(Vec<(Value, Value)>);

impl Told {
    /// Tells something.
    pub(super) fn tell(&mut self, key: &str, value: Value) {
        self.0.push((Value::text(key), value));
    }

    /// Tells something if it is there.
    pub(super) fn tell_some(&mut self, key: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.tell(key, value);
        }
    }

    /// What was told under a key.
    pub(super) fn get(&self, key: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value.clone())
    }

    /// As a dict.
    pub(super) fn to_value(&self) -> Value {
        Value::Dict(self.0.clone())
    }
}

/// How an exception that was never raised in code is displayed, with what caused it before it.
pub(super) fn displayed(raised: &Raised) -> String {
    let module = raised.full_name();
    let name = module.strip_prefix("builtins.").unwrap_or(&module);
    let own =
        format!("{name}: {}", raised.message().as_str().map_or_else(|| raised.message().escaped(), str::to_owned));
    match raised.cause() {
        None => own,
        Some(cause) => {
            let before = displayed(cause);
            format!("{before}\n\nThe above exception was the direct cause of the following exception:\n\n{own}")
        }
    }
}
