//! Snapshots of exceptions on request.
//!
//! It sits on top of the implementation's capture. The words for what stands in the way are CPython's.

use crossinterp::{ExcInfo, NotCaptured, Part};
use crossinterp_objects::{Text, Value};

use super::failures::shown;
use crate::driver::Here;
use crate::outcome::{Answer, Stop};
use crate::python::{MODULE, STRING_FILE, Said, Thrown, frames, is_absent, named};
use crate::raised::Raised;
use crate::request::Request;

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("capture_exception", [] | [Value::None]) => Ok(Value::None),
        ("capture_exception", [thing]) => capture_exception(here, thing),
        ("capture_handled", [error]) => {
            thrown(error).and_then(|thrown| capture(here, &thrown.through(frames(MODULE, STRING_FILE))))
        }
        ("excinfo_from", [Value::None]) => Err(Raised::value_error("missing exc").into()),
        ("excinfo_from", [thing]) => excinfo_from(here, thing),
        _ => return None,
    })
}

fn thrown(value: &Value) -> Result<Thrown, Stop> {
    Thrown::of(value).ok_or_else(|| Stop::Missing(format!("the exception {value}")))
}

fn capture_exception(here: Here<'_>, thing: &Value) -> Answer {
    match Thrown::of(thing) {
        Some(thrown) => capture(here, &thrown),
        None => {
            let mut words = Text::from("expected exception, got ");
            words.append(&named(thing));
            Err(Raised::type_error(words).into())
        }
    }
}

fn capture(here: Here<'_>, thrown: &Thrown) -> Answer {
    match ExcInfo::of(here.current, &Box::new(thrown.clone())) {
        Ok(snapshot) => Ok(shown(&snapshot)),
        Err(NotCaptured::Undescribed { part, .. }) => Err(in_the_way(thrown, part).into()),
        Err(_) => Err(Raised::no_memory().into()),
    }
}

/// Which part it was, and what the exception said instead. Rule `excinfo.capture.failure`.
fn in_the_way(thrown: &Thrown, part: Part) -> Raised {
    let (said, words) = match part {
        Part::Name => (&thrown.name, TYPE),
        Part::Qualname => (&thrown.qualname, TYPE),
        Part::Module => (&thrown.module, TYPE),
        Part::Message | Part::Display => match &thrown.shown {
            Said::Text(_) => (&thrown.shown, "error while copying exception message"),
            _ => (&thrown.shown, "error while formatting exception"),
        },
    };
    let raised = Raised::new("Exception", words);
    match said.bounded() {
        Ok(_) => raised,
        Err(reason) => raised.caused_by(reason),
    }
}

const TYPE: &str = "error while initializing exception type snapshot";

/// Of an exception, of a class of exceptions (an exception of the type of classes), or of what looks like a snapshot.
fn excinfo_from(here: Here<'_>, thing: &Value) -> Answer {
    if let Some(thrown) = Thrown::of(thing).or_else(|| Thrown::of_class_object(thing)) {
        return capture(here, &thrown);
    }
    like_a_snapshot(thing)
}

/// What an object says that looks like a snapshot: attribute by attribute.
fn like_a_snapshot(thing: &Value) -> Answer {
    let parts: &[Value] = match thing {
        Value::Made(kind, parts) if kind == "Snapshot" => parts,
        _ => &[],
    };
    let has = |name: &'static str, at| {
        attribute(thing, name, parts.get(at)).map_err(|lacking| {
            Raised::new("Exception", format!("exception snapshot missing '{name}' attribute")).caused_by(lacking)
        })
    };
    let (kind, message) = (has("type", 0)?, has("msg", 1)?);
    let class: &[Value] = match kind {
        Value::Made(class, names) if class == "Type" => names,
        _ => &[],
    };
    let name = |at, name| named_text(kind, name, class.get(at), TYPE);
    let (name, qualname, module) = (name(0, "__name__")?, name(1, "__qualname__")?, name(2, "__module__")?);
    let message = named_text(thing, "msg", Some(message), "error while copying exception message")?;
    let display = has("errdisplay", 3)?;
    let display = named_text(thing, "errdisplay", Some(display), "error while copying exception error display")?;
    let snapshot = ExcInfo::default().with_name(&name).with_qualname(&qualname).with_module(&module);
    Ok(shown(&snapshot.with_message(&message).with_display(&display)))
}

fn attribute<'v>(of: &Value, name: &str, value: Option<&'v Value>) -> Result<&'v Value, Raised> {
    value.filter(|value| !is_absent(value)).ok_or_else(|| lacking(of, name))
}

fn lacking(of: &Value, name: &str) -> Raised {
    let class = of.type_of();
    let class = if class.name() == "SimpleNamespace" { "types.SimpleNamespace" } else { class.name() };
    Raised::new("AttributeError", format!("'{class}' object has no attribute '{name}'"))
}

fn named_text(of: &Value, name: &str, value: Option<&Value>, words: &str) -> Result<String, Raised> {
    let said = attribute(of, name, value).map(Said::of);
    let text = said.and_then(|said| said.bounded().map(str::to_owned));
    text.map_err(|reason| Raised::new("Exception", words).caused_by(reason))
}
