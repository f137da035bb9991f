//! What a runtime may offer: profiles, which are layers of the C code, and capabilities, which are optional features.
//! And what a scenario needs of these.
//!
//! This is the table behind the handshake, the filter of the runner and the lists in `specs/driver.md`.

use std::collections::BTreeSet;
use std::fmt;

use crossinterp_model::module::{Call, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A layer of the C code, from what every program can observe down to the structures. Each contains those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The operations of the module `_interpreters`.
    Observable,
    /// Which types cross, with which converter, and what arrives.
    Registry,
    /// The C functions: capsules, snapshots, namespaces, sessions, codes.
    Core,
}

impl Profile {
    /// All of them, from the outside in.
    pub const ALL: [Profile; 3] = [Profile::Observable, Profile::Registry, Profile::Core];

    /// Its name in a handshake.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Observable => "observable",
            Profile::Registry => "registry",
            Profile::Core => "core",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! capabilities {
    ($($variant:ident $name:literal $profile:ident $meaning:literal [$($verb:literal)*] [$($object:literal)*];)*) => {
        /// An optional feature of a runtime. One that is not claimed is not asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum Capability { $(#[doc = $meaning] $variant,)* }

        impl Capability {
            /// All of them, by profile.
            pub const ALL: &[Capability] = &[$(Capability::$variant,)*];

            /// Its name in a handshake and after `needs:`.
            pub const fn name(self) -> &'static str {
                match self { $(Capability::$variant => $name,)* }
            }

            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Capability::$variant => $meaning,)* }
            }

            /// The layer that it is part of.
            pub const fn profile(self) -> Profile {
                match self { $(Capability::$variant => Profile::$profile,)* }
            }

            /// The verbs that need it.
            pub const fn verbs(self) -> &'static [&'static str] {
                match self { $(Capability::$variant => &[$($verb,)*],)* }
            }

            /// The objects that need it, as far as they are named: see [`Capability::Objects`] for the others.
            pub const fn objects(self) -> &'static [&'static str] {
                match self { $(Capability::$variant => &[$($object,)*],)* }
            }
        }
    };
}

capabilities! {
    Idrefs "idrefs" Observable "References to interpreters are counted; the last one destroys."
        ["incref" "decref"] [];
    Config "config" Observable "Interpreters are made from configurations, which can be asked for."
        ["new_config" "get_config"] ["Config" "Configured" "Settings"];
    Functions "functions" Observable "Functions and code objects are run in another interpreter, and called there."
        ["run_func" "call"] ["Function" "Code" "Compiled"];
    Programs "programs" Observable "A script can raise any exception, made as described, and the caller gets its snapshot."
        [] ["Raise" "Snapshot" "Type" "Absent" "Error" "ErrorOf" "ErrorStr" "ErrorShows" "Group" "BaseGroup" "Noted" "NotesAre"
            "CausedBy" "During" "Loop" "Suppressed" "Rendered" "Unrendered"];
    Threads "threads" Observable "Calls are made in threads of their own, and scripts wait at gates."
        ["reached" "open" "join"] ["Gate"];
    Objects "objects" Observable "Arguments can be objects of any other type: see the list of objects."
        [] [];
    Converters "converters" Observable "Objects whose conversion is the driver's own: it ends well, or badly, or meddles."
        [] ["Converted" "Unreadable" "Meddler"];
    References "references" Observable "Objects are watched: who refers to them, and what is in their memory."
        ["keep" "references" "resize" "share" "contents" "write_through" "poke"] [];
    Arguments "arguments" Observable "The exact messages of CPython's argument parser."
        [] [];
    Values "values" Registry "A value is sent across, and what arrives is shown."
        ["cross" "cross_twice" "is_same" "summary" "depth"] ["Nested"];
    Buffers "buffers" Registry "Memory crosses as views of it."
        ["view_crosses"] ["View" "MemoryView" "ReleasedView" "Stepped"];
    Classes "classes" Registry "Converters are registered for classes, looked up and taken out."
        ["register_class" "unregister_class" "lookup_class" "new_class" "end_class" "register_new_class"
         "unregister_new_class" "lookup_new_class"] ["Registered"];
    Pickle "pickle" Registry "Objects without a converter cross as pickles, as marshalled code, as scripts."
        ["main_program" "code_crosses" "function_crosses"] [];
    Capsules "capsules" Core "The structure of cross-interpreter data is made, read, released and freed step by step."
        ["xid_new" "xid_init" "xid_get" "xid_check" "xid_fields" "xid_new_object" "xid_release" "xid_clear" "xid_free"
         "get_crossinterp_data" "restore_crossinterp_data" "bytes_capsule" "register"] [];
    Internals "internals" Core "The C functions on interpreters: lookups, links, counts, the next id."
        ["refcount" "is_linked" "link" "unlink" "exists" "next_id" "create_as" "lookup" "id_of_nothing"
         "claim_running"] [];
    Snapshots "snapshots" Core "Snapshots of exceptions are taken and shown."
        ["capture_exception" "capture_handled"] [];
    Excinfo "excinfo" Core "The C functions that take a snapshot of any object, and show it."
        ["excinfo_from"] [];
    Namespaces "namespaces" Core "Namespaces are made, filled, applied and freed step by step."
        ["ns_from_names" "ns_items" "ns_fill" "ns_apply" "ns_free"] [];
    Sessions "sessions" Core "Sessions are entered, used and left, and show their codes."
        ["session" "session_same" "session_inactive" "failure" "apply_error"] ["ErrorCode"];
    Memory "memory" Core "A chosen allocation is made to fail."
        ["without_memory" "read_without_memory" "capture_without_memory" "create_without_memory"] [];
    Processes "processes" Core "Whole processes are started, and how they end is shown."
        ["process_end" "process_order" "ending" "main_ending" "forked" "leave_thread"] [];
    Modules "modules" Core "Modules are taken out of an interpreter or replaced."
        ["lose_module" "replace_module" "view_without_module"] [];
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The verbs that every driver has.
pub const BASE_VERBS: &[&str] = &[
    "create",
    "destroy",
    "get_current",
    "get_main",
    "list_all",
    "is_running",
    "whence",
    "exec",
    "run_string",
    "set___main___attrs",
    "is_shareable",
    "hold",
    "let_go",
    "bound",
    "main_attr",
    "error_type",
    "drop",
];

/// The verbs whose second argument is the way in which a value crosses.
const CROSSING_VERBS: &[&str] = &["cross", "is_same", "summary", "depth", "cross_twice", "get_crossinterp_data"];

/// What a scenario needs of a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The innermost layer that it touches.
    pub profile: Profile,
    /// The optional features that it uses.
    pub capabilities: BTreeSet<Capability>,
}

impl Needs {
    /// What these calls need, and these capabilities beside them.
    pub fn of<'a>(calls: impl Iterator<Item = &'a Call>, beside: impl IntoIterator<Item = Capability>) -> Needs {
        let mut capabilities: BTreeSet<Capability> = beside.into_iter().collect();
        for call in calls {
            need_verb(call, &mut capabilities);
            let values = call.args.iter().chain(call.kwargs.iter().map(|(_, value)| value)).chain(&call.place);
            values.for_each(|value| need_value(value, &mut capabilities));
        }
        let profile = capabilities.iter().map(|capability| capability.profile()).max();
        Needs { profile: profile.unwrap_or(Profile::Observable), capabilities }
    }

    /// The first thing that is needed and not offered.
    pub fn missing(&self, profiles: &[Profile], capabilities: &[Capability]) -> Option<String> {
        if !profiles.contains(&self.profile) {
            return Some(format!("the profile {}", self.profile));
        }
        let lacks = |needed: &&Capability| !capabilities.contains(needed);
        self.capabilities.iter().find(lacks).map(|lacking| format!("the capability {lacking}"))
    }
}

fn need_verb(call: &Call, capabilities: &mut BTreeSet<Capability>) {
    let verb = call.verb.as_str();
    capabilities.extend(Capability::ALL.iter().filter(|capability| capability.verbs().contains(&verb)));
    if CROSSING_VERBS.contains(&verb) && call.args.len() > 1 && matches!(call.args.last(), Some(Value::Str(_))) {
        capabilities.insert(Capability::Pickle);
    }
}

fn need_value(value: &Value, capabilities: &mut BTreeSet<Capability>) {
    match value {
        Value::Made(kind, args) => {
            let named = Capability::ALL.iter().find(|capability| capability.objects().contains(&kind.as_str()));
            capabilities.insert(named.copied().unwrap_or(Capability::Objects));
            // What an exception is made of comes with the exception.
            if named != Some(&Capability::Programs) {
                args.iter().for_each(|arg| need_value(arg, capabilities));
            }
        }
        Value::Tuple(items) | Value::List(items) => items.iter().for_each(|item| need_value(item, capabilities)),
        Value::Dict(pairs) => pairs.iter().for_each(|(key, value)| {
            need_value(key, capabilities);
            need_value(value, capabilities);
        }),
        _ => {}
    }
}
