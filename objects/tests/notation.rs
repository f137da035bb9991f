//! What is printed reads back the same, and what is no value is refused with its place.

use crossinterp_objects::{Float, Int, Text, Value};
use quickcheck::{Arbitrary, Gen, QuickCheck};

#[derive(Clone, Debug)]
struct AnyValue(Value);

impl Arbitrary for AnyValue {
    fn arbitrary(g: &mut Gen) -> Self {
        AnyValue(any_value(g, 3))
    }
}

fn any_value(g: &mut Gen, depth: usize) -> Value {
    let some = |g: &mut Gen| (0..usize::arbitrary(g) % 3).map(|_| any_value(g, depth.saturating_sub(1))).collect();
    match u8::arbitrary(g) % if depth == 0 { 9 } else { 13 } {
        0 => Value::None,
        1 => Value::Bool(bool::arbitrary(g)),
        2 => Value::int(i128::arbitrary(g)),
        3 => Value::Float(Float::from_bits(u64::arbitrary(g))),
        4 => Value::float(f64::from(i16::arbitrary(g)) / 8.0),
        5 => Value::Str(any_text(g)),
        6 => Value::Bytes(Vec::arbitrary(g)),
        7 => Value::Handle("capsule".to_owned()),
        8 => Value::nested(usize::arbitrary(g)),
        9 => Value::Tuple(some(g)),
        10 => Value::List(some(g)),
        11 => Value::made("Plain", some(g)),
        _ => Value::Dict(vec![(any_value(g, 0), any_value(g, depth - 1))]),
    }
}

/// Any code points, many of them odd.
fn any_text(g: &mut Gen) -> Text {
    let odd = [0, 0x22, 0x27, 0x5c, 0x0a, 0xa0, 0x301, 0xd800, 0xdfff, 0xe000, 0xffff, 0x1_f600, 0x10_ffff];
    let point = |g: &mut Gen| match g.choose(&odd) {
        Some(&point) if bool::arbitrary(g) => point,
        _ => u32::arbitrary(g) % 0x11_0000,
    };
    Text::from_code_points((0..g.size() % 8).map(|_| point(g))).expect("none is past the last")
}

#[test]
fn what_is_printed_reads_back_the_same() {
    fn law(AnyValue(value): AnyValue) -> bool {
        value.to_string().parse() == Ok(value)
    }
    QuickCheck::new().tests(2000).quickcheck(law as fn(AnyValue) -> bool);
}

#[test]
fn a_text_is_its_code_points() {
    fn law(AnyValue(value): AnyValue) -> bool {
        let Value::Str(text) = value else { return true };
        Text::from_code_points(text.code_points()) == Some(text.clone())
            && Text::from_escaped(&text.escaped()) == Some(text)
    }
    QuickCheck::new().tests(2000).quickcheck(law as fn(AnyValue) -> bool);
}

#[test]
fn a_float_reads_back_from_what_python_shows() {
    fn law(bits: u64) -> bool {
        let float = Float::from_bits(bits);
        !float.has_plain_text() || Float::parse(&float.to_string()) == Some(float)
    }
    QuickCheck::new().tests(5000).quickcheck(law as fn(u64) -> bool);
}

#[test]
fn numbers_are_exact() {
    let ten_to_the_hundred = format!("1{}", "0".repeat(100));
    assert_eq!(ten_to_the_hundred.parse::<Value>().unwrap().to_string(), ten_to_the_hundred);
    assert_eq!("-9223372036854775809".parse(), Ok(Value::Int(Int::from(i128::from(i64::MIN) - 1))));
    assert_eq!("-inf".parse(), Ok(Value::float(f64::NEG_INFINITY)));
    assert_eq!("FloatBits(\"fff8000000000000\")".parse(), Ok(Value::Float(Float::from_bits(0xfff8 << 48))));
    assert_ne!("0.0".parse::<Value>(), "-0.0".parse::<Value>());
}

#[test]
fn a_tuple_as_deep_as_a_stack_is_handled_level_by_level() {
    let mut value = Value::nested(100_000);
    let mut levels = 0;
    while let Some(inner) = value.items().and_then(|items| items.first().cloned()) {
        value = inner;
        levels += 1;
    }
    assert_eq!((levels, value), (100_000, Value::Tuple(vec![])));
}

#[test]
fn what_is_no_value_is_refused_with_its_place() {
    let column = |text: &str| text.parse::<Value>().unwrap_err().column;
    assert_eq!(column("(1, $)"), 5);
    assert_eq!(column("\"abc"), 5);
    assert_eq!(column("\"a\\q\""), 4);
    assert_eq!(column("b\"\\u0041\""), 3);
    assert_eq!(column("b\"é\""), 3);
    assert_eq!(column("1.2.3"), 1);
    assert_eq!(column("1 2"), 3);
    assert_eq!(column("FloatBits(\"7\")"), 1);
    assert_eq!(column(&"(".repeat(100)), 66);
}
