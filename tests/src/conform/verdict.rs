//! The judgement of a scenario.

use serde::{Deserialize, Serialize};

/// The judgement of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every step showed what it must.
    Pass,
    /// The scenario has no expectations for this edition.
    Skipped,
    /// A step showed something else.
    Fail {
        /// Which step, from 1.
        step: usize,
        /// Where it is written.
        place: String,
        /// The call.
        call: String,
        /// What it must show.
        expected: String,
        /// What it showed.
        observed: String,
    },
    /// The runtime does not offer what a step needs.
    NotImplemented {
        /// Where the step is written; the scenario alone, if nothing was played.
        place: String,
        /// What is missing.
        what: String,
        /// Whether the driver claims all that the scenario needs: then its handshake overstates.
        claimed: bool,
    },
    /// The process died in a step that should have returned.
    Crash {
        /// Where the step is written.
        place: String,
        /// The call.
        call: String,
        /// The signal.
        signal: String,
    },
    /// A step that should have returned did not, in time.
    Timeout {
        /// Where the step is written.
        place: String,
        /// The call.
        call: String,
    },
    /// The driver broke the rules of the conversation.
    Protocol {
        /// Where the scenario had got to.
        place: String,
        /// Which rule, and how.
        what: String,
    },
    /// The runtime was given up before: too many scenarios in a row came to nothing.
    GivenUp {
        /// What the last of them came to.
        what: String,
    },
}

/// The kinds of verdicts, as reports count them and expectations name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is the kind of the verdict of its name")]
pub enum Kind {
    Pass,
    Skipped,
    Fail,
    NotImplemented,
    Crash,
    Timeout,
    Protocol,
    GivenUp,
}

impl Kind {
    /// The kind in words.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Pass => "pass",
            Kind::Skipped => "skipped",
            Kind::Fail => "FAIL",
            Kind::NotImplemented => "not implemented",
            Kind::Crash => "CRASH",
            Kind::Timeout => "TIMEOUT",
            Kind::Protocol => "PROTOCOL",
            Kind::GivenUp => "GIVEN UP",
        }
    }
}

impl Verdict {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Verdict::Pass => Kind::Pass,
            Verdict::Skipped => Kind::Skipped,
            Verdict::Fail { .. } => Kind::Fail,
            Verdict::NotImplemented { .. } => Kind::NotImplemented,
            Verdict::Crash { .. } => Kind::Crash,
            Verdict::Timeout { .. } => Kind::Timeout,
            Verdict::Protocol { .. } => Kind::Protocol,
            Verdict::GivenUp { .. } => Kind::GivenUp,
        }
    }

    /// Whether a runtime with this verdict is not what it claims to be.
    pub const fn is_bad(&self) -> bool {
        !matches!(self, Verdict::Pass | Verdict::Skipped | Verdict::NotImplemented { claimed: false, .. })
    }

    /// Whether a step of the runtime itself went wrong, so that a shorter way there can be looked for.
    pub const fn is_of_a_step(&self) -> bool {
        matches!(self, Verdict::Fail { .. } | Verdict::Crash { .. } | Verdict::Timeout { .. })
    }
}
