//! `xi hunt`: everything that is wrong with a text, round by round, until nothing is left.

use clap::Args;
use crossinterp_model::defect::{Defect, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_suite::hunt::{Caught, Hunt, Row};
use crossinterp_suite::story::paragraph;
use crossinterp_suite::sweep::STATES_MAX;
use serde::Serialize;

use crate::check::{grouped, scopes_named};
use crate::progress::spin;
use crate::{Exit, say, say_json};

/// `xi hunt`.
#[derive(Args)]
pub struct HuntCommand {
    /// Only this edition: 3.13-dev, 3.13, 3.14, repaired. Can be given several times.
    #[arg(long)]
    edition: Vec<Edition>,
    /// Only on this scope. Can be given several times.
    #[arg(long)]
    scope: Vec<String>,
    /// Give up a search after so many states.
    #[arg(long, default_value_t = STATES_MAX)]
    states_max: u64,
    /// Tell the shortest trace of each violation.
    #[arg(long)]
    traces: bool,
}

impl HuntCommand {
    /// Hunts.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let scopes = scopes_named(&self.scope)?;
        let wanted = |edition: &Edition| self.edition.is_empty() || self.edition.contains(edition);
        let editions: Vec<_> = Edition::ALL.into_iter().filter(wanted).collect();
        let hunts: Vec<_> =
            spin(|watch| editions.iter().map(|&edition| Hunt::run(edition, &scopes, self.states_max, watch)).collect());
        if json {
            say_json(&hunts.iter().map(Report::of).collect::<Vec<_>>())?;
        } else {
            hunts.iter().for_each(|hunt| self.tell(hunt));
        }
        Ok(match hunts.iter().all(Hunt::is_over) {
            true => Exit::Fine,
            false if hunts.iter().any(Hunt::is_cut) => Exit::Cut,
            false => Exit::Wrong,
        })
    }

    fn tell(&self, hunt: &Hunt) {
        say(&format!("{}\n", hunt.edition));
        for (number, round) in hunt.rounds.iter().enumerate() {
            let found: usize = round.caught.values().map(Vec::len).sum();
            let found = if found == 0 { "nothing".to_owned() } else { format!("{found} distinct violations") };
            let complete = if round.complete { "" } else { ", CUT SHORT" };
            say(&format!("  round {}: {found}; {} states{complete}\n", number + 1, grouped(round.states)));
            for (defect, caught) in &round.caught {
                self.tell_defect(*defect, caught);
            }
        }
        say(&format!("  {}\n\n", conclusion(hunt)));
    }

    fn tell_defect(&self, defect: Option<Defect>, caught: &[Caught]) {
        let name = defect.map_or("UNEXPLAINED", Defect::name);
        let new = if defect.is_some_and(|defect| defect.origin() == Origin::Found) { " (new)" } else { "" };
        say(&format!("    {name}{new}\n"));
        for one in caught {
            say(&line(&one.row()));
            if self.traces {
                say(&format!("\n{}\n", one.story().tell()));
            }
        }
    }
}

fn line(row: &Row) -> String {
    let step = row.step.map_or("at rest".to_owned(), |step| format!("at: {step}"));
    let behind = if row.behind { ", behind another" } else { "" };
    paragraph("      ", &format!("{} ({step}; {} steps{behind}; {})", row.fault, row.steps, row.scopes.join(" ")))
}

fn conclusion(hunt: &Hunt) -> String {
    let (all, known) = (hunt.defects().len(), hunt.known());
    let found = format!("{} distinct violations of {all} defects, {} of them new", hunt.violations(), all - known);
    match (hunt.is_over(), hunt.violations()) {
        (true, 0) => "verified: there is nothing to find".to_owned(),
        (true, _) => format!("{found}; with all of these off every scope is exhausted"),
        (false, _) if hunt.is_cut() => format!("{found}; a search was cut short, so there may be more"),
        (false, _) => format!("{found}; and SOMETHING UNEXPLAINED"),
    }
}

#[derive(Serialize)]
struct Report {
    edition: &'static str,
    over: bool,
    violations: usize,
    defects: usize,
    known: usize,
    rounds: Vec<RoundReport>,
}

#[derive(Serialize)]
struct RoundReport {
    states: u64,
    complete: bool,
    caught: Vec<CaughtReport>,
}

#[derive(Serialize)]
struct CaughtReport {
    defect: Option<&'static str>,
    violations: Vec<Row>,
}

impl Report {
    fn of(hunt: &Hunt) -> Report {
        let caught = |(defect, caught): (&Option<Defect>, &Vec<Caught>)| CaughtReport {
            defect: defect.map(Defect::name),
            violations: caught.iter().map(Caught::row).collect(),
        };
        let rounds = hunt.rounds.iter().map(|round| RoundReport {
            states: round.states,
            complete: round.complete,
            caught: round.caught.iter().map(caught).collect(),
        });
        Report {
            edition: hunt.edition.name(),
            over: hunt.is_over(),
            violations: hunt.violations(),
            defects: hunt.defects().len(),
            known: hunt.known(),
            rounds: rounds.collect(),
        }
    }
}
