//! Names and values that are to be bound in another interpreter, as the implementation takes them.
//!
//! It sits below the verbs. A name is looked at before any value is: rule `namespace.names.order`.

use crossinterp_objects::{Text, Value};

use crate::driver::Here;
use crate::outcome::Stop;
use crate::python::bounded;
use crate::raised::Raised;

/// What is to be bound, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Updates {
    pub(super) pairs: Vec<(String, Value)>,
}

impl Updates {
    /// The updates that a dict, or one of its kind, stands for.
    pub(super) fn of(here: Here<'_>, value: &Value) -> Result<Updates, Stop> {
        let object = here.driver.home.object(value).unwrap_or_else(|| value.clone());
        match &object {
            Value::None => Ok(Updates::default()),
            Value::Dict(pairs) => Updates::of_pairs(pairs),
            Value::Made(kind, args) => match (kind.as_str(), args.as_slice()) {
                (_, [Value::Dict(pairs)]) if pairs.is_empty() => Ok(Updates::default()),
                ("DictSubclass", _) => {
                    Err(Raised::new("NotImplementedError", "non-sequence namespace not supported").into())
                }
                ("OrderedDict", _) => Err(Raised::type_error("collections.OrderedDict is not a sequence").into()),
                _ => Err(Stop::Missing(format!("the names of a {kind}"))),
            },
            // As C says of an argument that the callers of its functions have to check.
            _ => Err(Raised::new("SystemError", "FILE:LINE: bad argument to internal function").into()),
        }
    }

    fn of_pairs(pairs: &[(Value, Value)]) -> Result<Updates, Stop> {
        let named = pairs.iter().map(|(key, value)| Ok((name(key)?, value.clone())));
        Ok(Updates { pairs: named.collect::<Result<_, Raised>>()? })
    }
}

fn name(key: &Value) -> Result<String, Raised> {
    text(key).map_or_else(
        || Err(Raised::type_error("bad argument type for built-in operation")),
        |text| bounded(&text).map(str::to_owned),
    )
}

/// The text of a str, or of one of a subclass.
pub(super) fn text(value: &Value) -> Option<Text> {
    match value {
        Value::Made(kind, args) if kind == "OddKey" => args.first().and_then(text),
        other => match other.plain() {
            Value::Str(text) => Some(text.clone()),
            _ => None,
        },
    }
}
