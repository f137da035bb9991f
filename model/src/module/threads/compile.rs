//! From a call of a scenario to its acts. What is wrong with its arguments is said before anything is done.

use std::collections::BTreeMap;

use super::act::{Act, Look};
use super::{GATE, raised};
use crate::edition::Edition;
use crate::module::Value;
use crate::module::call::Call;
use crate::module::error::{Label, Problem};
use crate::module::namespace::Pairs;
use crate::module::outcome::Observation;
use crate::world::NONE;

/// Why a call has no acts.
pub(super) enum Refusal {
    /// It shows this, and does nothing.
    Shows(Observation),
    /// It is not known here.
    Unknown,
}

/// The acts of a call whose names are known.
pub(super) struct Compiler<'a> {
    pub edition: Edition,
    pub names: &'a BTreeMap<String, Value>,
}

type Compiled = Result<Vec<Act>, Refusal>;

impl Compiler<'_> {
    /// Where a call is made from inside another interpreter, that one is entered first, as code of `exec` does.
    pub fn compile(&self, call: &Call) -> Compiled {
        let acts = self.acts(call)?;
        let Some(place) = &call.place else { return Ok(acts) };
        if acts.iter().any(|act| matches!(act, Act::Enter { .. })) {
            return Err(Refusal::Unknown);
        }
        let enter = Act::Enter { id: self.id(place)?, label: Label::Exec };
        Ok([vec![enter], acts, vec![Act::Leave]].concat())
    }

    fn acts(&self, call: &Call) -> Compiled {
        let flag = |name: &str| match call.kwargs.as_slice() {
            [] => Ok(false),
            [(key, Value::Bool(flag))] if key == name => Ok(*flag),
            _ => Err(Refusal::Unknown),
        };
        let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg)).collect();
        let look = |id, what| Ok(vec![Act::Look { id: self.id(id)?, what }]);
        match (call.verb.as_str(), args.as_slice()) {
            ("create", []) => Ok(vec![Act::Create { linked: flag("reqrefs")? }]),
            ("incref", [id]) => Ok(vec![Act::Incref { id: self.id(id)?, link: flag("implieslink")? }]),
            ("list_all", []) => Ok(vec![Act::List { ready: flag("require_ready")? }]),
            _ if !call.kwargs.is_empty() => Err(Refusal::Unknown),
            ("destroy", [id]) => Ok(vec![Act::Destroy(self.id(id)?)]),
            ("decref", [id]) => Ok(vec![Act::Decref(self.id(id)?)]),
            ("is_running", [id]) => look(id, Look::Running),
            ("whence", [id]) => look(id, Look::Whence),
            ("exists", [id]) => look(id, Look::Exists),
            ("refcount", [id]) => look(id, Look::References),
            ("is_linked", [id]) => look(id, Look::Linked),
            ("get_current", []) => Ok(vec![Act::WhereAmI]),
            ("main_attr", [name @ Value::Str(_)]) => Ok(vec![Act::Attribute(name.clone())]),
            ("bound", []) => Ok(vec![Act::Bound]),
            ("exec", [id, script]) => self.run(Label::Exec, id, script),
            ("run_string", [id, script]) => self.run(Label::RunString, id, script),
            ("set___main___attrs", [id, Value::Dict(pairs)]) => self.set(id, pairs),
            _ => Err(Refusal::Unknown),
        }
    }

    fn run(&self, label: Label, id: &Value, script: &Value) -> Compiled {
        let body = match script {
            Value::Made(kind, args) if kind == GATE => match args.as_slice() {
                [Value::Str(gate)] => vec![Act::Wait(gate.escaped())],
                _ => return Err(Refusal::Unknown),
            },
            script => match script.as_str() {
                Some("pass") => Vec::new(),
                Some("x = 5") => vec![Act::Bind(vec![(Value::text("x"), Value::int(5))])],
                Some("x = 6") => vec![Act::Bind(vec![(Value::text("x"), Value::int(6))])],
                _ => return Err(Refusal::Unknown),
            },
        };
        Ok([vec![Act::Enter { id: self.id(id)?, label }], body, vec![Act::Leave]].concat())
    }

    /// Only names and values that cross by themselves: of the others `namespace` knows.
    fn set(&self, id: &Value, pairs: &Pairs) -> Compiled {
        let is_plain = |(name, value): &(Value, Value)| is_identifier(name) && crosses(value);
        if pairs.is_empty() || !pairs.iter().all(is_plain) {
            return Err(Refusal::Unknown);
        }
        let enter = Act::Enter { id: self.id(id)?, label: Label::SetAttrs };
        Ok(vec![enter, Act::Bind(pairs.clone()), Act::Leave])
    }

    /// An id that the world has no room for is an id that nobody has.
    fn id(&self, value: &Value) -> Result<u8, Refusal> {
        let Value::Int(number) = self.value(value) else { return Err(Refusal::Unknown) };
        let id = number.to_i64().filter(|&id| id >= 0).ok_or(Refusal::Unknown)?;
        match u8::try_from(id) {
            Ok(id) if id != NONE => Ok(id),
            _ => Err(Refusal::Shows(raised(Problem::IdUnknown { id }, self.edition))),
        }
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Name(name) => self.names.get(name).unwrap_or(value).clone(),
            other => other.clone(),
        }
    }
}

fn is_identifier(name: &Value) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.as_str().is_some_and(|name| !name.is_empty() && !name.starts_with("__") && name.chars().all(is_letter))
}

fn crosses(value: &Value) -> bool {
    matches!(value, Value::None | Value::Bool(_) | Value::Float(_) | Value::Str(_) | Value::Bytes(_))
        || value.as_i64().is_some()
}
