//! What a script said: a line for each case, `CASE: what was seen`, and in the end whether it showed its defect.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

/// What came of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "seen", rename_all = "kebab-case")]
pub enum Seen {
    /// It showed its defect.
    Yes {
        /// How.
        why: String,
        /// Its cases, each with what was seen.
        cases: Vec<(String, String)>,
    },
    /// It did not.
    No {
        /// What it saw instead.
        why: String,
        /// Its cases, each with what was seen.
        cases: Vec<(String, String)>,
    },
    /// It could not try: something that it needs is missing here.
    Untried {
        /// What.
        why: String,
    },
    /// It did not come to a last line, or broke the rules on its way.
    Broken {
        /// Which.
        #[serde(flatten)]
        broken: Broken,
    },
}

/// How a script fell short of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Error)]
#[serde(tag = "broken", rename_all = "kebab-case")]
pub enum Broken {
    /// It could not be started or watched: check the command.
    #[error("not started: {reason}")]
    NotStarted {
        /// What the system said.
        reason: String,
    },
    /// The deadline passed: it hangs outside of its cases, or the deadline is too short for this machine.
    #[error("no end in time")]
    TimedOut,
    /// A signal ended it: something that dies belongs into a case.
    #[error("died by {signal}")]
    Died {
        /// The signal's name.
        signal: String,
    },
    /// It ended with a code that is not 0: its last words say why.
    #[error("exited with code {code}: {words}")]
    Failed {
        /// The code.
        code: i32,
        /// The last line of its stderr.
        words: String,
    },
    /// It printed more than a script should.
    #[error("printed too much")]
    TooMuch,
    /// It printed something else than cases and an end.
    #[error("said something that is no line of a script: {line}")]
    Garbage {
        /// The first such line.
        line: String,
    },
    /// It ended without a last line.
    #[error("ended without saying whether it showed its defect")]
    NoEnd,
}

/// The longest line that is shown of what should not have been said.
const LINE_CHARS_MAX: usize = 80;

/// Reads all that a script printed.
pub fn read(output: &str) -> Seen {
    let mut lines: Vec<_> = output.lines().collect();
    let Some(last) = lines.pop() else { return Seen::Broken { broken: Broken::NoEnd } };
    let cases: Result<Vec<_>, _> = lines.into_iter().map(case).collect();
    let seen = cases.and_then(|cases| end(last, cases));
    seen.unwrap_or_else(|broken| Seen::Broken { broken })
}

fn case(line: &str) -> Result<(String, String), Broken> {
    let (name, what) = line.split_once(": ").ok_or_else(|| garbage(line))?;
    if name == "shown" { Err(garbage(line)) } else { Ok((name.to_owned(), what.to_owned())) }
}

fn end(line: &str, cases: Vec<(String, String)>) -> Result<Seen, Broken> {
    let Some(said) = line.strip_prefix("shown: ") else { return case(line).and(Err(Broken::NoEnd)) };
    let (word, why) = said.split_once(" (").ok_or_else(|| garbage(line))?;
    let why = why.strip_suffix(')').ok_or_else(|| garbage(line))?.to_owned();
    match word {
        "yes" => Ok(Seen::Yes { why, cases }),
        "no" => Ok(Seen::No { why, cases }),
        "untried" => Ok(Seen::Untried { why }),
        _ => Err(garbage(line)),
    }
}

fn garbage(line: &str) -> Broken {
    Broken::Garbage { line: line.chars().take(LINE_CHARS_MAX).collect() }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::Yes { why, .. } => write!(f, "yes ({why})"),
            Seen::No { why, .. } => write!(f, "no ({why})"),
            Seen::Untried { why } => write!(f, "untried ({why})"),
            Seen::Broken { broken } => write!(f, "BROKEN: {broken}"),
        }
    }
}
