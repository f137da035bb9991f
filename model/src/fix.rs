//! Fixes: changes to the C code that were proposed or made, each a run-time toggle beside the defects.
//!
//! A fix takes away the branch of some defects, or has a branch of its own in the steps that it changes; it is modelled
//! from its description, and need not do what it claims. [`Fix::claims`] is what its author says it closes, which is a
//! question to a search and not an answer. Nothing here knows how a step works.

use std::fmt;

use crate::call::CallKind;
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::scope::Scope;

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is in a release, or in the text that one will be made of.
    Merged,
    /// It is proposed, and nobody has decided.
    Open,
    /// It was proposed and turned down, or withdrawn.
    Closed,
    /// It was suggested, and nobody has written it.
    Suggested,
    /// It is the protocol of this project.
    Ours,
}

impl Standing {
    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Standing::Merged => "merged",
            Standing::Open => "open",
            Standing::Closed => "closed",
            Standing::Suggested => "suggested",
            Standing::Ours => "ours",
        }
    }
}

macro_rules! fixes {
    ($($(#[$doc:meta])+ $name:ident = $slug:literal, $standing:ident, $base:ident, $upstream:literal, claims [$($claim:ident),*], removes [$($removed:ident),*], $title:literal;)*) => {
        /// One change that can be applied or not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Fix { $($(#[$doc])+ $name,)* }

        impl Fix {
            /// Every fix, in the order in which they are weighed.
            pub const ALL: &[Fix] = &[$(Fix::$name,)*];

            /// The name by which `xi weigh` and the book know it.
            pub const fn name(self) -> &'static str { match self { $(Fix::$name => $slug,)* } }

            /// What became of it.
            pub const fn standing(self) -> Standing { match self { $(Fix::$name => Standing::$standing,)* } }

            /// The text that it is weighed in unless another is asked for: the newest that it changes.
            pub const fn base(self) -> Edition { match self { $(Fix::$name => Edition::$base,)* } }

            /// Where it was proposed.
            pub const fn upstream(self) -> &'static str { match self { $(Fix::$name => $upstream,)* } }

            /// The defects that it says it closes.
            pub const fn claims(self) -> &'static [Defect] { match self { $(Fix::$name => &[$(Defect::$claim),*],)* } }

            /// The defects whose branch it takes out of the step: there the safe reading is what the fix does.
            const fn takes_out(self) -> &'static [Defect] { match self { $(Fix::$name => &[$(Defect::$removed),*],)* } }

            /// What it changes, in one sentence.
            pub const fn title(self) -> &'static str { match self { $(Fix::$name => $title,)* } }
        }
    };
}

fixes! {
    /// The flag means what its name says.
    RawFreeFlag = "raw-free-flag", Merged, V313, "gh-140306, PR 140307, PR 140338, PR 140357",
        claims [InvertedRawFree], removes [InvertedRawFree],
        "The helper frees the structure when it is asked to, and only then";
    /// A status word in the capsule says who releases it.
    ClaimAndFree = "claim-and-free", Closed, V314, "gh-153713, PR 153745",
        claims [ReleaseAfterOwnerDestroyed], removes [],
        "A status word in the capsule is claimed by whoever frees it, the releaser or the owner's end";
    /// The queue is closed when the end begins.
    RefuseFinalizing = "refuse-when-finalizing", Suggested, V314, "gh-136003, the review of PR 136004",
        claims [LostInFinalization], removes [],
        "The pending queue is closed, under its own lock, when the last flush finds it empty";
    /// What came in meanwhile is run before the end goes on.
    LoopBeforeEnd = "loop-before-end", Merged, V314, "gh-136003, PR 136004",
        claims [LostInFinalization], removes [],
        "The flush, the threads and the exit hooks are gone through again until nothing is pending";
    /// A list in place of a ring.
    UnboundedQueue = "unbounded-queue", Open, V314, "gh-110693, PR 110694",
        claims [OverflowLeak, OverflowBufferStuck], removes [],
        "The pending queue is a list that grows: it is full only when there is no memory";
    /// The same ring, with more slots.
    LargerQueue = "larger-queue", Merged, Dev313, "PR 118302",
        claims [OverflowLeak, OverflowBufferStuck], removes [],
        "The pending queue has more slots";
    /// A mark for what is not ready.
    NotReadyState = "not-ready-state", Suggested, V314, "gh-127041",
        claims [VisibleWhileCreating], removes [],
        "An interpreter that is not ready yet is not destroyed";
    /// A mark for what is being destroyed.
    LifecycleStates = "lifecycle-states", Closed, V314, "gh-127041, PR 127044",
        claims [ExecDuringDestroy, DestroyUnclaimed], removes [],
        "The word that says who runs main also says that the interpreter is being destroyed";
    /// A guard keeps the owner from finalizing.
    PinOwner = "pin-owner", Merged, V314, "PEP 788, gh-149101, PR 149116",
        claims [ReleaseLookupThenEnqueue, LostInFinalization], removes [],
        "A release holds a guard on its owner from the lookup on, and the owner's end waits for it";
    /// The code is the error.
    AlreadyRunning = "already-running-unconditional", Merged, V313, "gh-126986, PR 126988, PR 127112",
        claims [AlreadyRunningRace], removes [AlreadyRunningRace],
        "The code 'already running' raises its error, whoever runs by then";
    /// What is left of a thread does not stop the end.
    HangThreads = "hang-foreign-threads", Merged, V313, "gh-128639, PR 134606, PR 139050",
        claims [LingeringThread, DestroyInExitWindow], removes [],
        "The end goes on with threads left in the interpreter, and they hang";
    /// A failing call does not end the flush.
    FlushUntilEmpty = "flush-until-empty", Merged, Dev313, "gh-118297, PR 118298",
        claims [SinglePassFlush], removes [SinglePassFlush],
        "The final flush goes on behind a call that fails";
    /// Everything that this book asks for.
    Repaired = "repaired", Ours, V314, "none: the protocol of this book",
        claims [], removes [],
        "The safe reading of every rule";
}

impl Fix {
    /// The defects that are off where the fix is applied.
    pub fn removes(self) -> DefectSet {
        match self {
            Fix::Repaired => Defect::ALL.iter().copied().collect(),
            _ => self.takes_out().iter().copied().collect(),
        }
    }

    /// Whether anything that a scope does can come to a step that the fix changes. Where it cannot, nothing changes.
    pub fn concerns(self, scope: &Scope) -> bool {
        use CallKind as K;
        let queues = [K::Release, K::ReleaseRawFree, K::ReleaseItem, K::Free, K::DropView, K::CallIn, K::CallInFailing];
        let carries = [K::FreeNamespace, K::FillNamespaceNoMemory, K::Preserve];
        let lives = [K::Create, K::Destroy, K::Enter, K::EnterWith, K::Decref];
        let allows = |kinds: &[CallKind]| kinds.iter().any(|&kind| scope.allows(kind));
        match self {
            Fix::NotReadyState | Fix::LifecycleStates | Fix::HangThreads => allows(&lives),
            Fix::AlreadyRunning => allows(&[K::Enter, K::EnterWith]),
            Fix::Repaired => true,
            _ => allows(&queues) || allows(&carries),
        }
    }

    /// The fix of that name.
    pub fn from_name(name: &str) -> Option<Fix> {
        Fix::ALL.iter().copied().find(|fix| fix.name() == name)
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of fixes: what a patch applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FixSet(u32);

const _: () = assert!(Fix::ALL.len() <= 32, "FixSet holds one bit per fix");

impl FixSet {
    /// Nothing is changed.
    pub const NONE: FixSet = FixSet(0);

    /// This set and one more.
    #[must_use]
    pub const fn with(self, fix: Fix) -> FixSet {
        FixSet(self.0 | 1 << fix as u8)
    }

    /// This set less one.
    #[must_use]
    pub const fn without(self, fix: Fix) -> FixSet {
        FixSet(self.0 & !(1 << fix as u8))
    }

    /// Whether the fix is applied.
    pub const fn contains(self, fix: Fix) -> bool {
        self.0 & (1 << fix as u8) != 0
    }

    /// The fixes that are applied, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Fix> {
        Fix::ALL.iter().copied().filter(move |&fix| self.contains(fix))
    }
}

impl FromIterator<Fix> for FixSet {
    fn from_iter<I: IntoIterator<Item = Fix>>(fixes: I) -> Self {
        fixes.into_iter().fold(FixSet::NONE, FixSet::with)
    }
}
