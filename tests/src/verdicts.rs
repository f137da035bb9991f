//! The verdict on each defect of the catalogue: alone on top of the safe reading, and in every edition that has it.
//!
//! Alone it must be refuted by a trace that ends in its own rule; with all of them off every scope must be exhausted; in
//! an edition it must show, unless another hides it there or the callers of the C code keep it away. Each edition is
//! searched a second time without faults: what then shows no more needs memory to run out, or a thread to die.

use std::collections::{BTreeMap, BTreeSet};

use crossinterp_model::Model;
use crossinterp_model::catalogue::{SCOPES, around_repaired, setup};
use crossinterp_model::defect::{Concept, Defect, DefectSet, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::{Explorer, Verdict};
use crossinterp_model::fault::Violation;
use crossinterp_model::module::refute;
use crossinterp_model::rule::Rule;
use crossinterp_model::scope::{Scope, Setup};
use crossinterp_model::{convert, excinfo};
use serde::Serialize;

use crate::told::without_threads;

/// Is told what is searched.
pub type Watch<'a> = &'a (dyn Fn(&str) + Sync);

/// How a defect shows alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Alone {
    /// A trace ends in its own rule.
    Refuted {
        /// The scope, or what is done once.
        by: &'static str,
        /// Steps of the trace; a single conversion, capture or call has none.
        steps: usize,
    },
    /// Nothing that it explains breaks its own rule: the toggle is vacuous.
    Vacuous,
}

/// How a defect shows in an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// It shows.
    Shown,
    /// It shows only when a fault strikes.
    UnderFaults,
    /// Another defect of the edition hides it.
    Hidden,
    /// It is what callers must not do, and they do not.
    Contract,
    /// It is there and nothing shows it.
    Missing,
}

/// What is known of one defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefectVerdict {
    /// The defect.
    pub name: &'static str,
    /// What goes wrong.
    pub title: &'static str,
    /// Where the C code has it.
    pub source: &'static str,
    /// The rule that it breaks.
    pub rule: &'static str,
    /// Where it is known from.
    pub origin: &'static str,
    /// Alone on top of the safe reading.
    pub alone: Alone,
    /// In each edition that has it.
    pub editions: BTreeMap<&'static str, Shown>,
}

impl DefectVerdict {
    /// Whether all of it is as it should be.
    pub fn is_expected(&self) -> bool {
        self.alone != Alone::Vacuous && !self.editions.values().any(|shown| *shown == Shown::Missing)
    }
}

/// The whole catalogue, and the safe reading without any of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Catalogue {
    /// Every defect, in the order of the catalogue.
    pub defects: Vec<DefectVerdict>,
    /// Scopes on which all defects are off, and the search exhausted.
    pub exhausted: usize,
    /// Scopes in all.
    pub scopes: usize,
}

impl Catalogue {
    /// Searches everything that it takes.
    pub fn judge(watch: Watch<'_>) -> Catalogue {
        let editions: Vec<_> = Edition::ALL.into_iter().filter(|edition| *edition != Edition::Repaired).collect();
        let shown: BTreeMap<_, _> = editions.iter().map(|&edition| (edition, InEdition::of(edition, watch))).collect();
        let exhausted = SCOPES.iter().filter(|&&scope| {
            watch(&format!("repaired, {}", scope.name));
            Explorer::new(&Model::new(setup(scope, Edition::Repaired))).run().verdict == Verdict::Exhausted
        });
        let exhausted = exhausted.count();
        let defects = Defect::ALL.iter().map(|&defect| verdict(defect, &shown, watch)).collect();
        Catalogue { defects, exhausted, scopes: SCOPES.len() }
    }

    /// Whether every verdict is what it should be.
    pub fn is_expected(&self) -> bool {
        self.exhausted == self.scopes && self.defects.iter().all(DefectVerdict::is_expected)
    }
}

fn verdict(defect: Defect, shown: &BTreeMap<Edition, InEdition>, watch: Watch<'_>) -> DefectVerdict {
    let has = |edition: &Edition| edition.defects().contains(defect);
    let editions = shown.iter().filter(|(edition, _)| has(edition) && defect.origin() != Origin::Mutant);
    DefectVerdict {
        name: defect.name(),
        title: defect.title(),
        source: defect.source(),
        rule: defect.rule().id(),
        origin: origin_name(defect.origin()),
        alone: alone(defect, watch),
        editions: editions.map(|(edition, shown)| (edition.name(), shown.of_defect(*edition, defect))).collect(),
    }
}

/// Where a defect is known from, in words.
pub const fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Known => "before this model",
        Origin::Found => "this model",
        Origin::Mutant => "seeded",
    }
}

/// The first trace of the defect alone that ends in its own rule.
pub fn alone(defect: Defect, watch: Watch<'_>) -> Alone {
    alone_against(defect, defect.rule(), watch)
}

/// The first trace of the defect alone that ends in that rule.
pub fn alone_against(defect: Defect, rule: Rule, watch: Watch<'_>) -> Alone {
    if let Some(told) = without_threads(defect) {
        let is_own = told.rule() == rule.id();
        return if is_own { Alone::Refuted { by: told.by(), steps: told.steps() } } else { Alone::Vacuous };
    }
    let on = DefectSet::NONE.with_needs(defect);
    let is_own =
        |violation: Violation| violation.fault.explanations().contains(&defect) && violation.fault.rule() == rule;
    for scope in likely_scopes(defect) {
        watch(&format!("repaired + {defect}, {}", scope.name));
        let model = Model::new(around_repaired(scope, on));
        let report = Explorer::new(&model).stop_at(&is_own).run();
        let found = report.refutations.iter().find(|refutation| is_own(refutation.violation));
        if let Some(found) = found {
            return Alone::Refuted { by: scope.name, steps: found.path.len() };
        }
    }
    Alone::Vacuous
}

/// Every scope, those first in which the defect is likely to show.
fn likely_scopes(defect: Defect) -> Vec<Scope> {
    let mut scopes = SCOPES.to_vec();
    let likely = |scope: &Scope| match defect.concept() {
        Concept::Interpreter => matches!(scope.name, "life" | "release"),
        Concept::Pending | Concept::Capsule => scope.types.is_empty() && scope.sessions == 0,
        Concept::Registry => !scope.types.is_empty(),
        Concept::Namespace => scope.namespace.is_some(),
        Concept::Excinfo | Concept::Error | Concept::Session | Concept::Runtime => scope.sessions > 0,
    };
    // Stable: of those alike the smaller questions come first.
    scopes.sort_by_key(|scope| !likely(scope));
    scopes
}

/// What an edition shows, with faults and without.
struct InEdition {
    shown: BTreeSet<Defect>,
    without_faults: BTreeSet<Defect>,
}

impl InEdition {
    fn of(edition: Edition, watch: Watch<'_>) -> InEdition {
        let (mut shown, mut without_faults) = (BTreeSet::new(), BTreeSet::new());
        for &scope in SCOPES {
            watch(&format!("{edition}, {}", scope.name));
            let held = setup(scope, edition);
            shown.extend(shown_by(held));
            without_faults.extend(shown_by(Setup { scope: Scope { faults: false, ..held.scope }, ..held }));
        }
        shown.extend(convert::sweep_edition(edition).defects);
        shown.extend(excinfo::sweep_edition(edition).defects);
        let quiet = || edition.defects().iter().filter(|&defect| without_threads(defect).is_some());
        shown.extend(quiet());
        without_faults.extend(quiet().filter(|&defect| !is_quiet_fault(defect)));
        InEdition { shown, without_faults }
    }

    fn of_defect(&self, edition: Edition, defect: Defect) -> Shown {
        let contract = matches!(defect, Defect::UnclaimedRelease | Defect::FreeUnclaimed);
        match () {
            () if self.without_faults.contains(&defect) => Shown::Shown,
            () if self.shown.contains(&defect) => Shown::UnderFaults,
            () if edition.defects().hides(defect) => Shown::Hidden,
            () if contract => Shown::Contract,
            () => Shown::Missing,
        }
    }
}

fn shown_by(setup: Setup) -> impl Iterator<Item = Defect> {
    let report = Explorer::new(&Model::new(setup)).run();
    report.refutations.into_iter().filter_map(move |refutation| refutation.violation.defect(setup.defects))
}

/// Whether one run of something that no other thread disturbs shows the defect only because an allocation fails in it.
fn is_quiet_fault(defect: Defect) -> bool {
    let on = DefectSet::NONE.with_needs(defect);
    let broken = |broken: usize, fails: bool| broken > 0 && !fails;
    let conversion = convert::samples().any(|value| {
        convert::sweep(&value, on).iter().any(|outcome| broken(outcome.broken.len(), outcome.index.is_some()))
    });
    let capture = excinfo::samples().iter().any(|(_, sample)| {
        excinfo::sweep(sample, on)
            .iter()
            .any(|outcome| broken(outcome.broken.len(), outcome.plan != convert::Plan::Never))
    });
    let call = refute::SEQUENTIAL_DEFECTS.contains(&defect);
    !(conversion || capture || call)
}
