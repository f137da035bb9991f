//! Conversions of the simple host: what arrives is what left, and a conversion that fails leaves nothing behind.

#![cfg(not(loom))]

mod common;

use common::{CASES, Shareable, simple};
use crossinterp::simple::{Buffer, Converter, NotShareable, Simple, Type, Value};
use crossinterp::{
    CONVERSION_DEPTH_MAX, Capsule, ConvertError, Interpreter, MaterialiseError, Memory, NoMemory, Runtime,
};
use quickcheck::QuickCheck;

#[test]
fn type_and_value_survive_the_way() {
    fn law(Shareable(value): Shareable) -> bool {
        let (runtime, ledger) = simple();
        let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
        let capsule = owner.enter().unwrap().convert(&value).unwrap();
        let arrived = reader.enter().unwrap().materialise(&capsule).unwrap();
        drop(capsule);
        arrived == value && arrived.type_of() == value.type_of() && ledger.totals().is_settled()
    }
    QuickCheck::new().tests(CASES).quickcheck(law as fn(Shareable) -> bool);
}

/// Why a value did not get across.
#[derive(Debug, PartialEq)]
enum Lost {
    Leaving(ConvertError<NotShareable>),
    Arriving(MaterialiseError<NotShareable>),
}

fn carry([owner, reader]: &[Interpreter<Simple>; 2], value: &Value) -> Result<Value, Lost> {
    let capsule: Capsule<Simple> = owner.enter().expect("nobody is in it").convert(value).map_err(Lost::Leaving)?;
    reader.enter().expect("nobody is in it").materialise(&capsule).map_err(Lost::Arriving)
}

/// Fails each allocation in turn, alone or with all that follow, and gives their number.
fn sweep(value: &Value, exports: impl Fn() -> usize, from_then_on: bool) -> u64 {
    for index in 0.. {
        let memory = Memory::counted();
        let host = Simple::new().with_memory(memory.clone());
        let ledger = host.ledger();
        let runtime = Runtime::builder(host).build();
        let interpreters = [(); 2].map(|()| runtime.create().expect("ids are left"));
        if from_then_on {
            memory.fail_from(index)
        } else {
            memory.fail_once(index)
        }
        let carried = carry(&interpreters, value);
        runtime.shutdown().expect("nobody is anywhere");
        assert_eq!((memory.live(), exports()), (0, 0), "{value:?} at allocation {index}");
        assert!(ledger.totals().is_settled(), "{value:?} at allocation {index}");
        match carried {
            Ok(arrived) => {
                assert_eq!(arrived, *value);
                return index;
            }
            Err(lost) => {
                let no_memory = [Lost::Leaving(NoMemory.into()), Lost::Arriving(NoMemory.into())];
                assert!(no_memory.contains(&lost), "{value:?} at allocation {index}: {lost:?}");
            }
        }
    }
    unreachable!("some day no allocation is refused")
}

#[test]
fn whichever_allocation_fails_nothing_is_left() {
    fn law(Shareable(value): Shareable) -> bool {
        sweep(&value, || 0, false) == sweep(&value, || 0, true)
    }
    QuickCheck::new().tests(CASES / 2).quickcheck(law as fn(Shareable) -> bool);
}

/// The way out, and the way in.
#[test]
fn each_kind_allocates_so_often() {
    let buffer = Buffer::new(vec![1, 2, 3]);
    let exports = || buffer.exports();
    let rows = [
        (Value::None, 1),
        (Value::Bool(true), 1),
        (Value::int(1), 1),
        (Value::int(1000), 1 + 1),
        (Value::float(0.5), 1 + 1),
        (Value::from(""), 2),
        (Value::from("é"), 2),
        (Value::from("two"), 2 + 1),
        (Value::Bytes(vec![0]), 2),
        (Value::Bytes(vec![0; 1024]), 2 + 1),
        (Value::Buffer(buffer.clone()), 2 + 1),
        (Value::Tuple(vec![]), 3),
        (Value::Tuple(vec![Value::int(1), Value::Bytes(b"payload".to_vec())]), 3 + 1 + 2 + 2),
        (Value::Tuple(vec![Value::Buffer(buffer.clone()), Value::Tuple(vec![Value::None])]), 3 + 2 + 4 + 3),
    ];
    for (value, allocations) in rows {
        assert_eq!(sweep(&value, exports, false), allocations, "{value:?}");
        assert_eq!(sweep(&value, exports, true), allocations, "{value:?}");
    }
}

#[test]
fn an_int_needs_64_bits_and_no_more() {
    let (runtime, _) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    for fits in [i64::MIN, i64::MAX] {
        assert!(inside.check(&Value::int(fits)).is_ok());
    }
    for too_big in [i128::from(i64::MAX) + 1, i128::from(i64::MIN) - 1, i128::MAX] {
        assert_eq!(inside.check(&Value::int(too_big)), Err(ConvertError::Host(NotShareable::IntTooBig)));
    }
}

#[test]
fn a_subclass_is_another_type() {
    let (runtime, _) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let three = Value::made("IntSubclass", vec![Value::int(3)]);
    assert_eq!(inside.check(&three), Err(ConvertError::NotShareable));
    inside.register(&Type::heap("IntSubclass"), &Converter::Int).unwrap();
    assert!(inside.check(&three).is_ok());
    assert_eq!(inside.materialise(&inside.convert(&three).unwrap()), Ok(Value::int(3)));
    inside.register(&Type::heap("Plain"), &Converter::Int).unwrap();
    let refused = NotShareable::Mismatch { converter: Converter::Int, kind: "Plain".to_owned() };
    assert_eq!(inside.check(&Value::made("Plain", vec![])), Err(ConvertError::Host(refused)));
}

#[test]
fn a_check_is_about_the_value_and_not_its_type() {
    let (runtime, ledger) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let inner = Value::Tuple(vec![Value::int(1), Value::List(vec![])]);
    let outer = Value::Tuple(vec![Value::from("x"), inner]);
    let item = |index, error| ConvertError::Host(NotShareable::Item { index, error: Box::new(error) });
    assert_eq!(inside.check(&outer), Err(item(1, item(1, ConvertError::NotShareable))));
    assert!(inside.check(&Value::Tuple(vec![Value::from("x")])).is_ok());
    drop(inside);
    assert!(ledger.totals().is_settled());
}

#[test]
fn tuples_are_nested_so_deep_and_no_deeper() {
    let (runtime, ledger) = simple();
    let owner = runtime.create().unwrap();
    let inside = owner.enter().unwrap();
    let nested = |depth| (0..depth).fold(Value::Tuple(vec![]), |inner, _| Value::Tuple(vec![inner]));
    let deepest = nested(CONVERSION_DEPTH_MAX);
    assert_eq!(inside.materialise(&inside.convert(&deepest).unwrap()), Ok(deepest));
    assert_eq!(inside.check(&nested(CONVERSION_DEPTH_MAX + 1)), Err(ConvertError::TooDeep));
    assert_eq!(inside.check(&Value::nested(1_000_000)), Err(ConvertError::TooDeep));
    assert!(inside.check(&Value::from("x")).is_ok(), "a failure does not count for the next");
    drop(inside);
    assert!(ledger.totals().is_settled());
}

#[test]
fn memory_is_shared_and_arrives_once_in_whatever_it_is() {
    let (runtime, _) = simple();
    let (owner, reader) = (runtime.create().unwrap(), runtime.create().unwrap());
    let buffer = Buffer::new(vec![1]);
    let value = Value::Tuple(vec![Value::Tuple(vec![Value::Buffer(buffer.clone())])]);
    let capsule = owner.enter().unwrap().convert(&value).unwrap();
    assert_eq!(buffer.exports(), 1);
    let inside = reader.enter().unwrap();
    assert_eq!(inside.materialise(&capsule), Ok(value));
    assert_eq!(inside.materialise(&capsule), Err(MaterialiseError::Consumed));
    assert_eq!(buffer.exports(), 1);
    drop(capsule);
    assert_eq!(buffer.exports(), 0);
}
