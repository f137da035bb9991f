//! What must hold of every world, in one sentence each; a fault says which of them it violates.

/// A property of the layer. Each is refuted by at least one defect or mutant, and a test shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// Each payload and each structure is freed exactly once.
    FreedOnce,
    /// A payload is freed only in its owner, or by its owner's teardown.
    FreedInOwner,
    /// Nothing is touched after it was freed.
    NoUseAfterFree,
    /// No freed interpreter is accessed.
    NoFreedInterpreter,
    /// What was accepted is executed.
    AcceptedExecuted,
    /// What was refused is reported.
    RefusedReported,
    /// Ids are never used again.
    IdsUnique,
    /// The queue holds no more than its capacity.
    QueueBounded,
    /// Some thread can always go on, or all are done.
    NoStuckState,
    /// With nothing left to run, nothing is leaked.
    NothingLeaked,
    /// With nothing left to run, no released payload waits for its owner.
    NothingHeld,
    /// Finalizing and running exclude each other.
    FinalizingExcludesRunning,
    /// An interpreter is ended once, by one thread, with no other inside.
    EndedOnce,
    /// The count of id references is never negative.
    IdrefFloor,
    /// A one-shot capsule is consumed at most once.
    ConsumedOnce,
    /// A failure carries its error and holds nothing.
    FailureHoldsNothing,
    /// The count of a type is its registrations less its unregistrations.
    CountsExact,
    /// A lookup answers what is registered at some moment during it.
    LookupsLinearizable,
    /// What a registration accepted is what a lookup finds.
    RegisteredIsFound,
    /// An entry ends with its type, its interpreter or the runtime, and not before.
    EntriesEnd,
    /// A namespace is carried over whole or not at all.
    NamespaceWhole,
    /// A failed operation carries an error.
    ErrorCarried,
    /// Success is told of nothing else.
    SuccessTrue,
    /// Each code comes of its condition, and with its reason.
    CodesExact,
    /// No chain of exceptions has a cycle.
    ChainsAcyclic,
    /// No object of one interpreter is seen in another.
    NothingForeign,
    /// A failed enter leaves no trace.
    EnterNoTrace,
    /// At most one thread runs main.
    OneRunsMain,
    /// A session runs in the interpreter that was asked for.
    RunsWhereAsked,
    /// Every thread ends where it began.
    ThreadsReturn,
    /// An interpreter is cleared from inside.
    ClearedInside,
    /// What one thread does to arrange a crossing, no other sees.
    NothingShared,
}

impl Property {
    /// Every property, in the order in which reports list them.
    pub const ALL: [Property; 32] = [
        Property::FreedOnce,
        Property::FreedInOwner,
        Property::NoUseAfterFree,
        Property::NoFreedInterpreter,
        Property::AcceptedExecuted,
        Property::RefusedReported,
        Property::IdsUnique,
        Property::QueueBounded,
        Property::NoStuckState,
        Property::NothingLeaked,
        Property::NothingHeld,
        Property::FinalizingExcludesRunning,
        Property::EndedOnce,
        Property::IdrefFloor,
        Property::ConsumedOnce,
        Property::FailureHoldsNothing,
        Property::CountsExact,
        Property::LookupsLinearizable,
        Property::RegisteredIsFound,
        Property::EntriesEnd,
        Property::NamespaceWhole,
        Property::ErrorCarried,
        Property::SuccessTrue,
        Property::CodesExact,
        Property::ChainsAcyclic,
        Property::NothingForeign,
        Property::EnterNoTrace,
        Property::OneRunsMain,
        Property::RunsWhereAsked,
        Property::ThreadsReturn,
        Property::ClearedInside,
        Property::NothingShared,
    ];

    /// The property in one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Property::FreedOnce => "each payload and each structure is freed exactly once",
            Property::FreedInOwner => "a payload is freed only in its owner or by its owner's teardown",
            Property::NoUseAfterFree => "nothing is touched after it was freed",
            Property::NoFreedInterpreter => "no freed interpreter is accessed",
            Property::AcceptedExecuted => "what was accepted is executed",
            Property::RefusedReported => "what was refused is reported",
            Property::IdsUnique => "ids are never used again",
            Property::QueueBounded => "the queue stays within its bound",
            Property::NoStuckState => "no state is stuck",
            Property::NothingLeaked => "with nothing left to run, nothing is leaked",
            Property::NothingHeld => "with nothing left to run, no released payload waits for its owner",
            Property::FinalizingExcludesRunning => "finalizing and running exclude each other",
            Property::EndedOnce => "an interpreter is ended once, with no other thread inside",
            Property::IdrefFloor => "the count of id references is never negative",
            Property::ConsumedOnce => "a one-shot capsule is consumed at most once",
            Property::FailureHoldsNothing => "a failure carries its error and holds nothing",
            Property::CountsExact => "the count of a type is its registrations less its unregistrations",
            Property::LookupsLinearizable => "a lookup answers what is registered at some moment during it",
            Property::RegisteredIsFound => "what a registration accepted is what a lookup finds",
            Property::EntriesEnd => "an entry ends with its type, its interpreter or the runtime, and not before",
            Property::NamespaceWhole => "a namespace is carried over whole or not at all",
            Property::ErrorCarried => "every failed operation carries an error",
            Property::SuccessTrue => "success is never reported for a body that did not succeed",
            Property::CodesExact => "each error code comes of its condition, and with its reason",
            Property::ChainsAcyclic => "no chain of exceptions has a cycle",
            Property::NothingForeign => "no object of one interpreter is visible in another",
            Property::EnterNoTrace => "a failed enter leaves no trace",
            Property::OneRunsMain => "at most one thread runs main of an interpreter",
            Property::RunsWhereAsked => "a session runs in the interpreter that was asked for, and in no other",
            Property::ThreadsReturn => "every thread ends where it began, and no thread state is left",
            Property::ClearedInside => "an interpreter is cleared by a thread that is in it",
            Property::NothingShared => "what a thread does to restore a value is seen by no other",
        }
    }
}
