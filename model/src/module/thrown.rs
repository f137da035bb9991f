//! What an exception that crosses as text reads like: its type, its words, and the lines of code that it went through.
//!
//! It knows no interpreter. What becomes of such an exception, sessions decide.

use crossinterp_objects::Text;

use super::error::{Problem, qualified_name};
use super::outcome::Raised;
use crate::edition::Edition;
use crate::excinfo::{Given, Names, Part, Rendering};

/// A line of code that an exception went through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The file, as the code names it.
    pub file: &'static str,
    /// The line.
    pub line: usize,
    /// The function.
    pub function: &'static str,
}

/// The file name of code that a driver made.
pub(super) const MADE: &str = "<made>";

/// An exception as whoever renders it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thrown {
    /// The module of its type.
    pub module: String,
    /// The name of its type, which is its qualified name too.
    pub name: String,
    /// What `str()` says of it.
    pub text: Text,
    /// The code that it went through, outermost first.
    pub frames: Vec<Frame>,
    /// Its explicit cause.
    pub cause: Option<Box<Thrown>>,
}

impl Thrown {
    /// One of a built-in type that no code of Python was in.
    pub fn plain(name: &str, text: &str) -> Thrown {
        let (name, text) = (name.to_owned(), Text::from(text));
        Thrown { module: "builtins".to_owned(), name, text, frames: Vec::new(), cause: None }
    }

    /// The same, raised on that line of that function.
    pub fn inside(mut self, line: usize, function: &'static str) -> Thrown {
        self.frames.insert(0, Frame { file: MADE, line, function });
        self
    }

    /// What the layer itself raised, as it reads in an edition.
    pub fn of(raised: &Raised, edition: Edition) -> Thrown {
        let full = qualified_name(raised.problem.kind(), edition);
        let (module, name) = full.rsplit_once('.').unwrap_or(("builtins", &full));
        Thrown {
            module: module.to_owned(),
            name: name.to_owned(),
            text: Text::from_escaped(&raised.problem.text()).unwrap_or_default(),
            frames: frames_of(&raised.problem),
            cause: raised.cause.as_ref().map(|cause| Box::new(Thrown::of(cause, edition))),
        }
    }

    /// The rendered traceback, without its last newline.
    pub fn display(&self) -> Text {
        let mut whole = Text::default();
        if let Some(cause) = &self.cause {
            whole.append(&cause.display());
            whole.append(&"\n\nThe above exception was the direct cause of the following exception:\n\n".into());
        }
        if !self.frames.is_empty() {
            whole.append(&"Traceback (most recent call last):\n".into());
        }
        for Frame { file, line, function } in &self.frames {
            whole.append(&format!("  File \"{file}\", line {line}, in {function}\n").into());
        }
        whole.append(&self.shown_type().into());
        if !self.text.is_empty() {
            whole.append(&": ".into());
            whole.append(&self.text);
        }
        whole
    }

    /// As a capture finds it.
    pub fn given(&self) -> Given {
        let mut rendering = self.display();
        rendering.append(&"\n".into());
        Given {
            names: Names { module: Part::text(&self.module), ..Names::built_in(&self.name) },
            built_in: self.module == "builtins",
            is_memory_error: self.name == "MemoryError",
            text: Part::Text(self.text.clone()),
            rendering: Rendering::Text(rendering),
        }
    }

    fn shown_type(&self) -> String {
        match self.module.as_str() {
            "builtins" | "__main__" => self.name.clone(),
            module => format!("{module}.{}", self.name),
        }
    }
}

/// What an object's own code raises comes with a line of it; what C raises does not, and C raises no `KeyError` here.
fn frames_of(problem: &Problem) -> Vec<Frame> {
    match problem {
        Problem::TextRaised { .. } | Problem::Foreign { kind: "KeyError", .. } => {
            vec![Frame { file: MADE, line: 3, function: "__repr__" }]
        }
        Problem::Executed { .. } => vec![Frame { file: "<string>", line: 1, function: "<module>" }],
        _ => Vec::new(),
    }
}
