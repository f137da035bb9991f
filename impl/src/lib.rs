//! Isolated interpreters in one process that exchange data without ever sharing or losing it.
//!
//! An embedder brings a [`Host`]: its object model, its types, and the conversions out of an interpreter and into one. This crate
//! brings the rest: the life of an interpreter, [registries](Current::register) of which types can leave and how,
//! [capsules](Capsule) that carry a value across, [namespaces](Namespace) that carry several under their names, releases that find
//! their way home, calls into another interpreter, [sessions](Session) that run a body there, and an orderly end. For sessions a
//! host brings exceptions and main namespaces as well: it is a [`SessionHost`].
//!
//! ```
//! # if crossinterp::UNDER_LOOM { return Ok(()) }
//! use crossinterp::Runtime;
//! use crossinterp::simple::{Simple, Value};
//!
//! let runtime = Runtime::builder(Simple::new()).build();
//! let (sender, receiver) = (runtime.create()?, runtime.create()?);
//!
//! let capsule = sender.enter()?.convert(&Value::from("hello"))?;
//! let inside = receiver.enter()?;
//! assert_eq!(inside.materialise(&capsule)?, Value::from("hello"));
//! inside.release(&capsule)?;
//! # Ok::<(), crossinterp::Error<crossinterp::simple::NotShareable>>(())
//! ```
//!
//! # What is promised
//!
//! - A payload is freed **exactly once**, by [`Host::free`], in its owner's context: by a release or by the owner's end.
//! - **Nobody reads a freed payload**: a reader pins what it reads, and the end of an interpreter waits for its readers.
//! - **A release is never lost**, and never refused for lack of room: the list of released payloads is threaded through the
//!   payloads themselves. An idle owner does not hold on to them either: whoever releases one frees it on the owner's behalf.
//! - **Nothing touches an ended interpreter**, and an id is never given out twice.
//! - **Lookups do not contend**: one reads a version number, and takes a lock, for a moment, only when it is the first of its guard
//!   or a type was registered or unregistered since the last. They are linearizable: what was registered before one began, it finds.
//! - **All or nothing**: a tuple, or a namespace, with one item that cannot leave or arrive leaves nothing behind, whichever
//!   allocation failed ([`Memory`] makes any of them fail).
//! - **A callback can come back in**: what would wait for that very callback is refused, with a typed error, and everything else is
//!   done.
//! - **A session leaves nothing behind**: whatever ends it, an error on the way in, a panic of its body or a plain drop, undoes what
//!   entering did. [`Session::exit`] always tells what went wrong, with one of nine [codes](ErrorCode) and the reason behind it.
//! - **Nobody waits for ever** for an interpreter that others leave: who [waits in line](Interpreter::enter_waiting) comes in when it
//!   is its turn, or hears of the end. (Two threads that each wait for the interpreter of the other do wait, as with any two locks.)
//! - No lock is held while a callback of the host runs, and no callback that panics can leave an interpreter stuck.
//!
//! # How it is arranged
//!
//! Each interpreter has one core: one mutex over a small state, one condition variable. Every step of the protocol is one critical
//! section of a few instructions under the *owner's* mutex; no step takes two. The modules follow the concepts: `runtime` and
//! `references` (which interpreters there are), `interpreter` (entering and leaving), `capsule` and `export` (data on its way, and
//! the owner's record of it), `pending` (calls on their way), `end`, and [`host`]. `entry` says who is in an interpreter and who waits for
//! it; `session` and `excinfo` sit on top of it all. `registry` and `namespace` sit beside them, and
//! `current` offers all that can be done inside. Only `sync` names the standard library's threads and locks, so that loom can take
//! their place.
//!
//! # What it costs
//!
//! `cargo bench -p crossinterp` measures each operation and, in the same run, the floor it stands on. Leaving and arriving take at
//! most one allocation each for small values, and none for None, truth values, ints and floats; what is longer than a short text
//! takes one more for its copy. A release allocates nothing, and neither does a lookup, which costs half an
//! uncontended lock when the type is near the head of the list, and no more than one at its end. `tests/allocations.rs` counts at the allocator.

mod capsule;
mod core;
mod current;
mod end;
mod entry;
mod error;
mod excinfo;
mod export;
pub mod host;
mod id;
mod interpreter;
mod memory;
mod namespace;
mod panics;
mod pending;
mod references;
mod registry;
mod runtime;
#[cfg(loom)]
pub mod sabotage;
#[cfg(not(loom))]
mod sabotage;
mod session;
mod sync;

pub use capsule::{Capsule, Release};
pub use current::{CONVERSION_DEPTH_MAX, Called, Current};
pub use end::Ended;
pub use error::{
    ApplyError, BodyFailed, CallError, CallInError, CallRefused, ConvertError, CreateError, EndError, EnterError,
    Error, ErrorCode, Failure, FillError, IdRefError, LookupError, MaterialiseError, NamesError, NamespaceError,
    PendingError, PreserveError, Reason, RegistryError, ReleaseError, SessionError, ShutdownError,
};
pub use excinfo::{ExcInfo, NotCaptured, Undescribed};
pub use host::{Context, Conversion, Converted, Host, Items, Part, PayloadRef, Reuse, SessionHost, simple};
pub use id::InterpreterId;
pub use interpreter::{Entered, Interpreter};
pub use memory::{Memory, NoMemory, Reserved};
pub use namespace::{Freed, Namespace};
pub use pending::{Call, PASS_LIMIT, PENDING_CAPACITY, PassReport};
pub use references::{Dropped, References};
pub use registry::{Registered, Unregistered};
pub use runtime::{Runtime, RuntimeBuilder};
pub use session::{ExitError, Preserved, Session, Stop};
#[cfg(loom)]
pub use sync::probe;

/// Whether this build runs on loom's threads and locks, which work only inside a loom model. Examples in the documentation look.
#[doc(hidden)]
pub const UNDER_LOOM: bool = cfg!(loom);
