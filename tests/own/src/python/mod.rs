//! What this runtime knows of Python: exceptions and how they read, the few programs that it can run, texts for C.
//!
//! It knows neither interpreters nor requests.

mod program;
mod text;
mod thrown;
mod traceback;

pub(crate) use program::{MODULE, Program, REPEATS_MAX, SCRIPT_FILE, STRING_FILE, Work, frames, repeated};
pub(crate) use text::{bounded, named};
pub(crate) use thrown::{Said, Thrown, is_absent};
