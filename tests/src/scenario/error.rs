//! What can be wrong with a scenario file, said so that the reader knows where and what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A scenario could not be read.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file or folder cannot be read: check that it exists and is text.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder has no scenarios: check that it is the right one. Their files end in `.txt`.
    #[error("no scenario is in {}: their files end in .txt", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// The text is not a scenario: the error says where and what to write.
    #[error(transparent)]
    Malformed(#[from] ParseError),
}

/// A place in a scenario file that cannot be read, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The text of the line.
    pub text: String,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub help: String,
}

impl std::error::Error for ParseError {}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "{}:{}:{}: {}", self.path.display(), self.line, self.column, self.what)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.text)?;
        writeln!(f, "{margin} | {}^", " ".repeat(self.column.saturating_sub(1)))?;
        write!(f, "{margin} = help: {}", self.help)
    }
}
