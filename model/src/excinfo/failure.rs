//! Why no snapshot could be taken: what was being done, and the error that stood in the way.

use std::fmt;

use crossinterp_objects::Text;

/// The error that is pending when a capture gives up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There was no memory.
    NoMemory,
    /// What should be text is not.
    NotText,
    /// Text has surrogates from there to there, and UTF-8 has none.
    NotEncodable {
        /// The first of them.
        first: u32,
        /// Its place.
        start: usize,
        /// The place of the last in a row.
        end: usize,
    },
    /// Text has a NUL in it.
    Nul,
    /// Somebody's code raised.
    Raised {
        /// The type's name.
        kind: String,
        /// The text.
        message: Text,
    },
}

impl Reason {
    /// The short name of the exception's type.
    pub fn kind(&self) -> &str {
        match self {
            Reason::NoMemory => "MemoryError",
            Reason::NotText => "TypeError",
            Reason::NotEncodable { .. } => "UnicodeEncodeError",
            Reason::Nul => "ValueError",
            Reason::Raised { kind, .. } => kind,
        }
    }

    /// Its words.
    pub fn text(&self) -> Text {
        match self {
            Reason::NoMemory => Text::default(),
            Reason::NotText => "bad argument type for built-in operation".into(),
            Reason::NotEncodable { first, start, end } => not_encodable(*first, *start, *end).as_str().into(),
            Reason::Nul => "found embedded NULL character".into(),
            Reason::Raised { message, .. } => message.clone(),
        }
    }

    /// Whether a text can be carried as UTF-8, and if not, why.
    pub(crate) fn against_utf8(text: &Text) -> Option<Reason> {
        let is_surrogate = |point: &u32| (0xd800..0xe000).contains(point);
        let start = text.code_points().position(|point| is_surrogate(&point))?;
        let row: Vec<u32> = text.code_points().skip(start).take_while(is_surrogate).collect();
        Some(Reason::NotEncodable { first: row[0], start, end: start + row.len() - 1 })
    }
}

/// One code point is shown, several are counted.
fn not_encodable(first: u32, start: usize, end: usize) -> String {
    let what = match start == end {
        true => format!("character '\\u{first:04x}' in position {start}"),
        false => format!("characters in position {start}-{end}"),
    };
    format!("'utf-8' codec can't encode {what}: surrogates not allowed")
}

/// What could not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The names of the type could not be taken.
    Type,
    /// `str()` failed.
    Str,
    /// The message could not be copied.
    CopyMessage,
    /// An object that is to be a snapshot lacks that attribute.
    Missing(&'static str),
    /// The rendered traceback of such an object could not be copied.
    CopyDisplay,
    /// The snapshot itself found no memory.
    Structure,
    /// What a caller is to see of it could not be made.
    Object,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Type => f.write_str("error while initializing exception type snapshot"),
            What::Str => f.write_str("error while formatting exception"),
            What::CopyMessage => f.write_str("error while copying exception message"),
            What::Missing(attribute) => write!(f, "exception snapshot missing '{attribute}' attribute"),
            What::CopyDisplay => f.write_str("error while copying exception error display"),
            What::Structure | What::Object => f.write_str("no memory"),
        }
    }
}

/// A capture that gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What could not be done.
    pub what: What,
    /// Why not.
    pub reason: Reason,
}

impl Failure {
    /// Whether it was for want of memory.
    pub fn is_no_memory(&self) -> bool {
        self.reason.kind() == "MemoryError"
    }

    /// Whether it has no words of its own: the caller is told the reason alone.
    pub fn is_bare(&self) -> bool {
        matches!(self.what, What::Structure | What::Object)
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}: {})", self.what, self.reason.kind(), self.reason.text().escaped())
    }
}

/// Why a capture came to no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It gave up, and says why.
    Failed(Failure),
    /// A null pointer was followed: the process is gone.
    Crashed,
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Halt::Failed(failure)
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Halt::Failed(failure) => write!(f, "{failure}"),
            Halt::Crashed => f.write_str("a null pointer is followed"),
        }
    }
}
