//! The pairs of calls that a stage asks for: which are exercised in all of its editions, and which seem out of reach.

use std::collections::BTreeMap;

use super::item::{Item, Items};
use super::vocabulary::{Era, Template};

/// How often a pair is tried in vain before it no longer attracts.
const TRIES_MAX: u8 = 6;

/// A table of verbs by verbs.
pub struct Pairs {
    verbs: BTreeMap<String, usize>,
    /// In how many editions the pair is still to be exercised.
    missing: Vec<Vec<u8>>,
    tries: Vec<Vec<u8>>,
}

impl Pairs {
    /// The pairs of these templates, without what is covered.
    pub fn new(era: Era, templates: &[Template], covered: &Items) -> Pairs {
        let mut verbs = BTreeMap::new();
        for template in templates {
            let next = verbs.len();
            verbs.entry(template.call.verb.clone()).or_insert(next);
        }
        let (size, editions) = (verbs.len(), era.editions());
        let mut pairs =
            Pairs { verbs, missing: vec![vec![editions.len() as u8; size]; size], tries: vec![vec![0; size]; size] };
        let of_era = covered.iter().filter(|item| editions.contains(&item.edition()));
        of_era.for_each(|item| pairs.cover_one(item));
        pairs
    }

    /// These were exercised; each is told only once.
    pub fn cover<'a>(&mut self, new: impl IntoIterator<Item = &'a Item>) {
        new.into_iter().for_each(|item| self.cover_one(item));
    }

    fn cover_one(&mut self, item: &Item) {
        let Item::Pair(_, first, second) = item else { return };
        if let Some((first, second)) = self.place(first, second) {
            let missing = &mut self.missing[first][second];
            *missing = missing.saturating_sub(1);
        }
    }

    fn place(&self, first: &str, second: &str) -> Option<(usize, usize)> {
        Some((*self.verbs.get(first)?, *self.verbs.get(second)?))
    }

    /// Whether an edition has not seen the pair.
    pub fn is_new(&self, first: &str, second: &str) -> bool {
        self.place(first, second).is_some_and(|(first, second)| self.missing[first][second] > 0)
    }

    /// The second could not be called after the first.
    pub fn failed(&mut self, first: &str, second: &str) {
        if let Some((first, second)) = self.place(first, second) {
            self.tries[first][second] = self.tries[first][second].saturating_add(1);
        }
    }

    /// How many pairs the verb could still begin.
    pub fn left(&self, verb: &str) -> usize {
        let Some(&first) = self.verbs.get(verb) else { return 0 };
        let hopeful = |(missing, tries): &(&u8, &u8)| **missing > 0 && **tries < TRIES_MAX;
        self.missing[first].iter().zip(&self.tries[first]).filter(hopeful).count()
    }
}
