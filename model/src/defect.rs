//! The catalogue of defects: each a run-time toggle, named as the literature of the layer names it.
//!
//! A defect is a named branch in the one step concerned, nothing else: switch it on and that step follows the C code,
//! switch it off and it takes the safe reading. An [`Edition`](crate::edition::Edition) is a set of them.
//! Nothing here knows how a step works; a fault knows which defect explains it (see [`crate::fault`]).

use std::fmt;

/// Where a defect is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Reported or reproduced in real interpreters before this model existed.
    Known,
    /// Found by this model in the C code as written; no upstream report was found.
    Found,
    /// In no edition: seeded to show that a property can fail.
    Mutant,
}

/// The concept of the floor plan that a defect lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concept {
    /// Identity, life and end of interpreters.
    Interpreter,
    /// Calls pending in another interpreter.
    Pending,
    /// Cross-interpreter data.
    Capsule,
    /// Which types cross.
    Registry,
    /// Names and values carried into `__main__`.
    Namespace,
    /// Snapshots of exceptions.
    Excinfo,
    /// Error codes, and what the caller sees of them.
    Error,
    /// Entering, running, preserving, leaving.
    Session,
    /// The start and the end of the process.
    Runtime,
}

macro_rules! defects {
    ($($(#[$doc:meta])+ $name:ident = $slug:literal, $concept:ident, $rule:ident, $origin:ident, $source:literal, $title:literal;)*) => {
        /// One defect that can be switched on or off.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Defect { $($(#[$doc])+ $name,)* }

        impl Defect {
            /// Every defect, in the order of the concepts.
            pub const ALL: &[Defect] = &[$(Defect::$name,)*];

            /// The name by which `xi trace` and the book know it.
            pub const fn name(self) -> &'static str { match self { $(Defect::$name => $slug,)* } }

            /// The concept it lives in.
            pub const fn concept(self) -> Concept { match self { $(Defect::$name => Concept::$concept,)* } }

            /// The rule that it breaks. What it brings about may break others too.
            pub const fn rule(self) -> Rule { match self { $(Defect::$name => Rule::$rule,)* } }

            /// Where it is known from.
            pub const fn origin(self) -> Origin { match self { $(Defect::$name => Origin::$origin,)* } }

            /// File and function of the C code that has it.
            pub const fn source(self) -> &'static str { match self { $(Defect::$name => $source,)* } }

            /// What goes wrong, in one sentence.
            pub const fn title(self) -> &'static str { match self { $(Defect::$name => $title,)* } }
        }
    };
}

mod catalogue;

pub use catalogue::Defect;

impl Defect {
    /// What must be on as well for this defect to show: it only spoils what another one leaves behind.
    pub const fn needs(self) -> &'static [Defect] {
        match self {
            // With a teardown that reclaims everything there is never a payload left to clear in the wrong place.
            Defect::WrongInterpreterClear => &[Defect::ReleaseAfterOwnerDestroyed],
            // What was swallowed is still told by the code, unless the exit ignores it.
            Defect::UnpackSwallowed => &[Defect::OverrideDropped],
            // Only a failure that says nothing can be taken for nothing to do.
            Defect::EnterNullSuccess => &[Defect::InitWithSizeNoException],
            // The object goes while code of its own makes the text.
            Defect::FailedPrintsFreed => &[Defect::MessageRunsUserCode],
            // Only a helper that clears anywhere gets as far, and only where a payload is left.
            Defect::HelperClearsFreed => &[Defect::WrongInterpreterClear, Defect::ReleaseAfterOwnerDestroyed],
            _ => &[],
        }
    }

    /// What hides this defect while it is on: it would come later in a step that does not get so far, or goes elsewhere.
    pub const fn hidden_by(self) -> &'static [Defect] {
        match self {
            // The structure is not freed at all.
            Defect::HelperClearsFreed => &[Defect::InvertedRawFree],
            // What is cleared in the wrong place was freed before.
            Defect::WrongInterpreterClear => &[Defect::HelperClearsFreed],
            _ => &[],
        }
    }

    /// The defect of that name.
    pub fn from_name(name: &str) -> Option<Defect> {
        Defect::ALL.iter().copied().find(|defect| defect.name() == name)
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of defects: what an edition, a patch or a test switches on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DefectSet(u128);

const _: () = assert!(Defect::ALL.len() <= 128, "DefectSet holds one bit per defect");

impl DefectSet {
    /// The empty set: the safe reading of everything.
    pub const NONE: DefectSet = DefectSet(0);

    /// This set and one more.
    #[must_use]
    pub const fn with(self, defect: Defect) -> DefectSet {
        DefectSet(self.0 | 1 << defect as u8)
    }

    /// This set and all that the defect needs in order to show.
    #[must_use]
    pub fn with_needs(self, defect: Defect) -> DefectSet {
        defect.needs().iter().fold(self.with(defect), |set, &needed| set.with(needed))
    }

    /// This set less one.
    #[must_use]
    pub const fn without(self, defect: Defect) -> DefectSet {
        DefectSet(self.0 & !(1 << defect as u8))
    }

    /// This set and those of another.
    #[must_use]
    pub const fn and(self, other: DefectSet) -> DefectSet {
        DefectSet(self.0 | other.0)
    }

    /// This set less those of another.
    #[must_use]
    pub const fn minus(self, other: DefectSet) -> DefectSet {
        DefectSet(self.0 & !other.0)
    }

    /// Whether the defect is on.
    pub const fn contains(self, defect: Defect) -> bool {
        self.0 & (1 << defect as u8) != 0
    }

    /// Whether the defect is on and hidden by another that is on and not hidden itself.
    pub fn hides(self, defect: Defect) -> bool {
        self.contains(defect) && defect.hidden_by().iter().any(|&by| self.contains(by) && !self.hides(by))
    }

    /// The defects that are on, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Defect> {
        Defect::ALL.iter().copied().filter(move |&defect| self.contains(defect))
    }
}

impl FromIterator<Defect> for DefectSet {
    fn from_iter<I: IntoIterator<Item = Defect>>(defects: I) -> Self {
        defects.into_iter().fold(DefectSet::NONE, DefectSet::with)
    }
}
