//! The scopes that reports are made of: small ones that every run exhausts, and deep ones for those who can wait.

use crate::call::{CallKind, CallSet};
use crate::defect::DefectSet;
use crate::edition::Edition;
use crate::scope::{Client, Given, Scope, Setup, TypeKind};
use crate::witness::{Witness, WitnessSet};
use crate::world::Payload;

mod deep;
mod sessions;

pub use deep::{EVERYTHING, EXCHANGE, LIFE_DEEP, RELEASE_DEEP};
pub use sessions::{MAIN_MODULE, NESTED, PRESERVED, PROCESS, SESSIONS, SESSIONS_DEEP, UPDATES};

use CallKind::*;

/// The owner in most scopes: an interpreter that nobody was born in.
const OWNER: u8 = 2;

const fn given(payload: Payload) -> Given {
    Given { owner: OWNER, payload }
}

/// The scopes of the default run, smallest questions first.
pub const SCOPES: &[Scope] = &[
    RELEASE,
    QUEUE,
    BUFFER,
    OWNER_RUNS,
    REUSE,
    LIFE,
    THREADS,
    FREE_THREADS,
    REGISTRY,
    REGISTRY_THREADS,
    REGISTRY_FREE_THREADS,
    REGISTRY_END,
    NAMES,
    NAMESPACE,
    SESSIONS,
    UPDATES,
    PRESERVED,
    NESTED,
    MAIN_MODULE,
    PROCESS,
];

/// The scopes of the deep run.
pub const DEEP: &[Scope] = &[RELEASE_DEEP, LIFE_DEEP, EXCHANGE, SESSIONS_DEEP, EVERYTHING];

/// A release, a read and the end of the owner, by two threads that are both elsewhere.
pub const RELEASE: Scope = Scope {
    name: "release",
    about: "two threads elsewhere read, release and end the owner of two capsules",
    interpreters: 3,
    homes: &[0, 1],
    given: &[given(Payload::Borrowed), given(Payload::Copied)],
    capsules: 2,
    ids: 3,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[
        Destroy,
        Enter,
        Materialise,
        Release,
        ReleaseRawFree,
        ReleaseItem,
        RunPending,
    ])),
    expects: WitnessSet::of(&[Witness::ReleaseInOwner, Witness::ReleaseElsewhere, Witness::ReleaseOwnerGone]),
    ..Scope::BASE
};

/// What is pending in the owner, with room for two calls.
pub const QUEUE: Scope = Scope {
    name: "queue",
    about: "releases and calls queue up on an owner whose queue holds two",
    interpreters: 3,
    homes: &[0, 1],
    given: &[given(Payload::Copied), given(Payload::Immediate)],
    capsules: 2,
    ids: 3,
    calls_each: 3,
    queue_capacity: 2,
    pass_limit: 1,
    client: Client::Disciplined(CallSet::of(&[
        Destroy,
        Enter,
        Release,
        ReleaseRawFree,
        CallIn,
        CallInFailing,
        RunPending,
    ])),
    expects: WitnessSet::of(&[Witness::ReleaseQueueFull, Witness::CallRefusedFull]),
    ..Scope::BASE
};

/// Shared buffers: one-shot capsules and the views that come of them.
pub const BUFFER: Scope = Scope {
    name: "buffer",
    about: "a shared buffer is read once, viewed, dropped, and outlives its owner or not",
    interpreters: 3,
    homes: &[0, 1],
    given: &[given(Payload::Buffer), given(Payload::Buffer)],
    capsules: 2,
    ids: 3,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Destroy, Enter, Materialise, DropView, Release, ReleaseRawFree])),
    ..Scope::BASE
};

/// The owner has a thread of its own, which converts, frees, and looks at what is pending.
pub const OWNER_RUNS: Scope = Scope {
    name: "owner-runs",
    about: "the owner converts and frees while another interpreter reads and releases",
    interpreters: 2,
    homes: &[0, 1],
    capsules: 2,
    payloads: &[Payload::Immediate, Payload::Borrowed],
    ids: 2,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[
        Convert,
        ConvertNoMemory,
        Materialise,
        Release,
        ReleaseRawFree,
        Free,
        RunPending,
        Enter,
        Destroy,
    ])),
    expects: WitnessSet::of(&[Witness::ReleaseInOwner, Witness::ReleaseElsewhere]),
    ..Scope::BASE
};

/// An owner ends and another interpreter is made at its address.
pub const REUSE: Scope = Scope {
    name: "reuse",
    about: "an owner ends, its address is used again, and a release is on its way",
    interpreters: 3,
    homes: &[0, 1],
    given: &[given(Payload::Copied)],
    capsules: 1,
    ids: 4,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Create, Destroy, ReleaseRawFree, CallIn])),
    expects: WitnessSet::of(&[Witness::AddressReused]),
    ..Scope::BASE
};

/// Making, entering, counting, listing and ending interpreters.
pub const LIFE: Scope = Scope {
    name: "life",
    about: "interpreters are made, entered, counted, listed and ended by two threads",
    interpreters: 3,
    homes: &[0, 1],
    ids: 4,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Create, Destroy, Enter, Incref, Decref, ListAll])),
    expects: WitnessSet::of(&[Witness::DestroyRefusedRunning]),
    ..Scope::BASE
};

/// Two threads of one interpreter, kept apart by its GIL, and a third elsewhere.
pub const THREADS: Scope = Scope {
    name: "threads",
    about: "two threads of one interpreter and one elsewhere convert, read and release",
    interpreters: 2,
    homes: &[1, 1, 0],
    given: &[Given { owner: 1, payload: Payload::Borrowed }],
    capsules: 2,
    payloads: &[Payload::Copied],
    ids: 2,
    calls_each: 2,
    client: Client::Disciplined(CallSet::of(&[Convert, Materialise, ReleaseRawFree, RunPending, Enter, Destroy])),
    ..Scope::BASE
};

/// [`THREADS`] without a GIL: nothing keeps the two apart.
pub const FREE_THREADS: Scope =
    Scope { name: "free-threads", about: "the same as threads, in a free-threaded build", gil: false, ..THREADS };

/// The registry of the process, from two interpreters.
pub const REGISTRY: Scope = Scope {
    name: "registry",
    about: "two interpreters register and look up static types in the registry of the process",
    types: &[TypeKind::Builtin, TypeKind::Static],
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Register, RegisterNoMemory, Unregister, LookUpType])),
    expects: WitnessSet::of(&[Witness::TypeRegisteredTwice, Witness::TypeFound, Witness::TypeMissing]),
    ..Scope::BASE
};

/// The registry of one interpreter, from two of its threads.
pub const REGISTRY_THREADS: Scope = Scope {
    name: "registry-threads",
    about: "two threads of one interpreter register and look up its heap types, which may die",
    homes: &[1, 1],
    types: &[TypeKind::Heap(1), TypeKind::Heap(1)],
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Register, Unregister, LookUpType, TypeDies])),
    expects: WitnessSet::of(&[Witness::TypeFound, Witness::TypeMissing]),
    ..Scope::BASE
};

/// [`REGISTRY_THREADS`] without a GIL: nothing but the registry itself keeps the two apart.
pub const REGISTRY_FREE_THREADS: Scope = Scope {
    name: "registry-free-threads",
    about: "the same as registry-threads, in a free-threaded build",
    gil: false,
    calls_each: 2,
    ..REGISTRY_THREADS
};

/// The end of registries: an interpreter's, with code that runs even later, and the runtime's.
pub const REGISTRY_END: Scope = Scope {
    name: "registry-end",
    about: "registries end with their interpreter and with the runtime, and code of the ended runs late",
    interpreters: 3,
    homes: &[0, 1],
    ids: 3,
    types: &[TypeKind::Builtin, TypeKind::Heap(OWNER)],
    late: true,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Register, LookUpType, Enter, Destroy, EndRuntime])),
    expects: WitnessSet::of(&[Witness::RegistryEnds, Witness::LateCode]),
    ..Scope::BASE
};

/// A namespace while its source changes the dict that it is made of.
pub const NAMES: Scope = Scope {
    name: "names",
    about: "a namespace is filled from a dict that another thread of its source changes",
    interpreters: 2,
    homes: &[1, 1],
    capsules: 2,
    namespace: Some(1),
    calls_each: 4,
    client: Client::Disciplined(CallSet::of(&[
        FillNamespace,
        FillNamespaceNoMemory,
        FillNamespaceNul,
        DropName,
        ApplyNamespace,
        ApplyNamespaceNoMemory,
        FreeNamespace,
        Enter,
        RunPending,
    ])),
    expects: WitnessSet::of(&[Witness::NamespaceApplied, Witness::FillFails, Witness::ApplyFails]),
    ..Scope::BASE
};

/// A namespace whose source ends.
pub const NAMESPACE: Scope = Scope {
    name: "namespace",
    about: "a namespace is applied and freed elsewhere while its source ends",
    interpreters: 3,
    homes: &[0, 1],
    capsules: 2,
    ids: 3,
    namespace: Some(OWNER),
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[
        FillNamespace,
        ApplyNamespace,
        FreeNamespace,
        Enter,
        Destroy,
        CallIn,
        RunPending,
    ])),
    expects: WitnessSet::of(&[Witness::NamespaceFreedElsewhere]),
    ..Scope::BASE
};

/// The scope of that name.
pub fn scope(name: &str) -> Option<Scope> {
    SCOPES.iter().chain(DEEP).copied().find(|scope| scope.name == name)
}

/// The scope as an edition is held to it. The C code may count on its callers to give a capsule up once and in peace;
/// the safe reading may not, so its client keeps no contract.
pub fn setup(scope: Scope, edition: Edition) -> Setup {
    match edition {
        Edition::Repaired => around_repaired(scope, DefectSet::NONE),
        Edition::V314 => Setup::new(scope, edition),
        Edition::Dev313 | Edition::V313 => Setup::new(sessions::before_3_14(scope), edition),
    }
}

/// The safe reading with some defects switched on, and a client that keeps no contract.
pub fn around_repaired(scope: Scope, defects: DefectSet) -> Setup {
    let client = match scope.client {
        Client::Disciplined(calls) => Client::Careless(calls),
        other => other,
    };
    Setup::with(Scope { client, ..scope }, defects)
}
