//! Who counts on an interpreter by its id, and the end that comes with the last of them.
//!
//! It sits inside the state of a core; the runtime carries an end through. It does not know what a reference is held by.

use crate::core::{Core, Phase};
use crate::end::Ended;
use crate::error::{EndError, IdRefError, LookupError};
use crate::host::Host;

/// What dropping a reference to an id came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// This many references are left, and the interpreter lives: others hold it, or it is not linked to its references.
    Remaining(u64),
    /// It was the last one of a linked interpreter, which has been ended.
    Ended(Ended),
}

/// The references to one interpreter, as they were at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// How many there are.
    pub count: u64,
    /// Whether the interpreter ends with the last of them.
    pub linked: bool,
}

impl References {
    fn drops_to_end(&self) -> bool {
        self.linked && self.count == 1
    }
}

/// What the caller has to do once a reference was dropped.
pub(crate) enum Verdict {
    Remaining(u64),
    /// The end has been claimed for the caller, who carries it through.
    EndIt,
}

impl<H: Host> Core<H> {
    /// An interpreter that ends counts like one that is there; one that has ended has no references.
    pub(crate) fn references(&self) -> Result<References, LookupError> {
        let state = self.step("idref.read");
        if state.phase == Phase::Ended { Err(LookupError::NotFound { id: self.id }) } else { Ok(state.references) }
    }

    /// Rule `interpreter.idref.linked`: nothing follows from it before a reference is dropped.
    pub(crate) fn link(&self, linked: bool) -> Result<(), LookupError> {
        let mut state = self.step("idref.link");
        if state.phase == Phase::Ended {
            return Err(LookupError::NotFound { id: self.id });
        }
        state.references.linked = linked;
        Ok(())
    }

    /// Rule `interpreter.idref.increment`.
    pub(crate) fn add_reference(&self, link: bool) -> Result<(), IdRefError> {
        let id = self.id;
        let mut state = self.step("idref.add");
        match state.phase {
            Phase::Ending => return Err(IdRefError::Ending { id }),
            Phase::Ended => return Err(IdRefError::NotFound { id }),
            Phase::Ready | Phase::Running | Phase::Draining => {}
        }
        state.references.count = state.references.count.checked_add(1).ok_or(IdRefError::Overflow { id })?;
        state.references.linked |= link;
        Ok(())
    }

    /// Rules `interpreter.idref.decrement`, `.floor` and `.last`: the count and the phase change together or not at all.
    pub(crate) fn drop_reference(&self) -> Result<Verdict, IdRefError> {
        let id = self.id;
        let mut state = self.step("idref.drop");
        if state.references.drops_to_end() {
            state = self.wait_while_draining(state);
        }
        match state.phase {
            Phase::Ending => return Err(EndError::Ending { id }.into()),
            Phase::Ended => return Err(EndError::NotFound { id }.into()),
            _ if state.references.count == 0 => return Err(IdRefError::NotReferenced { id }),
            // The wait let others in: look again.
            _ if state.references.drops_to_end() => {
                self.check_endable(&state)?;
                self.claim_end(&mut state);
            }
            _ => {}
        }
        state.references.count -= 1;
        Ok(match state.phase {
            Phase::Ending => Verdict::EndIt,
            _ => Verdict::Remaining(state.references.count),
        })
    }
}
