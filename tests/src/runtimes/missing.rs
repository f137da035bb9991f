//! Why a runtime is not to be had, said so that the reader knows what was looked at and what to do.

use std::fmt;

use serde::Serialize;

use super::known::KNOWN;

/// A runtime is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// No runtime has that name: ask for one of those that are listed.
    #[error("there is no runtime `{name}`; there are: {names}")]
    Unknown {
        /// The name.
        name: String,
        /// The names that there are.
        names: String,
    },
    /// It was found nowhere in the right version: the advice says what to do.
    #[error("{title} is not here\n{}  {advice}", lines(tried))]
    NotHere {
        /// Its name.
        name: &'static str,
        /// What it is.
        title: &'static str,
        /// What was looked at.
        tried: Vec<Tried>,
        /// What to do.
        advice: &'static str,
    },
}

impl Missing {
    pub(super) fn unknown(name: &str) -> Missing {
        let names: Vec<_> = KNOWN.iter().map(|known| known.name).collect();
        Missing::Unknown { name: name.to_owned(), names: names.join(", ") }
    }
}

/// A program that was looked at, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// The program.
    pub program: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a program that might have been a runtime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum Problem {
    /// There is no such file: this place has nothing.
    #[error("not there")]
    NotThere,
    /// It could not be started: its permissions are to be looked at.
    #[error("cannot be started: {reason}")]
    NotStarted {
        /// What the system said.
        reason: String,
    },
    /// It is another version: the right one is to be brought, or named by the variable.
    #[error("is version {version}, and {wanted} is wanted")]
    WrongVersion {
        /// Its version.
        version: String,
        /// The one that is wanted.
        wanted: &'static str,
    },
    /// It did not say its version in time: it is to be tried by hand.
    #[error("does not say its version in time")]
    Hangs,
    /// It ended without saying its version: its words say why.
    #[error("ended with {end}{}", quoted(said))]
    Ended {
        /// The code or the signal.
        end: String,
        /// Its last words.
        said: String,
    },
    /// What it said is not its version: it is another program.
    #[error("says something else than its version{}", quoted(said))]
    Garbage {
        /// What it said.
        said: String,
    },
}

fn quoted(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}

fn lines(tried: &[Tried]) -> String {
    tried.iter().map(|tried| format!("  {tried}\n")).collect()
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.program, self.problem)
    }
}
