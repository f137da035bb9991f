//! What a scenario exercises in an edition: rules, branches, and pairs of calls, as the model plays it.
//!
//! A *branch* is one of two things. Where an operation runs atomic steps of the world, it is a branch of a step: the step,
//! where it went, what went wrong, which rules it realised. And each operation is a step of its own in the module's
//! sequential reading, which has no finer ones for conversions, namespaces, snapshots and sessions: its branch is the verb,
//! the sort of answer, and the rules that the operation says it exercised. Arguments, ids and messages are no branches.
//! A *pair* is two calls, one right after the other, of which the second was made. This module judges nothing.

use std::collections::BTreeSet;
use std::fmt;

use crossinterp_model::branch::Branch as StepBranch;
use crossinterp_model::edition::Edition;
use crossinterp_model::module::{self, OnWorld, Outcome, Player};
use crossinterp_model::rule::{Rule, RuleSet};

use crate::scenario::Scenario;

/// The sort of answer that a call gave.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// It returned.
    Returned,
    /// It raised an exception of that type, by its short name.
    Raised(String),
    /// The process died, or the call did not come back.
    Ended,
}

/// The least of what can be told apart of a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch {
    /// A step of the world.
    Step(StepBranch),
    /// A whole operation.
    Call {
        /// Which.
        verb: String,
        /// How it ended.
        sort: Sort,
        /// What it says that it exercised.
        rules: RuleSet,
    },
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Branch::Step(branch) => branch.fmt(f),
            Branch::Call { verb, sort, rules } => {
                let sort = match sort {
                    Sort::Returned => "returned",
                    Sort::Raised(kind) => kind,
                    Sort::Ended => "ended",
                };
                let rules: Vec<_> = rules.iter().map(Rule::id).collect();
                write!(f, "{verb} => {sort} [{}]", rules.join(" "))
            }
        }
    }
}

/// Two verbs: the call of the second came right after that of the first.
pub type Pair = (String, String);

/// What was exercised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exercise {
    /// Rules, of the operations and of the steps below them.
    pub rules: BTreeSet<Rule>,
    /// Branches.
    pub branches: BTreeSet<Branch>,
    /// Pairs of calls.
    pub pairs: BTreeSet<Pair>,
}

impl Exercise {
    /// Takes in what another one has.
    pub fn add(&mut self, other: Exercise) {
        self.rules.extend(other.rules);
        self.branches.extend(other.branches);
        self.pairs.extend(other.pairs);
    }
}

/// What the scenario exercises in that edition, up to its end or to the call that ends its process. Nothing, if it is not
/// written for the edition.
pub fn exercise(scenario: &Scenario, edition: Edition) -> Exercise {
    let mut all = Exercise::default();
    if !scenario.editions.contains(&edition) {
        return all;
    }
    let mut player = module::player(edition);
    let mut last = None;
    for step in &scenario.steps {
        let outcome = player.play(&step.call, step.name.as_deref());
        if matches!(outcome, Outcome::NotModelled(_)) {
            break;
        }
        note(&mut all, &mut player, &step.call.verb, &outcome, edition);
        all.pairs.extend(last.replace(step.call.verb.clone()).map(|before| (before, step.call.verb.clone())));
        if is_final(&outcome) {
            break;
        }
    }
    all
}

/// Notes what the call exercised that the player has just made.
pub fn note(all: &mut Exercise, player: &mut Player<OnWorld>, verb: &str, outcome: &Outcome, edition: Edition) {
    let rules = player.last_rules();
    all.rules.extend(rules.iter());
    for branch in player.layer_mut().take_branches() {
        all.rules.extend(branch.rules.iter());
        all.branches.insert(Branch::Step(branch));
    }
    all.branches.insert(Branch::Call { verb: verb.to_owned(), sort: sort(outcome, edition), rules });
}

fn sort(outcome: &Outcome, edition: Edition) -> Sort {
    match outcome.render(edition) {
        module::Observation::Value(_) => Sort::Returned,
        module::Observation::Exception(exception) => Sort::Raised(module::short_name(&exception.kind).to_owned()),
        _ => Sort::Ended,
    }
}

fn is_final(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Crash(_) | Outcome::Hang)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::parse;

    fn of(calls: &str, edition: Edition) -> Exercise {
        let text = format!("title: T\nrules: r\n\n{calls}");
        exercise(&parse("t", Path::new("t.txt"), &text).expect("the text is a scenario"), edition)
    }

    #[test]
    fn pairs_are_counted_up_to_the_call_that_ends_the_process() {
        let calls = "a = create() -> 1\nincref(a, implieslink=True) -> None\nhold(a) -> None\n\
                     decref(a)\n    3.13 -> crash SIGABRT\n    3.14 -> None\nget_main()\n    3.14 -> (0, 1)\n";
        let of_3_13: Vec<_> = of(calls, Edition::V313).pairs.into_iter().map(|(a, b)| format!("{a} {b}")).collect();
        assert_eq!(of_3_13, ["create incref", "hold decref", "incref hold"]);
        assert_eq!(of(calls, Edition::V314).pairs.len(), 4);
    }

    #[test]
    fn the_rules_of_steps_count_as_those_of_the_operations_do() {
        let found = of("a = create() -> 1\ndestroy(a) -> None\n", Edition::Repaired);
        assert!(found.rules.contains(&Rule::DestroyOrder) && found.rules.contains(&Rule::EndFlush));
    }

    #[test]
    fn branches_have_a_text_and_an_order_that_stay() {
        let found = of("get_main() -> (0, 1)\nlist_all() -> [(0, 1)]\n", Edition::V314);
        let texts: Vec<_> = found.branches.iter().map(Branch::to_string).collect();
        assert_eq!(
            texts,
            [
                "get_main => returned [module.arguments]",
                "list_all => returned [interpreter.list.order module.arguments]"
            ]
        );
    }
}
