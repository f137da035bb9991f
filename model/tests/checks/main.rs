//! The checks of the model, one module for each thing shown, in one program so that they share one sweep over all scopes.
//!
//! The modules sit on the public interface of the crate; none knows how a step or a table works inside.

mod codes;
mod conversions;
mod defects;
mod determinism;
mod engines;
mod errors;
mod excinfo;
mod explorer;
mod linear;
mod runtime;
mod scarcity;
mod stateright_limits;
mod sweep;
mod symmetry;
mod toys;
mod traces;
mod witnesses;
