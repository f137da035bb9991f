//! What one conversion, capture, call or process shows, with nobody else running.

use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::module::refute;
use crossinterp_model::{convert, excinfo, runtime};
use serde::Serialize;

use crate::story::paragraph;

/// A defect that one conversion shows.
#[derive(Debug, Serialize)]
pub struct Conversion {
    /// Its name.
    pub defect: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Where the C code has it.
    pub source: &'static str,
    /// What is converted.
    pub value: String,
    /// What the conversion does.
    pub steps: Vec<String>,
    /// What is wrong at its end.
    pub broken: Vec<String>,
    /// The rule that is broken.
    pub rule: &'static str,
    #[serde(skip)]
    outcome: String,
}

impl Conversion {
    /// The first sample whose conversion shows the defect.
    pub fn of(defect: Defect) -> Option<Conversion> {
        let convert::Refuted { value, outcome, rule } = convert::refute(defect)?;
        Some(Conversion {
            defect: defect.name(),
            title: defect.title(),
            source: defect.source(),
            value: value.to_string(),
            steps: outcome.trace.clone(),
            broken: outcome.broken.iter().map(ToString::to_string).collect(),
            rule: rule.id(),
            outcome: outcome.to_string(),
        })
    }

    /// The story in words.
    pub fn tell(&self) -> String {
        let outcome = self.outcome.replace('\n', "\n  ");
        let heading = heading(self.defect, self.title, self.source);
        format!("{heading}  the value: {}\n  {outcome}\n     rule: {}\n\n", self.value, self.rule)
    }
}

/// A defect that one capture of an exception shows.
#[derive(Debug, Serialize)]
pub struct Capture {
    /// Its name.
    pub defect: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Where the C code has it.
    pub source: &'static str,
    /// What is captured.
    pub sample: &'static str,
    /// What the capture does.
    pub steps: Vec<String>,
    /// What is wrong at its end.
    pub broken: Vec<String>,
    /// The rule that is broken.
    pub rule: &'static str,
    #[serde(skip)]
    outcome: String,
}

impl Capture {
    /// The first sample whose capture shows the defect.
    pub fn of(defect: Defect) -> Option<Capture> {
        let excinfo::Refuted { sample, outcome, rule } = excinfo::refute(defect)?;
        Some(Capture {
            defect: defect.name(),
            title: defect.title(),
            source: defect.source(),
            sample,
            steps: outcome.trace.clone(),
            broken: outcome.broken.iter().map(ToString::to_string).collect(),
            rule: rule.id(),
            outcome: outcome.to_string(),
        })
    }

    /// The story in words.
    pub fn tell(&self) -> String {
        let outcome = self.outcome.replace('\n', "\n  ");
        let heading = heading(self.defect, self.title, self.source);
        format!("{heading}  what is captured: {}\n  {outcome}\n     rule: {}\n\n", self.sample, self.rule)
    }
}

/// A defect that one call or one process shows.
#[derive(Debug, Serialize)]
pub struct Alone {
    /// Its name.
    pub defect: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Where the C code has it.
    pub source: &'static str,
    /// The call, or what is done to a process.
    pub what: String,
    /// What happens in the process; a call is one step.
    pub steps: Vec<String>,
    /// What is wrong at the end.
    pub broken: Vec<String>,
    /// The rule that is broken.
    pub rule: &'static str,
}

impl Alone {
    /// What shows the defect, if one call or one process does.
    pub fn of(defect: Defect) -> Option<Alone> {
        if runtime::SEQUENTIAL_DEFECTS.contains(&defect) {
            let runtime::Refuted { outcome, rule } = runtime::refute(defect)?;
            let broken = outcome.broken.iter().map(ToString::to_string).collect();
            return Some(Alone::new(defect, outcome.heading(), outcome.trace, broken, rule.id()));
        }
        let refuted = refute::refute(defect)?;
        let shown = refuted.outcome.render(Edition::Repaired).to_string();
        Some(Alone::new(defect, refuted.call.to_string(), Vec::new(), vec![shown], refuted.rule.id()))
    }

    fn new(defect: Defect, what: String, steps: Vec<String>, broken: Vec<String>, rule: &'static str) -> Alone {
        Alone { defect: defect.name(), title: defect.title(), source: defect.source(), what, steps, broken, rule }
    }

    /// The story in words.
    pub fn tell(&self) -> String {
        let mut text = format!("{}  {}\n", heading(self.defect, self.title, self.source), self.what);
        self.steps.iter().for_each(|step| text += &format!("    {step}\n"));
        self.broken.iter().for_each(|broken| text += &format!("    => {broken}\n"));
        text + &format!("     rule: {}\n\n", self.rule)
    }
}

/// What stands above each of these.
fn heading(defect: &str, title: &str, source: &str) -> String {
    format!("{defect}\n{}{}", paragraph("  ", &format!("{title}.")), paragraph("  in ", source))
}
