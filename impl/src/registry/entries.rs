//! The list of a registry, and what each operation makes of it: pure functions from one list to the next.
//!
//! It sits inside a registry. It knows neither locks nor interpreters.

use crate::error::RegistryError;
use crate::memory::{NoMemory, Reserved};

/// One type and how its values cross. Rule `registry.entry`.
#[derive(Clone)]
pub(super) struct Entry<T, C> {
    ty: T,
    converter: C,
    /// Registrations less unregistrations, and at least as many as came with the runtime.
    count: u64,
    /// How many came with the runtime. Those stay.
    builtin: u64,
    _memory: Reserved,
}

/// Who registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The runtime itself, for types that it is never without.
    Builtin,
    /// Anybody, later.
    Later,
}

/// What a registration came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Registered {
    /// The type can leave from now on.
    First,
    /// It could before, in the same way; it has now been registered this many times.
    Again(u64),
}

/// What an unregistration came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unregistered {
    /// So many registrations are left, and the type can still leave.
    Counted(u64),
    /// It was the last one: values of the type cannot leave any more.
    Removed,
    /// There was none.
    NotRegistered,
}

/// What an operation would answer, and the list it would leave, if it changes anything.
pub(super) struct Planned<T, C, R> {
    pub(super) outcome: R,
    pub(super) next: Option<Vec<Entry<T, C>>>,
}

/// Rule `registry.lookup.exact`: the newest entry with exactly this type.
pub(super) fn find<T: Eq, C>(entries: &[Entry<T, C>], ty: &T) -> Option<usize> {
    entries.iter().position(|entry| entry.ty == *ty)
}

pub(super) fn converter<'e, T: Eq, C>(entries: &'e [Entry<T, C>], ty: &T) -> Option<&'e C> {
    entries.iter().find(|entry| entry.ty == *ty).map(|entry| &entry.converter)
}

/// The memory is asked for only when there is a new entry to keep.
pub(super) fn register<T: Clone + Eq, C: Clone + PartialEq>(
    entries: &[Entry<T, C>],
    ty: &T,
    converter: &C,
    origin: Origin,
    reserve: impl FnOnce() -> Result<Reserved, NoMemory>,
) -> Result<Planned<T, C, Registered>, RegistryError> {
    let builtin = u64::from(origin == Origin::Builtin);
    let Some(at) = find(entries, ty) else {
        let entry = Entry { ty: ty.clone(), converter: converter.clone(), count: 1, builtin, _memory: reserve()? };
        return Ok(Planned { outcome: Registered::First, next: Some(with_newest(entry, entries)) });
    };
    if entries[at].converter != *converter {
        return Err(RegistryError::Conflict);
    }
    let count = entries[at].count.checked_add(1).ok_or(RegistryError::Overflow)?;
    let again = Entry { count, builtin: entries[at].builtin + builtin, ..entries[at].clone() };
    Ok(Planned { outcome: Registered::Again(count), next: Some(with(again, at, entries)) })
}

pub(super) fn unregister<T: Clone + Eq, C: Clone>(
    entries: &[Entry<T, C>],
    ty: &T,
) -> Result<Planned<T, C, Unregistered>, RegistryError> {
    let Some(at) = find(entries, ty) else {
        return Ok(Planned { outcome: Unregistered::NotRegistered, next: None });
    };
    assert!(entries[at].count > 0, "an entry without registrations is removed");
    if entries[at].count == entries[at].builtin {
        return Err(RegistryError::Builtin);
    }
    let count = entries[at].count - 1;
    if count == 0 {
        return Ok(Planned { outcome: Unregistered::Removed, next: Some(without(at, entries)) });
    }
    let left = Entry { count, ..entries[at].clone() };
    Ok(Planned { outcome: Unregistered::Counted(count), next: Some(with(left, at, entries)) })
}

/// However often the type was registered: it is gone.
pub(super) fn forget<T: Clone + Eq, C: Clone>(entries: &[Entry<T, C>], ty: &T) -> Planned<T, C, bool> {
    match find(entries, ty) {
        None => Planned { outcome: false, next: None },
        Some(at) => Planned { outcome: true, next: Some(without(at, entries)) },
    }
}

/// Rule `registry.order`: a new entry comes before all others.
fn with_newest<T: Clone, C: Clone>(entry: Entry<T, C>, entries: &[Entry<T, C>]) -> Vec<Entry<T, C>> {
    std::iter::once(entry).chain(entries.iter().cloned()).collect()
}

/// An entry that changes stays in its place.
fn with<T: Clone, C: Clone>(entry: Entry<T, C>, at: usize, entries: &[Entry<T, C>]) -> Vec<Entry<T, C>> {
    let mut next = entries.to_vec();
    next[at] = entry;
    next
}

fn without<T: Clone, C: Clone>(at: usize, entries: &[Entry<T, C>]) -> Vec<Entry<T, C>> {
    let mut next = entries.to_vec();
    next.remove(at);
    next
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    type List = Vec<Entry<&'static str, u8>>;

    fn add(list: &List, ty: &'static str, origin: Origin) -> List {
        let planned = register(list, &ty, &1, origin, || Ok(Reserved::default()));
        planned.ok().and_then(|planned| planned.next).expect("it changes the list")
    }

    fn names(list: &List) -> Vec<&str> {
        list.iter().map(|entry| entry.ty).collect()
    }

    #[test]
    fn the_newest_entry_comes_first_and_one_that_changes_keeps_its_place() {
        let list = add(&add(&List::new(), "a", Origin::Later), "b", Origin::Later);
        assert_eq!(names(&list), ["b", "a"]);
        let list = add(&list, "a", Origin::Later);
        assert_eq!(names(&list), ["b", "a"]);
        assert_eq!(names(&unregister(&list, &"a").unwrap().next.unwrap()), ["b", "a"]);
    }

    #[test]
    fn what_came_with_the_runtime_stays_however_often_it_is_registered_and_unregistered() {
        let list = add(&List::new(), "a", Origin::Builtin);
        assert_eq!(unregister(&list, &"a").err(), Some(RegistryError::Builtin));
        let list = add(&list, "a", Origin::Later);
        let planned = unregister(&list, &"a").unwrap();
        assert_eq!(planned.outcome, Unregistered::Counted(1));
        assert_eq!(unregister(&planned.next.unwrap(), &"a").err(), Some(RegistryError::Builtin));
    }

    #[test]
    fn a_count_does_not_wrap() {
        let mut list = add(&List::new(), "a", Origin::Later);
        list[0].count = u64::MAX;
        let refused = register(&list, &"a", &1, Origin::Later, || Ok(Reserved::default())).err();
        assert_eq!(refused, Some(RegistryError::Overflow));
    }

    #[test]
    fn only_a_new_entry_asks_for_memory() {
        let refused = register(&[], &"a", &1, Origin::Later, || Err(NoMemory)).err();
        assert_eq!(refused, Some(RegistryError::NoMemory));
        let list = add(&List::new(), "a", Origin::Later);
        assert!(register(&list, &"a", &1, Origin::Later, || Err(NoMemory)).is_ok());
    }
}
