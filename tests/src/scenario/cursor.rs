//! A place in one line of text, moving forward. It knows characters, words and strings, not what they mean.

use super::error::Trouble;

/// The rest of a line, and where it begins.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

const ESCAPES: &str = "the escapes are \\\\ \\\" \\n \\r \\t \\xNN \\uNNNN \\UNNNNNNNN";

impl<'a> Cursor<'a> {
    pub fn new(line: &'a str) -> Self {
        Cursor { line, at: 0 }
    }

    pub fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
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
    pub fn peek_word(&self, belongs: impl Fn(char) -> bool) -> &'a str {
        self.clone().word(belongs)
    }

    /// A string between double quotes, in its escaped form; the quote itself comes out plain.
    pub fn string(&mut self) -> Result<String, Trouble> {
        self.expect("\"", "write the text between double quotes")?;
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(self.trouble("the text is not closed", "end it with a double quote")),
                Some('"') => return Ok(text),
                Some('\\') => self.escape(&mut text)?,
                Some(c) => text.push(c),
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Trouble> {
        let Some(kind) = self.next() else { return Err(self.trouble("the escape is not finished", ESCAPES)) };
        let digits = match kind {
            '"' => {
                text.push('"');
                return Ok(());
            }
            '\\' | 'n' | 'r' | 't' => 0,
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return Err(self.trouble(&format!("unknown escape \\{kind}"), ESCAPES)),
        };
        text.push('\\');
        text.push(kind);
        for _ in 0..digits {
            match self.next() {
                Some(digit) if digit.is_ascii_hexdigit() => text.push(digit),
                _ => return Err(self.trouble("too few hexadecimal digits", ESCAPES)),
            }
        }
        Ok(())
    }

    /// Something is wrong here.
    pub fn trouble(&self, what: &str, help: &str) -> Trouble {
        let found = match self.peek() {
            None => "the end of the line".to_owned(),
            Some(c) => format!("`{c}`"),
        };
        let what = if what.starts_with("expected") { format!("{what}, found {found}") } else { what.to_owned() };
        Trouble { column: self.column(), what, help: help.to_owned() }
    }

    /// The column, from 1, in characters.
    pub fn column(&self) -> usize {
        self.line[..self.at].chars().count() + 1
    }
}
