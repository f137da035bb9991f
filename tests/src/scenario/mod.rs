//! Scenarios: readable text files that list calls and what each must show, per edition.
//!
//! A scenario is data. This module reads, prints and rewrites it; it performs nothing and judges nothing. The format is
//! described in `tests/scenarios/README.md`.

mod error;
mod notation;
mod parse;
mod rewrite;

use std::fs;
use std::path::{Path, PathBuf};

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Call, Observation, parent};

use crate::driver::offer::Needs;

pub use error::{LoadError, ParseError};
pub use notation::parse_observation;
pub use parse::parse;
pub use rewrite::rewrite;

/// A scenario, as read from its file.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name: folder and file, without the ending.
    pub name: String,
    /// The file it was read from.
    pub path: PathBuf,
    /// What it shows, in one line.
    pub title: String,
    /// The rules it exercises, by id, with the line that names them.
    pub rules: Vec<(String, usize)>,
    /// The editions it makes sense for.
    pub editions: Vec<Edition>,
    /// The calls, in order.
    pub steps: Vec<Step>,
}

/// One call and what it must show.
#[derive(Clone, Debug)]
pub struct Step {
    /// The line of the call.
    pub line: usize,
    /// The line of the last expectation.
    pub last_line: usize,
    /// The call.
    pub call: Call,
    /// The name under which later calls use the result.
    pub name: Option<String>,
    /// What must come of it.
    pub expectations: Vec<Expectation>,
}

/// What a call must show, in some editions or in all that are not named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The editions; empty for all others.
    pub editions: Vec<Edition>,
    /// What must be observed, with short names of exception types.
    pub observation: Observation,
    /// The known defect that explains it.
    pub defect: Option<String>,
    /// Its line.
    pub line: usize,
}

impl Step {
    /// What the edition must show: its own expectation, its parent's, or the one for all.
    pub fn expected(&self, edition: Edition) -> Option<&Expectation> {
        let named = |wanted| self.expectations.iter().find(|expectation| expectation.editions.contains(&wanted));
        named(edition)
            .or_else(|| parent(edition).and_then(named))
            .or_else(|| self.expectations.iter().find(|expectation| expectation.editions.is_empty()))
    }
}

impl Scenario {
    /// Its folder: the concept that it is about.
    pub fn concept(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// What a runtime must offer for it.
    pub fn needs(&self) -> Needs {
        Needs::of(self.steps.iter().map(|step| &step.call), [])
    }
}

/// Reads every scenario under a folder, in the order of their names.
pub fn load_all(root: &Path) -> Result<Vec<Scenario>, LoadError> {
    let mut paths = Vec::new();
    collect(root, &mut paths)?;
    paths.sort();
    paths.iter().map(|path| load(root, path)).collect()
}

/// Reads one scenario; its name is its path from `root`.
pub fn load(root: &Path, path: &Path) -> Result<Scenario, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let name = path.strip_prefix(root).unwrap_or(path).with_extension("");
    Ok(parse(&name.to_string_lossy(), path, &text)?)
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|ending| ending == "txt") {
            paths.push(path);
        }
    }
    Ok(())
}
