//! The suite: one trace, four players, and the program `xi`.
//!
//! [`sweep`] runs the model checker over editions and scopes; [`story`] tells a path in columns; [`scenario`], [`driver`]
//! and [`conform`] play text scenarios on foreign runtimes and hold them to what the model predicts; [`replay`] runs the
//! scripts that show defects in real interpreters. [`runtimes`] finds the runtimes that are known by name, and [`report`]
//! shows what came of them. [`faults`] refuses memory to the model and to the implementation alike:
//! this is the only place where the two meet. [`book`] reads which rule has which C function as its source, [`told`] finds
//! the story of each defect, [`verdicts`] judges it, and [`pages`] holds the pages of the catalogue to it. [`hunt`] asks a
//! text what is wrong with it until nothing is left, and [`weigh`] what a change to it comes to.
//! [`exercise`] says what a scenario exercises, [`generate`] makes scenarios that exercise everything in reach, and [`itf`]
//! writes one as a trace for other tools.

pub mod book;
pub mod codes;
pub mod conform;
pub mod driver;
pub mod exercise;
pub mod faults;
pub mod generate;
pub mod hunt;
pub mod itf;
pub mod pages;
pub mod replay;
pub mod report;
pub mod runtimes;
pub mod scenario;
pub mod story;
pub mod sweep;
pub mod told;
pub mod verdicts;
pub mod weigh;
