//! Sweeps: every allocation of a conversion and of an arrival fails once, and the ledger is looked at.
//!
//! What must be left is stated here, once: nothing. A failed conversion says that there was no memory, and a failed
//! arrival leaves its capsule as it was, to be read again and then released.

use std::fmt;

use crossinterp_objects::Value;

use super::conversion::{Conversion, Setup, Style};
use super::data::XiRef;
use super::failure::Failure;
use super::ledger::{Misuse, Plan};
use super::registry::Builtins;
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;

/// The interpreter that converts, and the one in which the object arrives.
const OWNER: i64 = 1;
const READER: i64 = 2;

/// Levels of tuples that the stack of whoever receives them holds in a sweep, and that of whoever converts them.
const SWEPT_DEPTH_MAX: usize = 4;
const SWEPT_STACK_MAX: usize = 8;

/// A kind of value that allocates, for whoever needs no more than one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A block of its own.
    Float,
    /// A block that points into an object.
    Bytes,
    /// An exported buffer.
    Memoryview,
    /// A header, an array, and a structure for each of two items.
    Tuple,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 4] = [Kind::Float, Kind::Bytes, Kind::Memoryview, Kind::Tuple];

    /// The field's word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Float => "float",
            Kind::Bytes => "bytes",
            Kind::Memoryview => "memoryview",
            Kind::Tuple => "tuple",
        }
    }

    /// A value of the kind.
    pub fn value(self) -> Value {
        match self {
            Kind::Float => Value::float(1.5),
            Kind::Bytes => Value::Bytes(b"payload".to_vec()),
            Kind::Memoryview => Value::made("MemoryView", vec![Value::Bytes(b"memory".to_vec())]),
            Kind::Tuple => Value::Tuple(vec![Value::int(1), Kind::Bytes.value()]),
        }
    }
}

/// What a failed conversion or arrival leaves behind, beyond what was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// Blocks that nobody will free.
    pub blocks: u32,
    /// References that nobody will drop.
    pub references: u32,
    /// Exports that nobody will give back.
    pub exports: u32,
    /// Whether the caller finds an exception.
    pub exception: bool,
}

impl Leftover {
    fn of(conversion: &Conversion<'_>, exception: bool) -> Leftover {
        let ledger = conversion.ledger();
        let (blocks, references, exports) = (ledger.blocks(), ledger.references(), ledger.exports());
        Leftover { blocks, references, exports, exception }
    }
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The value was asked about.
    Check,
    /// It was converted.
    Convert,
    /// It was made from the capsule.
    Arrive,
}

/// What is wrong with an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Something is left that nobody will free.
    Left(Vec<String>),
    /// The failure says something else than what went wrong.
    Said(Failure),
    /// Something was done that must never be.
    Misused(Misuse),
    /// The capsule cannot be read again.
    Unreadable(Failure),
    /// What was read is not what was converted.
    Changed(Value),
    /// The check and the conversion disagree.
    CheckDisagrees,
}

/// What came of one phase with one allocation failing, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepOutcome {
    /// The phase.
    pub phase: Phase,
    /// The allocation that failed.
    pub index: Option<u32>,
    /// What the caller was told, if it failed.
    pub failure: Option<Failure>,
    /// What was left when everything had been given up.
    pub leftover: Leftover,
    /// Everything that is wrong with it; empty in the safe reading.
    pub broken: Vec<Broken>,
    /// The steps taken.
    pub trace: Vec<String>,
}

/// How many allocations a conversion of the kind asks for.
pub fn allocations(kind: Kind) -> u32 {
    let mut builtins = Builtins;
    let mut conversion = Conversion::new(around(DefectSet::NONE), &mut builtins, OWNER);
    conversion.convert(&kind.value()).expect("every kind can be converted");
    conversion.ledger().asked()
}

/// What a conversion of the kind leaves when that allocation fails.
pub fn fail(kind: Kind, index: u32, defects: DefectSet) -> Leftover {
    assert!(index < allocations(kind), "there is no such allocation");
    let mut builtins = Builtins;
    let mut conversion = Conversion::new(around(defects), &mut builtins, OWNER);
    conversion.ledger_mut().begin(Plan::At(index));
    let failure = conversion.convert(&kind.value()).expect_err("what it needs is missing");
    Leftover::of(&conversion, failure.has_exception())
}

/// What every kind leaves, whichever allocation fails: worked out once for a search, which asks a million times.
#[derive(Clone, Copy, Debug)]
pub struct Failures([[Option<Leftover>; Failures::ALLOCATIONS_MAX]; Kind::ALL.len()]);

impl Failures {
    /// Allocations of the kind that asks for most.
    const ALLOCATIONS_MAX: usize = 6;

    /// Under those defects.
    pub fn under(defects: DefectSet) -> Failures {
        let mut all = [[None; Failures::ALLOCATIONS_MAX]; Kind::ALL.len()];
        for kind in Kind::ALL {
            for at in 0..allocations(kind) {
                all[kind as usize][at as usize] = Some(fail(kind, at, defects));
            }
        }
        Failures(all)
    }

    /// What that allocation leaves.
    pub fn get(&self, kind: Kind, at: u8) -> Option<Leftover> {
        self.0[kind as usize].get(usize::from(at)).copied().flatten()
    }

    /// Every kind with every allocation that can fail.
    pub fn all(&self) -> impl Iterator<Item = (Kind, u8)> + '_ {
        let of_kind = |kind: Kind| (0..Failures::ALLOCATIONS_MAX as u8).map(move |at| (kind, at));
        Kind::ALL.into_iter().flat_map(of_kind).filter(|&(kind, at)| self.get(kind, at).is_some())
    }
}

/// The value with every allocation failing in turn, in the safe reading with some defects in it.
pub fn sweep(value: &Value, defects: DefectSet) -> Vec<SweepOutcome> {
    let setup = around(defects);
    let mut outcomes = vec![check(value, setup), convert(value, setup, Plan::Never)];
    let mut builtins = Builtins;
    let mut begin = started(setup, &mut builtins);
    let converted = begin.convert(value);
    outcomes.extend((0..begin.ledger().asked()).map(|index| convert(value, setup, Plan::At(index))));
    if let Ok(xi) = converted {
        let asked = allocations_of_arrival(&mut begin, xi);
        outcomes.push(arrive(value, setup, Plan::Never));
        outcomes.extend((0..asked).map(|index| arrive(value, setup, Plan::At(index))));
    }
    outcomes
}

/// The first outcome in which a defect alone breaks what must hold, with the steps that led there.
pub fn first_refutation(value: &Value, defect: Defect) -> Option<SweepOutcome> {
    sweep(value, DefectSet::NONE.with_needs(defect)).into_iter().find(|outcome| !outcome.broken.is_empty())
}

/// The safe reading in the surface in which the defects can show.
fn around(defects: DefectSet) -> Setup {
    let newer = defects.contains(Defect::OomAsNotShareable) || defects.contains(Defect::FailedPrintsFreed);
    let style = Style::of(if newer { Edition::V314 } else { Edition::V313 });
    // A limit that a sample can reach: what is too deep must leave nothing, either.
    let (depth_max, reader_depth_max) = (SWEPT_STACK_MAX, Some(SWEPT_DEPTH_MAX));
    Setup { style: Style { depth_max, reader_depth_max, measures_stack: false, ..style }, defects }
}

fn started(setup: Setup, registry: &mut Builtins) -> Conversion<'_> {
    Conversion::new(setup, registry, OWNER).tracing()
}

fn allocations_of_arrival(conversion: &mut Conversion<'_>, xi: XiRef) -> u32 {
    conversion.ledger_mut().begin(Plan::Never);
    // One that fails by itself has asked for as much as it ever does.
    let _ = conversion.materialise(xi);
    conversion.ledger().asked()
}

fn check(value: &Value, setup: Setup) -> SweepOutcome {
    let mut builtins = Builtins;
    let mut conversion = started(setup, &mut builtins);
    let answer = conversion.check(value);
    let agrees = answer.is_ok() == started(setup, &mut Builtins).convert(value).is_ok();
    let disagreement = (!agrees).then_some(Broken::CheckDisagrees);
    judge(Phase::Check, Plan::Never, conversion, answer.err(), disagreement)
}

fn convert(value: &Value, setup: Setup, plan: Plan) -> SweepOutcome {
    let mut builtins = Builtins;
    let mut conversion = started(setup, &mut builtins);
    conversion.ledger_mut().begin(plan);
    conversion.lend(value);
    let converted = conversion.convert(value);
    conversion.take_lent();
    if let Ok(xi) = converted {
        give_up(&mut conversion, xi);
    }
    judge(Phase::Convert, plan, conversion, converted.err(), None)
}

/// Whatever fails, the capsule can be read afterwards; then everything is given up.
fn arrive(value: &Value, setup: Setup, plan: Plan) -> SweepOutcome {
    let mut builtins = Builtins;
    let mut conversion = started(setup, &mut builtins);
    let xi = conversion.convert(value).expect("it was converted before");
    conversion.here = READER;
    conversion.ledger_mut().begin(plan);
    let mut broken = None;
    let failure = match conversion.materialise(xi) {
        Ok(arrival) => {
            broken = (arrival.value != *value).then(|| Broken::Changed(arrival.value.clone()));
            conversion.drop_arrival(arrival);
            None
        }
        Err(failure) => {
            broken = read_again(value, &mut conversion, xi).or(broken);
            Some(failure)
        }
    };
    conversion.here = OWNER;
    give_up(&mut conversion, xi);
    judge(Phase::Arrive, plan, conversion, failure, broken)
}

fn read_again(value: &Value, conversion: &mut Conversion<'_>, xi: XiRef) -> Option<Broken> {
    conversion.ledger_mut().begin(Plan::Never);
    conversion.step(|| "read again".to_owned());
    match conversion.materialise(xi) {
        Ok(arrival) => {
            let changed = (arrival.value != *value).then(|| Broken::Changed(arrival.value.clone()));
            conversion.drop_arrival(arrival);
            changed
        }
        Err(failure) => Some(Broken::Unreadable(failure)),
    }
}

fn give_up(conversion: &mut Conversion<'_>, xi: XiRef) {
    conversion.release(xi);
    conversion.free_structure(xi);
}

/// Nothing is left, nothing was misused, and the failure is the one that was made to happen.
fn judge(
    phase: Phase,
    plan: Plan,
    conversion: Conversion<'_>,
    failure: Option<Failure>,
    also: Option<Broken>,
) -> SweepOutcome {
    let mut broken: Vec<Broken> = also.into_iter().collect();
    let left = conversion.ledger().left();
    if !left.is_empty() {
        broken.push(Broken::Left(left));
    }
    broken.extend(conversion.ledger().misuses().iter().copied().map(Broken::Misused));
    let index = match plan {
        Plan::At(index) | Plan::From(index) => Some(index),
        Plan::Never => None,
    };
    broken.extend(failure.clone().filter(|failure| !is_honest(failure, index)).map(Broken::Said));
    let exception = failure.as_ref().is_none_or(Failure::has_exception);
    let leftover = Leftover::of(&conversion, exception);
    SweepOutcome { phase, index, failure, leftover, broken, trace: conversion.steps().to_vec() }
}

/// Missing memory is called that, and nothing else is; the object's own code has no say.
fn is_honest(failure: &Failure, index: Option<u32>) -> bool {
    match failure {
        Failure::NoMemory => index.is_some(),
        Failure::NoException | Failure::Raised { .. } => false,
        _ => index.is_none(),
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Left(left) => write!(f, "left behind: {}", left.join(", ")),
            Broken::Said(failure) => write!(f, "the caller is told: {failure}"),
            Broken::Misused(misuse) => write!(f, "{misuse}"),
            Broken::Unreadable(failure) => write!(f, "the capsule cannot be read again: {failure}"),
            Broken::Changed(value) => write!(f, "what arrives is {value}"),
            Broken::CheckDisagrees => f.write_str("the check and the conversion disagree"),
        }
    }
}

/// One line for the case, one for each step, one for each thing that is wrong.
impl fmt::Display for SweepOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.phase {
            Phase::Check => "asked whether it can cross",
            Phase::Convert => "converted",
            Phase::Arrive => "made again in another interpreter",
        })?;
        if let Some(index) = self.index {
            write!(f, ", allocation {index} fails")?;
        }
        self.trace.iter().try_for_each(|step| write!(f, "\n  {step}"))?;
        self.broken.iter().try_for_each(|broken| write!(f, "\n  => {broken}"))
    }
}
