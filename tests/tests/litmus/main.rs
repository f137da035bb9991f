//! Every schedule of the implementation against everything that the model allows.
//!
//! For each litmus scenario the set of outcomes that loom sees must equal the set that the model computes. The bound on
//! preemptions is raised step by step, so that the first failure is a minimal one; a budget that is hit is a failure.

mod exchange;
mod player;
mod schedules;
mod sessions;
mod table;

use std::collections::BTreeSet;

use crossinterp_loom::sabotage::Sabotage;
use crossinterp_model::defect::DefectSet;
use crossinterp_model::litmus::{self, Observation, outcomes};
use crossinterp_model::scope::Scope;

use schedules::{Failure, explore};

fn allowed(scope: Scope) -> BTreeSet<Observation> {
    outcomes(scope, DefectSet::NONE).expect("the repaired protocol has no fault in a litmus scenario")
}

fn lines(outcomes: &BTreeSet<Observation>) -> String {
    outcomes.iter().map(|outcome| format!("  {outcome}\n")).collect()
}

/// Loom's set equals the model's; both are printed if not.
fn check(name: &str) {
    let scope = litmus::litmus(name).expect("a litmus scenario of that name");
    let allowed = allowed(scope);
    match explore(scope, None, &allowed) {
        Err(failure) => panic!("{name}: {failure}\nthe model allows\n{}", lines(&allowed)),
        Ok(explored) => {
            println!("{name}: {} outcomes, {} schedules", explored.seen.len(), explored.schedules);
            assert_eq!(
                explored.seen,
                allowed,
                "{name}: loom saw\n{}the model allows\n{}",
                lines(&explored.seen),
                lines(&allowed)
            );
        }
    }
}

macro_rules! litmus_tests {
    ($($test:ident = $name:literal;)*) => {
        $(#[test] fn $test() { check($name); })*

        #[test]
        fn every_litmus_scenario_of_the_model_is_checked() {
            let checked: BTreeSet<_> = [$($name),*].into();
            let all: BTreeSet<_> = litmus::ALL.iter().map(|scope| scope.name).collect();
            assert_eq!(checked, all);
        }
    };
}

litmus_tests! {
    a_release_meets_the_end_of_its_owner = "release-destroy";
    two_releases_of_one_capsule = "release-release";
    a_read_meets_the_end_of_the_owner = "read-destroy";
    a_release_meets_the_flush = "release-flush";
    creating_meets_destroying = "create-destroy";
    two_destroys_of_one_interpreter = "destroy-destroy";
    calls_and_releases_meet_a_full_queue = "full-queue";
    a_release_in_the_owner_meets_a_foreign_read = "owner-release-read";
    entering_meets_destroying = "enter-destroy";
    a_release_meets_a_visit_to_the_owner = "enter-release";
    a_read_meets_a_release = "read-release";
    two_reads_of_a_one_shot_payload = "read-read-once";
    a_call_meets_the_end_of_its_interpreter = "call-destroy";
    a_read_meets_a_release_and_then_the_end_of_the_owner = "read-release-then-destroy";
    a_release_and_a_read_meet_the_end_of_the_owner = "release-read-destroy";
    two_releases_meet_the_end_of_the_owner = "release-release-destroy";
    a_release_and_a_read_meet_a_visit_to_the_owner = "visit-release-read";
    a_registration_meets_two_lookups = "register-lookup";
    two_registrations_in_ways_of_their_own = "register-register";
    a_registration_that_comes_and_goes_meets_two_lookups = "register-unregister-lookup";
    two_unregistrations_of_one_registration = "unregister-unregister";
    registrations_and_unregistrations_that_pair = "register-counts";
    two_unregistrations_of_a_builtin_meet_a_lookup = "builtin-stays";
    lookups_around_a_registration_meet_one_in_another_way = "lookup-conflict-lookup";
    a_lookup_on_either_side_of_a_registration_meets_an_unregistration = "lookup-register-lookup";
    applying_a_namespace_meets_the_end_of_its_source = "namespace-destroy";
    freeing_a_namespace_meets_the_end_of_its_source = "namespace-free-destroy";
    freeing_a_namespace_meets_a_visit_to_its_source = "namespace-visit";
    a_namespace_that_finds_no_memory_meets_the_end_of_its_source = "namespace-partial";
    two_sessions_in_one_interpreter = "session-session";
    a_session_meets_the_end_of_its_interpreter = "session-destroy";
    a_body_that_raises_meets_two_destroys = "session-fails-destroy";
    a_body_whose_error_cannot_be_told_meets_a_session = "session-unprintable";
    a_preserved_value_meets_the_end_of_its_owner = "session-preserve-destroy";
    a_value_preserved_by_a_body_that_raises_meets_the_end_of_its_owner = "session-preserve-fails-destroy";
    two_sessions_that_preserve = "session-preserve-preserve";
    a_preserved_value_meets_a_session_and_the_end_of_its_owner = "session-preserve-visit-destroy";
    a_session_within_a_session_meets_both_ends = "session-nested-destroy";
    two_threads_enter_two_interpreters_in_opposite_order = "session-nested-crossing";
    updates_that_do_not_cross_meet_a_session = "session-updates-refused";
    updates_that_cannot_be_bound_meet_some_that_can = "session-apply-fails";
    a_release_meets_a_session_in_the_owner = "session-release";
    a_release_in_the_owners_session_meets_its_end = "session-releases-destroy";
}

/// Each protocol bug is caught by the first of these scenarios, with a minimal schedule that reads as a story.
fn caught(sabotage: Sabotage, name: &str) -> Failure {
    let scope = litmus::litmus(name).expect("a litmus scenario of that name");
    let found = explore(scope, Some(sabotage), &allowed(scope));
    found.err().unwrap_or_else(|| panic!("{sabotage:?} shows nothing in {name}"))
}

#[test]
fn an_enqueue_after_the_flush_is_caught() {
    insta::assert_snapshot!(caught(Sabotage::EnqueueAfterFlush, "release-destroy"));
}

#[test]
fn a_leave_that_does_not_look_again_is_caught() {
    insta::assert_snapshot!(caught(Sabotage::DrainWithoutRecheck, "enter-release"));
}

#[test]
fn a_teardown_that_does_not_wait_for_readers_is_caught() {
    insta::assert_snapshot!(caught(Sabotage::ReclaimPinned, "read-destroy"));
}

#[test]
fn a_claim_that_comes_last_is_caught() {
    insta::assert_snapshot!(caught(Sabotage::ClaimAfterPush, "release-release"));
}

#[test]
fn a_drainer_that_tells_nobody_is_caught() {
    insta::assert_snapshot!(caught(Sabotage::SilentDrainer, "enter-release"));
}

#[test]
fn a_lookup_that_goes_on_with_what_it_remembers_is_caught() {
    let scope = litmus::litmus("register-lookup").expect("a litmus scenario of that name");
    let allowed = allowed(scope);
    let explored = explore(scope, Some(Sabotage::StaleLookup), &allowed);
    let Ok(explored) = explored else { panic!("what it shows is allowed") };
    // Nothing that it shows gives it away, but what it never shows.
    let never_shown: BTreeSet<_> = allowed.difference(&explored.seen).cloned().collect();
    insta::assert_snapshot!(lines(&never_shown));
}

#[test]
fn a_lookup_that_goes_on_with_what_it_remembers_contradicts_its_own_thread() {
    insta::assert_snapshot!(caught(Sabotage::StaleLookup, "lookup-register-lookup"));
}

#[test]
fn a_registration_that_is_lost_is_caught() {
    insta::assert_snapshot!(caught(Sabotage::LostCount, "register-counts"));
}

#[test]
fn a_budget_that_is_hit_is_a_failure() {
    let scope = litmus::litmus("release-destroy").expect("a litmus scenario of that name");
    let failure =
        schedules::explore_within(3, scope, None, &allowed(scope)).err().expect("three schedules are not enough");
    assert!(failure.to_string().contains("budget"), "{failure}");
}

#[test]
fn an_outcome_that_the_model_does_not_allow_is_a_failure() {
    let scope = litmus::litmus("release-destroy").expect("a litmus scenario of that name");
    let mut fewer = allowed(scope);
    fewer.pop_last();
    assert!(explore(scope, None, &fewer).is_err());
}
