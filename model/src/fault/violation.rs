//! Violations: a fault and where it happened, and whether C goes on behind it.

use super::Fault;
use crate::defect::{Defect, DefectSet};
use crate::step::Pc;

/// What is wrong with a world: the fault, and the step in which it happened. What is found when nothing is left to run
/// happened in no step. Two violations are distinct when either differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Violation {
    /// The fault.
    pub fault: Fault,
    /// The step.
    pub place: Option<Pc>,
    /// Whether it lies behind another fault, after which C went on.
    pub behind: bool,
}

impl Violation {
    /// What is wrong with a world in which nothing is left to run.
    pub const fn at_rest(fault: Fault) -> Violation {
        Violation { fault, place: None, behind: false }
    }

    /// The defect that explains it where those are on. A few faults have a second defect in a step of its own.
    pub fn defect(self, on: DefectSet) -> Option<Defect> {
        let own = matches!(self.place, Some(Pc::NamesDefer)).then_some(Defect::NamespaceNullOwner);
        let is_meant = |&defect: &Defect| on.contains(defect) && self.fault.explanations().contains(&defect);
        own.filter(is_meant).or_else(|| self.fault.defect(on))
    }
}

impl Fault {
    /// Whether C goes on after the fault, and what it does then is defined: something leaked, was lost, or was told wrongly.
    /// After the others the process is over, or memory is not what it was.
    pub const fn is_survived(self) -> bool {
        use Fault as F;
        let leaks = matches!(
            self,
            F::PayloadAbandoned
                | F::StructLeaked
                | F::ExportForgotten
                | F::ExportStuck
                | F::FailureHoldsObject
                | F::FailureLeaksBlock
                | F::EntryOutlives
                | F::PreservedLeaked
        );
        let loses = matches!(
            self,
            F::RefusedUnreported | F::RefusedAtEnd | F::AcceptedLost | F::FlushStopped | F::FreedAfterClear | F::Undead
        );
        let overlaps = matches!(
            self,
            F::RunningWhileFinalizing
                | F::FinalizingWhileRunning
                | F::EndedWhileRunning
                | F::IdrefNegative
                | F::MainRunTwice
                | F::MainSwapSeen
        );
        let misleads = matches!(
            self,
            F::FailureSilent
                | F::ConverterIgnored
                | F::RegistrationSilent
                | F::BuiltinGone
                | F::NameCut
                | F::PartlyBound
                | F::NamesMissing
                | F::CodeNotStored
                | F::ForeignType
                | F::ReasonLost
                | F::MemoryErrorLost
                | F::OverrideIgnored
                | F::CallNeverRan
                | F::ChainCycle
        );
        leaks || loses || overlaps || misleads
    }
}
