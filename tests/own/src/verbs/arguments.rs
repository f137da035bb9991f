//! How the module's operations read their arguments: places, names, flags, and the few types that the parser asks for.
//!
//! It sits before the verbs. A request comes out with its arguments in their places and its flags as truth values.

use crossinterp_objects::Value;

use crate::outcome::Stop;
use crate::raised::Raised;
use crate::request::Request;

/// What the parser asks of an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Any,
    Str,
    Dict,
    /// Whether it is true; it has a name and no place.
    Flag,
}

use Kind::{Any, Dict, Flag, Str};

/// What an operation takes: parameters in their order, of which so many are required.
struct Signature {
    verb: &'static str,
    /// Whether messages name the module.
    names_module: bool,
    parameters: &'static [(&'static str, Kind)],
    required: usize,
}

const fn signature(
    verb: &'static str,
    names_module: bool,
    parameters: &'static [(&'static str, Kind)],
    required: usize,
) -> Signature {
    Signature { verb, names_module, parameters, required }
}

const ID_AND_FLAG: &[(&str, Kind)] = &[("id", Any), ("restrict", Flag)];

const SIGNATURES: [Signature; 12] = [
    signature("create", false, &[("config", Any), ("reqrefs", Flag)], 0),
    signature("destroy", false, ID_AND_FLAG, 1),
    signature("list_all", true, &[("require_ready", Flag)], 0),
    signature("is_running", false, ID_AND_FLAG, 1),
    signature("whence", false, &[("id", Any)], 1),
    signature("incref", false, &[("id", Any), ("implieslink", Flag), ("restrict", Flag)], 1),
    signature("decref", false, ID_AND_FLAG, 1),
    signature("is_shareable", false, &[("obj", Any)], 1),
    signature("set___main___attrs", true, &[("id", Any), ("updates", Dict), ("restrict", Flag)], 2),
    signature("exec", true, &[("id", Any), ("code", Any), ("shared", Dict), ("restrict", Flag)], 2),
    signature("run_string", true, &[("id", Any), ("script", Str), ("shared", Dict), ("restrict", Flag)], 2),
    signature("capture_exception", false, &[("exc", Any)], 0),
];

/// Operations that take nothing at all.
const WITHOUT: [&str; 2] = ["get_current", "get_main"];

/// The request as the operation reads it, if it is one with a signature. Rule `module.arguments`.
pub(super) fn parsed(request: &Request) -> Result<Request, Stop> {
    if WITHOUT.contains(&request.verb.as_str()) {
        return without(request);
    }
    match SIGNATURES.iter().find(|signature| signature.verb == request.verb) {
        None => Ok(request.clone()),
        Some(signature) => signature.read(request),
    }
}

fn without(request: &Request) -> Result<Request, Stop> {
    let shown = format!("_interpreters.{}()", request.verb);
    match (request.kwargs.len(), request.args.len()) {
        (0, 0) => Ok(request.clone()),
        (0, given) => Err(wrong(format!("{shown} takes no arguments ({given} given)"))),
        _ => Err(wrong(format!("{shown} takes no keyword arguments"))),
    }
}

impl Signature {
    fn shown(&self) -> String {
        let module = if self.names_module { "_interpreters." } else { "" };
        format!("{module}{}()", self.verb)
    }

    /// How many parameters have a place.
    fn places(&self) -> usize {
        self.parameters.iter().filter(|(_, kind)| *kind != Flag).count()
    }

    /// One parameter after the other, by its place or its name; what is left over is looked at last.
    fn read(&self, request: &Request) -> Result<Request, Stop> {
        self.check_count(request)?;
        let mut read = Request { args: Vec::new(), kwargs: Vec::new(), ..request.clone() };
        for (index, (name, _)) in self.parameters.iter().enumerate() {
            if index == self.places() {
                self.check_places(request)?;
            }
            match request.args.get(index).or_else(|| request.keyword(name)) {
                Some(given) => self.put(&mut read, index, given)?,
                None if index < self.required => {
                    let place = index + 1;
                    return Err(wrong(format!("{} missing required argument '{name}' (pos {place})", self.shown())));
                }
                None => {}
            }
        }
        self.check_places(request)?;
        self.check_names(request)?;
        Ok(read)
    }

    fn put(&self, read: &mut Request, index: usize, given: &Value) -> Result<(), Stop> {
        let (name, kind) = self.parameters[index];
        let fits = match kind {
            Any | Flag => true,
            Str => is_text(given),
            Dict => is_dict(given),
        };
        if !fits {
            let wanted = if kind == Str { "str" } else { "dict" };
            let type_of = given.type_of();
            let got = if *given == Value::None { "None" } else { type_of.name() };
            return Err(wrong(format!("{} argument {} must be {wanted}, not {got}", self.shown(), index + 1)));
        }
        match kind {
            Flag => read.kwargs.push((name.to_owned(), Value::Bool(is_true(given)))),
            _ if read.args.len() == index => read.args.push(given.clone()),
            _ => read.kwargs.push((name.to_owned(), given.clone())),
        }
        Ok(())
    }

    fn check_count(&self, request: &Request) -> Result<(), Stop> {
        let (given, most) = (request.args.len() + request.kwargs.len(), self.parameters.len());
        if given <= most {
            return Ok(());
        }
        let (keyword, s) = (if request.args.is_empty() { "keyword " } else { "" }, plural(most));
        Err(wrong(format!("{} takes at most {most} {keyword}argument{s} ({given} given)", self.shown())))
    }

    fn check_places(&self, request: &Request) -> Result<(), Stop> {
        let (given, places) = (request.args.len(), self.places());
        match places {
            _ if given <= places => Ok(()),
            0 => Err(wrong(format!("{} takes no positional arguments", self.shown()))),
            _ => {
                let s = plural(places);
                Err(wrong(format!("{} takes at most {places} positional argument{s} ({given} given)", self.shown())))
            }
        }
    }

    fn check_names(&self, request: &Request) -> Result<(), Stop> {
        let shown = self.shown();
        let placed = self.parameters.iter().take(request.args.len());
        if let Some((place, (name, _))) = (1..).zip(placed).find(|(_, (name, _))| request.keyword(name).is_some()) {
            return Err(wrong(format!("argument for {shown} given by name ('{name}') and position ({place})")));
        }
        let is_known = |name: &str| self.parameters.iter().any(|(known, _)| *known == name);
        match request.kwargs.iter().find(|(name, _)| !is_known(name)) {
            Some((name, _)) => Err(wrong(format!("{shown} got an unexpected keyword argument '{name}'"))),
            None => Ok(()),
        }
    }
}

impl Request {
    /// Whether a flag was given and is true.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.keyword(name) == Some(&Value::Bool(true))
    }
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn wrong(words: String) -> Stop {
    Raised::type_error(words).into()
}

fn is_text(value: &Value) -> bool {
    match value {
        Value::Made(kind, _) => ["StrSubclass", "OddKey", "Raise", "Gate"].contains(&kind.as_str()),
        other => matches!(other, Value::Str(_)),
    }
}

fn is_dict(value: &Value) -> bool {
    match value {
        Value::Made(kind, _) => ["DictSubclass", "OrderedDict"].contains(&kind.as_str()),
        other => matches!(other, Value::Dict(_)),
    }
}

/// `bool(value)`.
fn is_true(value: &Value) -> bool {
    match value {
        Value::None => false,
        Value::Bool(flag) => *flag,
        Value::Int(number) => !number.is_zero(),
        Value::Float(float) => float.get() != 0.0,
        Value::Str(text) => !text.is_empty(),
        Value::Bytes(bytes) => !bytes.is_empty(),
        Value::Tuple(items) | Value::List(items) => !items.is_empty(),
        Value::Dict(pairs) => !pairs.is_empty(),
        _ => true,
    }
}
