//! Both sides, one script: the first call after which they can be told apart.
//!
//! It sits on top of both sides and alone compares them. [`Pair`] says what is set against what; one that is wrong on
//! purpose shows that the comparison can fail.

use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossinterp_model::defect::DefectSet;
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::expected::{Expected, QUEUE_CAPACITY};
use crate::moves::{Move, scripts};
use crate::observation::{Observation, Told};
use crate::player::Player;
use crate::shrink::{self, Script};

/// What is set against what.
#[derive(Clone, Copy)]
pub struct Pair {
    pub defects: DefectSet,
    pub pending_capacity: usize,
}

impl Pair {
    /// The repaired protocol, and the implementation with as short a queue as the model's.
    pub const FAITHFUL: Pair = Pair { defects: DefectSet::NONE, pending_capacity: QUEUE_CAPACITY as usize };
}

/// A script up to the call after which the two sides differ.
pub struct Divergence {
    threads: u8,
    lines: Vec<String>,
}

/// Looks for a script on which the two differ, and shrinks it.
pub fn explore(pair: Pair, mut runner: TestRunner) -> Result<(), Divergence> {
    // What proptest hands out in the end need not fail: it forgets to take back the last step of its shrinking that
    // went too far.
    let failed = RefCell::new(None);
    let verdict = runner.run(&scripts(pair.defects), |(start, script, seen)| {
        let divergence = refine(pair, start.clone(), &script, seen.as_deref()).err();
        divergence.map_or(Ok(()), |divergence| {
            failed.replace(Some(Script { threads: start.threads(), moves: script }));
            Err(TestCaseError::fail(divergence.to_string()))
        })
    });
    match (verdict, failed.take()) {
        (_, Some(script)) => Err(minimal(pair, script)),
        (Ok(()), None) => Ok(()),
        (Err(reason), None) => panic!("no script could be drawn: {reason}"),
    }
}

/// What is left when nothing more can be left out.
fn minimal(pair: Pair, script: Script) -> Divergence {
    let differs =
        |script: &Script| refine(pair, Expected::new(pair.defects, script.threads), &script.moves, None).err();
    let least = shrink::least(pair.defects, script, |script| differs(script).is_some());
    differs(&least).expect("what differed once differs again: both sides are deterministic")
}

/// Plays the script on both sides, and compares after each call and at the end. The counter tells proptest how far it
/// came.
pub fn refine(pair: Pair, start: Expected, script: &[Move], seen: Option<&AtomicUsize>) -> Result<(), Divergence> {
    let mut player = Player::new(start.threads(), pair.pending_capacity);
    let mut found = Divergence { threads: start.threads(), lines: Vec::new() };
    let mut expected = start;
    for next in script {
        if let Some(seen) = seen {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        expected = expected.after(next);
        let observed = player.play(next);
        found.note(next, expected.seen(), &observed);
        if *expected.seen() != observed {
            return Err(found);
        }
    }
    let totals = player.close();
    found.lines.push(format!("at the end of all -> implementation: {totals:?}"));
    if totals.is_settled() { Ok(()) } else { Err(found) }
}

impl Divergence {
    fn note(&mut self, next: &Move, model: &Observation, implementation: &Observation) {
        if model.told == implementation.told {
            self.lines.push(format!("{next:?} -> {}", model.told));
        } else {
            let (model, implementation) = (model.told, implementation.told);
            self.lines.push(format!("{next:?} -> model: {model}, implementation: {implementation}"));
        }
        for (aspect, model, implementation) in Observation::differences(model, implementation) {
            self.lines.push(format!("    {aspect}: model: {model}; implementation: {implementation}"));
        }
    }

    /// The calls of the script.
    pub fn calls(&self) -> usize {
        self.lines.iter().filter(|line| line.starts_with('T')).count()
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let homes: Vec<_> = (0..self.threads).map(|thread| format!("T{thread} in {thread}")).collect();
        writeln!(f, "{}", homes.join(", "))?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl fmt::Debug for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What both sides show before the first call.
pub fn at_the_start(pair: Pair, threads: u8) -> (Observation, Observation) {
    let player = Player::new(threads, pair.pending_capacity);
    (Expected::new(pair.defects, threads).seen().clone(), player.look(Told::Nothing))
}
