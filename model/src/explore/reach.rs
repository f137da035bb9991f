//! The shortest way to something wanted: a witness that a situation is possible, with its path.
//!
//! It searches plainly and stops at the first find, so it is for what is near. What is *not* possible is for the
//! explorer to say.

use std::collections::{HashMap, VecDeque};

use crate::model::Model;
use crate::step::{Step, Successor};
use crate::world::World;

/// The steps to the nearest one that is wanted, that one included; none if there is no such step.
pub fn reach(model: &Model, wanted: impl Fn(&World, Step, &Successor) -> bool) -> Option<Vec<Step>> {
    let first = model.setup.scope.initial();
    let mut came: HashMap<World, Option<(World, Step)>> = HashMap::from([(first, None)]);
    let mut waiting = VecDeque::from([first]);
    let mut steps = Vec::new();
    while let Some(world) = waiting.pop_front() {
        model.steps(&world, &mut steps);
        for &step in &steps {
            let next = model.take(&world, step);
            if wanted(&world, step, &next) {
                return Some(path(&came, world, step));
            }
            came.entry(next.world).or_insert_with(|| {
                waiting.push_back(next.world);
                Some((world, step))
            });
        }
    }
    None
}

fn path(came: &HashMap<World, Option<(World, Step)>>, world: World, last: Step) -> Vec<Step> {
    let mut path = vec![last];
    let mut at = world;
    while let Some((before, step)) = came[&at] {
        path.push(step);
        at = before;
    }
    path.reverse();
    path
}
