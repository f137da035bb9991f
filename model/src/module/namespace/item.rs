//! One item of a namespace: its name, its value, its way into a target. The same in both versions.

use crossinterp_objects::Text;

use super::refusal::Refusal;
use super::source::{Source, plain_text};
use super::{Item, Namespace, Pairs, bind};
use crate::defect::Defect;
use crate::module::Value;
use crate::module::conversion::Capsule;
use crate::module::layer::{Layer, Payload};
use crate::module::outcome::Signal;
use crate::module::player::{Player, Stop};
use crate::module::surface::like_3_14;
use crate::rule::Rule;

impl<L: Layer> Player<L> {
    /// Copies the key as the name. Rule `namespace.item`; `_sharednsitem_init` in `crossinterp.c`.
    pub(super) fn sharednsitem_init(&mut self, item: &mut Item, key: &Value) -> Result<(), Stop> {
        debug_assert!(!item.is_initialized(), "an item is named once");
        self.rule(Rule::NamespaceItem);
        match self.copy_string_obj_raw(key) {
            Ok(name) => item.name = Some(name),
            Err(refusal) => {
                self.rule(Rule::NamesFailure);
                return Err(refusal.into());
            }
        }
        item.value = None;
        debug_assert!(item.is_initialized(), "the item has its name");
        Ok(())
    }

    /// A text as bytes that end at the first NUL: up to 3.13 there, in silence. Rules `namespace.names.text` and `namespace.names.nul`;
    /// `_copy_string_obj_raw` in `crossinterp.c`.
    fn copy_string_obj_raw(&mut self, key: &Value) -> Result<Text, Refusal> {
        self.rule(Rule::NamesText);
        let text = plain_text(key).ok_or(Refusal::NotText)?;
        if let Some(refusal) = not_encodable(&text) {
            return Err(refusal);
        }
        let points: Vec<u32> = text.code_points().collect();
        let Some(end) = points.iter().position(|&point| point == 0) else { return Ok(text) };
        self.rule(Rule::NamesNul);
        if !self.edition.defects().contains(Defect::NulInKey) {
            return Err(Refusal::EmbeddedNul);
        }
        Ok(Text::from_code_points(points[..end].iter().copied()).unwrap_or_default())
    }

    /// Makes the capsule of the value, in memory of its own. Rule `namespace.fill.failure`; `_sharednsitem_set_value`
    /// in `crossinterp.c`.
    fn sharednsitem_set_value(
        &mut self,
        item: &mut Item,
        value: &Value,
        kept: Option<usize>,
        fallback: bool,
    ) -> Result<(), Stop> {
        debug_assert!(item.is_initialized(), "a value is set under a name");
        // An old value is only asserted not to be there; where assertions are off it is forgotten, not released, and
        // that even if the new one cannot be converted.
        item.value = None;
        let capsule = self.capsule_for(value, kept, fallback)?;
        self.capsules.push(capsule);
        item.value = Some(self.capsules.len() - 1);
        Ok(())
    }

    /// A value that is in the pointer itself takes nothing from the layer, so any number of them fits.
    fn capsule_for(&mut self, value: &Value, kept: Option<usize>, fallback: bool) -> Result<Capsule, Stop> {
        let arrival = self.arrival(value, fallback)?;
        if arrival.payload != Payload::Immediate {
            return self.capsule_of(arrival, kept);
        }
        let (content, owner, shape) = (Some(arrival.value), self.current, arrival.shape);
        Ok(Capsule { content, payload: None, owner, rebuilds: true, shape, kept })
    }

    /// Rule `namespace.free.owner`; `_sharednsitem_clear_value` in `crossinterp.c`.
    pub(super) fn sharednsitem_clear_value(&mut self, item: &mut Item) -> Result<(), Stop> {
        match item.value.take() {
            Some(capsule) => self.release_item(capsule),
            None => Ok(()),
        }
    }

    /// The name goes first, then the value. Rule `namespace.free.owner`; `_sharednsitem_clear` in `crossinterp.c`.
    pub(super) fn sharednsitem_clear(&mut self, item: &mut Item) -> Result<(), Stop> {
        item.name = None;
        self.sharednsitem_clear_value(item)
    }

    /// Looks the value up by the copied name: it need not be the one that stood beside the key when the names were
    /// taken. In the safe reading it was taken with the name.
    /// Rules `namespace.fill.lookup` and `namespace.fill.missing`; `_sharednsitem_copy_from_ns` in `crossinterp.c`.
    pub(super) fn sharednsitem_copy_from_ns(
        &mut self,
        item: &mut Item,
        source: &mut Source,
        fallback: bool,
    ) -> Result<(), Stop> {
        self.rule(Rule::FillLookup);
        let name = item.name.as_ref().expect("an item of a namespace is initialised");
        let Some(given) = item.taken.take().or_else(|| source.get(name)) else {
            self.rule(Rule::FillMissing);
            return Ok(());
        };
        self.meddle(&given.value, source);
        self.sharednsitem_set_value(item, &given.value, given.kept, fallback)
    }

    /// Rules `namespace.apply.order` and `namespace.apply.default`; `_sharednsitem_apply` in `crossinterp.c`.
    pub(super) fn sharednsitem_apply(
        &mut self,
        item: &Item,
        target: &mut Pairs,
        default: Option<&Value>,
    ) -> Result<(), Stop> {
        let name = item.name.clone().expect("an item of a namespace is initialised");
        let value = match item.value {
            Some(capsule) => self.new_object(capsule)?,
            None => self.default_for(&name, default)?,
        };
        bind(target, Value::Str(name), value);
        Ok(())
    }

    /// The object that a capsule stands for, made in the current interpreter; `_PyCrossInterpreterData_NewObject`.
    fn new_object(&mut self, capsule: usize) -> Result<Value, Stop> {
        let Capsule { content, payload, .. } = &self.capsules[capsule];
        let (value, payload) = (content.clone().unwrap_or(Value::None), *payload);
        if shows_memory(&value) && !like_3_14(self.edition) && !self.has_imported(self.current) {
            self.rule(Rule::ConvertMemoryviewModule);
            return Err(Refusal::ModuleNotImported.into());
        }
        let arrived = self.arrives_as(&value).ok_or(Refusal::NotDecodable)?;
        if let Some(stop) = self.unreadable(&value) {
            return Err(stop);
        }
        if let Some(payload) = payload {
            self.layer.materialise(payload, self.current)?;
        }
        Ok(arrived)
    }

    /// What a name without a value becomes. C takes a reference to the default without asking whether there is one.
    /// Rules `namespace.apply.default` and `namespace.apply.no-default`; `_sharednsitem_apply` in `crossinterp.c`.
    fn default_for(&mut self, name: &Text, default: Option<&Value>) -> Result<Value, Stop> {
        if let Some(default) = default {
            self.rule(Rule::ApplyDefault);
            return Ok(default.clone());
        }
        self.rule(Rule::ApplyNoDefault);
        if self.has_defect(Defect::KeyLookupMiss) {
            return Err(Stop::Crash(Signal::Segfault));
        }
        Err(Refusal::NoValue { name: name.escaped() }.into())
    }

    /// Binds what is in the namespace, one name after the other. What was bound before a failure stays bound, unless all
    /// values are made before the first is bound. Rules `namespace.apply.order` and `namespace.apply.whole`;
    /// `_PyXI_ApplyNamespace`, since 3.14 `_apply_sharedns`, in `crossinterp.c`.
    pub(in crate::module) fn apply_namespace(
        &mut self,
        namespace: &Namespace,
        target: &mut Pairs,
        default: Option<&Value>,
    ) -> Result<(), Stop> {
        self.rule(Rule::ApplyOrder);
        let mut bound = target.clone();
        let items = &mut namespace.items.iter();
        let applied = items.try_for_each(|item| self.sharednsitem_apply(item, &mut bound, default));
        if applied.is_err() {
            self.rule(Rule::ApplyWhole);
        }
        if applied.is_ok() || self.has_defect(Defect::PartialApply) {
            *target = bound;
        }
        applied
    }
}

impl Item {
    /// `_sharednsitem_is_initialized` in `crossinterp.c`.
    pub(super) fn is_initialized(&self) -> bool {
        self.name.is_some()
    }
}

/// The first code points that UTF-8 has no bytes for: surrogates, as many as stand together.
pub(in crate::module) fn not_encodable(text: &Text) -> Option<Refusal> {
    let points: Vec<u32> = text.code_points().collect();
    let is_surrogate = |point: &u32| (0xd800..0xe000).contains(point);
    let start = points.iter().position(is_surrogate)?;
    let run = points[start..].iter().take_while(|point| is_surrogate(point)).count();
    Some(Refusal::NotEncodable { first: points[start], start, end: start + run - 1 })
}

/// Whether it is a view, or holds one.
fn shows_memory(value: &Value) -> bool {
    match value {
        Value::Made(kind, _) => kind == "MemoryView",
        Value::Tuple(items) => items.iter().any(shows_memory),
        _ => false,
    }
}
