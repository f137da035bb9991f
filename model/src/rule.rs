//! The rules of the book, as values the model can cite.
//!
//! `specs/` holds the text of each rule under a marker `r[id]`; this table holds the same ids, and a test compares
//! the two. A rule says here *where* its evidence is looked for: in the transitions of the concurrent model, or in
//! the operations of the module layer that scenarios play. The model knows nothing of the text itself.

/// Where a rule is exercised, and therefore where a search for its evidence looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Realised by transitions of the concurrent model: a run counts in how many it fired.
    Step,
    /// Realised by the operations an outsider calls (`module`): scenarios exercise it.
    Module,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $layer:ident;)*) => {
        /// One rule of the book, by the last parts of its id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[allow(missing_docs, reason = "the text of each rule is in specs/, under the id given beside it")]
        pub enum Rule { $($name,)* }

        impl Rule {
            /// Every rule, in the order of the book.
            pub const ALL: &[Rule] = &[$(Rule::$name,)*];

            /// The id under which `specs/` states the rule.
            pub const fn id(self) -> &'static str {
                match self { $(Rule::$name => $id,)* }
            }

            /// Where the rule is exercised.
            pub const fn layer(self) -> Layer {
                match self { $(Rule::$name => Layer::$layer,)* }
            }
        }
    };
}

rules! {
    // interpreter: identity
    IdUnique = "interpreter.id.unique", Step;
    IdConsumed = "interpreter.id.consumed", Module;
    IdParse = "interpreter.id.parse", Module;
    AddressReuse = "interpreter.address.reuse", Step;
    LookupFound = "interpreter.lookup.found", Step;
    LookupMissing = "interpreter.lookup.missing", Step;
    LookupStale = "interpreter.lookup.stale", Step;
    ListOrder = "interpreter.list.order", Module;
    ListSnapshot = "interpreter.list.snapshot", Step;
    Whence = "interpreter.whence", Module;
    ErrorTypes = "interpreter.error-types", Module;
    // interpreter: life
    CreateLink = "interpreter.create.link", Step;
    CreateReady = "interpreter.create.ready", Step;
    CreateConfig = "interpreter.create.config", Module;
    CreateFailure = "interpreter.create.failure", Module;
    GilExclusive = "interpreter.gil.exclusive", Step;
    ResolveReady = "interpreter.resolve.ready", Step;
    ResolveRestrict = "interpreter.resolve.restrict", Module;
    EnterSwitch = "interpreter.enter.switch", Step;
    EnterSame = "interpreter.enter.same", Step;
    RunningClaim = "interpreter.running.claim", Step;
    RunningRefused = "interpreter.running.refused", Step;
    RunningMainAlways = "interpreter.running.main-always", Module;
    RunningWrongThread = "interpreter.running.wrong-thread", Module;
    RunningFinalizing = "interpreter.running.finalizing", Step;
    RunningDrop = "interpreter.running.drop", Step;
    LeaveRestore = "interpreter.leave.restore", Step;
    IdrefIncrement = "interpreter.idref.increment", Step;
    IdrefDecrement = "interpreter.idref.decrement", Step;
    IdrefFloor = "interpreter.idref.floor", Step;
    IdrefLast = "interpreter.idref.last", Step;
    IdrefLinked = "interpreter.idref.linked", Module;
    // interpreter: end
    DestroyOrder = "interpreter.destroy.order", Module;
    DestroyCurrent = "interpreter.destroy.current", Step;
    DestroyRunning = "interpreter.destroy.running", Step;
    DestroyOnce = "interpreter.destroy.once", Step;
    EndFinalizing = "interpreter.end.finalizing", Step;
    EndThreads = "interpreter.end.threads", Step;
    EndFlush = "interpreter.end.flush", Step;
    EndHooks = "interpreter.end.hooks", Step;
    EndReclaim = "interpreter.end.reclaim", Step;
    EndClear = "interpreter.end.clear", Step;
    EndUnlink = "interpreter.end.unlink", Step;
    EndFree = "interpreter.end.free", Step;
    EndNotReady = "interpreter.end.not-ready", Module;
    // pending: calls into another interpreter
    CallCurrent = "pending.call.current", Step;
    CallQueued = "pending.call.queued", Step;
    CallReported = "pending.call.reported", Step;
    AddFull = "pending.add.full", Step;
    AddFinalizing = "pending.add.finalizing", Step;
    RawFree = "pending.raw-free", Step;
    PendingCapacity = "pending.capacity", Step;
    RunOrder = "pending.run.order", Step;
    RunOwner = "pending.run.owner", Step;
    RunPass = "pending.run.pass", Step;
    RunFailure = "pending.run.failure", Step;
    RunIdle = "pending.run.idle-owner", Step;
    FlushAll = "pending.flush.all", Step;
    // capsule: making one
    CapsuleFields = "capsule.fields", Step;
    CapsuleNew = "capsule.new", Step;
    CapsuleInit = "capsule.init", Step;
    CapsuleInitNoMemory = "capsule.init.no-memory", Step;
    CapsuleGetLookup = "capsule.get.lookup", Module;
    CapsuleGetNotCleared = "capsule.get.not-cleared", Module;
    CapsuleGetFailure = "capsule.get.failure", Module;
    CapsuleGetOwner = "capsule.get.owner", Step;
    CapsuleValidate = "capsule.validate", Module;
    CapsuleCheck = "capsule.check", Module;
    // capsule: using one
    NewObjectAnyTime = "capsule.new-object.any-number", Step;
    NewObjectOneShot = "capsule.new-object.one-shot", Step;
    NewObjectAlive = "capsule.new-object.alive", Step;
    ViewRelease = "capsule.view.release", Step;
    // capsule: giving one up
    ClearOrder = "capsule.clear.order", Step;
    ClearOwner = "capsule.clear.owner", Step;
    ClearUndoes = "capsule.clear.undoes", Step;
    FreeStruct = "capsule.free", Step;
    ReleaseNothing = "capsule.release.nothing", Step;
    ReleaseOwnerCurrent = "capsule.release.owner-current", Step;
    ReleaseOwnerElsewhere = "capsule.release.owner-elsewhere", Step;
    ReleaseLookup = "capsule.release.lookup", Step;
    ReleaseOwnerGone = "capsule.release.owner-gone", Step;
    ReleaseOnce = "capsule.release.once", Step;
    ReleaseRawFree = "capsule.release.raw-free", Step;
    ReleaseHelper = "capsule.release.helper", Step;
    ReleaseExecuted = "capsule.release.executed", Step;
    // registry: which types cross, and how
    RegistryKinds = "registry.kinds", Step;
    RegistryChoice = "registry.choice", Step;
    RegistryEntry = "registry.entry", Step;
    RegistryOrder = "registry.order", Step;
    RegisterArguments = "registry.register.arguments", Module;
    RegisterFirst = "registry.register.first", Step;
    RegisterAgain = "registry.register.again", Step;
    RegisterConflict = "registry.register.conflict", Step;
    RegisterNoMemory = "registry.register.no-memory", Step;
    UnregisterCounted = "registry.unregister.counted", Step;
    UnregisterLast = "registry.unregister.last", Step;
    UnregisterMissing = "registry.unregister.missing", Step;
    TypeFound = "registry.lookup.exact", Step;
    TypeMissing = "registry.lookup.missing", Step;
    DeadPruned = "registry.dead.pruned", Step;
    DeadWithType = "registry.dead.with-its-type", Step;
    RegistryLock = "registry.lock", Step;
    RegistrySerial = "registry.serial", Step;
    RegistryLinearizable = "registry.linearizable", Step;
    RegistryBuiltins = "registry.builtins", Module;
    RegistryBuiltinsKeep = "registry.builtins.keep", Step;
    RegistryMemoryview = "registry.memoryview", Module;
    RegistryPair = "registry.pair", Module;
    RegistryEndInterpreter = "registry.end.interpreter", Step;
    RegistryEndRuntime = "registry.end.runtime", Step;
    RegistryEndLate = "registry.end.late", Step;
    // convert: what a value becomes, and what comes of it
    ConvertExact = "convert.exact-type", Module;
    ConvertNone = "convert.none", Module;
    ConvertBool = "convert.bool", Module;
    ConvertInt = "convert.int", Module;
    ConvertIntBounds = "convert.int.bounds", Module;
    ConvertFloat = "convert.float", Module;
    ConvertBytes = "convert.bytes", Module;
    ConvertStr = "convert.str", Module;
    ConvertBorrowed = "convert.borrowed", Module;
    ConvertTuple = "convert.tuple", Module;
    ConvertTupleItem = "convert.tuple.bad-item", Module;
    ConvertTupleDepth = "convert.tuple.depth", Module;
    ConvertTupleFree = "convert.tuple.free", Module;
    ConvertRoundTrip = "convert.round-trip", Module;
    ConvertFailure = "convert.failure", Step;
    ConvertNoMemory = "convert.no-memory", Step;
    ConvertArriveNoMemory = "convert.arrive.no-memory", Module;
    ConvertMessage = "convert.message", Module;
    ConvertCause = "convert.cause", Module;
    ConvertMemoryview = "convert.memoryview", Module;
    ConvertMemoryviewExports = "convert.memoryview.exports", Module;
    ConvertMemoryviewModule = "convert.memoryview.module", Module;
    ConvertBytesHelper = "convert.bytes-helper", Module;
    ConvertFallbackFlag = "convert.fallback.flag", Module;
    ConvertFallbackOrder = "convert.fallback.order", Module;
    ConvertFallbackTuple = "convert.fallback.tuple", Module;
    ConvertPickle = "convert.pickle", Module;
    ConvertPickleMain = "convert.pickle.main", Step;
    ConvertMarshal = "convert.marshal", Module;
    ConvertCode = "convert.code", Module;
    ConvertFunction = "convert.function", Module;
    ConvertFunctionStateless = "convert.function.stateless", Module;
    ConvertFunctionGlobals = "convert.function.globals", Module;
    ConvertScript = "convert.script", Module;
    ConvertScriptPure = "convert.script.pure", Module;
    // namespace: names and values carried into __main__
    NamespaceItem = "namespace.item", Step;
    NamesOrder = "namespace.names.order", Module;
    NamesDuplicate = "namespace.names.duplicate", Module;
    NamesSource = "namespace.names.source", Module;
    NamesEmpty = "namespace.names.empty", Module;
    NamesText = "namespace.names.text", Module;
    NamesNul = "namespace.names.nul", Step;
    NamesFailure = "namespace.names.failure", Module;
    FillOrder = "namespace.fill.order", Step;
    FillLookup = "namespace.fill.lookup", Step;
    FillMissing = "namespace.fill.missing", Step;
    FillFailure = "namespace.fill.failure", Step;
    FillNoMemory = "namespace.fill.no-memory", Step;
    ApplyOrder = "namespace.apply.order", Step;
    ApplyDefault = "namespace.apply.default", Module;
    ApplyNoDefault = "namespace.apply.no-default", Step;
    ApplyWhole = "namespace.apply.whole", Step;
    NamespaceFreeOwner = "namespace.free.owner", Step;
    NamespaceFreeElsewhere = "namespace.free.elsewhere", Step;
    NamespaceFreeDeferred = "namespace.free.deferred", Step;
    NamespaceFreeUnfilled = "namespace.free.unfilled", Module;
    UpdateArguments = "namespace.update.arguments", Module;
    UpdateBefore = "namespace.update.before-switching", Module;
    UpdatePersists = "namespace.update.persists", Module;
    // excinfo: snapshots of exceptions
    ExcFields = "excinfo.fields", Module;
    ExcOrder = "excinfo.capture.order", Module;
    ExcMemoryError = "excinfo.capture.memory-error", Module;
    ExcType = "excinfo.capture.type", Module;
    ExcStr = "excinfo.capture.str", Module;
    ExcText = "excinfo.capture.text", Module;
    ExcFailure = "excinfo.capture.failure", Module;
    ExcNoMemory = "excinfo.capture.no-memory", Module;
    ExcDisplay = "excinfo.display", Module;
    ExcDisplayOptional = "excinfo.display.optional", Module;
    ExcNormalize = "excinfo.normalize", Module;
    ExcFormat = "excinfo.format", Module;
    ExcTypeAsObject = "excinfo.type-as-object", Module;
    ExcAsObject = "excinfo.as-object", Module;
    ExcApply = "excinfo.apply", Module;
    ExcFromObject = "excinfo.from-object", Module;
    ExcFromObjectMissing = "excinfo.from-object.missing", Module;
    ExcCaptureException = "excinfo.capture-exception", Module;
    ExcExits = "excinfo.exits", Module;
    // error: the codes, and what a caller sees
    ErrorCodes = "error.codes", Module;
    ErrorUnknown = "error.codes.unknown", Module;
    ErrorNone = "error.code.no-error", Module;
    ErrorUncaught = "error.code.uncaught-exception", Step;
    ErrorOther = "error.code.other", Step;
    ErrorNoMemory = "error.code.no-memory", Step;
    ErrorAlreadyRunning = "error.code.already-running", Step;
    ErrorMainNamespace = "error.code.main-ns-failure", Step;
    ErrorApplyNamespace = "error.code.apply-ns-failure", Step;
    ErrorPreserve = "error.code.preserve-failure", Step;
    ErrorPropagation = "error.code.exc-propagation-failure", Step;
    ErrorNotShareable = "error.code.not-shareable", Step;
    ErrorCarried = "error.carried", Step;
    ErrorOverride = "error.override", Step;
    ErrorPrecedence = "error.override.precedence", Module;
    ErrorOverrideAlone = "error.override.alone", Step;
    ErrorApplyRaises = "error.apply.raises", Step;
    ErrorContext = "error.apply.context", Module;
    ErrorAcyclic = "error.apply.acyclic", Step;
    ErrorOwnType = "error.apply.own-type", Step;
    FailureNew = "error.failure.new", Module;
    FailureInit = "error.failure.init", Module;
    FailureText = "error.failure.text", Module;
    ErrorUnwrap = "error.unwrap", Module;
    // session: entering, running, preserving, leaving
    SessionFields = "session.fields", Module;
    SessionConvert = "session.enter.convert", Step;
    SessionNamespace = "session.enter.namespace", Step;
    SessionApply = "session.enter.apply", Step;
    SessionEnterFailure = "session.enter.failure", Step;
    SessionEnterCode = "session.enter.code", Step;
    SessionInactive = "session.inactive", Module;
    SessionWhere = "session.where", Step;
    SessionBody = "session.body", Step;
    SessionMainNamespace = "session.main-namespace", Step;
    SessionPreserve = "session.preserve", Step;
    SessionPreserveName = "session.preserve.name", Module;
    SessionPreserveSame = "session.preserve.same", Step;
    SessionPreserveConvert = "session.preserve.convert", Step;
    SessionPreserveRestore = "session.preserve.restore", Step;
    SessionPreserveFailure = "session.preserve.failure", Step;
    SessionPreserveSurvives = "session.preserve.survives", Step;
    SessionNoResult = "session.preserve.no-result", Module;
    SessionGetPreserved = "session.get-preserved", Module;
    SessionExitOrder = "session.exit.order", Step;
    SessionCapture = "session.exit.capture", Step;
    SessionUndo = "session.exit.undo", Step;
    SessionResult = "session.exit.result", Module;
    SessionClearResult = "session.result.clear", Module;
    SessionNested = "session.nested", Step;
    SessionApplyCaptured = "session.apply-captured", Module;
    // runtime: the start and the end of the process
    RuntimeStart = "runtime.start.order", Module;
    RuntimeStartFailure = "runtime.start.failure", Module;
    RuntimeEnd = "runtime.end.order", Module;
    RuntimeLeftOver = "runtime.end.left-over", Module;
    RuntimeFork = "runtime.fork", Step;
    RuntimeNewInterpreter = "runtime.new-interpreter", Module;
    RuntimeNewFails = "runtime.new-interpreter.failure", Step;
    RuntimeEndInterpreter = "runtime.end-interpreter", Module;
    RuntimeLingering = "runtime.end-interpreter.lingering", Step;
    // module: the operations of _interpreters as compositions
    ModuleArguments = "module.arguments", Module;
    ModuleExec = "module.exec", Module;
    ModuleExecScript = "module.exec.script", Module;
    ModuleRunString = "module.run-string", Module;
    ModuleRunFunc = "module.run-func", Module;
    ModuleSetAttrs = "module.set-main-attrs", Module;
    ModuleCall = "module.call", Module;
    ModuleCallPack = "module.call.pack", Module;
    ModuleCallUnpack = "module.call.unpack", Module;
    ModuleCallResult = "module.call.result", Module;
    ModuleGetConfig = "module.get-config", Module;
}

/// A set of rules, as a few words: what a transition fired is collected without allocating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleSet([u64; RuleSet::WORDS]);

const _: () = assert!(Rule::ALL.len() <= 64 * RuleSet::WORDS, "RuleSet holds one bit per rule");

impl RuleSet {
    const WORDS: usize = 5;

    /// Adds a rule.
    pub fn insert(&mut self, rule: Rule) {
        let bit = rule as u16;
        self.0[usize::from(bit / 64)] |= 1 << (bit % 64);
    }

    /// The set without that rule.
    #[must_use]
    pub fn without(mut self, rule: Rule) -> RuleSet {
        let bit = rule as u16;
        self.0[usize::from(bit / 64)] &= !(1 << (bit % 64));
        self
    }

    /// The rules of both sets.
    #[must_use]
    pub fn and(mut self, other: RuleSet) -> RuleSet {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
        self
    }

    /// Whether the rule is in the set.
    pub fn contains(self, rule: Rule) -> bool {
        let bit = rule as u16;
        self.0[usize::from(bit / 64)] & (1 << (bit % 64)) != 0
    }

    /// The rules of the set, in the order of the book.
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        let mut words = self.0;
        let mut word = 0;
        std::iter::from_fn(move || {
            while words[word] == 0 && word + 1 < RuleSet::WORDS {
                word += 1;
            }
            let bit = words[word].trailing_zeros() as usize;
            words[word] &= words[word].wrapping_sub(1);
            if bit == 64 { None } else { Rule::ALL.get(64 * word + bit).copied() }
        })
    }
}
