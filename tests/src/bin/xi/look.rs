//! Looking things up: `xi defects` and `xi litmus`.

use comfy_table::{ColumnConstraint, ContentArrangement};
use crossinterp_model::defect::{Defect, DefectSet, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_model::litmus;
use crossinterp_model::scope::{Client, Scope};
use serde::Serialize;

use crate::{Exit, say, say_json};

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    title: &'static str,
    source: &'static str,
    origin: &'static str,
    editions: Vec<&'static str>,
}

/// Lists the catalogue.
pub fn defects(json: bool) -> Result<Exit, String> {
    let entries: Vec<_> = Defect::ALL.iter().map(|&defect| entry(defect)).collect();
    if json {
        return say_json(&entries).map(|()| Exit::Fine);
    }
    let mut table = crate::check::new_table(&["defect", "what goes wrong", "in", "known from"]);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(100);
    table.set_constraints([ColumnConstraint::ContentWidth]);
    for entry in &entries {
        table.add_row(vec![
            entry.name.to_owned(),
            entry.title.to_owned(),
            if entry.editions.is_empty() { "none of these".to_owned() } else { entry.editions.join(" ") },
            entry.origin.to_owned(),
        ]);
    }
    say(&format!("{table}\n`xi trace NAME` tells the shortest way in which one shows.\n"));
    Ok(Exit::Fine)
}

fn entry(defect: Defect) -> Entry {
    let has = |edition: &Edition| defect.origin() != Origin::Mutant && edition.defects().contains(defect);
    Entry {
        name: defect.name(),
        title: defect.title(),
        source: defect.source(),
        origin: match defect.origin() {
            Origin::Known => "before this model",
            Origin::Found => "this model",
            Origin::Mutant => "seeded, to see a property fail",
        },
        editions: Edition::ALL.into_iter().filter(has).map(Edition::name).collect(),
    }
}

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
