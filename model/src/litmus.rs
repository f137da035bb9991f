//! Litmus scenarios: two or three threads, a few calls, and the set of everything that may come of them.
//!
//! The set is what an implementation is held to: it must show each of these outcomes under some schedule, and no other.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use crate::call::{Call, Keeps, Outcome, Raises, Updates};
use crate::defect::DefectSet;
use crate::fault::Fault;
use crate::model::Model;
use crate::scope::{Client, Given, Scope, Setup, TypeKind};
use crate::step::Step;
use crate::world::{Allocation, Payload, RESULTS_MAX, World};

/// What one run of a litmus scenario came to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// What each thread was told, call by call.
    pub told: Vec<Vec<Outcome>>,
    /// Whether the payload of each capsule was freed in the end.
    pub freed: Vec<bool>,
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (thread, told) in self.told.iter().enumerate() {
            let told: Vec<_> = told.iter().map(Outcome::to_string).collect();
            write!(f, "T{thread}: {}; ", told.join(", "))?;
        }
        let freed: Vec<_> = self.freed.iter().map(|&freed| if freed { "freed" } else { "kept" }).collect();
        write!(f, "payloads: {}", if freed.is_empty() { "none".to_owned() } else { freed.join(", ") })
    }
}

/// Everything that may come of a script, under the given defects.
///
/// # Errors
///
/// The fault that some schedule runs into.
pub fn outcomes(scope: Scope, defects: DefectSet) -> Result<BTreeSet<Observation>, Fault> {
    let model = Model::new(Setup::with(scope, defects));
    let first = scope.initial();
    let mut seen = HashSet::from([first]);
    let mut waiting = vec![first];
    let mut found = BTreeSet::new();
    let mut steps: Vec<Step> = Vec::new();
    while let Some(world) = waiting.pop() {
        model.steps(&world, &mut steps);
        if let Some(violation) = model.violation(&world, steps.is_empty()) {
            return Err(violation.fault);
        }
        if steps.is_empty() {
            found.insert(observe(&scope, &world));
        }
        let successors = steps.iter().map(|&step| model.take(&world, step).world);
        waiting.extend(successors.filter(|next| seen.insert(*next)));
    }
    Ok(found)
}

fn observe(scope: &Scope, world: &World) -> Observation {
    let threads = world.threads.iter().take(scope.homes.len());
    let told = threads.map(|thread| thread.results.iter().filter_map(|&code| Outcome::from_code(code)).collect());
    let made = if scope.namespace.is_some() { scope.capsules } else { scope.given.len() as u8 };
    let capsules = world.capsules.iter().take(usize::from(made)).filter(|capsule| capsule.is_used());
    let freed = capsules.map(|capsule| capsule.data() == Allocation::Freed);
    Observation { told: told.collect(), freed: freed.collect() }
}

/// The owner that nobody was born in.
const OWNER: u8 = 2;

const BASE: Scope = Scope {
    interpreters: 3,
    homes: &[0, 1],
    capsules: 2,
    ids: 4,
    record: true,
    calls_each: RESULTS_MAX as u8,
    ..Scope::BASE
};

const BYTES: &[Given] = &[Given { owner: OWNER, payload: Payload::Borrowed }];
const TWO: &[Given] =
    &[Given { owner: OWNER, payload: Payload::Borrowed }, Given { owner: OWNER, payload: Payload::Borrowed }];
const BUFFER: &[Given] = &[Given { owner: OWNER, payload: Payload::Buffer }];
const AT_HOME: &[Given] = &[Given { owner: 1, payload: Payload::Borrowed }];

/// The same with a third thread, born in an interpreter of its own.
const THREE: Scope = Scope { interpreters: 4, homes: &[0, 1, 3], ..BASE };

/// With a built-in type and another static one in the registry of the process.
const REGISTRY: Scope = Scope { types: &[TypeKind::Builtin, TypeKind::Static], ..BASE };

/// With a dict in the owner that a namespace is made of.
const NAMESPACE: Scope = Scope { namespace: Some(OWNER), ..BASE };

/// Sessions, one of which may be within another, and two interpreters to enter.
const SESSION: Scope = Scope { interpreters: 4, sessions: 2, ..BASE };

/// The same with a third thread, born beside the second.
const SESSION_THREE: Scope = Scope { homes: &[0, 1, 1], capsules: 1, ..SESSION };

const ENTER: Call = bring(OWNER, Updates::Nothing);
const ENTER_ANOTHER: Call = bring(3, Updates::Nothing);
const PRESERVE: Call = Call::Preserve(Keeps::Fine);

const fn bring(id: u8, updates: Updates) -> Call {
    Call::EnterWith { id, updates }
}

/// A static type that nobody has registered.
const TYPE: u8 = 1;

const fn register(converter: u8) -> Call {
    Call::Register { class: TYPE, converter }
}

macro_rules! litmus {
    ($($name:literal, $about:literal, $base:ident, $given:expr, [$($script:expr),*];)*) => {
        /// Every litmus scenario.
        pub const ALL: &[Scope] =
            &[$(Scope { name: $name, about: $about, given: $given, client: Client::Script(&[$($script),*]), ..$base },)*];
    };
}

litmus! {
    "release-destroy", "a release elsewhere against the end of its owner", BASE, BYTES,
        [&[Call::Destroy(OWNER)], &[Call::Release(0)]];
    "release-release", "two releases of one capsule", BASE, BYTES,
        [&[Call::Release(0)], &[Call::Release(0)]];
    "read-destroy", "a read elsewhere against the end of the owner", BASE, BYTES,
        [&[Call::Destroy(OWNER)], &[Call::Materialise(0)]];
    "release-flush", "a release against the flush of what was released before", BASE, TWO,
        [&[Call::CallIn(OWNER), Call::Release(1), Call::Destroy(OWNER)], &[Call::Release(0)]];
    "create-destroy", "making an interpreter against a destroy that guesses its id", BASE, &[],
        [&[Call::Create], &[Call::Destroy(3)]];
    "destroy-destroy", "two destroys of one interpreter", BASE, BYTES,
        [&[Call::Destroy(OWNER)], &[Call::Destroy(OWNER)]];
    "full-queue", "calls and releases that meet at a full queue", BASE, TWO,
        [&[Call::CallIn(OWNER), Call::Release(0)], &[Call::CallIn(OWNER), Call::Release(1)]];
    "owner-release-read", "a release in the owner against a read elsewhere", BASE, AT_HOME,
        [&[Call::Materialise(0)], &[Call::Release(0)]];
    "enter-destroy", "entering against destroying", BASE, BYTES,
        [&[Call::Enter(OWNER), Call::Leave], &[Call::Destroy(OWNER)]];
    "enter-release", "a release elsewhere against a visit to the owner", BASE, BYTES,
        [&[Call::Enter(OWNER), Call::Leave], &[Call::Release(0)]];
    "read-release", "a read elsewhere against a release elsewhere", BASE, BYTES,
        [&[Call::Materialise(0)], &[Call::Release(0)]];
    "read-read-once", "two reads of a payload that is handed over once", BASE, BUFFER,
        [&[Call::Materialise(0)], &[Call::Materialise(0)]];
    "call-destroy", "a call into an interpreter against its end", BASE, &[],
        [&[Call::CallIn(OWNER)], &[Call::Destroy(OWNER)]];
    "read-release-then-destroy", "a read elsewhere against a release and then the end of the owner", BASE, BYTES,
        [&[Call::Materialise(0)], &[Call::Release(0), Call::Destroy(OWNER)]];
    "release-read-destroy", "a release and a read elsewhere against the end of the owner", THREE, BYTES,
        [&[Call::Destroy(OWNER)], &[Call::Materialise(0)], &[Call::Release(0)]];
    "release-release-destroy", "two releases of one capsule against the end of its owner", THREE, BYTES,
        [&[Call::Destroy(OWNER)], &[Call::Release(0)], &[Call::Release(0)]];
    "visit-release-read", "a release and a read elsewhere against a visit to the owner", THREE, BYTES,
        [&[Call::Enter(OWNER), Call::Leave], &[Call::Materialise(0)], &[Call::Release(0)]];
    "register-lookup", "a registration against two lookups", REGISTRY, &[],
        [&[register(0)], &[Call::LookUpType(TYPE), Call::LookUpType(TYPE)]];
    "register-register", "two registrations with converters of their own", REGISTRY, &[],
        [&[register(0), Call::LookUpType(TYPE)], &[register(1), Call::LookUpType(TYPE)]];
    "register-unregister-lookup", "a registration that comes and goes against two lookups", REGISTRY, &[],
        [&[register(0), Call::Unregister(TYPE)], &[Call::LookUpType(TYPE), Call::LookUpType(TYPE)]];
    "unregister-unregister", "two unregistrations of what was registered once", REGISTRY, &[],
        [&[register(0), Call::Unregister(TYPE)], &[Call::Unregister(TYPE), Call::LookUpType(TYPE)]];
    "register-counts", "registrations and unregistrations that pair", REGISTRY, &[],
        [&[register(0), Call::Unregister(TYPE)], &[register(0), Call::Unregister(TYPE), Call::LookUpType(TYPE)]];
    "builtin-stays", "two unregistrations of a built-in type against a lookup", REGISTRY, &[],
        [&[Call::Unregister(0)], &[Call::Unregister(0), Call::LookUpType(0)]];
    "lookup-conflict-lookup", "lookups before and after a registration that may conflict with another's", REGISTRY, &[],
        [&[register(0)], &[Call::LookUpType(TYPE), register(1), Call::LookUpType(TYPE)]];
    "lookup-register-lookup", "a lookup before and after a registration of one's own, against an unregistration", REGISTRY, &[],
        [&[Call::LookUpType(TYPE), register(0), Call::LookUpType(TYPE)], &[Call::Unregister(TYPE)]];
    "namespace-destroy", "a namespace is applied against the end of its source", NAMESPACE, &[],
        [&[Call::Enter(OWNER), Call::FillNamespace, Call::Leave, Call::ApplyNamespace], &[Call::Destroy(OWNER)]];
    "namespace-free-destroy", "a namespace is freed elsewhere against the end of its source", NAMESPACE, &[],
        [&[Call::Enter(OWNER), Call::FillNamespace, Call::Leave, Call::FreeNamespace], &[Call::Destroy(OWNER)]];
    "namespace-visit", "a namespace is freed elsewhere against a visit to its source", NAMESPACE, &[],
        [&[Call::Enter(OWNER), Call::FillNamespace, Call::Leave, Call::FreeNamespace],
         &[Call::Enter(OWNER), Call::Leave]];
    "namespace-partial", "a namespace that finds no memory at its second item", NAMESPACE, &[],
        [&[Call::Enter(OWNER), Call::FillNamespace, Call::Leave, Call::ApplyNamespaceNoMemory(1)],
         &[Call::Destroy(OWNER)]];
    "session-session", "two sessions in one interpreter", SESSION, &[],
        [&[ENTER, Call::Exit], &[ENTER, Call::Exit]];
    "session-destroy", "a session against the end of its interpreter", SESSION, &[],
        [&[ENTER, Call::Exit], &[Call::Destroy(OWNER)]];
    "session-fails-destroy", "a body that raises against two destroys", SESSION, &[],
        [&[ENTER, Call::Raise(Raises::Plain), Call::Exit], &[Call::Destroy(OWNER), Call::Destroy(OWNER)]];
    "session-unprintable", "a body whose error cannot be printed against a session that waits its turn", SESSION, &[],
        [&[ENTER, Call::Raise(Raises::Unprintable), Call::Exit], &[ENTER, Call::Exit]];
    "session-preserve-destroy", "a preserved value against the end of the interpreter it comes from", SESSION, &[],
        [&[ENTER, PRESERVE, Call::Exit], &[Call::Destroy(OWNER)]];
    "session-preserve-fails-destroy", "a value preserved by a body that raises, against the end of its owner", SESSION, &[],
        [&[ENTER, PRESERVE, Call::Raise(Raises::Plain), Call::Exit], &[Call::Destroy(OWNER)]];
    "session-preserve-preserve", "two sessions that each preserve a value", SESSION, &[],
        [&[ENTER, PRESERVE, Call::Exit], &[ENTER, PRESERVE, Call::Exit]];
    "session-preserve-visit-destroy", "a preserved value against a session and the end of its owner", SESSION_THREE, &[],
        [&[ENTER, PRESERVE, Call::Exit], &[Call::Destroy(OWNER)], &[ENTER, Call::Exit]];
    "session-nested-destroy", "a session within a session against the end of both interpreters", SESSION, &[],
        [&[ENTER, ENTER_ANOTHER, Call::Exit, Call::Exit], &[Call::Destroy(3), Call::Destroy(OWNER)]];
    "session-nested-crossing", "two threads that enter two interpreters in opposite order", SESSION, &[],
        [&[ENTER, ENTER_ANOTHER, Call::Exit, Call::Exit], &[ENTER_ANOTHER, ENTER, Call::Exit, Call::Exit]];
    "session-updates-refused", "values that do not cross against a session", SESSION, &[],
        [&[bring(OWNER, Updates::Unshareable), Call::Exit], &[ENTER, Call::Exit]];
    "session-apply-fails", "values that cannot be bound against values that can", SESSION, &[],
        [&[bring(OWNER, Updates::NotApplied), Call::Exit], &[bring(OWNER, Updates::Fine), Call::Exit]];
    "session-release", "a release elsewhere against a session in the owner", SESSION, BYTES,
        [&[ENTER, Call::Exit], &[Call::Release(0)]];
    "session-releases-destroy", "a release within the owner's session against its end", SESSION, BYTES,
        [&[ENTER, Call::Release(0), Call::Exit], &[Call::Destroy(OWNER)]];
}

/// The litmus scenario of that name.
pub fn litmus(name: &str) -> Option<Scope> {
    ALL.iter().copied().find(|scope| scope.name == name)
}
