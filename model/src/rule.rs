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
        #[repr(u8)]
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
}

/// A set of rules, as one word pair: what a transition fired is collected without allocating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSet(u128);

const _: () = assert!(Rule::ALL.len() <= 128, "RuleSet holds one bit per rule");

impl RuleSet {
    /// Adds a rule.
    pub fn insert(&mut self, rule: Rule) {
        self.0 |= 1 << rule as u8;
    }

    /// Whether the rule is in the set.
    pub fn contains(self, rule: Rule) -> bool {
        self.0 & (1 << rule as u8) != 0
    }

    /// The rules of the set, in the order of the book.
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let index = rest.trailing_zeros() as usize;
            rest &= rest.wrapping_sub(1);
            Rule::ALL.get(index).copied()
        })
    }
}
