//! A snapshot of an object that looks like one.

use super::capture::{Capture, Captured};
use super::failure::{Failure, Halt, Reason, What};
use super::given::{Names, Part};
use super::snapshot::Snapshot;
use crate::rule::Rule;

/// What an object says of itself. An attribute that it lacks failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// `type`, with its three attributes.
    pub kind: Result<Names, Reason>,
    /// `msg`.
    pub msg: Part,
    /// `errdisplay`.
    pub errdisplay: Part,
}

impl Capture {
    /// Copies what the object says. Nothing of it is optional.
    ///
    /// Rules `excinfo.from-object`, `excinfo.from-object.missing`; `_PyXI_excinfo_InitFromObject` in `crossinterp.c`.
    pub fn init_from_object(&mut self, object: &Described) -> Result<Captured, Halt> {
        self.rule(Rule::ExcFromObject);
        let block = self.structure()?;
        let mut snapshot = Snapshot::default();
        let captured = match self.copy_described(&mut snapshot, object) {
            Ok(()) => Ok(Captured::Snapshot(snapshot)),
            Err(failure) => Err(self.give_up(snapshot, failure.into())),
        };
        self.drop_structure(block);
        captured
    }

    fn copy_described(&mut self, snapshot: &mut Snapshot, object: &Described) -> Result<(), Failure> {
        let missing = |what| move |reason| Failure { what: What::Missing(what), reason };
        let names = object.kind.clone().map_err(missing("type"));
        let names = names.inspect_err(|_| self.rule(Rule::ExcFromObjectMissing))?;
        self.init_type(snapshot, &names).map_err(|reason| Failure { what: What::Type, reason })?;
        let msg = self.attribute("msg", &object.msg)?;
        snapshot.msg =
            Some(self.copy("the message", &msg).map_err(|reason| Failure { what: What::CopyMessage, reason })?);
        let display = self.attribute("errdisplay", &object.errdisplay)?;
        let copied =
            self.copy("the traceback", &display).map_err(|reason| Failure { what: What::CopyDisplay, reason })?;
        snapshot.display = Some(super::display::Display { copied, decodable: true });
        Ok(())
    }

    fn attribute(&mut self, name: &'static str, part: &Part) -> Result<Part, Failure> {
        self.take(name, part).map_err(|reason| {
            self.rule(Rule::ExcFromObjectMissing);
            Failure { what: What::Missing(name), reason }
        })
    }
}
