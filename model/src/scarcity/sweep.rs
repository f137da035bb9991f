//! One task with everything refused that it asks for, once and from then on; and what must hold of each run.
//!
//! What must hold is stated here, once: nothing is left when everything was given up, nothing was done to memory that must
//! never be, whoever asked is told of the lack, and giving up asks for nothing: it gets through when there is no memory at all.

use std::fmt;

use super::scene::{Scene, Types};
use super::task::Task;
use super::told::Told;
use crate::convert::{Misuse, Plan};
use crate::defect::DefectSet;

/// Which text is followed, and whose allocations are counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// Defects in the safe reading.
    pub defects: DefectSet,
    /// Blocks that are granted without being asked for, by name: those that an implementation does without.
    pub overlooked: &'static [&'static str],
}

/// What is wrong with a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Something is left that nobody will give up.
    Left(Vec<String>),
    /// Something was done that must never be.
    Misused(Misuse),
    /// Memory was refused, and nobody is told.
    Untold,
    /// What is told is something else although nothing was refused that was asked for.
    Changed,
    /// Something failed, and there is no error.
    NoError,
    /// Giving up asked for memory.
    AskedAtRest,
}

/// One task played once.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was refused.
    pub plan: Plan,
    /// What whoever asked was told.
    pub told: Told,
    /// What was asked for, by name, granted or not.
    pub points: Vec<&'static str>,
    /// Everything that is wrong with it.
    pub broken: Vec<Broken>,
}

/// A task with nothing refused, and with each refusal.
#[derive(Clone, Debug)]
pub struct Swept {
    /// With nothing refused.
    pub unhindered: Run,
    /// With each point refused, once and from then on; and the last with everything refused that comes after them.
    pub runs: Vec<Run>,
}

/// The task with everything refused that it asks for.
pub fn sweep(task: &Task, reading: Reading) -> Swept {
    let unhindered = play(task, reading, Plan::Never);
    let count = u32::try_from(unhindered.points.len()).expect("fewer than that");
    let refusing = (0..count).flat_map(|index| [Plan::At(index), Plan::From(index)]);
    let mut runs: Vec<Run> = refusing.map(|plan| play(task, reading, plan)).collect();
    for run in &mut runs {
        run.broken.extend((!run.told.owns_up(&unhindered.told)).then_some(Broken::Untold));
    }
    let mut last = play(task, reading, Plan::From(count));
    last.broken.extend((last.told != unhindered.told).then_some(Broken::Changed));
    runs.push(last);
    Swept { unhindered, runs }
}

/// The task with one refusal, or none. That a refusal is told is for [`sweep()`] to see.
pub fn play(task: &Task, reading: Reading, plan: Plan) -> Run {
    let mut types = Types;
    let mut scene = Scene::new(&mut types, reading.defects);
    scene.conversion.ledger_mut().overlook(reading.overlooked);
    let told = scene.perform(&task.work, plan);
    let points = scene.conversion.ledger().points().to_vec();
    scene.rest();
    let mut broken = Vec::new();
    let left = scene.left();
    if !left.is_empty() {
        broken.push(Broken::Left(left));
    }
    broken.extend(scene.conversion.ledger().misuses().iter().copied().map(Broken::Misused));
    broken.extend(told.lacks_an_error().then_some(Broken::NoError));
    broken.extend((scene.conversion.ledger().points().len() > points.len()).then_some(Broken::AskedAtRest));
    Run { plan, told, points, broken }
}

impl Swept {
    /// Every run, the first without a refusal.
    pub fn all(&self) -> impl Iterator<Item = &Run> {
        std::iter::once(&self.unhindered).chain(&self.runs)
    }

    /// How many allocations it asks for.
    pub fn points(&self) -> usize {
        self.unhindered.points.len()
    }

    /// The first run with something wrong.
    pub fn first_broken(&self) -> Option<&Run> {
        self.all().find(|run| !run.broken.is_empty())
    }
}

impl Broken {
    /// Whether it is that something failed and nobody hears of it, rather than that something is left.
    pub fn is_silence(&self) -> bool {
        matches!(self, Broken::Untold | Broken::NoError | Broken::Changed)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Left(left) => write!(f, "left behind: {}", left.join(", ")),
            Broken::Misused(misuse) => write!(f, "{misuse}"),
            Broken::Untold => f.write_str("memory was refused, and nobody is told"),
            Broken::Changed => f.write_str("nothing was refused, and something else is told"),
            Broken::NoError => f.write_str("it failed, and there is no error"),
            Broken::AskedAtRest => f.write_str("giving up asked for memory"),
        }
    }
}

/// What was refused, what was told, and what is wrong.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |index: u32| self.points.get(index as usize).copied().unwrap_or("nothing");
        match self.plan {
            Plan::Never => f.write_str("nothing is refused")?,
            Plan::At(index) => write!(f, "{} is refused (allocation {index})", name(index))?,
            Plan::From(index) => write!(f, "everything is refused from {} on (allocation {index})", name(index))?,
        }
        write!(f, ": {}", self.told)?;
        self.broken.iter().try_for_each(|broken| write!(f, "\n  => {broken}"))
    }
}
