//! The operations that an outsider can call, and what each edition shows of them.
//!
//! This is the top of the model: calls with their argument checks, composed of the state below (`layer`), answered
//! with symbols (`error`), worded per edition. It plays one call after the other; of calls that interleave only `threads` knows.

mod arguments;
mod arrival;
mod binding;
mod bodies;
mod call;
mod callables;
mod calling;
mod config;
mod conversion;
mod crossing;
mod error;
mod excinfo;
mod layer;
mod lifecycle;
mod modules;
mod namespace;
mod on_world;
mod outcome;
mod player;
mod processes;
mod programs;
mod pytext;
mod references;
pub mod refute;
mod registry;
mod running;
mod session;
mod shipping;
mod structs;
mod surface;
pub mod threads;
mod thrown;
mod updates;
mod view;

pub use call::Call;
pub use crossinterp_objects::{Quoted, Value};
pub use error::{Label, Problem, qualified_name, short_name};
pub use layer::{CapsuleId, Decref, Entry, Layer, Limit, Parting, Payload, Release, Whence};
pub use on_world::OnWorld;
pub use outcome::{Exception, Observation, Outcome, Raised, Signal};
pub use player::Player;
pub use surface::{like_3_14, parent};

use crate::edition::Edition;

/// A player of an edition in a process that has just started.
pub fn player(edition: Edition) -> Player<OnWorld> {
    Player::new(edition, OnWorld::new(edition))
}
