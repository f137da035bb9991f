//! Memory that runs out anywhere, in the model and in the implementation: the same operations on the same samples, with the
//! same allocations refused, and what each side tells and leaves.
//!
//! [`play()`] plays one task of [`crossinterp_model::scarcity`] on the implementation; [`compare()`] sweeps a task on both
//! sides; [`rows()`] sums everything up for a report. What the implementation does without is written down in
//! [`DIFFERENCES`] and nowhere else.

mod compare;
mod play;
mod scene;
mod visit;

pub use compare::{Compared, Row, compare, first_disagreement, row, rows};
pub use play::{Mistake, Played, play};

/// Blocks of the model that the implementation never asks for, and what it has in their place. Everything else it asks for in
/// the same order, under the same indices.
pub const DIFFERENCES: [(&str, &str); 22] = [
    ("a block for the double", FLOAT),
    ("a message", MESSAGE),
    ("a copy of the buffer", VIEW),
    ("a wrapper of the buffer", VIEW),
    ("a managed buffer", VIEW),
    ("a weak reference", DEATHS),
    ("a thread state", GUARD),
    ("its configuration", HOST),
    ("its allocator", HOST),
    ("its first thread state", GUARD),
    ("the type InterpreterError", HOST),
    ("the type InterpreterNotFoundError", HOST),
    ("the type NotShareableError", HOST),
    ("__name__", TEXTS),
    ("__qualname__", TEXTS),
    ("its UTF-8", TEXTS),
    ("the method that makes the renderer", TEXTS),
    ("its arguments", TEXTS),
    ("its options", TEXTS),
    ("the renderer", TEXTS),
    ("the lines", TEXTS),
    ("the joined text", TEXTS),
];

const FLOAT: &str = "a float travels in the capsule itself";
const MESSAGE: &str = "a refusal is a value: its text is made when somebody reads it";
const VIEW: &str = "memory that both sides see arrives as one object";
const DEATHS: &str = "the host says when a type dies";
const GUARD: &str = "who is in an interpreter is told by a guard on the thread's own stack";
const HOST: &str = "what an interpreter is made of is the host's";
const TEXTS: &str = "the texts of an exception are made by the host; room is asked for when each is there";

/// The names of the blocks in [`DIFFERENCES`].
pub static OVERLOOKED: [&str; DIFFERENCES.len()] = names_of_differences();

const fn names_of_differences() -> [&'static str; DIFFERENCES.len()] {
    let mut names = [""; DIFFERENCES.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = DIFFERENCES[index].0;
        index += 1;
    }
    names
}
