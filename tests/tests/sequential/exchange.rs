//! The calls about types and namespaces, as a thread of the implementation's side makes them.
//!
//! It sits below the worker. It maps calls and errors, and judges nothing.

use crossinterp::simple::{Converter, Simple, Type, Value};
use crossinterp::{
    ApplyError, ConvertError, Current, FillError, MaterialiseError, NamesError, Namespace, NamespaceError,
    RegistryError, Unregistered,
};
use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::scope::TypeKind;
use crossinterp_model::world::Payload;

use crate::expected::{SOURCE, TYPES};
use crate::player::{Dict, Shared, Slot, lock};
use crate::worker::value;

pub fn perform(shared: &Shared, here: &Current<'_, Simple>, call: Call) -> Outcome {
    match call {
        Call::Register { class, converter } => register(here, class, converter),
        Call::RegisterNoMemory(class) => without_memory(shared, 0, || register(here, class, 0)),
        Call::Unregister(class) => unregister(here, class),
        Call::LookUpType(class) => look_up(here, class),
        Call::TypeDies(class) => {
            here.type_died(&ty(class));
            Outcome::Done
        }
        Call::DropName(name) => {
            lock(&shared.dict).names[usize::from(name)] = false;
            Outcome::Done
        }
        Call::FillNamespace => fill(shared, here, NAMES),
        Call::FillNamespaceNul => fill(shared, here, NAMES_WITH_NUL),
        Call::FillNamespaceNoMemory(item) => fill_without_memory(shared, here, item),
        Call::ApplyNamespace => apply(shared, here),
        Call::ApplyNamespaceNoMemory(item) => apply_without_memory(shared, here, item),
        Call::FreeNamespace => free(shared, here),
        other => panic!("no script makes the call {other}"),
    }
}

fn without_memory(shared: &Shared, index: usize, call: impl FnOnce() -> Outcome) -> Outcome {
    shared.memory.fail_once(index as u64);
    let outcome = call();
    shared.memory.fail_never();
    outcome
}

fn ty(class: u8) -> Type {
    match TYPES[usize::from(class)] {
        TypeKind::Builtin => Type::built_in("int"),
        TypeKind::Static => Type::built_in("list"),
        TypeKind::Heap(_) => Type::heap("Shared"),
    }
}

/// The converters by their numbers; what came with the runtime has the first.
const CONVERTERS: [Converter; 2] = [Converter::Int, Converter::Bool];

fn register(here: &Current<'_, Simple>, class: u8, converter: u8) -> Outcome {
    match here.register(&ty(class), &CONVERTERS[usize::from(converter)]) {
        Ok(_) => Outcome::Done,
        Err(RegistryError::Conflict) => Outcome::Conflict,
        Err(RegistryError::NoMemory) => Outcome::NoMemory,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

fn unregister(here: &Current<'_, Simple>, class: u8) -> Outcome {
    match here.unregister(&ty(class)) {
        Ok(Unregistered::Counted(_) | Unregistered::Removed) => Outcome::Done,
        Ok(Unregistered::NotRegistered) => Outcome::NotRegistered,
        Err(RegistryError::Builtin) => Outcome::Builtin,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

fn look_up(here: &Current<'_, Simple>, class: u8) -> Outcome {
    let Some(found) = here.lookup(&ty(class)) else { return Outcome::NotRegistered };
    let number = CONVERTERS.iter().position(|converter| *converter == found).expect("one of those registered");
    Outcome::Converter(u8::try_from(number).expect("there are few"))
}

const NAMES: [&str; 2] = ["first", "second"];
/// Who stops reading at a NUL takes these for the ones above.
const NAMES_WITH_NUL: [&str; 2] = ["first\0", "second\0"];
const PAYLOADS: [Payload; 2] = [Payload::Borrowed, Payload::Copied];

impl Dict {
    /// The names that are there, with values that are not mistaken for others.
    fn pairs(&self, serial: usize, names: [&'static str; 2]) -> Vec<(&'static str, Value)> {
        let there = (0..NAMES.len()).filter(|&item| self.names[item]);
        there.map(|item| (names[item], value(PAYLOADS[item], serial + item))).collect()
    }

    /// How many of the names that are there come before the item, if it is there itself.
    fn place(names: &[&str], item: u8) -> Option<usize> {
        names.iter().position(|name| *name == NAMES[usize::from(item)])
    }
}

/// The dict is in its source only, and one namespace is made of it.
fn fill(shared: &Shared, here: &Current<'_, Simple>, names: [&'static str; 2]) -> Outcome {
    let mut dict = lock(&shared.dict);
    if here.id().get() != i64::from(SOURCE) || dict.made {
        return Outcome::Absent;
    }
    let before = shared.ledger.totals().created;
    let pairs = dict.pairs(before, names);
    let made = Namespace::from_pairs(here, &pairs);
    dict.made = !matches!(made, Err(NamespaceError::Names(_)));
    let outcome = match made {
        Ok(namespace) => {
            dict.namespace = Some(namespace);
            Outcome::Done
        }
        Err(NamespaceError::Names(NamesError::Empty)) => Outcome::Nothing,
        Err(NamespaceError::Names(NamesError::Nul { .. })) => Outcome::BadName,
        Err(NamespaceError::Fill(FillError::Convert { error: ConvertError::NoMemory, .. })) => Outcome::NoMemory,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    };
    note_items(shared, here, before, pairs);
    outcome
}

/// Every value that was taken out has a slot, as a capsule of its own would have.
fn note_items(shared: &Shared, here: &Current<'_, Simple>, before: usize, pairs: Vec<(&'static str, Value)>) {
    let mut slots = lock(&shared.slots);
    for (entry, (_, value)) in (before..shared.ledger.totals().created).zip(pairs) {
        let free = slots.iter().position(Option::is_none).expect("a script fills only where there is room");
        slots[free] = Some(Slot { capsule: None, value, owner: here.id(), entry: Some(entry), in_namespace: true });
    }
}

/// There is memory for the names, and for the values before that item.
fn fill_without_memory(shared: &Shared, here: &Current<'_, Simple>, item: u8) -> Outcome {
    let names: Vec<_> = lock(&shared.dict).pairs(0, NAMES).into_iter().map(|(name, _)| name).collect();
    let Some(place) = Dict::place(&names, item) else { return fill(shared, here, NAMES) };
    let each = 2 * place;
    let outcome = without_memory(shared, 1 + names.len() + each, || fill(shared, here, NAMES));
    if outcome == Outcome::NoMemory {
        give_up_items(shared);
    }
    outcome
}

fn give_up_items(shared: &Shared) {
    lock(&shared.slots).iter_mut().flatten().for_each(|slot| slot.in_namespace = false);
}

fn apply(shared: &Shared, here: &Current<'_, Simple>) -> Outcome {
    let dict = lock(&shared.dict);
    let Some(namespace) = &dict.namespace else { return Outcome::Absent };
    let mut bound = 0;
    let applied = namespace.apply(here, |_, _| bound += 1);
    assert_eq!(bound, if applied.is_ok() { namespace.names().len() } else { 0 }, "all or nothing");
    match applied {
        Ok(()) => Outcome::Value,
        Err(ApplyError::Materialise { error: MaterialiseError::OwnerEnded { .. }, .. }) => Outcome::OwnerEnded,
        Err(ApplyError::Materialise { error: MaterialiseError::NoMemory, .. }) => Outcome::NoMemory,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

/// There is room for the values, and memory for those before that item.
fn apply_without_memory(shared: &Shared, here: &Current<'_, Simple>, item: u8) -> Outcome {
    let place = lock(&shared.dict).namespace.as_ref().and_then(|namespace| {
        let names: Vec<_> = namespace.names().collect();
        Dict::place(&names, item)
    });
    match place {
        Some(place) => without_memory(shared, 1 + place, || apply(shared, here)),
        None => apply(shared, here),
    }
}

fn free(shared: &Shared, here: &Current<'_, Simple>) -> Outcome {
    let Some(namespace) = lock(&shared.dict).namespace.take() else { return Outcome::Absent };
    namespace.free_in(here);
    give_up_items(shared);
    Outcome::Done
}
