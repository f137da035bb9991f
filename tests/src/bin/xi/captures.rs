//! What one capture of an exception shows, with nobody else running: a part of the main job, and of `xi trace`.

use comfy_table::Cell;
use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::excinfo::{Refuted, SEQUENTIAL_DEFECTS, refute, samples, sweep_edition};
use crossinterp_suite::story::paragraph;
use serde::Serialize;

use crate::check::{grouped, new_table, right};
use crate::conversions::SweptRow;
use crate::{Exit, say, say_json};

/// Every edition.
pub fn rows() -> Vec<SweptRow> {
    let row = |edition| {
        let swept = sweep_edition(edition);
        let unexplained = swept.unexplained.iter().map(ToString::to_string).collect();
        SweptRow::of(edition, swept.cases, &swept.defects, unexplained)
    };
    Edition::ALL.into_iter().map(row).collect()
}

/// The rows as a table with its heading.
pub fn table(rows: &[SweptRow]) -> String {
    let mut table = new_table(&["edition", "captures", "verdict"]);
    for row in rows {
        table.add_row(vec![Cell::new(row.edition), right(grouped(row.cases as u64)), Cell::new(row.shown_verdict())]);
    }
    format!("\n{} exceptions and objects, captured with every allocation failing in turn:\n{table}\n", samples().len())
}

/// Every defect that a capture shows.
pub fn tell_all() {
    let refuted = SEQUENTIAL_DEFECTS.into_iter().filter_map(|defect| Some((defect, refute(defect)?)));
    refuted.for_each(|(defect, refuted)| say(&story(defect, &refuted)));
}

/// Whether a capture alone shows the defect.
pub fn shows(defect: Defect) -> bool {
    SEQUENTIAL_DEFECTS.contains(&defect)
}

/// A defect that one capture shows, with nobody else running.
pub fn tell(defect: Defect, json: bool) -> Result<Exit, String> {
    let Some(refuted) = refute(defect) else { return Err(format!("no capture shows {defect}")) };
    if json {
        return say_json(&CaptureStory::of(defect, &refuted)).map(|()| Exit::Fine);
    }
    say(&format!("In repaired + {defect}, by one capture:\n\n{}", story(defect, &refuted)));
    Ok(Exit::Fine)
}

fn story(defect: Defect, refuted: &Refuted) -> String {
    let title = paragraph("  ", &format!("{}.", defect.title()));
    let heading = format!("{defect}\n{title}{}", paragraph("  in ", defect.source()));
    let outcome = refuted.outcome.to_string().replace('\n', "\n  ");
    format!("{heading}  what is captured: {}\n  {outcome}\n     rule: {}\n\n", refuted.sample, refuted.rule.id())
}

/// The same for programs.
#[derive(Serialize)]
struct CaptureStory {
    defect: &'static str,
    title: &'static str,
    source: &'static str,
    sample: &'static str,
    steps: Vec<String>,
    broken: Vec<String>,
    rule: &'static str,
}

impl CaptureStory {
    fn of(defect: Defect, refuted: &Refuted) -> CaptureStory {
        CaptureStory {
            defect: defect.name(),
            title: defect.title(),
            source: defect.source(),
            sample: refuted.sample,
            steps: refuted.outcome.trace.clone(),
            broken: refuted.outcome.broken.iter().map(ToString::to_string).collect(),
            rule: refuted.rule.id(),
        }
    }
}
