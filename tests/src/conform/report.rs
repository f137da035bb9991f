//! What came of a run, as data. Deterministic, without times or paths of this machine; `show` puts it in words.

use std::collections::{BTreeMap, BTreeSet};

use crossinterp_model::edition::Edition;
use serde::{Deserialize, Serialize};

use super::coverage::Coverage;
use super::expectations::{Expectations, Expected};
use super::play::Played;
use super::record::SeenStep;
use super::verdict::{Kind, Verdict};
use crate::driver::Runtime;
use crate::driver::offer::Profile;
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
    /// The same for each profile.
    pub profiles: BTreeMap<Profile, Counts>,
    /// What the scenarios that passed have exercised.
    pub coverage: Coverage,
    /// Expectations that are not true.
    pub complaints: Vec<String>,
    /// The verdicts, in the order of the scenarios.
    pub results: Vec<ScenarioResult>,
}

/// The verdict on one scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioResult {
    /// Its name.
    pub scenario: String,
    /// What it shows.
    pub title: String,
    /// The profile that it is part of.
    pub profile: Profile,
    /// The rules it exercises.
    pub rules: Vec<String>,
    /// The judgement.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Steps that were played.
    pub steps: usize,
    /// Known defects that were seen as expected.
    pub defects: Vec<String>,
    /// Known defects of the edition in whose place the safe reading was seen.
    pub repaired: Vec<String>,
    /// The known difference of the runtime that explains the verdict.
    pub known: Option<Expected>,
    /// The shortest way to the failure that was found.
    pub shortest: Vec<SeenStep>,
    /// The driver's last words, when it is not a pass.
    pub stderr: Vec<String>,
}

/// How often each verdict was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Passed, as the edition or as the safe reading.
    pub pass: usize,
    /// Of these, how many showed the safe reading in the place of a known defect.
    pub repaired: usize,
    /// Failed, crashed or timed out as the runtime's file of expectations says.
    pub expected: usize,
    /// Failed otherwise.
    pub fail: usize,
    /// Died otherwise.
    pub crash: usize,
    /// Did not answer in time otherwise.
    pub timeout: usize,
    /// Broke the protocol.
    pub protocol: usize,
    /// Were not played any more.
    pub given_up: usize,
    /// Need what the runtime claims and does not have.
    pub overstated: usize,
    /// Need what the runtime does not claim.
    pub not_implemented: usize,
    /// Are not for this edition.
    pub skipped: usize,
}

impl Report {
    pub(super) fn new(
        command: &[String],
        runtime: Runtime,
        edition: Edition,
        scenarios: &[&Scenario],
        results: Vec<ScenarioResult>,
    ) -> Report {
        let mut counts = Counts::default();
        let mut profiles: BTreeMap<Profile, Counts> = BTreeMap::new();
        for result in &results {
            counts.add(result);
            profiles.entry(result.profile).or_default().add(result);
        }
        let passed = results.iter().filter(|result| result.verdict == Verdict::Pass);
        let passed: BTreeSet<_> = passed.map(|result| result.scenario.as_str()).collect();
        Report {
            command: command.to_vec(),
            coverage: Coverage::of(scenarios, &passed, edition),
            edition: edition.to_string(),
            complaints: Vec::new(),
            runtime,
            counts,
            profiles,
            results,
        }
    }

    /// Complains of what the expectations say and this run did not show.
    pub(super) fn hold_to(&mut self, expectations: &Expectations, is_asked_for: impl Fn(&str) -> bool) {
        let seen = self.results.iter().map(|result| (result.scenario.as_str(), result.verdict.kind())).collect();
        self.complaints = expectations.stale(&seen, is_asked_for);
    }

    /// Whether the runtime is what it claims to be: something passed, and nothing failed unexpectedly.
    pub fn is_pass(&self) -> bool {
        self.counts.pass > 0 && self.complaints.is_empty() && !self.results.iter().any(ScenarioResult::is_unexpected)
    }

    /// The report as JSON, pretty and with a final newline.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl ScenarioResult {
    pub(super) fn new(scenario: &Scenario, played: Played, shortest: Vec<SeenStep>) -> ScenarioResult {
        ScenarioResult {
            scenario: scenario.name.clone(),
            title: scenario.title.clone(),
            profile: scenario.needs().profile,
            rules: scenario.rules.iter().map(|(id, _)| id.clone()).collect(),
            verdict: played.verdict,
            steps: played.observed.len(),
            defects: played.defects,
            repaired: played.repaired,
            known: None,
            shortest,
            stderr: played.stderr,
        }
    }

    /// Explains the verdict by a known difference, if there is one for it.
    pub(super) fn explained_by(mut self, expectations: Option<&Expectations>) -> ScenarioResult {
        let known = expectations.and_then(|expectations| expectations.of(&self.scenario));
        let fits = |(kind, _): &(Kind, Expected)| *kind == self.verdict.kind() && self.verdict.is_bad();
        self.known = known.filter(fits).map(|(_, expected)| expected);
        self
    }

    /// Whether it speaks against the runtime, and nothing explains it.
    pub fn is_unexpected(&self) -> bool {
        self.verdict.is_bad() && self.known.is_none()
    }

    /// Its folder: the concept.
    pub fn concept(&self) -> &str {
        self.scenario.split('/').next().unwrap_or_default()
    }
}

impl Counts {
    pub(super) fn add(&mut self, result: &ScenarioResult) {
        self.repaired += usize::from(result.verdict == Verdict::Pass && !result.repaired.is_empty());
        if result.known.is_some() {
            self.expected += 1;
            return;
        }
        *match result.verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Fail { .. } => &mut self.fail,
            Verdict::NotImplemented { claimed: true, .. } => &mut self.overstated,
            Verdict::NotImplemented { claimed: false, .. } => &mut self.not_implemented,
            Verdict::Crash { .. } => &mut self.crash,
            Verdict::Timeout { .. } => &mut self.timeout,
            Verdict::Protocol { .. } => &mut self.protocol,
            Verdict::GivenUp { .. } => &mut self.given_up,
        } += 1;
    }

    /// How many speak against the runtime.
    pub const fn bad(&self) -> usize {
        self.fail + self.crash + self.timeout + self.protocol + self.given_up + self.overstated
    }
}
