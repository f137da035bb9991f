//! Snapshots in the notation of values, both ways: what a caller is shown, and what an object that looks like one says.

use crossinterp_objects::{Text, Value};

use super::error::is_absent;
use crate::excinfo::{Described, Names, Part, Reason, SeenSnapshot, SeenType};

/// What an attribute is written as that is not there.
fn absent() -> Value {
    Value::made("Absent", Vec::new())
}

/// `Snapshot(type, msg, formatted, errdisplay)`.
pub(in crate::module) fn snapshot(seen: SeenSnapshot) -> Value {
    let or_none = |text: Option<Text>| text.map_or(Value::None, Value::Str);
    let errdisplay = seen.errdisplay.map_or_else(absent, Value::Str);
    let kind = seen.kind.map_or(Value::None, kind);
    Value::made("Snapshot", vec![kind, or_none(seen.msg), or_none(seen.formatted), errdisplay])
}

/// `Type(name, qualname, module)`.
fn kind(seen: SeenType) -> Value {
    let known = |text: Option<Text>| text.map_or_else(absent, Value::Str);
    Value::made("Type", vec![known(seen.name), known(seen.qualname), known(seen.module)])
}

/// What an object says that is given for a snapshot: written as one, or any other, which has none of it.
pub(super) fn described(thing: &Value) -> Described {
    let lacks = |name| lacking(thing, name);
    match thing {
        Value::Made(maker, args) if maker == "Snapshot" && args.len() == 4 => Described {
            kind: if is_absent(&args[0]) { Err(lacks("type")) } else { Ok(names(&args[0])) },
            msg: attribute(thing, "msg", &args[1]),
            errdisplay: attribute(thing, "errdisplay", &args[3]),
        },
        _ => Described {
            kind: Err(lacks("type")),
            msg: Part::Failed(lacks("msg")),
            errdisplay: Part::Failed(lacks("errdisplay")),
        },
    }
}

fn names(kind: &Value) -> Names {
    let parts = match kind {
        Value::Made(maker, args) if maker == "Type" && args.len() == 3 => [
            attribute(kind, "__name__", &args[0]),
            attribute(kind, "__qualname__", &args[1]),
            attribute(kind, "__module__", &args[2]),
        ],
        _ => ["__name__", "__qualname__", "__module__"].map(|name| Part::Failed(lacking(kind, name))),
    };
    let [name, qualname, module] = parts;
    Names { name, qualname, module }
}

fn attribute(of: &Value, name: &str, value: &Value) -> Part {
    if is_absent(value) { Part::Failed(lacking(of, name)) } else { Part::of(value) }
}

/// The error for an attribute that an object does not have.
fn lacking(of: &Value, name: &str) -> Reason {
    let class = match of.type_of().name() {
        "SimpleNamespace" => "types.SimpleNamespace".to_owned(),
        name => name.to_owned(),
    };
    let message = format!("'{class}' object has no attribute '{name}'");
    Reason::Raised { kind: "AttributeError".to_owned(), message: message.as_str().into() }
}
