//! What one capture of an exception shows, with nobody else running: a part of the main job.

use comfy_table::Cell;
use crossinterp_model::edition::Edition;
use crossinterp_model::excinfo::{SEQUENTIAL_DEFECTS, samples, sweep_edition};
use crossinterp_suite::told::Capture;

use crate::check::{grouped, new_table, right};
use crate::conversions::SweptRow;
use crate::say;

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
    SEQUENTIAL_DEFECTS.into_iter().filter_map(Capture::of).for_each(|told| say(&told.tell()));
}
