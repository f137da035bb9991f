//! Text that leaves the interpreter: asked for, looked at, copied into raw memory.

use crossinterp_objects::Text;

use super::capture::Capture;
use super::failure::Reason;
use super::given::Part;
use crate::convert::BlockId;
use crate::defect::Defect;
use crate::rule::Rule;

/// A raw copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// What it says.
    pub(super) text: Text,
    /// Where it is.
    pub(super) block: BlockId,
}

impl Capture {
    /// The object that should be text, if there is one. What it is shows when it is copied.
    pub(super) fn take(&mut self, what: &'static str, part: &Part) -> Result<Part, Reason> {
        match part {
            Part::Failed(reason) => {
                self.step(|| format!("{what}: {}", reason.kind()));
                Err(reason.clone())
            }
            other => Ok(other.clone()),
        }
    }

    /// Copies text as UTF-8 that ends with a NUL. Text that has one of its own, the older C code cuts there.
    ///
    /// Rule `excinfo.capture.text`; `_copy_string_obj_raw` in `crossinterp.c`.
    pub(super) fn copy(&mut self, what: &'static str, part: &Part) -> Result<Copied, Reason> {
        self.rule(Rule::ExcText);
        let Part::Text(text) = part else { return Err(Reason::NotText) };
        if let Some(reason) = Reason::against_utf8(text) {
            return Err(reason);
        }
        let encoded = self.encode(text)?;
        let copied = self.copy_encoded(what, text);
        encoded.into_iter().for_each(|block| self.free(block));
        copied
    }

    /// Text beyond ASCII is kept a second time, as UTF-8, for as long as it lives.
    fn encode(&mut self, text: &Text) -> Result<Option<BlockId>, Reason> {
        if text.code_points().all(|point| point < 0x80) {
            return Ok(None);
        }
        self.allocate_object("its UTF-8").map(Some)
    }

    fn copy_encoded(&mut self, what: &'static str, text: &Text) -> Result<Copied, Reason> {
        let carried = before_nul(text);
        if carried != *text && !self.has(Defect::NulInText) {
            self.step(|| format!("{what} has a NUL"));
            return Err(Reason::Nul);
        }
        let block = self.allocate_raw(what)?;
        Ok(Copied { text: carried, block })
    }
}

/// The text up to its first NUL.
pub(super) fn before_nul(text: &Text) -> Text {
    Text::from_code_points(text.code_points().take_while(|&point| point != 0)).expect("they come from a text")
}
