//! One task on both sides, refusal by refusal; and the sums over all tasks of an operation.

use std::collections::BTreeSet;

use crossinterp_model::convert::Plan;
use crossinterp_model::scarcity::{Operation, Reading, Run, Swept, Task, Word, sweep, tasks};
use serde::Serialize;

use super::OVERLOOKED;
use super::play::{Mistake, Played, play};

/// One task, swept on both sides.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The task.
    pub task: Task,
    /// The model with everything it asks for.
    pub whole: Swept,
    /// The model without what the implementation does without.
    pub shared: Swept,
    /// The implementation, run for run beside the shared one.
    pub played: Vec<Played>,
}

/// An operation, summed up over its samples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The operation.
    pub operation: &'static str,
    /// How many samples it is done with.
    pub samples: usize,
    /// Allocations that the model asks for.
    pub points: usize,
    /// Those of them that the implementation asks for.
    pub points_shared: usize,
    /// Runs of the model, those without a refusal among them.
    pub runs_model: usize,
    /// Runs of the implementation.
    pub runs: usize,
    /// Runs that leave something, on either side.
    pub leaks: usize,
    /// Runs in which something failed and nobody is told, or something else, on either side.
    pub without_error: usize,
    /// Runs in which the two sides differ.
    pub disagreements: usize,
    /// What was told, in words.
    pub told: Vec<String>,
}

/// Sweeps a task on both sides.
pub fn compare(task: &Task, mut reading: Reading, mistake: Option<Mistake>) -> Compared {
    let whole = sweep(task, reading);
    reading.overlooked = &OVERLOOKED;
    let shared = sweep(task, reading);
    let played = shared.all().map(|run| play(task, run.plan, mistake)).collect();
    Compared { task: task.clone(), whole, shared, played }
}

/// The first thing that the two sides, or one of them, have wrong.
pub fn first_disagreement(compared: &Compared) -> Option<String> {
    let wrong = |run: &Run, what: String| Some(format!("{}: {run}\n  {what}", compared.task));
    let broken = compared.whole.first_broken().or_else(|| compared.shared.first_broken());
    if let Some(run) = broken {
        return wrong(run, "in the model".to_owned());
    }
    compared.pairs().find_map(|(run, played)| match played.wrong.first() {
        Some(left) => wrong(run, format!("in the implementation: {left}")),
        None if !agrees(run, played) => {
            wrong(run, format!("the implementation tells {}, and was granted {}", played.told, played.granted))
        }
        None => None,
    })
}

/// All operations.
pub fn rows() -> Vec<Row> {
    let tasks = tasks();
    Operation::ALL.into_iter().map(|operation| row(operation, &tasks)).collect()
}

/// One operation, over those of the tasks that are of it.
pub fn row(operation: Operation, tasks: &[Task]) -> Row {
    let of_it = tasks.iter().filter(|task| task.operation == operation);
    let all: Vec<Compared> = of_it.map(|task| compare(task, Reading::default(), None)).collect();
    let sum = |count: fn(&Compared) -> usize| all.iter().map(count).sum();
    Row {
        operation: operation.name(),
        samples: all.len(),
        points: sum(|it| it.whole.points()),
        points_shared: sum(|it| it.shared.points()),
        runs_model: sum(|it| it.whole.all().count()),
        runs: sum(|it| it.played.len()),
        leaks: sum(Compared::leaks),
        without_error: sum(Compared::without_error),
        disagreements: sum(|it| it.pairs().filter(|(run, played)| !agrees(run, played)).count()),
        told: words(&all),
    }
}

/// In the order of the words, which is that of the codes.
fn words(all: &[Compared]) -> Vec<String> {
    let runs = all.iter().flat_map(|it| it.whole.all());
    let words: BTreeSet<Word> = runs.map(|run| run.told.word).collect();
    words.into_iter().map(|word| word.to_string()).collect()
}

/// The same is told, and without a refusal the same number of times memory was asked for; with one, as often as it takes.
fn agrees(run: &Run, played: &Played) -> bool {
    let granted = run.points.iter().zip(0..).filter(|&(_, index)| match run.plan {
        Plan::Never => true,
        Plan::At(at) => index != at,
        Plan::From(from) => index < from,
    });
    played.told == run.told && played.granted == granted.count() as u64
}

impl Compared {
    /// Each run that both sides made, with what each came to.
    pub fn pairs(&self) -> impl Iterator<Item = (&Run, &Played)> {
        self.shared.all().zip(&self.played)
    }

    fn leaks(&self) -> usize {
        let leaves = |run: &&Run| run.broken.iter().any(|broken| !broken.is_silence());
        let in_model = self.whole.all().filter(leaves).count();
        in_model + self.played.iter().filter(|played| !played.wrong.is_empty()).count()
    }

    /// The implementation is held to what the model tells: here it counts if that is not what the model's runs must tell.
    fn without_error(&self) -> usize {
        let untold = |run: &&Run| run.broken.iter().any(|broken| broken.is_silence());
        self.whole.all().filter(untold).count() + self.shared.all().filter(untold).count()
    }
}
