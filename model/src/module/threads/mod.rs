//! Concurrent scenarios: everything that each of their calls may show, under any schedule.
//!
//! A scenario makes its calls one after the other; some it only *starts*, in threads of their own, and joins later. Here
//! each call is a few *acts* (`act`), an act is the atomic steps of the concurrent model, and every interleaving of all
//! threads is tried (`search`). What a step of C does wrong is not told apart by luck: `fate` says what the process comes
//! to. Only calls about interpreters, the names in their `__main__` and gates are known here; whatever else a scenario calls
//! must be orderly, which means that no two threads ever run at one time: such a scenario is played like any other, with
//! a thread at a gate as one that is held (`orderly`).

mod act;
mod compile;
mod fate;
mod orderly;
mod search;
mod state;
mod steps;

use super::Value;
use super::call::Call;
use super::error::{Label, Problem};
use super::outcome::{Observation, Outcome, RAISED, RETURNED};
use crate::defect::Defect;
use crate::edition::Edition;
use crate::explore::Tally;
use search::Search;

/// The program that waits until its gate is opened.
pub const GATE: &str = "Gate";

/// A call of a scenario, and the name that its result gets.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The call.
    pub call: &'a Call,
    /// The name.
    pub name: Option<&'a str>,
}

/// What a line may show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foretold {
    /// Everything that may be observed, in the order of its text.
    pub observations: Vec<Observation>,
    /// The defects that make what is seen undefined.
    pub defects: Vec<Defect>,
}

/// Everything that each line may show in the edition, up to a line behind which no schedule gets; and the rules that are exercised
/// on the way, each once.
pub fn foretell(edition: Edition, lines: &[Line<'_>]) -> (Vec<Foretold>, Tally) {
    match orderly::play(edition, lines) {
        Some(foretold) => foretold,
        None => interleave(edition, lines),
    }
}

/// The same by trying every interleaving, whether or not the scenario is orderly.
pub fn interleave(edition: Edition, lines: &[Line<'_>]) -> (Vec<Foretold>, Tally) {
    Search::new(edition, lines).run()
}

/// The names of the gates that a call waits at.
pub fn gates_of(call: &Call) -> Vec<String> {
    let mut gates = Vec::new();
    call.args
        .iter()
        .chain(call.kwargs.iter().map(|(_, value)| value))
        .for_each(|value| collect_gates(value, &mut gates));
    gates
}

fn collect_gates(value: &Value, gates: &mut Vec<String>) {
    match value {
        Value::Made(kind, args) if kind == GATE => {
            gates.extend(args.iter().filter_map(Value::as_str).map(str::to_owned))
        }
        Value::Made(_, items) | Value::Tuple(items) | Value::List(items) => {
            items.iter().for_each(|item| collect_gates(item, gates));
        }
        _ => {}
    }
}

/// The gate or the threads that a call of that verb names.
pub fn named(call: &Call) -> Vec<String> {
    call.args.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a thread came to, as a value.
fn as_value(observation: &Observation) -> Value {
    match observation {
        Observation::Exception(exception) => {
            let text = crossinterp_objects::Text::from_escaped(&exception.message).unwrap_or_default();
            Value::made(RAISED, vec![Value::text(&exception.kind), Value::Str(text)])
        }
        Observation::Value(value) => Value::made(RETURNED, vec![value.clone()]),
        other => Value::made(RETURNED, vec![Value::Opaque(other.to_string())]),
    }
}

/// What an outsider sees of a problem.
fn raised(problem: Problem, edition: Edition) -> Observation {
    Outcome::Raised(problem.into()).render(edition)
}

/// Whether the call is one of the scenario's own: about gates and threads, not about the layer.
fn is_about_threads(call: &Call) -> bool {
    matches!(call.verb.as_str(), "reached" | "open" | "join") && call.kwargs.is_empty() && call.thread.is_none()
}

/// What a refused enter says when it says nothing: the function's name is that of the operation.
fn function_of(label: Label) -> &'static str {
    match label {
        Label::RunString => "run_string",
        Label::SetAttrs => "set___main___attrs",
        _ => "exec",
    }
}
