//! One call at a time, the implementation does exactly what the model says: a refinement over random scripts.
//!
//! proptest draws scripts of calls for one to three threads that take turns. Each is played on the model's sequential
//! reading and on a runtime of the implementation with as many real threads. After every call both must show the same:
//! what the caller was told, what became of each payload, which interpreters exist, which are running, and how many
//! calls wait where. Litmus scenarios look at every schedule of a few calls; this looks at long histories under one.
//!
//! What is told differently by design is written down in `expected`, how each call is made here in `worker`, and
//! nowhere else. A dropped view has no counterpart of its own: here it is given up together with its capsule.

mod exchange;
mod expected;
mod laws;
mod moves;
mod observation;
mod player;
mod refine;
mod shrink;
mod worker;

use std::collections::BTreeSet;

use crossinterp_model::defect::{Defect, DefectSet};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestRng, TestRunner};

use moves::scripts;
use observation::Told;
use refine::{Divergence, Pair, at_the_start, explore};

/// Where the seeds of failures are kept, to be tried first from then on.
const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sequential/proptest-regressions.txt");

/// 256 scripts unless `PROPTEST_CASES` says otherwise.
fn random_runner() -> TestRunner {
    let persistence = FileFailurePersistence::Direct(REGRESSIONS);
    TestRunner::new(Config { failure_persistence: Some(Box::new(persistence)), ..Config::default() })
}

/// The same scripts in every run.
fn fixed_runner() -> TestRunner {
    let config = Config { cases: 512, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// How a pair that is wrong on purpose is found out.
fn caught(pair: Pair) -> Divergence {
    explore(pair, fixed_runner()).expect_err("this pair differs")
}

fn model_with(defect: Defect) -> Pair {
    Pair { defects: DefectSet::NONE.with_needs(defect), ..Pair::FAITHFUL }
}

#[test]
fn the_implementation_does_what_the_model_says() {
    if let Err(divergence) = explore(Pair::FAITHFUL, random_runner()) {
        panic!("the two sides differ\n{divergence}");
    }
}

#[test]
fn before_the_first_call_both_sides_show_the_same() {
    for threads in 1..=expected::THREADS_MAX {
        let (model, implementation) = at_the_start(Pair::FAITHFUL, threads);
        assert_eq!(model, implementation);
    }
}

/// A refinement of what never happens proves nothing: these are the calls and what they were told, over the scripts of
/// a fixed seed.
#[test]
fn the_scripts_reach_every_answer_that_one_call_at_a_time_can_get() {
    let mut runner = fixed_runner();
    let mut reached = BTreeSet::new();
    for _ in 0..4 * runner.config().cases {
        let tree = scripts(DefectSet::NONE).new_tree(&mut runner).expect("there always is a move");
        let (mut expected, script, _) = tree.current();
        for next in script {
            expected = expected.after(&next);
            reached.insert(format!("{:?}: {}", next.call.kind(), without_number(expected.seen().told)));
        }
    }
    insta::assert_snapshot!(reached.into_iter().collect::<Vec<_>>().join("\n"));
}

fn without_number(told: Told) -> String {
    told.to_string().trim_end_matches(char::is_numeric).trim_end().to_owned()
}

#[test]
fn an_implementation_with_a_longer_queue_is_caught() {
    insta::assert_snapshot!(caught(Pair { pending_capacity: 3, ..Pair::FAITHFUL }));
}

#[test]
fn a_model_that_gives_an_id_out_twice_is_caught() {
    insta::assert_snapshot!(caught(model_with(Defect::ReuseIds)));
}

#[test]
fn a_model_whose_releases_are_not_claimed_is_caught() {
    insta::assert_snapshot!(caught(model_with(Defect::UnclaimedRelease)));
}

#[test]
fn a_model_whose_idle_owners_hold_on_to_payloads_is_caught() {
    insta::assert_snapshot!(caught(model_with(Defect::HeldUntilOwnerRuns)));
}

/// The defects of the catalogue that need no second thread in the middle of a call to be told apart.
const SEEN_ONE_CALL_AT_A_TIME: [Defect; 20] = [
    Defect::ReleaseAfterOwnerDestroyed,
    Defect::MemoryviewReused,
    Defect::MemoryviewUnconsumed,
    Defect::MemoryviewAfterOwner,
    Defect::ReadAfterOwner,
    Defect::OverflowLeak,
    Defect::OverflowBufferStuck,
    Defect::SinglePassFlush,
    Defect::DecrefDestroysRunning,
    Defect::SelfDecref,
    Defect::IdrefUnderflow,
    Defect::OverBound,
    Defect::RunInCaller,
    Defect::RegistryConflict,
    Defect::BuiltinUnregistered,
    Defect::RegistryStale,
    Defect::RegistryOom,
    Defect::InitWithSizeNoException,
    Defect::PartialApply,
    Defect::NamespaceNullOwner,
];

/// None of these scripts is longer than six calls.
#[test]
fn every_defect_that_one_call_at_a_time_can_show_is_caught() {
    for defect in SEEN_ONE_CALL_AT_A_TIME {
        let found = caught(model_with(defect));
        assert!(found.calls() <= 6, "{defect}\n{found}");
    }
}
