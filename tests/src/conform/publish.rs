//! From what a run came to, to what a report shows: as a page for people and as XML for programs.

use std::collections::BTreeMap;

use super::report::{Report, ScenarioResult};
use super::verdict::Verdict;
use super::{SeenStep, Share};
use crate::book::Cited;
use crate::report::{self as data, Data};
use crate::scenario::Scenario;

/// Verbs whose first argument is no interpreter.
const VERBS_ON_NOTHING: [&str; 8] =
    ["create", "cross", "keep", "capture_exception", "is_shareable", "register_class", "join", "new_config"];

/// Everything that a report of these runs shows.
pub fn publish(reports: &[Report], scenarios: &[&Scenario], rules: &[Cited]) -> Data {
    Data {
        suite: format!("crossinterp {}", env!("CARGO_PKG_VERSION")),
        rules: rules.iter().map(rule).collect(),
        scenarios: scenarios.iter().map(|scenario| of_scenario(scenario)).collect(),
        runtimes: reports.iter().map(|report| runtime(report, scenarios)).collect(),
    }
}

fn rule(rule: &Cited) -> data::Rule {
    data::Rule {
        id: rule.id.clone(),
        title: rule.statement.clone(),
        chapter: format!("specs/{}.md", rule.chapter),
        concept: rule.id.split('.').next().unwrap_or_default().to_owned(),
    }
}

fn of_scenario(scenario: &Scenario) -> data::Scenario {
    data::Scenario {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        profile: scenario.needs().profile.to_string(),
        rules: scenario.rules.iter().map(|(id, _)| id.clone()).collect(),
        text: std::fs::read_to_string(&scenario.path).unwrap_or_default(),
    }
}

fn runtime(report: &Report, scenarios: &[&Scenario]) -> data::Runtime {
    let results: BTreeMap<_, _> = report.results.iter().map(|result| (result.scenario.as_str(), result)).collect();
    let verdict = |scenario: &&Scenario| {
        results.get(scenario.name.as_str()).map_or_else(unasked, |result| verdict(report, result))
    };
    data::Runtime {
        name: report.runtime.name.clone(),
        version: report.runtime.version.clone(),
        edition: report.edition.clone(),
        coverage: report.coverage.shares().into_iter().map(coverage).collect(),
        verdicts: scenarios.iter().map(verdict).collect(),
    }
}

fn unasked() -> data::Verdict {
    data::Verdict::Skipped { reason: "another profile was asked for".to_owned() }
}

fn coverage((what, share): (&str, Share)) -> data::Coverage {
    data::Coverage { what: what.to_owned(), covered: share.covered, all: share.all }
}

fn verdict(report: &Report, result: &ScenarioResult) -> data::Verdict {
    let failure = || Box::new(failure(result));
    if let Some(expected) = &result.known {
        let reason = format!("{}: {}", expected.name, expected.reason);
        return data::Verdict::Expected { reason, failure: Some(failure()) };
    }
    let listed = report.complaints.iter().find(|complaint| complaint.starts_with(&format!("{}:", result.scenario)));
    match &result.verdict {
        Verdict::Pass => match listed {
            Some(reason) => data::Verdict::Unexpected { reason: reason.clone() },
            None if result.repaired.is_empty() => data::Verdict::Pass { defects: result.defects.clone() },
            None => data::Verdict::Repaired { defects: result.repaired.clone() },
        },
        Verdict::Skipped => data::Verdict::Skipped { reason: format!("not for edition {}", report.edition) },
        Verdict::NotImplemented { what, claimed: false, .. } => data::Verdict::NotImplemented { what: what.clone() },
        Verdict::Fail { .. } | Verdict::NotImplemented { .. } => data::Verdict::Fail { failure: failure() },
        Verdict::Crash { signal, .. } => data::Verdict::Crash { signal: signal.clone(), failure: failure() },
        Verdict::Timeout { .. } => data::Verdict::Timeout { failure: failure() },
        Verdict::Protocol { .. } | Verdict::GivenUp { .. } => data::Verdict::Protocol { failure: failure() },
    }
}

fn failure(result: &ScenarioResult) -> data::Failure {
    let common = data::Failure {
        trace: result.shortest.iter().map(call).collect(),
        rules: result.rules.clone(),
        stderr: result.stderr.clone(),
        ..data::Failure::default()
    };
    let at = |place: &str, call: &str, expected: Vec<String>, observed: &str| {
        let (file, line) = place.rsplit_once(':').unwrap_or((place, "0"));
        let (file, line) = (file.to_owned(), line.parse().unwrap_or(0));
        data::Failure { file, line, call: call.to_owned(), expected, observed: observed.to_owned(), ..common.clone() }
    };
    match &result.verdict {
        Verdict::Pass | Verdict::Skipped => common,
        Verdict::Fail { place, call, expected, observed, .. } => at(place, call, vec![expected.clone()], observed),
        Verdict::NotImplemented { place, what, .. } => at(place, "", Vec::new(), &format!("not implemented: {what}")),
        Verdict::Crash { place, call, signal } => at(place, call, Vec::new(), &format!("crash {signal}")),
        Verdict::Timeout { place, call } => at(place, call, Vec::new(), "no answer in time"),
        Verdict::Protocol { place, what } => at(place, "", Vec::new(), what),
        Verdict::GivenUp { what } => at(&result.scenario, "", Vec::new(), &format!("not played: {what}")),
    }
}

/// A call as it was written, taken apart: who makes it, and on what.
fn call(step: &SeenStep) -> data::Call {
    let (thread, rest) = prefix(&step.call, "start ");
    let (inside, rest) = prefix(rest, "inside ");
    let on = rest.split_once('(').and_then(|(verb, args)| {
        let first = args.split([',', ')']).next().unwrap_or_default().trim();
        let is_one = !first.is_empty() && first.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (is_one && !VERBS_ON_NOTHING.contains(&verb)).then(|| first.to_owned())
    });
    let fate = match step.seen.split(' ').next() {
        Some("crash") => data::Fate::Died,
        Some("hang") => data::Fate::Waits,
        _ => data::Fate::Returned,
    };
    data::Call { thread, inside, on, call: rest.to_owned(), outcome: step.seen.clone(), fate }
}

fn prefix<'a>(text: &'a str, word: &str) -> (Option<String>, &'a str) {
    let parts = text.strip_prefix(word).and_then(|rest| rest.split_once(": "));
    parts.map_or((None, text), |(name, rest)| (Some(name.to_owned()), rest))
}
