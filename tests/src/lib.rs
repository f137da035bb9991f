//! The suite.
pub mod conform;
pub mod driver;
pub mod scenario;
