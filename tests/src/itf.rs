//! A scenario as a trace in the Informal Trace Format, which tools of TLA+ and Quint read: a state for each call.
//!
//! A state holds the call and what it showed, and then the model's world after it: the interpreters by id, the capsules by
//! slot, the registries, and what waits for whom. Ints are big ones, ids are keys of maps, and nothing is left out for being
//! empty, so that every state has the same variables. It plays on the model alone.

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{self, OnWorld, Player};
use crossinterp_model::world::{Allocation, Capsule, Interpreter, NONE, PendingKind, Phase};
use serde_json::{Value, json};

use crate::scenario::Scenario;

/// What the format is called, and where it is described.
const DESCRIPTION: &str = "https://apalache-mc.org/docs/adr/015adr-trace.html";
/// The variables of each state.
pub const VARIABLES: [&str; 5] = ["call", "outcome", "interpreters", "capsules", "registries"];

/// The trace of a scenario in that edition, up to its end or to the call that ends its process.
pub fn trace(scenario: &Scenario, edition: Edition) -> Value {
    let mut player = module::player(edition);
    let mut states = vec![state(0, "", "", &player)];
    for step in &scenario.steps {
        let shown = player.play(&step.call, step.name.as_deref()).render(edition);
        let name = step.name.as_ref().map_or_else(String::new, |name| format!("{name} = "));
        states.push(state(states.len(), &format!("{name}{}", step.call), &shown.to_string(), &player));
        if shown.is_final() {
            break;
        }
    }
    json!({
        "#meta": {
            "format": "ITF",
            "format-description": DESCRIPTION,
            "source": format!("{}.txt", scenario.name),
            "description": format!("{}, as {edition} plays it", scenario.title),
        },
        "vars": VARIABLES,
        "states": states,
    })
}

fn state(index: usize, call: &str, outcome: &str, player: &Player<OnWorld>) -> Value {
    let world = player.layer().world();
    let listed = world.interpreters.iter().filter(|interpreter| interpreter.phase() != Phase::Free);
    let mut interpreters: Vec<_> = listed.collect();
    interpreters.sort_by_key(|interpreter| interpreter.id);
    let used = world.capsules.iter().enumerate().filter(|(_, capsule)| capsule.is_used());
    json!({
        "#meta": { "index": index },
        "call": call,
        "outcome": outcome,
        "interpreters": map(interpreters.into_iter().map(|each| (int(each.id), interpreter(each)))),
        "capsules": map(used.map(|(slot, each)| (int(slot), capsule(each)))),
        "registries": map(player.registered().into_iter().map(|(whose, entries)| (registry_name(whose), entries_of(&entries)))),
    })
}

/// That of the runtime, or that of an interpreter.
fn registry_name(whose: Option<i64>) -> Value {
    json!(whose.map_or_else(|| "runtime".to_owned(), |id| id.to_string()))
}

fn entries_of(entries: &[(String, usize)]) -> Value {
    let entry = |(class, count): &(String, usize)| json!({ "#tup": [class, int(*count)] });
    json!(entries.iter().map(entry).collect::<Vec<_>>())
}

fn interpreter(each: &Interpreter) -> Value {
    json!({
        "phase": format!("{:?}", each.phase()).to_lowercase(),
        "whence": int(each.whence()),
        "running": each.running != NONE,
        "references": int(each.idrefs),
        "linked": each.requires_idref(),
        "pending": each.pending().map(|call| pending(call.kind())).collect::<Vec<_>>(),
    })
}

fn pending(kind: PendingKind) -> Value {
    let (what, capsule) = match kind {
        PendingKind::Clear { capsule, .. } => ("clear", int(capsule)),
        PendingKind::ReleaseBuffer { capsule } => ("release buffer", int(capsule)),
        PendingKind::Call { .. } => ("call", int(-1)),
        PendingKind::FreeNamespace => ("free namespace", int(-1)),
    };
    json!({ "#tup": [what, capsule] })
}

fn capsule(each: &Capsule) -> Value {
    let live = |allocation: Allocation| allocation == Allocation::Live;
    let allocated =
        [("structure", live(each.structure())), ("data", live(each.data())), ("object", live(each.object()))];
    let parts: Vec<_> = allocated.into_iter().filter(|(_, there)| *there).map(|(part, _)| part).collect();
    json!({
        "owner": int(each.owner),
        "payload": format!("{:?}", each.payload()).to_lowercase(),
        "released": each.released(),
        "allocated": { "#set": parts },
    })
}

/// An int of any size.
fn int(number: impl ToString) -> Value {
    json!({ "#bigint": number.to_string() })
}

fn map(pairs: impl Iterator<Item = (Value, Value)>) -> Value {
    json!({ "#map": pairs.map(|(key, value)| json!([key, value])).collect::<Vec<_>>() })
}
