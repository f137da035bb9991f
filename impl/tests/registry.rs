//! Registries as an embedder meets them: which types can leave, in which way, where, and for how long.

#![cfg(not(loom))]

mod common;

use std::collections::BTreeMap;

use common::simple;
use crossinterp::simple::{Converter, Simple, Type, Value};
use crossinterp::{ConvertError, Current, Memory, Registered, RegistryError, Runtime, Unregistered};
use quickcheck::{Arbitrary, Gen, QuickCheck};

const LIST: Type = Type::built_in("list");

fn class() -> Type {
    Type::heap("Shared")
}

fn instance() -> Value {
    Value::made("Shared", vec![Value::int(3)])
}

#[test]
fn a_static_type_is_registered_for_everybody_and_a_heap_type_for_its_interpreter() {
    let (runtime, _) = simple();
    let (here, there) = (runtime.create().unwrap(), runtime.create().unwrap());
    let (here, there) = (here.enter().unwrap(), there.enter().unwrap());
    assert_eq!(there.lookup(&LIST), None);
    here.register(&LIST, &Converter::None).unwrap();
    here.register(&class(), &Converter::Int).unwrap();
    assert_eq!((here.lookup(&LIST), there.lookup(&LIST)), (Some(Converter::None), Some(Converter::None)));
    assert_eq!((here.lookup(&class()), there.lookup(&class())), (Some(Converter::Int), None));
}

#[test]
fn a_value_leaves_as_the_converter_of_exactly_its_type_says() {
    let (runtime, ledger) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    assert_eq!(inside.convert(&instance()).unwrap_err(), ConvertError::NotShareable);
    for (converter, arrives) in
        [(Converter::Int, Value::int(3)), (Converter::Made, instance()), (Converter::None, Value::None)]
    {
        inside.register(&class(), &converter).unwrap();
        let capsule = inside.convert(&instance()).unwrap();
        assert_eq!(inside.materialise(&capsule).unwrap(), arrives);
        assert_eq!(inside.unregister(&class()), Ok(Unregistered::Removed));
    }
    assert_eq!(inside.convert(&instance()).unwrap_err(), ConvertError::NotShareable);
    drop(inside);
    assert!(ledger.totals().is_settled());
}

#[test]
fn a_type_leaves_in_one_way_until_its_last_registration_is_taken_back() {
    let (runtime, _) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    assert_eq!(inside.register(&LIST, &Converter::None), Ok(Registered::First));
    assert_eq!(inside.register(&LIST, &Converter::Bool), Err(RegistryError::Conflict));
    assert_eq!(inside.register(&LIST, &Converter::None), Ok(Registered::Again(2)));
    assert_eq!(inside.unregister(&LIST), Ok(Unregistered::Counted(1)));
    assert_eq!(inside.unregister(&LIST), Ok(Unregistered::Removed));
    assert_eq!(inside.unregister(&LIST), Ok(Unregistered::NotRegistered));
    assert_eq!(inside.register(&LIST, &Converter::Bool), Ok(Registered::First));
}

#[test]
fn what_came_with_the_runtime_cannot_be_taken_away() {
    let (runtime, _) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    for value in [Value::None, Value::int(1), Value::from("x"), Value::Bytes(vec![]), Value::Tuple(vec![])] {
        assert_eq!(inside.unregister(&value.type_of()), Err(RegistryError::Builtin));
        assert!(inside.convert(&value).is_ok());
    }
    let int = Type::built_in("int");
    assert_eq!(inside.register(&int, &Converter::Int), Ok(Registered::Again(2)));
    assert_eq!(inside.unregister(&int), Ok(Unregistered::Counted(1)));
    assert_eq!(inside.unregister(&int), Err(RegistryError::Builtin));
    assert_eq!(inside.register(&int, &Converter::None), Err(RegistryError::Conflict));
}

#[test]
fn a_dead_type_leaves_no_entry_behind_and_a_later_one_of_its_name_is_another() {
    let (runtime, _) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    inside.register(&class(), &Converter::Int).unwrap();
    inside.register(&class(), &Converter::Int).unwrap();
    assert!(inside.type_died(&class()));
    assert_eq!(inside.lookup(&class()), None);
    assert!(!inside.type_died(&class()));
    assert!(!inside.type_died(&Type::built_in("int")), "a type that all share does not die");
    assert_eq!(inside.register(&class(), &Converter::None), Ok(Registered::First));
    drop(inside);
    assert!(owner.type_died(&class()), "from outside as well");
}

#[test]
fn a_registry_ends_with_its_interpreter_and_what_all_share_stays() {
    let memory = Memory::counted();
    let runtime = Runtime::builder(Simple::new().with_memory(memory.clone())).build();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    inside.register(&class(), &Converter::Int).unwrap();
    inside.register(&LIST, &Converter::None).unwrap();
    drop(inside);
    runtime.end(owner.id()).unwrap();
    assert_eq!(memory.live(), 1, "the entry of the list");
    let other = runtime.create().unwrap();
    assert_eq!(other.enter().unwrap().lookup(&LIST), Some(Converter::None));
    drop((runtime, owner, other));
    assert_eq!(memory.live(), 0);
}

#[test]
fn a_capsule_that_outlives_the_runtime_keeps_no_registry_alive() {
    let memory = Memory::counted();
    let runtime = Runtime::builder(Simple::new().with_memory(memory.clone())).build();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    inside.register(&LIST, &Converter::None).unwrap();
    let capsule = inside.convert(&Value::from("x")).unwrap();
    drop(inside);
    drop((runtime, owner));
    assert_eq!(memory.live(), 1, "the capsule itself");
    drop(capsule);
    assert_eq!(memory.live(), 0);
}

#[test]
fn without_memory_nothing_is_registered_and_what_is_can_still_be_counted() {
    let memory = Memory::counted();
    let runtime = Runtime::builder(Simple::new().with_memory(memory.clone())).build();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    inside.register(&class(), &Converter::Int).unwrap();
    memory.fail_from(0);
    assert_eq!(inside.register(&LIST, &Converter::None), Err(RegistryError::NoMemory));
    assert_eq!(inside.lookup(&LIST), None);
    assert_eq!(inside.register(&class(), &Converter::Int), Ok(Registered::Again(2)));
    assert_eq!(inside.unregister(&class()), Ok(Unregistered::Counted(1)));
    assert_eq!(inside.unregister(&class()), Ok(Unregistered::Removed));
    assert_eq!(memory.live(), 1, "the interpreter");
}

/// One thing that can be done to a registry.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Register(usize, usize),
    Unregister(usize),
    Die(usize),
}

const TYPES: usize = 4;
const CONVERTERS: [Converter; 2] = [Converter::None, Converter::Bool];

fn ty(number: usize) -> Type {
    [Type::built_in("int"), LIST, class(), Type::heap("Other")][number].clone()
}

impl Arbitrary for Deed {
    fn arbitrary(g: &mut Gen) -> Self {
        let (number, converter) = (usize::arbitrary(g) % TYPES, usize::arbitrary(g) % CONVERTERS.len());
        match usize::arbitrary(g) % 8 {
            0..4 => Deed::Register(number, converter),
            4..7 => Deed::Unregister(number),
            _ => Deed::Die(number),
        }
    }
}

/// What a registry should be: a map from the number of a type to its converter and count.
struct Reference(BTreeMap<usize, (Converter, u64)>);

impl Reference {
    fn new() -> Self {
        Reference(BTreeMap::from([(0, (Converter::Int, 1))]))
    }

    fn register(&mut self, number: usize, converter: Converter) -> Result<Registered, RegistryError> {
        let entry = self.0.entry(number).or_insert((converter, 0));
        if entry.0 != converter {
            return Err(RegistryError::Conflict);
        }
        entry.1 += 1;
        Ok(if entry.1 == 1 { Registered::First } else { Registered::Again(entry.1) })
    }

    fn unregister(&mut self, number: usize) -> Result<Unregistered, RegistryError> {
        match self.0.get_mut(&number) {
            None => Ok(Unregistered::NotRegistered),
            Some((_, 1)) if number == 0 => Err(RegistryError::Builtin),
            Some((_, 1)) => {
                self.0.remove(&number);
                Ok(Unregistered::Removed)
            }
            Some((_, count)) => {
                *count -= 1;
                Ok(Unregistered::Counted(*count))
            }
        }
    }

    fn agrees(&self, here: &Current<'_, Simple>) -> bool {
        (0..TYPES).all(|number| here.lookup(&ty(number)) == self.0.get(&number).map(|(converter, _)| *converter))
    }
}

fn same_answer(deed: Deed, reference: &mut Reference, here: &Current<'_, Simple>) -> bool {
    match deed {
        Deed::Register(number, converter) => {
            let converter = CONVERTERS[converter];
            here.register(&ty(number), &converter) == reference.register(number, converter)
        }
        Deed::Unregister(number) => here.unregister(&ty(number)) == reference.unregister(number),
        Deed::Die(number) => {
            let dies = ty(number).is_heap() && reference.0.remove(&number).is_some();
            here.type_died(&ty(number)) == dies
        }
    }
}

#[test]
fn a_registry_answers_as_a_map_would() {
    fn law(deeds: Vec<Deed>) -> bool {
        let (runtime, _) = simple();
        let (owner, mut reference) = (runtime.create().unwrap(), Reference::new());
        let inside = owner.enter().unwrap();
        deeds.into_iter().all(|deed| same_answer(deed, &mut reference, &inside) && reference.agrees(&inside))
    }
    let cases = if cfg!(miri) { 5 } else { 500 };
    QuickCheck::new().tests(cases).quickcheck(law as fn(Vec<Deed>) -> bool);
}

#[test]
fn counts_are_right_however_many_threads_register() {
    let (threads, times) = if cfg!(miri) { (2, 5) } else { (4, 200) };
    let (runtime, _) = simple();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let home = runtime.create().unwrap();
                let inside = home.enter().unwrap();
                for _ in 0..times {
                    inside.register(&LIST, &Converter::None).unwrap();
                    assert_eq!(inside.lookup(&LIST), Some(Converter::None));
                    inside.register(&LIST, &Converter::None).unwrap();
                    assert!(matches!(inside.unregister(&LIST), Ok(Unregistered::Counted(_))));
                }
            });
        }
    });
    let home = runtime.create().unwrap();
    let left = home.enter().unwrap().unregister(&LIST);
    assert_eq!(left, Ok(Unregistered::Counted(threads * times - 1)));
}
