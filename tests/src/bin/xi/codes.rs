//! `xi codes`: the error codes, their numbers, and the shortest way to each.

use comfy_table::{ColumnConstraint, ContentArrangement};
use crossinterp_suite::codes::{Witnessed, witnesses};

use crate::{Exit, say, say_json};

/// Lists the codes; with a name, tells the witness of that one.
pub fn codes(name: Option<&str>, json: bool) -> Result<Exit, String> {
    let all = witnesses();
    let chosen: Vec<&Witnessed> = match name {
        None => all.iter().collect(),
        Some(name) => {
            vec![all.iter().find(|found| found.code.eq_ignore_ascii_case(name)).ok_or_else(|| unknown(name, &all))?]
        }
    };
    if json {
        return say_json(&chosen).map(|()| Exit::Fine);
    }
    match name {
        None => say(&format!(
            "{}\nThe conditions are those of repaired. `xi codes NAME` tells the shortest way to one;\nwhat a caller sees of it in each edition: tests/tests/snapshots/codes/NAME.snap.\n",
            table(&all)
        )),
        Some(_) => chosen.iter().for_each(|found| say(&found.tell())),
    }
    Ok(Exit::Fine)
}

fn unknown(name: &str, all: &[Witnessed]) -> String {
    let names: Vec<_> = all.iter().map(|found| found.code).collect();
    format!("unknown code '{name}': use one of {}", names.join(", "))
}

fn table(all: &[Witnessed]) -> comfy_table::Table {
    let mut table = crate::check::new_table(&["code", "3.13", "3.14", "told when", "steps"]);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(100);
    table.set_constraints([ColumnConstraint::ContentWidth]);
    for found in all {
        let steps = if found.lines.is_empty() { "none".to_owned() } else { found.lines.len().to_string() };
        let cells = [found.code.to_owned(), number(found, "3.13"), number(found, "3.14")];
        table.add_row(cells.into_iter().chain([found.condition.to_owned(), steps]));
    }
    table
}

fn number(found: &Witnessed, edition: &str) -> String {
    let number = found.numbers.iter().find(|(name, _)| *name == edition);
    number.map_or("-".to_owned(), |(_, number)| number.to_string())
}
