//! Whole namespaces as 3.14 has them: private to sessions, counted, and freed as one by the owner of their values.

use super::refusal::Refusal;
use super::source::Source;
use super::{Deferred, Namespace, shape};
use crate::defect::Defect;
use crate::module::Value;
use crate::module::layer::{Layer, Limit};
use crate::module::player::{Player, Stop};
use crate::rule::Rule;

impl<L: Layer> Player<L> {
    /// Names and values of a dict that is not empty. Rules `namespace.update.arguments`, `namespace.names.empty` and
    /// `namespace.fill.failure`; `_PyXI_Enter` in `crossinterp.c`.
    pub(in crate::module) fn converted_updates(&mut self, updates: &Value) -> Result<Option<Namespace>, Stop> {
        self.rule(Rule::UpdateArguments);
        debug_assert!(shape::is_dict(updates), "the arguments were checked");
        if shape::length(updates)? == 0 {
            self.rule(Rule::NamesEmpty);
            return Ok(None);
        }
        self.converted(updates, false).map(Some)
    }

    /// Names and values that are preserved: each by the registry or by a fallback. `_pop_preserved` in `crossinterp.c`.
    pub(in crate::module) fn fully_converted(&mut self, preserved: &Value) -> Result<Namespace, Stop> {
        self.converted(preserved, true)
    }

    fn converted(&mut self, values: &Value, fallback: bool) -> Result<Namespace, Stop> {
        let mut namespace = self.create_sharedns(values)?;
        if let Err(failure) = self.fill_sharedns(&mut namespace, &mut self.source_of(values), fallback) {
            self.destroy_sharedns(namespace)?;
            return Err(failure);
        }
        Ok(namespace)
    }

    /// Rules `namespace.names.source`, `namespace.names.order` and `namespace.names.failure`; `_create_sharedns` in
    /// `crossinterp.c`.
    fn create_sharedns(&mut self, names: &Value) -> Result<Namespace, Stop> {
        self.rule(Rule::NamesSource);
        let is_dict = shape::is_exact_dict(names);
        let length = if is_dict { shape::length(names) } else { shape::sequence_length(names) }?;
        let items = if is_dict {
            self.items_of_dict(names)?
        } else if shape::has_items(names) {
            self.named_items((0..length).map(|index| shape::item_at(names, index)))?
        } else {
            return Err(Refusal::NoSequence.into());
        };
        debug_assert_eq!(items.len(), length, "every name has its item");
        Ok(Namespace { items, values: 0 })
    }

    /// A name that is not found is counted as a value all the same. Rules `namespace.fill.order`,
    /// `namespace.fill.missing` and `namespace.fill.failure`; `_fill_sharedns` in `crossinterp.c`.
    fn fill_sharedns(&mut self, namespace: &mut Namespace, from: &mut Source, fallback: bool) -> Result<(), Stop> {
        debug_assert_eq!(namespace.values, 0, "a namespace is filled once");
        self.rule(Rule::FillOrder);
        for index in 0..namespace.items.len() {
            if let Err(failure) = self.sharednsitem_copy_from_ns(&mut namespace.items[index], from, fallback) {
                self.rule(Rule::FillFailure);
                for item in &mut namespace.items[..index] {
                    self.sharednsitem_clear_value(item)?;
                    namespace.values -= 1;
                }
                return Err(failure);
            }
            namespace.values += 1;
        }
        Ok(())
    }

    /// Frees it here, or has its owner free the whole of it by one call; the safe reading hands back each value. Rules `namespace.free.owner`,
    /// `namespace.free.deferred` and `namespace.free.unfilled`; `_destroy_sharedns` in `crossinterp.c`.
    pub(in crate::module) fn destroy_sharedns(&mut self, namespace: Namespace) -> Result<(), Stop> {
        let first = namespace.items.first().and_then(|item| item.value);
        let Some(first) = first.filter(|_| namespace.values > 0) else {
            self.rule(Rule::NamespaceFreeUnfilled);
            return self.sharedns_free(namespace);
        };
        let owner = self.capsules[first].owner;
        if owner == self.current {
            self.rule(Rule::NamespaceFreeOwner);
            return self.sharedns_free(namespace);
        }
        self.rule(Rule::NamespaceFreeElsewhere);
        if !self.has_defect(Defect::NamespaceNullOwner) {
            return self.sharedns_free(namespace);
        }
        self.rule(Rule::NamespaceFreeDeferred);
        // C does not ask whether the lookup found the owner. It always does: the owner is inside the call.
        self.layer.find(owner).ok_or(Limit::Nobody { id: owner })?;
        self.deferred.push(Deferred { owner, namespace });
        Ok(())
    }

    /// The interpreter runs code again: calls that are pending for it are made, namespaces that it owns are freed.
    /// Rule `namespace.free.deferred`; `_sharedns_free_pending` in `crossinterp.c`.
    pub(in crate::module) fn wake(&mut self, id: i64) -> Result<(), Stop> {
        self.layer.run_pending(id)?;
        while let Some(index) = self.deferred.iter().position(|deferred| deferred.owner == id) {
            let Deferred { namespace, .. } = self.deferred.remove(index);
            self.being_in(id, |player| player.sharedns_free(namespace))?;
        }
        Ok(())
    }
}
