//! What is left of an exception outside of its interpreter: five texts, and how they read together.
//!
//! It sits beside sessions, below the errors. It asks the host for each text, in order, and keeps no exception.

use std::fmt;

use crate::current::Current;
use crate::host::{Part, SessionHost};
use crate::memory::Reserved;
use crate::panics;

/// A snapshot of an exception: the names of its type, what it says, and how its interpreter displays it. Rule `excinfo.fields`.
///
/// ```
/// use crossinterp::ExcInfo;
/// let snapshot = ExcInfo::default().with_name("Late").with_qualname("Trains.Late").with_module("rail").with_message("by 5");
/// assert_eq!(snapshot.formatted().as_deref(), Some("rail.Trains.Late: by 5"));
/// assert_eq!(ExcInfo::default().formatted(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExcInfo {
    name: Option<Piece>,
    qualname: Option<Piece>,
    module: Option<Piece>,
    message: Option<Piece>,
    display: Option<Piece>,
}

/// One text, with the memory that was asked for it.
#[derive(Clone)]
struct Piece {
    text: Box<str>,
    _memory: Reserved,
}

/// Why a part of an exception cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Undescribed {
    /// Asking for it raised another exception; what that one said.
    #[error("asking for it raised: {0}")]
    Raised(String),
    /// It is no text that can be told outside: it is not a text, has a surrogate that stands alone, or a NUL.
    #[error("it is no text that can be told")]
    NotText,
    /// There is no memory for it.
    #[error("there is no memory for it")]
    NoMemory,
    /// The host panicked; what it said.
    #[error("the host panicked: {0}")]
    Panicked(String),
}

/// Why there is no snapshot of an exception.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NotCaptured {
    /// The exception says that there is no memory.
    #[error("there is no memory")]
    NoMemory,
    /// This part of it cannot be described.
    #[error("the {part} of the exception cannot be told")]
    Undescribed {
        /// What could not be described.
        part: Part,
        /// Why not.
        #[source]
        why: Undescribed,
    },
}

/// What taking a snapshot comes to. Rule `excinfo.capture.failure`: never to nothing.
#[derive(Debug)]
pub(crate) enum Captured {
    Snapshot(Box<ExcInfo>),
    /// The exception says that there is no memory, which is all that needs to be said.
    NoMemory,
    Failed {
        part: Part,
        why: Undescribed,
    },
}

/// Modules that everybody knows are there. Rule `excinfo.normalize`.
const UNSAID: [&str; 2] = ["builtins", "__main__"];

impl ExcInfo {
    /// Takes the snapshot of an exception, inside its interpreter, as a session does of what its body raises. Rule
    /// `excinfo.capture-exception`.
    ///
    /// ```
    /// # if crossinterp::UNDER_LOOM { return Ok(()) }
    /// use crossinterp::simple::{Exception, Simple};
    /// use crossinterp::{ExcInfo, NotCaptured, Runtime};
    ///
    /// let runtime = Runtime::builder(Simple::new()).build();
    /// let home = runtime.create()?;
    /// let here = home.enter()?;
    /// let snapshot = ExcInfo::of(&here, &Exception::new("ValueError", "boom"))?;
    /// assert_eq!(snapshot.formatted().as_deref(), Some("ValueError: boom"));
    /// assert_eq!(ExcInfo::of(&here, &Exception::memory_error()), Err(NotCaptured::NoMemory));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotCaptured`] when the exception is lack of memory, or when a part other than the display cannot be described.
    pub fn of<H: SessionHost>(here: &Current<'_, H>, exception: &H::Exception) -> Result<ExcInfo, NotCaptured> {
        match Self::capture(here, exception) {
            Captured::Snapshot(snapshot) => Ok(*snapshot),
            Captured::NoMemory => Err(NotCaptured::NoMemory),
            Captured::Failed { part, why } => Err(NotCaptured::Undescribed { part, why }),
        }
    }

    /// The name of the exception's type.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        text(&self.name)
    }

    /// The name of the type, with those of the classes around it.
    #[must_use]
    pub fn qualname(&self) -> Option<&str> {
        text(&self.qualname)
    }

    /// The module of the type.
    #[must_use]
    pub fn module(&self) -> Option<&str> {
        text(&self.module)
    }

    /// What the exception says.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        text(&self.message)
    }

    /// How its interpreter displays it, traceback and all, if it could.
    #[must_use]
    pub fn display(&self) -> Option<&str> {
        text(&self.display)
    }

    /// The same with this name.
    #[must_use]
    pub fn with_name(self, name: &str) -> Self {
        ExcInfo { name: Some(Piece::free(name)), ..self }
    }

    /// The same with this name with those of the classes around it.
    #[must_use]
    pub fn with_qualname(self, qualname: &str) -> Self {
        ExcInfo { qualname: Some(Piece::free(qualname)), ..self }
    }

    /// The same with this module.
    #[must_use]
    pub fn with_module(self, module: &str) -> Self {
        ExcInfo { module: Some(Piece::free(module)), ..self }
    }

    /// The same with this message.
    #[must_use]
    pub fn with_message(self, message: &str) -> Self {
        ExcInfo { message: Some(Piece::free(message)), ..self }
    }

    /// The same with this display.
    #[must_use]
    pub fn with_display(self, display: &str) -> Self {
        ExcInfo { display: Some(Piece::free(display)), ..self }
    }

    /// The type and the message in one line; nothing when neither is known. An empty message is a message. Rules `excinfo.format`
    /// and `excinfo.normalize`.
    #[must_use]
    pub fn formatted(&self) -> Option<String> {
        match (self.type_shown(), self.message()) {
            (Some(shown), Some(message)) => Some(format!("{shown}: {message}")),
            (Some(shown), None) => Some(shown),
            (None, message) => message.map(str::to_owned),
        }
    }

    /// What a caller is shown: the display where there is one, and otherwise one line. Rule `excinfo.apply`.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        self.display().map(str::to_owned).or_else(|| self.formatted())
    }

    fn type_shown(&self) -> Option<String> {
        let qualname = self.qualname().or(self.name())?;
        let module = self.module().filter(|module| !UNSAID.contains(module));
        Some(module.map_or(qualname.to_owned(), |module| format!("{module}.{qualname}")))
    }

    /// Takes the snapshot of an exception, in its interpreter. Rules `excinfo.capture.order`, `.type`, `.str` and `.text`.
    pub(crate) fn capture<H: SessionHost>(here: &Current<'_, H>, exception: &H::Exception) -> Captured {
        match panics::caught(|| here.host().is_memory_error(exception)) {
            Ok(true) => return Captured::NoMemory,
            Ok(false) => {}
            Err(panic) => return Captured::Failed { part: Part::Name, why: Undescribed::Panicked(panic) },
        }
        match Self::describe(here, exception) {
            Ok(snapshot) => Captured::Snapshot(Box::new(snapshot)),
            Err((part, why)) => Captured::Failed { part, why },
        }
    }

    fn describe<H: SessionHost>(here: &Current<'_, H>, exception: &H::Exception) -> Result<Self, (Part, Undescribed)> {
        let piece = |part| Piece::ask(here, exception, part).map_err(|why| (part, why));
        Ok(ExcInfo {
            name: Some(piece(Part::Name)?),
            qualname: Some(piece(Part::Qualname)?),
            module: Some(piece(Part::Module)?),
            message: Some(piece(Part::Message)?),
            // Rule `excinfo.display.optional`: whatever keeps it from being there.
            display: piece(Part::Display).ok(),
        })
    }
}

fn text(piece: &Option<Piece>) -> Option<&str> {
    piece.as_ref().map(|piece| &*piece.text)
}

impl Piece {
    /// A text that somebody else has accounted for.
    fn free(text: &str) -> Piece {
        Piece { text: text.into(), _memory: Reserved::default() }
    }

    /// Asked for, looked at, copied: memory that is missing for the copy does not hide what was wrong before. Rules
    /// `excinfo.capture.text` and `excinfo.capture.no-memory`.
    fn ask<H: SessionHost>(here: &Current<'_, H>, exception: &H::Exception, part: Part) -> Result<Piece, Undescribed> {
        let host = here.host();
        let asked = panics::caught(|| host.describe(&here.core.context(), exception, part));
        let text = asked.map_err(Undescribed::Panicked)??;
        if text.contains('\0') {
            return Err(Undescribed::NotText);
        }
        let memory = host.memory().reserve().map_err(|_| Undescribed::NoMemory)?;
        Ok(Piece { text: text.into(), _memory: memory })
    }
}

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Piece {}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Display for ExcInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.formatted().unwrap_or_else(|| "nothing is known of it".to_owned()))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn formatted(snapshot: ExcInfo) -> Option<String> {
        snapshot.formatted()
    }

    #[test]
    fn every_combination_of_parts_reads_in_its_own_way() {
        let typed = || ExcInfo::default().with_name("N").with_qualname("Q.N").with_module("m");
        assert_eq!(formatted(typed().with_message("x")).unwrap(), "m.Q.N: x");
        assert_eq!(formatted(typed()).unwrap(), "m.Q.N");
        assert_eq!(formatted(ExcInfo::default().with_qualname("Q.N").with_message("x")).unwrap(), "Q.N: x");
        assert_eq!(formatted(ExcInfo::default().with_name("N")).unwrap(), "N");
        assert_eq!(formatted(ExcInfo::default().with_message("x")).unwrap(), "x");
        assert_eq!(formatted(ExcInfo::default().with_module("m")), None);
    }

    #[test]
    fn an_empty_message_and_an_empty_module_are_there() {
        let snapshot = ExcInfo::default().with_name("M").with_module("").with_message("");
        assert_eq!(formatted(snapshot).unwrap(), ".M: ");
    }

    #[test]
    fn two_modules_are_not_shown_but_kept() {
        for module in UNSAID {
            let snapshot = ExcInfo::default().with_name("E").with_module(module);
            assert_eq!((snapshot.formatted().as_deref(), snapshot.module()), (Some("E"), Some(module)));
        }
        let inner = ExcInfo::default().with_name("E").with_module("__main__.x");
        assert_eq!(formatted(inner).unwrap(), "__main__.x.E");
    }

    #[test]
    fn the_display_is_shown_where_there_is_one() {
        let snapshot = ExcInfo::default().with_name("E").with_message("x");
        assert_eq!(snapshot.shown().unwrap(), "E: x");
        assert_eq!(snapshot.with_display("Traceback").shown().unwrap(), "Traceback");
    }
}
