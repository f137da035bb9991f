//! Refutations by one process alone: what is done, the steps, and the rule that is broken.

use super::SEQUENTIAL_DEFECTS;
use super::process::Setup;
use super::sweep::{SweepOutcome, sweep};
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::rule::Rule;

/// A defect, shown by the making or the end of one interpreter.
#[derive(Clone, Debug)]
pub struct Refuted {
    /// What came of it.
    pub outcome: SweepOutcome,
    /// The rule that is broken.
    pub rule: Rule,
}

/// The safe reading with one defect in it, in the surface in which it was met.
pub fn sample(defect: Defect) -> Setup {
    Setup { edition: Edition::Repaired, defects: DefectSet::NONE.with_needs(defect) }
}

/// The first thing done that shows the defect alone, if one process can.
pub fn refute(defect: Defect) -> Option<Refuted> {
    let rule = rule(defect)?;
    let outcome = sweep(sample(defect)).into_iter().find(|outcome| !outcome.broken.is_empty())?;
    Some(Refuted { outcome, rule })
}

/// The rule that one process breaks with it.
fn rule(defect: Defect) -> Option<Rule> {
    match defect {
        Defect::RuntimeFiniLive => Some(Rule::RuntimeLeftOver),
        Defect::DanglingHead | Defect::LingeringThread | Defect::ForkClears | Defect::UseAfterFini => {
            Some(defect.rule())
        }
        other => SEQUENTIAL_DEFECTS.contains(&other).then(|| other.rule()),
    }
}
