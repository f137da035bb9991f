//! Editions: which text is followed, as a set of defects and a few tables.

use std::fmt;
use std::str::FromStr;

use crate::defect::{Defect, DefectSet, Origin};

/// The text that the model follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edition {
    /// `crossinterp.c` of the 3.13 development branch, exactly as written.
    Dev313,
    /// What CPython 3.13.0 does.
    V313,
    /// What CPython 3.14.10 does.
    V314,
    /// The surface of 3.14 with the safe reading of every rule.
    Repaired,
}

impl Edition {
    /// Every edition, oldest first.
    pub const ALL: [Edition; 4] = [Edition::Dev313, Edition::V313, Edition::V314, Edition::Repaired];

    /// The name used on the command line and in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Edition::Dev313 => "3.13-dev",
            Edition::V313 => "3.13",
            Edition::V314 => "3.14",
            Edition::Repaired => "repaired",
        }
    }

    /// The defects that the edition has.
    pub fn defects(self) -> DefectSet {
        match self {
            Edition::Repaired => DefectSet::NONE,
            _ => Defect::ALL.iter().copied().filter(|&defect| self.has(defect)).collect(),
        }
    }

    fn has(self, defect: Defect) -> bool {
        // What the C code leaves to its callers is no defect of it: its client keeps the contract (see `catalogue`).
        let contract = matches!(defect, Defect::UnclaimedRelease | Defect::FreeUnclaimed);
        contract || defect.origin() != Origin::Mutant && !self.absent().contains(&defect)
    }

    /// The defects of the C code that an edition does not have: not yet, or not any more.
    const fn absent(self) -> &'static [Defect] {
        match self {
            Edition::Dev313 => &[
                Defect::NamespaceNullOwner,
                Defect::OomAsNotShareable,
                Defect::DisplayNull,
                Defect::DisplayEmpty,
                Defect::DisplayDoubleRelease,
                Defect::CaptureNone,
                Defect::SelfContext,
                Defect::PreserveClobbered,
                Defect::UnpackSwallowed,
                Defect::CodeNotStored,
                Defect::PreservedAfterOwner,
                Defect::PopPreservedLeak,
                Defect::UnpickleNullCompare,
                Defect::FailedPrintsFreed,
                Defect::MainSwapped,
            ],
            Edition::V313 => &[
                Defect::SinglePassFlush,
                Defect::RuntimeFiniLive,
                Defect::NamespaceNullOwner,
                Defect::OomAsNotShareable,
                Defect::ExcTypeFieldCheck,
                Defect::SelfContext,
                Defect::PreserveClobbered,
                Defect::UnpackSwallowed,
                Defect::CodeNotStored,
                Defect::PreservedAfterOwner,
                Defect::PopPreservedLeak,
                Defect::UnpickleNullCompare,
                Defect::FailedPrintsFreed,
                Defect::MainSwapped,
            ],
            Edition::V314 => &[
                Defect::SinglePassFlush,
                Defect::RuntimeFiniLive,
                Defect::InvertedRawFree,
                Defect::MemoryviewUnconsumed,
                Defect::UseAfterFini,
                Defect::MemoryviewNoException,
                Defect::NulInKey,
                Defect::ExcTypeFieldCheck,
                Defect::NulInText,
                Defect::DisplayNull,
                Defect::DisplayEmpty,
                Defect::AlreadyRunningRace,
                Defect::PresessionNull,
                Defect::ForeignType,
                Defect::EnterNullSuccess,
                Defect::PopPreservedLeak,
                Defect::LingeringThread,
                Defect::ConfigNull,
                Defect::CreationFatal,
            ],
            Edition::Repaired => Defect::ALL,
        }
    }

    /// Slots of the real pending queue; scopes use far smaller ones (see [`crate::scope::Scope::queue_capacity`]).
    pub const fn pending_capacity(self) -> usize {
        match self {
            Edition::Dev313 => 32,
            _ => 300,
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name is not that of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEdition(
    /// What was given.
    pub String,
);

impl fmt::Display for UnknownEdition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown edition '{}': use one of 3.13-dev, 3.13, 3.14, repaired", self.0)
    }
}

impl std::error::Error for UnknownEdition {}

impl FromStr for Edition {
    type Err = UnknownEdition;

    fn from_str(name: &str) -> Result<Self, UnknownEdition> {
        Edition::ALL.into_iter().find(|edition| edition.name() == name).ok_or_else(|| UnknownEdition(name.to_owned()))
    }
}
