//! What a report shows: plain data that whoever ran the scenarios fills in.
//!
//! It knows neither how a runtime was played nor how a report looks. Every list keeps the order in which it was given, so
//! that the same data makes the same bytes.

use serde::{Deserialize, Serialize};

/// Everything that a report shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// The suite, and its version.
    pub suite: String,
    /// The rules of the book, in its order.
    pub rules: Vec<Rule>,
    /// The scenarios that were to be played, in their order.
    pub scenarios: Vec<Scenario>,
    /// The runtimes, each with what came of every scenario.
    pub runtimes: Vec<Runtime>,
}

/// A rule of the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// What must hold, in a sentence or two.
    pub title: String,
    /// Where its chapter is: a link that works from where the report will lie, or an address.
    pub chapter: String,
    /// The concept that it belongs to.
    pub concept: String,
}

/// A scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its name: folder and file, without the ending.
    pub name: String,
    /// What it shows, in one line.
    pub title: String,
    /// The layer that a runtime must claim to be asked.
    pub profile: String,
    /// The rules that it exercises, by id.
    pub rules: Vec<String>,
    /// The text of its file.
    pub text: String,
}

/// A runtime that was played.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runtime {
    /// Its name.
    pub name: String,
    /// Its exact version: no two runtimes of a report have the same name and version.
    pub version: String,
    /// The edition whose expectations judged.
    pub edition: String,
    /// What of the whole was exercised.
    pub coverage: Vec<Coverage>,
    /// What came of each scenario: as many as there are scenarios, in their order.
    pub verdicts: Vec<Verdict>,
}

/// How much of one kind of thing was exercised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// What is counted: rules, steps, pairs of calls.
    pub what: String,
    /// How many were exercised.
    pub covered: usize,
    /// How many there are.
    pub all: usize,
}

/// What came of a scenario in a runtime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// It has nothing to say to this runtime.
    Skipped {
        /// Why.
        reason: String,
    },
    /// Every call showed what it must.
    Pass {
        /// Known defects of the edition that were seen, as they must be.
        defects: Vec<String>,
    },
    /// The safe reading was seen where the edition has a defect.
    Repaired {
        /// The defects that the runtime does not have.
        defects: Vec<String>,
    },
    /// The runtime does not claim what the scenario needs.
    NotImplemented {
        /// What is missing.
        what: String,
    },
    /// It went wrong, and is listed to do so.
    Expected {
        /// Why it is listed.
        reason: String,
        /// What went wrong.
        failure: Option<Box<Failure>>,
    },
    /// It is listed to go wrong, and did not: the list is to be mended.
    Unexpected {
        /// Why it is listed.
        reason: String,
    },
    /// A call showed something else than it must.
    Fail {
        /// Which, and what.
        failure: Box<Failure>,
    },
    /// The driver broke the rules of the conversation.
    Protocol {
        /// Where.
        failure: Box<Failure>,
    },
    /// A call did not return in time.
    Timeout {
        /// Which.
        failure: Box<Failure>,
    },
    /// The process died in a call that should have returned.
    Crash {
        /// The signal's name.
        signal: String,
        /// In which call.
        failure: Box<Failure>,
    },
}

/// The first thing that went wrong in a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The file of the scenario.
    pub file: String,
    /// The line of the call in it, from 1.
    pub line: usize,
    /// The call.
    pub call: String,
    /// What it may show: one of these.
    pub expected: Vec<String>,
    /// What it showed.
    pub observed: String,
    /// The shortest beginning of the scenario that goes wrong. Its last call is the wrong one.
    pub trace: Vec<Call>,
    /// The rules that are in question.
    pub rules: Vec<String>,
    /// The driver's last words.
    pub stderr: Vec<String>,
}

/// A call of a trace: who made it, on what, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The thread of the driver that makes it, if it is not the first.
    pub thread: Option<String>,
    /// The interpreter whose code makes it, if it is not main's.
    pub inside: Option<String>,
    /// The interpreter that it acts on, if it is about one.
    pub on: Option<String>,
    /// The call, as it is written.
    pub call: String,
    /// What came of it.
    pub outcome: String,
    /// Whether it came back.
    pub fate: Fate,
}

/// Whether a call came back to whoever made it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It did, with a value or an exception.
    #[default]
    Returned,
    /// Not yet, or never: it waits at a gate, or hangs.
    Waits,
    /// The process died in it.
    Died,
}

impl Verdict {
    /// Each kind in a word, from the most harmless to the worst.
    pub const WORDS: [&str; 10] = [
        "skipped",
        "pass",
        "repaired",
        "not-implemented",
        "expected",
        "unexpected",
        "fail",
        "protocol",
        "timeout",
        "crash",
    ];

    /// The kind in a word: the name under which it is written down.
    pub const fn word(&self) -> &'static str {
        Self::WORDS[self.rank()]
    }

    /// The place of the kind among all kinds, from the most harmless to the worst.
    pub const fn rank(&self) -> usize {
        match self {
            Verdict::Skipped { .. } => 0,
            Verdict::Pass { .. } => 1,
            Verdict::Repaired { .. } => 2,
            Verdict::NotImplemented { .. } => 3,
            Verdict::Expected { .. } => 4,
            Verdict::Unexpected { .. } => 5,
            Verdict::Fail { .. } => 6,
            Verdict::Protocol { .. } => 7,
            Verdict::Timeout { .. } => 8,
            Verdict::Crash { .. } => 9,
        }
    }

    /// Whether something is not as it should be.
    pub const fn is_wrong(&self) -> bool {
        self.rank() >= 5
    }

    /// What went wrong, if anything did.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Verdict::Expected { failure, .. } => failure.as_deref(),
            Verdict::Fail { failure }
            | Verdict::Protocol { failure }
            | Verdict::Timeout { failure }
            | Verdict::Crash { failure, .. } => Some(failure),
            Verdict::Skipped { .. }
            | Verdict::Pass { .. }
            | Verdict::Repaired { .. }
            | Verdict::NotImplemented { .. }
            | Verdict::Unexpected { .. } => None,
        }
    }
}

impl Runtime {
    /// How often each kind of verdict was given, in the order of [`Verdict::WORDS`].
    pub fn counts(&self) -> [usize; Verdict::WORDS.len()] {
        let mut counts = [0; Verdict::WORDS.len()];
        for verdict in &self.verdicts {
            counts[verdict.rank()] += 1;
        }
        counts
    }
}

/// Data that does not hold together: whoever filled it in has to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// There must be one verdict for each scenario.
    #[error("{runtime} has {verdicts} verdicts on {scenarios} scenarios")]
    Verdicts {
        /// The runtime.
        runtime: String,
        /// How many verdicts it has.
        verdicts: usize,
        /// How many scenarios there are.
        scenarios: usize,
    },
    /// Two things of one kind have the same name: one of them is to be renamed.
    #[error("there are two {kind}s of the name `{name}`")]
    Twice {
        /// What they are.
        kind: &'static str,
        /// The name.
        name: String,
    },
}

impl Data {
    /// What each runtime is called in a report: its name, with the version if another one has the same name.
    pub fn labels(&self) -> Vec<String> {
        let shared = |name: &str| self.runtimes.iter().filter(|other| other.name == name).count() > 1;
        let label = |runtime: &Runtime| match shared(&runtime.name) {
            true => format!("{}-{}", runtime.name, runtime.version),
            false => runtime.name.clone(),
        };
        self.runtimes.iter().map(label).collect()
    }

    /// Checks that there is a verdict for each scenario and that names are given once.
    pub fn check(&self) -> Result<(), DataError> {
        unique("runtime", self.labels().iter())?;
        unique("scenario", self.scenarios.iter().map(|scenario| &scenario.name))?;
        unique("rule", self.rules.iter().map(|rule| &rule.id))?;
        let scenarios = self.scenarios.len();
        match self.runtimes.iter().find(|runtime| runtime.verdicts.len() != scenarios) {
            None => Ok(()),
            Some(Runtime { name, verdicts, .. }) => {
                Err(DataError::Verdicts { runtime: name.clone(), verdicts: verdicts.len(), scenarios })
            }
        }
    }
}

fn unique<'a>(kind: &'static str, mut names: impl Iterator<Item = &'a String>) -> Result<(), DataError> {
    let mut seen = std::collections::BTreeSet::new();
    match names.find(|name| !seen.insert(*name)) {
        None => Ok(()),
        Some(name) => Err(DataError::Twice { kind, name: name.clone() }),
    }
}
