//! What happens between entering and leaving: code runs in `__main__`, and values are kept for the caller.

use super::enter::foreign;
use super::pending::given_of;
use super::plan::Plan;
use super::told::Told;
use super::{Left, Session};
use crate::error::{ErrorCode, Failure};
use crate::excinfo::Given;
use crate::module::Value;
use crate::module::layer::Layer;
use crate::module::namespace::{Pairs, bind};
use crate::module::outcome::Raised;
use crate::module::player::{Player, Stop};
use crate::rule::Rule;

impl<L: Layer> Player<L> {
    /// Up to the first thing that fails, as C code would. Rules `session.body`, `session.main-namespace`.
    pub(super) fn use_session(&mut self, plan: &Plan, session: &mut Session, told: &mut Told) -> Result<Left, Stop> {
        let mut left = Left { exception: None, failure: None };
        if !plan.needs_names() {
            return Ok(left);
        }
        if let Err(raised) = self.find_names(session) {
            told.main = self.number(ErrorCode::MainNamespaceFailure);
            return Ok(self.failed(&raised, ErrorCode::MainNamespaceFailure));
        }
        self.wake(session.target)?;
        left.exception = self.run_body(plan.body.as_ref())?;
        for (name, value) in plan.preserve.iter().filter(|_| left.exception.is_none()) {
            if let Err(raised) = self.preserve(session, name, value) {
                told.preserve = self.number(ErrorCode::PreserveFailure);
                return Ok(self.failed(&raised, ErrorCode::PreserveFailure));
            }
        }
        if left.exception.is_none() {
            left.exception = self.run_body(plan.late.as_ref())?;
        }
        Ok(left)
    }

    fn failed(&self, raised: &Raised, code: ErrorCode) -> Left {
        let failure = Failure { code: self.number(code), text: None };
        Left { exception: Some(given_of(raised, self.edition)), failure: Some(failure) }
    }

    /// Runs code in the current interpreter; what it raises is pending then.
    fn run_body(&mut self, body: Option<&Value>) -> Result<Option<Given>, Stop> {
        body.map_or(Ok(None), |body| self.run_in_main(self.current, body, "<string>"))
    }

    /// Keeps a value, unconverted, until the session is left. Rules `session.preserve`, `session.preserve.name`;
    /// `_PyXI_Preserve` in `crossinterp.c`.
    fn preserve(&mut self, session: &mut Session, name: &Value, value: &Value) -> Result<(), Raised> {
        self.rule(Rule::SessionPreserve);
        let preserved: &mut Pairs = session.preserved.get_or_insert_default();
        let name = match name {
            Value::Bytes(bytes) => std::str::from_utf8(bytes).map(Value::text).map_err(|_| bytes),
            name => Ok(name.clone()),
        };
        match name {
            Ok(name) => bind(preserved, name, value.clone()),
            Err(bytes) => {
                self.rule(Rule::SessionPreserveName);
                return Err(foreign("RuntimeError", "failed to preserve object").caused_by(not_utf8(bytes)));
            }
        }
        Ok(())
    }
}

/// What the decoder says of the first bytes that are no UTF-8.
fn not_utf8(bytes: &[u8]) -> Raised {
    let error = std::str::from_utf8(bytes).err();
    let place = error.map_or(0, |error| error.valid_up_to());
    let byte = bytes.get(place).copied().unwrap_or_default();
    let (length, reason) = match error.and_then(|error| error.error_len()) {
        None => (bytes.len() - place, "unexpected end of data"),
        Some(length) if matches!(byte, 0xc2..=0xf4) => (length, "invalid continuation byte"),
        Some(_) => (1, "invalid start byte"),
    };
    let which = match length {
        0 | 1 => format!("byte 0x{byte:02x} in position {place}"),
        _ => format!("bytes in position {place}-{}", place + length - 1),
    };
    foreign("UnicodeDecodeError", &format!("'utf-8' codec can't decode {which}: {reason}"))
}
