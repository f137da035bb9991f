//! The explorer: breadth-first, one level after the other, each level shared out among the workers.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use crate::fault::Violation;
use crate::witness::WitnessSet;

use super::table::{DEPTH_MAX, Fingerprint, ShortPrint, Table};
use super::{Bound, Refutation, Report, Space, Tally, Verdict};

/// States that a worker takes at a time.
const CHUNK: usize = 512;
/// Successors that are entered into the table together.
const BATCH: usize = 16;
/// Below this many states a level is not worth sharing out.
const SHARE_MIN: usize = 4096;
/// Successors that a state is assumed to have at most, when the table is made ready for a round.
const BRANCH_MAX: usize = 128;

/// How far a search has come, for those who want to watch.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Distinct states so far.
    pub states: u64,
    /// Depth of the level that was finished.
    pub depth: u32,
    /// States waiting on the next level.
    pub waiting: u64,
}

/// A search to be made.
#[must_use = "an explorer does nothing until it runs"]
pub struct Explorer<'a, S: Space> {
    space: &'a S,
    workers: usize,
    states_max: u64,
    stop_at: Option<&'a (dyn Fn(Violation) -> bool + Sync)>,
    expects: WitnessSet,
    watch: Option<&'a (dyn Fn(Progress) + Sync)>,
}

impl<'a, S: Space> Explorer<'a, S> {
    /// Explores everything, on as many workers as the machine has, and finds every fault.
    pub fn new(space: &'a S) -> Self {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        Explorer { space, workers, states_max: u64::MAX, stop_at: None, expects: WitnessSet::default(), watch: None }
    }

    /// Uses so many workers. What is found does not depend on it.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers.max(1);
        self
    }

    /// Gives up after so many states; the verdict is then `Bounded`.
    pub fn states_max(mut self, states: u64) -> Self {
        self.states_max = states;
        self
    }

    /// Stops after the level on which the first fault is found.
    pub fn stop_at_first(self) -> Self {
        self.stop_at(&|_| true)
    }

    /// Stops after the level on which a violation of that kind is found.
    pub fn stop_at(mut self, wanted: &'a (dyn Fn(Violation) -> bool + Sync)) -> Self {
        self.stop_at = Some(wanted);
        self
    }

    /// Requires these situations to be met; otherwise the verdict is `Vacuous`.
    pub fn expects(mut self, witnesses: WitnessSet) -> Self {
        self.expects = witnesses;
        self
    }

    /// Is told after every level.
    pub fn watch(mut self, watch: &'a (dyn Fn(Progress) + Sync)) -> Self {
        self.watch = Some(watch);
        self
    }

    /// Runs the search.
    pub fn run(self) -> Report<S::Action> {
        let mut search = Search::new(&self);
        while search.go_on() {
            search.level();
        }
        search.report()
    }
}

/// A state in which a fault was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    depth: u32,
    violation: Violation,
    state: Fingerprint,
}

struct Search<'a, 'b, S: Space> {
    plan: &'b Explorer<'a, S>,
    table: Table,
    frontier: Vec<S::State>,
    found: Vec<Found>,
    tally: Tally,
    states: u64,
    transitions: u64,
    depth: u32,
    widest: usize,
}

/// What one worker brings back from its share of a round.
struct Share<S: Space> {
    next: Vec<S::State>,
    /// Successors that are not in the table yet, each with its parent.
    reached: Vec<(Fingerprint, Fingerprint, S::State)>,
    found: Vec<Found>,
    tally: Tally,
    transitions: u64,
}

impl<'a, 'b, S: Space> Search<'a, 'b, S> {
    fn new(plan: &'b Explorer<'a, S>) -> Self {
        let initial = plan.space.initial();
        let table = Table::new();
        table.insert(Fingerprint::of(&initial), None, 0);
        Search {
            plan,
            table,
            frontier: vec![initial],
            found: Vec::new(),
            tally: Tally::default(),
            states: 1,
            transitions: 0,
            depth: 0,
            widest: 1,
        }
    }

    fn go_on(&self) -> bool {
        let wanted = |stop: &(dyn Fn(Violation) -> bool + Sync)| self.found.iter().any(|found| stop(found.violation));
        let enough = self.plan.stop_at.is_some_and(wanted);
        !self.frontier.is_empty() && !enough && self.bound().is_none()
    }

    fn bound(&self) -> Option<Bound> {
        if self.frontier.is_empty() {
            return None;
        }
        if self.states >= self.plan.states_max {
            return Some(Bound::States(self.states));
        }
        (self.depth >= DEPTH_MAX).then_some(Bound::Depth(self.depth))
    }

    /// Expands the whole frontier, in rounds for which the table has room.
    fn level(&mut self) {
        let frontier = std::mem::take(&mut self.frontier);
        let mut begun = 0;
        while begun < frontier.len() {
            let round = self.make_room(frontier.len() - begun);
            for share in self.round(&frontier[begun..begun + round]) {
                self.take_in(share);
            }
            begun += round;
        }
        self.widest = self.widest.max(frontier.len() + self.frontier.len());
        self.depth += u32::from(!self.frontier.is_empty());
        if let Some(watch) = self.plan.watch {
            watch(Progress { states: self.states, depth: self.depth, waiting: self.frontier.len() as u64 });
        }
    }

    /// How many states of the frontier the table can take the successors of; it grows rather than take few.
    fn make_room(&mut self, waiting: usize) -> usize {
        loop {
            let free = self.table.capacity().saturating_sub(self.states as usize);
            let round = waiting.min(free / BRANCH_MAX);
            if round >= waiting.min(SHARE_MIN) && round > 0 {
                return round;
            }
            self.table.grow();
        }
    }

    fn round(&self, states: &[S::State]) -> Vec<Share<S>> {
        let cursor = AtomicUsize::new(0);
        if states.len() < SHARE_MIN || self.plan.workers == 1 {
            return vec![self.work(states, &cursor)];
        }
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.plan.workers).map(|_| scope.spawn(|| self.work(states, &cursor))).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    fn work(&self, states: &[S::State], cursor: &AtomicUsize) -> Share<S> {
        let mut share = Share {
            next: Vec::new(),
            reached: Vec::with_capacity(2 * BATCH),
            found: Vec::new(),
            tally: Tally::default(),
            transitions: 0,
        };
        let mut actions = Vec::new();
        loop {
            let begin = cursor.fetch_add(CHUNK, Relaxed);
            if begin >= states.len() {
                self.enter(&mut share);
                return share;
            }
            for state in &states[begin..states.len().min(begin + CHUNK)] {
                self.expand(state, &mut actions, &mut share);
            }
        }
    }

    fn expand(&self, state: &S::State, actions: &mut Vec<S::Action>, share: &mut Share<S>) {
        let space = self.plan.space;
        let fingerprint = Fingerprint::of(state);
        space.actions(state, actions);
        assert!(actions.len() <= BRANCH_MAX, "a state has more successors than the table made room for");
        if let Some(violation) = space.violation(state, actions.is_empty()) {
            share.found.push(Found { depth: self.depth, violation, state: fingerprint });
        }
        for &action in actions.iter() {
            // Copied once, into its place, and stepped there: copies are a good part of what a transition costs.
            share.reached.push((fingerprint, fingerprint, *state));
            if let Some((own, _, next)) = share.reached.last_mut() {
                space.apply(next, action, &mut share.tally);
                *own = Fingerprint::of(next);
            }
        }
        share.transitions += actions.len() as u64;
        if share.reached.len() >= BATCH {
            self.enter(share);
        }
    }

    /// Enters what was reached. All slots are touched first: the misses of a batch then overlap instead of queueing up.
    fn enter(&self, share: &mut Share<S>) {
        std::hint::black_box(share.reached.iter().map(|reached| self.table.touch(reached.0)).fold(0, |a, b| a ^ b));
        for (state, parent, next) in share.reached.drain(..) {
            if self.table.insert(state, Some(parent), self.depth + 1) {
                share.next.push(next);
            }
        }
    }

    fn take_in(&mut self, share: Share<S>) {
        self.states += share.next.len() as u64;
        self.transitions += share.transitions;
        self.tally.add(&share.tally);
        self.found.extend(share.found);
        self.keep_the_least();
        if self.frontier.is_empty() {
            self.frontier = share.next;
        } else {
            self.frontier.extend(share.next);
        }
    }

    /// Of each violation only the least state is kept: the same one, however the work was shared out.
    fn keep_the_least(&mut self) {
        self.found.sort_by_key(|found| (found.violation, found.depth, found.state));
        self.found.dedup_by_key(|found| found.violation);
    }

    fn report(mut self) -> Report<S::Action> {
        self.found.sort();
        let bound = self.bound();
        let complete = self.frontier.is_empty();
        let missing = self.plan.expects.minus(self.tally.met()).iter().next();
        let verdict = match (bound, missing) {
            _ if !self.found.is_empty() => Verdict::Refuted,
            (Some(by), _) => Verdict::Bounded { by },
            (None, Some(missing)) => Verdict::Vacuous { missing },
            (None, None) => Verdict::Exhausted,
        };
        Report {
            verdict,
            refutations: self.found.iter().map(|found| self.refutation(found)).collect(),
            complete,
            states: self.states,
            transitions: self.transitions,
            depth: self.depth,
            tally: self.tally.clone(),
            table_bytes: self.table.bytes(),
            frontier_bytes: (self.widest * size_of::<S::State>()) as u64,
        }
    }

    fn refutation(&self, found: &Found) -> Refutation<S::Action> {
        let mut prints = vec![found.state.short()];
        while let Some(parent) = self.table.parent(prints[prints.len() - 1]) {
            prints.push(parent);
        }
        prints.reverse();
        let path = self.replay(&prints[1..]);
        assert_eq!(path.len(), found.depth as usize, "a path is as long as its state is deep");
        Refutation { violation: found.violation, path }
    }

    /// Finds the steps that lead through these states: the first that fits, at each.
    fn replay(&self, prints: &[ShortPrint]) -> Vec<S::Action> {
        let space = self.plan.space;
        let mut state = space.initial();
        let mut path = Vec::with_capacity(prints.len());
        let mut actions = Vec::new();
        for &wanted in prints {
            space.actions(&state, &mut actions);
            let leads_there = |&action: &S::Action| {
                let mut next = state;
                space.apply(&mut next, action, &mut Tally::default());
                (Fingerprint::of(&next).short() == wanted).then_some((action, next))
            };
            let (action, next) = actions.iter().find_map(leads_there).expect("a link leads from a parent to its child");
            path.push(action);
            state = next;
        }
        path
    }
}
