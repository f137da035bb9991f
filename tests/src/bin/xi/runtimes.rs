//! `xi runtimes`: which of the runtimes that the suite knows are here, and how to get the others.

use std::time::Duration;

use clap::Args;
use comfy_table::{Table, presets};
use crossinterp_suite::runtimes::{self, Found, KNOWN, Machine, Missing, Tried};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::conform::here;
use crate::{Exit, say, say_json};

/// `xi runtimes`.
#[derive(Args)]
pub struct Runtimes {
    /// Bring what is missing: by pyenv, by apt-get into the cache, or by cargo.
    #[arg(long)]
    provision: bool,
    /// Only this one.
    name: Option<String>,
}

/// What is told of a runtime as JSON.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
enum Row {
    Found(Found),
    Missing { name: &'static str, title: &'static str, tried: Vec<Tried>, advice: &'static str },
}

impl Runtimes {
    /// Finds each, brings it if asked to, and tells. One that is missing is not as it should be.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let machine = Machine::this(&here());
        let names = match &self.name {
            Some(name) => vec![runtimes::known(name).map_err(|missing| missing.to_string())?.name],
            None => KNOWN.iter().map(|known| known.name).collect(),
        };
        let rows = names.into_iter().map(|name| self.row(name, &machine)).collect::<Result<Vec<_>, _>>()?;
        if json {
            say_json(&rows)?
        } else {
            say(&told(&rows))
        }
        let all_here = rows.iter().all(|row| matches!(row, Row::Found(_)));
        Ok(if all_here { Exit::Fine } else { Exit::Wrong })
    }

    fn row(&self, name: &'static str, machine: &Machine) -> Result<Row, String> {
        let mut found = runtimes::find(name, machine);
        if self.provision && found.is_err() {
            bring(name, machine);
            found = runtimes::find(name, machine);
        }
        match found {
            Ok(found) => Ok(Row::Found(found)),
            Err(Missing::NotHere { name, title, tried, advice }) => Ok(Row::Missing { name, title, tried, advice }),
            Err(unknown) => Err(unknown.to_string()),
        }
    }
}

/// Brings a runtime, and shows how far it is. Why it did not come is said; that it is missing is told with the others.
fn bring(name: &str, machine: &Machine) {
    let bar = ProgressBar::new_spinner().with_message(format!("{name}: beginning"));
    bar.enable_steady_tick(Duration::from_millis(100));
    let step = |done: u64, all: Option<u64>, line: &str| {
        if let Some(all) = all {
            bar.set_length(all.max(done));
            bar.set_position(done);
            bar.set_style(measured());
        }
        bar.set_message(format!("{name}: {line}"));
    };
    let brought = runtimes::provide(name, machine, &step);
    bar.finish_and_clear();
    if let Err(reason) = brought {
        eprintln!("xi: {name}: {reason}");
    }
}

/// A bar with the time that is left, as far as it can be told from the time that has passed.
fn measured() -> ProgressStyle {
    let template = "{bar:24} {pos}/{len} {elapsed} gone, about {eta} left  {wide_msg}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn told(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(["runtime", "version", "driven by"]);
    let mut missing = String::new();
    for row in rows {
        match row {
            Row::Found(Found { name, version, command }) => table.add_row([name, version, &command.join(" ")]),
            Row::Missing { name, title, tried, advice } => {
                missing += &format!("\n{name}: {title} is not here\n");
                missing.extend(tried.iter().map(|tried| format!("    {tried}\n")));
                missing += &format!("    {advice}\n");
                table.add_row([name, "-", "missing"])
            }
        };
    }
    format!("{table}\n{missing}")
}
