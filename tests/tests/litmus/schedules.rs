//! Loom, wrapped so that it cannot pass in silence.
//!
//! loom takes limits from its environment and stops at them without a word. Here every limit is set by hand, the
//! schedules are counted, and reaching the budget is a failure. Preemptions are bounded by 0, 1, 2, … and then not at all.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use crossinterp_loom::probe::{self, Event};
use crossinterp_loom::sabotage::Sabotage;
use crossinterp_model::litmus::Observation;
use crossinterp_model::scope::Scope;

use crate::{player, table};

/// Schedules that one scenario may take under one bound; the largest takes less than a tenth.
const SCHEDULES_MAX: u64 = 2_000_000;
/// The bounds on preemptions, each tried to its end before the next.
const PREEMPTIONS: [Option<usize>; 4] = [Some(0), Some(1), Some(2), None];

/// What all schedules of a scenario came to.
pub struct Explored {
    pub seen: BTreeSet<Observation>,
    pub schedules: u64,
}

/// A schedule that does not end as the model allows, with as few preemptions as possible.
pub struct Failure {
    preemptions: Option<usize>,
    what: String,
    events: Vec<Event>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = self.preemptions.map_or("any number of".to_owned(), |bound| bound.to_string());
        writeln!(f, "found with {bound} preemptions: {}", self.what)?;
        f.write_str(&table::render(&self.events))
    }
}

/// Runs every schedule of the scenario on the implementation.
pub fn explore(scope: Scope, sabotage: Option<Sabotage>, allowed: &BTreeSet<Observation>) -> Result<Explored, Failure> {
    explore_within(SCHEDULES_MAX, scope, sabotage, allowed)
}

/// The same with a budget of one's own.
pub fn explore_within(
    budget: u64,
    scope: Scope,
    sabotage: Option<Sabotage>,
    allowed: &BTreeSet<Observation>,
) -> Result<Explored, Failure> {
    let mut last = None;
    for preemptions in PREEMPTIONS {
        last = Some(explore_bounded(preemptions, budget, scope, sabotage, allowed)?);
    }
    Ok(last.expect("there are bounds"))
}

/// What the schedules leave behind; loom does not see this lock.
#[derive(Default)]
struct Notes {
    seen: BTreeSet<Observation>,
    schedules: u64,
    /// The steps of the schedule that was not allowed.
    events: Vec<Event>,
}

fn explore_bounded(
    preemptions: Option<usize>,
    budget: u64,
    scope: Scope,
    sabotage: Option<Sabotage>,
    allowed: &BTreeSet<Observation>,
) -> Result<Explored, Failure> {
    let notes = Arc::new(Mutex::new(Notes::default()));
    let (inner, allowed) = (Arc::clone(&notes), allowed.clone());
    let one_schedule = move || {
        drop(probe::take());
        count(&inner, budget);
        let played = player::play(scope, sabotage);
        let refused =
            (!allowed.contains(&played.outcome)).then(|| format!("the model does not allow: {}", played.outcome));
        if let Some(complaint) = played.complaint.or(refused) {
            inner.lock().unwrap_or_else(PoisonError::into_inner).events = played.events;
            panic!("{complaint}");
        }
        inner.lock().unwrap_or_else(PoisonError::into_inner).seen.insert(played.outcome);
    };
    let run = catch_unwind(AssertUnwindSafe(|| builder(preemptions).check(one_schedule)));
    let unfinished = probe::take();
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    run.map_err(|panic| {
        let events = if notes.events.is_empty() { unfinished } else { notes.events.clone() };
        Failure { preemptions, what: message(&*panic), events }
    })?;
    Ok(Explored { seen: notes.seen.clone(), schedules: notes.schedules })
}

fn count(notes: &Mutex<Notes>, budget: u64) {
    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    notes.schedules += 1;
    assert!(notes.schedules <= budget, "the budget of {budget} schedules is used up");
}

/// Every limit by hand: loom would take them from the environment, and stop at them in silence.
fn builder(preemptions: Option<usize>) -> loom::model::Builder {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    builder.max_permutations = None;
    builder.max_duration = None;
    builder.max_branches = 10_000;
    builder.checkpoint_file = None;
    builder.log = false;
    builder.location = false;
    builder
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_else(|| "a panic".to_owned())
}
