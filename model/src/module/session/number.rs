//! Error codes as scenarios write them: by name, since numbers differ between editions. A number that names no code in
//! an edition stays a number.

use crate::edition::Edition;
use crate::error::ErrorCode;
use crate::module::Value;

/// What makes a code: `ErrorCode("ALREADY_RUNNING")`.
const MAKER: &str = "ErrorCode";

/// A number that C gives, by its name in the edition if it has one. Rule `error.codes`.
pub(super) fn code_value(number: i32, edition: Edition) -> Value {
    match ErrorCode::from_number(number, edition) {
        Some(code) => Value::made(MAKER, vec![Value::text(code.name())]),
        None => Value::int(i64::from(number)),
    }
}

/// The number of what a call gives as a code; none if it is no code of the edition. Rule `error.codes`.
pub(super) fn code_number(value: &Value, edition: Edition) -> Option<i32> {
    match value {
        Value::Made(maker, args) if maker == MAKER => {
            let [name] = args.as_slice() else { return None };
            let code = ErrorCode::ALL.into_iter().find(|code| Some(code.name()) == name.as_str())?;
            code.number(edition)
        }
        number => i32::try_from(number.as_i64()?).ok(),
    }
}
