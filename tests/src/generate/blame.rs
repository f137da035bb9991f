//! Which defect explains that an edition shows something else than the repaired reading.
//!
//! The calls are played once more in the edition without one of its defects: if it then shows what the repaired reading
//! shows, that defect is to blame. What was found is remembered by what was shown, whatever the numbers in it, and only
//! tried again. It knows nothing of why a call was chosen.

use std::collections::BTreeMap;

use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Observation, OnWorld, Player};

use super::chain::Link;

/// A difference, without its numbers: the edition, the verb, what was shown, what is shown where it is repaired.
type Difference = (Edition, String, String, String);

/// What was found so far.
#[derive(Default)]
pub struct Blame {
    known: BTreeMap<Difference, Option<Defect>>,
}

impl Blame {
    /// By edition, the defect to blame. None if 3.14 differs from the repaired reading and no single defect explains it.
    /// What 3.13 shows differently is mostly its surface, which needs no excuse.
    pub fn explain(&mut self, before: &[Link], link: &Link) -> Option<Vec<(Edition, &'static str)>> {
        let Some(wanted) = shown_by(link, Edition::Repaired) else { return Some(Vec::new()) };
        let mut blamed = Vec::new();
        for (edition, shown) in link.shown.iter().filter(|(_, shown)| shown != wanted) {
            match self.culprit(before, link, (*edition, shown), wanted) {
                Some(defect) => blamed.push((*edition, defect.name())),
                None if *edition == Edition::V314 => return None,
                None => {}
            }
        }
        Some(blamed)
    }

    fn culprit(
        &mut self,
        before: &[Link],
        link: &Link,
        (edition, shown): (Edition, &Observation),
        wanted: &Observation,
    ) -> Option<Defect> {
        let difference = (edition, link.call.verb.clone(), without_numbers(shown), without_numbers(wanted));
        let explains = |defect: &Defect| is_explained(before, link, edition, *defect, wanted);
        match self.known.get(&difference) {
            Some(None) => return None,
            Some(Some(defect)) if explains(defect) => return Some(*defect),
            _ => {}
        }
        let defects = edition.defects();
        let found = Defect::ALL.iter().copied().filter(|defect| defects.contains(*defect)).find(explains);
        self.known.insert(difference, found);
        found
    }
}

fn shown_by(link: &Link, edition: Edition) -> Option<&Observation> {
    link.shown.iter().find(|(each, _)| *each == edition).map(|(_, shown)| shown)
}

fn without_numbers(shown: &Observation) -> String {
    shown.to_string().chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

/// Whether the edition without the defect shows what is wanted.
fn is_explained(before: &[Link], link: &Link, edition: Edition, defect: Defect, wanted: &Observation) -> bool {
    let rest = edition.defects().without(defect);
    let mut player = Player::new(edition, OnWorld::with_defects(edition, rest)).with_defects(rest);
    for each in before {
        player.play(&each.call, each.name.as_deref());
    }
    player.play(&link.call, link.name.as_deref()).render(edition) == *wanted
}
