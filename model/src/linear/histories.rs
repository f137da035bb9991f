//! Every history that a setup has: who was told what, in which order calls began and ended.

use std::collections::{BTreeSet, HashSet};

use super::{History, Spec, Violation, linearize};
use crate::call::{Call, Outcome};
use crate::linear::RegistrySpec;
use crate::model::Model;
use crate::scope::Setup;
use crate::step::Step;
use crate::world::World;

/// What threads called and were told.
pub type Told = History<Call, Outcome>;

/// Every history of the setup's calls of a registry, past every fault that C goes on after. Where C does not, the
/// history ends in the middle of a call.
pub fn histories(setup: Setup) -> BTreeSet<Told> {
    let model = Model::new(setup);
    let first = (setup.scope.initial(), Told::default());
    let mut seen = HashSet::from([first.clone()]);
    let mut waiting = vec![first];
    let mut found = BTreeSet::new();
    let mut steps: Vec<Step> = Vec::new();
    while let Some((world, history)) = waiting.pop() {
        model.steps(&world, &mut steps);
        if steps.is_empty() {
            found.insert(history);
            continue;
        }
        let next = steps.iter().map(|&step| take(&model, &world, &history, step));
        waiting.extend(next.filter(|next| seen.insert(next.clone())));
    }
    found
}

fn take(model: &Model, world: &World, history: &Told, step: Step) -> (World, Told) {
    let mut history = history.clone();
    let thread = usize::from(step.thread());
    if let Step::Begin { call, .. } = step
        && call.kind().is_about_type()
    {
        history.begin(thread, call);
    }
    let successor = model.take(world, step);
    let mut world = successor.world;
    if successor.goes_on {
        world.take_fault();
    }
    let open = history.operations().iter().any(|operation| operation.thread == thread && operation.told.is_none());
    if let (Some(outcome), true) = (successor.outcome, open) {
        history.end(thread, outcome);
    }
    (world, history)
}

/// The first history of the setup, in their order, that no registry could have if its calls came one after the other.
pub fn first_violation(setup: Setup) -> Option<(Told, Violation)> {
    let spec = RegistrySpec::new(&setup.scope, setup.defects);
    histories(setup).into_iter().find_map(|history| match linearize(&spec, &history) {
        Ok(_) => None,
        Err(violation) => Some((history, violation)),
    })
}

/// The violation as a reader sees it: the history, how far an order gets, and what fits nowhere.
pub fn explain<S: Spec>(history: &History<S::Call, S::Answer>, violation: &Violation) -> String
where
    S::Call: std::fmt::Display,
    S::Answer: std::fmt::Display,
{
    let name = |&number: &usize| {
        let operation = &history.operations()[number];
        let told = operation.told.as_ref().map_or_else(|| "never returns".to_owned(), |(answer, _)| answer.to_string());
        format!("T{} {} -> {told}", operation.thread, operation.call)
    };
    let list = |numbers: &[usize]| numbers.iter().map(name).collect::<Vec<_>>().join("; ");
    let placed = if violation.placed.is_empty() { "nothing".to_owned() } else { list(&violation.placed) };
    format!(
        "{history}one after the other, as far as it goes: {placed}\nand then none of these: {}\n",
        list(&violation.misfits)
    )
}
