//! What came of a replay: for programs as JSON, for people as a table. Without times or paths.

use std::fmt;

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::expected::Expectation;
use super::said::Seen;

/// The table is no wider, so that it can be read beside a book.
const WIDTH: u16 = 120;

/// What came of all scripts on one Python.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version, as the Python told it.
    pub version: String,
    /// How many scripts did what.
    pub counts: Counts,
    /// The scripts, by name.
    pub rows: Vec<Row>,
}

/// What came of one script.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The defect.
    pub defect: String,
    /// What the table expects of this version; null if it has none.
    pub expected: Option<Expectation>,
    /// What was seen.
    #[serde(flatten)]
    pub seen: Seen,
    /// Whether the one is the other; null where nothing was expected or nothing tried.
    pub agrees: Option<bool>,
}

/// How many scripts did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// They showed their defect.
    pub shown: usize,
    /// They did not.
    pub not_shown: usize,
    /// They could not try.
    pub untried: usize,
    /// They did not come to an answer.
    pub broken: usize,
    /// What they showed is not what was expected.
    pub disagree: usize,
}

impl Row {
    pub(super) fn new(defect: String, expected: Option<Expectation>, seen: Seen) -> Row {
        let agrees = expected.as_ref().and_then(|expected| expected.agrees(&seen));
        Row { defect, expected, seen, agrees }
    }
}

impl Report {
    pub(super) fn new(version: String, rows: Vec<Row>) -> Report {
        let mut counts = Counts::default();
        for row in &rows {
            counts.add(row);
        }
        Report { version, counts, rows }
    }

    /// Whether every script came to an answer, and each answer that was expected was given.
    pub fn is_as_expected(&self) -> bool {
        self.counts.broken == 0 && self.counts.disagree == 0
    }
}

impl Counts {
    fn add(&mut self, row: &Row) {
        *match row.seen {
            Seen::Yes { .. } => &mut self.shown,
            Seen::No { .. } => &mut self.not_shown,
            Seen::Untried { .. } => &mut self.untried,
            Seen::Broken { .. } => &mut self.broken,
        } += 1;
        self.disagree += usize::from(row.agrees == Some(false));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_header(["defect", "expected", "seen", "agree"]);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
        for row in &self.rows {
            let expected = row.expected.as_ref().map_or_else(|| "-".to_owned(), Expectation::to_string);
            let agree = row.agrees.map_or("-", |agrees| if agrees { "yes" } else { "NO" });
            table.add_row([&row.defect, &expected, &row.seen.to_string(), agree]);
        }
        writeln!(f, "CPython {}\n{table}", self.version)?;
        let Counts { shown, not_shown, untried, broken, disagree } = self.counts;
        write!(
            f,
            "{shown} shown, {not_shown} not shown, {untried} not tried, {broken} broken; {disagree} unlike expected"
        )
    }
}
