//! `xi pages`: the pages of the catalogue of defects, held to what the model says, or renewed.

use clap::Args;
use crossinterp_suite::pages::{self, Facts, Pages};

use crate::check::search_with_progress;
use crate::{Exit, say, say_json};

/// `xi pages`.
#[derive(Args)]
pub struct PagesCommand {
    /// Renew what is generated, and begin a page for each defect that has none. What is written by hand stays.
    #[arg(long)]
    write: bool,
}

impl PagesCommand {
    /// Compares, after writing if that is asked for.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let specs = pages::folder();
        let facts = pages::facts(&specs, &search_with_progress).map_err(|error| error.to_string())?;
        let mut there = Pages::read(&specs).map_err(|error| error.to_string())?;
        if self.write {
            there = there.renewed(&facts);
            let changed = there.write(&specs).map_err(|error| error.to_string())?;
            eprintln!("{} files written", changed.len());
        }
        judge(&there, &facts, json)
    }
}

/// The first thing that is wrong, and how many more there are; to a program, all of them.
fn judge(pages: &Pages, facts: &Facts, json: bool) -> Result<Exit, String> {
    let complaints: Vec<_> = pages.complaints(facts).iter().map(ToString::to_string).collect();
    match complaints.first() {
        _ if json => say_json(&complaints)?,
        Some(first) => say(&format!("{first}\nand {} more\n", complaints.len() - 1)),
        None => say(&format!("{} pages are as they should be\n", pages.pages.len())),
    }
    Ok(if complaints.is_empty() { Exit::Fine } else { Exit::Wrong })
}
