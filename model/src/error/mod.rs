//! How a session says what went wrong: a code, perhaps a text, perhaps a snapshot, and what a caller sees of the three.
//!
//! One thread, in the order of the C code: an exception is captured where it was raised ([`Record::capture`]), and what
//! was captured is applied where the caller is ([`Record::apply`]). Whoever sets a code is elsewhere: the sessions of
//! [`crate::module`], one call after the other, and those of [`crate::step`], interleaved.

mod apply;
mod capture;
mod caught;
mod code;
mod failure;

pub use apply::Applied;
pub use capture::{Record, Taken};
pub use caught::{Caught, Link};
pub use code::ErrorCode;
pub use failure::Failure;

use crate::convert::Ledger;
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::excinfo::{Capture, Setup, Style};
use crate::module::like_3_14;
use crate::rule::{Rule, RuleSet};

/// The text that is followed, and what of it was exercised.
#[derive(Clone, Debug)]
pub struct Following {
    edition: Edition,
    defects: DefectSet,
    /// The memory in which snapshots are taken.
    snapshots: Capture,
    rules: RuleSet,
}

impl Following {
    /// An edition, with its defects.
    pub fn new(edition: Edition) -> Self {
        Following::with(edition, edition.defects())
    }

    /// The surface of an edition, with other defects.
    pub fn with(edition: Edition, defects: DefectSet) -> Self {
        let snapshots = Capture::new(Setup { style: Style::of(edition), defects });
        Following { edition, defects, snapshots, rules: RuleSet::default() }
    }

    /// What was exercised.
    pub fn rules(&self) -> RuleSet {
        let mut rules = self.rules;
        self.snapshots.rules().iter().for_each(|rule| rules.insert(rule));
        rules
    }

    /// The memory in which snapshots are taken.
    pub fn ledger_mut(&mut self) -> &mut Ledger {
        self.snapshots.ledger_mut()
    }

    /// The edition.
    pub fn edition(&self) -> Edition {
        self.edition
    }

    fn has(&self, defect: Defect) -> bool {
        self.defects.contains(defect)
    }

    fn is_like_3_14(&self) -> bool {
        like_3_14(self.edition)
    }

    fn rule(&mut self, rule: Rule) {
        self.rules.insert(rule);
    }

    /// The number of a code; of those that the edition lacks, that of the newest.
    fn number(&self, code: ErrorCode) -> i32 {
        code.number(self.edition).or(code.number(Edition::Repaired)).unwrap_or_default()
    }
}
