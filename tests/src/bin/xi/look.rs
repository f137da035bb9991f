//! Looking things up: `xi litmus`.

use crossinterp_model::defect::DefectSet;
use crossinterp_model::litmus;
use crossinterp_model::scope::{Client, Scope};
use serde::Serialize;

use crate::{Exit, say, say_json};

#[derive(Serialize)]
struct Litmus {
    name: &'static str,
    about: &'static str,
    threads: Vec<Vec<String>>,
    outcomes: Vec<String>,
}

/// Lists the litmus scenarios and everything that may come of them under the repaired protocol.
pub fn litmus(name: Option<&str>, json: bool) -> Result<Exit, String> {
    let scopes: Vec<Scope> = match name {
        None => litmus::ALL.to_vec(),
        Some(name) => vec![litmus::litmus(name).ok_or_else(|| unknown(name))?],
    };
    let all = scopes.into_iter().map(describe).collect::<Result<Vec<_>, String>>()?;
    if json {
        return say_json(&all).map(|()| Exit::Fine);
    }
    for litmus in &all {
        say(&format!("{}: {}\n", litmus.name, litmus.about));
        for (thread, calls) in litmus.threads.iter().enumerate() {
            say(&format!("  T{thread}  {}\n", calls.join("; ")));
        }
        for outcome in &litmus.outcomes {
            say(&format!("    {outcome}\n"));
        }
    }
    Ok(Exit::Fine)
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = litmus::ALL.iter().map(|scope| scope.name).collect();
    format!("unknown litmus scenario '{name}': use one of {}", names.join(", "))
}

fn describe(scope: Scope) -> Result<Litmus, String> {
    let Client::Script(scripts) = scope.client else { return Err(format!("{} is not a script", scope.name)) };
    let threads = scripts.iter().map(|script| script.iter().map(ToString::to_string).collect());
    let outcomes = litmus::outcomes(scope, DefectSet::NONE).map_err(|fault| fault.sentence().to_owned())?;
    Ok(Litmus {
        name: scope.name,
        about: scope.about,
        threads: threads.collect(),
        outcomes: outcomes.iter().map(ToString::to_string).collect(),
    })
}
