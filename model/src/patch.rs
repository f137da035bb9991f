//! Patches: somebody's own change to the C code, to be weighed.
//!
//! Most changes are a set of toggles: defects that they close, fixes that they build on. One that is not can say, at each
//! step and with the world before it at hand, which reading the step follows, and whether it must wait. Nothing more is
//! needed to say "in a finalizing interpreter the release is carried out at once", or "the end waits for whoever is on
//! the way". A patch changes no world and takes no step of its own: for that, add a [`Fix`](crate::fix::Fix).

use std::fmt;

use crate::defect::DefectSet;
use crate::fix::FixSet;
use crate::scope::Setup;
use crate::step::Step;
use crate::world::World;

/// A change to the C code that somebody wants weighed.
///
/// ```
/// use crossinterp_model::catalogue::{RELEASE, setup};
/// use crossinterp_model::defect::{Defect, DefectSet};
/// use crossinterp_model::edition::Edition;
/// use crossinterp_model::explore::Explorer;
/// use crossinterp_model::{Model, patch::Patch};
///
/// /// Looks the owner up and queues the clear under one lock.
/// #[derive(Debug)]
/// struct OneLock;
///
/// impl Patch for OneLock {
///     fn name(&self) -> &'static str {
///         "one-lock"
///     }
///
///     fn defects(&self, of: DefectSet) -> DefectSet {
///         of.without(Defect::ReleaseLookupThenEnqueue)
///     }
/// }
///
/// let model = Model::new(setup(RELEASE, Edition::V314).patched(&OneLock));
/// let report = Explorer::new(&model).run();
/// let shown = |defect| report.refutations.iter().any(|found| found.violation.fault.explanations().first() == Some(&defect));
/// assert!(!shown(Defect::ReleaseLookupThenEnqueue) && shown(Defect::OverflowLeak));
/// ```
pub trait Patch: fmt::Debug + Sync {
    /// The name in tables.
    fn name(&self) -> &'static str;

    /// The defects that are on with the patch, given those that are on without it.
    fn defects(&self, of: DefectSet) -> DefectSet {
        of
    }

    /// The fixes that it builds on.
    fn fixes(&self) -> FixSet {
        FixSet::NONE
    }

    /// The defects that one step has, given the world before it. By default those that are on.
    ///
    /// The thread that takes the step is [`Step::thread`]; its `reg_slot` is the address that it looked up, its `current`
    /// the interpreter that it is in.
    fn reading(&self, world: &World, step: Step, on: DefectSet) -> DefectSet {
        let _ = (world, step);
        on
    }

    /// Whether the step may be taken now; one that may not waits until it may. A wait that nobody ends is a violation.
    fn lets(&self, world: &World, step: Step) -> bool {
        let _ = (world, step);
        true
    }
}

/// The setup that a step is taken under.
pub(crate) fn at(setup: &Setup, world: &World, step: Step) -> Setup {
    let defects = setup.patch.map_or(setup.defects, |patch| patch.reading(world, step, setup.defects));
    Setup { defects, ..*setup }
}
