//! The dict whose values are looked up, while conversions may change it; and what scenarios put into one.

use crossinterp_objects::Text;

use super::super::layer::Layer;
use super::super::player::{Player, Thing};
use super::shape::is_dict;
use crate::module::Value;
use crate::module::crossing::REPEATED_MAX;

/// A value in a dict: what it is, and the watched object if it is one.
#[derive(Clone)]
pub(in crate::module) struct Given {
    pub value: Value,
    pub kept: Option<usize>,
}

/// A dict as it is at this moment. What is no dict has nothing to find in it.
#[derive(Clone, Default)]
pub(in crate::module) struct Source {
    entries: Vec<(Value, Given)>,
}

impl Source {
    /// The keys and values as they are now.
    pub(super) fn entries(&self) -> &[(Value, Given)] {
        &self.entries
    }

    /// What the dict finds under a plain string. A key with a hash of its own is not found by its text.
    pub(super) fn get(&self, name: &Text) -> Option<Given> {
        self.entries.iter().find(|(key, _)| is_found_as(key, name)).map(|(_, given)| given.clone())
    }

    /// Sets a value: a key that is there keeps its place.
    fn put(&mut self, key: Value, given: Given) {
        let known = self.entries.iter_mut().find(|(known, _)| match plain_text(&key) {
            Some(text) if is_found_as(&key, &text) => is_found_as(known, &text),
            _ => *known == key && !is_made(&key, "OddKey"),
        });
        match known {
            Some((_, old)) => *old = given,
            None => self.entries.push((key, given)),
        }
    }
}

impl<L: Layer> Player<L> {
    /// The dict that a call was given, with the objects that the scenario holds on to as themselves.
    pub(in crate::module) fn source_of(&self, value: &Value) -> Source {
        let mut source = Source::default();
        let pairs = match value {
            Value::Dict(pairs) => pairs.as_slice(),
            Value::Made(_, args) if is_dict(value) => match args.as_slice() {
                [Value::Dict(pairs)] => pairs.as_slice(),
                _ => &[],
            },
            _ => &[],
        };
        for (key, value) in pairs {
            let given = self.given(value);
            source.put(key.clone(), given);
        }
        source
    }

    fn given(&self, value: &Value) -> Given {
        match self.thing(value) {
            Some(Thing::Kept(index)) => Given { value: self.kept[*index].clone(), kept: Some(*index) },
            _ => Given { value: value.clone(), kept: self.kept_of(value) },
        }
    }

    /// Runs the code of an object's conversion: it may change the dict that is being read.
    pub(super) fn meddle(&mut self, value: &Value, source: &mut Source) {
        let Value::Made(kind, args) = value else { return };
        if kind != "Meddler" {
            return;
        }
        match (args[0].as_str(), &args[1..]) {
            (Some("put"), [key, value]) => source.put(key.clone(), self.given(value)),
            (Some("delete"), [key]) => source.entries.retain(|(known, _)| known != key),
            _ => source.entries.clear(),
        }
    }

    /// What a value is where it arrives: an object that the driver converts is a text there.
    pub(super) fn arrives_as(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Tuple(items) => {
                items.iter().map(|item| self.arrives_as(item)).collect::<Option<_>>().map(Value::Tuple)
            }
            Value::Made(kind, args) => match (kind.as_str(), args.as_slice()) {
                ("Converted", [text]) => Some(text.clone()),
                ("Meddler", _) => Some(Value::text("met")),
                ("Unreadable", _) => None,
                _ => Some(value.clone()),
            },
            _ => Some(value.clone()),
        }
    }
}

/// Whether it is an object whose conversion the driver registers when it makes the first one.
pub(in crate::module) fn is_converted_by_driver(kind: &str) -> bool {
    matches!(kind, "Converted" | "Unreadable" | "Meddler")
}

/// The text of a string or of an object that is one.
pub(in crate::module) fn plain_text(value: &Value) -> Option<Text> {
    match value {
        Value::Str(text) => Some(text.clone()),
        Value::Made(kind, args) => match (kind.as_str(), args.as_slice()) {
            ("StrSubclass" | "OddKey", [inner]) => plain_text(inner),
            ("Repeated", [inner, count]) => {
                let count = usize::try_from(count.as_i64()?).ok()?;
                let once: Vec<u32> = plain_text(inner)?.code_points().collect();
                let fits = once.len().checked_mul(count).is_some_and(|whole| whole <= REPEATED_MAX);
                if fits { Text::from_code_points(once.repeat(count)) } else { None }
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_found_as(key: &Value, name: &Text) -> bool {
    !is_made(key, "OddKey") && plain_text(key).as_ref() == Some(name)
}

fn is_made(value: &Value, wanted: &str) -> bool {
    matches!(value, Value::Made(kind, _) if kind == wanted)
}
