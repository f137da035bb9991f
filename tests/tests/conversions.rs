//! The implementation's conversions against the model's, value by value: what arrives, what is refused and why, and how
//! often memory is asked for on the way.
//!
//! Two readings are written down here and nowhere else: the implementation carries a float in the capsule itself, and it
//! makes no text when it refuses a value.

use crossinterp::simple::{NotShareable, Simple};
use crossinterp::{CONVERSION_DEPTH_MAX, ConvertError, Memory, Runtime};
use crossinterp_model::convert::{Builtins, Conversion, Failure, Plan};
use crossinterp_model::edition::Edition;
use crossinterp_objects::{Float, Text, Value};
use quickcheck::{Arbitrary, Gen, QuickCheck};

/// Any value that both sides know the ways of, and some that they refuse.
#[derive(Clone, Debug)]
struct Any(Value);

impl Arbitrary for Any {
    fn arbitrary(g: &mut Gen) -> Self {
        Any(any(g, 3))
    }
}

fn any(g: &mut Gen, depth: usize) -> Value {
    let kinds = if depth == 0 { 9 } else { 12 };
    match usize::arbitrary(g) % kinds {
        0 => Value::None,
        1 => Value::Bool(bool::arbitrary(g)),
        2 => Value::int(*g.choose(&[i64::MIN, -6, -5, 0, 256, 257, i64::MAX]).expect("there are some")),
        3 => Value::int(i128::from(i64::arbitrary(g)) * if u8::arbitrary(g).is_multiple_of(8) { 4 } else { 1 }),
        4 => Value::Float(Float::from_bits(u64::arbitrary(g))),
        5 => Value::Str(text(g)),
        6 => Value::Bytes(Vec::arbitrary(g)),
        7 => Value::Str(Text::from(*g.choose(&["", "a", "é", "ж", "ab"]).expect("there are some"))),
        8 if u8::arbitrary(g).is_multiple_of(4) => Value::List(vec![]),
        8 => Value::Bytes(vec![0]),
        _ => Value::Tuple((0..usize::arbitrary(g) % 4).map(|_| any(g, depth - 1)).collect()),
    }
}

fn text(g: &mut Gen) -> Text {
    let points = Vec::<u32>::arbitrary(g).into_iter().map(|point| point % 0x11_0000);
    Text::from_code_points(points).expect("code points")
}

/// Why a value did not leave, at the bottom of it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Refused {
    NotRegistered,
    TooBig,
    TooDeep,
    NoMemory,
}

/// What arrived, and how often memory was asked for on the way out and on the way in.
type Crossed = (Value, u64, u64);

fn on_the_model(value: &Value, fail_at: Option<u32>) -> Result<Crossed, Refused> {
    let mut builtins = Builtins;
    let mut conversion = Conversion::new(Edition::Repaired, &mut builtins, 0);
    conversion.ledger_mut().begin(fail_at.map_or(Plan::Never, Plan::At));
    let capsule = conversion.convert(value).map_err(why)?;
    let leaving = conversion.ledger().asked();
    let arrival = conversion.materialise(capsule).map_err(why)?;
    let arriving = conversion.ledger().asked() - leaving;
    Ok((arrival.value, u64::from(leaving), u64::from(arriving)))
}

fn why(failure: Failure) -> Refused {
    match failure {
        Failure::NotShareable { cause: Some(cause), .. } => why(*cause),
        Failure::NotShareable { cause: None, .. } => Refused::NotRegistered,
        Failure::Overflow => Refused::TooBig,
        Failure::Recursion => Refused::TooDeep,
        Failure::NoMemory => Refused::NoMemory,
        other => panic!("no such value is refused so: {other:?}"),
    }
}

fn on_the_implementation(value: &Value, fail_at: Option<u64>) -> Result<Crossed, Refused> {
    let memory = Memory::counted();
    let runtime = Runtime::builder(Simple::new().with_memory(memory.clone())).build();
    let home = runtime.create().expect("ids are left");
    let inside = home.enter().expect("nobody is in it");
    let (live, made) = (memory.live(), memory.made());
    fail_at.into_iter().for_each(|index| memory.fail_once(index));
    let capsule = inside.convert(value).map_err(why_here);
    assert!(capsule.is_ok() || memory.live() == live, "a value that stays leaves nothing behind");
    let (capsule, leaving) = (capsule?, memory.made() - made);
    let arrived = inside.materialise(&capsule).expect("it can arrive");
    Ok((arrived, leaving, memory.made() - made - leaving))
}

fn why_here(error: ConvertError<NotShareable>) -> Refused {
    match error {
        ConvertError::NotShareable => Refused::NotRegistered,
        ConvertError::NoMemory => Refused::NoMemory,
        ConvertError::TooDeep => Refused::TooDeep,
        ConvertError::Host(NotShareable::IntTooBig) => Refused::TooBig,
        ConvertError::Host(NotShareable::Item { error, .. }) => why_here(*error),
        other => panic!("no such value is refused so: {other}"),
    }
}

/// Floats that have a block in the model, and none in the implementation.
fn floats(value: &Value) -> u64 {
    match value {
        Value::Float(_) => 1,
        Value::Tuple(items) => items.iter().map(floats).sum(),
        _ => 0,
    }
}

#[test]
fn a_value_crosses_the_implementation_as_it_crosses_the_model() {
    fn law(Any(value): Any) -> bool {
        let expected = on_the_model(&value, None).map(|(arrived, out, back)| (arrived, out - floats(&value), back));
        on_the_implementation(&value, None) == expected
    }
    QuickCheck::new().tests(2000).quickcheck(law as fn(Any) -> bool);
}

#[test]
fn whichever_request_for_memory_is_refused_that_is_what_both_say() {
    fn law(Any(value): Any) -> bool {
        let (Ok((_, asked, _)), Ok((_, leaving, _))) =
            (on_the_model(&value, None), on_the_implementation(&value, None))
        else {
            return true;
        };
        let refused = Err(Refused::NoMemory);
        (0..asked as u32).all(|index| on_the_model(&value, Some(index)) == refused)
            && (0..leaving).all(|index| on_the_implementation(&value, Some(index)) == refused)
    }
    QuickCheck::new().tests(500).quickcheck(law as fn(Any) -> bool);
}

#[test]
fn tuples_are_too_deep_for_both_from_the_same_level_on() {
    let deepest = CONVERSION_DEPTH_MAX;
    let on_both = |levels| (on_the_model(&levels, None), on_the_implementation(&levels, None));
    let (model, implementation) = on_both(nested(deepest));
    assert!(model.is_ok() && implementation.is_ok(), "{model:?} {implementation:?}");
    assert_eq!(on_both(nested(deepest + 1)), (Err(Refused::TooDeep), Err(Refused::TooDeep)));
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Tuple(Vec::new()), |inner, _| Value::Tuple(vec![inner]))
}

/// The comparison can fail: without the reading about floats it does.
#[test]
fn a_float_has_a_block_in_the_model_alone() {
    let float = Value::float(0.5);
    assert_eq!(on_the_model(&float, None), Ok((float.clone(), 2, 1)));
    assert_eq!(on_the_implementation(&float, None), Ok((float, 1, 1)));
}
