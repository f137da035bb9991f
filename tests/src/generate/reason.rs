//! What generated scenarios do not cover, and why not.
//!
//! What there is to cover is asked of the model: the branches that a search of scopes takes, with its threads one call at a
//! time and mixed, with faults and without. It searches, so it is not cheap; it changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crossinterp_model::Model;
use crossinterp_model::branch::Branch;
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::{Explorer, Space, Tally};
use crossinterp_model::fault::Violation;
use crossinterp_model::scope::{Scope, Setup};
use crossinterp_model::step::{Pc, Step};
use crossinterp_model::world::World;

use super::item::{Item, Items};
use super::vocabulary::{Era, LEFT_OUT, Stage, templates};
use crate::exercise;

/// Why something is not covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Another thread has to step in the middle of the call.
    AnotherThread,
    /// Memory has to run out, or something else has to fail on purpose.
    Fault,
    /// No verb runs the step in the world: the module's sequential reading has an engine of its own for it.
    OwnEngine,
    /// No edition has both verbs.
    NoEdition,
    /// The verb is left out of the vocabulary, for that reason.
    LeftOut(&'static str),
    /// No sequence led there within the bounds: so many interpreters, capsules and places in a queue, a client that keeps its
    /// contract, operations that ask before they call what would refuse, and the vocabulary.
    Bounds,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::AnotherThread => "needs another thread in the middle of a call",
            Reason::Fault => "needs something to fail on purpose",
            Reason::OwnEngine => "no verb runs the step: it is played by an engine of its own",
            Reason::NoEdition => "no edition has both verbs",
            Reason::LeftOut(why) => return write!(f, "left out: {why}"),
            Reason::Bounds => "out of reach within the bounds of the vocabulary",
        })
    }
}

/// The pairs of verbs that are not covered in any edition, with the reason. Verbs that are left out are told alone.
pub fn missing_pairs(covered: &Items) -> BTreeMap<(String, String), Reason> {
    let verbs = |era| -> BTreeSet<String> {
        templates(Stage::Core, era).into_iter().map(|template| template.call.verb).collect()
    };
    let (old, new) = (verbs(Era::Old), verbs(Era::New));
    let all: Vec<_> = old.union(&new).collect();
    let has = |first: &String, second: &String| {
        let pair = |edition| Item::Pair(edition, first.clone(), second.clone());
        Edition::ALL.into_iter().any(|edition| covered.contains(&pair(edition)))
    };
    let together = |first, second| [&old, &new].into_iter().any(|era| era.contains(first) && era.contains(second));
    let pairs = all.iter().flat_map(|first| all.iter().map(move |second| (*first, *second)));
    let missing = pairs.filter(|(first, second)| !has(first, second));
    let reason = |first, second| if together(first, second) { Reason::Bounds } else { Reason::NoEdition };
    missing.map(|(first, second)| ((first.clone(), second.clone()), reason(first, second))).collect()
}

/// The verbs that are left out.
pub fn left_out() -> impl Iterator<Item = (&'static str, Reason)> {
    LEFT_OUT.iter().map(|(verb, why)| (*verb, Reason::LeftOut(why)))
}

/// The branches of steps that searches of these scopes take in the edition and that are not covered there, with the reason.
pub fn missing_branches(scopes: &[Scope], edition: Edition, covered: &Items) -> BTreeMap<Branch, Reason> {
    let taken = |mixed, faults| -> BTreeSet<Branch> {
        scopes.iter().flat_map(|scope| branches(Scope { faults, ..*scope }, edition, mixed)).collect()
    };
    let (all, one_by_one, calm) = (taken(true, true), taken(false, true), taken(false, false));
    let is_covered = |branch: &Branch| covered.contains(&Item::Branch(edition, exercise::Branch::Step(*branch)));
    let reason = |branch: &Branch| match () {
        () if !is_run_by_a_verb(branch.at) => Reason::OwnEngine,
        () if !one_by_one.contains(branch) => Reason::AnotherThread,
        () if !calm.contains(branch) => Reason::Fault,
        () => Reason::Bounds,
    };
    all.iter().filter(|branch| !is_covered(branch)).map(|branch| (*branch, reason(branch))).collect()
}

/// Whether an operation of the module has the step run in its world.
fn is_run_by_a_verb(pc: Pc) -> bool {
    let name = format!("{pc:?}");
    let other_engines =
        ["Type", "Names", "Name", "Body", "Exit", "Unpickle", "Runtime", "Fork", "CreateFails", "EndLate"];
    let of_sessions = [Pc::EnterConvert, Pc::EnterNamespace, Pc::EnterApply, Pc::EnterAskAgain];
    let of_calls = [Pc::CallLookUp, Pc::CallHandOver, Pc::QueueNoMemory, Pc::ListWalk];
    let elsewhere = of_sessions.contains(&pc) || of_calls.contains(&pc);
    !elsewhere && !other_engines.iter().any(|start| name.starts_with(start))
}

/// The branches that a search takes.
fn branches(scope: Scope, edition: Edition, mixed: bool) -> BTreeSet<Branch> {
    let model = Model::new(Setup::new(scope, edition));
    let watched = Watched { model, mixed, seen: Mutex::new(BTreeSet::new()) };
    let _ = Explorer::new(&watched).workers(1).run();
    watched.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// A model whose branches are taken down. Unless calls are mixed, each runs to its end before the next begins.
struct Watched {
    model: Model,
    mixed: bool,
    seen: Mutex<BTreeSet<Branch>>,
}

impl Space for Watched {
    type State = World;
    type Action = Step;

    fn initial(&self) -> World {
        Space::initial(&self.model)
    }

    fn actions(&self, world: &World, out: &mut Vec<Step>) {
        Space::actions(&self.model, world, out);
        let busy = world.threads.iter().position(|thread| thread.exists() && is_under_way(thread.pc()));
        if let (false, Some(busy)) = (self.mixed, busy) {
            out.retain(|step| usize::from(step.thread()) == busy);
        }
    }

    fn apply(&self, world: &mut World, step: Step, _: &mut Tally) {
        let successor = self.model.take(world, step);
        let branch = Branch::of(step, &successor);
        *world = successor.world;
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(branch);
    }

    /// Nothing is judged here; a world with a fault has no steps.
    fn violation(&self, _: &World, _: bool) -> Option<Violation> {
        None
    }
}

fn is_under_way(pc: Pc) -> bool {
    !matches!(pc, Pc::Idle | Pc::Gone | Pc::Hung)
}
