//! The error codes with a witness for each: the shortest way in which the repaired protocol tells it.
//!
//! That a code comes of nothing else is for the checks of the model; here is only what a reader wants to see.

use crossinterp_model::Model;
use crossinterp_model::call::{CallKind, Outcome};
use crossinterp_model::catalogue::{SCOPES, setup};
use crossinterp_model::edition::Edition;
use crossinterp_model::error::ErrorCode;
use crossinterp_model::explore::reach;
use crossinterp_model::scope::Scope;
use crossinterp_model::step::{Step, Successor};
use crossinterp_model::world::World;
use serde::Serialize;

use crate::story::{Line, given, lines, table};

/// A code, the condition under which it is told, and the shortest way there.
#[derive(Clone, Debug, Serialize)]
pub struct Witnessed {
    /// The name.
    pub code: &'static str,
    /// The number in each edition that has the code.
    pub numbers: Vec<(&'static str, i32)>,
    /// When it is told.
    pub condition: &'static str,
    /// The scope of the witness; the code of success needs none.
    pub scope: Option<&'static str>,
    /// What exists at the start of it.
    pub given: Vec<String>,
    /// Where each thread of it was born.
    pub homes: Vec<u8>,
    /// Its steps.
    pub lines: Vec<Line>,
}

/// Every code, with its witness. A code of failure without one has no lines, and a test fails on it.
pub fn witnesses() -> Vec<Witnessed> {
    ErrorCode::ALL.iter().map(|&code| witness(code)).collect()
}

fn witness(code: ErrorCode) -> Witnessed {
    let ways = scopes().filter_map(|scope| shortest(scope, code).map(|lines| (scope, lines)));
    let found = ways.min_by_key(|(_, lines)| lines.len());
    let number = |edition: Edition| code.number(edition).map(|number| (edition.name(), number));
    Witnessed {
        code: code.name(),
        numbers: Edition::ALL.into_iter().filter_map(number).collect(),
        condition: condition(code),
        scope: found.as_ref().map(|(scope, _)| scope.name),
        given: found.as_ref().map_or(Vec::new(), |(scope, _)| given(scope)),
        homes: found.as_ref().map_or(Vec::new(), |(scope, _)| scope.homes.to_vec()),
        lines: found.map_or(Vec::new(), |(_, lines)| lines),
    }
}

fn scopes() -> impl Iterator<Item = Scope> {
    SCOPES.iter().copied().filter(|scope| scope.sessions > 0)
}

fn shortest(scope: Scope, code: ErrorCode) -> Option<Vec<Line>> {
    let model = Model::new(setup(scope, Edition::Repaired));
    let wanted = |world: &World, step: Step, next: &Successor| told(world, step, next) == Some(code);
    let mut lines = lines(&model, &reach(&model, wanted)?);
    if code != ErrorCode::NoError
        && let Some(last) = lines.last_mut()
    {
        // The model tells of a refusal in the words of entering; here it is a code like the others.
        last.told = Some(format!("failed: {code}"));
    }
    Some(lines)
}

/// The code that a step tells, if it ends an enter or an exit.
pub fn told(world: &World, step: Step, next: &Successor) -> Option<ErrorCode> {
    let kind = match step {
        Step::Begin { call, .. } => call.kind(),
        Step::Go { thread, .. } => world.threads[usize::from(thread)].call(),
    };
    match (kind, next.outcome?) {
        (_, Outcome::Failed(code)) => Some(code),
        (CallKind::EnterWith, Outcome::Running) => Some(ErrorCode::AlreadyRunning),
        (CallKind::Exit, Outcome::Done | Outcome::Value) => Some(ErrorCode::NoError),
        _ => None,
    }
}

/// When a session tells the code: the rule of the code in a few words.
const fn condition(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NoError => "the body succeeded, and what it preserved arrived",
        ErrorCode::UncaughtException => "the body raised, and a snapshot could be taken",
        ErrorCode::Other => "the body failed as its failure says, in no way that another code names",
        ErrorCode::NoMemory => "there was no memory, or the body raised MemoryError",
        ErrorCode::AlreadyRunning => "another thread runs in the interpreter",
        ErrorCode::MainNamespaceFailure => "the interpreter has no __main__ that is a module",
        ErrorCode::ApplyNamespaceFailure => "a value could not be made in the interpreter, or bound there",
        ErrorCode::PreserveFailure => "a preserved value could not be converted or restored, or its owner has ended",
        ErrorCode::ExceptionPropagationFailure => "the body raised, and no snapshot could be taken",
        ErrorCode::NotShareable => "a value to enter with, to call with or to preserve cannot be shared",
    }
}

impl Witnessed {
    /// The witness in words.
    pub fn tell(&self) -> String {
        let Some(scope) = self.scope else { return format!("{}: no witness\n", self.code) };
        let start = self.given.join("\n                ");
        let table = table(&self.homes, &self.lines);
        format!("{}: {}\n  in repaired, scope {scope}\n  at the start: {start}\n{table}\n", self.code, self.condition)
    }
}
