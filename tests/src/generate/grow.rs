//! Growing scenarios: call after call, each time the one that exercises most of what no scenario has exercised yet.
//!
//! A chain begins with something of each kind, so that pairs which need two of a kind are there for the taking. When no
//! call brings anything new, one is made that leads to a verb with pairs left, or that replaces what was used up; when that
//! does not help either, the chain ends. Everything is in a fixed order, so that the same scenarios come of it each time.

use std::collections::BTreeSet;

use super::blame::Blame;
use super::chain::{Chain, Link, Tried};
use super::item::Items;
use super::pairs::Pairs;
use super::vocabulary::{Era, Kind, Stage, Template, templates};

/// Calls of one scenario: it must still be read, and a runtime that fails early leaves the rest unseen.
const LENGTH_MAX: usize = 200;
/// Calls without anything new, one after the other.
const FUTILE_MAX: usize = 6;
/// Calls that are weighed against each other at a time.
const TRIED_MAX: usize = 12;
/// What a scenario must bring that none before it has.
const GAIN_MIN: usize = 3;
/// What a chain begins with.
const START: [Kind; 9] = [
    Kind::Interpreter,
    Kind::Interpreter,
    Kind::Kept,
    Kind::Memory,
    Kind::Capsule,
    Kind::Capsule,
    Kind::Struct,
    Kind::Namespace,
    Kind::Namespace,
];

/// What is done, by which verb, when there is nothing for a slot.
const PREPARATIONS: [(char, &str); 2] = [('S', "xid_init"), ('H', "hold")];
/// With so many interpreters there is no room for another.
const CROWD: usize = 3;

/// Grows chains until none brings anything new.
pub struct Grower {
    era: Era,
    templates: Vec<Template>,
    covered: Items,
    uses: Vec<usize>,
    pairs: Pairs,
    blame: Blame,
    /// Templates whose outcome could not be explained in the chain under way.
    refused: BTreeSet<usize>,
}

impl Grower {
    /// What was covered by others need not be covered again.
    pub fn new(stage: Stage, era: Era, covered: Items) -> Grower {
        let templates = templates(stage, era);
        let pairs = Pairs::new(era, &templates, &covered);
        Grower {
            era,
            uses: vec![0; templates.len()],
            templates,
            covered,
            pairs,
            blame: Blame::default(),
            refused: BTreeSet::new(),
        }
    }

    /// What is covered by now.
    pub fn covered(self) -> Items {
        self.covered
    }

    /// The next chain, if it brings enough.
    pub fn next_chain(&mut self) -> Option<Vec<Link>> {
        let before = self.covered.len();
        self.refused.clear();
        let mut chain = Chain::new(self.era);
        for kind in START {
            self.make(&mut chain, kind);
        }
        let mut useful = self.grow(chain);
        self.end(&mut useful);
        (self.covered.len() - before >= GAIN_MIN).then(|| useful.into_links())
    }

    /// Goes on until nothing new is in reach; what comes after the last call that brought something is left off.
    fn grow(&mut self, mut chain: Chain) -> Chain {
        let mut useful = chain.clone();
        let mut futile = 0;
        while chain.links().len() < LENGTH_MAX && futile <= FUTILE_MAX {
            if self.step(&mut chain) {
                futile = 0;
                useful = chain.clone();
            } else if self.lead_on(&mut chain) {
                futile += 1;
            } else {
                break;
            }
        }
        useful
    }

    fn gain(&self, tried: &Tried) -> usize {
        tried.items().iter().filter(|item| !self.covered.contains(item)).count()
    }

    /// Makes the call that brings most, if any brings something.
    fn step(&mut self, chain: &mut Chain) -> bool {
        let last = chain.last().unwrap_or_default().to_owned();
        let mut found: Vec<(usize, usize, usize, Tried)> = Vec::new();
        for index in self.in_line(&last) {
            let verb = &self.templates[index].call.verb;
            match self.best_of(chain, &self.templates[index]) {
                Some((gain, tried)) if gain > 0 => found.push((gain, self.pairs.left(verb), index, tried)),
                Some(_) => {}
                None => self.pairs.failed(&last, verb),
            }
            if found.len() == TRIED_MAX {
                break;
            }
        }
        found.sort_by_key(|(gain, left, index, _)| (*gain, *left, usize::MAX - *index));
        while let Some((.., index, tried)) = found.pop() {
            if self.take(chain, index, tried) {
                return true;
            }
        }
        false
    }

    /// The templates that could bring something after that verb, those first that were used least.
    fn in_line(&self, last: &str) -> Vec<usize> {
        let could = |&index: &usize| self.uses[index] == 0 || self.pairs.is_new(last, &self.templates[index].call.verb);
        let mut line: Vec<_> =
            (0..self.templates.len()).filter(|index| !self.refused.contains(index)).filter(could).collect();
        line.sort_by_key(|&index| (self.uses[index], index));
        line
    }

    fn best_of(&self, chain: &Chain, template: &Template) -> Option<(usize, Tried)> {
        let calls = chain.stock().calls(template);
        let tried = calls.iter().filter_map(|call| chain.attempt(template, call));
        // The first of several that bring the same.
        tried.map(|tried| (self.gain(&tried), tried)).rev_max()
    }

    fn take(&mut self, chain: &mut Chain, index: usize, tried: Tried) -> bool {
        let items = tried.items().clone();
        self.uses[index] += 1;
        let taken = chain.take(tried, &mut self.blame);
        if taken {
            self.pairs.cover(items.difference(&self.covered));
            self.covered.extend(items);
        } else {
            self.refused.insert(index);
        }
        taken
    }

    /// Makes a call that brings nothing itself: something that was used up, or a verb from which it goes on.
    fn lead_on(&mut self, chain: &mut Chain) -> bool {
        let scarce = START.into_iter().find(|&kind| chain.stock().count(kind) < 2 && self.can_make(kind));
        if scarce.is_some_and(|kind| self.make(chain, kind)) || self.prepare(chain) {
            return true;
        }
        let mut order: Vec<_> = (0..self.templates.len()).collect();
        order.sort_by_cached_key(|&index| usize::MAX - self.pairs.left(&self.templates[index].call.verb));
        for index in order {
            let template = self.templates[index].clone();
            if self.pairs.left(&template.call.verb) == 0 {
                return false;
            }
            if self.refused.contains(&index) {
                continue;
            }
            let tried = self.best_of(chain, &template);
            if tried.is_some_and(|(_, tried)| self.take(chain, index, tried)) {
                return true;
            }
        }
        false
    }

    /// Fills what is empty, or makes room for another interpreter.
    fn prepare(&mut self, chain: &mut Chain) -> bool {
        let empty = PREPARATIONS.into_iter().find(|(slot, _)| chain.stock().is_empty(*slot)).map(|(_, verb)| verb);
        let crowded = (chain.stock().interpreters() >= CROWD).then_some("destroy");
        [empty, crowded].into_iter().flatten().any(|verb| self.make_with(chain, |made| made.call.verb == verb))
    }

    fn can_make(&self, kind: Kind) -> bool {
        self.templates.iter().any(|template| template.makes == Some(kind))
    }

    fn make(&mut self, chain: &mut Chain, kind: Kind) -> bool {
        self.make_with(chain, |template| template.makes == Some(kind))
    }

    /// Makes the first call of that sort.
    fn make_with(&mut self, chain: &mut Chain, is_wanted: impl Fn(&Template) -> bool) -> bool {
        let Some(index) = self.templates.iter().position(is_wanted) else { return false };
        let tried = self.best_of(chain, &self.templates[index]);
        tried.is_some_and(|(_, tried)| self.take(chain, index, tried))
    }

    /// A call after which some edition does not go on, if it brings something.
    fn end(&mut self, chain: &mut Chain) -> bool {
        let mut best: Option<(usize, usize, Tried)> = None;
        for (index, template) in self.templates.iter().enumerate() {
            for call in chain.stock().calls(template) {
                let Some(tried) = chain.attempt_end(template, &call) else { continue };
                let gain = self.gain(&tried);
                if gain > best.as_ref().map_or(0, |(most, ..)| *most) {
                    best = Some((gain, index, tried));
                }
            }
        }
        best.is_some_and(|(_, index, tried)| self.take(chain, index, tried))
    }
}

/// The greatest, and of several the first.
trait RevMax {
    fn rev_max(self) -> Option<(usize, Tried)>;
}

impl<I: Iterator<Item = (usize, Tried)>> RevMax for I {
    fn rev_max(self) -> Option<(usize, Tried)> {
        self.fold(None, |best: Option<(usize, Tried)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
    }
}
