//! Sweeps: every allocation of a capture, and of what is made of it, fails once and from then on; the ledger is looked at.
//!
//! What must be left is stated here, once: nothing. Whoever waits for the exception is told something that is true: the
//! texts whole, or that there was no memory, or that the exception could not be carried.

use std::fmt;

use crossinterp_objects::Text;

use super::as_object::SeenSnapshot;
use super::capture::{Capture, Captured, Setup, Style};
use super::failure::{Halt, Reason};
use super::fate::Fate;
use super::from_object::Described;
use super::given::{Given, Names, Part, Rendering};
use crate::convert::{Misuse, Plan};
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::error::ErrorCode;

/// What a sweep captures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sample {
    /// An exception.
    Exception(Given),
    /// An object that looks like a snapshot.
    Object(Described),
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A body raised it, and the caller is given an object.
    Uncaught,
    /// The same, and an exception of another type is raised in its place.
    Applied,
    /// Somebody asks for the exception that is handled.
    Handled,
    /// A snapshot of an object is asked for.
    Described,
}

/// What the caller is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A snapshot.
    Snapshot(SeenSnapshot),
    /// An exception with these words.
    Line(Option<Text>),
    /// An error by its code.
    Code(ErrorCode),
    /// That it could not be done, in other words than a code's.
    Refused,
    /// Nothing, or that all went well.
    Nothing,
    /// Nothing any more.
    Crash,
}

/// What is wrong with an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Something is left that nobody will free.
    Left(Vec<String>),
    /// Something was done with memory that must never be.
    Misused(Misuse),
    /// Memory of somebody else's was written.
    WroteOutside,
    /// The process is gone.
    Crashed,
    /// The caller is told something else than what happened.
    Said(Box<Told>),
}

/// What came of one sample with one allocation failing, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepOutcome {
    /// What was done.
    pub phase: Phase,
    /// Which allocations failed.
    pub plan: Plan,
    /// What the caller was told.
    pub told: Told,
    /// Everything that is wrong with it; empty in the safe reading.
    pub broken: Vec<Broken>,
    /// The steps taken.
    pub trace: Vec<String>,
}

/// The sample with every allocation failing in turn, in the safe reading with some defects in it.
pub fn sweep(sample: &Sample, defects: DefectSet) -> Vec<SweepOutcome> {
    let phases: &[Phase] = match sample {
        Sample::Exception(_) => &[Phase::Uncaught, Phase::Applied, Phase::Handled],
        Sample::Object(_) => &[Phase::Described],
    };
    phases.iter().flat_map(|&phase| sweep_phase(sample, phase, defects)).collect()
}

/// The first outcome in which a defect alone breaks what must hold, with the steps that led there.
pub fn first_refutation(sample: &Sample, defect: Defect) -> Option<SweepOutcome> {
    sweep(sample, DefectSet::NONE.with_needs(defect)).into_iter().find(|outcome| !outcome.broken.is_empty())
}

fn sweep_phase(sample: &Sample, phase: Phase, defects: DefectSet) -> Vec<SweepOutcome> {
    let (outcome, asked) = attempt(sample, phase, defects, Plan::Never);
    let plans = (0..asked).flat_map(|index| [Plan::At(index), Plan::From(index)]);
    let failing = plans.map(|plan| attempt(sample, phase, defects, plan).0);
    std::iter::once(outcome).chain(failing).collect()
}

/// What came of it, and how many allocations were asked for.
fn attempt(sample: &Sample, phase: Phase, defects: DefectSet, plan: Plan) -> (SweepOutcome, u32) {
    let mut capture = Capture::new(Setup { style: Style::of(Edition::Repaired), defects }).tracing();
    capture.ledger_mut().begin(plan);
    let told = match (sample, phase) {
        (Sample::Exception(exception), Phase::Handled) => handled(&mut capture, exception),
        (Sample::Exception(exception), _) => uncaught(&mut capture, exception, phase),
        (Sample::Object(object), _) => described(&mut capture, object),
    };
    let asked = capture.ledger().asked();
    (judge(sample, phase, plan, capture, told), asked)
}

fn uncaught(capture: &mut Capture, exception: &Given, phase: Phase) -> Told {
    match capture.uncaught(exception) {
        Fate::Snapshot(snapshot) => {
            let told = match phase {
                Phase::Applied => capture.apply(&snapshot).map(|applied| Told::Line(applied.message)),
                _ => capture.as_object(&snapshot).map(Told::Snapshot),
            };
            // A process that is gone frees nothing.
            if !matches!(told, Err(Halt::Crashed)) {
                capture.clear(snapshot);
            }
            told.unwrap_or_else(told_of)
        }
        Fate::Empty | Fate::Success => Told::Nothing,
        Fate::Code(code) => Told::Code(code),
        Fate::Crash => Told::Crash,
    }
}

fn handled(capture: &mut Capture, exception: &Given) -> Told {
    let Some(current) = capture.current(Some(exception)) else { return Told::Nothing };
    let captured = capture.snapshot_of(current);
    told_captured(capture, captured)
}

fn described(capture: &mut Capture, object: &Described) -> Told {
    let captured = capture.init_from_object(object);
    told_captured(capture, captured)
}

fn told_captured(capture: &mut Capture, captured: Result<Captured, Halt>) -> Told {
    match captured {
        Ok(Captured::Snapshot(snapshot)) => {
            let told = capture.as_object(&snapshot).map(Told::Snapshot);
            if !matches!(told, Err(Halt::Crashed)) {
                capture.clear(snapshot);
            }
            told.unwrap_or_else(told_of)
        }
        Ok(Captured::Empty) => Told::Nothing,
        Ok(Captured::NoMemory) => Told::Code(ErrorCode::NoMemory),
        Err(halt) => told_of(halt),
    }
}

fn told_of(halt: Halt) -> Told {
    match halt {
        Halt::Crashed => Told::Crash,
        Halt::Failed(failure) if failure.is_no_memory() => Told::Code(ErrorCode::NoMemory),
        Halt::Failed(_) => Told::Refused,
    }
}

/// Nothing is left, nothing was misused, and what the caller is told is true.
fn judge(sample: &Sample, phase: Phase, plan: Plan, capture: Capture, told: Told) -> SweepOutcome {
    let mut broken = Vec::new();
    let left = capture.ledger().left();
    if told == Told::Crash {
        broken.push(Broken::Crashed);
    } else if !left.is_empty() {
        broken.push(Broken::Left(left));
    }
    broken.extend(capture.ledger().misuses().iter().copied().map(Broken::Misused));
    broken.extend(capture.wrote_outside().then_some(Broken::WroteOutside));
    let is_true = match sample {
        Sample::Exception(exception) => is_true_of(exception, phase, plan, &told),
        Sample::Object(object) => is_true_of_object(object, plan, &told),
    };
    if told != Told::Crash && !is_true {
        broken.push(Broken::Said(Box::new(told.clone())));
    }
    SweepOutcome { phase, plan, told, broken, trace: capture.steps().to_vec() }
}

fn is_true_of(exception: &Given, phase: Phase, plan: Plan, told: &Told) -> bool {
    let (may_lack_memory, whole) = (plan != Plan::Never, is_whole(&exception.names, &exception.text));
    match told {
        Told::Code(ErrorCode::NoMemory) => exception.is_memory_error || may_lack_memory,
        _ if exception.is_memory_error => false,
        Told::Code(ErrorCode::ExceptionPropagationFailure) => !whole && phase != Phase::Handled,
        Told::Refused => !whole && phase == Phase::Handled,
        Told::Snapshot(seen) => {
            whole && tells(seen, &exception.names, &exception.text) && shows(seen, exception, may_lack_memory)
        }
        Told::Line(line) => whole && (line.is_some() && (*line == display_of(exception) || says(line, exception))),
        Told::Code(_) | Told::Nothing | Told::Crash => false,
    }
}

fn is_true_of_object(object: &Described, plan: Plan, told: &Told) -> bool {
    let whole =
        object.kind.as_ref().is_ok_and(|names| is_whole(names, &object.msg)) && text(&object.errdisplay).is_some();
    match told {
        Told::Code(ErrorCode::NoMemory) => plan != Plan::Never,
        Told::Refused => !whole,
        Told::Snapshot(seen) => {
            let names = object.kind.as_ref().expect("it is whole");
            let display = seen.errdisplay.as_ref();
            tells(seen, names, &object.msg) && (display == text(&object.errdisplay) || plan != Plan::Never)
        }
        _ => false,
    }
}

/// Whether everything that must be carried can be.
fn is_whole(names: &Names, message: &Part) -> bool {
    [&names.name, &names.qualname, &names.module, message].into_iter().all(|part| text(part).is_some())
}

/// Text that can be carried: it has neither surrogates nor a NUL.
fn text(part: &Part) -> Option<&Text> {
    let Part::Text(text) = part else { return None };
    let is_clean = Reason::against_utf8(text).is_none() && text.code_points().all(|point| point != 0);
    is_clean.then_some(text)
}

fn tells(seen: &SeenSnapshot, names: &Names, message: &Part) -> bool {
    let kind = seen.kind.clone().unwrap_or_default();
    let told = [&kind.name, &kind.qualname, &kind.module, &seen.msg];
    let meant = [&names.name, &names.qualname, &names.module, message];
    told.into_iter().zip(meant).all(|(told, meant)| told.as_ref() == text(meant))
}

/// The rendered traceback is whole, or left away for a reason.
fn shows(seen: &SeenSnapshot, exception: &Given, may_be_left_away: bool) -> bool {
    seen.errdisplay == display_of(exception) || may_be_left_away && seen.errdisplay.is_none()
}

/// What should be carried of the rendered traceback.
fn display_of(exception: &Given) -> Option<Text> {
    let Rendering::Text(rendered) = &exception.rendering else { return None };
    let whole = text(&Part::Text(rendered.clone()))?.as_str()?.to_owned();
    Some(whole.strip_suffix('\n').unwrap_or(&whole).into())
}

/// Whether the line ends with the message, which is all that a sample has to show of it.
fn says(line: &Option<Text>, exception: &Given) -> bool {
    let (Some(line), Some(message)) = (line, text(&exception.text)) else { return false };
    line.as_str().zip(message.as_str()).is_some_and(|(line, message)| line.ends_with(message))
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &Option<Text>| text.as_ref().map_or("nothing".to_owned(), |text| format!("{text:?}"));
        match self {
            Told::Snapshot(seen) => {
                write!(f, "a snapshot that says {} and shows {}", shown(&seen.formatted), shown(&seen.errdisplay))
            }
            Told::Line(line) => write!(f, "an exception that says {}", shown(line)),
            Told::Code(code) => write!(f, "the code {code}"),
            Told::Refused => f.write_str("that there is no snapshot"),
            Told::Nothing => f.write_str("nothing"),
            Told::Crash => f.write_str("nothing any more"),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Left(left) => write!(f, "left behind: {}", left.join(", ")),
            Broken::Misused(misuse) => write!(f, "{misuse}"),
            Broken::WroteOutside => f.write_str("memory is written that belongs to somebody else"),
            Broken::Crashed => f.write_str("a null pointer is followed: the process is gone"),
            Broken::Said(told) => write!(f, "the caller is told: {told}"),
        }
    }
}

/// One line for the case, one for each step, one for each thing that is wrong.
impl fmt::Display for SweepOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.phase {
            Phase::Uncaught => "raised, and nobody caught it",
            Phase::Applied => "raised, and another raised in its place",
            Phase::Handled => "asked for in its handler",
            Phase::Described => "asked for as an object",
        })?;
        match self.plan {
            Plan::Never => {}
            Plan::At(index) => write!(f, ", allocation {index} fails")?,
            Plan::From(index) => write!(f, ", from allocation {index} on there is no memory")?,
        }
        self.trace.iter().try_for_each(|step| write!(f, "\n  {step}"))?;
        self.broken.iter().try_for_each(|broken| write!(f, "\n  => {broken}"))
    }
}
