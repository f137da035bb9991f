//! `xi mutants`: the Python driver with one seeded mistake after the other, each of which the suite must notice.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use clap::Args;
use comfy_table::{Table, presets};
use crossinterp_suite::conform::{Options, mutants};
use crossinterp_suite::driver::Limits;
use serde::Serialize;

use crate::conform::{here, scenarios_of};
use crate::progress::spin;
use crate::{Exit, say, say_json};

/// `xi mutants`.
#[derive(Args)]
pub struct Mutants {
    /// The folder of scenarios; without it, that of this repository.
    #[arg(long)]
    scenarios: Option<PathBuf>,
    /// A Python that the driver of this repository runs on.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    mutant: String,
    mistake: String,
    caught_by: Option<String>,
    verdict: Option<String>,
}

impl Mutants {
    /// Plays the mutants, and the control without a mistake.
    pub fn run(mut self, json: bool) -> Result<Exit, String> {
        self.command.push(here().join("drivers/mutants/mutant.py").display().to_string());
        let scenarios = scenarios_of(self.scenarios.as_deref())?;
        let scenarios = mutants::in_turn(&scenarios.iter().collect::<Vec<_>>());
        // Some mistakes show as a call that never returns: no answer of this driver takes so long.
        let limits = Limits { request: Duration::from_secs(10), ..Limits::default() };
        let options = Options { limits, ..Options::default() };
        let control = (mutants::CONTROL.to_owned(), "It makes no mistake: nothing may speak against it.".to_owned());
        let all = self.list()?.into_iter().chain([control]);
        let judged = spin(|at| {
            let judge = |mutant: (String, String)| {
                at(&mutant.0);
                mutants::judge(&self.command, mutant, &scenarios, None, &options).map_err(|failure| failure.to_string())
            };
            all.map(judge).collect::<Result<Vec<_>, _>>()
        })?;
        let fine = judged.iter().all(|judged| judged.caught_by.is_none() == (judged.name == mutants::CONTROL));
        let rows: Vec<_> = judged.into_iter().map(row).collect();
        if json {
            say_json(&rows)?;
        } else {
            say(&format!("{}\n", table(&rows)));
        }
        Ok(if fine { Exit::Fine } else { Exit::Wrong })
    }

    fn list(&self) -> Result<Vec<(String, String)>, String> {
        let (program, arguments) = self.command.split_first().ok_or("no command")?;
        let output = Command::new(program).args(arguments).arg("--list").output();
        let output = output.map_err(|error| format!("{program}: {error}"))?;
        let list = mutants::listed(&String::from_utf8_lossy(&output.stdout));
        if list.is_empty() {
            return Err(format!("{program} lists no mutants: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        Ok(list)
    }
}

fn row(judged: mutants::Judged) -> Row {
    let verdict = judged.caught_by.as_ref().map(|result| result.verdict.kind().word().to_owned());
    let caught_by = judged.caught_by.map(|result| result.scenario);
    Row { mutant: judged.name, mistake: judged.sentence, caught_by, verdict }
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(["mutant", "mistake", "caught by"]);
    for row in rows {
        let caught = match (&row.caught_by, &row.verdict) {
            (Some(scenario), Some(verdict)) => format!("{scenario} ({verdict})"),
            _ => "nothing".to_owned(),
        };
        table.add_row([&row.mutant, &row.mistake, &caught]);
    }
    table
}
