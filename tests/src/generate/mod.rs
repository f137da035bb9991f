//! Scenarios that the model generates: between them they exercise every rule, every branch and every pair of calls that
//! their vocabulary and the model's bounds allow, with few files.
//!
//! The vocabulary is a table of calls (`vocabulary`); chains of them grow greedily (`grow`); a chain whose calls are all
//! exercised elsewhere is dropped; each becomes a file in the ordinary notation (`page`). The model predicts what each call
//! shows, and recordings hold that to real interpreters. `reason` says what is not exercised, and why. It starts no process.

mod blame;
mod calls;
mod chain;
mod cover;
mod grow;
mod item;
mod page;
mod pairs;
mod reason;
mod stock;
mod vocabulary;

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

pub use chain::Link;
pub use cover::{dispensable, needed};
pub use item::{Item, Items};
pub use page::Page;
pub use reason::{Reason, left_out, missing_branches, missing_pairs};
pub use vocabulary::{Era, Kind, LEFT_OUT, Stage, Template, templates};

use grow::Grower;

/// The folder below that of all scenarios.
pub const FOLDER: &str = "generated";

/// A file.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Its name, with the folder and without the ending.
    pub name: String,
    /// What is in it.
    pub text: String,
    /// What its calls exercise.
    pub items: Items,
}

/// All that is generated, in the order of the names.
pub fn generate() -> Vec<Generated> {
    let mut numbers: BTreeMap<(Stage, Era), usize> = BTreeMap::new();
    let mut files: Vec<_> = needed(pages()).into_iter().map(|page| file(page, &mut numbers)).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// The names of files that are not as they would be generated: changed, missing, or not generated any more.
///
/// # Errors
///
/// If the folder or a file in it is there and cannot be read.
pub fn differences(root: &Path, files: &[Generated]) -> io::Result<Vec<String>> {
    let mut found = present(root)?;
    let mut different = Vec::new();
    for file in files {
        if found.remove(&file.name).as_deref() != Some(file.text.as_str()) {
            different.push(file.name.clone());
        }
    }
    different.extend(found.into_keys());
    Ok(different)
}

/// What is in the folder, by name.
fn present(root: &Path) -> io::Result<BTreeMap<String, String>> {
    let folder = root.join(FOLDER);
    if !folder.exists() {
        return Ok(BTreeMap::new());
    }
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        found.insert(format!("{FOLDER}/{name}"), fs::read_to_string(&path)?);
    }
    Ok(found)
}

fn file(page: Page, numbers: &mut BTreeMap<(Stage, Era), usize>) -> Generated {
    let number = numbers.entry((page.stage, page.era)).or_default();
    *number += 1;
    Generated {
        name: format!("{FOLDER}/{}", page.name(*number)),
        text: page.text(*number),
        items: cover::items_of(&page),
    }
}

/// Chains of each stage, those for all editions first: a runtime that has little is to play as much as it can.
fn pages() -> Vec<Page> {
    let mut covered = Items::new();
    let mut pages = Vec::new();
    for stage in Stage::ALL {
        for era in Era::ALL {
            let mut grower = Grower::new(stage, era, covered);
            while let Some(links) = grower.next_chain() {
                pages.push(Page { stage, era, links });
            }
            covered = grower.covered();
        }
    }
    pages
}
