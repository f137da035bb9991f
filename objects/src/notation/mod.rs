//! The notation of values: as in Python with double quotes, and names for the objects that no literal can write.
//!
//! `Display` writes it and [`value()`] reads it; the two agree. It knows values and nothing of what is done with them:
//! whoever has a notation of calls reads values in it through a [`Cursor`].

mod cursor;
mod read;
mod write;

use std::str::FromStr;

use thiserror::Error;

pub use cursor::{Cursor, is_word};
pub use read::{DEPTH_MAX, items, value};
pub use write::Quoted;

use crate::value::Value;

/// What is wrong at a column of a line; the file and the line are added by whoever knows them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("column {column}: {what}")]
pub struct Trouble {
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub help: String,
}

impl FromStr for Value {
    type Err = Trouble;

    fn from_str(text: &str) -> Result<Self, Trouble> {
        let mut cursor = Cursor::new(text);
        let value = value(&mut cursor)?;
        if cursor.at_end() { Ok(value) } else { Err(cursor.trouble("something is left over", "one value is enough")) }
    }
}
