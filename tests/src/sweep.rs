//! Sweeps: the model checker over editions and scopes, and what came of it as rows and stories.
//!
//! A row says only what its search earned: "verified" is printed for an exhausted search and for nothing else.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crossinterp_model::Model;
use crossinterp_model::catalogue::{around_repaired, setup};
use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::{
    Bound, Explorer, Progress, Refutation, Report, Tally, Verdict, check_with_stateright,
};
use crossinterp_model::fault::{Fault, Property};
use crossinterp_model::rule::{Layer, Rule};
use crossinterp_model::scope::{Scope, Setup};
use crossinterp_model::step::Step;
use serde::Serialize;

use crate::story::Story;

/// States at which a search gives up unless told otherwise: about 6 GiB of tables and frontiers.
pub const STATES_MAX: u64 = 150_000_000;

/// What is searched, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Takes worlds that differ only in names for one.
    pub symmetry: bool,
    /// States at which a search gives up.
    pub states_max: u64,
    /// Goes on past each fault that C survives, to what it hides.
    pub past: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { symmetry: false, states_max: STATES_MAX, past: false }
    }
}

/// Which text a search followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// An edition.
    Edition(Edition),
    /// The safe reading with one defect in it.
    Alone(Defect),
}

impl Text {
    /// The text as tables name it.
    pub fn name(self) -> String {
        match self {
            Text::Edition(edition) => edition.to_string(),
            Text::Alone(defect) => format!("repaired + {defect}"),
        }
    }

    fn setup(self, scope: Scope) -> Setup {
        match self {
            Text::Edition(edition) => setup(scope, edition),
            Text::Alone(defect) => around_repaired(scope, DefectSet::NONE.with_needs(defect)),
        }
    }

    /// Whether a refutation is what the literature or the toggle says, so that only its absence would be news.
    fn expects(self, fault: Fault, setup: &Setup) -> bool {
        !matches!(self, Text::Edition(Edition::Repaired)) && fault.defect(setup.defects).is_some()
    }
}

/// One search, done.
#[derive(Debug)]
pub struct Searched {
    /// The text.
    pub text: Text,
    /// The model that was searched.
    pub model: Model,
    /// What came of it.
    pub report: Report<Step>,
    /// How long it took; never part of a report that is compared.
    pub elapsed: Duration,
}

/// Searches one scope.
pub fn search(text: Text, scope: Scope, options: Options, watch: &(dyn Fn(Progress) + Sync)) -> Searched {
    let model = Model::new(text.setup(scope));
    let model = if options.symmetry { model.with_symmetry() } else { model };
    let model = if options.past { model.past_faults() } else { model };
    let begun = Instant::now();
    // What a scope is about is promised for the editions; a lone defect may well hide some of it.
    let expects = if matches!(text, Text::Edition(_)) { model.setup.scope.expects } else { Default::default() };
    let explorer = Explorer::new(&model).expects(expects).states_max(options.states_max).watch(watch);
    let report = explorer.run();
    Searched { text, report, elapsed: begun.elapsed(), model }
}

/// A search as a row of a report: the same in every run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The text.
    pub edition: String,
    /// The scope.
    pub scope: &'static str,
    /// The verdict in one word.
    pub verdict: &'static str,
    /// What stands behind the word, if it needs saying.
    pub because: Option<String>,
    /// Whether every reachable state was visited.
    pub complete: bool,
    /// Distinct states.
    pub states: u64,
    /// Transitions.
    pub transitions: u64,
    /// Greatest depth.
    pub depth: u32,
    /// Defects that were met, in the order of the length of their shortest traces.
    pub defects: Vec<&'static str>,
    /// Faults that nothing in the catalogue explains.
    pub unexplained: Vec<&'static str>,
    /// Whether all of this is as it should be.
    pub expected: bool,
}

impl Searched {
    /// The search as a row.
    pub fn row(&self) -> Row {
        let (mut defects, mut unexplained) = (Vec::new(), Vec::new());
        for refutation in &self.report.refutations {
            match refutation.violation.defect(self.model.setup.defects) {
                Some(defect) if !defects.contains(&defect.name()) => defects.push(defect.name()),
                Some(_) => {}
                None => unexplained.push(refutation.violation.fault.sentence()),
            }
        }
        Row {
            edition: self.text.name(),
            scope: self.model.setup.scope.name,
            verdict: self.report.verdict.word(),
            because: because(&self.report.verdict),
            complete: self.report.complete,
            states: self.report.states,
            transitions: self.report.transitions,
            depth: self.report.depth,
            defects,
            unexplained,
            expected: self.is_expected(),
        }
    }

    /// Whether the verdict is what the edition should earn.
    pub fn is_expected(&self) -> bool {
        match self.report.verdict {
            Verdict::Exhausted => true,
            Verdict::Refuted => {
                let expected = |fault| self.text.expects(fault, &self.model.setup);
                self.report.refutations.iter().all(|refutation| expected(refutation.violation.fault))
            }
            Verdict::Bounded { .. } | Verdict::Vacuous { .. } => false,
        }
    }

    /// Whether the search was cut short.
    pub fn is_bounded(&self) -> bool {
        !self.report.complete
    }

    fn refutations(&self) -> impl Iterator<Item = (&Searched, &Refutation<Step>)> {
        self.report.refutations.iter().map(move |refutation| (self, refutation))
    }

    /// Its refutations, told.
    pub fn stories(&self) -> Vec<Story> {
        self.report.refutations.iter().map(|refutation| Story::of(&self.model, refutation)).collect()
    }

    /// Bytes of the table per visited state.
    pub fn bytes_per_state(&self) -> f64 {
        self.report.table_bytes as f64 / self.report.states as f64
    }

    /// Distinct states per second.
    pub fn states_per_second(&self) -> f64 {
        self.report.states as f64 / self.elapsed.as_secs_f64()
    }

    /// The properties that were refuted.
    pub fn refuted_properties(&self) -> Vec<Property> {
        let mut properties: Vec<_> = self.report.refutations.iter().map(|r| r.violation.fault.property()).collect();
        properties.sort();
        properties.dedup();
        properties
    }
}

fn because(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Bounded { by: Bound::States(states) } => Some(format!("cut short after {states} states")),
        Verdict::Bounded { by: Bound::Depth(depth) } => Some(format!("cut short at depth {depth}")),
        Verdict::Vacuous { missing } => Some(format!("never met: {}", missing.sentence())),
        Verdict::Exhausted | Verdict::Refuted => None,
    }
}

/// One story for each defect: the shortest in the first search that shows it. The searches begin with the smallest
/// questions, so that is also the plainest. Short stories come first.
pub fn shortest_stories(searches: &[Searched]) -> Vec<Story> {
    let mut told: Vec<Story> = Vec::new();
    let mut keys = BTreeSet::new();
    for (searched, refutation) in searches.iter().flat_map(Searched::refutations) {
        let defect = refutation.violation.defect(searched.model.setup.defects);
        if keys.insert(defect.map_or(refutation.violation.fault.sentence(), Defect::name)) {
            told.push(Story::of(&searched.model, refutation));
        }
    }
    told.sort_by_key(|story| story.lines.len());
    told
}

/// The figures of both engines on one scope.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The text.
    pub edition: String,
    /// The scope.
    pub scope: &'static str,
    /// Distinct states: ours, stateright's.
    pub states: [u64; 2],
    /// Transitions: ours, stateright's.
    pub transitions: [u64; 2],
    /// Depth: ours, stateright's.
    pub depth: [u32; 2],
    /// Properties refuted: ours, stateright's.
    pub refuted: [usize; 2],
    /// Whether they agree on all of it.
    pub agree: bool,
    /// Seconds: ours, stateright's. Not in the JSON: a clock has no place there.
    #[serde(skip)]
    pub seconds: [f64; 2],
}

/// Lets stateright search what was searched, and compares.
pub fn compare(searched: &Searched) -> Comparison {
    let begun = Instant::now();
    let theirs = check_with_stateright(searched.model.clone());
    let seconds = [searched.elapsed.as_secs_f64(), begun.elapsed().as_secs_f64()];
    let ours = &searched.report;
    let properties = searched.refuted_properties();
    let agree = ours.states == theirs.states
        && ours.transitions == theirs.transitions
        && ours.depth == theirs.depth
        && properties.iter().eq(theirs.refuted.iter());
    Comparison {
        edition: searched.text.name(),
        scope: searched.model.setup.scope.name,
        states: [ours.states, theirs.states],
        transitions: [ours.transitions, theirs.transitions],
        depth: [ours.depth, theirs.depth],
        refuted: [properties.len(), theirs.refuted.len()],
        agree,
        seconds,
    }
}

/// In how many transitions of these searches, and by how many calls of the scenarios, each rule was exercised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// The rule.
    pub rule: &'static str,
    /// Whether transitions realise it; otherwise scenarios exercise it.
    pub in_steps: bool,
    /// Transitions, over all searches.
    pub transitions: u64,
    /// Calls of scenarios, over all editions, as far as the operations say so.
    pub calls: u64,
}

impl RuleCount {
    /// Whether nothing exercised the rule where it must be.
    pub fn is_hole(&self) -> bool {
        if self.in_steps { self.transitions == 0 } else { self.calls == 0 }
    }
}

/// Counts the rules over these searches, in the order of the book.
pub fn count_rules(searches: &[Searched], scenarios: &Tally) -> Vec<RuleCount> {
    let count = |&rule: &Rule| RuleCount {
        rule: rule.id(),
        in_steps: rule.layer() == Layer::Step,
        transitions: searches.iter().map(|searched| searched.report.tally.fired(rule)).sum(),
        calls: scenarios.fired(rule),
    };
    Rule::ALL.iter().map(count).collect()
}
