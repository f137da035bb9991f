//! What the searches met: every situation worth knowing, every situation a scope promises, every rule of the steps.

use crossinterp_model::explore::{Tally, Verdict};
use crossinterp_model::rule::{Layer, Rule};
use crossinterp_model::witness::{Witness, WitnessSet};

use super::sweep;

fn everything() -> Tally {
    let mut tally = Tally::default();
    sweep::all().iter().for_each(|explored| tally.add(&explored.report.tally));
    tally
}

#[test]
fn every_witness_is_met_in_some_scope_of_some_edition() {
    let missing: Vec<_> = WitnessSet::of(Witness::ALL).minus(everything().met()).iter().collect();
    assert!(missing.is_empty(), "never met: {missing:?}");
}

#[test]
fn every_scope_meets_what_it_promises_in_every_edition() {
    for explored in sweep::all() {
        let missing: Vec<_> = explored.scope.expects.minus(explored.report.tally.met()).iter().collect();
        assert!(missing.is_empty(), "{} never meets {missing:?}", explored.place());
        assert!(!matches!(explored.report.verdict, Verdict::Vacuous { .. }), "{}", explored.place());
    }
}

#[test]
fn every_rule_of_the_steps_fires_in_some_transition() {
    let tally = everything();
    let steps = Rule::ALL.iter().filter(|rule| rule.layer() == Layer::Step);
    let silent: Vec<_> = steps.filter(|&&rule| tally.fired(rule) == 0).map(|rule| rule.id()).collect();
    assert!(silent.is_empty(), "no transition realises {silent:?}");
}

#[test]
fn no_rule_of_the_module_layer_is_claimed_by_a_step() {
    let tally = everything();
    let module = Rule::ALL.iter().filter(|rule| rule.layer() == Layer::Module);
    let claimed: Vec<_> = module.filter(|&&rule| tally.fired(rule) > 0).map(|rule| rule.id()).collect();
    assert!(claimed.is_empty(), "a step claims {claimed:?}, which scenarios exercise");
}
