//! The pages of the catalogue of defects, in `specs/`: read, held to what the model says, and renewed where it says otherwise.
//!
//! A page is written by hand, but for two blocks. This knows the form of a page; whether its prose is true is for readers.

pub(crate) mod block;
mod made;
mod place;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crossinterp_model::defect::Defect;

pub use made::{Facts, defects};

use crate::book::{self, BookError};
use crate::told::{Searcher, tell_all};
use made::{FOLDER, skeleton, summary};

/// The sections of a page, in their order, each with the letters that are the least that can be said in it. The last one is
/// generated.
const SECTIONS: [(&str, usize); 5] =
    [("What goes wrong", 250), ("Upstream", 15), ("Fixes", 60), ("Seen", 20), ("The shortest trace", 0)];

/// The folder of scripts that show defects in real interpreters, from the folder of the book.
const SCRIPTS: &str = "../tests/drivers/repro";

/// The pages cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// A page or a folder cannot be read.
    #[error(transparent)]
    Unreadable(#[from] BookError),
    /// A page cannot be written: nothing behind it was.
    #[error("{}: {cause}", path.display())]
    Unwritten {
        /// The page.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

/// What is wrong with the pages, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Complaint {
    /// A defect of the catalogue is not told.
    #[error("{0} has no page: `xi pages --write` begins one")]
    NoPage(String),
    /// A page tells what the catalogue does not have.
    #[error("{FOLDER}/{0}.md is about no defect of the catalogue: rename it or delete it")]
    NoDefect(String),
    /// The first line is not the name.
    #[error("{FOLDER}/{0}.md begins with the line `# {0}`")]
    Heading(String),
    /// A section is missing, twice there, or not in its place.
    #[error("{FOLDER}/{page}.md has the section `## {section}` once and in its order: put it there by hand")]
    Section {
        /// The page.
        page: String,
        /// The section.
        section: &'static str,
    },
    /// A section says next to nothing.
    #[error("{FOLDER}/{page}.md says too little under `## {section}`: write it")]
    Thin {
        /// The page.
        page: String,
        /// The section.
        section: &'static str,
    },
    /// A generated block is not what is generated now, or its marks are missing.
    #[error("{page} has an old block `{block}`, or none: `xi pages --write` renews it between its marks\n{difference}")]
    Block {
        /// The page, with its path in the book.
        page: String,
        /// The block.
        block: &'static str,
        /// The first line that differs.
        difference: String,
    },
    /// The summary does not list the pages under the index.
    #[error("SUMMARY.md does not list the pages below the index as they are now: `xi pages --write` does")]
    Summary,
}

/// The index, the summary and the pages, as they are written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// The index.
    pub index: String,
    /// The summary of the whole book.
    pub summary: String,
    /// The pages, by name.
    pub pages: BTreeMap<String, String>,
}

/// The folder of this repository's book.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

/// All that the blocks are made of. It searches, once.
pub fn facts(specs: &Path, search: Searcher<'_>) -> Result<Facts, BookError> {
    let scripts = book::pages(&specs.join(SCRIPTS))?.into_iter().map(|(name, _)| name).collect();
    let told = tell_all(&defects(), search);
    Ok(Facts { told, places: place::places(&book::pages(specs)?), scripts })
}

impl Pages {
    /// Reads them. What is not there yet is empty.
    pub fn read(specs: &Path) -> Result<Pages, BookError> {
        let mut chapters: BTreeMap<_, _> = book::pages(specs)?.into_iter().collect();
        let pages = if specs.join(FOLDER).is_dir() { book::pages(&specs.join(FOLDER))? } else { Vec::new() };
        let mut chapter = |name: &str| chapters.remove(name).unwrap_or_default();
        Ok(Pages { index: chapter("defects"), summary: chapter("SUMMARY"), pages: pages.into_iter().collect() })
    }

    /// The same pages with what is generated now, and the beginning of a page for each defect that has none.
    pub fn renewed(&self, facts: &Facts) -> Pages {
        let mut renewed = self.clone();
        renewed.index = block::replaced(&self.index, "catalogue", &facts.table());
        renewed.summary = with_pages(&self.summary);
        for defect in defects() {
            let page = renewed.pages.entry(defect.to_string()).or_insert_with(|| skeleton(defect, facts, &headings()));
            *page = block::replaced(page, "card", &facts.card(defect));
            *page = block::replaced(page, "trace", &facts.trace(defect));
        }
        renewed
    }

    /// Writes what differs from what is there, and says which.
    pub fn write(&self, specs: &Path) -> Result<Vec<PathBuf>, PagesError> {
        let there = Pages::read(specs)?;
        let folder = specs.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|cause| PagesError::Unwritten { path: folder.clone(), cause })?;
        let chapters = [("defects.md", &self.index, there.index), ("SUMMARY.md", &self.summary, there.summary)];
        let mut changed = Vec::new();
        for (name, text, _) in chapters.iter().filter(|(_, text, there)| *text != there) {
            changed.push((specs.join(name), *text));
        }
        let pages = self.pages.iter().filter(|(name, text)| there.pages.get(*name) != Some(text));
        changed.extend(pages.map(|(name, text)| (folder.join(format!("{name}.md")), text)));
        changed.into_iter().map(|(path, text)| written(path, text)).collect()
    }

    /// What is wrong with them, if anything is.
    pub fn complaints(&self, facts: &Facts) -> Vec<Complaint> {
        let catalogue = facts.table();
        let mut complaints: Vec<_> = self.strangers().collect();
        for defect in defects() {
            match self.pages.get(defect.name()) {
                Some(page) => complaints.extend(complaints_of(defect, page, facts)),
                None => complaints.push(Complaint::NoPage(defect.to_string())),
            }
        }
        complaints.extend(stale("defects.md", &self.index, "catalogue", &catalogue));
        complaints.extend((with_pages(&self.summary) != self.summary).then_some(Complaint::Summary));
        complaints
    }

    fn strangers(&self) -> impl Iterator<Item = Complaint> {
        let known = |name: &&String| defects().iter().any(|defect| defect.name() == name.as_str());
        self.pages.keys().filter(move |name| !known(name)).cloned().map(Complaint::NoDefect)
    }
}

fn written(path: PathBuf, text: &str) -> Result<PathBuf, PagesError> {
    match fs::write(&path, text) {
        Ok(()) => Ok(path),
        Err(cause) => Err(PagesError::Unwritten { path, cause }),
    }
}

fn headings() -> Vec<&'static str> {
    SECTIONS.into_iter().map(|(section, _)| section).collect()
}

fn complaints_of(defect: Defect, page: &str, facts: &Facts) -> Vec<Complaint> {
    let path = format!("{FOLDER}/{defect}.md");
    let heading = (page.lines().next() != Some(&format!("# {defect}"))).then(|| Complaint::Heading(defect.to_string()));
    let mut complaints: Vec<_> = heading.into_iter().collect();
    complaints.extend(stale(&path, page, "card", &facts.card(defect)));
    complaints.extend(stale(&path, page, "trace", &facts.trace(defect)));
    complaints.extend(section_complaints(defect, page));
    complaints
}

/// The sections that are missing, and those that are there and empty.
fn section_complaints(defect: Defect, page: &str) -> Vec<Complaint> {
    let by_hand = block::by_hand(page);
    let sections: Vec<_> =
        by_hand.split("\n## ").skip(1).map(|text| text.split_once('\n').unwrap_or((text, ""))).collect();
    let page = defect.to_string();
    if let Some(misplaced) = first_misplaced(&sections) {
        return vec![Complaint::Section { page, section: misplaced }];
    }
    let thin = sections.iter().zip(SECTIONS).filter(|((_, text), (_, least))| text.trim().len() < *least);
    thin.map(|(_, (section, _))| Complaint::Thin { page: page.clone(), section }).collect()
}

fn first_misplaced(sections: &[(&str, &str)]) -> Option<&'static str> {
    let at = |index: usize| sections.get(index).map(|(heading, _)| *heading);
    let misplaced = headings().into_iter().enumerate().find(|(index, section)| at(*index) != Some(section));
    let last = headings().last().copied().unwrap_or_default();
    misplaced.map(|(_, section)| section).or((sections.len() > SECTIONS.len()).then_some(last))
}

fn stale(path: &str, page: &str, name: &'static str, wanted: &str) -> Option<Complaint> {
    let old = block::find(page, name).unwrap_or_default();
    let pairs = wanted.lines().map(Some).chain([None]).zip(old.lines().map(Some).chain([None]));
    let shown = |line: Option<&str>| line.unwrap_or("(nothing more)").to_owned();
    let difference = pairs
        .into_iter()
        .find(|(new, old)| new != old)
        .map(|(new, old)| format!("  there: {}\n  now:   {}", shown(old), shown(new)));
    (old != wanted).then(|| Complaint::Block {
        page: path.to_owned(),
        block: name,
        difference: difference.unwrap_or_default(),
    })
}

/// The summary with the pages of now below the line of the index.
fn with_pages(text: &str) -> String {
    let is_page = |line: &&str| line.starts_with("  - [") && line.contains(&format!("]({FOLDER}/"));
    let others = text.lines().filter(|line| !is_page(line));
    others
        .map(
            |line| if line.ends_with("](defects.md)") { format!("{line}\n{}", summary()) } else { format!("{line}\n") },
        )
        .collect()
}
