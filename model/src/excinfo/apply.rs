//! A snapshot as an exception of another type: what is raised in its place.

use crossinterp_objects::Text;

use super::capture::Capture;
use super::failure::{Failure, Halt, What};
use super::snapshot::Snapshot;
use crate::rule::Rule;

/// The exception that stands for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its only argument; None for a snapshot of nothing.
    pub message: Option<Text>,
    /// Its attribute `_errdisplay`, which 3.13.0 sets.
    pub errdisplay: Option<Text>,
}

impl Capture {
    /// Raises the class with what is known of the exception.
    /// Rule `excinfo.apply`; `_PyXI_excinfo_Apply` in `crossinterp.c`.
    pub fn apply(&mut self, snapshot: &Snapshot) -> Result<Applied, Halt> {
        self.rule(Rule::ExcApply);
        let rendered = snapshot.rendered().cloned();
        // Since 3.14 a traceback that cannot be made falls back to the line.
        let message = match (&rendered, self.setup.style.applies_display) {
            (Some(rendered), true) if self.make_briefly("the text of the traceback").is_ok() => Some(rendered.clone()),
            _ => {
                self.make_briefly("the formatted line")?;
                self.format(snapshot)?
            }
        };
        self.make_briefly("the exception")?;
        let errdisplay = rendered.filter(|_| !self.setup.style.applies_display);
        Ok(Applied { message, errdisplay })
    }

    /// An object that is the caller's, who is taken to drop it at once.
    fn make_briefly(&mut self, what: &'static str) -> Result<(), Halt> {
        let block = self.allocate_object(what).map_err(|reason| Failure { what: What::Object, reason })?;
        self.free(block);
        Ok(())
    }
}
