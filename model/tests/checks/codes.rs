//! Each error code of the repaired protocol is told of its condition, and of nothing else.
//!
//! The condition is read from the world before the step that tells: what the session was entered with, how its body
//! failed, what it preserved. The rule is written down here a second time, on purpose.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crossinterp_model::Model;
use crossinterp_model::call::{Call, CallKind, Keeps, Outcome, Raises, Updates};
use crossinterp_model::catalogue::{SCOPES, setup};
use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_model::error::ErrorCode;
use crossinterp_model::scope::Setup;
use crossinterp_model::step::{Step, Successor};
use crossinterp_model::world::{Session, World};

/// What a session came to, as far as its code depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Condition {
    /// The enter was refused.
    Refused { has_main: bool, brought: Option<Updates>, running: bool, lacks_thread_state: bool },
    /// The session was left.
    Left { raised: Option<Raises>, kept: Option<Keeps>, switched: bool, delivered: bool },
}

/// What the step decides, if it decides what a session will be told. A refusal is decided before it is undone.
fn decided(world: &World, step: Step, next: &Successor) -> Option<(Condition, Outcome)> {
    let thread = step.thread();
    let before = &world.threads[usize::from(thread)];
    let kind = match step {
        Step::Begin { call, .. } => call.kind(),
        Step::Go { .. } => before.call(),
    };
    match kind {
        CallKind::EnterWith if before.refused().is_none() => {
            let outcome = next.outcome.or(next.world.threads[usize::from(thread)].refused())?;
            refused(world, step, outcome).map(|condition| (condition, outcome))
        }
        CallKind::Exit => next.outcome.and_then(|outcome| Some((left(world.session(thread)?, outcome), outcome))),
        _ => None,
    }
}

fn refused(world: &World, step: Step, outcome: Outcome) -> Option<Condition> {
    let running = match outcome {
        Outcome::Running => true,
        Outcome::Failed(_) => false,
        _ => return None,
    };
    let thread = &world.threads[usize::from(step.thread())];
    let place = world.sessions[usize::from(step.thread())].iter().find(|session| !session.is_used());
    let target = world.interpreters.get(usize::from(thread.reg_slot));
    let brought = thread.brings().or_else(|| place.and_then(Session::brought));
    let call = match step {
        Step::Begin { call, .. } => Some(call),
        Step::Go { .. } => None,
    };
    let lacks_thread_state = matches!(call, Some(Call::EnterWith { updates: Updates::NoThreadState, .. }));
    let has_main = target.is_none_or(|there| there.has_main());
    Some(Condition::Refused { has_main, brought, running, lacks_thread_state })
}

fn left(session: &Session, outcome: Outcome) -> Condition {
    let delivered = session.delivered() || outcome == Outcome::Value;
    Condition::Left { raised: session.raised(), kept: session.kept(), switched: session.switched(), delivered }
}

/// The rule, as the book states it.
fn expected(condition: Condition) -> ErrorCode {
    match condition {
        Condition::Refused { running: true, .. } => ErrorCode::AlreadyRunning,
        Condition::Refused { lacks_thread_state: true, .. } => ErrorCode::NoMemory,
        Condition::Refused { brought: Some(Updates::Unshareable), .. } => ErrorCode::NotShareable,
        Condition::Refused { brought: Some(Updates::NoMemory), .. } => ErrorCode::NoMemory,
        Condition::Refused { has_main: false, .. } => ErrorCode::MainNamespaceFailure,
        Condition::Refused { .. } => ErrorCode::ApplyNamespaceFailure,
        Condition::Left { raised: Some(raised), .. } => of_body(raised),
        Condition::Left { kept: Some(Keeps::Unshareable), switched: true, .. } => ErrorCode::NotShareable,
        Condition::Left { kept: Some(_), delivered: false, .. } => ErrorCode::PreserveFailure,
        Condition::Left { .. } => ErrorCode::NoError,
    }
}

fn of_body(raised: Raises) -> ErrorCode {
    match raised {
        Raises::Plain => ErrorCode::UncaughtException,
        Raises::Memory => ErrorCode::NoMemory,
        Raises::Unprintable => ErrorCode::ExceptionPropagationFailure,
        Raises::NotShareable => ErrorCode::NotShareable,
        Raises::Unpack | Raises::Bare => ErrorCode::Other,
        Raises::NoMain => ErrorCode::MainNamespaceFailure,
    }
}

fn told(outcome: Outcome) -> Option<ErrorCode> {
    match outcome {
        Outcome::Failed(code) => Some(code),
        Outcome::Running => Some(ErrorCode::AlreadyRunning),
        Outcome::Done | Outcome::Value => Some(ErrorCode::NoError),
        _ => None,
    }
}

/// Every condition that a scope meets, with the codes that were told of it.
fn met(setup: Setup, found: &mut BTreeMap<Condition, BTreeSet<ErrorCode>>) {
    let model = Model::new(setup);
    let first = setup.scope.initial();
    let (mut seen, mut waiting, mut steps) = (HashSet::from([first]), vec![first], Vec::new());
    while let Some(world) = waiting.pop() {
        model.steps(&world, &mut steps);
        for &step in &steps {
            let next = model.take(&world, step);
            let decided = decided(&world, step, &next);
            if let Some((condition, code)) = decided.and_then(|(condition, outcome)| Some((condition, told(outcome)?)))
            {
                found.entry(condition).or_default().insert(code);
            }
            if seen.insert(next.world) {
                waiting.push(next.world);
            }
        }
    }
}

fn met_by(defects: Option<DefectSet>) -> BTreeMap<Condition, BTreeSet<ErrorCode>> {
    let mut found = BTreeMap::new();
    for &scope in SCOPES.iter().filter(|scope| scope.sessions == 1) {
        let held = setup(scope, Edition::Repaired);
        met(Setup { defects: defects.unwrap_or(held.defects), ..held }, &mut found);
    }
    found
}

#[test]
fn each_code_is_told_of_its_condition_and_of_no_other() {
    let found = met_by(None);
    for (condition, codes) in &found {
        assert_eq!(codes, &BTreeSet::from([expected(*condition)]), "{condition:?}");
    }
    let told: BTreeSet<_> = found.values().flatten().copied().collect();
    assert_eq!(told, BTreeSet::from(ErrorCode::ALL), "every code is told of something");
}

#[test]
fn a_code_that_comes_of_another_condition_is_seen() {
    let swallowed = DefectSet::NONE.with(Defect::OverrideDropped);
    let found = met_by(Some(swallowed));
    let wrong = found.iter().filter(|(condition, codes)| *codes != &BTreeSet::from([expected(**condition)]));
    assert!(wrong.count() > 0, "a failure that is dropped is told as success");
}
