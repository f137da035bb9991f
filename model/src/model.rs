//! The model: a [`Setup`] as a space of states, for stateright's checker and for the explorer of this crate.

use crate::client;
use crate::explore::{Space, Tally};
use crate::fault::{Fault, Violation};
use crate::patch;
use crate::scope::Setup;
use crate::step::{Pc, Run, Step, Successor, Taken};
use crate::symmetry::Group;
use crate::world::{Allocation, Entry, Pending, PendingKind, World};

/// A setup, ready to be explored.
#[derive(Clone, Debug)]
pub struct Model {
    /// What is explored.
    pub setup: Setup,
    /// Under which renamings worlds are taken for one; none means that all are told apart.
    symmetry: Option<Group>,
    /// Whether a search goes on past a fault after which C goes on.
    past: bool,
}

impl Model {
    /// A model without symmetry reduction.
    pub fn new(setup: Setup) -> Model {
        Model { setup, symmetry: None, past: false }
    }

    /// The same model of another setup.
    #[must_use]
    pub fn with_setup(self, setup: Setup) -> Model {
        Model { setup, ..self }
    }

    /// The same model with worlds that differ only in names taken for one.
    #[must_use]
    pub fn with_symmetry(self) -> Model {
        let group = Group::of(&self.setup.scope);
        Model { symmetry: Some(group), ..self }
    }

    /// The same model, in which a search goes on past each fault after which C goes on and is still defined. Behind it
    /// others are found that it would hide; what is left at the end is then not asked any more.
    #[must_use]
    pub fn past_faults(self) -> Model {
        Model { past: true, ..self }
    }

    /// The world that stands for all that differ from this one only in names.
    fn canonical(&self, world: World) -> World {
        self.symmetry.as_ref().map_or(world, |group| group.canonical(&world))
    }

    /// The steps that the world allows, in a fixed order.
    pub fn steps(&self, world: &World, out: &mut Vec<Step>) {
        match world.fault() {
            None => client::steps(&self.setup, world, out),
            Some(fault) if self.past && fault.is_survived() => client::steps(&self.setup, &scarred(world), out),
            Some(_) => out.clear(),
        }
    }

    /// Takes a step that the world allows.
    pub fn take(&self, world: &World, step: Step) -> Successor {
        let mut world = self.begin(world);
        let Taken { rules, witnesses, outcome, goes_on } = self.step(&mut world, step);
        Successor { world, rules, witnesses, outcome, goes_on }
    }

    fn step(&self, world: &mut World, step: Step) -> Taken {
        if self.setup.patch.is_none() {
            return Run::take(&self.setup, world, step);
        }
        Run::take(&patch::at(&self.setup, world, step), world, step)
    }

    /// The world as the next step finds it: a fault that C survives is behind.
    fn begin(&self, world: &World) -> World {
        if self.past && world.fault().is_some() { scarred(world) } else { *world }
    }

    /// What is wrong with the world, given whether any step is left.
    pub fn violation(&self, world: &World, stuck: bool) -> Option<Violation> {
        let at_rest = || if stuck { quiescent_fault(world).map(Violation::at_rest) } else { None };
        world.violation().or_else(at_rest)
    }
}

fn scarred(world: &World) -> World {
    let mut world = *world;
    world.scar();
    world
}

/// What is wrong with a world in which nothing can run: somebody is stuck, or something is left.
fn quiescent_fault(world: &World) -> Option<Fault> {
    if world.threads.iter().any(|thread| thread.exists() && thread.pc() == Pc::Hung) {
        return Some(Fault::Hangs);
    }
    let gone = |thread: &crate::world::Thread| !thread.exists() || thread.pc == Pc::Gone as u8;
    if !world.threads.iter().all(gone) {
        return Some(Fault::Stuck);
    }
    if world.interpreters.iter().any(|interpreter| interpreter.main_is_swapped()) {
        return Some(Fault::MainSwapStays);
    }
    if world.is_scarred() {
        return None;
    }
    let capsule = (0..world.capsules.len() as u8).find_map(|slot| left_behind(world, slot));
    capsule.or_else(|| namespace_left(world)).or_else(|| entry_left(world)).or_else(|| thread_state_left(world))
}

/// Rule `session.exit.undo`: with nothing left to run, no thread state is left.
fn thread_state_left(world: &World) -> Option<Fault> {
    world.interpreters.iter().any(|interpreter| interpreter.thread_states > 0).then_some(Fault::ThreadStateStays)
}

/// A namespace that was given up is freed, or waits for its owner.
fn namespace_left(world: &World) -> Option<Fault> {
    let namespace = &world.namespace;
    if !namespace.is_given_up() || namespace.structure() != Allocation::Live {
        return None;
    }
    let names_it = |call: Pending| call.kind() == PendingKind::FreeNamespace;
    let queued = world.interpreters.iter().any(|interpreter| interpreter.pending().any(names_it));
    Some(if queued { Fault::PayloadHeld } else { Fault::Leaked })
}

/// Rule `registry.dead.with-its-type`: with nothing left to run, no entry is of a type that is gone.
fn entry_left(world: &World) -> Option<Fault> {
    let of_dead_type =
        |entry: &Entry| entry.allocation() == Allocation::Live && !world.types[usize::from(entry.class)].is_alive();
    world.entries.iter().any(of_dead_type).then_some(Fault::EntryOfDeadType)
}

fn left_behind(world: &World, slot: u8) -> Option<Fault> {
    let capsule = world.capsule(slot);
    let given_up = capsule.released() && capsule.has_payload() && !in_a_view(world, slot);
    let structure = capsule.raw_free() && capsule.structure() == Allocation::Live;
    let export = capsule.view() == Allocation::Freed && capsule.data() == Allocation::Live;
    if !(given_up || structure || export) {
        return None;
    }
    Some(if waits_for_owner(world, slot) { Fault::PayloadHeld } else { Fault::Leaked })
}

/// A buffer that was read belongs to its view, not to the capsule.
fn in_a_view(world: &World, slot: u8) -> bool {
    world.capsule(slot).view() != Allocation::Never
}

fn waits_for_owner(world: &World, slot: u8) -> bool {
    let names_it = |kind| match kind {
        PendingKind::Clear { capsule, .. } | PendingKind::ReleaseBuffer { capsule } => capsule == slot,
        PendingKind::Call { .. } | PendingKind::FreeNamespace => false,
    };
    let queued = world.interpreters.iter().any(|interpreter| interpreter.pending().any(|call| names_it(call.kind())));
    queued || world.capsule(slot).listed()
}

impl Space for Model {
    type State = World;
    type Action = Step;

    fn initial(&self) -> World {
        self.canonical(self.setup.scope.initial())
    }

    fn actions(&self, world: &World, out: &mut Vec<Step>) {
        self.steps(world, out);
    }

    fn apply(&self, world: &mut World, step: Step, tally: &mut Tally) {
        if self.past && world.fault().is_some() {
            world.scar();
        }
        let taken = self.step(world, step);
        tally.count(taken.rules, taken.witnesses);
        if let Some(group) = &self.symmetry {
            *world = group.canonical(world);
        }
    }

    fn violation(&self, world: &World, stuck: bool) -> Option<Violation> {
        Model::violation(self, world, stuck)
    }
}

impl stateright::Model for Model {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![Space::initial(self)]
    }

    fn actions(&self, world: &World, out: &mut Vec<Step>) {
        self.steps(world, out);
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        Some(self.canonical(self.take(world, step).world))
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        crate::explore::properties()
    }

    fn format_action(&self, step: &Step) -> String {
        match step {
            Step::Begin { thread, call } => format!("T{thread}: {call}: {}", step.pc().sentence()),
            Step::Go { thread, pc } => format!("T{thread}: {}", pc.sentence()),
        }
    }
}
