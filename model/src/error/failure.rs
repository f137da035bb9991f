//! Failures: a code and a text, as whoever ends a session gives them. Since 3.14.
//!
//! It knows nothing of what the code becomes.

use crossinterp_objects::Text;

use super::Following;
use crate::excinfo::Reason;
use crate::rule::Rule;

/// What went wrong, in the words of whoever found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The number of the code, which need not be one.
    pub code: i32,
    /// The words, if there are any.
    pub text: Option<Text>,
}

impl Failure {
    /// A failure that nobody has set yet. Rule `error.failure.new`; `_PyXI_NewFailure` in `crossinterp.c`.
    pub fn new(following: &mut Following) -> Self {
        following.rule(Rule::FailureNew);
        Failure::default()
    }

    /// The code of a failure, or of none. Rule `error.failure.new`; `_PyXI_GetFailureCode` in `crossinterp.c`.
    pub fn code_of(following: &mut Following, failure: Option<&Failure>) -> i32 {
        following.rule(Rule::FailureNew);
        failure.map_or(0, |failure| failure.code)
    }

    /// Stores the code, and then the text of an object: `str()` of it, or why that cannot be had.
    /// Rules `error.failure.init`, `error.failure.text`; `_PyXI_InitFailure` in `crossinterp.c`.
    pub fn init(
        &mut self,
        following: &mut Following,
        code: i32,
        object: Option<Result<Text, Reason>>,
    ) -> Result<(), Reason> {
        following.rule(Rule::FailureInit);
        *self = Failure { code, text: None };
        let Some(text) = object else { return Ok(()) };
        following.rule(Rule::FailureText);
        self.text = Some(copied(text?)?);
        Ok(())
    }

    /// Stores the code and a text that C has already. Rule `error.failure.init`; `_PyXI_InitFailureUTF8` in
    /// `crossinterp.c`.
    pub fn init_utf8(&mut self, following: &mut Following, code: i32, text: Option<Text>) {
        following.rule(Rule::FailureInit);
        *self = Failure { code, text };
    }
}

/// The text as UTF-8 that ends at its first NUL: there may be none in it. `_copy_string_obj_raw` in `crossinterp.c`.
fn copied(text: Text) -> Result<Text, Reason> {
    if let Some(reason) = Reason::against_utf8(&text) {
        return Err(reason);
    }
    if text.code_points().any(|point| point == 0) { Err(Reason::Nul) } else { Ok(text) }
}
