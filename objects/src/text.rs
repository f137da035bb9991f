//! Text as Python has it: any code points in any order, lone surrogates and NULs among them.
//!
//! Kept as UTF-8 that surrogates may be part of, so that ordinary text is a `&str` at no cost. Code points that do not
//! print are escaped as Python escapes them.

use std::fmt::{self, Write};

/// The last code point.
const CODE_POINT_MAX: u32 = 0x10_ffff;

/// A text: a row of code points.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Vec<u8>);

impl Text {
    /// The text of these code points, or none if one of them is past the last.
    #[must_use]
    pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> Option<Text> {
        let mut text = Text::default();
        points.into_iter().try_for_each(|point| text.push(point).then_some(()))?;
        Some(text)
    }

    /// Its code points.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + '_ {
        let mut bytes = self.0.iter().copied();
        std::iter::from_fn(move || decode(&mut bytes))
    }

    /// As text of Rust's, unless it has surrogates.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Whether it has no code points.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends a code point; whether it is one comes back.
    pub fn push(&mut self, point: u32) -> bool {
        if let Some(c) = char::from_u32(point) {
            self.0.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else if point <= CODE_POINT_MAX {
            self.0.extend(surrogate(point));
        }
        point <= CODE_POINT_MAX
    }

    /// Appends another text.
    pub fn append(&mut self, other: &Text) {
        self.0.extend(&other.0);
    }

    /// How many bytes each code point takes in a runtime: 1, 2 or 4, by the widest.
    #[must_use]
    pub fn width(&self) -> usize {
        match self.code_points().max().unwrap_or(0) {
            0..0x100 => 1,
            0x100..0x1_0000 => 2,
            _ => 4,
        }
    }

    /// Printable characters as they are, and everything else as Python's escapes; a backslash is doubled.
    #[must_use]
    pub fn escaped(&self) -> String {
        let mut escaped = String::with_capacity(self.0.len());
        for point in self.code_points() {
            push_escaped(&mut escaped, point);
        }
        escaped
    }

    /// The text that is escaped so, or none if an escape is unknown or unfinished.
    #[must_use]
    pub fn from_escaped(escaped: &str) -> Option<Text> {
        let mut text = Text::default();
        let mut rest = escaped.chars();
        while let Some(c) = rest.next() {
            let point = if c == '\\' { unescape(&mut rest)? } else { u32::from(c) };
            text.push(point).then_some(())?;
        }
        Some(text)
    }
}

/// A code point as [`Text::escaped`] writes it.
pub(crate) fn push_escaped(out: &mut String, point: u32) {
    match (char::from_u32(point), point) {
        (Some('\\'), _) => out.push_str("\\\\"),
        (Some('\n'), _) => out.push_str("\\n"),
        (Some('\r'), _) => out.push_str("\\r"),
        (Some('\t'), _) => out.push_str("\\t"),
        (Some(c), _) if is_printable(c) => out.push(c),
        (_, 0..0x100) => push_hex(out, 'x', 2, point),
        (_, 0x100..0x1_0000) => push_hex(out, 'u', 4, point),
        _ => push_hex(out, 'U', 8, point),
    }
}

fn push_hex(out: &mut String, kind: char, digits: usize, point: u32) {
    write!(out, "\\{kind}{point:0digits$x}").expect("a string takes everything");
}

/// The code point of an escape, after its backslash.
pub(crate) fn unescape(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    let digits = match rest.next()? {
        'n' => return Some(u32::from(b'\n')),
        'r' => return Some(u32::from(b'\r')),
        't' => return Some(u32::from(b'\t')),
        c @ ('\\' | '"') => return Some(u32::from(c)),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    (0..digits).try_fold(0, |point: u32, _| Some(point << 4 | rest.next()?.to_digit(16)?))
}

/// Whether Python prints the character as it is: it is neither of the category Other nor a separator, or it is a space.
///
/// The standard library keeps the same table for its own escapes, and asks it for every character but the first. Its
/// Unicode is newer than that of CPython 3.13 and 3.14: they differ in code points that were assigned since.
#[must_use]
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let mut buffer = [0; 5];
    buffer[0] = b'a';
    let end = 1 + c.encode_utf8(&mut buffer[1..]).len();
    let second = std::str::from_utf8(&buffer[..end]).map(|text| text.escape_debug().nth(1));
    second == Ok(Some(c))
}

fn surrogate(point: u32) -> [u8; 3] {
    debug_assert!((0xd800..0xe000).contains(&point), "every other code point is a character");
    [0xe0 | (point >> 12) as u8, 0x80 | (point >> 6 & 0x3f) as u8, 0x80 | (point & 0x3f) as u8]
}

fn decode(bytes: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let lead = u32::from(bytes.next()?);
    let (begin, following) = match lead {
        0..0x80 => (lead, 0),
        0x80..0xe0 => (lead & 0x1f, 1),
        0xe0..0xf0 => (lead & 0x0f, 2),
        _ => (lead & 0x07, 3),
    };
    (0..following).try_fold(begin, |point, _| Some(point << 6 | u32::from(bytes.next()? & 0x3f)))
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text(text.as_bytes().to_vec())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text(text.into_bytes())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.escaped())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_stay_apart_and_nul_is_a_character() {
        let points = [0xd83d, 0xde00, 0, 0x1_f600, 0x41, 0xe9, 0x5c];
        let text = Text::from_code_points(points).unwrap();
        assert_eq!(text.code_points().collect::<Vec<_>>(), points);
        assert_eq!(text.escaped(), r"\ud83d\ude00\x00😀Aé\\");
        assert_eq!(Text::from_escaped(&text.escaped()), Some(text.clone()));
        assert_eq!((text.as_str(), text.width()), (None, 4));
        assert_eq!(Text::from_code_points([CODE_POINT_MAX + 1]), None);
    }

    #[test]
    fn what_does_not_print_is_escaped() {
        let text = Text::from("a\u{a0}\u{ad}\u{301}\u{200b}\u{2028}\u{e000}\n\x7f");
        assert_eq!(text.escaped(), "a\\xa0\\xad\u{301}\\u200b\\u2028\\ue000\\n\\x7f");
    }
}
