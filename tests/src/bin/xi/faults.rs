//! What becomes of every operation when memory runs out: the model's sweeps and the implementation's, side by side.

use comfy_table::Cell;
use crossinterp_suite::faults::{DIFFERENCES, Row, rows};
use crossinterp_suite::story::paragraph;
use serde::Serialize;

use crate::check::{grouped, new_table, right};
use crate::{Exit, say, say_json};

/// The whole, for programs.
#[derive(Serialize)]
struct Report {
    operations: Vec<Row>,
    differences: Vec<Difference>,
}

#[derive(Serialize)]
struct Difference {
    block: &'static str,
    instead: &'static str,
}

/// Sweeps everything on both sides.
pub fn faults(json: bool) -> Result<Exit, String> {
    let operations = rows();
    let is_fine = operations.iter().all(|row| row.leaks + row.without_error + row.disagreements == 0);
    let exit = if is_fine { Exit::Fine } else { Exit::Wrong };
    if json {
        let differences = DIFFERENCES.map(|(block, instead)| Difference { block, instead });
        return say_json(&Report { operations, differences: differences.into() }).map(|()| exit);
    }
    say(&shown(&operations));
    Ok(exit)
}

fn shown(rows: &[Row]) -> String {
    let heading = paragraph(
        "",
        "Each allocation of each operation is refused, once and from then on, in the model and under the same index in the \
         implementation; then everything is given up.",
    );
    format!("{heading}\n{}\n\n{}\n{}\n{}", table(rows), summary(rows), told(rows), differences())
}

const HEADER: [&str; 8] = ["operation", "samples", "points", "shared", "model", "crate", "leaks", "silent"];

fn table(rows: &[Row]) -> String {
    let mut table = new_table(&HEADER);
    for row in rows {
        let counts =
            [row.samples, row.points, row.points_shared, row.runs_model, row.runs, row.leaks, row.without_error];
        let mut cells = vec![Cell::new(row.operation)];
        cells.extend(counts.map(|count| right(grouped(count as u64))));
        table.add_row(cells);
    }
    table.to_string()
}

fn summary(rows: &[Row]) -> String {
    let sum = |count: fn(&Row) -> usize| grouped(rows.iter().map(count).sum::<usize>() as u64);
    let text = format!(
        "{} runs in the model and {} in the implementation. Runs that leave something: {}; that say nothing of a refusal: {}; \
         in which the two sides differ: {}.",
        sum(|row| row.runs_model),
        sum(|row| row.runs),
        sum(|row| row.leaks),
        sum(|row| row.without_error),
        sum(|row| row.disagreements),
    );
    paragraph("", &text)
}

fn told(rows: &[Row]) -> String {
    let line = |row: &Row| paragraph("  ", &format!("{}: {}", row.operation, row.told.join(", ")));
    format!("What is told:\n{}", rows.iter().map(line).collect::<String>())
}

/// Each reason once, in the order of the first block that it is for.
fn differences() -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for (_, instead) in &DIFFERENCES {
        if !reasons.contains(instead) {
            reasons.push(instead);
        }
    }
    let heading = "Shared points are those that the implementation asks for as well. The others it does without:";
    let listed: String = reasons.iter().map(|reason| paragraph("  ", &format!("- {reason}"))).collect();
    format!("{}{listed}", paragraph("", heading))
}
