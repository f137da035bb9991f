//! Floats by their bits: a value equals its own copy, whatever it is, and nothing else.

use std::fmt;

/// The bits of the one NaN that `nan` stands for; others are written by their bits.
const NAN_BITS: u64 = 0x7ff8_0000_0000_0000;
/// From this power of ten on, and below the other, Python writes an exponent.
const EXPONENT_MAX: i32 = 16;
const EXPONENT_MIN: i32 = -4;

/// A float. Equal when the bits are: `0.0` is not `-0.0`, and a NaN is itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Float(u64);

impl Float {
    /// The float with these bits.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Float {
        Float(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// As a number to compute with.
    #[must_use]
    pub const fn get(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// Whether its text says everything: a NaN with a payload or a sign has none that does.
    #[must_use]
    pub fn has_plain_text(self) -> bool {
        !self.get().is_nan() || self.0 == NAN_BITS
    }

    /// What `float(text)` makes of Python's own text of a float.
    #[must_use]
    pub fn parse(text: &str) -> Option<Float> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        match digits {
            "nan" => (digits == text).then_some(Float(NAN_BITS)),
            "inf" => text.parse().ok().map(f64::into),
            _ if digits.starts_with(|c: char| c.is_ascii_digit()) => text.parse().ok().map(f64::into),
            _ => None,
        }
    }
}

impl From<f64> for Float {
    fn from(number: f64) -> Self {
        Float(number.to_bits())
    }
}

impl fmt::Debug for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Float({self}, {:016x})", self.0)
    }
}

/// Python's `repr()`: the shortest digits that read back the same, with an exponent when they would be far away.
impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.get();
        if number.is_nan() {
            return f.write_str("nan");
        }
        let scientific = format!("{number:e}");
        let exponent = scientific.split_once('e').and_then(|(digits, power)| Some((digits, power.parse().ok()?)));
        match exponent {
            Some((digits, power)) if !(EXPONENT_MIN..EXPONENT_MAX).contains(&power) => {
                let sign = if power < 0 { '-' } else { '+' };
                write!(f, "{digits}e{sign}{:02}", power.unsigned_abs())
            }
            _ => write!(f, "{number:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_as_in_python() {
        let texts = ["1.5", "-0.0", "0.0", "1e+16", "1000000000000000.0", "1e-05", "0.0001", "5e-324"];
        let more = ["1.7976931348623157e+308", "123456789.12345679", "inf", "-inf", "nan", "1.2345e-10", "1e+100"];
        for text in texts.into_iter().chain(more) {
            assert_eq!(Float::parse(text).map(|float| float.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Float::parse("-nan"), None);
        assert_eq!(Float::parse("infinity"), None);
    }

    #[test]
    fn a_nan_with_a_payload_has_no_plain_text() {
        assert!(Float::from(f64::NAN).has_plain_text());
        assert!(!Float::from_bits(NAN_BITS | 1).has_plain_text());
        assert!(!Float::from_bits(NAN_BITS | 1 << 63).has_plain_text());
        assert_ne!(Float::from(0.0), Float::from(-0.0));
    }
}
