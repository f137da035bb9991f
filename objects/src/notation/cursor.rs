//! A place in one line of text, moving forward. It knows characters, words and strings, not what they mean.

use super::Trouble;
use crate::text::{Text, unescape};

/// The rest of a line, and where it begins.
#[derive(Clone)]
pub struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

const ESCAPES: &str = "the escapes are \\\\ \\\" \\n \\r \\t \\xNN \\uNNNN \\UNNNNNNNN";

/// Whether the character can be part of a word.
#[must_use]
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl<'a> Cursor<'a> {
    /// At the beginning of a line.
    #[must_use]
    pub fn new(line: &'a str) -> Self {
        Cursor { line, at: 0 }
    }

    /// What is left.
    #[must_use]
    pub fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    /// The next character.
    #[must_use]
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the next character.
    pub fn advance(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Goes past spaces.
    pub fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.advance();
        }
    }

    /// Whether nothing but spaces and a comment is left.
    pub fn at_end(&mut self) -> bool {
        self.skip_spaces();
        matches!(self.peek(), None | Some('#'))
    }

    /// Takes the text if it is next, after spaces.
    pub fn take(&mut self, text: &str) -> bool {
        self.skip_spaces();
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Takes the text, which must be next.
    pub fn expect(&mut self, text: &str, help: &str) -> Result<(), Trouble> {
        if self.take(text) { Ok(()) } else { Err(self.trouble(&format!("expected `{text}`"), help)) }
    }

    /// A run of characters of one sort, maybe none.
    pub fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        self.skip_spaces();
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The word that is next, without taking it.
    #[must_use]
    pub fn peek_word(&self, belongs: impl Fn(char) -> bool) -> &'a str {
        self.clone().word(belongs)
    }

    /// A string between double quotes.
    pub fn string(&mut self) -> Result<Text, Trouble> {
        self.expect("\"", "write the text between double quotes")?;
        let mut text = Text::default();
        loop {
            match self.advance() {
                None => return Err(self.trouble("the text is not closed", "end it with a double quote")),
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(c) => text.push(u32::from(c)),
            };
        }
    }

    /// The code point of an escape, after its backslash.
    pub(super) fn escape(&mut self) -> Result<u32, Trouble> {
        let mut rest = self.rest().chars();
        let point = unescape(&mut rest).filter(|&point| Text::from_code_points([point]).is_some());
        let Some(point) = point else { return Err(self.trouble("an unknown or unfinished escape", ESCAPES)) };
        self.at = self.line.len() - rest.as_str().len();
        Ok(point)
    }

    /// Something is wrong here.
    #[must_use]
    pub fn trouble(&self, what: &str, help: &str) -> Trouble {
        let found = match self.peek() {
            None => "the end of the line".to_owned(),
            Some(c) => format!("`{c}`"),
        };
        let what = if what.starts_with("expected") { format!("{what}, found {found}") } else { what.to_owned() };
        Trouble { column: self.column(), what, help: help.to_owned() }
    }

    /// The column, from 1, in characters.
    #[must_use]
    pub fn column(&self) -> usize {
        self.line[..self.at].chars().count() + 1
    }
}
