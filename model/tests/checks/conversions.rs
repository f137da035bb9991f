//! Conversions: every allocation fails once, and nothing is left; every defect leaves something, or says something false.

use crossinterp_model::convert::{
    Broken, Builtins, Conversion, Failure, Kind, Phase, Plan, SEQUENTIAL_DEFECTS, allocations, fail, first_refutation,
    refute, samples, sweep,
};
use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_objects::{Float, Text, Value};
use quickcheck::{Arbitrary, Gen, QuickCheck};

/// Defects of the world that a conversion on its own shows as well.
const OTHERS: [Defect; 4] = [
    Defect::InitWithSizeNoException,
    Defect::MemoryviewUnconsumed,
    Defect::TupleOomLeak,
    Defect::MemoryviewNoException,
];

#[test]
fn in_the_safe_reading_nothing_is_left_whichever_allocation_fails() {
    for value in samples() {
        for outcome in sweep(&value, DefectSet::NONE) {
            assert!(outcome.broken.is_empty(), "{value}: {outcome}");
            assert_eq!((outcome.leftover.blocks, outcome.leftover.references, outcome.leftover.exports), (0, 0, 0));
            assert!(outcome.leftover.exception, "{value}: {outcome}");
            let ran_out = outcome.failure == Some(Failure::NoMemory);
            assert_eq!(ran_out, outcome.index.is_some(), "{value}: {outcome}");
        }
    }
}

#[test]
fn each_defect_alone_is_refuted_by_some_value() {
    for defect in SEQUENTIAL_DEFECTS.into_iter().chain(OTHERS) {
        let refuted = samples().find_map(|value| first_refutation(&value, defect));
        assert!(refuted.is_some(), "no value shows {defect}");
    }
}

#[test]
fn a_defect_that_no_scope_shows_is_told_by_a_conversion_with_its_rule() {
    for defect in SEQUENTIAL_DEFECTS {
        let refuted = refute(defect).unwrap_or_else(|| panic!("no sample shows {defect}"));
        assert!(!refuted.outcome.broken.is_empty() && refuted.rule.id().contains('.'), "{defect}");
    }
}

#[test]
fn a_defect_shows_where_it_lives() {
    let place = |text: &str, defect| {
        let refuted = first_refutation(&text.parse().unwrap(), defect).unwrap_or_else(|| panic!("{text}: {defect}"));
        (refuted.phase, refuted.index)
    };
    assert_eq!(place("1.5", Defect::InitWithSizeNoException), (Phase::Convert, Some(1)));
    assert_eq!(place("()", Defect::TupleOomLeak), (Phase::Convert, Some(2)));
    assert_eq!(place("([],)", Defect::IsShareableShallow), (Phase::Check, None));
    assert_eq!(place("Unprintable(\"str\", \"no\")", Defect::MessageRunsUserCode), (Phase::Check, None));
    assert_eq!(place("b\"ab\"", Defect::OomAsNotShareable), (Phase::Convert, Some(1)));
    assert_eq!(place("MemoryView(b\"m\")", Defect::MemoryviewNoException), (Phase::Convert, Some(1)));
    assert_eq!(place("(MemoryView(b\"m\"), 1)", Defect::MemoryviewUnconsumed), (Phase::Check, None));
    assert_eq!(place("MemoryView(b\"m\")", Defect::FailedReadConsumes), (Phase::Arrive, Some(2)));
    assert_eq!(place("(MemoryView(b\"m\"), 1.5)", Defect::FailedReadConsumes), (Phase::Arrive, Some(3)));
}

#[test]
fn defects_of_the_world_alone_change_nothing_here() {
    let is_of_conversions = |defect: &Defect| SEQUENTIAL_DEFECTS.contains(defect) || OTHERS.contains(defect);
    let shown = |defect: &Defect| is_of_conversions(defect) || defect.needs().iter().any(is_of_conversions);
    for defect in Defect::ALL.iter().copied().filter(|defect| !shown(defect)) {
        let refuted = samples().find_map(|value| first_refutation(&value, defect));
        assert!(refuted.is_none(), "{defect}: {}", refuted.map(|outcome| outcome.to_string()).unwrap_or_default());
    }
}

#[test]
fn the_kinds_that_the_world_asks_about() {
    assert_eq!(Kind::ALL.map(allocations), [2, 2, 2, 6]);
    for kind in Kind::ALL {
        for index in 0..allocations(kind) {
            let safe = fail(kind, index, DefectSet::NONE);
            assert_eq!((safe.blocks, safe.references, safe.exports, safe.exception), (0, 0, 0, true));
        }
    }
    let of_bytes = fail(Kind::Bytes, 1, DefectSet::NONE.with(Defect::InitWithSizeNoException));
    assert_eq!((of_bytes.blocks, of_bytes.references, of_bytes.exception), (0, 1, false));
    let of_float = fail(Kind::Float, 1, DefectSet::NONE.with(Defect::InitWithSizeNoException));
    assert_eq!((of_float.blocks, of_float.references, of_float.exception), (0, 0, false));
    let of_tuple = fail(Kind::Tuple, 2, DefectSet::NONE.with(Defect::TupleOomLeak));
    assert_eq!((of_tuple.blocks, of_tuple.references, of_tuple.exception), (1, 0, true));
}

#[test]
fn from_some_allocation_on_there_is_no_memory() {
    for value in samples() {
        for index in 0..4 {
            let mut builtins = Builtins;
            let mut conversion = Conversion::new(Edition::Repaired, &mut builtins, 1);
            conversion.ledger_mut().begin(Plan::From(index));
            let failed = conversion.convert(&value).is_err();
            let ledger = conversion.ledger();
            assert!(!failed || ledger.left().is_empty(), "{value}: {:?}", ledger.left());
            assert!(ledger.misuses().is_empty(), "{value}");
        }
    }
}

#[test]
fn tuples_cross_as_deep_as_the_stack_of_their_edition() {
    let attempt = |edition, depth| {
        let mut builtins = Builtins;
        let mut conversion = Conversion::new(edition, &mut builtins, 0);
        let value = Value::nested(depth);
        let xi = conversion.convert(&value)?;
        let arrival = conversion.materialise(xi)?;
        assert_eq!(arrival.value, value);
        conversion.drop_arrival(arrival);
        conversion.release(xi);
        assert_eq!(conversion.ledger().blocks(), 1, "the structure itself");
        Ok(())
    };
    assert_eq!(attempt(Edition::V313, 9998), Ok(()));
    assert_eq!(attempt(Edition::V313, 9999), Err(Failure::Recursion));
    assert_eq!(attempt(Edition::V314, 40_000), Ok(()));
    assert!(matches!(attempt(Edition::V314, 40_001), Err(Failure::Undefined { .. })));
    assert_eq!(attempt(Edition::Repaired, 128), Ok(()));
    assert_eq!(attempt(Edition::Repaired, 129), Err(Failure::Recursion));
}

/// A value that can cross.
#[derive(Clone, Debug)]
struct Shareable(Value);

/// A value of any kind.
#[derive(Clone, Debug)]
struct AnyValue(Value);

impl Arbitrary for Shareable {
    fn arbitrary(g: &mut Gen) -> Self {
        Shareable(any_value(g, 3, false))
    }
}

impl Arbitrary for AnyValue {
    fn arbitrary(g: &mut Gen) -> Self {
        AnyValue(any_value(g, 3, true))
    }
}

fn any_value(g: &mut Gen, depth: usize, odd: bool) -> Value {
    match u8::arbitrary(g) % if odd { 14 } else { 11 } {
        0 => Value::None,
        1 => Value::Bool(bool::arbitrary(g)),
        2 => Value::int(i64::arbitrary(g)),
        3 => Value::Float(Float::from_bits(u64::arbitrary(g))),
        4 => Value::Str(any_text(g)),
        5 => Value::Bytes(Vec::arbitrary(g)),
        6 => Kind::Memoryview.value(),
        7 => Value::nested(usize::arbitrary(g) % 5),
        8..11 if depth == 0 => Value::Tuple(Vec::new()),
        8..11 => Value::Tuple((0..usize::arbitrary(g) % 4).map(|_| any_value(g, depth - 1, odd)).collect()),
        11 => Value::int(i128::arbitrary(g)),
        12 => Value::made("Plain", Vec::new()),
        _ => Value::List(Vec::new()),
    }
}

fn any_text(g: &mut Gen) -> Text {
    let point = |g: &mut Gen| u32::arbitrary(g) % if bool::arbitrary(g) { 0x100 } else { 0x11_0000 };
    Text::from_code_points((0..g.size() % 6).map(|_| point(g))).expect("none is past the last")
}

#[test]
fn a_value_arrives_with_its_type_and_its_bits_in_every_edition() {
    fn law(Shareable(value): Shareable) -> bool {
        Edition::ALL.into_iter().all(|edition| {
            let mut builtins = Builtins;
            let mut conversion = Conversion::new(edition, &mut builtins, 0);
            let xi = conversion.convert(&value).expect("it can cross");
            let arrival = conversion.materialise(xi).expect("there is memory");
            arrival.value == value && arrival.value.type_of() == value.type_of()
        })
    }
    QuickCheck::new().tests(500).quickcheck(law as fn(Shareable) -> bool);
}

#[test]
fn whatever_the_value_and_whichever_allocation_fails_nothing_is_left() {
    fn law(AnyValue(value): AnyValue) -> bool {
        sweep(&value, DefectSet::NONE).iter().all(|outcome| outcome.broken.is_empty())
    }
    QuickCheck::new().tests(300).quickcheck(law as fn(AnyValue) -> bool);
}

#[test]
fn the_same_law_fails_with_any_defect_that_lives_here() {
    for defect in SEQUENTIAL_DEFECTS.into_iter().chain(OTHERS) {
        let defects = DefectSet::NONE.with_needs(defect);
        let fails = samples().flat_map(|value| sweep(&value, defects)).any(|outcome| !outcome.broken.is_empty());
        assert!(fails, "{defect} is invisible");
    }
}

#[test]
fn a_refutation_reads_as_a_story() {
    let refuted = first_refutation(&Value::Tuple(Vec::new()), Defect::TupleOomLeak).expect("it shows");
    assert_eq!(refuted.broken, [Broken::Left(vec!["a tuple's header".to_owned()])]);
    let expected = "converted, allocation 2 fails\n  allocate a structure\n  look up tuple: found\n  \
                    allocate a tuple's header\n  no memory for a tuple's array\n  free the structure\n  \
                    => left behind: a tuple's header";
    assert_eq!(refuted.to_string(), expected);
}
