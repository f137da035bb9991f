//! Every scope of the default run in every edition, explored once and shared by the checks that look at the reports.
//!
//! It makes no judgement: what a report should say is for the modules that ask.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crossinterp_model::Model;
use crossinterp_model::catalogue::{SCOPES, setup};
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::{Explorer, Report};
use crossinterp_model::fault::Violation;
use crossinterp_model::scope::Scope;
use crossinterp_model::step::Step;

/// One scope in one edition, explored to its end.
pub struct Explored {
    pub edition: Edition,
    pub scope: Scope,
    pub model: Model,
    pub report: Report<Step>,
}

impl Explored {
    /// Where it was found, for messages.
    pub fn place(&self) -> String {
        format!("{} in {}", self.scope.name, self.edition)
    }
}

/// All of them, explored on first use.
pub fn all() -> &'static [Explored] {
    static ALL: OnceLock<Vec<Explored>> = OnceLock::new();
    ALL.get_or_init(|| Edition::ALL.into_iter().flat_map(explore_edition).collect())
}

fn explore_edition(edition: Edition) -> impl Iterator<Item = Explored> {
    SCOPES.iter().map(move |&scope| {
        let model = Model::new(setup(scope, edition));
        let scope = model.setup.scope;
        let report = Explorer::new(&model).expects(scope.expects).run();
        Explored { edition, scope, model, report }
    })
}

/// The faults of a report, each with the length of the shortest path to it.
pub fn violation_depths(report: &Report<Step>) -> BTreeMap<Violation, usize> {
    report.refutations.iter().map(|refutation| (refutation.violation, refutation.path.len())).collect()
}
