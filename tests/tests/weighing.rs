//! What each fix comes to, on the scopes that tell most: what it closes, what it leaves, what it opens. The whole matrix is
//! printed by `xi weigh`; here stand the places of it that an argument rests on.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crossinterp_model::Model;
use crossinterp_model::catalogue::{SCOPES, scope, setup};
use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_model::explore::Explorer;
use crossinterp_model::fix::{Fix, FixSet};
use crossinterp_model::patch::Patch;
use crossinterp_model::rule::Rule;
use crossinterp_model::scope::Scope;
use crossinterp_model::step::{Pc, Step};
use crossinterp_model::world::World;
use crossinterp_suite::weigh::{Change, Effect, Options, Scales, Weighed};

fn scopes(names: &[&str]) -> Vec<Scope> {
    names.iter().map(|name| scope(name).expect("a scope of that name")).collect()
}

fn weigh(change: Change, edition: Edition, names: &[&str]) -> Weighed {
    let scopes = scopes(names);
    let options = Options { scopes: &scopes, ..Options::default() };
    let weighed = Scales::new(options, &|_| {}).weigh(change, edition);
    assert!(weighed.complete, "nothing follows from a search that was cut short");
    weighed
}

fn fix(fix: Fix, names: &[&str]) -> Weighed {
    weigh(Change::fix(fix), fix.base(), names)
}

fn effect(weighed: &Weighed, rule: Rule) -> Option<Effect> {
    weighed.cells.get(&rule).map(|cell| cell.effect)
}

/// The sentence of the violation that stands for the rule after the change.
fn told(weighed: &Weighed, rule: Rule) -> &'static str {
    let trace = weighed.cells[&rule].trace().expect("the rule is refuted after the change");
    trace.refutation.violation.fault.sentence()
}

#[test]
fn the_raw_free_flag_closes_the_leak_and_shows_a_use_after_free() {
    let weighed = fix(Fix::RawFreeFlag, &["release"]);
    assert_eq!(effect(&weighed, Rule::ReleaseHelper), Some(Effect::Unmasked));
    assert!(told(&weighed, Rule::ReleaseHelper).contains("structure the failed release has freed"));
    let leaks = &weighed.cells[&Rule::ReleaseHelper].closed;
    let leak = |found: &crossinterp_suite::weigh::Finding| found.refutation.violation.fault.sentence();
    assert!(
        leaks.iter().chain(&weighed.cells[&Rule::ReleaseHelper].hidden).any(|found| leak(found).contains("not freed"))
    );
}

#[test]
fn a_status_word_frees_what_the_owner_left_and_frees_objects_too_late() {
    let weighed = fix(Fix::ClaimAndFree, &["release"]);
    assert_eq!(effect(&weighed, Rule::ClearOwner), Some(Effect::Opened));
    assert!(told(&weighed, Rule::ClearOwner).contains("after the objects of its owner were cleared"));
    assert_ne!(effect(&weighed, Rule::ReleaseLookup), Some(Effect::Closed), "the race of the lookup is as it was");
}

#[test]
fn refusing_calls_at_the_end_moves_the_loss_to_where_nobody_looks() {
    let weighed = fix(Fix::RefuseFinalizing, &["release", "owner-runs"]);
    assert_eq!(effect(&weighed, Rule::AddFinalizing), Some(Effect::Closed));
    assert_eq!(effect(&weighed, Rule::CallReported), Some(Effect::Opened));
    assert!(told(&weighed, Rule::CallReported).contains("refuses the call, and success is reported"));
}

#[test]
fn going_round_before_the_end_leaves_the_window_behind_the_last_look() {
    let weighed = fix(Fix::LoopBeforeEnd, &["release"]);
    assert_eq!(effect(&weighed, Rule::AddFinalizing), Some(Effect::Open));
}

#[test]
fn a_queue_without_a_bound_is_full_when_memory_is() {
    let weighed = fix(Fix::UnboundedQueue, &["release"]);
    let cell = &weighed.cells[&Rule::CallReported];
    assert_eq!(cell.effect, Effect::Opened);
    assert!(cell.opened.iter().all(|found| found.refutation.violation.place == Some(Pc::QueueNoMemory)));
    assert!(!cell.closed.is_empty() && cell.kept.is_empty(), "it is never full otherwise");
}

#[test]
fn a_larger_queue_is_full_later() {
    let (before, after) = (fix(Fix::LargerQueue, &["queue"]), Rule::CallReported);
    assert_eq!(effect(&before, after), Some(Effect::Open));
    let length = before.cells[&after].trace().map_or(0, |found| found.refutation.path.len());
    let plain =
        Explorer::new(&Model::new(setup(scope("queue").expect("it is there"), Edition::Dev313)).past_faults()).run();
    let full = plain.refutations.iter().filter(|found| found.violation.fault.rule() == Rule::CallReported);
    assert!(full.map(|found| found.path.len()).min().is_some_and(|before| before < length));
}

#[test]
fn a_word_for_being_destroyed_keeps_enters_out_and_can_leave_an_interpreter_undead() {
    let weighed = fix(Fix::LifecycleStates, &["sessions"]);
    assert_eq!(effect(&weighed, Rule::DestroyRunning), Some(Effect::Opened));
    assert!(told(&weighed, Rule::DestroyRunning).contains("neither entered nor destroyed"));
    assert_eq!(effect(&weighed, Rule::LookupStale), Some(Effect::Open), "an address is as stale as before");
}

#[test]
fn a_mark_for_what_is_not_ready_closes_the_race_with_the_maker() {
    let weighed = fix(Fix::NotReadyState, &["sessions"]);
    assert_eq!(effect(&weighed, Rule::CreateReady), Some(Effect::Closed));
    assert_eq!(weighed.rules(Effect::Opened).count(), 0);
}

/// A caller who looks is told that there is no memory; then nothing is opened.
#[test]
fn a_queue_without_a_bound_is_safe_for_callers_who_look() {
    let change = Change::fix(Fix::UnboundedQueue).without("pending-queue-overflow-leak").expect("a defect");
    let weighed = weigh(change, Edition::V314, &["reuse"]);
    assert_eq!(effect(&weighed, Rule::CallReported), Some(Effect::Closed));
    let in_one_step = Change::fix(Fix::UnboundedQueue).without("release-lookup-then-enqueue-toctou").expect("a defect");
    let weighed = weigh(in_one_step, Edition::V314, &["reuse"]);
    assert_eq!(
        effect(&weighed, Rule::CallReported),
        Some(Effect::Opened),
        "memory is asked for under the lock as well"
    );
}

#[test]
fn a_guard_closes_the_race_of_the_lookup_and_not_the_full_queue() {
    let weighed = fix(Fix::PinOwner, &["release"]);
    assert_eq!(effect(&weighed, Rule::ReleaseLookup), Some(Effect::Closed));
    assert_eq!(effect(&weighed, Rule::AddFinalizing), Some(Effect::Closed));
    assert_eq!(effect(&weighed, Rule::CallReported), Some(Effect::Open));
    assert_eq!(effect(&weighed, Rule::ReleaseOwnerGone), Some(Effect::Open), "who comes too late leaks as before");
}

#[test]
fn the_unconditional_error_closes_what_it_claims() {
    let weighed = fix(Fix::AlreadyRunning, &["sessions"]);
    assert_eq!(effect(&weighed, Rule::ErrorApplyRaises), Some(Effect::Closed));
    assert_eq!(effect(&weighed, Rule::ErrorAlreadyRunning), Some(Effect::Closed));
    assert_eq!(weighed.rules(Effect::Opened).count() + weighed.rules(Effect::Unmasked).count(), 0);
}

#[test]
fn threads_that_hang_take_the_place_of_a_process_that_dies() {
    let weighed = fix(Fix::HangThreads, &["process"]);
    assert_eq!(effect(&weighed, Rule::RuntimeLingering), Some(Effect::Closed));
    assert_eq!(effect(&weighed, Rule::EndThreads), Some(Effect::Opened));
    assert!(told(&weighed, Rule::EndThreads).contains("hangs for ever"));
}

#[test]
fn a_flush_that_goes_on_closes_what_it_claims() {
    let weighed = fix(Fix::FlushUntilEmpty, &["queue"]);
    assert_eq!(effect(&weighed, Rule::FlushAll), Some(Effect::Closed));
}

#[test]
fn the_repaired_protocol_closes_everything_and_opens_nothing() {
    let weighed = fix(Fix::Repaired, &["release", "namespace", "sessions", "preserved"]);
    let all: Vec<_> = weighed.cells.iter().filter(|(_, cell)| cell.effect != Effect::Closed).collect();
    assert!(all.is_empty() && !weighed.cells.is_empty(), "{all:?}");
}

/// Where a fix concerns nothing that a scope does, the search need not be made again: here it is, and nothing differs.
#[test]
fn what_a_fix_does_not_concern_it_does_not_change() {
    let mut compared = 0;
    for &fix in Fix::ALL {
        let edition = fix.base();
        let plain = |scope: &Scope| setup(*scope, edition);
        let spared =
            SCOPES.iter().filter(|scope| !fix.concerns(&plain(scope).scope)).min_by_key(|scope| scope.calls_each);
        let Some(scope) = spared else { continue };
        let figures = |setup| {
            let report = Explorer::new(&Model::new(setup)).run();
            (report.states, report.transitions, report.refutations.len())
        };
        let fixed = plain(scope).fixed(FixSet::NONE.with(fix));
        assert_eq!(figures(plain(scope)), figures(fixed), "{fix} on {}", scope.name);
        compared += 1;
    }
    assert!(compared >= 8, "only {compared} fixes spare a scope");
}

/// The lookup of a release holds the list lock until its clear is queued; other lookups do not.
#[derive(Debug)]
struct LockedRelease;

impl Patch for LockedRelease {
    fn name(&self) -> &'static str {
        "locked-release"
    }

    fn reading(&self, _: &World, step: Step, on: DefectSet) -> DefectSet {
        if step.pc() == Pc::ReleaseLookUp { on.without(Defect::ReleaseLookupThenEnqueue) } else { on }
    }
}

/// An interpreter is unlinked only when nobody who has looked it up is on the way to its queue.
#[derive(Debug)]
struct WaitBeforeUnlinking;

impl Patch for WaitBeforeUnlinking {
    fn name(&self) -> &'static str {
        "wait-before-unlinking"
    }

    fn lets(&self, world: &World, step: Step) -> bool {
        let ending = world.threads[usize::from(step.thread())].reg_slot;
        let on_the_way = |pc| matches!(pc, Pc::ReleaseHandOver | Pc::CallHandOver);
        step.pc() != Pc::EndUnlink
            || !world.threads.iter().any(|thread| on_the_way(thread.pc()) && thread.reg_slot == ending)
    }
}

#[test]
fn a_patch_of_ones_own_is_weighed_like_any_other() {
    let locked = weigh(Change::patch(&LockedRelease), Edition::V314, &["release", "reuse"]);
    assert_eq!(effect(&locked, Rule::ReleaseLookup), Some(Effect::Narrowed), "plain calls race as before");
    let waits = weigh(Change::patch(&WaitBeforeUnlinking), Edition::V314, &["release", "reuse"]);
    assert_eq!(effect(&waits, Rule::ReleaseLookup), Some(Effect::Closed));
    assert_eq!(effect(&waits, Rule::AddFinalizing), Some(Effect::Narrowed), "what is queued too late is still lost");
    let nothing = weigh(Change::default(), Edition::V314, &["release"]);
    assert!(nothing.cells.values().all(|cell| cell.effect == Effect::Open), "and no change changes nothing");
}

/// An argument rests on its trace: those that the chapter shows are what the program prints now.
#[test]
fn the_traces_in_the_chapter_are_those_of_the_model() {
    let chapter =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/weighing.md")).expect("the chapter");
    let shown = [
        (Fix::RefuseFinalizing, "release", Rule::CallReported),
        (Fix::LoopBeforeEnd, "release", Rule::AddFinalizing),
        (Fix::LifecycleStates, "buffer", Rule::DestroyRunning),
    ];
    for (change, scope, rule) in shown {
        let weighed = fix(change, &[scope]);
        let told = weighed.cells[&rule].trace().expect("it is refuted").story().tell();
        assert!(chapter.contains(told.trim_end()), "the chapter should show:\n{told}");
    }
    let rows = chapter.lines().filter(|line| line.starts_with("│ ") && line.matches('┆').count() == Fix::ALL.len());
    assert!(rows.count() > 50, "the chapter has the matrix, a column for each fix");
}

fn xi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xi")).args(arguments).output().expect("the program runs")
}

#[test]
fn any_combination_can_be_asked_for() {
    let told = xi(&[
        "weigh",
        "--with",
        "pin-owner,unbounded-queue",
        "--without",
        "release-after-owner-destroyed-leak",
        "--scope",
        "release",
    ]);
    assert_eq!(told.status.code(), Some(0));
    insta::assert_snapshot!(String::from_utf8(told.stdout).expect("text"));
    let unknown = xi(&["weigh", "spam"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("unknown fix or defect 'spam': fixes are raw-free-flag"));
    let cut = xi(&["weigh", "larger-queue", "--scope", "queue", "--states-max", "1000"]);
    assert_eq!(cut.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&cut.stdout).contains("CUT SHORT"));
}

#[test]
fn json_has_the_trace_of_each_refuted_place() {
    let told = xi(&["weigh", "refuse-when-finalizing", "--scope", "release", "--json"]);
    let weighed: serde_json::Value = serde_json::from_slice(&told.stdout).expect("valid JSON");
    let rules = weighed[0]["rules"].as_array().expect("rules");
    let refuted = rules.iter().filter(|rule| !matches!(rule["effect"].as_str(), Some("closed" | "hidden")));
    assert!(refuted.clone().count() > 5);
    assert!(refuted.clone().all(|rule| rule["trace"]["lines"].as_array().is_some_and(|lines| !lines.is_empty())));
}
