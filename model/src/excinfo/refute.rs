//! Refutations by one capture alone: an exception, what fails, the steps, and the rule that is broken.
//!
//! The samples stand for every way in which an exception can be carried, and for every way in which it cannot. Each is
//! swept; nothing is sampled at random, so what is found is the same in every run.

use super::SEQUENTIAL_DEFECTS;
use super::failure::Reason;
use super::from_object::Described;
use super::given::{Given, Names, Part, Rendering};
use super::sweep::{Sample, SweepOutcome, first_refutation, sweep};
use crate::defect::Defect;
use crate::edition::Edition;
use crate::rule::Rule;
use crate::swept::{Swept, sweep_samples};
use crossinterp_objects::Text;

/// A defect, shown by one capture.
#[derive(Clone, Debug)]
pub struct Refuted {
    /// What the exception is.
    pub sample: &'static str,
    /// What came of it.
    pub outcome: SweepOutcome,
    /// The rule that is broken.
    pub rule: Rule,
}

/// Exceptions and objects, each with what is special about it; plain ones first.
pub fn samples() -> Vec<(&'static str, Sample)> {
    let exceptions = plain_samples().into_iter().chain(odd_samples()).chain(rendered_samples());
    let exceptions = exceptions.map(|(name, exception)| (name, Sample::Exception(exception)));
    exceptions.chain(objects().into_iter().map(|(name, object)| (name, Sample::Object(object)))).collect()
}

fn plain_samples() -> Vec<(&'static str, Given)> {
    let made = Given { names: names("N", "Q.N", "m"), built_in: false, ..Given::built_in("N", "text") };
    vec![
        ("a ValueError with a text", Given::built_in("ValueError", "boom")),
        ("a KeyError without a text", Given::built_in("KeyError", "")),
        ("a text beyond ASCII", Given::built_in("ValueError", "é😀")),
        ("an exception of a class in a module", made),
        ("a MemoryError", Given::built_in("MemoryError", "m")),
    ]
}

/// Exceptions of which something cannot be carried.
fn odd_samples() -> Vec<(&'static str, Given)> {
    let boom = || Given { built_in: false, ..Given::built_in("ValueError", "boom") };
    let with_text = |text: Part| Given { text, ..boom() };
    let of =
        |qualname: Part, module: Part| Given { names: Names { name: Part::text("N"), qualname, module }, ..boom() };
    let plain = || Part::text("N");
    let raised = || Reason::Raised { kind: "ValueError".to_owned(), message: "inner".into() };
    vec![
        ("a text with a NUL", with_text(Part::text("a\0b"))),
        ("a text with a surrogate", with_text(surrogate())),
        ("a text that cannot be had", with_text(Part::Failed(raised()))),
        ("a qualified name with a NUL", of(Part::text("Q\0N"), Part::text("m"))),
        ("a qualified name with a surrogate", of(surrogate(), Part::text("m"))),
        ("a module that is no text", of(plain(), Part::NotText)),
        ("a module with a surrogate", of(plain(), surrogate())),
        ("no module", of(plain(), Part::Failed(raised()))),
    ]
}

/// Exceptions of which the traceback is special.
fn rendered_samples() -> Vec<(&'static str, Given)> {
    let rendering = |rendering| Given { rendering, ..Given::built_in("ValueError", "boom") };
    let text = |text: &str| rendering(Rendering::Text(text.into()));
    let Part::Text(surrogate) = surrogate() else { unreachable!("it is text") };
    vec![
        ("a traceback with a surrogate", rendering(Rendering::Text(surrogate))),
        ("a traceback with a NUL", text("a\0b\n")),
        ("a traceback without a newline", text("no newline")),
        ("a traceback that ends within a letter", text("é")),
        ("an empty traceback", text("")),
        ("a traceback of several lines", text("one\ntwo\n\n")),
        ("a renderer that is not there", rendering(Rendering::NoRenderer)),
        ("a renderer that cannot be made", rendering(Rendering::NotMade)),
        ("a renderer that gives nothing", rendering(Rendering::NotFormatted)),
    ]
}

fn objects() -> Vec<(&'static str, Described)> {
    let missing = || Reason::Raised { kind: "AttributeError".to_owned(), message: "msg".into() };
    let kind = || Ok(names("N", "Q.N", "m"));
    let text = || Part::text("text");
    vec![
        ("an object that looks like a snapshot", Described { kind: kind(), msg: text(), errdisplay: text() }),
        ("one without a type", Described { kind: Err(missing()), msg: text(), errdisplay: text() }),
        ("one without a message", Described { kind: kind(), msg: Part::Failed(missing()), errdisplay: text() }),
        ("one with a NUL", Described { kind: kind(), msg: Part::text("a\0b"), errdisplay: text() }),
        ("one whose traceback is no text", Described { kind: kind(), msg: text(), errdisplay: Part::NotText }),
    ]
}

fn names(name: &str, qualname: &str, module: &str) -> Names {
    Names { name: Part::text(name), qualname: Part::text(qualname), module: Part::text(module) }
}

fn surrogate() -> Part {
    Part::Text(Text::from_code_points([0x61, 0xdc80]).expect("both are code points"))
}

/// Sweeps every sample with the edition's defects.
pub fn sweep_edition(edition: Edition) -> Swept<&'static str> {
    let cases = |sample: &Sample, on| {
        let outcomes = sweep(sample, on);
        (outcomes.len(), outcomes.iter().any(|outcome| !outcome.broken.is_empty()))
    };
    sweep_samples(edition, samples(), cases, |sample, defect| first_refutation(sample, defect).is_some())
}

/// The first sample that shows the defect alone, if one capture can.
pub fn refute(defect: Defect) -> Option<Refuted> {
    let rule = rule(defect)?;
    let found = |(sample, given): (&'static str, Sample)| {
        first_refutation(&given, defect).map(|outcome| Refuted { sample, outcome, rule })
    };
    samples().into_iter().find_map(found)
}

/// What one capture breaks of a defect whose own rule is about the session around it.
fn rule(defect: Defect) -> Option<Rule> {
    let rule = match defect {
        Defect::CaptureFailureLost => Rule::ExcFailure,
        Defect::MemoryErrorLost => Rule::ExcMemoryError,
        other => other.rule(),
    };
    SEQUENTIAL_DEFECTS.contains(&defect).then_some(rule)
}
