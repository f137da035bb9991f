//! What is known to be different in a runtime, and why: a file of its own for each, in `tests/expectations/`.
//!
//! An expected failure is no failure of the run. One that passes, that fails in another way, or that was not played at
//! all is: what is listed must be true.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::verdict::Kind;

/// The file of a runtime.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// The runtime's name.
    pub runtime: String,
    /// Its version: another one has other differences.
    pub version: String,
    /// What is different.
    #[serde(default, rename = "difference")]
    pub differences: Vec<Difference>,
}

/// One thing in which a runtime differs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Its name, in kebab-case.
    pub name: String,
    /// What it is.
    pub kind: DifferenceKind,
    /// What happens, in a sentence or two.
    pub reason: String,
    /// Where it comes from: a file and a function of the runtime's source.
    #[serde(default)]
    pub source: Option<String>,
    /// One line of Python that shows it.
    #[serde(default)]
    pub show: Option<String>,
    /// What that prints in the runtime.
    #[serde(default)]
    pub prints: Option<String>,
    /// What it prints in CPython.
    #[serde(default)]
    pub cpython: Option<String>,
    /// The scenarios that fail because of it, each with its verdict.
    pub scenarios: BTreeMap<String, Kind>,
}

/// What a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// The runtime is wrong.
    Defect,
    /// The rules allow it.
    Liberty,
}

/// A failure that was expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The difference.
    pub name: String,
    /// What it is.
    pub kind: DifferenceKind,
    /// Why.
    pub reason: String,
}

/// Why a file of expectations is of no use.
#[derive(Debug, Error)]
pub enum ExpectationsError {
    /// The file cannot be read: check that it exists and is text.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not a file of expectations: the message has the place.
    #[error("{}: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: Box<toml::de::Error>,
    },
    /// Two differences explain the same scenario: keep the one that shows first.
    #[error("{}: `{scenario}` is listed under `{first}` and under `{second}`", path.display())]
    Repeated {
        /// The file.
        path: PathBuf,
        /// The scenario.
        scenario: String,
        /// A difference that lists it.
        first: String,
        /// Another one.
        second: String,
    },
}

impl Expectations {
    /// Reads a file.
    pub fn load(path: &Path) -> Result<Expectations, ExpectationsError> {
        let unreadable = |source| ExpectationsError::Unreadable { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        Expectations::parse(path, &text)
    }

    /// Reads the text of a file. The path is only for messages.
    pub fn parse(path: &Path, text: &str) -> Result<Expectations, ExpectationsError> {
        let malformed = |source| ExpectationsError::Malformed { path: path.to_owned(), source: Box::new(source) };
        let expectations: Expectations = toml::from_str(text).map_err(malformed)?;
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for difference in &expectations.differences {
            for scenario in difference.scenarios.keys() {
                if let Some(first) = seen.insert(scenario, &difference.name) {
                    return Err(ExpectationsError::Repeated {
                        path: path.to_owned(),
                        scenario: scenario.clone(),
                        first: first.to_owned(),
                        second: difference.name.clone(),
                    });
                }
            }
        }
        Ok(expectations)
    }

    /// What is expected of a scenario, with the kind of verdict.
    pub fn of(&self, scenario: &str) -> Option<(Kind, Expected)> {
        self.differences.iter().find_map(|difference| {
            let kind = difference.scenarios.get(scenario)?;
            let Difference { name, kind: of, reason, .. } = difference;
            Some((*kind, Expected { name: name.clone(), kind: *of, reason: reason.clone() }))
        })
    }

    /// What is listed and did not happen, one line for each. `seen` has the verdicts of the scenarios that were asked for.
    pub fn stale(&self, seen: &BTreeMap<&str, Kind>, is_asked_for: impl Fn(&str) -> bool) -> Vec<String> {
        let mut complaints = Vec::new();
        for difference in &self.differences {
            let name = &difference.name;
            for (scenario, kind) in difference.scenarios.iter().filter(|(scenario, _)| is_asked_for(scenario)) {
                let listed = format!("{scenario}: listed under `{name}` as {}", kind.word());
                match seen.get(scenario.as_str()) {
                    None => complaints.push(format!("{listed}, and there is no such scenario")),
                    Some(other) if other != kind => {
                        complaints.push(format!("{listed}, and the verdict is {}", other.word()))
                    }
                    Some(_) => {}
                }
            }
        }
        complaints
    }
}
