//! `xi pages`: the pages of the catalogue of defects, held to what the model says, or renewed.

use clap::Args;
use crossinterp_suite::pages::{self, Facts, Pages};

use crate::check::search_with_progress;
use crate::{Exit, say};

/// `xi pages`.
#[derive(Args)]
pub struct PagesCommand {
    /// Renew what is generated, and begin a page for each defect that has none. What is written by hand stays.
    #[arg(long)]
    write: bool,
}

impl PagesCommand {
    /// Compares, after writing if that is asked for.
    pub fn run(self) -> Result<Exit, String> {
        let specs = pages::folder();
        let facts = pages::facts(&specs, &search_with_progress).map_err(|error| error.to_string())?;
        let mut there = Pages::read(&specs).map_err(|error| error.to_string())?;
        if self.write {
            there = there.renewed(&facts);
            let changed = there.write(&specs).map_err(|error| error.to_string())?;
            say(&format!("{} files written\n", changed.len()));
        }
        Ok(judge(&there, &facts))
    }
}

/// The first thing that is wrong, and how many more there are.
fn judge(pages: &Pages, facts: &Facts) -> Exit {
    let complaints = pages.complaints(facts);
    let Some(first) = complaints.first() else {
        say(&format!("{} pages are as they should be\n", pages.pages.len()));
        return Exit::Fine;
    };
    say(&format!("{first}\nand {} more\n", complaints.len() - 1));
    Exit::Wrong
}
