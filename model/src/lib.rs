//! An executable model of the layer that moves data, errors and control between isolated interpreters.
//!
//! Start at [`world::World`] for what there is, [`step`] for what can happen to it, [`scope::Scope`] for what is
//! explored, [`explore::Explorer`] for how, and [`fault`] for what can go wrong. [`rule`] ties it to the book.
//!
//! The model has no threads, no clock, no randomness and no I/O; only the explorer has workers.

pub mod blame;
pub mod branch;
pub mod call;
pub mod calm;
pub mod catalogue;
pub mod convert;
pub mod defect;
pub mod edition;
pub mod error;
pub mod excinfo;
pub mod explore;
pub mod fault;
pub mod fix;
pub mod linear;
pub mod litmus;
pub mod module;
pub mod patch;
pub mod reference;
pub mod rule;
pub mod runtime;
pub mod scarcity;
pub mod scope;
pub mod step;
pub mod swept;
pub mod symmetry;
pub mod witness;
pub mod world;

mod client;
mod model;

pub use model::Model;
