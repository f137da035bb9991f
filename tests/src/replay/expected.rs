//! A folder of scripts, with the two tables beside them: what each shows in which version, and what none of them shows.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::ReplayError;
use super::said::Seen;

const EXPECTED: &str = "expected.txt";
const UNREACHABLE: &str = "unreachable.txt";

/// What a script is expected to show in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "shown", rename_all = "kebab-case")]
pub enum Expectation {
    /// Not its defect.
    No,
    /// Its defect.
    Yes,
    /// Its defect, and a reason that names one of these.
    YesBy {
        /// The words.
        words: Vec<String>,
    },
}

impl Expectation {
    fn parse(cell: &str) -> Expectation {
        match cell {
            "no" => Expectation::No,
            "yes" => Expectation::Yes,
            words => Expectation::YesBy { words: words.split('/').map(str::to_owned).collect() },
        }
    }

    /// Whether that is what was seen. None if nothing was tried: that confirms nothing and refutes nothing.
    pub fn agrees(&self, seen: &Seen) -> Option<bool> {
        match (self, seen) {
            (_, Seen::Untried { .. }) => None,
            (Expectation::No, Seen::No { .. }) | (Expectation::Yes, Seen::Yes { .. }) => Some(true),
            (Expectation::YesBy { words }, Seen::Yes { why, .. }) => Some(words.iter().any(|word| why.contains(word))),
            _ => Some(false),
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expectation::No => f.write_str("no"),
            Expectation::Yes => f.write_str("yes"),
            Expectation::YesBy { words } => f.write_str(&words.join(" or ")),
        }
    }
}

/// A script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The defect that it shows.
    pub name: String,
    /// The file.
    pub path: PathBuf,
}

/// All scripts of a folder, and what is expected of them.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The scripts, by name.
    pub scripts: Vec<Script>,
    /// The versions of the table.
    pub versions: Vec<String>,
    /// What is expected of each script, one for each version.
    pub expected: BTreeMap<String, Vec<Expectation>>,
    /// Defects that no script shows, with the reason.
    pub unreachable: BTreeMap<String, String>,
}

impl Collection {
    /// Reads a folder. Both tables must be there.
    pub fn load(folder: &Path) -> Result<Collection, ReplayError> {
        let mut collection = Collection { scripts: scripts(folder)?, ..Collection::default() };
        collection.read_expected(&folder.join(EXPECTED))?;
        collection.read_unreachable(&folder.join(UNREACHABLE))?;
        Ok(collection)
    }

    /// The script of that name, or all.
    pub fn chosen(&self, only: Option<&str>) -> Result<Vec<&Script>, ReplayError> {
        let Some(name) = only else { return Ok(self.scripts.iter().collect()) };
        let known = || self.scripts.iter().map(|script| script.name.clone()).collect();
        let found = self.scripts.iter().find(|script| script.name == name);
        found
            .map(|script| vec![script])
            .ok_or_else(|| ReplayError::UnknownScript { name: name.to_owned(), known: known() })
    }

    /// What is expected of a script in that version; None for versions that the table does not know.
    pub fn expected(&self, script: &str, version: &str) -> Option<Expectation> {
        let column = self.versions.iter().position(|known| known == version)?;
        self.expected.get(script)?.get(column).cloned()
    }

    fn read_expected(&mut self, path: &Path) -> Result<(), ReplayError> {
        for (line, text) in lines(path)? {
            let mut cells = text.split_whitespace();
            let name = cells.next().unwrap_or_default();
            if self.versions.is_empty() {
                self.versions = cells.map(str::to_owned).collect();
                continue;
            }
            let row: Vec<_> = cells.map(Expectation::parse).collect();
            if row.len() != self.versions.len() {
                let what = format!("{} cells for {} versions", row.len(), self.versions.len());
                return Err(malformed(path, line, what));
            }
            if self.expected.insert(name.to_owned(), row).is_some() {
                return Err(malformed(path, line, format!("{name} has a line already")));
            }
        }
        Ok(())
    }

    fn read_unreachable(&mut self, path: &Path) -> Result<(), ReplayError> {
        for (line, text) in lines(path)? {
            let Some((name, reason)) = text.split_once(": ") else {
                return Err(malformed(path, line, "a line is a defect, a colon and the reason".to_owned()));
            };
            self.unreachable.insert(name.to_owned(), reason.trim().to_owned());
        }
        Ok(())
    }
}

/// Every `.py` file of the folder itself; what they share is in folders below.
fn scripts(folder: &Path) -> Result<Vec<Script>, ReplayError> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let paths =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "py"));
    let script = |path: PathBuf| Some(Script { name: path.file_stem()?.to_str()?.to_owned(), path });
    let mut scripts: Vec<_> = paths.filter_map(script).collect();
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(scripts)
}

/// The lines that say something, each with its number.
fn lines(path: &Path) -> Result<Vec<(usize, String)>, ReplayError> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim().to_owned()));
    Ok(numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect())
}

fn unreadable(path: &Path, error: &std::io::Error) -> ReplayError {
    ReplayError::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

fn malformed(path: &Path, line: usize, what: String) -> ReplayError {
    ReplayError::Malformed { path: path.display().to_string(), line, what }
}
