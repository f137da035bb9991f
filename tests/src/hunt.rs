//! Hunting: a text is asked what is wrong with it, without being told what to expect, until nothing is left.
//!
//! Each round searches every scope past each fault that C survives, and groups what it finds by the defect that explains
//! it. Those are switched off, and the next round sees what they hid. The hunt is over when every scope is exhausted, or
//! when something is found that the catalogue does not explain.

use std::collections::{BTreeMap, BTreeSet};

use crossinterp_model::Model;
use crossinterp_model::catalogue::setup;
use crossinterp_model::defect::{Defect, DefectSet, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::{Explorer, Refutation};
use crossinterp_model::fault::Violation;
use crossinterp_model::scope::Scope;
use crossinterp_model::step::Step;
use serde::Serialize;

use crate::story::Story;
use crate::verdicts::Watch;

/// A distinct violation: what, in which step, and the shortest way there.
#[derive(Clone, Debug)]
pub struct Caught {
    /// The model in which it was found.
    pub model: Model,
    /// The scope with the shortest way, and the way.
    pub refutation: Refutation<Step>,
    /// The scopes that show it.
    pub scopes: Vec<&'static str>,
}

impl Caught {
    /// The story of it.
    pub fn story(&self) -> Story {
        Story::of(&self.model, &self.refutation)
    }

    /// It as a row.
    pub fn row(&self) -> Row {
        let violation = self.refutation.violation;
        Row {
            fault: violation.fault.sentence(),
            step: violation.place.map(|pc| pc.sentence()),
            behind: violation.behind,
            rule: violation.fault.rule().id(),
            steps: self.refutation.path.len(),
            scopes: self.scopes.clone(),
        }
    }
}

/// A distinct violation as a row of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What is wrong.
    pub fault: &'static str,
    /// The step in which it happens; none if it is what is left at rest.
    pub step: Option<&'static str>,
    /// Whether it lies behind another, after which C went on.
    pub behind: bool,
    /// The rule that is broken.
    pub rule: &'static str,
    /// Steps of the shortest way.
    pub steps: usize,
    /// The scopes that show it.
    pub scopes: Vec<&'static str>,
}

/// What one round found.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// Distinct violations by the defect that explains them; those that nothing explains are under none.
    pub caught: BTreeMap<Option<Defect>, Vec<Caught>>,
    /// Distinct states.
    pub states: u64,
    /// Whether every search visited every state.
    pub complete: bool,
}

/// A hunt from its first round to its last.
#[derive(Clone, Debug)]
pub struct Hunt {
    /// The text.
    pub edition: Edition,
    /// The rounds. The last one caught nothing, unless something is unexplained or a search was cut short.
    pub rounds: Vec<Round>,
}

impl Hunt {
    /// Hunts on those scopes.
    pub fn run(edition: Edition, scopes: &[Scope], states_max: u64, watch: Watch<'_>) -> Hunt {
        let mut on = edition.defects();
        let mut hunt = Hunt { edition, rounds: Vec::new() };
        loop {
            let number = hunt.rounds.len() + 1;
            let round =
                round(edition, on, scopes, states_max, &|scope| watch(&format!("{edition}, round {number}, {scope}")));
            let caught: DefectSet = round.caught.keys().flatten().copied().collect();
            let is_last = round.caught.is_empty() || round.caught.contains_key(&None) || !round.complete;
            hunt.rounds.push(round);
            on = on.minus(caught);
            if is_last {
                return hunt;
            }
        }
    }

    /// Whether the hunt came to its end with everything explained.
    pub fn is_over(&self) -> bool {
        self.rounds.last().is_some_and(|round| round.caught.is_empty() && round.complete)
    }

    /// Whether a search was cut short.
    pub fn is_cut(&self) -> bool {
        self.rounds.iter().any(|round| !round.complete)
    }

    /// Distinct violations in all rounds.
    pub fn violations(&self) -> usize {
        self.rounds.iter().flat_map(|round| round.caught.values()).map(Vec::len).sum()
    }

    /// The defects that were caught.
    pub fn defects(&self) -> BTreeSet<Defect> {
        self.rounds.iter().flat_map(|round| round.caught.keys()).flatten().copied().collect()
    }

    /// Of these, those that were known before this model was made.
    pub fn known(&self) -> usize {
        self.defects().iter().filter(|defect| defect.origin() == Origin::Known).count()
    }
}

fn round(edition: Edition, on: DefectSet, scopes: &[Scope], states_max: u64, watch: Watch<'_>) -> Round {
    let mut distinct: BTreeMap<(Option<Defect>, Violation), Caught> = BTreeMap::new();
    let mut all = Round { complete: true, ..Round::default() };
    for &scope in scopes {
        watch(scope.name);
        let model = Model::new(setup(scope, edition).switched(on)).past_faults();
        let report = Explorer::new(&model).states_max(states_max).run();
        all.complete &= report.complete;
        all.states += report.states;
        for refutation in report.refutations {
            let key = (refutation.violation.defect(on), Violation { behind: false, ..refutation.violation });
            let caught = Caught { model: model.clone(), refutation, scopes: Vec::new() };
            keep(distinct.entry(key).or_insert_with(|| caught.clone()), caught, scope.name);
        }
    }
    for ((defect, _), caught) in distinct {
        all.caught.entry(defect).or_default().push(caught);
    }
    all
}

/// Of the ways to one violation the shortest stays, and rather one that does not lead past another.
fn keep(kept: &mut Caught, other: Caught, scope: &'static str) {
    let rank = |caught: &Caught| (caught.refutation.violation.behind, caught.refutation.path.len());
    if rank(&other) < rank(kept) {
        let scopes = std::mem::take(&mut kept.scopes);
        *kept = Caught { scopes, ..other };
    }
    if !kept.scopes.contains(&scope) {
        kept.scopes.push(scope);
    }
}
