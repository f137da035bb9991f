//! Ints of any size, small ones without memory of their own.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use num_bigint::{BigInt, Sign};

/// An int of any size.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Int(Size);

/// What fits is small: the same number never has two forms, so that equality can be derived.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Size {
    Small(i64),
    Big(BigInt),
}

/// The text is not that of an int.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no int")]
pub struct NotAnInt {
    /// What was given.
    pub text: String,
}

impl Int {
    /// The number, if 64 bits with a sign hold it.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match self.0 {
            Size::Small(number) => Some(number),
            Size::Big(_) => None,
        }
    }

    /// The number, if 128 bits with a sign hold it.
    #[must_use]
    pub fn to_i128(&self) -> Option<i128> {
        match &self.0 {
            Size::Small(number) => Some(i128::from(*number)),
            Size::Big(number) => i128::try_from(number).ok(),
        }
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == Size::Small(0)
    }
}

impl From<BigInt> for Int {
    fn from(number: BigInt) -> Self {
        Int(i64::try_from(&number).map_or(Size::Big(number), Size::Small))
    }
}

macro_rules! from_primitive {
    ($($primitive:ty)*) => {
        $(impl From<$primitive> for Int {
            fn from(number: $primitive) -> Self {
                Int(i64::try_from(number).map_or_else(|_| Size::Big(number.into()), Size::Small))
            }
        })*
    };
}

from_primitive!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl PartialEq<i64> for Int {
    fn eq(&self, other: &i64) -> bool {
        self.to_i64() == Some(*other)
    }
}

impl PartialOrd<i64> for Int {
    fn partial_cmp(&self, other: &i64) -> Option<Ordering> {
        Some(match &self.0 {
            Size::Small(number) => number.cmp(other),
            Size::Big(number) if number.sign() == Sign::Minus => Ordering::Less,
            Size::Big(_) => Ordering::Greater,
        })
    }
}

impl FromStr for Int {
    type Err = NotAnInt;

    /// Decimal digits with an optional minus.
    fn from_str(text: &str) -> Result<Self, NotAnInt> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let number = if digits.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<BigInt>().ok() } else { None };
        number.map(Int::from).ok_or_else(|| NotAnInt { text: text.to_owned() })
    }
}

impl fmt::Display for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Size::Small(number) => write!(f, "{number}"),
            Size::Big(number) => write!(f, "{number}"),
        }
    }
}

impl fmt::Debug for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form_however_it_was_made() {
        let texts = ["0", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775809"];
        for text in texts {
            let int: Int = text.parse().unwrap();
            assert_eq!(int.to_string(), text);
            assert_eq!(Int::from(text.parse::<i128>().unwrap()), int);
            assert_eq!(int.to_i64().is_some(), text.parse::<i64>().is_ok());
        }
        assert!(Int::from(i128::MIN) < 0 && Int::from(i128::MAX) > i64::MAX);
        assert!("".parse::<Int>().is_err() && "+1".parse::<Int>().is_err() && "1_0".parse::<Int>().is_err());
    }
}
