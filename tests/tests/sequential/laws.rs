//! Laws that hold of both sides after any history, and all through it.
//!
//! Here quickcheck draws the histories, as numbers that pick among the possible moves. It sits beside the refinement
//! and uses its parts; it does not compare the two sides, but holds each to the same law.

use std::collections::BTreeSet;

use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::defect::DefectSet;
use crossinterp_model::world::{Allocation, CAPSULES_MAX};
use quickcheck::quickcheck;

use crate::expected::{Expected, THREADS_MAX};
use crate::moves::{CALLS_MAX, Move, possible};
use crate::observation::{Fate, Observation, Told};
use crate::player::Player;
use crate::refine::Pair;

/// Both sides, after the same history.
struct Both {
    expected: Expected,
    player: Player,
}

impl Both {
    fn new(threads: u8) -> Both {
        let threads = 1 + threads % THREADS_MAX;
        let expected = Expected::new(DefectSet::NONE, threads);
        Both { expected, player: Player::new(threads, Pair::FAITHFUL.pending_capacity) }
    }

    fn after(threads: u8, picks: &[u16]) -> Both {
        let mut both = Both::new(threads);
        picks.iter().take(CALLS_MAX).for_each(|&pick| drop(both.pick(pick)));
        both
    }

    fn pick(&mut self, pick: u16) -> (Move, [Observation; 2]) {
        let possible = possible(&self.expected);
        let next = possible[usize::from(pick) % possible.len()];
        (next, self.play(next))
    }

    fn play(&mut self, next: Move) -> [Observation; 2] {
        self.expected = self.expected.clone().after(&next);
        [self.expected.seen().clone(), self.player.play(&next)]
    }

    /// A call of the first thread that is still there.
    fn call(&mut self, call: Call) -> [Observation; 2] {
        let thread = (0..THREADS_MAX).find(|&thread| self.expected.has_thread(thread)).expect("one always is");
        self.play(Move { thread, call })
    }

    fn releasable(&self) -> Vec<u8> {
        let releasable = |slot: &u8| {
            let capsule = self.expected.world().capsule(*slot);
            capsule.held() && capsule.view() != Allocation::Live
        };
        (0..CAPSULES_MAX as u8).filter(releasable).collect()
    }
}

#[test]
fn a_second_release_is_refused_and_changes_nothing() {
    fn law(threads: u8, picks: Vec<u16>) -> bool {
        let mut both = Both::after(threads, &picks);
        both.releasable().into_iter().all(|slot| {
            let first = both.call(Call::Release(slot));
            let second = both.call(Call::Release(slot));
            let refused = Told::Outcome(Outcome::Released);
            first.into_iter().zip(second).all(|(first, second)| second == Observation { told: refused, ..first })
        })
    }
    quickcheck(law as fn(u8, Vec<u16>) -> bool);
}

#[test]
fn an_id_that_is_gone_never_comes_back() {
    fn law(threads: u8, picks: Vec<u16>) -> bool {
        let mut both = Both::new(threads);
        let mut gone = [BTreeSet::new(), BTreeSet::new()];
        let mut before = [BTreeSet::new(), BTreeSet::new()];
        picks.iter().take(CALLS_MAX).all(|&pick| {
            let (_, seen) = both.pick(pick);
            seen.iter().zip(&mut gone).zip(&mut before).all(|((seen, gone), before)| {
                let now: BTreeSet<u8> = seen.listed.iter().copied().collect();
                gone.extend(before.difference(&now).copied());
                *before = now;
                gone.is_disjoint(before) && seen.listed.is_sorted()
            })
        })
    }
    quickcheck(law as fn(u8, Vec<u16>) -> bool);
}

#[test]
fn a_freed_payload_stays_freed() {
    fn law(threads: u8, picks: Vec<u16>) -> bool {
        let mut both = Both::new(threads);
        let mut before = [[Fate::Empty; CAPSULES_MAX]; 2];
        picks.iter().take(CALLS_MAX).all(|&pick| {
            let (next, seen) = both.pick(pick);
            let made = matches!(next.call, Call::Convert(_) | Call::FillNamespace | Call::FillNamespaceNoMemory(_));
            seen.iter().zip(&mut before).all(|(seen, before)| {
                let mut pairs = before.iter().zip(&seen.payloads);
                let holds =
                    pairs.all(|(old, new)| made || !matches!(old, Fate::Freed { .. }) || stays_freed(*old, *new));
                *before = seen.payloads;
                holds
            })
        })
    }
    quickcheck(law as fn(u8, Vec<u16>) -> bool);
}

fn stays_freed(old: Fate, new: Fate) -> bool {
    new == old || new == Fate::Empty
}

#[test]
fn an_idle_interpreter_can_be_ended_and_leaves_nothing_behind() {
    fn law(threads: u8, picks: Vec<u16>) -> bool {
        let mut both = Both::after(threads, &picks);
        let seen = both.expected.seen().clone();
        let mut idle = seen.listed.iter().filter(|id| !seen.running.contains(id));
        idle.all(|&id| {
            let seen = both.call(Call::Destroy(id));
            seen.iter().all(|seen| seen.told == Told::Outcome(Outcome::Done) && nothing_is_left(seen, id))
        })
    }
    quickcheck(law as fn(u8, Vec<u16>) -> bool);
}

fn nothing_is_left(seen: &Observation, id: u8) -> bool {
    let listed = seen.listed.contains(&id);
    let waits = seen.waiting.iter().any(|(owner, _)| *owner == id);
    !listed && !waits && !seen.payloads.contains(&Fate::Live { owner: id })
}
