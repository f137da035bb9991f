//! A report in words, for people at a terminal: a table by concept, then whatever is not as it should be.

use std::collections::BTreeMap;
use std::fmt;

use comfy_table::{CellAlignment, Table, presets};

use super::difference::marks;
use super::report::{Counts, Report, ScenarioResult};
use super::verdict::Verdict;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runtime = &self.runtime;
        writeln!(f, "{} {} as edition {}", runtime.name, runtime.version, self.edition)?;
        writeln!(f, "{}", table(self))?;
        for result in self.results.iter().filter(|result| result.is_unexpected()) {
            write_details(f, result)?;
        }
        write_expected(f, &self.results)?;
        write_missing(f, &self.results)?;
        write_repaired(f, &self.results)?;
        for complaint in &self.complaints {
            writeln!(f, "{complaint}: mend the file of expectations")?;
        }
        for (what, share) in self.coverage.shares() {
            writeln!(f, "{what} exercised by what passed: {share}")?;
        }
        write!(f, "{}", self.counts)
    }
}

fn table(report: &Report) -> Table {
    let mut concepts: BTreeMap<&str, Counts> = BTreeMap::new();
    for result in &report.results {
        concepts.entry(result.concept()).or_default().add(result);
    }
    let mut table = Table::new();
    let head = ["", "passed", "repaired", "expected", "failed", "not implemented", "skipped"];
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(head);
    for (concept, counts) in &concepts {
        table.add_row(row(concept, counts));
    }
    for (profile, counts) in &report.profiles {
        table.add_row(row(&format!("profile {profile}"), counts));
    }
    table.add_row(row("all", &report.counts));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn row(name: &str, counts: &Counts) -> Vec<String> {
    let Counts { pass, repaired, expected, not_implemented, skipped, .. } = *counts;
    let figures = [pass, repaired, expected, counts.bad(), not_implemented, skipped];
    let shown = figures.into_iter().map(|figure| if figure == 0 { String::new() } else { figure.to_string() });
    std::iter::once(name.to_owned()).chain(shown).collect()
}

fn write_details(f: &mut fmt::Formatter<'_>, result: &ScenarioResult) -> fmt::Result {
    match &result.verdict {
        Verdict::Pass | Verdict::Skipped => return Ok(()),
        Verdict::Fail { step, place, call, expected, observed } => {
            writeln!(f, "{place}: step {step} showed something else")?;
            write_difference(f, call, expected, observed)?;
        }
        Verdict::NotImplemented { place, what, .. } => {
            writeln!(f, "{place}: claimed in the handshake, and not implemented: {what}")?;
        }
        Verdict::Crash { place, call, signal } => writeln!(f, "{place}: {call} ended the process by {signal}")?,
        Verdict::Timeout { place, call } => writeln!(f, "{place}: {call} did not return in time")?,
        Verdict::Protocol { place, what } => writeln!(f, "{place}: {what}")?,
        Verdict::GivenUp { what } => writeln!(f, "{}: not played: {what}", result.scenario)?,
    }
    for (index, step) in result.shortest.iter().enumerate() {
        let head = if index == 0 { "shortest" } else { "" };
        writeln!(f, "    {head:8}  {} -> {}", step.call, step.seen)?;
    }
    writeln!(f, "    rules     {}", result.rules.join(" "))?;
    for line in &result.stderr {
        writeln!(f, "    stderr    {line}")?;
    }
    writeln!(f)
}

/// One under the other, with marks where they differ.
fn write_difference(f: &mut fmt::Formatter<'_>, call: &str, expected: &str, observed: &str) -> fmt::Result {
    let (gone, new) = marks(expected, observed);
    let lines = [("call", call), ("expected", expected), ("", &gone), ("observed", observed), ("", &new)];
    for (head, line) in lines.into_iter().filter(|(_, line)| !line.is_empty()) {
        writeln!(f, "    {head:8}  {line}")?;
    }
    Ok(())
}

fn write_expected(f: &mut fmt::Formatter<'_>, results: &[ScenarioResult]) -> fmt::Result {
    for result in results {
        if let Some(expected) = &result.known {
            writeln!(f, "{}: {} as expected: {}", result.scenario, result.verdict.kind().word(), expected.name)?;
        }
    }
    Ok(())
}

/// What is missing, with how many scenarios need it.
fn write_missing(f: &mut fmt::Formatter<'_>, results: &[ScenarioResult]) -> fmt::Result {
    let mut missing: BTreeMap<&str, usize> = BTreeMap::new();
    for result in results {
        if let Verdict::NotImplemented { what, claimed: false, .. } = &result.verdict {
            *missing.entry(what).or_default() += 1;
        }
    }
    for (what, count) in missing {
        writeln!(f, "not implemented: {what}, which {count} scenarios need")?;
    }
    Ok(())
}

/// Known defects of the edition that the runtime does not have.
fn write_repaired(f: &mut fmt::Formatter<'_>, results: &[ScenarioResult]) -> fmt::Result {
    let mut repaired: BTreeMap<&str, usize> = BTreeMap::new();
    results.iter().flat_map(|result| &result.repaired).for_each(|name| *repaired.entry(name).or_default() += 1);
    for (name, count) in repaired {
        let scenarios = if count == 1 { "scenario" } else { "scenarios" };
        writeln!(f, "passed as `repaired`, without {name}: {count} {scenarios}")?;
    }
    Ok(())
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { pass, repaired, expected, fail, crash, timeout, protocol, .. } = self;
        let Counts { given_up, overstated, not_implemented, skipped, .. } = self;
        write!(f, "{pass} passed ({repaired} as repaired), {expected} failed as expected, {fail} failed, ")?;
        write!(f, "{crash} crashed, {timeout} timed out, {protocol} broke the protocol, ")?;
        for (count, what) in [(given_up, "given up"), (overstated, "overstated")] {
            if *count > 0 {
                write!(f, "{count} {what}, ")?;
            }
        }
        write!(f, "{not_implemented} not implemented, {skipped} skipped")
    }
}
