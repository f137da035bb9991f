//! The registry: which types may leave, and how.
//!
//! It sits on top of the implementation's registries. Converters are those of the host, by name.

use crossinterp::{RegistryError, Unregistered};
use crossinterp_objects::{Type, Value};

use crate::driver::{Here, lock};
use crate::host::Way;
use crate::outcome::{Answer, Stop};
use crate::raised::Raised;
use crate::request::Request;

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("register_class", [class, Value::Str(converter)]) => register_class(here, class, &converter.escaped()),
        ("unregister_class", [class]) => class_of(class).and_then(|class| unregister(here, &class)),
        ("lookup_class", [value]) => {
            let object = here.plain(value);
            Ok(lookup(here, &object.type_of()))
        }
        ("register", []) => register(here, &Type::heap("Registered"), Way::HollowToo),
        ("new_class", [Value::Str(name)]) => {
            let name = name.escaped();
            let class = here.driver.new_class(&name);
            lock(&here.driver.passing).insert(name, class);
            Ok(Value::None)
        }
        ("end_class", [name]) => end_class(here, name),
        ("register_new_class", [name, Value::Str(converter)]) => {
            passing(here, name).and_then(|class| register_by_name(here, &class, &converter.escaped()))
        }
        ("unregister_new_class", [name]) => passing(here, name).and_then(|class| unregister(here, &class)),
        ("lookup_new_class", [name]) => passing(here, name).map(|class| lookup(here, &class)),
        _ => return None,
    })
}

/// First whether it is a class, then whether there is a converter: rule `registry.register.arguments`.
fn register_class(here: Here<'_>, class: &Value, converter: &str) -> Answer {
    register_by_name(here, &class_of(class)?, converter)
}

fn class_of(class: &Value) -> Result<Type, Stop> {
    class.as_class().ok_or_else(|| Raised::value_error("only classes may be registered").into())
}

fn register_by_name(here: Here<'_>, class: &Type, converter: &str) -> Answer {
    let way = match converter {
        "nothing" => return Err(Raised::value_error("missing 'getdata' func").into()),
        name => Way::by_name(name).ok_or_else(|| Stop::Missing(format!("the converter {name}")))?,
    };
    register(here, class, way)
}

fn register(here: Here<'_>, class: &Type, way: Way) -> Answer {
    here.current.register(class, &way).map_err(|error| not_registered(class, error))?;
    Ok(Value::None)
}

/// Whether there was something to take out.
fn unregister(here: Here<'_>, class: &Type) -> Answer {
    match here.current.unregister(class).map_err(|error| not_registered(class, error))? {
        Unregistered::Counted(_) | Unregistered::Removed => Ok(Value::Bool(true)),
        Unregistered::NotRegistered => Ok(Value::Bool(false)),
    }
}

fn not_registered(class: &Type, error: RegistryError) -> Raised {
    let name = class.name();
    match error {
        RegistryError::Conflict => {
            Raised::value_error(format!("class {name} is registered with another 'getdata' func"))
        }
        RegistryError::Builtin => Raised::value_error(format!("builtin class {name} stays registered")),
        RegistryError::NoMemory => Raised::no_memory(),
        other => Raised::new("OverflowError", other.to_string()),
    }
}

/// The converter by name, and of which of two sorts it is: the tuple's takes the options on to its items.
fn lookup(here: Here<'_>, class: &Type) -> Value {
    here.current.lookup(class).map_or(Value::None, |way| {
        let sort = if way == Way::Tuple { "fallback" } else { "basic" };
        Value::Tuple(vec![Value::text(way.name()), Value::text(sort)])
    })
}

fn passing(here: Here<'_>, name: &Value) -> Result<Type, Stop> {
    let found = name.as_str().and_then(|name| lock(&here.driver.passing).get(name).cloned());
    found.ok_or_else(|| Raised::new("KeyError", crate::python::named(name)).into())
}

/// Lets a class go: its registration goes with it.
fn end_class(here: Here<'_>, name: &Value) -> Answer {
    let class = passing(here, name)?;
    lock(&here.driver.passing).retain(|_, other| *other != class);
    here.current.type_died(&class);
    Ok(Value::Bool(true))
}
