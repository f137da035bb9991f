//! How the operations read their arguments: names, positions, flags and the few types that are asked for by the parser.
//!
//! One table of signatures, one reading of it in the order of `PyArg_ParseTupleAndKeywords`. What the arguments mean, the
//! operations know: a call comes out with its arguments in their places, its flags as booleans, and nothing else changed.

use super::Value;
use super::call::Call;
use super::error::Problem;
use super::layer::Layer;
use super::namespace::is_dict;
use super::player::{Player, Stop, Thing};
use super::surface::like_3_14;
use crate::edition::Edition;
use crate::rule::Rule;

/// What the parser asks of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Object,
    /// That it is a str.
    Str,
    /// That it is a dict; only since 3.14.
    Dict,
    /// That it is a tuple; only since 3.14.
    Tuple,
    /// Whether it is true.
    Flag,
}

use Kind::{Dict, Flag, Object, Str, Tuple};

/// What an operation takes.
struct Signature {
    /// The operation.
    verb: &'static str,
    /// Its name in messages.
    shown: &'static str,
    /// Its parameters in their order.
    parameters: &'static [(&'static str, Kind)],
    /// How many of them must be given.
    required: usize,
    /// How many of them have a place.
    places: usize,
}

const fn signature(
    verb: &'static str,
    shown: &'static str,
    parameters: &'static [(&'static str, Kind)],
    required: usize,
    places: usize,
) -> Signature {
    Signature { verb, shown, parameters, required, places }
}

/// The operations that take arguments by name. Some give their module in messages, and some do not.
const SIGNATURES: [Signature; 16] = [
    signature("create", "create", &[("config", Object), ("reqrefs", Flag)], 0, 1),
    signature("destroy", "destroy", &[("id", Object), ("restrict", Flag)], 1, 1),
    signature("list_all", "_interpreters.list_all", &[("require_ready", Flag)], 0, 0),
    signature("is_running", "is_running", &[("id", Object), ("restrict", Flag)], 1, 1),
    signature("whence", "whence", &[("id", Object)], 1, 1),
    signature("get_config", "get_config", &[("id", Object), ("restrict", Flag)], 1, 1),
    signature("incref", "incref", &[("id", Object), ("implieslink", Flag), ("restrict", Flag)], 1, 1),
    signature("decref", "decref", &[("id", Object), ("restrict", Flag)], 1, 1),
    signature("is_shareable", "is_shareable", &[("obj", Object)], 1, 1),
    signature(
        "set___main___attrs",
        "_interpreters.set___main___attrs",
        &[("id", Object), ("updates", Dict), ("restrict", Flag)],
        2,
        2,
    ),
    signature(
        "exec",
        "_interpreters.exec",
        &[("id", Object), ("code", Object), ("shared", Dict), ("restrict", Flag)],
        2,
        3,
    ),
    signature(
        "run_string",
        "_interpreters.run_string",
        &[("id", Object), ("script", Str), ("shared", Dict), ("restrict", Flag)],
        2,
        3,
    ),
    signature(
        "run_func",
        "_interpreters.run_func",
        &[("id", Object), ("func", Object), ("shared", Dict), ("restrict", Flag)],
        2,
        3,
    ),
    signature("capture_exception", "capture_exception", &[("exc", Object)], 0, 1),
    CALL_313,
    CALL_314,
];

const CALL_313: Signature = signature(
    "call",
    "_interpreters.call",
    &[("id", Object), ("callable", Object), ("args", Object), ("kwargs", Object), ("restrict", Flag)],
    2,
    4,
);
const CALL_314: Signature = signature(
    "call",
    "_interpreters.call",
    &[
        ("id", Object),
        ("callable", Object),
        ("args", Tuple),
        ("kwargs", Dict),
        ("preserve_exc", Flag),
        ("restrict", Flag),
    ],
    2,
    4,
);

/// The operations that take nothing, and say so themselves.
const WITHOUT: [&str; 2] = ["get_current", "get_main"];

fn signature_of(verb: &str, edition: Edition) -> Option<&'static Signature> {
    let mut found = SIGNATURES.iter().filter(|signature| signature.verb == verb);
    if like_3_14(edition) { found.next_back() } else { found.next() }
}

impl<L: Layer> Player<L> {
    /// The call with its arguments in their places, as far as the operation has a signature. Rule `module.arguments`.
    pub(super) fn parsed(&mut self, call: &Call) -> Result<Call, Stop> {
        if WITHOUT.contains(&call.verb.as_str()) {
            return self.parsed_without(call);
        }
        if call.verb == "new_config" {
            return self.parsed_config(call);
        }
        let Some(signature) = signature_of(&call.verb, self.edition) else { return Ok(call.clone()) };
        self.rule(Rule::ModuleArguments);
        let values = self.values_for(signature, call)?;
        Ok(in_their_places(signature, call, values))
    }

    fn parsed_without(&mut self, call: &Call) -> Result<Call, Stop> {
        self.rule(Rule::ModuleArguments);
        let shown = format!("_interpreters.{}()", call.verb);
        match (call.kwargs.len(), call.args.len()) {
            (0, 0) => Ok(call.clone()),
            (0, given) => Err(wrong(format!("{shown} takes no arguments ({given} given)"))),
            _ => Err(wrong(format!("{shown} takes no keyword arguments"))),
        }
    }

    /// Every keyword of `new_config` is a field; it has one place, for a name.
    fn parsed_config(&mut self, call: &Call) -> Result<Call, Stop> {
        self.rule(Rule::ModuleArguments);
        match call.args.as_slice() {
            [] => Ok(call.clone()),
            [name] => self.check_type("_interpreters.new_config", 1, Str, name).map(|()| call.clone()),
            args => {
                let given = args.len();
                Err(wrong(format!("_interpreters.new_config() takes at most 1 argument ({given} given)")))
            }
        }
    }

    /// One parameter after the other: place, then name, then nothing; what is left over is looked at last.
    fn values_for(&mut self, signature: &Signature, call: &Call) -> Result<Vec<Option<Value>>, Stop> {
        check_count(signature, call)?;
        let mut values = Vec::new();
        for (index, (name, kind)) in signature.parameters.iter().enumerate() {
            if index == signature.places {
                check_places(signature, call)?;
            }
            let given = call.args.get(index).or_else(|| call.keyword(name)).map(|given| self.value_of(given));
            match &given {
                Some(given) => self.check_type(signature.shown, index + 1, *kind, given)?,
                None if index < signature.required => {
                    let shown = signature.shown;
                    return Err(wrong(format!("{shown}() missing required argument '{name}' (pos {})", index + 1)));
                }
                None => {}
            }
            values.push(given);
        }
        check_places(signature, call)?;
        check_names(signature, call)?;
        Ok(values)
    }

    fn check_type(&self, shown: &str, number: usize, kind: Kind, given: &Value) -> Result<(), Stop> {
        let since_3_14 = like_3_14(self.edition);
        let (fits, wanted) = match kind {
            Object | Flag => (true, ""),
            Str => (is_text(given), "str"),
            Dict => (!since_3_14 || self.is_dict_object(given), "dict"),
            Tuple => (matches!(given.type_of().name(), "tuple" | "TupleSubclass"), "tuple"),
        };
        if fits {
            return Ok(());
        }
        let type_name = match given {
            Value::None => "None".to_owned(),
            given => given.type_of().name().to_owned(),
        };
        Err(wrong(format!("{shown}() argument {number} must be {wanted}, not {type_name}")))
    }

    /// A dict, or one that the scenario holds on to.
    fn is_dict_object(&self, given: &Value) -> bool {
        match self.thing(given) {
            Some(Thing::Kept(index)) => is_dict(&self.kept[*index]),
            _ => is_dict(given),
        }
    }
}

/// More than there are parameters, wherever they would go.
fn check_count(signature: &Signature, call: &Call) -> Result<(), Stop> {
    let (given, most) = (call.args.len() + call.kwargs.len(), signature.parameters.len());
    if given <= most {
        return Ok(());
    }
    let (keyword, s) = (if call.args.is_empty() { "keyword " } else { "" }, plural(most));
    Err(wrong(format!("{}() takes at most {most} {keyword}argument{s} ({given} given)", signature.shown)))
}

/// More than there are places.
fn check_places(signature: &Signature, call: &Call) -> Result<(), Stop> {
    let (given, places) = (call.args.len(), signature.places);
    if given <= places {
        return Ok(());
    }
    let shown = signature.shown;
    if places == 0 {
        return Err(wrong(format!("{shown}() takes no positional arguments")));
    }
    let s = plural(places);
    Err(wrong(format!("{shown}() takes at most {places} positional argument{s} ({given} given)")))
}

/// Names that are no parameter's, or of one that has its value.
fn check_names(signature: &Signature, call: &Call) -> Result<(), Stop> {
    let shown = signature.shown;
    let named = |name: &str| call.keyword(name).is_some();
    let twice = signature.parameters.iter().take(call.args.len()).position(|(name, _)| named(name));
    if let Some(index) = twice {
        let name = signature.parameters[index].0;
        let place = index + 1;
        return Err(wrong(format!("argument for {shown}() given by name ('{name}') and position ({place})")));
    }
    let known = |name: &str| signature.parameters.iter().any(|(known, _)| *known == name);
    match call.kwargs.iter().find(|(name, _)| !known(name)) {
        Some((name, _)) => Err(wrong(format!("{shown}() got an unexpected keyword argument '{name}'"))),
        None => Ok(()),
    }
}

/// Arguments without gaps have their places; those after a gap keep their names, and flags are true or not there.
fn in_their_places(signature: &Signature, call: &Call, values: Vec<Option<Value>>) -> Call {
    let mut parsed = Call { args: Vec::new(), kwargs: Vec::new(), ..call.clone() };
    for (index, ((name, kind), value)) in signature.parameters.iter().zip(values).enumerate() {
        let Some(value) = value else { continue };
        if *kind == Flag {
            parsed.kwargs.push(((*name).to_owned(), Value::Bool(is_true(&value))));
        } else if parsed.args.len() == index {
            parsed.args.push(value);
        } else {
            parsed.kwargs.push(((*name).to_owned(), value));
        }
    }
    parsed
}

/// `bool(value)`, for the values that scenarios give as flags.
fn is_true(value: &Value) -> bool {
    match value {
        Value::None => false,
        Value::Bool(flag) => *flag,
        Value::Int(number) => !number.is_zero(),
        Value::Float(float) => float.get() != 0.0,
        Value::Str(text) => text.code_points().next().is_some(),
        Value::Bytes(bytes) => !bytes.is_empty(),
        Value::Tuple(items) | Value::List(items) => !items.is_empty(),
        Value::Dict(pairs) => !pairs.is_empty(),
        _ => true,
    }
}

/// A str, or what a driver makes one of.
fn is_text(value: &Value) -> bool {
    match value {
        Value::Str(_) => true,
        Value::Made(kind, _) => matches!(kind.as_str(), "StrSubclass" | "OddKey" | "Repeated" | "Raise"),
        _ => false,
    }
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn wrong(text: String) -> Stop {
    Problem::Arguments { text }.into()
}
