//! The suite: one trace, four players, and the program `xi`.
//!
//! [`sweep`] runs the model checker over editions and scopes; [`story`] tells a path in columns; [`scenario`], [`driver`]
//! and [`conform`] play text scenarios on foreign runtimes and hold them to what the model predicts. This is the only
//! place where the model and the implementation meet. [`book`] reads which rule has which C function as its source;
//! [`replay`] runs the scripts that show defects in real interpreters.

pub mod book;
pub mod codes;
pub mod conform;
pub mod driver;
pub mod replay;
pub mod scenario;
pub mod story;
pub mod sweep;
