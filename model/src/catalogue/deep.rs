//! The scopes for those who can wait: larger, or with everything there is.

use crate::call::{CallKind, CallSet};
use crate::scope::{Client, Scope, TypeKind};
use crate::world::Payload;

use CallKind::*;

use super::{OWNER, given};

/// [`RELEASE`] with a third thread and more calls.
pub const RELEASE_DEEP: Scope = Scope {
    name: "release-deep",
    about: "three threads elsewhere read, release and end the owner of three capsules",
    interpreters: 4,
    homes: &[0, 1, 3],
    given: &[given(Payload::Borrowed), given(Payload::Copied), given(Payload::Buffer)],
    capsules: 3,
    ids: 4,
    calls_each: 2,
    client: Client::Disciplined(CallSet::of(&[Destroy, Enter, Materialise, ReleaseRawFree, CallIn])),
    ..Scope::BASE
};

/// [`LIFE`] with more calls.
pub const LIFE_DEEP: Scope = Scope {
    name: "life-deep",
    about: "interpreters are made, entered, counted, listed and ended by three threads",
    interpreters: 4,
    homes: &[0, 1, 3],
    ids: 5,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Create, Destroy, Enter])),
    ..Scope::BASE
};

/// Registries, conversions and namespaces, with releases and the end of the owner.
pub const EXCHANGE: Scope = Scope {
    name: "exchange",
    about: "types are registered, values converted, a namespace carried and capsules released while their owner ends",
    interpreters: 3,
    homes: &[0, 1],
    given: &[given(Payload::Borrowed)],
    capsules: 4,
    payloads: &[Payload::Copied],
    ids: 3,
    types: &[TypeKind::Builtin, TypeKind::Heap(OWNER)],
    namespace: Some(OWNER),
    late: true,
    calls_each: 4,
    client: Client::Disciplined(CallSet::of(&[
        Register,
        Unregister,
        LookUpType,
        TypeDies,
        Convert,
        ConvertNoMemory,
        FillNamespace,
        ApplyNamespace,
        FreeNamespace,
        Enter,
        Destroy,
        Materialise,
        ReleaseRawFree,
        RunPending,
    ])),
    ..Scope::BASE
};

/// Every call there is about interpreters and capsules.
pub const EVERYTHING: Scope = Scope {
    name: "everything",
    about: "two threads make any call there is",
    interpreters: 3,
    homes: &[0, 1],
    given: &[given(Payload::Borrowed), given(Payload::Buffer)],
    capsules: 3,
    payloads: &[Payload::Immediate, Payload::Copied],
    ids: 4,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[
        Create,
        Destroy,
        Enter,
        Convert,
        ConvertNoMemory,
        Materialise,
        Release,
        ReleaseRawFree,
        ReleaseItem,
        DropView,
        CallIn,
        CallInFailing,
        RunPending,
        Incref,
        Decref,
        ListAll,
    ])),
    ..Scope::BASE
};
