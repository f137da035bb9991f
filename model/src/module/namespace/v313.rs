//! Whole namespaces as 3.13 has them: a length and items, made from names, filled, applied and freed by exported functions.

use super::refusal::Refusal;
use super::source::Source;
use super::{Item, Namespace, shape};
use crate::defect::Defect;
use crate::module::Value;
use crate::module::layer::Layer;
use crate::module::outcome::Raised;
use crate::module::player::{Player, Stop};
use crate::rule::Rule;

/// How many of the ends of a namespace have a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HasData {
    Nothing,
    Partial,
    /// Both, and the owner of the first.
    Complete(i64),
}

impl<L: Layer> Player<L> {
    /// Names without values. What goes wrong is forgotten if the length, asked for again, is zero. Rules
    /// `namespace.names.source` and `namespace.names.empty`; `_PyXI_NamespaceFromNames` in `crossinterp.c`.
    pub(super) fn namespace_from_names(&mut self, names: &Value) -> Result<Option<Namespace>, Stop> {
        if *names == Value::None {
            self.rule(Rule::NamesEmpty);
            return Ok(None);
        }
        let mut namespace = Namespace::default();
        match self.sharedns_init(&mut namespace, names) {
            Ok(()) => Ok(Some(namespace)),
            Err(Stop::Raised(pending)) => {
                let empty = length_with_an_error_pending(names, *pending)? == 0;
                debug_assert!(empty, "with another length the error stands");
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// Rules `namespace.names.source`, `namespace.names.order` and `namespace.names.empty`; `_sharedns_init` in
    /// `crossinterp.c`.
    fn sharedns_init(&mut self, namespace: &mut Namespace, names: &Value) -> Result<(), Stop> {
        debug_assert!(!namespace.is_initialized(), "a namespace is made once");
        self.rule(Rule::NamesSource);
        let is_dict = shape::is_exact_dict(names);
        let length = if is_dict { shape::length(names) } else { shape::sequence_length(names) }?;
        if length == 0 {
            self.rule(Rule::NamesEmpty);
            return Err(Refusal::EmptyNamespace.into());
        }
        namespace.items = if is_dict {
            self.items_of_dict(names)?
        } else if shape::has_items(names) {
            self.named_items((0..length).map(|index| shape::item_at(names, index)))?
        } else {
            return Err(Refusal::NoSequence.into());
        };
        debug_assert!(namespace.is_initialized(), "a namespace that was made has items");
        Ok(())
    }

    /// The names of a dict; in the safe reading their values with them, in one step. Rules `namespace.names.order` and
    /// `namespace.fill.lookup`; `_sharedns_init`, since 3.14 `_create_sharedns`, in `crossinterp.c`.
    pub(super) fn items_of_dict(&mut self, names: &Value) -> Result<Vec<Item>, Stop> {
        let source = self.source_of(names);
        let mut items = self.named_items(source.entries().iter().map(|(key, _)| Ok(key.clone())))?;
        if !self.has_defect(Defect::KeyLookupMiss) {
            for (item, (_, given)) in items.iter_mut().zip(source.entries()) {
                item.taken = Some(given.clone());
            }
        }
        Ok(items)
    }

    /// Items with these names, or none of them. Rules `namespace.names.order`, `namespace.names.duplicate` and
    /// `namespace.names.failure`; `_sharedns_init`, since 3.14 `_create_sharedns`, in `crossinterp.c`.
    pub(super) fn named_items(
        &mut self,
        keys: impl Iterator<Item = Result<Value, Refusal>>,
    ) -> Result<Vec<Item>, Stop> {
        self.rule(Rule::NamesOrder);
        let mut items: Vec<Item> = Vec::new();
        for key in keys {
            let mut item = Item::default();
            self.sharednsitem_init(&mut item, &key?)?;
            if items.iter().any(|earlier| earlier.name == item.name) {
                self.rule(Rule::NamesDuplicate);
            }
            items.push(item);
        }
        Ok(items)
    }

    /// All values or none. Rules `namespace.fill.order` and `namespace.fill.failure`; `_PyXI_FillNamespaceFromDict` in
    /// `crossinterp.c`.
    pub(super) fn fill_namespace_from_dict(
        &mut self,
        namespace: &mut Namespace,
        from: &mut Source,
    ) -> Result<(), Stop> {
        debug_assert!(namespace.is_initialized(), "values belong to names");
        self.rule(Rule::FillOrder);
        for index in 0..namespace.items.len() {
            if let Err(failure) = self.sharednsitem_copy_from_ns(&mut namespace.items[index], from, false) {
                self.rule(Rule::FillFailure);
                for item in &mut namespace.items[..index] {
                    self.sharednsitem_clear_value(item)?;
                }
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Names and values of a dict, or nothing. Rules `namespace.update.arguments` and `namespace.names.empty`;
    /// `_PyXI_NamespaceFromDict` in `crossinterp.c`.
    pub(in crate::module) fn namespace_from_dict(&mut self, updates: &Value) -> Result<Option<Namespace>, Stop> {
        self.rule(Rule::UpdateArguments);
        if *updates == Value::None {
            return Ok(None);
        }
        if !shape::is_exact_dict(updates) {
            return Err(Refusal::ExpectedDict.into());
        }
        let mut namespace = Namespace::default();
        if let Err(failure) = self.sharedns_init(&mut namespace, updates) {
            return if shape::length(updates) == Ok(0) { Ok(None) } else { Err(failure) };
        }
        let filled = self.fill_namespace_from_dict(&mut namespace, &mut self.source_of(updates));
        if let Err(failure) = filled {
            self.sharedns_free(namespace)?;
            return Err(failure);
        }
        Ok(Some(namespace))
    }

    /// Frees it in the current interpreter, wherever its values belong: each is handed back on its own. Rules
    /// `namespace.free.owner`, `namespace.free.elsewhere` and `namespace.free.unfilled`; `_PyXI_FreeNamespace` in
    /// `crossinterp.c`.
    pub(in crate::module) fn free_namespace(&mut self, namespace: Namespace) -> Result<(), Stop> {
        if !namespace.is_initialized() {
            return Ok(());
        }
        self.rule(match self.sharedns_has_xidata(&namespace) {
            HasData::Nothing => Rule::NamespaceFreeUnfilled,
            HasData::Complete(owner) if owner == self.current => Rule::NamespaceFreeOwner,
            HasData::Complete(_) | HasData::Partial => Rule::NamespaceFreeElsewhere,
        });
        self.sharedns_free(namespace)
    }

    /// Only the first item and the last are asked. Rule `namespace.free.elsewhere`; `_sharedns_has_xidata` in
    /// `crossinterp.c`.
    fn sharedns_has_xidata(&self, namespace: &Namespace) -> HasData {
        let owner_of = |item: Option<&Item>| item.and_then(|item| item.value).map(|value| self.capsules[value].owner);
        match (owner_of(namespace.items.first()), owner_of(namespace.items.last())) {
            (None, _) => HasData::Nothing,
            (Some(_), None) => HasData::Partial,
            (Some(owner), Some(_)) => HasData::Complete(owner),
        }
    }

    /// Every item, then the memory. Rules `namespace.free.owner` and `namespace.free.elsewhere`; `_sharedns_free` and
    /// `_sharedns_clear` in `crossinterp.c`.
    pub(super) fn sharedns_free(&mut self, mut namespace: Namespace) -> Result<(), Stop> {
        namespace.items.iter_mut().try_for_each(|item| self.sharednsitem_clear(item))
    }
}

impl Namespace {
    /// `_sharedns_is_initialized` in `crossinterp.c`.
    fn is_initialized(&self) -> bool {
        !self.items.is_empty()
    }
}

/// The length is asked for while an error is pending. An error of its own takes the place of the pending one, and code
/// that counts itself is told that it returned with an error set.
fn length_with_an_error_pending(names: &Value, pending: Raised) -> Result<usize, Stop> {
    match (shape::sequence_length(names)?, shape::counts_itself(names)) {
        (0, _) => Ok(0),
        (_, Some(class)) => Err(Raised::from(Refusal::ReturnedWithError { class }).caused_by(pending).into()),
        (_, None) => Err(pending.into()),
    }
}
