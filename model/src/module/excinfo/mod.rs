//! The operations that show snapshots of exceptions: scripts that raise, and captures on request.
//!
//! What an exception is, `error` reads from its notation, and `traceback` renders it; the capture itself is the engine's
//! in [`crate::excinfo`].

mod error;
mod scripts;
mod shown;
mod traceback;

pub(super) use self::scripts::file_of;
pub(super) use self::shown::snapshot;

use crossinterp_objects::{Value, repr};

use self::error::Error;
use self::traceback::{Frame, render};
use super::call::Call;
use super::error::Problem;
use super::layer::Layer;
use super::outcome::{Raised, Signal};
use super::player::{Answer, DONE, Player, Stop, not_modelled};
use super::surface::like_3_14;
use crate::convert::{Misuse, Plan};
use crate::error::ErrorCode;
use crate::excinfo::{Capture, Captured, Failure, Fate, Given, Halt, Names, Part, Rendering};
use crate::rule::{Rule, RuleSet};

/// The exception that a script of that file raises, as the capture finds it; none if it is not known to raise.
pub(super) fn raised_in(script: &Value, file: &'static str) -> Option<Given> {
    scripts::raised(script, file).map(|(error, frames)| given(&error, &frames))
}

/// An exception that was never raised, as the capture finds it.
pub(super) fn never_raised(error: &Value) -> Option<Given> {
    Error::of(error).map(|error| given(&error, &[]))
}

/// An exception as the capture finds it.
fn given(error: &Error, frames: &[Frame]) -> Given {
    Given {
        names: error.names.clone(),
        built_in: error.built_in,
        is_memory_error: error.is_memory_error(),
        text: error.shown.clone(),
        rendering: render(error, frames),
    }
}

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn excinfo(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("capture_exception", [thing]) => self.capture_exception(call, thing, Plan::Never),
            ("capture_handled", [error]) => self.capture_handled(call, error),
            ("capture_without_memory", [thing, index]) => {
                let index = index.as_i64().and_then(|index| u32::try_from(index).ok());
                index.map_or_else(|| Err(not_modelled(call)), |at| self.capture_exception(call, thing, Plan::At(at)))
            }
            ("excinfo_from", [thing]) => self.excinfo_from(call, thing),
            _ => return None,
        })
    }

    /// Works with the engine, and notes what it exercised.
    pub(super) fn with_capture<T>(&mut self, work: impl FnOnce(&mut Capture) -> T) -> Result<T, Stop> {
        let mut capture = Capture::new(self.edition);
        let done = work(&mut capture);
        let rules: RuleSet = capture.rules();
        rules.iter().for_each(|rule| self.rule(rule));
        let twice = capture.ledger().misuses().contains(&Misuse::FreedTwice);
        // 3.13.0 takes it; 3.14.10 dies of it sooner or later.
        if twice && like_3_14(self.edition) {
            return Err(Stop::NotModelled("what becomes of objects that are released twice".to_owned()));
        }
        Ok(done)
    }

    /// A body raised and nobody caught it: what the caller of `exec` and its like is shown. That it is the end of the
    /// process for nobody: rule `excinfo.exits`.
    pub(super) fn uncaught(&mut self, exception: &Given) -> Answer {
        self.rule(Rule::ExcExits);
        let shown = self.with_capture(|capture| match capture.uncaught(exception) {
            Fate::Snapshot(snapshot) => capture.as_object(&snapshot).map(Shown::Object).unwrap_or_else(Shown::from),
            Fate::Empty => Shown::Object(crate::excinfo::SeenSnapshot::default()),
            Fate::Success => Shown::Nothing,
            Fate::Code(code) => Shown::Code(code),
            Fate::Crash => Shown::Crash,
        })?;
        match shown {
            Shown::Object(seen) => Ok(shown::snapshot(seen).into()),
            Shown::Nothing => DONE,
            Shown::Code(ErrorCode::NoMemory) => Err(Problem::NoMemory.into()),
            Shown::Code(_) => Err(Problem::NotTransferred.into()),
            Shown::Crash => Err(Stop::Crash(Signal::Segfault)),
        }
    }

    /// Rule `excinfo.capture-exception`; `capture_exception` in `_interpretersmodule.c`.
    fn capture_exception(&mut self, call: &Call, thing: &Value, plan: Plan) -> Answer {
        self.rule(Rule::ExcCaptureException);
        match Error::of(thing) {
            // As if nothing were given, and nothing is handled.
            None if *thing == Value::None => DONE,
            Some(error) => self.captured(&given(&error, &[]), plan),
            None if is_unknown_error(thing) => Err(not_modelled(call)),
            None => {
                let repr = repr(thing).map_err(|_| not_modelled(call))?.escaped();
                Err(Problem::ExpectedException { repr }.into())
            }
        }
    }

    /// The same without an argument, in a handler.
    fn capture_handled(&mut self, call: &Call, error: &Value) -> Answer {
        let error = Error::of(error).ok_or_else(|| not_modelled(call))?;
        let frame = Frame { file: "<string>", line: 1, code: "<module>".to_owned() };
        let exception = given(&error, &[frame]);
        let current = self.with_capture(|capture| capture.current(Some(&exception)).cloned())?;
        current.map_or(DONE, |exception| self.captured(&exception, Plan::Never))
    }

    fn captured(&mut self, exception: &Given, plan: Plan) -> Answer {
        let seen = self.with_capture(|capture| {
            capture.ledger_mut().begin(plan);
            let captured = capture.snapshot_of(exception)?;
            show(capture, captured)
        })?;
        self.answer_with(seen)
    }

    /// `_PyXI_InitExcInfo` / `_PyXI_NewExcInfo` in `crossinterp.c`: any object, which is an exception, a class of
    /// exceptions, or looks like a snapshot.
    fn excinfo_from(&mut self, call: &Call, thing: &Value) -> Answer {
        if *thing == Value::None {
            return Err(Problem::MissingException.into());
        }
        let seen = match (exception_or_class(thing), is_unknown_error(thing)) {
            (Some(exception), _) => self.with_capture(|capture| {
                let captured = capture.snapshot_of(&exception)?;
                show(capture, captured)
            }),
            (None, true) => return Err(not_modelled(call)),
            (None, false) => self.with_capture(|capture| {
                let captured = capture.init_from_object(&shown::described(thing))?;
                show(capture, captured)
            }),
        };
        self.answer_with(seen?)
    }

    fn answer_with(&mut self, seen: Result<Shown, Halt>) -> Answer {
        match seen {
            Ok(Shown::Object(seen)) => Ok(shown::snapshot(seen).into()),
            Ok(Shown::Code(_)) => Err(Problem::NoMemory.into()),
            Ok(Shown::Nothing) => DONE,
            Ok(Shown::Crash) | Err(Halt::Crashed) => Err(Stop::Crash(Signal::Segfault)),
            Err(Halt::Failed(failure)) => Err(self.no_snapshot(failure).into()),
        }
    }

    /// An exception with the words of what failed; since 3.14 caused by the error that stood in the way.
    fn no_snapshot(&self, failure: Failure) -> Raised {
        if failure.is_bare() {
            return Problem::NoMemory.into();
        }
        let words = Raised::from(Problem::NoSnapshot { text: failure.what.to_string() });
        if !like_3_14(self.edition) {
            return words;
        }
        let (kind, text) = (failure.reason.kind().to_owned(), failure.reason.text().escaped());
        words.caused_by(Problem::InTheWay { kind, text })
    }
}

/// What an operation shows of a capture.
enum Shown {
    Object(crate::excinfo::SeenSnapshot),
    Nothing,
    Code(ErrorCode),
    Crash,
}

impl From<Halt> for Shown {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Crashed => Shown::Crash,
            Halt::Failed(_) => Shown::Code(ErrorCode::NoMemory),
        }
    }
}

fn show(capture: &mut Capture, captured: Captured) -> Result<Shown, Halt> {
    match captured {
        Captured::Snapshot(snapshot) => capture.as_object(&snapshot).map(Shown::Object),
        Captured::Empty => Ok(Shown::Object(crate::excinfo::SeenSnapshot::default())),
        Captured::NoMemory => Ok(Shown::Code(ErrorCode::NoMemory)),
    }
}

/// An exception, or a class of exceptions, which is taken for an exception of the type `type`.
fn exception_or_class(thing: &Value) -> Option<Given> {
    if let Some(error) = Error::of(thing) {
        return Some(given(&error, &[]));
    }
    let Value::Made(maker, args) = thing else { return None };
    let name = args.first().and_then(Value::as_str).filter(|name| maker == "Builtin" && is_exception_class(name))?;
    Some(Given {
        names: Names::built_in("type"),
        built_in: true,
        is_memory_error: name == "MemoryError",
        text: Part::text(&format!("<class '{name}'>")),
        rendering: Rendering::NotMade,
    })
}

fn is_exception_class(name: &str) -> bool {
    let named = [Value::text(name)];
    crossinterp_objects::error_parts(&named).1.is_empty()
}

/// Whether it is written as an exception, of a kind that is not known here.
fn is_unknown_error(thing: &Value) -> bool {
    let Value::Made(maker, _) = thing else { return false };
    ["Error", "Raised", "Group", "BaseGroup"].iter().any(|prefix| maker.starts_with(prefix))
}
