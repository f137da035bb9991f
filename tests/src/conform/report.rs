//! The report of a conformance run: for programs as JSON, for people as a table. Deterministic, without times or paths.

use std::fmt;

use comfy_table::{Table, presets};
use crossinterp_model::edition::Edition;
use serde::Serialize;

use super::play::{Played, Verdict};
use crate::driver::Runtime;
use crate::scenario::Scenario;

/// What came of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The command that drives the runtime.
    pub command: Vec<String>,
    /// The runtime, as it introduced itself.
    pub runtime: Runtime,
    /// The edition whose expectations judged.
    pub edition: String,
    /// How often each verdict was given.
    pub counts: Counts,
    /// The verdicts, in the order of the scenarios.
    pub results: Vec<ScenarioResult>,
}

/// The verdict on one scenario.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioResult {
    /// Its name.
    pub scenario: String,
    /// The rules it exercises.
    pub rules: Vec<String>,
    /// The judgement.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Steps that were played.
    pub steps: usize,
    /// Known defects that were seen as expected.
    pub defects: Vec<String>,
    /// The driver's last words, when it is not a pass.
    pub stderr: Vec<String>,
}

/// How often each verdict was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each counts the verdict of its name")]
pub struct Counts {
    pub pass: usize,
    pub skipped: usize,
    pub fail: usize,
    pub not_implemented: usize,
    pub crash: usize,
    pub timeout: usize,
    pub protocol: usize,
}

impl Report {
    pub(super) fn new(command: &[String], runtime: Runtime, edition: Edition, results: Vec<ScenarioResult>) -> Report {
        let mut counts = Counts::default();
        for result in &results {
            counts.add(&result.verdict);
        }
        Report { command: command.to_vec(), runtime, edition: edition.to_string(), counts, results }
    }

    /// Whether every scenario passed or was skipped.
    pub fn is_pass(&self) -> bool {
        self.counts.pass > 0 && self.counts.pass + self.counts.skipped == self.results.len()
    }

    /// The report as JSON, pretty and with a final newline.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl ScenarioResult {
    pub(super) fn new(scenario: &Scenario, played: Played) -> ScenarioResult {
        ScenarioResult {
            scenario: scenario.name.clone(),
            rules: scenario.rules.iter().map(|(id, _)| id.clone()).collect(),
            verdict: played.verdict,
            steps: played.observed.len(),
            defects: played.defects,
            stderr: played.stderr,
        }
    }
}

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        *match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Fail { .. } => &mut self.fail,
            Verdict::NotImplemented { .. } => &mut self.not_implemented,
            Verdict::Crash { .. } => &mut self.crash,
            Verdict::Timeout { .. } => &mut self.timeout,
            Verdict::Protocol { .. } => &mut self.protocol,
        } += 1;
    }
}

impl Verdict {
    /// The verdict in one word.
    pub const fn word(&self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Skipped => "skipped",
            Verdict::Fail { .. } => "FAIL",
            Verdict::NotImplemented { .. } => "not implemented",
            Verdict::Crash { .. } => "CRASH",
            Verdict::Timeout { .. } => "TIMEOUT",
            Verdict::Protocol { .. } => "PROTOCOL",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runtime = &self.runtime;
        writeln!(f, "{} {} as edition {}", runtime.name, runtime.version, self.edition)?;
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_header([
            "scenario",
            "verdict",
            "steps",
            "known defects seen",
        ]);
        for result in &self.results {
            let steps = result.steps.to_string();
            table.add_row([&result.scenario, result.verdict.word(), &steps, &result.defects.join(", ")]);
        }
        writeln!(f, "{table}")?;
        for result in &self.results {
            write_details(f, result)?;
        }
        write!(f, "{}", self.counts)
    }
}

fn write_details(f: &mut fmt::Formatter<'_>, result: &ScenarioResult) -> fmt::Result {
    match &result.verdict {
        Verdict::Pass | Verdict::Skipped => return Ok(()),
        Verdict::Fail { step, place, call, expected, observed } => {
            writeln!(f, "{place}: step {step} showed something else")?;
            writeln!(f, "    call      {call}\n    expected  {expected}\n    observed  {observed}")?;
        }
        Verdict::NotImplemented { place, what } => writeln!(f, "{place}: not implemented: {what}")?,
        Verdict::Crash { place, call, signal } => writeln!(f, "{place}: {call} ended the process by {signal}")?,
        Verdict::Timeout { place, call } => writeln!(f, "{place}: {call} did not return in time")?,
        Verdict::Protocol { place, what } => writeln!(f, "{place}: {what}")?,
    }
    writeln!(f, "    rules     {}", result.rules.join(" "))?;
    for line in &result.stderr {
        writeln!(f, "    stderr    {line}")?;
    }
    writeln!(f)
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { pass, skipped, fail, not_implemented, crash, timeout, protocol } = self;
        write!(f, "{pass} passed, {fail} failed, {crash} crashed, {timeout} timed out, ")?;
        write!(f, "{protocol} broke the protocol, {not_implemented} not implemented, {skipped} skipped")
    }
}
