//! Namespaces: names, and capsules of their values, on the way from a dict of one interpreter into one of another.
//!
//! The functions are cut as the C code is: those of one item, and those of a whole namespace once for 3.13 and once for
//! 3.14. Whoever carries a namespace along with a call is in `updates`; how a value is converted, `conversion` knows.

mod item;
mod refusal;
mod shape;
mod source;
mod v313;
mod v314;

pub(super) use item::not_encodable;
pub use refusal::Refusal;
pub(super) use shape::{is_dict, length};
use source::Given;
pub(super) use source::{is_converted_by_driver, plain_text};

use super::Value;
use super::call::Call;
use super::layer::{Layer, Limit, Parting, Release};
use super::player::{Answer, DONE, Player, Stop, Thing, not_modelled};
use super::surface::like_3_14;
use crossinterp_objects::Text;

/// A name, and the capsule of its value if it has one.
#[derive(Clone, Default)]
pub(super) struct Item {
    /// The name as it was copied; none before that and after it was freed.
    name: Option<Text>,
    /// The value that stood beside the key. Only the safe reading takes it with the name.
    taken: Option<Given>,
    /// The capsule, by its number.
    value: Option<usize>,
}

/// Items in their order. Without any it is not initialised.
#[derive(Clone, Default)]
pub(super) struct Namespace {
    items: Vec<Item>,
    /// How many items have been looked up with success, found or not. Only 3.14 counts.
    values: usize,
}

/// A namespace that its owner is to free when it next runs.
#[derive(Clone)]
pub(super) struct Deferred {
    owner: i64,
    namespace: Namespace,
}

/// The names of a dict, or of a `__main__`, with their values.
pub(super) type Pairs = Vec<(Value, Value)>;

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these: the functions for namespaces that 3.13 exports.
    pub(super) fn namespace(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        let function = match call.verb.as_str() {
            "ns_from_names" => "_PyXI_NamespaceFromNames",
            "ns_fill" => "_PyXI_FillNamespaceFromDict",
            "ns_apply" => "_PyXI_ApplyNamespace",
            "ns_free" => "_PyXI_FreeNamespace",
            "ns_items" => "the structure of a namespace",
            _ => return None,
        };
        if like_3_14(self.edition) {
            return Some(Err(Stop::NotModelled(format!("{function} is missing"))));
        }
        Some(match (call.verb.as_str(), args) {
            ("ns_from_names", [names]) => self.make_namespace(names),
            (_, [first, rest @ ..]) => match self.thing(first) {
                Some(Thing::Namespace(index)) => self.on_namespace(call, *index, rest),
                _ => Err(not_modelled(call)),
            },
            _ => Err(not_modelled(call)),
        })
    }

    fn make_namespace(&mut self, names: &Value) -> Answer {
        let Some(namespace) = self.namespace_from_names(names)? else { return DONE };
        self.namespaces.push(namespace);
        Ok(Thing::Namespace(self.namespaces.len() - 1))
    }

    fn on_namespace(&mut self, call: &Call, index: usize, args: &[Value]) -> Answer {
        let mut namespace = std::mem::take(&mut self.namespaces[index]);
        let answer = match (call.verb.as_str(), args) {
            ("ns_items", []) => Ok(shown_items(&namespace).into()),
            ("ns_fill", [values]) => self.fill(&mut namespace, values),
            ("ns_apply", [target]) => self.apply_to(call, &namespace, target, None),
            ("ns_apply", [target, default]) => self.apply_to(call, &namespace, target, Some(default)),
            ("ns_free", []) => return self.free_namespace(namespace).and(DONE),
            _ => Err(not_modelled(call)),
        };
        self.namespaces[index] = namespace;
        answer
    }

    fn fill(&mut self, namespace: &mut Namespace, values: &Value) -> Answer {
        let mut source = self.source_of(values);
        self.fill_namespace_from_dict(namespace, &mut source).and(DONE)
    }

    /// Applies to the `__main__` of the current interpreter or to a dict that the scenario holds on to. What was bound
    /// before a failure stays in it.
    fn apply_to(&mut self, call: &Call, namespace: &Namespace, target: &Value, default: Option<&Value>) -> Answer {
        let mut pairs = self.take_target(call, target)?;
        let applied = self.apply_namespace(namespace, &mut pairs, default);
        match self.thing(target) {
            Some(Thing::Kept(index)) => {
                let index = *index;
                self.kept[index] = Value::Dict(pairs);
            }
            _ => drop(self.mains.insert(self.current, pairs)),
        }
        applied.and(DONE)
    }

    fn take_target(&mut self, call: &Call, target: &Value) -> Result<Pairs, Stop> {
        match (self.thing(target), target.as_str()) {
            (Some(Thing::Kept(index)), _) => match &self.kept[*index] {
                Value::Dict(pairs) => Ok(pairs.clone()),
                _ => Err(not_modelled(call)),
            },
            (_, Some("__main__")) => Ok(self.mains.remove(&self.current).unwrap_or_default()),
            _ => Err(not_modelled(call)),
        }
    }

    /// Gives the capsule of an item back to its owner. A queue of the world is shorter than a real one, and what it has
    /// no room for is not known to be lost.
    fn release_item(&mut self, capsule: usize) -> Result<(), Stop> {
        match self.give_up(capsule, Parting::Item)? {
            Release::Lost => Err(Limit::Queue.into()),
            Release::Done | Release::Queued | Release::OwnerGone => Ok(()),
        }
    }

    /// Does something in another interpreter, as the thread that is there.
    pub(super) fn being_in<T>(&mut self, there: i64, act: impl FnOnce(&mut Self) -> T) -> T {
        let back = std::mem::replace(&mut self.current, there);
        let done = act(self);
        self.current = back;
        done
    }
}

/// Each name with whether it has a value.
fn shown_items(namespace: &Namespace) -> Value {
    let shown = namespace.items.iter().map(|item| {
        let name = item.name.clone().unwrap_or_default();
        Value::Tuple(vec![Value::Str(name), Value::Bool(item.value.is_some())])
    });
    Value::List(shown.collect())
}

/// Binds a name: one that is there keeps its place, a new one comes last.
pub(super) fn bind(pairs: &mut Pairs, name: Value, value: Value) {
    match pairs.iter_mut().find(|(bound, _)| *bound == name) {
        Some((_, old)) => *old = value,
        None => pairs.push((name, value)),
    }
}
