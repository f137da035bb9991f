//! The cover: which scenarios are needed so that nothing is lost.

use std::collections::BTreeMap;

use super::item::{Item, Items};
use super::page::Page;

/// Everything that the calls of a page exercise.
pub fn items_of(page: &Page) -> Items {
    page.links.iter().flat_map(|link| link.items.iter().cloned()).collect()
}

/// The pages without those that are dispensable: whatever they exercise, others exercise too. The latest go first, as
/// they were grown for the rest that was left.
pub fn needed(mut pages: Vec<Page>) -> Vec<Page> {
    let sets: Vec<Items> = pages.iter().map(items_of).collect();
    let kept = keep(&sets);
    let mut index = 0;
    pages.retain(|_| {
        index += 1;
        kept.contains(&(index - 1))
    });
    pages
}

/// The sets that are dispensable one by one: without any one of them, nothing is lost.
pub fn dispensable(sets: &[&Items]) -> Vec<usize> {
    let counts = counts(sets);
    let spare = |set: &&Items| set.iter().all(|item| counts[item] > 1);
    sets.iter().enumerate().filter(|(_, set)| spare(set)).map(|(index, _)| index).collect()
}

fn keep(sets: &[Items]) -> Vec<usize> {
    let all: Vec<_> = sets.iter().collect();
    let mut counts = counts(&all);
    let mut kept: Vec<usize> = (0..sets.len()).collect();
    let mut order = kept.clone();
    order.sort_by_key(|&index| (sets[index].len(), usize::MAX - index));
    for index in order {
        if sets[index].iter().all(|item| counts[item] > 1) {
            for item in &sets[index] {
                *counts.entry(item).or_default() -= 1;
            }
            kept.retain(|&each| each != index);
        }
    }
    kept
}

fn counts<'a>(sets: &[&'a Items]) -> BTreeMap<&'a Item, usize> {
    let mut counts = BTreeMap::new();
    for item in sets.iter().copied().flatten() {
        *counts.entry(item).or_default() += 1;
    }
    counts
}
