//! What people see: stories, rows, the command line, and the README, which shows what the program prints.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crossinterp_model::catalogue::{
    NAMES, OWNER_RUNS, PRESERVED, PROCESS, QUEUE, REGISTRY_FREE_THREADS, RELEASE, SCOPES, SESSIONS, UPDATES,
};
use crossinterp_model::edition::Edition;
use crossinterp_model::scope::Scope;
use crossinterp_suite::story::Story;
use crossinterp_suite::sweep::{Options, Searched, Text, search};

fn searched(edition: Edition, scope: Scope, options: Options) -> Searched {
    search(Text::Edition(edition), scope, options, &|_| {})
}

fn story(edition: Edition, scope: Scope, defect: &str) -> Story {
    let stories = searched(edition, scope, Options::default()).stories();
    stories.into_iter().find(|story| story.defect == Some(defect)).expect("the scope shows the defect")
}

macro_rules! stories {
    ($($test:ident: $edition:ident, $scope:ident, $defect:literal;)*) => {
        $(#[test] fn $test() { insta::assert_snapshot!(story(Edition::$edition, $scope, $defect).tell()); })*
    };
}

stories! {
    a_release_after_the_owner_was_destroyed: Dev313, RELEASE, "release-after-owner-destroyed-leak";
    a_release_between_lookup_and_enqueue: Dev313, RELEASE, "release-lookup-then-enqueue-toctou";
    a_release_lost_in_finalization: Dev313, RELEASE, "pending-call-lost-in-finalization";
    a_release_that_a_full_queue_drops: Dev313, QUEUE, "pending-queue-overflow-leak";
    a_structure_that_the_inverted_flag_leaks: Dev313, RELEASE, "inverted-rawfree-struct-leak";
    a_conversion_without_memory: V314, OWNER_RUNS, "oom-initwithsize-no-exception";
    a_tuple_whose_items_find_no_memory: V313, OWNER_RUNS, "tuple-oom-leak";
    two_registrations_without_a_lock: V314, REGISTRY_FREE_THREADS, "registry-unlocked-per-interpreter";
    a_name_that_goes_while_its_namespace_is_filled: V314, NAMES, "key-lookup-miss-null-default";
    a_namespace_that_is_bound_in_part: V314, NAMES, "namespace-partial-apply";
    a_refusal_that_is_asked_for_again: V313, SESSIONS, "already-running-race";
    an_error_that_is_lost_with_its_snapshot: V314, SESSIONS, "capture-failure-loses-error";
    a_call_that_never_ran: V314, SESSIONS, "call-unpack-failure-is-success";
    values_that_are_not_there: V313, UPDATES, "enter-null-without-exception-is-success";
    a_preserved_value_whose_owner_has_ended: V314, PRESERVED, "preserved-read-after-owner-destroyed";
    a_thread_that_is_in_the_way: V313, PROCESS, "lingering-thread-fatal";
}

/// A client that stops offering a call, or a step that is no longer taken, changes these figures before anything else.
#[test]
fn the_figures_of_every_search_are_pinned() {
    let mut lines = String::new();
    for edition in Edition::ALL {
        for &scope in SCOPES {
            let row = searched(edition, scope, Options::default()).row();
            let figures = format!("{} states, {} transitions, depth {}", row.states, row.transitions, row.depth);
            lines += &format!("{edition} {}: {}; {figures}\n", scope.name, row.verdict);
        }
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn only_an_exhausted_search_reads_as_verified() {
    let whole = searched(Edition::Repaired, RELEASE, Options::default());
    assert_eq!((whole.row().verdict, whole.is_expected()), ("verified", true));
    let cut = searched(Edition::Repaired, RELEASE, Options { states_max: 1000, ..Options::default() });
    assert_eq!((cut.row().verdict, cut.is_expected(), cut.is_bounded()), ("bounded", false, true));
    let refuted = searched(Edition::V314, RELEASE, Options::default());
    assert_eq!((refuted.row().verdict, refuted.is_expected()), ("refuted", true));
}

fn xi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xi")).args(arguments).output().expect("the program runs")
}

fn refused(arguments: &[&str]) -> String {
    let output = xi(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn a_wrong_command_line_is_refused_with_what_to_do() {
    insta::assert_snapshot!(refused(&["check", "--scope", "spam"]), @r"xi: unknown scope 'spam': use one of release, queue, buffer, owner-runs, reuse, life, threads, free-threads, registry, registry-threads, registry-free-threads, registry-end, names, namespace, sessions, updates, preserved, nested, main-module, process, release-deep, life-deep, exchange, sessions-deep, everything");
    insta::assert_snapshot!(refused(&["trace", "spam"]), @"xi: unknown defect 'spam': `xi defects` lists them");
    insta::assert_snapshot!(refused(&["trace", "finish-pending-calls-single-pass", "--edition", "3.14"]), @"xi: edition 3.14 does not have the defect finish-pending-calls-single-pass");
    assert!(refused(&["check", "--edition", "2.7"]).contains("use one of 3.13-dev, 3.13, 3.14, repaired"));
    assert!(refused(&["play", "no/such/file.txt"]).contains("no/such/file.txt"));
    assert!(refused(&["conform", "--", "/no/such/program"]).contains("cannot start /no/such/program"));
}

#[test]
fn a_defect_that_one_conversion_shows_is_told_by_it() {
    let told = xi(&["trace", "is-shareable-shallow"]);
    assert_eq!(told.status.code(), Some(0));
    insta::assert_snapshot!(String::from_utf8(told.stdout).expect("text"));
}

#[test]
fn a_defect_that_one_capture_or_one_call_shows_is_told_by_it() {
    let told = |name: &str| String::from_utf8(xi(&["trace", name]).stdout).expect("text");
    insta::assert_snapshot!("one_capture", told("excinfo-init-type-wrong-field-check"));
    insta::assert_snapshot!("one_call", told("config-surrogate-strncpy-null"));
}

/// Each code has a witness, and the table says how long its way is.
#[test]
fn each_code_has_a_witness() {
    let witnesses = crossinterp_suite::codes::witnesses();
    let without: Vec<_> = witnesses.iter().filter(|found| found.lines.is_empty()).map(|found| found.code).collect();
    assert!(without.is_empty(), "no way leads to {without:?}");
    insta::assert_snapshot!(String::from_utf8(xi(&["codes"]).stdout).expect("text"));
    assert!(refused(&["codes", "SPAM"]).contains("use one of NO_ERROR"));
}

#[test]
fn a_search_that_is_cut_short_says_so_in_its_exit_code() {
    let cut = xi(&["check", "--edition", "repaired", "--scope", "release", "--states-max", "1000"]);
    assert_eq!(cut.status.code(), Some(3));
    assert!(!String::from_utf8_lossy(&cut.stdout).contains("verified"));
}

#[test]
fn json_is_the_same_in_every_run() {
    let check = ["check", "--scope", "release", "--both", "--traces", "--json"];
    let (first, second) = (xi(&check), xi(&check));
    assert_eq!(first.status.code(), Some(0));
    assert_eq!(first.stdout, second.stdout);
    serde_json::from_slice::<serde_json::Value>(&first.stdout).expect("valid JSON");
}

#[test]
fn the_picture_in_the_readme_is_what_the_program_prints() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).expect("a README");
    let picture = story(Edition::V314, RELEASE, "release-lookup-then-enqueue-toctou").tell();
    assert!(readme.contains(picture.trim_end()), "the README should show:\n{picture}");
}
