//! Weighing a change to the C code: what it closes, what it leaves, what it lets show, what it opens.
//!
//! The text is searched as it is and as it would be, on every scope, past each fault that C survives, and both are held
//! to each other rule by rule. "Upheld" is only said where both searches visited every state. A change that opens
//! something is told apart from one that takes away what hid it: the trace is followed in the text without the change
//! and without what it claims to close; if it ends in the same, it was there before.

mod change;
mod matrix;

pub use change::{Change, UnknownChange};
pub use matrix::{legend, matrix};

use std::collections::{BTreeMap, BTreeSet};

use crossinterp_model::Model;
use crossinterp_model::calm::{Followed, follow};
use crossinterp_model::catalogue::{SCOPES, setup};
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::{Explorer, Refutation};
use crossinterp_model::fault::Violation;
use crossinterp_model::rule::Rule;
use crossinterp_model::scope::{Scope, Setup};
use crossinterp_model::step::Step;
use serde::Serialize;

use crate::story::Story;

/// What a change does to one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Each violation of before is gone, and there is no other.
    Closed,
    /// Some violations of before are gone, some stay.
    Narrowed,
    /// The violations of before are those of after.
    Open,
    /// No violation of before is seen any more, and nothing follows: a new one ends the process where they would be.
    Hidden,
    /// A violation shows that something else hid before.
    Unmasked,
    /// There is a violation that the change brought.
    Opened,
}

/// A violation in one scope, with its trace.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The model in which it was found.
    pub model: Model,
    /// What is violated, and the shortest way there.
    pub refutation: Refutation<Step>,
}

impl Finding {
    /// The story of it.
    pub fn story(&self) -> Story {
        Story::of(&self.model, &self.refutation)
    }

    /// The rule that is broken.
    pub fn rule(&self) -> Rule {
        self.refutation.violation.fault.rule()
    }

    /// Whether nothing is defined any more behind it.
    fn ends_the_process(&self) -> bool {
        let violation = self.refutation.violation;
        violation.place.is_some() && !violation.fault.is_survived()
    }

    fn key(&self) -> Key {
        (self.model.setup.scope.name, told_apart(self.refutation.violation))
    }
}

/// A violation in a scope. Whether it lies behind another is no part of what it is.
type Key = (&'static str, Violation);

fn told_apart(violation: Violation) -> Violation {
    Violation { behind: false, ..violation }
}

/// What a change does to one rule, and the evidence.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it does.
    pub effect: Effect,
    /// Violations of before that are gone.
    pub closed: Vec<Finding>,
    /// Violations of before that are not seen any more in a scope in which a new one ends the process.
    pub hidden: Vec<Finding>,
    /// Violations of before that stay, with their traces of after.
    pub kept: Vec<Finding>,
    /// Violations that something hid before.
    pub unmasked: Vec<Finding>,
    /// Violations that the change brought.
    pub opened: Vec<Finding>,
}

impl Cell {
    /// The shortest evidence of what is refuted after the change: of what it opened first.
    pub fn trace(&self) -> Option<&Finding> {
        let shortest = |group: &'_ Vec<Finding>| group.iter().map(|finding| finding.refutation.path.len()).min();
        let group = [&self.opened, &self.unmasked, &self.kept].into_iter().find(|group| !group.is_empty())?;
        group.iter().find(|finding| Some(finding.refutation.path.len()) == shortest(group))
    }

    fn settle(&mut self) {
        self.effect = match (self.opened.is_empty(), self.unmasked.is_empty(), self.kept.is_empty()) {
            (false, _, _) => Effect::Opened,
            (_, false, _) => Effect::Unmasked,
            (_, _, true) if self.hidden.is_empty() => Effect::Closed,
            (_, _, true) if self.closed.is_empty() => Effect::Hidden,
            _ if self.closed.is_empty() => Effect::Open,
            _ => Effect::Narrowed,
        };
    }
}

impl Default for Cell {
    fn default() -> Self {
        let none = Vec::new;
        Cell { effect: Effect::Closed, closed: none(), hidden: none(), kept: none(), unmasked: none(), opened: none() }
    }
}

/// A change, weighed.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// The change.
    pub change: Change,
    /// The text that was changed.
    pub edition: Edition,
    /// Each rule that is refuted before or after. All others are upheld before and after.
    pub cells: BTreeMap<Rule, Cell>,
    /// Whether every search visited every state; otherwise nothing is upheld, and nothing closed for certain.
    pub complete: bool,
    /// Distinct states that were visited with the change.
    pub states: u64,
}

impl Weighed {
    /// The rules on which it has that effect.
    pub fn rules(&self, effect: Effect) -> impl Iterator<Item = Rule> {
        self.cells.iter().filter(move |(_, cell)| cell.effect == effect).map(|(&rule, _)| rule)
    }
}

/// What is weighed in, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The scopes.
    pub scopes: &'a [Scope],
    /// States at which a search gives up.
    pub states_max: u64,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { scopes: SCOPES, states_max: crate::sweep::STATES_MAX }
    }
}

/// Scales: they remember what each text comes to as it is.
pub struct Scales<'a> {
    options: Options<'a>,
    /// Is told what is searched.
    watch: &'a (dyn Fn(&str) + Sync),
    before: BTreeMap<Edition, Searched>,
}

/// Everything that was found of a text, scope by scope.
#[derive(Clone, Default)]
struct Searched {
    by_scope: BTreeMap<&'static str, Vec<Finding>>,
    complete: bool,
    states: u64,
}

impl<'a> Scales<'a> {
    /// New scales. `watch` is told the text and the scope before each search.
    pub fn new(options: Options<'a>, watch: &'a (dyn Fn(&str) + Sync)) -> Scales<'a> {
        Scales { options, watch, before: BTreeMap::new() }
    }

    /// Weighs a change in that text.
    pub fn weigh(&mut self, change: Change, edition: Edition) -> Weighed {
        let before = self.before(edition);
        let after = self.search(&edition.to_string(), edition, Some((&change, &before)));
        let mut cells: BTreeMap<Rule, Cell> = BTreeMap::new();
        let (was, is) = (before.keys(), after.keys());
        let mut cut = BTreeSet::new();
        for finding in after.findings() {
            let cell = cells.entry(finding.rule()).or_default();
            let group = match was.contains(&finding.key()) {
                true => &mut cell.kept,
                false if was_hidden(&change, finding, edition) => &mut cell.unmasked,
                false => {
                    cut.extend(finding.ends_the_process().then_some(finding.key().0));
                    &mut cell.opened
                }
            };
            group.push(finding.clone());
        }
        for finding in before.findings().filter(|finding| !is.contains(&finding.key())) {
            let cell = cells.entry(finding.rule()).or_default();
            let hides = is_hidden(&change, finding, cut.contains(finding.key().0));
            if hides { &mut cell.hidden } else { &mut cell.closed }.push(finding.clone());
        }
        cells.values_mut().for_each(Cell::settle);
        Weighed { change, edition, cells, complete: before.complete && after.complete, states: after.states }
    }

    fn before(&mut self, edition: Edition) -> Searched {
        if let Some(known) = self.before.get(&edition) {
            return known.clone();
        }
        let searched = self.search(&edition.to_string(), edition, None);
        self.before.insert(edition, searched.clone());
        searched
    }

    /// Searches every scope; where the change concerns nothing that the scope does, what was found before still holds.
    fn search(&self, text: &str, edition: Edition, change: Option<(&Change, &Searched)>) -> Searched {
        let mut all = Searched { complete: true, ..Searched::default() };
        for &scope in self.options.scopes {
            let plain = setup(scope, edition);
            let changed = change.filter(|(change, _)| change.concerns(&plain));
            match (change, changed) {
                (Some((_, before)), None) => {
                    all.by_scope.insert(scope.name, before.by_scope[scope.name].clone());
                }
                _ => {
                    let with = changed.map_or(String::new(), |(change, _)| format!(" with {}", change.name()));
                    (self.watch)(&format!("{text}{with}, {}", scope.name));
                    let setup = changed.map_or(plain, |(change, _)| change.apply(plain));
                    self.search_one(setup, &mut all);
                }
            }
        }
        all
    }

    fn search_one(&self, setup: Setup, all: &mut Searched) {
        let model = Model::new(setup).past_faults();
        let report = Explorer::new(&model).states_max(self.options.states_max).run();
        all.complete &= report.complete;
        all.states += report.states;
        // The same violation with and without another before it is one: the shorter way stays.
        let mut findings: Vec<Finding> = Vec::new();
        for refutation in report.refutations {
            let finding = Finding { model: model.clone(), refutation };
            if !findings.iter().any(|other| other.key() == finding.key()) {
                findings.push(finding);
            }
        }
        all.by_scope.insert(setup.scope.name, findings);
    }
}

impl Searched {
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.by_scope.values().flatten()
    }

    fn keys(&self) -> BTreeSet<Key> {
        self.findings().map(Finding::key).collect()
    }
}

/// Whether a violation of before is not seen any more only because another one comes first: on its own trace, or, where
/// that cannot be followed any more, in a scope in which the change brings one that ends the process.
fn is_hidden(change: &Change, before: &Finding, is_cut_off: bool) -> bool {
    let after = before.model.clone().with_setup(change.apply(before.model.setup));
    match follow(&after, &before.refutation.path) {
        Followed::Faulted => true,
        Followed::Left => is_cut_off,
        Followed::Through(_) => false,
    }
}

/// Whether the trace of a new violation ends in the same in the text without the change and without the defects that it
/// closes: then it was there before, and something hid it.
fn was_hidden(change: &Change, finding: &Finding, edition: Edition) -> bool {
    let bare = change.without_branches(Setup::with(finding.model.setup.scope, edition.defects()));
    let followed = follow(&finding.model.clone().with_setup(bare), &finding.refutation.path);
    matches!(followed, Followed::Through(Some(end)) if told_apart(end) == told_apart(finding.refutation.violation))
}
