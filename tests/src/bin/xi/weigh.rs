//! `xi weigh`: what a change to the C code closes, leaves and opens, rule by rule.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use crossinterp_model::edition::Edition;
use crossinterp_model::fix::Fix;
use crossinterp_suite::story::{Story, paragraph};
use crossinterp_suite::sweep::STATES_MAX;
use crossinterp_suite::weigh::{Change, Effect, Finding, Options, Scales, Weighed, legend, matrix};
use serde::Serialize;

use crate::check::{grouped, scopes_named};
use crate::progress::spin;
use crate::{Exit, say, say_json};

/// `xi weigh`.
#[derive(Args)]
pub struct Weigh {
    /// The fixes to weigh, each by itself; without any, all of them.
    #[arg(conflicts_with_all = ["with", "without"])]
    fixes: Vec<String>,
    /// One change made of these fixes and defects: fixes are applied, defects are put in.
    #[arg(long, value_delimiter = ',')]
    with: Vec<String>,
    /// And without these: fixes are left out, defects are taken out.
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
    /// In this edition; without it, in the newest that the fix changes.
    #[arg(long)]
    edition: Option<Edition>,
    /// Only on this scope. Can be given several times.
    #[arg(long)]
    scope: Vec<String>,
    /// Give up a search after so many states.
    #[arg(long, default_value_t = STATES_MAX)]
    states_max: u64,
    /// Hold this file to the matrix: it is wrong if the file does not show the matrix as it is printed.
    #[arg(long, value_name = "FILE")]
    holds: Option<PathBuf>,
    /// Tell the shortest trace of each rule that is refuted with the change.
    #[arg(long)]
    traces: bool,
}

impl Weigh {
    /// Weighs.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let changes = self.changes()?;
        let scopes = scopes_named(&self.scope)?;
        let held = self.holds.as_deref().map(read).transpose()?;
        let options = Options { scopes: &scopes, states_max: self.states_max };
        let weighed: Vec<_> = spin(|watch| {
            let mut scales = Scales::new(options, watch);
            let weigh = |change: Change| scales.weigh(change, self.edition.unwrap_or(change.base()));
            changes.into_iter().map(weigh).collect()
        });
        if json {
            say_json(&weighed.iter().map(Row::of).collect::<Vec<_>>())?;
        } else {
            self.tell(&weighed);
        }
        if !weighed.iter().all(|one| one.complete) {
            return Ok(Exit::Cut);
        }
        Ok(if held.is_none_or(|text| shows(&text, &weighed)) { Exit::Fine } else { Exit::Wrong })
    }

    fn changes(&self) -> Result<Vec<Change>, String> {
        if !self.with.is_empty() || !self.without.is_empty() {
            let with = self.with.iter().try_fold(Change::default(), |change, name| change.with(name));
            let change =
                with.and_then(|change| self.without.iter().try_fold(change, |change, name| change.without(name)));
            return change.map(|change| vec![change]).map_err(|error| error.to_string());
        }
        if self.fixes.is_empty() {
            return Ok(Fix::ALL.iter().map(|&fix| Change::fix(fix)).collect());
        }
        let named = |name: &String| Change::default().with(name).map_err(|error| error.to_string());
        self.fixes.iter().map(named).collect()
    }

    fn tell(&self, weighed: &[Weighed]) {
        say(&format!("{}\n\n{}\n", matrix(weighed), legend(weighed)));
        weighed.iter().for_each(|one| say(&summary(one)));
        if self.traces {
            weighed.iter().for_each(tell_traces);
        }
    }
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Whether a text shows the matrix.
fn shows(text: &str, weighed: &[Weighed]) -> bool {
    let shown = text.contains(&matrix(weighed).to_string()) && text.contains(legend(weighed).trim_end());
    if !shown {
        eprintln!("xi: the file does not show this matrix and this legend: put them there");
    }
    shown
}

/// What a change comes to, in a paragraph.
fn summary(one: &Weighed) -> String {
    let fix = one.change.fixes.iter().next().filter(|_| one.change.fixes.iter().count() == 1);
    let mut text = format!("{} in {}", one.change.name(), one.edition);
    if let Some(fix) = fix {
        text += &format!(
            " ({}: {})\n{}",
            fix.standing().word(),
            fix.upstream(),
            paragraph("  ", &format!("{}.", fix.title()))
        );
    } else {
        text.push('\n');
    }
    for effect in [Effect::Closed, Effect::Narrowed, Effect::Hidden, Effect::Unmasked, Effect::Opened] {
        for rule in one.rules(effect) {
            let cell = &one.cells[&rule];
            let evidence = cell.trace().map_or(String::new(), told);
            let ways = match (cell.closed.len(), effect) {
                (0, _) | (_, Effect::Closed) => String::new(),
                (ways, _) => format!("; {ways} of the ways of before are closed"),
            };
            text += &paragraph("  ", &format!("{} {}{evidence}{ways}", effect.word(), rule.id()));
        }
    }
    let open = one.rules(Effect::Open).count();
    text + &format!("  {open} rules are refuted as before; {} states\n\n", grouped(one.states))
}

fn told(finding: &Finding) -> String {
    let (violation, scope) = (finding.refutation.violation, finding.model.setup.scope.name);
    format!(": {} ({} steps, scope {scope})", violation.fault.sentence(), finding.refutation.path.len())
}

fn tell_traces(one: &Weighed) {
    for (rule, cell) in &one.cells {
        let Some(finding) = cell.trace() else { continue };
        say(&format!("{}: {} {}\n\n{}\n", one.change.name(), rule.id(), cell.effect.word(), finding.story().tell()));
    }
}

#[derive(Serialize)]
struct Row {
    change: String,
    edition: &'static str,
    complete: bool,
    states: u64,
    rules: Vec<CellRow>,
}

#[derive(Serialize)]
struct CellRow {
    rule: &'static str,
    effect: Effect,
    closed: Vec<Shown>,
    hidden: Vec<Shown>,
    kept: Vec<Shown>,
    unmasked: Vec<Shown>,
    opened: Vec<Shown>,
    trace: Option<Story>,
}

#[derive(Serialize)]
struct Shown {
    scope: &'static str,
    fault: &'static str,
    step: Option<&'static str>,
    steps: usize,
}

impl Row {
    fn of(one: &Weighed) -> Row {
        let row = |(rule, cell): (&crossinterp_model::rule::Rule, &crossinterp_suite::weigh::Cell)| CellRow {
            rule: rule.id(),
            effect: cell.effect,
            closed: Shown::all(&cell.closed),
            hidden: Shown::all(&cell.hidden),
            kept: Shown::all(&cell.kept),
            unmasked: Shown::all(&cell.unmasked),
            opened: Shown::all(&cell.opened),
            trace: cell.trace().map(Finding::story),
        };
        Row {
            change: one.change.name(),
            edition: one.edition.name(),
            complete: one.complete,
            states: one.states,
            rules: one.cells.iter().map(row).collect(),
        }
    }
}

impl Shown {
    fn all(findings: &[Finding]) -> Vec<Shown> {
        let shown = |finding: &Finding| Shown {
            scope: finding.model.setup.scope.name,
            fault: finding.refutation.violation.fault.sentence(),
            step: finding.refutation.violation.place.map(|pc| pc.sentence()),
            steps: finding.refutation.path.len(),
        };
        findings.iter().map(shown).collect()
    }
}
