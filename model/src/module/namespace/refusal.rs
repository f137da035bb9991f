//! What can go wrong with names and with values under names, as symbols, and the words for it.

/// Why a namespace was not made, not filled or not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the tables below say each in words")]
pub enum Refusal {
    // arguments
    ArgumentNotDict { function: &'static str, number: usize, type_name: String },
    ExpectedDict,
    EmptyUpdates { kind: &'static str },
    // sources of names
    NoLength { type_name: String },
    NotSequence { name: &'static str },
    NoSequence,
    EmptyNamespace,
    IndexTooBig,
    ReturnedWithError { class: &'static str },
    // names
    NotText,
    NotEncodable { first: u32, start: usize, end: usize },
    EmbeddedNul,
    // targets
    NoValue { name: String },
    NotDecodable,
    ModuleNotImported,
    ApplyFailed,
    InTarget { text: String },
}

impl Refusal {
    /// The short name of the exception's type.
    pub const fn kind(&self) -> &'static str {
        use Refusal as R;
        match self {
            R::ArgumentNotDict { .. } | R::ExpectedDict | R::NoLength { .. } | R::NotSequence { .. } => "TypeError",
            R::NotText => "TypeError",
            R::EmptyUpdates { .. } | R::EmptyNamespace | R::EmbeddedNul => "ValueError",
            R::NoSequence => "NotImplementedError",
            R::IndexTooBig => "IndexError",
            R::ReturnedWithError { .. } => "SystemError",
            R::NotEncodable { .. } => "UnicodeEncodeError",
            R::NotDecodable => "UnicodeDecodeError",
            R::NoValue { .. } => "KeyError",
            R::ModuleNotImported => "RuntimeError",
            R::ApplyFailed | R::InTarget { .. } => "InterpreterError",
        }
    }

    /// The words, escaped.
    pub fn text(&self) -> String {
        use Refusal as R;
        match self {
            R::ArgumentNotDict { function, number, type_name } => {
                format!("_interpreters.{function}() argument {number} must be dict, not {type_name}")
            }
            R::ExpectedDict => "expected a dict".to_owned(),
            R::EmptyUpdates { kind } => format!("arg 2 must be a non-empty {kind}"),
            R::NoLength { type_name } => format!("object of type '{type_name}' has no len()"),
            R::NotSequence { name } => format!("{name} is not a sequence"),
            R::NoSequence => "non-sequence namespace not supported".to_owned(),
            R::EmptyNamespace => "empty namespaces not allowed".to_owned(),
            R::IndexTooBig => "tuple index out of range".to_owned(),
            R::ReturnedWithError { class } => {
                format!("<function {class}.__len__ at 0xADDR> returned a result with an exception set")
            }
            R::NotText => "bad argument type for built-in operation".to_owned(),
            R::NotEncodable { first, start, end } => not_encodable(*first, *start, *end),
            R::EmbeddedNul => "found embedded NULL character".to_owned(),
            R::NoValue { name } => format!("'{name}'"),
            R::NotDecodable => "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte".to_owned(),
            R::ModuleNotImported => "_interpreters module not imported yet".to_owned(),
            R::ApplyFailed => "failed to apply namespace to __main__".to_owned(),
            R::InTarget { text } => text.clone(),
        }
    }
}

/// One code point is shown, several are counted.
fn not_encodable(first: u32, start: usize, end: usize) -> String {
    let what = if start == end {
        format!("character '\\\\u{first:04x}' in position {start}")
    } else {
        format!("characters in position {start}-{end}")
    };
    format!("'utf-8' codec can't encode {what}: surrogates not allowed")
}
