//! Sweeps: every step of a start and of a creation fails once, and an interpreter ends in each way, and the process is
//! looked at.
//!
//! What must hold is stated here, once: a creation that fails leaves the process as it was but for an id, and says why;
//! an end leaves nothing, and everybody is told the truth on the way.

use std::fmt;

use super::ending::{Asked, Moment, Told};
use super::failure::Failure;
use super::process::{MAIN, Process, Setup};
use super::step::{Part, Step, steps};

/// What is wrong with an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A part is left that nobody will give up.
    Left(i64, Part),
    /// The list leads to memory that was freed.
    Dangling(i64),
    /// The process ended, and its caller was told nothing.
    Ended(Failure),
    /// The caller's thread state is not the current one.
    Elsewhere,
    /// Code that could run was told that a type it knows is gone.
    StandIn,
}

/// What came of one thing that was done.
#[derive(Clone, Debug)]
pub struct SweepOutcome {
    /// What was done.
    pub what: String,
    /// The step that failed.
    pub failed: Option<Step>,
    /// Everything that is wrong with it; empty in the safe reading.
    pub broken: Vec<Broken>,
    /// The steps taken.
    pub trace: Vec<String>,
}

impl SweepOutcome {
    /// What was done, and what failed.
    pub fn heading(&self) -> String {
        let failed = self.failed.map(|step| format!(", and a step fails: {step:?}"));
        format!("{}{}", self.what, failed.unwrap_or_default())
    }
}

/// Everything that can be done to one interpreter beside main, with every step failing in turn.
pub fn sweep(setup: Setup) -> Vec<SweepOutcome> {
    let can_fail = steps(setup, false).into_iter().filter(|step| step.can_fail());
    let mut outcomes = vec![creation(setup, None)];
    outcomes.extend(can_fail.map(|step| creation(setup, Some(step))));
    let asked = [Asked::ConvertInt, Asked::CheckInt, Asked::ConvertOther, Asked::FindMissing];
    outcomes.extend([None].into_iter().chain(asked.map(Some)).map(|asked| end(setup, asked)));
    outcomes.extend([left_over(setup), thread_left(setup), fork(setup)]);
    outcomes
}

fn creation(setup: Setup, failed: Option<Step>) -> SweepOutcome {
    let mut process = Process::started(setup);
    let before = process.held().to_vec();
    let made = process.create(failed);
    let mut broken: Vec<_> = made.err().and_then(silent).into_iter().collect();
    if let Ok(id) = made {
        broken.extend(process.end(id, None, &mut Vec::new()).err().map(Broken::Ended));
    }
    broken.extend(beyond(&process, &before));
    judge("an interpreter is made", failed, process, broken)
}

fn end(setup: Setup, asked: Option<Asked>) -> SweepOutcome {
    let mut process = Process::started(setup);
    let before = process.held().to_vec();
    let id = process.create(None).expect("no step fails");
    let mut heard = Vec::new();
    let mut broken: Vec<_> = process.end(id, asked, &mut heard).err().map(Broken::Ended).into_iter().collect();
    if broken.is_empty() {
        broken.extend(beyond(&process, &before));
    }
    broken.extend(stood_in(&heard));
    judge("an interpreter ends, and asks for something all the while", None, process, broken)
}

fn left_over(setup: Setup) -> SweepOutcome {
    let mut process = Process::started(setup);
    process.create(None).expect("no step fails");
    let failure = process.finish(None, &mut Vec::new()).err();
    let mut broken: Vec<_> = failure.map(Broken::Ended).into_iter().collect();
    broken.extend(process.held().iter().map(|&(id, part)| Broken::Left(id, part)));
    judge("the process ends with an interpreter left", None, process, broken)
}

fn thread_left(setup: Setup) -> SweepOutcome {
    let mut process = Process::started(setup);
    let id = process.create(None).expect("no step fails");
    process.leave_thread(id);
    let broken = process.end(id, None, &mut Vec::new()).err().map(Broken::Ended);
    judge("an interpreter ends in which a thread is left", None, process, broken.into_iter().collect())
}

fn fork(setup: Setup) -> SweepOutcome {
    let mut process = Process::started(setup);
    let before = process.held().to_vec();
    process.create(None).expect("no step fails");
    let broken = match process.fork() {
        Ok(child) => beyond(&child, &before),
        Err(failure) => vec![Broken::Ended(failure)],
    };
    judge("a process forks that has two interpreters", None, process, broken)
}

/// A failure that the caller cannot handle.
fn silent(failure: Failure) -> Option<Broken> {
    (!matches!(failure, Failure::Raised(_))).then_some(Broken::Ended(failure))
}

/// What is there that was not, and what is not as it was.
fn beyond(process: &Process, before: &[(i64, Part)]) -> Vec<Broken> {
    let left = process.held().iter().filter(|held| !before.contains(held));
    // A place on the list is told of by what it leads to.
    let mut broken: Vec<_> = left
        .filter(|(id, part)| *part != Part::Entry || process.holds(*id, Part::Structure))
        .map(|&(id, part)| Broken::Left(id, part))
        .collect();
    broken.extend(process.dangling().into_iter().map(Broken::Dangling));
    broken.extend((process.current() != Some(MAIN)).then_some(Broken::Elsewhere));
    broken
}

fn stood_in(heard: &[Moment]) -> Option<Broken> {
    heard.iter().any(|moment| moment.told == Some(Told::RefusedByStandIn)).then_some(Broken::StandIn)
}

fn judge(what: &str, failed: Option<Step>, process: Process, broken: Vec<Broken>) -> SweepOutcome {
    SweepOutcome { what: what.to_owned(), failed, broken, trace: process.trace().to_vec() }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Left(id, part) => write!(f, "left behind: {} of {id}", part.name()),
            Broken::Dangling(id) => write!(f, "the list leads to {id}, which was freed"),
            Broken::Ended(Failure::Exit(_)) => f.write_str("the process exits"),
            Broken::Ended(_) => f.write_str("the process dies"),
            Broken::Elsewhere => f.write_str("the caller's thread state is not current"),
            Broken::StandIn => f.write_str("an error is raised by a type that stands in for another"),
        }
    }
}

/// One line for what was done, one for each step, one for each thing that is wrong.
impl fmt::Display for SweepOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.heading())?;
        self.trace.iter().try_for_each(|step| write!(f, "\n  {step}"))?;
        self.broken.iter().try_for_each(|broken| write!(f, "\n  => {broken}"))
    }
}
