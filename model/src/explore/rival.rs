//! stateright's checker on the same model, so that two engines can disagree.
//!
//! stateright stops when every property has a counterexample, so one that cannot have any keeps it going; and it does
//! not see a state without a step, so each property looks for one itself.

use std::collections::BTreeSet;

use stateright::{Checker, Model as _, Property as Expectation};

use crate::fault::{Property, Violation};
use crate::model::Model;
use crate::world::World;

/// What stateright found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RivalReport {
    /// Distinct states.
    pub states: u64,
    /// Transitions taken: states generated, less the initial one.
    pub transitions: u64,
    /// The greatest depth, counted in steps.
    pub depth: u32,
    /// The properties for which it has a counterexample.
    pub refuted: BTreeSet<Property>,
}

/// Runs stateright's breadth-first checker to its end, on one thread.
pub fn check_with_stateright(model: Model) -> RivalReport {
    let checker = model.checker().threads(1).spawn_bfs().join();
    let names = checker.discoveries();
    let refuted = Property::ALL.into_iter().filter(|property| names.contains_key(property.sentence())).collect();
    RivalReport {
        states: checker.unique_state_count() as u64,
        transitions: checker.state_count() as u64 - 1,
        depth: checker.max_depth() as u32 - 1,
        refuted,
    }
}

/// Steps are only looked for where it matters whether any is left: every property asks about every state.
fn holds<const P: usize>(model: &Model, world: &World) -> bool {
    let is_mine = |violation: Violation| violation.fault.property() == Property::ALL[P];
    if !model.violation(world, true).is_some_and(is_mine) {
        return true;
    }
    world.fault().is_none() && has_steps(model, world)
}

fn has_steps(model: &Model, world: &World) -> bool {
    let mut steps = Vec::new();
    model.steps(world, &mut steps);
    !steps.is_empty()
}

macro_rules! each_property {
    ($($index:literal)*) => { [$(Expectation::always(Property::ALL[$index].sentence(), holds::<$index>)),*] };
}

/// The properties as stateright wants them, and one that always holds.
pub fn properties() -> Vec<Expectation<Model>> {
    let mut all = Vec::from(
        each_property!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31),
    );
    assert_eq!(all.len(), Property::ALL.len(), "each property is checked by both engines");
    all.push(Expectation::always("the search goes on to its end", |_, _| true));
    all
}
