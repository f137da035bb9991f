//! Scenarios: readable text files that list calls and what each must show, per edition.
//!
//! A scenario is data. This module reads, prints and rewrites it; it performs nothing and judges nothing. The format is
//! described in `tests/scenarios/README.md`.

mod error;
mod needs;
mod notation;
mod parse;
mod rewrite;
mod threads;

use std::fs;
use std::path::{Path, PathBuf};

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Call, Observation, parent};

use crate::driver::offer::Needs;

pub use error::{LoadError, ParseError};
pub use notation::{parse_call, parse_observation};
pub use parse::parse;
pub(crate) use rewrite::{Shown, written};
pub use rewrite::{agrees, rewrite};

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
    /// Optional features that a runtime must have beside those of its calls, with the line that names each.
    pub needs: Vec<(String, usize)>,
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
    /// What may be observed, with short names of exception types: one of these. One, unless threads race.
    pub observations: Vec<Observation>,
    /// The known defect that explains it.
    pub defect: Option<String>,
    /// Its line.
    pub line: usize,
}

impl Expectation {
    /// Whether this may be observed in that edition.
    pub fn allows(&self, edition: Edition, observed: &Observation) -> bool {
        self.lists(edition, observed) || self.is_undefined()
    }

    /// Whether this is one of the outcomes that are named.
    pub fn lists(&self, edition: Edition, observed: &Observation) -> bool {
        self.observations.iter().any(|each| each.clone().qualified(edition) == *observed)
    }

    /// Whether anything may be observed, because memory may not be what it was.
    pub fn is_undefined(&self) -> bool {
        self.observations.contains(&Observation::Undefined)
    }

    /// Whether nothing can be observed after it, whichever outcome it is.
    pub fn is_final(&self) -> bool {
        self.observations.iter().all(Observation::is_final)
    }

    /// Whether the call may never return, or need not.
    pub fn may_hang(&self) -> bool {
        self.observations.contains(&Observation::Hang) || self.is_undefined()
    }

    /// The outcomes as they are written, with the names of types in full.
    pub fn text(&self, edition: Edition) -> String {
        let texts: Vec<_> = self.observations.iter().map(|each| each.clone().qualified(edition).to_string()).collect();
        texts.join(ALTERNATIVE)
    }
}

/// Between two outcomes, one of which must be observed.
pub const ALTERNATIVE: &str = " | ";

impl Scenario {
    /// Whether it starts threads of its own.
    pub fn is_concurrent(&self) -> bool {
        self.steps.iter().any(|step| step.call.thread.is_some())
    }
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
        let named = self.needs.iter().filter_map(|(name, _)| needs::capability(name));
        Needs::of(self.steps.iter().map(|step| &step.call), named)
    }
}

impl Step {
    /// The known defect that this outcome shows. Of several outcomes those that `repaired` has as well show none.
    pub fn defect_shown(&self, edition: Edition, observed: &Observation) -> Option<&str> {
        let expectation = self.expected(edition)?;
        let safe = self.expected(Edition::Repaired);
        let is_safe = |safe: &Expectation| safe.observations.contains(&observed.shortened());
        let shows_none = expectation.observations.len() > 1 && safe.is_some_and(is_safe);
        expectation.defect.as_deref().filter(|_| !shows_none)
    }
}

/// Reads every scenario under a folder, in the order of their names.
pub fn load_all(root: &Path) -> Result<Vec<Scenario>, LoadError> {
    let mut paths = Vec::new();
    collect(root, &mut paths)?;
    if paths.is_empty() {
        return Err(LoadError::Empty { path: root.to_owned() });
    }
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
