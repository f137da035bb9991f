//! The scopes about sessions, and about the process around them.
//!
//! What an edition has of sessions at all is a table here: before 3.14 nothing was preserved.

use crate::call::{CallKind, CallSet, Keeps, Raises, Updates};
use crate::scope::{Client, Scope, TypeKind};
use crate::witness::{Witness, WitnessSet};
use crate::world::Payload;

use CallKind::*;

use super::{OWNER, given};

/// Sessions of two threads that compete for one interpreter, with every way in which a body can fail.
pub const SESSIONS: Scope = Scope {
    name: "sessions",
    about: "two threads compete for an interpreter, run bodies that fail in every way, and end it",
    interpreters: 3,
    homes: &[0, 1],
    ids: 4,
    sessions: 1,
    updates: &[Updates::Nothing],
    raises: BODIES,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Create, Destroy, EnterWith, Raise])),
    expects: WitnessSet::of(&[Witness::CodeUncaught, Witness::CodeAlreadyRunning, Witness::CodeNotShareable]),
    ..Scope::BASE
};

/// Sessions that bring values, into interpreters that may have lost their `__main__`.
pub const UPDATES: Scope = Scope {
    name: "updates",
    about: "sessions bring values that cross or do not, into interpreters with and without a __main__",
    interpreters: 3,
    homes: &[1, 1],
    ids: 3,
    sessions: 1,
    updates: Updates::ALL,
    raises: &[Raises::Plain],
    keeps: &[Keeps::Fine],
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Destroy, EnterWith, Raise, GetMain, DropMain, Preserve])),
    expects: WitnessSet::of(&[Witness::CodeMainNamespace, Witness::CodeApplyNamespace, Witness::CodeAlreadyRunning]),
    ..Scope::BASE
};

/// Values that a body preserves for its caller, while the interpreter they come from ends.
pub const PRESERVED: Scope = Scope {
    name: "preserved",
    about: "values are preserved across sessions, and the interpreter they come from is entered and ended",
    interpreters: 3,
    homes: &[0, 1],
    ids: 3,
    sessions: 1,
    updates: &[Updates::Nothing],
    raises: &[Raises::Plain],
    keeps: Keeps::ALL,
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Destroy, EnterWith, Raise, Preserve])),
    expects: WitnessSet::of(&[Witness::CodePreserve, Witness::PreservedSurvives]),
    ..Scope::BASE
};

/// Sessions within sessions.
pub const NESTED: Scope = Scope {
    name: "nested",
    about: "sessions are entered from within sessions, by two threads, and what they preserve crosses twice",
    interpreters: 4,
    homes: &[0, 1],
    ids: 4,
    sessions: 2,
    updates: &[Updates::Nothing],
    raises: &[Raises::Plain],
    keeps: &[Keeps::Fine],
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Destroy, EnterWith, Raise, Preserve])),
    expects: WitnessSet::of(&[Witness::SessionNested, Witness::CodeUncaught]),
    ..Scope::BASE
};

/// The process around sessions: threads that linger, forks, creations that fail.
pub const PROCESS: Scope = Scope {
    name: "process",
    about: "interpreters end with threads left in them, the process forks, and creations fail",
    interpreters: 3,
    homes: &[0, 1],
    ids: 5,
    sessions: 1,
    updates: &[Updates::Nothing],
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Create, CreateFailing, Destroy, EnterWith, Linger, Die, Fork])),
    ..Scope::BASE
};

/// The `__main__` of one interpreter, and what restoring a value of another's does to it.
pub const MAIN_MODULE: Scope = Scope {
    name: "main-module",
    about: "two threads of one interpreter restore values that name another __main__, enter, and lose their own",
    interpreters: 2,
    homes: &[1, 1],
    ids: 2,
    sessions: 1,
    updates: &[Updates::Nothing, Updates::Fine],
    calls_each: 3,
    client: Client::Disciplined(CallSet::of(&[Unpickle, EnterWith, GetMain, DropMain])),
    expects: WitnessSet::of(&[Witness::CodeMainNamespace]),
    ..Scope::BASE
};

/// Every way in which a body fails.
const BODIES: &[Raises] =
    &[Raises::Plain, Raises::Memory, Raises::Unprintable, Raises::NotShareable, Raises::Unpack, Raises::Bare];

/// The same where nothing is unpacked.
const BODIES_BEFORE_3_14: &[Raises] =
    &[Raises::Plain, Raises::Memory, Raises::Unprintable, Raises::NotShareable, Raises::Bare];

/// Sessions with capsules, registries and the end of the interpreter that all of it belongs to.
pub const SESSIONS_DEEP: Scope = Scope {
    name: "sessions-deep",
    about: "sessions preserve, bodies fail, capsules are read and released, types registered, and the owner ends",
    interpreters: 3,
    homes: &[0, 1],
    given: &[given(Payload::Borrowed)],
    capsules: 2,
    payloads: &[Payload::Copied],
    ids: 3,
    types: &[TypeKind::Builtin, TypeKind::Heap(OWNER)],
    sessions: 1,
    updates: &[Updates::Nothing, Updates::NotApplied],
    raises: &[Raises::Plain, Raises::Unprintable],
    keeps: &[Keeps::Fine, Keeps::Unreadable],
    calls_each: 4,
    client: Client::Disciplined(CallSet::of(&[
        EnterWith,
        Raise,
        Preserve,
        Convert,
        Materialise,
        ReleaseRawFree,
        RunPending,
        Register,
        LookUpType,
        Destroy,
    ])),
    expects: WitnessSet::of(&[Witness::PreservedSurvives]),
    ..Scope::BASE
};

/// The scope without what came with 3.14: nothing is preserved, unpacked or unpickled, and each enter asks for `__main__`.
pub(super) fn before_3_14(scope: Scope) -> Scope {
    let raises = if scope.raises.contains(&Raises::Unpack) { BODIES_BEFORE_3_14 } else { scope.raises };
    let client = match scope.client {
        Client::Disciplined(calls) => Client::Disciplined(calls.without(Unpickle)),
        other => other,
    };
    Scope { keeps: &[], raises, client, fetches_main: true, expects: scope.expects.minus(OF_PRESERVED), ..scope }
}

/// What only preserved values come to.
const OF_PRESERVED: WitnessSet =
    WitnessSet::of(&[Witness::CodePreserve, Witness::PreservedSurvives, Witness::PreservedOwnerEnded]);
