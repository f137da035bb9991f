//! How often the hot paths really allocate, counted at the allocator: at most once for what is small.

#![cfg(not(any(loom, miri)))]

use allocation_counter::measure;
use crossinterp::simple::{Converter, Simple, Type, Value};
use crossinterp::{Interpreter, Runtime, Session};

/// Two interpreters over a host that writes nothing down, after a first exchange: what is made once is there.
fn warm() -> [Interpreter<Simple>; 2] {
    let runtime = Runtime::builder(Simple::new().without_ledger()).build();
    let homes = [runtime.create().expect("ids are left"), runtime.create().expect("ids are left")];
    for home in &homes {
        home.enter().expect("nobody is in it").check(&Value::from("x")).expect("it can leave");
    }
    homes
}

/// Allocations of leaving, arriving and being given back.
fn exchange(value: &Value) -> [u64; 3] {
    let [owner, reader] = warm();
    let (owner, reader) = (owner.enter().expect("nobody is in it"), reader.enter().expect("nobody is in it"));
    owner.check(value).expect("it can leave");
    let (mut capsule, mut arrived) = (None, None);
    let leaving = measure(|| capsule = owner.convert(value).ok());
    let capsule = capsule.expect("it can leave");
    let arriving = measure(|| arrived = reader.materialise(&capsule).ok());
    assert_eq!(arrived.as_ref(), Some(value));
    let given_back = measure(|| assert!(owner.release(&capsule).is_ok()));
    [leaving, arriving, given_back].map(|counted| counted.count_total)
}

#[test]
fn small_values_allocate_at_most_once_each_way_and_releases_never() {
    for value in [Value::None, Value::Bool(true), Value::int(i64::MAX), Value::float(0.5)] {
        assert_eq!(exchange(&value), [0, 0, 0], "{value:?}");
    }
    for value in [Value::from("a short text"), Value::Bytes(vec![1; 30])] {
        assert_eq!(exchange(&value), [1, 1, 0], "{value:?}");
    }
}

/// What is large has a block of its own besides; a tuple has one for its items.
#[test]
fn large_values_allocate_their_block_and_no_more() {
    assert_eq!(exchange(&Value::Bytes(vec![1; 1024])), [2, 1, 0]);
    assert_eq!(exchange(&Value::Tuple((0..8).map(Value::int).collect())), [2, 1, 0]);
}

#[test]
fn a_lookup_does_not_allocate() {
    let [home, _] = warm();
    let inside = home.enter().unwrap();
    let heap = Type::heap("Shared");
    inside.register(&heap, &Converter::Made).unwrap();
    for (ty, found) in [(Type::built_in("int"), true), (Type::built_in("list"), false), (heap, true)] {
        assert_eq!(inside.lookup(&ty).is_some(), found);
        assert_eq!(measure(|| assert_eq!(inside.lookup(&ty).is_some(), found)).count_total, 0);
    }
}

#[test]
fn a_session_that_carries_nothing_does_not_allocate() {
    let [home, abroad] = warm();
    let here = home.enter().unwrap();
    let visit = || {
        let mut session = Session::enter(&here, &abroad, Session::<Simple>::nothing()).unwrap();
        assert_eq!(session.run(|inside| Ok(inside.id())), Ok(abroad.id()));
        assert!(session.exit().unwrap().is_empty());
    };
    visit();
    assert_eq!(measure(visit).count_total, 0);
}
