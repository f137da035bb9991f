//! The suite: one trace, four players, and the program `xi`.
//!
//! [`sweep`] runs the model checker over editions and scopes; [`story`] tells a path in columns; [`scenario`], [`driver`]
//! and [`conform`] play text scenarios on foreign runtimes and hold them to what the model predicts. This is the only
//! place where the model and the implementation meet. [`book`] reads which rule has which C function as its source, [`told`] finds
//! the story of each defect, and [`pages`] holds the pages of the catalogue to it. [`replay`] runs the scripts that show defects in
//! real interpreters.

pub mod book;
pub mod codes;
pub mod conform;
pub mod driver;
pub mod hunt;
pub mod pages;
pub mod replay;
pub mod scenario;
pub mod story;
pub mod sweep;
pub mod told;
pub mod verdicts;
pub mod weigh;
