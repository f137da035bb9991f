//! The driver as its runner sees it: whole conversations in memory.

#![allow(clippy::unwrap_used, reason = "what is not as it should be fails the test")]

mod conversation;
mod talk;
mod threads;
