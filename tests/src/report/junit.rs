//! The report for machines that show tests: JUnit XML, a suite for each runtime and a case for each scenario.
//!
//! What is listed to go wrong passes, with a note; what a runtime does not claim is skipped. Times are left out: they
//! would differ from run to run.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::ReportError;
use super::data::{Data, Failure, Runtime, Scenario, Verdict};

/// The report as JUnit XML.
pub fn junit(data: &Data) -> Result<String, ReportError> {
    data.check()?;
    let mut report = Report::new(data.suite.as_str());
    report
        .add_test_suites(data.labels().iter().zip(&data.runtimes).map(|(label, runtime)| suite(data, label, runtime)));
    Ok(report.to_string()?)
}

fn suite(data: &Data, label: &str, runtime: &Runtime) -> TestSuite {
    let mut suite = TestSuite::new(label);
    suite.add_property(Property::new("version", runtime.version.as_str()));
    suite.add_property(Property::new("edition", runtime.edition.as_str()));
    for coverage in &runtime.coverage {
        let share = format!("{} of {}", coverage.covered, coverage.all);
        suite.add_property(Property::new(format!("coverage.{}", coverage.what), share));
    }
    let cases = data.scenarios.iter().zip(&runtime.verdicts);
    suite.add_test_cases(cases.map(|(scenario, verdict)| case(scenario, label, verdict)));
    suite
}

fn case(scenario: &Scenario, label: &str, verdict: &Verdict) -> TestCase {
    let mut case = TestCase::new(scenario.name.as_str(), status(verdict));
    let concept = scenario.name.split('/').next().unwrap_or_default();
    case.set_classname(format!("{label}.{concept}"));
    if let Some(note) = note(verdict) {
        case.set_system_out(note);
    }
    let stderr = verdict.failure().map_or_else(String::new, |failure| failure.stderr.join("\n"));
    if !stderr.is_empty() {
        case.set_system_err(stderr);
    }
    case
}

fn status(verdict: &Verdict) -> TestCaseStatus {
    match verdict {
        Verdict::Pass { .. } | Verdict::Repaired { .. } | Verdict::Expected { .. } => TestCaseStatus::success(),
        Verdict::Skipped { reason } => skipped(reason),
        Verdict::NotImplemented { what } => skipped(&format!("not implemented: {what}")),
        Verdict::Unexpected { reason } => {
            wrong(NonSuccessKind::Failure, verdict, &format!("listed to fail, but passes: {reason}"), None)
        }
        Verdict::Fail { failure } => wrong(NonSuccessKind::Failure, verdict, &headline(failure), Some(failure)),
        Verdict::Protocol { failure } | Verdict::Timeout { failure } => {
            wrong(NonSuccessKind::Error, verdict, &headline(failure), Some(failure))
        }
        Verdict::Crash { signal, failure } => {
            let message = format!("{signal} in {}", headline(failure));
            wrong(NonSuccessKind::Error, verdict, &message, Some(failure))
        }
    }
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

fn wrong(kind: NonSuccessKind, verdict: &Verdict, message: &str, failure: Option<&Failure>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(verdict.word()).set_message(message);
    if let Some(failure) = failure {
        status.set_description(described(failure));
    }
    status
}

fn headline(failure: &Failure) -> String {
    format!("{}:{}: {}", failure.file, failure.line, failure.call)
}

fn described(failure: &Failure) -> String {
    let mut lines = vec![headline(failure)];
    lines.extend(failure.expected.iter().map(|expected| format!("expected  {expected}")));
    lines.push(format!("observed  {}", failure.observed));
    lines.push(format!("rules     {}", failure.rules.join(" ")));
    lines.push("the shortest way there:".to_owned());
    lines.extend(failure.trace.iter().map(|call| format!("    {} -> {}", call.call, call.outcome)));
    lines.join("\n")
}

/// What is to be said of a case that did not fail.
fn note(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Pass { defects } if !defects.is_empty() => Some(format!("known defects: {}", defects.join(", "))),
        Verdict::Repaired { defects } => Some(format!("without the known defects: {}", defects.join(", "))),
        Verdict::Expected { reason, failure } => {
            let what = failure.as_ref().map_or_else(String::new, |failure| format!("\n{}", described(failure)));
            Some(format!("expected to fail: {reason}{what}"))
        }
        _ => None,
    }
}
