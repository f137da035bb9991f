//! Worlds that are taken for one behave as one: renaming commutes with every step, and no verdict depends on it.

use crossinterp_model::Model;
use crossinterp_model::call::{CallKind, CallSet};
use crossinterp_model::catalogue::{BUFFER, DEEP, SCOPES, setup};
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::Explorer;
use crossinterp_model::fault::{Fault, Violation};
use crossinterp_model::scope::{Client, Scope};
use crossinterp_model::symmetry::{Group, Renaming};
use crossinterp_model::world::World;
use quickcheck::{Arbitrary, Gen, QuickCheck};
use zerocopy::IntoBytes;

use super::sweep;

/// Random walks for each property; every scope and edition with something to rename gets a fair share of them.
const WALKS: u64 = 5_000;
/// A walk of so many steps has left every scope behind.
const STEPS_MAX: usize = 60;

/// Where a walk begins: a scope in which something can be renamed, in an edition.
#[derive(Clone, Debug)]
struct Start(Scope, Edition);

impl Arbitrary for Start {
    fn arbitrary(g: &mut Gen) -> Start {
        let all: Vec<_> = SCOPES.iter().chain(DEEP).copied().collect();
        let renamed: Vec<_> = all.into_iter().filter(|scope| Group::of(scope).renamings().len() > 1).collect();
        let chosen = (g.choose(&renamed).copied(), g.choose(&Edition::ALL).copied());
        let (Some(scope), Some(edition)) = chosen else { panic!("there is nothing to rename") };
        Start(scope, edition)
    }
}

/// A random walk, as the choices it makes: each picks one of the steps that the world allows.
#[derive(Clone, Debug)]
struct Walk(Vec<u8>);

impl Arbitrary for Walk {
    fn arbitrary(g: &mut Gen) -> Walk {
        let length = usize::arbitrary(g) % STEPS_MAX;
        Walk((0..length).map(|_| u8::arbitrary(g)).collect())
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Walk>> {
        Box::new(self.0.shrink().map(Walk))
    }
}

impl Walk {
    fn end(&self, model: &Model) -> World {
        let mut world = model.setup.scope.initial();
        let mut steps = Vec::new();
        for &choice in &self.0 {
            model.steps(&world, &mut steps);
            let Some(&step) = steps.get(usize::from(choice) % steps.len().max(1)) else { break };
            world = model.take(&world, step).world;
        }
        world
    }
}

#[test]
fn a_renamed_world_stands_for_the_same_as_the_world() {
    fn stands_for_the_same(start: Start, walk: Walk) -> bool {
        let (model, group) = explored(&start);
        let world = walk.end(&model);
        let same = |renaming: &Renaming| group.canonical(&renaming.apply(&world)) == group.canonical(&world);
        group.renamings().iter().all(same)
    }
    QuickCheck::new().tests(WALKS).quickcheck(stands_for_the_same as fn(Start, Walk) -> bool);
}

#[test]
fn a_renamed_world_has_the_renamed_successors_and_faults() {
    fn goes_on_the_same(start: Start, walk: Walk) -> bool {
        let (model, group) = explored(&start);
        let world = walk.end(&model);
        let expected = successors(&model, &group, &world);
        group.renamings().iter().all(|renaming| successors(&model, &group, &renaming.apply(&world)) == expected)
    }
    QuickCheck::new().tests(WALKS).quickcheck(goes_on_the_same as fn(Start, Walk) -> bool);
}

/// Two alike that are due at one teardown: the lowest slot goes first, so their names are not interchangeable.
#[test]
fn capsules_are_not_renamed_where_they_can_be_given_up() {
    let keeps_capsules = |scope: &Scope| {
        let mut world = scope.initial();
        (0..scope.capsules).for_each(|slot| world.capsule_mut(slot).pins = slot);
        Group::of(scope).renamings().iter().all(|renaming| renaming.apply(&world).capsules == world.capsules)
    };
    assert!(BUFFER.given.len() == 2 && keeps_capsules(&BUFFER));
    let only_read = Client::Careless(CallSet::of(&[CallKind::Enter, CallKind::Materialise]));
    assert!(!keeps_capsules(&Scope { client: only_read, ..BUFFER }));
}

fn explored(start: &Start) -> (Model, Group) {
    (Model::new(setup(start.0, start.1)), Group::of(&start.0))
}

/// A world as its bytes, which have an order, and its fault.
type NextWorld = (Vec<u8>, Option<Fault>);

/// The canonical successors in an order of their own, each with its fault, and the fault of the world itself.
fn successors(model: &Model, group: &Group, world: &World) -> (Vec<NextWorld>, Option<Violation>) {
    let mut steps = Vec::new();
    model.steps(world, &mut steps);
    let next = steps.iter().map(|&step| group.canonical(&model.take(world, step).world));
    let mut all: Vec<_> = next.map(|next| (next.as_bytes().to_vec(), next.fault())).collect();
    all.sort();
    (all, model.violation(world, steps.is_empty()))
}

#[test]
fn no_renaming_changes_where_a_scope_begins() {
    for scope in SCOPES.iter().chain(DEEP) {
        let group = Group::of(scope);
        let initial = scope.initial();
        for renaming in group.renamings() {
            let same = group.canonical(&renaming.apply(&initial)) == group.canonical(&initial);
            assert!(same, "{renaming:?} changes the beginning of {}", scope.name);
        }
    }
}

#[test]
fn verdicts_and_the_depth_of_every_fault_agree_with_and_without_symmetry() {
    let renamed = sweep::all().iter().filter(|explored| Group::of(&explored.scope).renamings().len() > 1);
    for explored in renamed {
        let reduced = Explorer::new(&explored.model.clone().with_symmetry()).expects(explored.scope.expects).run();
        assert_eq!(reduced.verdict, explored.report.verdict, "{}", explored.place());
        let (with, without) = (sweep::violation_depths(&reduced), sweep::violation_depths(&explored.report));
        assert_eq!(with, without, "{}", explored.place());
        assert!(reduced.states <= explored.report.states, "{}", explored.place());
        assert_eq!(reduced.depth, explored.report.depth, "{}", explored.place());
    }
}

#[test]
fn some_scope_is_reduced() {
    assert!(
        SCOPES.iter().any(|scope| Group::of(scope).renamings().len() > 1),
        "symmetry that never applies proves nothing"
    );
}
