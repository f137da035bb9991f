//! Protocol bugs on purpose, for a harness that proves that its exploration would have found them.
//!
//! Each is one branch in the one step it belongs to. They can be chosen only in a build for loom
//! (`RuntimeBuilder::sabotage`); everywhere else the branches are constant and disappear.

/// A protocol bug that a runtime can be built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sabotage {
    /// The end of an interpreter leaves released payloads to a flush that is already over: they are never freed.
    EnqueueAfterFlush,
    /// Leaving looks for work and declares the interpreter idle in two critical sections: a release in between waits for ever.
    DrainWithoutRecheck,
    /// The end of an interpreter does not wait for readers: a reader sees a payload that was freed.
    ReclaimPinned,
    /// A release looks at the claim first and takes it last: two threads release the same capsule, and both are told so.
    ClaimAfterPush,
    /// Who drains an idle interpreter does not say when it is done: who waits to enter waits for ever.
    SilentDrainer,
    /// A change of a registry does not raise its version: lookups go on with what they remember.
    StaleLookup,
    /// A change of a registry is put in place whatever has happened since it was planned: one of two registrations is lost.
    LostCount,
    /// Whoever in line wakes first goes in, whatever the ticket says: somebody waits longer than those who came later.
    UnfairLine,
    /// Who leaves does not say so: those in line wait for ever.
    SilentLeave,
    /// An end does not tell those in line: they wait for an interpreter that will not be idle again.
    SilentEnd,
    /// A session that cannot be entered forgets to leave: its interpreter runs for ever.
    RefusedSessionStays,
}

impl Sabotage {
    /// Every one of them.
    #[cfg(loom)]
    pub const ALL: [Sabotage; 11] = [
        Sabotage::EnqueueAfterFlush,
        Sabotage::DrainWithoutRecheck,
        Sabotage::ReclaimPinned,
        Sabotage::ClaimAfterPush,
        Sabotage::SilentDrainer,
        Sabotage::StaleLookup,
        Sabotage::LostCount,
        Sabotage::UnfairLine,
        Sabotage::SilentLeave,
        Sabotage::SilentEnd,
        Sabotage::RefusedSessionStays,
    ];
}
