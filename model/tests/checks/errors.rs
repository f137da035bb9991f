//! The engine of codes, over every number, ending and edition that it is small enough for: what it never does in the safe
//! reading, and which defect makes it do so.

use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_model::error::{Applied, ErrorCode, Failure, Following, Record, Taken};
use crossinterp_model::excinfo::{Given, Part, Reason};
use crossinterp_model::rule::{Layer, Rule, RuleSet};

/// Numbers around the codes.
const NUMBERS: std::ops::RangeInclusive<i32> = -12..=2;

/// What is pending when a session is left.
fn pending() -> [Option<Given>; 4] {
    let unprintable = Given {
        text: Part::Failed(Reason::Raised { kind: "ValueError".to_owned(), message: "inner".into() }),
        ..Given::built_in("TypeError", "")
    };
    [None, Some(Given::built_in("ValueError", "boom")), Some(Given::built_in("MemoryError", "")), Some(unprintable)]
}

/// The codes that an exit can be given: none, and each number with words and without.
fn given() -> Vec<Option<Failure>> {
    let with =
        |text: Option<&'static str>| NUMBERS.map(move |code| Failure { code, text: text.map(Into::into) }).map(Some);
    std::iter::once(None).chain(with(None)).chain(with(Some("words"))).collect()
}

/// One way to leave a session, and what its caller got.
struct Left {
    what: String,
    is_error: bool,
    taken: Taken,
    applied: Applied,
    while_pending: Applied,
}

/// Every way there is, where main is running when the code is applied or is not.
fn every_way(edition: Edition, defects: DefectSet) -> (Vec<Left>, RuleSet) {
    let mut ways = Vec::new();
    let mut rules = RuleSet::default();
    for pending in pending() {
        for given in given() {
            for runs_main in [false, true] {
                let mut following = Following::with(edition, defects);
                ways.push(leave(&mut following, pending.as_ref(), given.clone(), runs_main));
                following.rules().iter().for_each(|rule| rules.insert(rule));
            }
        }
    }
    (ways, rules)
}

fn leave(following: &mut Following, pending: Option<&Given>, given: Option<Failure>, runs_main: bool) -> Left {
    let what = format!("{:?} with {given:?}, runs main: {runs_main}", pending.map(|given| &given.names.name));
    let number = given.as_ref().map(|given| given.code);
    let is_error = pending.is_some() || number.is_some_and(|code| code != 0 && code != -1);
    let taken = Record::capture(following, pending, given);
    let applied = match &taken {
        Taken::Record(record) => record.apply(following, runs_main),
        _ => Applied::Nothing,
    };
    let while_pending = applied.clone().while_pending(following);
    Left { what, is_error, taken, applied, while_pending }
}

/// What is wrong with a way to leave, by the rule that it breaks.
fn broken(left: &Left) -> Option<Rule> {
    let lost =
        matches!(left.taken, Taken::Forgotten { .. }) || matches!(&left.taken, Taken::Record(it) if it.is_lost());
    let silent = left.is_error && left.applied == Applied::Nothing;
    let foreign = matches!(&left.applied, Applied::Raised(raised) if raised.foreign);
    let cyclic = matches!(&left.while_pending, Applied::Raised(raised) if raised.is_cyclic());
    match () {
        () if lost => Some(Rule::ErrorPropagation),
        () if left.taken == Taken::Crashed || left.applied == Applied::Crashed => Some(Rule::ErrorApplyRaises),
        () if silent && left.taken != Taken::Nothing => Some(Rule::ErrorAlreadyRunning),
        () if silent && left.what.starts_with("None") => Some(Rule::ErrorOverrideAlone),
        () if silent => Some(Rule::ErrorNoMemory),
        () if foreign => Some(Rule::ErrorOwnType),
        () if cyclic => Some(Rule::ErrorAcyclic),
        () => None,
    }
}

fn complaints(edition: Edition, defects: DefectSet) -> Vec<(Rule, String)> {
    let ways = every_way(edition, defects).0;
    ways.iter().filter_map(|left| broken(left).map(|rule| (rule, left.what.clone()))).collect()
}

#[test]
fn the_safe_reading_always_tells_an_error_and_never_a_foreign_or_endless_one() {
    assert_eq!(complaints(Edition::Repaired, DefectSet::NONE), []);
    let (ways, _) = every_way(Edition::Repaired, DefectSet::NONE);
    assert_eq!(ways.len(), 4 * 31 * 2);
    assert!(ways.iter().any(|left| !left.is_error && left.applied == Applied::Nothing));
}

#[test]
fn each_defect_alone_breaks_its_rule_and_no_other() {
    let rows = [
        (Edition::V314, Defect::OverrideDropped, Rule::ErrorOverrideAlone),
        (Edition::V314, Defect::CaptureFailureLost, Rule::ErrorPropagation),
        (Edition::V314, Defect::MemoryErrorLost, Rule::ErrorNoMemory),
        (Edition::V314, Defect::AlreadyRunningRace, Rule::ErrorAlreadyRunning),
        (Edition::V314, Defect::ForeignType, Rule::ErrorOwnType),
        (Edition::V314, Defect::SelfContext, Rule::ErrorAcyclic),
    ];
    for (edition, defect, rule) in rows {
        let complaints = complaints(edition, DefectSet::NONE.with(defect));
        assert!(!complaints.is_empty(), "{defect} shows nothing");
        assert!(complaints.iter().all(|(broken, _)| *broken == rule), "{defect}: {complaints:?}");
    }
}

#[test]
fn every_rule_of_codes_that_is_the_modules_is_exercised() {
    let mut rules = RuleSet::default();
    for edition in Edition::ALL {
        every_way(edition, edition.defects()).1.iter().for_each(|rule| rules.insert(rule));
    }
    // Failures have a test of their own; what is unwrapped is a matter of calls.
    let elsewhere = [Rule::FailureNew, Rule::FailureInit, Rule::FailureText, Rule::ErrorUnwrap];
    let chapter = Rule::ALL.iter().filter(|rule| rule.id().starts_with("error.") && rule.layer() == Layer::Module);
    for rule in chapter.filter(|rule| !elsewhere.contains(rule)) {
        assert!(rules.contains(*rule), "{}", rule.id());
    }
}

#[test]
fn a_number_means_one_code_in_an_edition_and_each_code_has_one_number() {
    for edition in Edition::ALL {
        let numbers: Vec<_> = ErrorCode::ALL.into_iter().filter_map(|code| code.number(edition)).collect();
        let count = if edition < Edition::V314 { 8 } else { 10 };
        assert_eq!(numbers, (0..count).map(|number| -number).collect::<Vec<_>>());
        for number in numbers {
            let code = ErrorCode::from_number(number, edition).expect("it is a code");
            assert_eq!(code.number(edition), Some(number));
        }
        assert_eq!(ErrorCode::from_number(1, edition), None);
    }
}

#[test]
fn a_failure_keeps_its_code_when_its_text_cannot_be_had() {
    let mut following = Following::new(Edition::V314);
    let mut failure = Failure::new(&mut following);
    assert_eq!(Failure::code_of(&mut following, Some(&failure)), 0);
    let refused = failure.init(&mut following, -9, Some(Ok("a\0b".into())));
    assert_eq!((refused, &failure), (Err(Reason::Nul), &Failure { code: -9, text: None }));
    let accepted = failure.init(&mut following, -2, Some(Ok("words".into())));
    assert_eq!((accepted, failure), (Ok(()), Failure { code: -2, text: Some("words".into()) }));
    for rule in [Rule::FailureNew, Rule::FailureInit, Rule::FailureText] {
        assert!(following.rules().contains(rule));
    }
}
