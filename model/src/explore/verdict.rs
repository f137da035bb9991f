//! Verdicts: what a search may say, and no more.

use crate::fault::Violation;
use crate::witness::Witness;

use super::Tally;

/// What cut a search short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// So many states were visited and some were left.
    States(u64),
    /// States of that depth were reached and some were left.
    Depth(u32),
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every reachable state was visited, none violates a property, and everything expected was met. The only verdict
    /// that may be printed as "verified".
    Exhausted,
    /// The search was cut short: nothing follows for the states it did not see.
    Bounded {
        /// What cut it short.
        by: Bound,
    },
    /// Some state violates a property. The traces are in the report.
    Refuted,
    /// Every state was visited and none is wrong, but a situation that the scope is about was never met.
    Vacuous {
        /// The situation.
        missing: Witness,
    },
}

impl Verdict {
    /// The word for it in tables.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Exhausted => "verified",
            Verdict::Bounded { .. } => "bounded",
            Verdict::Refuted => "refuted",
            Verdict::Vacuous { .. } => "vacuous",
        }
    }
}

/// One way in which a space is refuted: a violation, and a shortest path to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refutation<A> {
    /// What is violated, and where.
    pub violation: Violation,
    /// The steps from the initial state: no path to this violation is shorter.
    pub path: Vec<A>,
}

/// A verdict, and the figures behind it.
#[derive(Clone, Debug)]
pub struct Report<A> {
    /// The verdict.
    pub verdict: Verdict,
    /// Each distinct violation that was found, the shortest first, with its path.
    pub refutations: Vec<Refutation<A>>,
    /// Whether every reachable state was visited, refuted or not.
    pub complete: bool,
    /// Distinct states visited.
    pub states: u64,
    /// Transitions taken.
    pub transitions: u64,
    /// Steps from the initial state to the farthest one.
    pub depth: u32,
    /// Rules and witnesses.
    pub tally: Tally,
    /// Bytes of the table of visited states.
    pub table_bytes: u64,
    /// Bytes of the two frontiers at their widest.
    pub frontier_bytes: u64,
}
