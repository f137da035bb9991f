//! Faults, in the model and in the implementation: memory that runs out anywhere, exceptions that cannot be told, values that
//! cannot be carried, bodies and threads that die, guards that are forgotten, callbacks that come back in.
//!
//! Whatever happens, three things hold at rest: both ledgers are empty, whoever asked was told what the rules demand, and
//! nothing that was accepted is lost.

mod codes;
mod deaths;
mod host;
mod memory;
mod program;
mod reentry;
