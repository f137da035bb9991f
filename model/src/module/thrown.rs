//! What an exception that crosses as text reads like: its type, its words, and the lines of code that it went through.
//!
//! It knows no interpreter. What becomes of such an exception, sessions decide.

use crossinterp_objects::Text;

use super::Value;
use super::error::{Problem, qualified_name};
use super::layer::Layer;
use super::namespace::not_encodable;
use super::outcome::{Raised, Signal};
use super::player::{Player, Stop};
use super::surface::like_3_14;
use crate::defect::Defect;
use crate::edition::Edition;

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

    /// As it is caught: type, words, both together, and the rendered traceback.
    pub fn snapshot(&self) -> Value {
        let name = || Value::text(&self.name);
        let kind = Value::made("Type", vec![name(), name(), Value::text(&self.module)]);
        let mut formatted = Text::from(format!("{}: ", self.shown_type()));
        formatted.append(&self.text);
        let parts = vec![kind, Value::Str(self.text.clone()), Value::Str(formatted), Value::Str(self.display())];
        Value::made("Snapshot", parts)
    }

    fn shown_type(&self) -> String {
        match self.module.as_str() {
            "builtins" | "__main__" => self.name.clone(),
            module => format!("{module}.{}", self.name),
        }
    }
}

/// What an object's own code raises comes with a line of it; what C raises does not.
fn frames_of(problem: &Problem) -> Vec<Frame> {
    match problem {
        Problem::TextRaised { .. } => vec![Frame { file: MADE, line: 3, function: "__repr__" }],
        Problem::Executed { .. } => vec![Frame { file: "<string>", line: 1, function: "<module>" }],
        _ => Vec::new(),
    }
}

impl<L: Layer> Player<L> {
    /// What the caller of a session gets instead of an exception that nobody caught.
    pub(super) fn caught(&mut self, thrown: &Thrown) -> Result<Value, Stop> {
        if thrown.name == "MemoryError" {
            return self.caught_memory_error();
        }
        let nul = thrown.text.code_points().any(|point| point == 0);
        let is_text = not_encodable(&thrown.text).is_none() && !(nul && like_3_14(self.edition));
        match (is_text, self.has_defect(Defect::CaptureFailureLost)) {
            (true, _) => Ok(thrown.snapshot()),
            (false, true) => Err(Stop::Crash(Signal::Segfault)),
            (false, false) => {
                let text = "failed to transfer exception between interpreters".to_owned();
                Err(Problem::Foreign { kind: "InterpreterError", text }.into())
            }
        }
    }

    fn caught_memory_error(&self) -> Result<Value, Stop> {
        match (self.has_defect(Defect::MemoryErrorLost), like_3_14(self.edition)) {
            (false, _) => Err(Problem::NoMemory.into()),
            (true, true) => Ok(Value::None),
            (true, false) => {
                let nothing = [Value::None, Value::None, Value::None, Value::made("Absent", vec![])];
                Ok(Value::made("Snapshot", nothing.to_vec()))
            }
        }
    }
}
