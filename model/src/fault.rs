//! Faults: what a step can do wrong, the property it violates, and the defect that explains it.
//!
//! A step that goes wrong writes its fault into the world, and a search steps that world no further. Properties are
//! therefore one comparison per state, however many there are. Some faults end the process or leave it undefined; after
//! others C goes on, and the sequential reading can be told to do so too (see [`crate::reference`]).

mod property;

pub use property::Property;

use crate::defect::{Defect, DefectSet};
use crate::rule::Rule;
use crate::step::Pc;

macro_rules! faults {
    ($($(#[$doc:meta])+ $name:ident = $property:ident, $rule:ident, [$($defect:ident),*], $text:literal;)*) => {
        /// What went wrong in a step.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Fault { $($(#[$doc])+ $name,)* }

        impl Fault {
            /// Every fault.
            pub const ALL: &[Fault] = &[$(Fault::$name,)*];

            /// The property that the fault violates.
            pub const fn property(self) -> Property { match self { $(Fault::$name => Property::$property,)* } }

            /// The rule that was broken.
            pub const fn rule(self) -> Rule { match self { $(Fault::$name => Rule::$rule,)* } }

            /// The defects that can explain the fault, the likeliest first; none means that nothing in the catalogue does.
            pub const fn explanations(self) -> &'static [Defect] {
                match self { $(Fault::$name => &[$(Defect::$defect),*],)* }
            }

            /// What happened, in one sentence.
            pub const fn sentence(self) -> &'static str { match self { $(Fault::$name => $text,)* } }
        }
    };
}

faults! {
    /// The clear is queued on an interpreter that was freed since the lookup.
    EnqueueOnFreed = NoFreedInterpreter, ReleaseLookup, [ReleaseLookupThenEnqueue, NamespaceNullOwner],
        "the release is queued on an interpreter that was freed since it was looked up";
    /// The clear is queued on another interpreter that now lives at the same address.
    EnqueueOnReused = FreedInOwner, AddressReuse, [ReleaseLookupThenEnqueue, NamespaceNullOwner],
        "the release is queued on another interpreter that now lives at the owner's address";
    /// The owner is gone, its payload is not, and nobody is left to free it.
    PayloadAbandoned = NothingLeaked, ReleaseOwnerGone, [ReleaseAfterOwnerDestroyed, MemoryviewAfterOwner],
        "the owner is gone and its payload is left behind";
    /// The structure was given up and not freed.
    StructLeaked = NothingLeaked, ReleaseHelper, [InvertedRawFree],
        "the capsule's structure has no owner left and was not freed";
    /// The payload is cleared in an interpreter that does not own it.
    ClearedElsewhere = FreedInOwner, ClearOwner, [WrongInterpreterClear],
        "the payload is cleared in an interpreter that does not own it";
    /// A pending clear ran in the interpreter of the caller.
    RanInCaller = FreedInOwner, RunOwner, [RunInCaller],
        "a clear that belongs to the owner ran in the caller's interpreter";
    /// The conversion failed, without an error, and the object stays referenced.
    FailureHoldsObject = FailureHoldsNothing, CapsuleInitNoMemory, [InitWithSizeNoException],
        "the conversion failed without an exception and the object stays referenced";
    /// The conversion failed, and a block stays allocated.
    FailureLeaksBlock = FailureHoldsNothing, ConvertNoMemory, [TupleOomLeak],
        "the conversion failed and a block that it had allocated is never freed";
    /// The conversion failed without an error.
    FailureSilent = FailureHoldsNothing, ConvertNoMemory, [InitWithSizeNoException, MemoryviewNoException],
        "the conversion failed and no exception says so";
    /// A one-shot capsule was consumed a second time.
    ConsumedTwice = ConsumedOnce, NewObjectOneShot, [MemoryviewReused],
        "a one-shot capsule was materialised a second time";
    /// A capsule was cleared unread and its export stays.
    ExportForgotten = NothingLeaked, ClearUndoes, [MemoryviewUnconsumed],
        "the capsule was cleared unread and its export was not released";
    /// A view is dropped and its owner is gone.
    ViewOfDeadOwner = NoFreedInterpreter, ViewRelease, [MemoryviewAfterOwner],
        "a view is dropped whose memory belonged to an interpreter that is gone";
    /// A payload is read and its owner is gone or past clearing.
    ReadOfDeadOwner = NoUseAfterFree, NewObjectAlive,
        [ReadAfterOwner, ReleaseAfterOwnerDestroyed, MemoryviewAfterOwner, LostInFinalization],
        "a payload is read that belongs to an interpreter which was already cleared";
    /// A payload is read after it was freed.
    ReadAfterFree = NoUseAfterFree, NewObjectAlive, [ReadAfterOwner],
        "a payload is read after it was freed";
    /// A reader met a payload that the teardown had freed under its hold.
    ReadUnderReclaim = NoUseAfterFree, EndReclaim, [ReclaimPinned, FreeUnclaimed],
        "the teardown freed a payload that another interpreter was reading";
    /// A structure is used after it was freed.
    StructUseAfterFree = NoUseAfterFree, ReleaseRawFree, [UnclaimedRelease, FreeUnclaimed, ReadAfterOwner],
        "a capsule's structure is used after it was freed";
    /// A payload or structure is freed a second time.
    DoubleFree = FreedOnce, ReleaseOnce, [UnclaimedRelease, FreeUnclaimed],
        "a payload or structure is freed a second time";
    /// Accepted calls were dropped with the queue.
    AcceptedLost = AcceptedExecuted, AddFinalizing,
        [LostInFinalization, ReleaseAfterOwnerDestroyed, MemoryviewAfterOwner, ReleaseLookupThenEnqueue, VisibleWhileCreating],
        "a call that was accepted after the flush is dropped with the queue";
    /// The flush stopped at a failing call with calls behind it.
    FlushStopped = AcceptedExecuted, FlushAll, [SinglePassFlush],
        "the flush stopped at a failing call and the calls behind it are never run";
    /// A full queue refused a release, and success was reported.
    RefusedUnreported = RefusedReported, CallReported, [OverflowLeak],
        "the queue is full, the call is dropped, and success is reported";
    /// A full queue refused the release of a buffer.
    ExportStuck = NothingLeaked, CallReported, [OverflowBufferStuck],
        "the queue is full and the release of a buffer is dropped: the exporter stays locked";
    /// The queue holds more than its capacity.
    QueueOverBound = QueueBounded, PendingCapacity, [OverBound],
        "the queue holds more calls than its capacity";
    /// Nothing is left to run and a released payload still waits for its owner.
    PayloadHeld = NothingHeld, RunIdle,
        [HeldUntilOwnerRuns, DestroyInExitWindow, ReleaseLookupThenEnqueue, UnclaimedRelease, NamespaceNullOwner],
        "nothing is left to run and a released payload still waits for its idle owner";
    /// A thread claims "running main" of an interpreter that is finalizing.
    RunningWhileFinalizing = FinalizingExcludesRunning, RunningFinalizing, [ExecDuringDestroy],
        "a thread starts to run in an interpreter that is finalizing";
    /// The interpreter is cleared with a foreign thread state in it.
    ThreadStateLeft = EndedOnce, EndThreads,
        [DestroyInExitWindow, EnterLookupThenSwitch, DestroyUnclaimed, ThreadStateForgotten],
        "the interpreter is cleared while the thread state of a leaving session is still in it";
    /// Somebody came in while another thread carried out what was released to the idle interpreter.
    OccupiedWhileDrained = FreedInOwner, RunIdle, [DrainIgnored],
        "an interpreter is entered or ended while another thread carries out what was released to it";
    /// The thread that ends the interpreter was born there, and is not done.
    EndedUnderItself = EndedOnce, EndThreads, [DestroyOwnHome],
        "a thread ends the interpreter it was born in: it waits for itself, or is the thread that must not be left";
    /// The last id reference ended an interpreter that is running.
    EndedWhileRunning = FinalizingExcludesRunning, IdrefLast, [DecrefDestroysRunning],
        "dropping the last id reference ends an interpreter that is running";
    /// The last id reference was dropped from inside.
    EndedFromInside = EndedOnce, IdrefLast, [SelfDecref],
        "an interpreter ends itself by dropping its own last id reference";
    /// The count of id references went below zero.
    IdrefNegative = IdrefFloor, IdrefFloor, [IdrefUnderflow],
        "the count of id references went below zero";
    /// The walk over the list stands on an interpreter that was freed.
    ListOnFreed = NoFreedInterpreter, ListSnapshot, [ListAllUnlocked],
        "the walk over the list stands on an interpreter that was freed";
    /// Two threads end one interpreter.
    EndedTwice = EndedOnce, DestroyOnce, [DestroyUnclaimed],
        "a second thread begins to end an interpreter that is already ending";
    /// Destroy goes on with an interpreter that was freed since the lookup.
    DestroyOnFreed = NoFreedInterpreter, DestroyOnce, [DestroyUnclaimed, VisibleWhileCreating],
        "destroy uses an interpreter that was freed since it was looked up";
    /// Destroy begins to end an interpreter in which a thread runs by now.
    FinalizingWhileRunning = FinalizingExcludesRunning, RunningFinalizing, [DestroyUnclaimed],
        "destroy saw nobody running, and when it begins a thread runs there";
    /// The maker of an interpreter finds it destroyed.
    CreatingOnFreed = NoFreedInterpreter, CreateReady, [VisibleWhileCreating],
        "the maker of an interpreter goes on with it after another thread has destroyed it";
    /// Destroy took the interpreter for one that never became ready.
    DeletedInUse = EndedOnce, CreateReady, [VisibleWhileCreating],
        "an interpreter is deleted as one that never became ready, and by now it is in use";
    /// A session enters an interpreter that was freed since the lookup.
    EnterOnFreed = NoFreedInterpreter, LookupStale, [EnterLookupThenSwitch],
        "a session enters an interpreter that was freed since it was looked up";
    /// A reference is counted in an interpreter that was freed since the lookup.
    IdrefOnFreed = NoFreedInterpreter, LookupStale, [IdrefLookupThenCount],
        "an id reference is counted in an interpreter that was freed since it was looked up";
    /// An id was given out twice.
    IdUsedTwice = IdsUnique, IdUnique, [ReuseIds],
        "an id was given to a second interpreter";
    /// No thread can go on and not all are done.
    Stuck = NoStuckState, EndReclaim, [UnpinForgotten],
        "no thread can go on, and not every thread is done";
    /// A walk along a registry stands on an entry that was freed.
    WalkedAfterFree = NoUseAfterFree, RegistrySerial, [RegistryUnlocked, RuntimeFiniLive],
        "a walk along a registry stands on an entry that was freed";
    /// Two threads free one entry.
    EntryFreedTwice = FreedOnce, RegistrySerial, [RegistryUnlocked],
        "an entry of a registry is freed a second time";
    /// An entry has fallen out of the list.
    EntryLost = CountsExact, RegistrySerial, [RegistryUnlocked],
        "an entry has fallen out of its registry's list: nobody finds it, nobody frees it";
    /// Two threads each added an entry for one type.
    EntryTwice = RegisteredIsFound, RegisterAgain, [RegistryUnlocked],
        "a type has two entries in one registry: what the older one says, no lookup finds";
    /// The count of a type is not what was counted.
    CountWrong = CountsExact, RegisterAgain, [RegistryUnlocked],
        "the count of a type is not its registrations less its unregistrations";
    /// A second converter was accepted and is not used.
    ConverterIgnored = RegisteredIsFound, RegisterConflict, [RegistryConflict],
        "a second converter was accepted for a type, and the first one stays";
    /// A built-in type is no longer registered.
    BuiltinGone = EntriesEnd, RegistryBuiltinsKeep, [BuiltinUnregistered],
        "a built-in type was taken off the registry of the whole process";
    /// A type is gone and its entry is not.
    EntryOfDeadType = EntriesEnd, DeadWithType, [DeadEntryKept, RegistryUnlocked],
        "a type is gone and its entry stays";
    /// The registry of an interpreter has an entry after its end.
    EntryOutlives = EntriesEnd, RegistryEndInterpreter, [LateRegister],
        "an entry was added to the registry of an interpreter after that was finalized: nobody frees it";
    /// A conversion fails after the layer was finalized.
    ErrorTypeGone = NoUseAfterFree, RegistryEndLate, [UseAfterFini],
        "a lookup fails after the layer was finalized in its interpreter, and the type of the error is a null pointer";
    /// The global registry is gone, and an interpreter looks a type up.
    GlobalRegistryGone = EntriesEnd, RegistryEndRuntime, [RuntimeFiniLive],
        "an interpreter looks a built-in type up after the runtime's registry was finalized";
    /// A registration failed without an error.
    RegistrationSilent = FailureHoldsNothing, RegisterNoMemory, [RegistryOom],
        "a registration found no memory and failed without an exception";
    /// A lookup told what was true before it began.
    StaleLookup = LookupsLinearizable, RegistryLinearizable, [RegistryStale],
        "a lookup answered what had been registered before it began, and was not any more";
    /// A name was cut.
    NameCut = NamespaceWhole, NamesNul, [NulInKey],
        "a name is cut at its NUL: its value is looked up under another name";
    /// A name without a value is applied.
    NullValue = NamespaceWhole, ApplyNoDefault, [KeyLookupMiss],
        "a name has no value and there is no default: a null pointer is bound";
    /// Some names are bound, and the whole failed.
    PartlyBound = NamespaceWhole, ApplyWhole, [PartialApply],
        "applying the namespace failed and its first names stay bound";
    /// The free of a namespace is queued on no interpreter.
    NullOwner = NoFreedInterpreter, NamespaceFreeDeferred, [NamespaceNullOwner],
        "the free of a namespace is left to an interpreter that is gone: a null pointer is used";
    /// Whether it still runs is asked of an interpreter that was freed.
    ErrorAskedOfFreed = NoFreedInterpreter, ErrorAlreadyRunning, [AlreadyRunningRace],
        "whether it still runs is asked of an interpreter that was freed since it refused";
    /// A code is applied and nothing is raised.
    ErrorNotSet = ErrorCarried, ErrorApplyRaises, [AlreadyRunningRace],
        "'already running' is reported, by now nobody runs, and no exception is set";
    /// A captured error is applied that is not there.
    ErrorNull = ErrorCarried, SessionConvert, [PresessionNull],
        "entering fails before the switch, and the caller applies a captured error that is not there";
    /// The record of an error was thrown away.
    ErrorLost = ErrorCarried, SessionCapture, [CaptureFailureLost],
        "no snapshot could be taken, the error is thrown away with it, and the caller follows a null pointer";
    /// A MemoryError counts for nothing.
    MemoryErrorLost = SuccessTrue, ErrorNoMemory, [MemoryErrorLost],
        "the body raised MemoryError, and the caller is told of success, or of a snapshot of nothing";
    /// A failure without an exception counts for nothing.
    OverrideIgnored = SuccessTrue, ErrorOverrideAlone, [OverrideDropped],
        "the body said that it failed, raised nothing, and the caller is told of success";
    /// A call that never ran succeeds.
    CallNeverRan = SuccessTrue, SessionBody, [UnpackSwallowed],
        "what was to be called could not be rebuilt, and the caller is told of success";
    /// The result of a failed enter says that nothing went wrong.
    CodeNotStored = CodesExact, SessionEnterCode, [CodeNotStored],
        "entering raised, and the code in the result says that nothing went wrong";
    /// A session begins without its names.
    NamesMissing = SuccessTrue, SessionConvert, [EnterNullSuccess],
        "entering succeeds, and the names that it should have bound are missing";
    /// The caller sees a type of the other interpreter.
    ForeignType = NothingForeign, ErrorOwnType, [ForeignType],
        "the caller gets an exception whose type belongs to the interpreter that was left";
    /// An exception is its own context.
    ChainCycle = ChainsAcyclic, ErrorAcyclic, [SelfContext],
        "an exception becomes its own context";
    /// The reason of a failure is lost.
    ReasonLost = CodesExact, ErrorPreserve, [PreserveClobbered],
        "a preserved value could not be restored, and the reason is lost";
    /// What was preserved belongs to an interpreter that has ended.
    PreservedOfDead = NoUseAfterFree, SessionPreserveRestore, [PreservedAfterOwner],
        "a preserved value is read after its owner has ended";
    /// What was made of preserved values is never freed.
    PreservedLeaked = NothingLeaked, SessionPreserveFailure, [PopPreservedLeak],
        "preserved values could not be converted, and their namespace is never freed";
    /// Two threads run main.
    TwoRunMain = OneRunsMain, RunningRefused, [RunningUnclaimed],
        "a second thread runs main beside the first";
    /// A failed enter still runs main.
    EnterLeftRunning = EnterNoTrace, SessionEnterFailure, [RefusedEnterRuns],
        "entering failed, and the thread is still the one that runs there";
    /// A thread state stays behind.
    ThreadStateStays = ThreadsReturn, SessionUndo, [ThreadStateForgotten, DiesInside],
        "nothing is left to run, and an interpreter still has a thread state";
    /// A session is in another interpreter than was asked for.
    EnteredAnother = RunsWhereAsked, SessionWhere, [EnterLookupThenSwitch],
        "a session enters another interpreter that now lives at the address of the one that was asked for";
    /// A thread that nobody waits for is in the way of the end.
    ThreadLingers = EndedOnce, RuntimeLingering, [LingeringThread],
        "the interpreter ends with a thread in it that nobody waits for";
    /// A child clears what it is not in.
    ClearedByChild = ClearedInside, RuntimeFork, [ForkClears],
        "a forked child clears another interpreter with no thread state current";
    /// What was freed is still listed.
    ListedFreed = NoFreedInterpreter, RuntimeNewFails, [DanglingHead],
        "the making of an interpreter failed, and its freed memory is still on the list";
    /// The helper of a release uses what the release has freed.
    HelperUsesFreed = NoUseAfterFree, ReleaseHelper, [HelperClearsFreed],
        "the helper clears a capsule whose structure the failed release has freed";
    /// An enter goes on without a thread state.
    NoThreadState = ErrorCarried, SessionEnterFailure, [EnterUnchecked],
        "there is no memory for a thread state, and the enter goes on with a null pointer";
    /// The file of a sender's `__main__` is run again.
    MainRunTwice = NothingShared, ConvertPickleMain, [MainSwapped],
        "the file of the sender's __main__ is run a second time in one interpreter";
    /// Another thread meets the stand-in.
    MainSwapSeen = NothingShared, ConvertPickleMain, [MainSwapped],
        "a thread takes another's stand-in for the __main__ of its interpreter";
    /// The stand-in stays.
    MainSwapStays = NothingShared, ConvertPickleMain, [MainSwapped],
        "nothing is left to run, and the stand-in is still the __main__ of its interpreter";
    /// A fix frees what belongs to objects that are cleared by then.
    FreedAfterClear = FreedInOwner, ClearOwner, [],
        "a payload that refers to an object is freed after the objects of its owner were cleared";
    /// A fix refuses what comes too late, and nobody looks.
    RefusedAtEnd = RefusedReported, CallReported, [],
        "the queue of an ending interpreter refuses the call, and success is reported";
    /// A fix leaves an interpreter that nobody can use or end.
    Undead = EndedOnce, DestroyRunning, [],
        "destroying is refused, and the interpreter can be neither entered nor destroyed any more";
    /// A fix lets a thread hang.
    Hangs = NoStuckState, EndThreads, [],
        "a thread hangs for ever because the interpreter that it was in has ended";
    /// Something that was given up is still there with nothing left to run.
    Leaked = NothingLeaked, ReleaseExecuted, [],
        "something that was given up is still allocated, with nothing left to run";
}

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
    /// The defect that explains the fault where those are on; without one the fault is a discovery, or a fault of ours.
    pub fn defect(self, on: DefectSet) -> Option<Defect> {
        self.explanations().iter().copied().find(|&defect| on.contains(defect))
    }

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

    /// The fault behind its number in a world, zero meaning none.
    pub(crate) fn from_code(code: u8) -> Option<Fault> {
        Fault::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }

    pub(crate) const fn code(self) -> u8 {
        self as u8 + 1
    }
}
