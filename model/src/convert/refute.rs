//! Refutations by one conversion alone: a value, what fails, the steps, and the rule that is broken.
//!
//! The values stand for every kind and for every way in which one cannot cross. Each is swept; nothing is sampled at
//! random, so what is found is the same in every run.

use crossinterp_objects::Value;

use super::SEQUENTIAL_DEFECTS;
use super::sweep::{SweepOutcome, first_refutation, sweep};
use crate::defect::Defect;
use crate::edition::Edition;
use crate::rule::Rule;
use crate::swept::{Swept, sweep_samples};

/// Values of every kind, plain ones first.
pub const SAMPLES: [&str; 27] = [
    "None",
    "True",
    "0",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "1.5",
    "-0.0",
    "FloatBits(\"7ff8000000000001\")",
    "\"\"",
    "\"a\"",
    "\"a\\udc80\\x00\\U0001f600\"",
    "b\"\"",
    "b\"ab\\x00\"",
    "()",
    "([],)",
    "(1, 1000, 1.5, b\"xy\", \"text\")",
    "MemoryView(b\"abc\")",
    "(MemoryView(b\"abc\"), b\"xyz\")",
    "((1.5, ()), (\"ab\",), MemoryView(b\"m\"), MemoryView(b\"m\"))",
    "Nested(3)",
    "(b\"ab\", Nested(6))",
    "ReleasedView()",
    "[1]",
    "(b\"ab\", 9223372036854775808)",
    "(b\"ab\", (1.5, MemoryView(b\"abc\"), Plain()))",
    "(1, Unprintable(\"str\", \"no\"))",
];

/// A defect, shown by one conversion.
#[derive(Clone, Debug)]
pub struct Refuted {
    /// The value.
    pub value: Value,
    /// What came of it.
    pub outcome: SweepOutcome,
    /// The rule that is broken.
    pub rule: Rule,
}

/// The samples as values.
pub fn samples() -> impl Iterator<Item = Value> {
    SAMPLES.iter().map(|text| text.parse().expect("a sample is in the notation of values"))
}

/// Sweeps every sample with the edition's defects.
pub fn sweep_edition(edition: Edition) -> Swept<Value> {
    let cases = |value: &Value, on| {
        let outcomes = sweep(value, on);
        (outcomes.len(), outcomes.iter().any(|outcome| !outcome.broken.is_empty()))
    };
    let named = samples().map(|value| (value.clone(), value));
    sweep_samples(edition, named, cases, |value, defect| first_refutation(value, defect).is_some())
}

/// The first sample that shows the defect alone, if one conversion can.
pub fn refute(defect: Defect) -> Option<Refuted> {
    let rule = SEQUENTIAL_DEFECTS.contains(&defect).then(|| defect.rule())?;
    samples().find_map(|value| first_refutation(&value, defect).map(|outcome| Refuted { value, outcome, rule }))
}
