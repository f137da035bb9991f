//! Witnesses: situations that a search must have met before its silence means anything.

macro_rules! witnesses {
    ($($name:ident = $text:literal;)*) => {
        /// A situation worth knowing that it was reached.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the sentence beside it says what it is")]
        pub enum Witness { $($name,)* }

        impl Witness {
            /// Every witness.
            pub const ALL: &[Witness] = &[$(Witness::$name,)*];

            /// The situation in words.
            pub const fn sentence(self) -> &'static str { match self { $(Witness::$name => $text,)* } }
        }
    };
}

witnesses! {
    ReleaseInOwner = "a release in the owner";
    ReleaseElsewhere = "a release in another interpreter";
    ReleaseOwnerGone = "a release after the owner is gone";
    ReleaseAfterLookupOwnerMoved = "a release whose owner moved on between lookup and enqueue";
    ReleaseQueueFull = "a release while the owner's queue is full";
    ReleaseBeforeFlush = "a release while the owner's end has not flushed yet";
    ReleaseAfterFlush = "a release between the owner's flush and its clearing";
    ReleaseAfterClear = "a release between the owner's clearing and its unlinking";
    ReleaseWhileRead = "a release while another interpreter reads";
    ReleaseTwice = "a second release of one capsule";
    ReadDuringEnd = "a read while the owner ends";
    ReadRefused = "a read that is refused because the owner is gone";
    ReclaimWaits = "a teardown that waits for a reader";
    DrainByReleaser = "a release that the releaser itself carries out in an idle owner";
    DrainByReader = "a release that the last reader carries out";
    EnterRefusedEnding = "an enter that is refused because the interpreter is ending";
    DestroyRefusedRunning = "a destroy that is refused because a thread runs there";
    DestroyRefusedEnding = "a destroy that meets another destroy";
    AddressReused = "an address that is used again by another id";
    CallRefusedFull = "a call that a full queue refuses";
    FlushRunsCalls = "a flush that runs calls";
    FailingCallInFlush = "a failing call met by a flush";
    TypeRegisteredTwice = "a second registration of one type";
    TypeFound = "a lookup that finds its type";
    TypeMissing = "a lookup that does not find its type";
    DeadEntryPassed = "a walk that passes the entry of a dead type";
    LockWaits = "a thread that waits for the lock of a registry";
    RegistryEnds = "an interpreter that ends with entries in its registry";
    LateCode = "code that runs after the layer was finalized in its interpreter";
    NameGone = "a name that is deleted between its reading and that of its value";
    NamespaceApplied = "a namespace that is applied whole";
    ApplyFails = "a namespace that cannot be applied to its end";
    NamespaceFreedElsewhere = "a namespace that is freed away from its source";
    FillFails = "a namespace that cannot be filled to its end";
    SessionNested = "a session within a session";
    PreservedSurvives = "a value that is preserved by a body that fails";
    PreservedOwnerEnded = "a preserved value whose owner ends before it is restored";
    CodeUncaught = "a failure told as UNCAUGHT_EXCEPTION";
    CodeOther = "a failure told as OTHER";
    CodeNoMemory = "a failure told as NO_MEMORY";
    CodeAlreadyRunning = "a failure told as ALREADY_RUNNING";
    CodeMainNamespace = "a failure told as MAIN_NS_FAILURE";
    CodeApplyNamespace = "a failure told as APPLY_NS_FAILURE";
    CodePreserve = "a failure told as PRESERVE_FAILURE";
    CodePropagation = "a failure told as EXC_PROPAGATION_FAILURE";
    CodeNotShareable = "a failure told as NOT_SHAREABLE";
}

/// A set of witnesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WitnessSet(u64);

const _: () = assert!(Witness::ALL.len() <= 64, "WitnessSet holds one bit per witness");

impl WitnessSet {
    /// The set of those.
    pub const fn of(witnesses: &[Witness]) -> WitnessSet {
        let mut bits = 0;
        let mut i = 0;
        while i < witnesses.len() {
            bits |= 1 << witnesses[i] as u8;
            i += 1;
        }
        WitnessSet(bits)
    }

    /// Adds a witness.
    pub fn insert(&mut self, witness: Witness) {
        self.0 |= 1 << witness as u8;
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: WitnessSet) {
        self.0 |= other.0;
    }

    /// Whether the witness is in the set.
    pub fn contains(self, witness: Witness) -> bool {
        self.0 & (1 << witness as u8) != 0
    }

    /// The witnesses of this set that the other lacks.
    #[must_use]
    pub fn minus(self, other: WitnessSet) -> WitnessSet {
        WitnessSet(self.0 & !other.0)
    }

    /// The witnesses in the set.
    pub fn iter(self) -> impl Iterator<Item = Witness> {
        Witness::ALL.iter().copied().filter(move |&witness| self.contains(witness))
    }
}
