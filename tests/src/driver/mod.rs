//! Foreign runtimes: a driver process is started, asked one thing at a time, and never trusted.
//!
//! It may die, hang, print garbage, answer twice or never: each of these is a typed answer here, and nothing in this
//! module blocks without a deadline or outlives the value that owns the process. It judges nothing.

pub mod contract;
pub mod message;
pub mod offer;
pub(crate) mod process;
mod protocol;
mod wire;

pub use message::PROTOCOL;
pub use process::{Failure, LINE_BYTES_MAX, Limits};
pub use protocol::{Driver, Runtime};
