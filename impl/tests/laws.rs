//! What holds whatever the values are and in whatever order things happen.

#![cfg(not(loom))]

mod common;

use common::{CASES, Shareable, simple};
use crossinterp::ReleaseError;
use crossinterp::simple::{Totals, Value};
use quickcheck::QuickCheck;

#[test]
fn the_bits_of_a_nan_survive() {
    fn law(payload: u64) -> bool {
        let nan = f64::from_bits(payload | 0x7ff0_0000_0000_0001);
        let (runtime, _) = simple();
        let owner = runtime.create().unwrap();
        let inside = owner.enter().unwrap();
        let capsule = inside.convert(&Value::float(nan)).unwrap();
        matches!(inside.materialise(&capsule), Ok(Value::Float(arrived)) if arrived.to_bits() == nan.to_bits())
    }
    QuickCheck::new().tests(CASES).quickcheck(law as fn(u64) -> bool);
}

#[test]
fn releasing_again_changes_nothing() {
    fn law(Shareable(value): Shareable, times: u8) -> bool {
        let (runtime, ledger) = simple();
        let capsule = runtime.create().unwrap().enter().unwrap().convert(&value).unwrap();
        let first = capsule.release();
        let before = ledger.entries();
        let again = (0..times % 5).all(|_| capsule.release() == Err(ReleaseError::AlreadyReleased));
        first.is_ok() && again && ledger.entries() == before
    }
    QuickCheck::new().tests(CASES).quickcheck(law as fn(Shareable, u8) -> bool);
}

#[test]
fn independent_releases_come_to_the_same_in_any_order() {
    /// Releases each payload somewhere, in the order of the keys, and sums up.
    fn totals(values: &[(u8, Shareable)], order: impl Fn(&[(u8, Shareable)]) -> Vec<usize>) -> Totals {
        let (runtime, ledger) = simple();
        let interpreters = [runtime.create().unwrap(), runtime.create().unwrap()];
        let inside = interpreters.each_ref().map(|interpreter| interpreter.enter().unwrap());
        let mut capsules: Vec<_> =
            values.iter().map(|(at, value)| inside[usize::from(at % 2)].convert(&value.0).ok()).collect();
        for at in order(values) {
            let capsule = capsules[at].take().unwrap();
            inside[usize::from(values[at].0 / 2 % 2)].release(&capsule).unwrap();
        }
        drop(inside);
        ledger.totals()
    }
    fn law(values: Vec<(u8, Shareable)>) -> bool {
        let forwards = totals(&values, |values| (0..values.len()).collect());
        let backwards = totals(&values, |values| (0..values.len()).rev().collect());
        let sorted = totals(&values, |values| {
            let mut order: Vec<_> = (0..values.len()).collect();
            order.sort_by_key(|at| values[*at].0);
            order
        });
        forwards == backwards && forwards == sorted && forwards.is_settled()
    }
    QuickCheck::new().tests(CASES).quickcheck(law as fn(Vec<(u8, Shareable)>) -> bool);
}
