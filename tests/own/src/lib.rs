//! Our implementation as one of the runtimes of the suite: a driver that speaks protocol 2, over the crate `crossinterp`.
//!
//! A conforming answer comes from the implementation and from a small host: `__main__` namespaces, Python's values and exceptions, a
//! few programs. Neither the model nor the suite is known here. [`serve`] is the whole of it: requests in, replies out.
//!
//! ```
//! let requests = "{\"seq\": 1, \"verb\": \"create\", \"args\": [], \"kwargs\": {}}\n";
//! let mut replies = Vec::new();
//! crossinterp_driver::serve(requests.as_bytes(), &mut replies)?;
//! let replies = String::from_utf8_lossy(&replies);
//! assert_eq!(replies.lines().nth(1), Some(r#"{"outcome":{"value":{"int":"1"}},"seq":1}"#));
//! # Ok::<(), crossinterp_driver::ServeError>(())
//! ```
//!
//! # What is there
//!
//! All three profiles, in the surface of 3.14, with the safe reading wherever 3.14 has a known defect. The main interpreter is one
//! that this driver enters first and never leaves. A thread that enters an interpreter to stay (`hold`) is a thread; so is one that a
//! request starts. In this implementation one thread at a time is in an interpreter, and the driver's first thread is in main for good:
//! a started thread stands in a main of its own, which shares everything with the real one but its place.
//!
//! # What is not there, and why
//!
//! * `config`: an interpreter of this crate has no settings. Names of configurations are known, since `create` takes one.
//! * `functions`, `pickle`: there is no Python code that could be run, marshalled or found by name.
//! * `processes`, `modules`, `namespaces`: what a process says at its end, where `_interpreters` was imported, and C functions that only
//!   3.13 exports are matters of CPython.
//! * `memory`: the suite counts allocations as the C code makes them. This implementation makes others; its own tests refuse each.

mod board;
mod driver;
mod host;
mod outcome;
mod places;
mod python;
mod raised;
mod request;
mod serve;
mod verbs;
mod wire;

pub use serve::{ServeError, serve};
