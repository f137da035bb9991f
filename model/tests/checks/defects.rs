//! Each defect can be seen, each property can fail, and nothing fails that the catalogue does not explain.

use std::collections::BTreeSet;

use crossinterp_model::Model;
use crossinterp_model::catalogue::{SCOPES, around_repaired};
use crossinterp_model::convert;
use crossinterp_model::defect::{Concept, Defect, DefectSet, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_model::excinfo;
use crossinterp_model::explore::{Explorer, Verdict};
use crossinterp_model::fault::{Fault, Property, Violation};
use crossinterp_model::module::refute;
use crossinterp_model::runtime;
use crossinterp_model::scope::Scope;

use super::sweep;

/// What the C code leaves to its callers; the client of the C editions keeps the contract.
const CONTRACT: [Defect; 2] = [Defect::UnclaimedRelease, Defect::FreeUnclaimed];

/// What one conversion, one capture, one call or one process shows needs no scope.
fn is_sequential(defect: &Defect) -> bool {
    let of_the_world = Fault::ALL.iter().any(|fault| fault.explanations().contains(defect));
    !of_the_world && is_shown_without_threads(defect)
}

fn is_shown_without_threads(defect: &Defect) -> bool {
    convert::SEQUENTIAL_DEFECTS.contains(defect)
        || excinfo::SEQUENTIAL_DEFECTS.contains(defect)
        || refute::SEQUENTIAL_DEFECTS.contains(defect)
        || runtime::SEQUENTIAL_DEFECTS.contains(defect)
}

#[test]
fn without_a_defect_every_scope_is_exhausted() {
    let repaired: Vec<_> = sweep::all().iter().filter(|explored| explored.edition == Edition::Repaired).collect();
    assert_eq!(repaired.len(), SCOPES.len());
    for explored in repaired {
        assert_eq!(explored.report.verdict, Verdict::Exhausted, "{}", explored.place());
        assert!(explored.report.complete && explored.report.refutations.is_empty(), "{}", explored.place());
    }
}

#[test]
fn each_defect_alone_is_refuted_on_some_scope_by_a_trace_that_ends_in_its_own_rule() {
    let mut unexplained = Vec::new();
    let of_the_world = Defect::ALL.iter().filter(|defect| !is_sequential(defect));
    let unseen: Vec<_> = of_the_world.filter(|&&defect| !shows_alone(defect, &mut unexplained)).collect();
    assert!(unseen.is_empty(), "no scope shows {unseen:?}");
    assert!(unexplained.is_empty(), "explained by nothing that is on: {unexplained:#?}");
}

/// Searches scope after scope until the defect shows; whatever else is found on the way must be explained as well.
fn shows_alone(defect: Defect, unexplained: &mut Vec<String>) -> bool {
    let on = DefectSet::NONE.with_needs(defect);
    let is_own = |violation: Violation| {
        violation.fault.explanations().contains(&defect) && violation.fault.rule() == defect.rule()
    };
    likely_scopes(defect).any(|scope| {
        let model = Model::new(around_repaired(scope, on));
        let report = Explorer::new(&model).stop_at(&is_own).run();
        let found: Vec<_> = report.refutations.iter().map(|found| found.violation).collect();
        let stray = found.iter().filter(|violation| violation.defect(on).is_none());
        unexplained.extend(stray.map(|violation| format!("{violation:?} with {defect} alone on {}", scope.name)));
        found.into_iter().any(is_own)
    })
}

/// Every scope, those first in which the defect is likely to show.
fn likely_scopes(defect: Defect) -> impl Iterator<Item = Scope> {
    let of_sessions = defect.concept() >= Concept::Excinfo;
    let likely = move |scope: &&Scope| (scope.sessions > 0) == of_sessions;
    SCOPES.iter().filter(likely).chain(SCOPES.iter().filter(move |scope| !likely(scope))).copied()
}

#[test]
fn each_property_is_refuted_by_some_defect_or_mutant() {
    let of_editions = sweep::all().iter().flat_map(|explored| &explored.report.refutations);
    let mut refuted: BTreeSet<Property> = of_editions.map(|refutation| refutation.violation.fault.property()).collect();
    let mutants = Defect::ALL.iter().filter(|defect| defect.origin() == Origin::Mutant);
    refuted.extend(mutants.flat_map(|&mutant| nearest_faults_around(mutant)).map(Fault::property));
    let untested: Vec<_> = Property::ALL.into_iter().filter(|property| !refuted.contains(property)).collect();
    assert!(untested.is_empty(), "nothing refutes {untested:?}");
}

/// The nearest fault on each scope: enough to see that a property can fail.
fn nearest_faults_around(mutant: Defect) -> impl Iterator<Item = Fault> {
    let defects = DefectSet::NONE.with_needs(mutant);
    SCOPES.iter().flat_map(move |&scope| {
        let model = Model::new(around_repaired(scope, defects));
        Explorer::new(&model).stop_at_first().run().refutations.into_iter().map(|found| found.violation.fault)
    })
}

#[test]
fn every_refutation_of_an_edition_is_explained_by_a_defect_that_it_has() {
    for explored in sweep::all() {
        for refutation in &explored.report.refutations {
            let explained = refutation.violation.defect(explored.edition.defects());
            assert!(explained.is_some(), "nothing explains {:?} of {}", refutation.violation.fault, explored.place());
        }
    }
}

#[test]
fn every_defect_of_an_edition_is_shown_by_some_scope_unless_callers_keep_it_away() {
    for edition in Edition::ALL {
        let reports = sweep::all().iter().filter(|explored| explored.edition == edition);
        let faults =
            reports.flat_map(|explored| &explored.report.refutations).map(|refutation| refutation.violation.fault);
        let shown: BTreeSet<_> = faults.flat_map(Fault::explanations).copied().collect();
        let on = edition.defects();
        let elsewhere = |defect: &Defect| CONTRACT.contains(defect) || is_sequential(defect) || on.hides(*defect);
        let expected = on.iter().filter(|defect| !elsewhere(defect));
        let hidden: Vec<_> = expected.filter(|defect| !shown.contains(defect)).collect();
        assert!(hidden.is_empty(), "{edition} has {hidden:?} and no scope shows them");
    }
}

#[test]
fn the_repaired_edition_has_no_defect_and_the_others_no_mutant_but_the_contract() {
    assert_eq!(Edition::Repaired.defects(), DefectSet::NONE);
    for edition in [Edition::Dev313, Edition::V313, Edition::V314] {
        let mutants: Vec<_> = edition.defects().iter().filter(|defect| defect.origin() == Origin::Mutant).collect();
        assert_eq!(mutants, CONTRACT, "{edition}");
    }
}

#[test]
fn names_lead_back_to_their_defects_and_each_fault_to_its_property() {
    assert!(Defect::ALL.iter().all(|&defect| Defect::from_name(defect.name()) == Some(defect)));
    assert_eq!(Defect::from_name("no-such-defect"), None);
    let covered: BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.property()).collect();
    assert_eq!(covered.len(), Property::ALL.len(), "each property is violated by some fault");
}
