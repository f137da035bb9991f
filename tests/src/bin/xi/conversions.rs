//! What one conversion shows, with nobody else running: a part of the main job.

use comfy_table::Cell;
use crossinterp_model::convert::{SAMPLES, SEQUENTIAL_DEFECTS, sweep_edition};
use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::swept::Swept;
use crossinterp_suite::told::Conversion;
use serde::Serialize;

use crate::check::{grouped, met, new_table, right};
use crate::say;

/// The conversions or captures of an edition, as a row of the report.
#[derive(Serialize)]
pub struct SweptRow {
    /// The edition.
    pub edition: &'static str,
    /// How many were tried.
    pub cases: usize,
    verdict: &'static str,
    /// The defects that broke a conversion.
    pub defects: Vec<&'static str>,
    unexplained: Vec<String>,
}

impl SweptRow {
    /// What a sweep came to.
    pub fn of(edition: Edition, cases: usize, defects: &[Defect], unexplained: Vec<String>) -> SweptRow {
        SweptRow {
            edition: edition.name(),
            cases,
            // Every sample with every allocation was tried: there is no case beyond these.
            verdict: if defects.is_empty() && unexplained.is_empty() { "verified" } else { "refuted" },
            defects: defects.iter().map(|defect| defect.name()).collect(),
            unexplained,
        }
    }

    /// The verdict with what led to it.
    pub fn shown_verdict(&self) -> String {
        match self.verdict {
            "refuted" => format!("refuted: {}", met(self.defects.len(), self.unexplained.len())),
            word => word.to_owned(),
        }
    }

    /// Whether the safe reading is clean, and nothing is broken that no defect explains.
    pub fn is_expected(&self) -> bool {
        self.unexplained.is_empty() && (self.edition != Edition::Repaired.name() || self.verdict == "verified")
    }
}

/// Every edition.
pub fn rows() -> Vec<SweptRow> {
    let row = |edition| {
        let Swept { cases, defects, unexplained } = sweep_edition(edition);
        SweptRow::of(edition, cases, &defects, unexplained.iter().map(ToString::to_string).collect())
    };
    Edition::ALL.into_iter().map(row).collect()
}

/// The rows as a table with its heading.
pub fn table(rows: &[SweptRow]) -> String {
    let mut table = new_table(&["edition", "conversions", "verdict"]);
    for row in rows {
        let verdict = Cell::new(row.shown_verdict());
        table.add_row(vec![Cell::new(row.edition), right(grouped(row.cases as u64)), verdict]);
    }
    format!("\n{} values, converted and made again with every allocation failing in turn:\n{table}\n", SAMPLES.len())
}

/// Every defect that no scope of a search shows.
pub fn tell_all() {
    SEQUENTIAL_DEFECTS.into_iter().filter_map(Conversion::of).for_each(|told| say(&told.tell()));
}
