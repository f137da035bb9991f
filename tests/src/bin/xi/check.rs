//! Searching: the main job, `xi check`, `xi trace` and `xi rules`.

use std::time::Duration;

use clap::Args;
use comfy_table::{Cell, CellAlignment, Table, presets};
use crossinterp_model::catalogue::{self, DEEP, SCOPES};
use crossinterp_model::defect::{Defect, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_model::scope::Scope;
use crossinterp_suite::conform::count_calls;
use crossinterp_suite::story::Story;
use crossinterp_suite::sweep::{
    Comparison, Options, RuleCount, STATES_MAX, Searched, Text, compare, count_rules, search, shortest_stories,
};
use crossinterp_suite::told::{self, Alone, newest};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::captures;
use crate::conversions::{self, SweptRow};
use crate::{Exit, say, say_json};

/// `xi check`.
#[derive(Args)]
pub struct Check {
    /// Only this edition: 3.13-dev, 3.13, 3.14, repaired. Can be given several times.
    #[arg(long)]
    edition: Vec<Edition>,
    /// Only this scope. Can be given several times.
    #[arg(long)]
    scope: Vec<String>,
    /// The deep scopes too: minutes, and gigabytes.
    #[arg(long)]
    deep: bool,
    /// Take worlds that differ only in the names of interchangeable threads, interpreters and capsules for one.
    #[arg(long)]
    symmetry: bool,
    /// Give up a search after so many states.
    #[arg(long, default_value_t = STATES_MAX)]
    states_max: u64,
    /// Let stateright search the same, and compare.
    #[arg(long)]
    both: bool,
    /// Go on past each fault that C survives, to those that it hides.
    #[arg(long)]
    past: bool,
    /// Tell the shortest trace of every defect that was met.
    #[arg(long)]
    traces: bool,
}

/// `xi trace`.
#[derive(Args)]
pub struct Trace {
    /// The defect: see `xi defects`.
    name: String,
    /// In this edition; without it, the newest that has the defect.
    #[arg(long)]
    edition: Option<Edition>,
    /// In the safe reading with only this defect: often a shorter story.
    #[arg(long, conflicts_with = "edition")]
    alone: bool,
}

/// `xi` alone: every edition on every scope, the figures of both engines, and the shortest trace of every defect.
pub fn main_job(json: bool) -> Result<Exit, String> {
    let searches = search_all(&texts(&[]), SCOPES, Options::default());
    let repaired = searches.iter().filter(|searched| matches!(searched.text, Text::Edition(Edition::Repaired)));
    let comparisons: Vec<_> = repaired.map(compare_with_progress).collect();
    let conversions = conversions::rows();
    let captures = captures::rows();
    let swept = conversions.iter().chain(&captures).all(SweptRow::is_expected);
    let exit = if swept { judge(&searches, &comparisons) } else { Exit::Wrong };
    if json {
        return print_json(&searches, &comparisons, [&conversions, &captures], true).map(|()| exit);
    }
    say(&format!("{}\n", table_of(&searches, false)));
    say(&conversions::table(&conversions));
    say(&captures::table(&captures));
    say(&format!("\nBoth engines on the repaired protocol:\n{}\n", comparison_table(&comparisons)));
    say("\nThe shortest way to each defect, in the editions that have it:\n\n");
    tell(&searches);
    conversions::tell_all();
    captures::tell_all();
    told::alone().filter_map(Alone::of).for_each(|story| say(&story.tell()));
    say(&summary(&searches, [&conversions, &captures]));
    Ok(exit)
}

impl Check {
    /// Runs the searches that were asked for.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let scopes = self.scopes()?;
        let options = Options { symmetry: self.symmetry, states_max: self.states_max, past: self.past };
        let searches = search_all(&texts(&self.edition), &scopes, options);
        let comparisons: Vec<_> =
            if self.both { searches.iter().map(compare_with_progress).collect() } else { Vec::new() };
        let exit = judge(&searches, &comparisons);
        if json {
            return print_json(&searches, &comparisons, [&[], &[]], self.traces).map(|()| exit);
        }
        say(&format!("{}\n", table_of(&searches, true)));
        if self.both {
            say(&format!("\n{}\n", comparison_table(&comparisons)));
        }
        if self.traces {
            tell(&searches);
        }
        Ok(exit)
    }

    fn scopes(&self) -> Result<Vec<Scope>, String> {
        let deep = if self.deep && self.scope.is_empty() { DEEP } else { &[] };
        scopes_named(&self.scope).map(|scopes| scopes.into_iter().chain(deep.iter().copied()).collect())
    }
}

/// The scopes of those names; without any, those of the default run.
pub fn scopes_named(names: &[String]) -> Result<Vec<Scope>, String> {
    if names.is_empty() {
        return Ok(SCOPES.to_vec());
    }
    let known = || SCOPES.iter().chain(DEEP).map(|scope| scope.name).collect::<Vec<_>>().join(", ");
    let find =
        |name: &String| catalogue::scope(name).ok_or_else(|| format!("unknown scope '{name}': use one of {}", known()));
    names.iter().map(find).collect()
}

impl Trace {
    /// Tells the story of the defect.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let defect = Defect::from_name(&self.name)
            .ok_or_else(|| format!("unknown defect '{}': `xi defects` lists them", self.name))?;
        let text = self.text(defect)?;
        let Some(told) = told::tell_in(text, defect, &search_with_progress) else {
            return Err(format!("{defect} does not show in {} within the scopes of `xi check`", text.name()));
        };
        if json {
            say_json(&told)?;
        } else {
            say(&told.tell());
        }
        Ok(Exit::Fine)
    }

    fn text(&self, defect: Defect) -> Result<Text, String> {
        let has = |edition: Edition| defect.origin() != Origin::Mutant && edition.defects().contains(defect);
        match self.edition {
            Some(edition) if has(edition) => Ok(Text::Edition(edition)),
            Some(edition) => Err(format!("edition {edition} does not have the defect {defect}")),
            None if self.alone => Ok(Text::Alone(defect)),
            None => Ok(newest(defect)),
        }
    }
}

/// A search for a story: its progress is shown like that of all others.
pub fn search_with_progress(text: Text, scope: Scope) -> Searched {
    search_all(&[text], &[scope], Options::default()).remove(0)
}

/// `xi rules`: how often each rule fired over all editions and scopes.
pub fn rules(json: bool) -> Result<Exit, String> {
    let calls = count_calls(&crate::conform::scenarios_of(None)?);
    let counts = count_rules(&search_all(&texts(&[]), SCOPES, Options::default()), &calls);
    let hole = counts.iter().any(RuleCount::is_hole);
    if json {
        say_json(&counts)?;
    } else {
        let mut table = new_table(&["rule", "realised by", "transitions", "calls of scenarios"]);
        for count in &counts {
            let by = if count.in_steps { "steps of the model" } else { "scenarios" };
            let shown = |number| if number == 0 { String::new() } else { grouped(number) };
            table.add_row(vec![
                Cell::new(count.rule),
                Cell::new(by),
                right(shown(count.transitions)),
                right(shown(count.calls)),
            ]);
        }
        say(&format!("{table}\n"));
    }
    Ok(if hole { Exit::Wrong } else { Exit::Fine })
}

fn texts(editions: &[Edition]) -> Vec<Text> {
    let wanted = |edition: &Edition| editions.is_empty() || editions.contains(edition);
    Edition::ALL.into_iter().filter(wanted).map(Text::Edition).collect()
}

fn search_all(texts: &[Text], scopes: &[Scope], options: Options) -> Vec<Searched> {
    let bar = ProgressBar::new((texts.len() * scopes.len()) as u64);
    let style = "{bar:30} {pos}/{len} searches  {msg}";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut searches = Vec::new();
    for &text in texts {
        for &scope in scopes {
            let watch = |progress: crossinterp_model::explore::Progress| {
                bar.set_message(format!("{} {}: {} states", text.name(), scope.name, grouped(progress.states)));
            };
            searches.push(search(text, scope, options, &watch));
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    searches
}

fn compare_with_progress(searched: &Searched) -> Comparison {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    bar.set_message(format!("stateright searches {} too", searched.model.setup.scope.name));
    let comparison = compare(searched);
    bar.finish_and_clear();
    comparison
}

fn judge(searches: &[Searched], comparisons: &[Comparison]) -> Exit {
    let wrong = |searched: &&Searched| !searched.is_bounded() && !searched.is_expected();
    if searches.iter().any(|searched| wrong(&searched)) || comparisons.iter().any(|comparison| !comparison.agree) {
        return Exit::Wrong;
    }
    if searches.iter().any(Searched::is_bounded) { Exit::Cut } else { Exit::Fine }
}

#[derive(Serialize)]
struct Output<'a> {
    searches: Vec<crossinterp_suite::sweep::Row>,
    engines: &'a [Comparison],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    conversions: &'a [SweptRow],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    captures: &'a [SweptRow],
    traces: Vec<Story>,
}

fn print_json(
    searches: &[Searched],
    engines: &[Comparison],
    [conversions, captures]: [&[SweptRow]; 2],
    traces: bool,
) -> Result<(), String> {
    let traces = if traces { shortest_stories(searches) } else { Vec::new() };
    say_json(&Output { searches: searches.iter().map(Searched::row).collect(), engines, conversions, captures, traces })
}

fn tell(searches: &[Searched]) {
    for story in shortest_stories(searches) {
        say(&format!("{}\n", story.tell()));
    }
}

pub fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(header.to_vec());
    table
}

pub fn right(text: impl ToString) -> Cell {
    Cell::new(text.to_string()).set_alignment(CellAlignment::Right)
}

/// The searches as a table; with the figures of the engine where somebody asked for a search in particular.
fn table_of(searches: &[Searched], figures: bool) -> Table {
    let mut header = vec!["edition", "scope", "states", "depth", "time", "verdict"];
    if figures {
        header.extend(["states/s", "bytes/state"]);
    }
    let mut table = new_table(&header);
    for searched in searches {
        let row = searched.row();
        let verdict = match (row.verdict, row.because) {
            ("refuted", _) => format!("refuted: {}", met(row.defects.len(), row.unexplained.len())),
            (word, Some(because)) => format!("{word}: {because}"),
            (word, None) => word.to_owned(),
        };
        let seconds = format!("{:.2} s", searched.elapsed.as_secs_f64());
        let mut cells = vec![
            Cell::new(row.edition),
            Cell::new(row.scope),
            right(grouped(row.states)),
            right(row.depth),
            right(seconds),
            Cell::new(verdict),
        ];
        if figures {
            cells.push(right(grouped(searched.states_per_second() as u64)));
            cells.push(right(format!("{:.0}", searched.bytes_per_state())));
        }
        table.add_row(cells);
    }
    table
}

pub fn met(defects: usize, unexplained: usize) -> String {
    let new = if unexplained == 0 { String::new() } else { format!(", {unexplained} UNEXPLAINED") };
    format!("{defects} known defect{}{new}", if defects == 1 { "" } else { "s" })
}

fn comparison_table(comparisons: &[Comparison]) -> Table {
    let header = ["scope", "engine", "states", "transitions", "depth", "refuted", "states/s", "agree"];
    let mut table = new_table(&header);
    for comparison in comparisons {
        for (index, engine) in ["ours", "stateright"].into_iter().enumerate() {
            let speed = comparison.states[index] as f64 / comparison.seconds[index];
            table.add_row(vec![
                Cell::new(if index == 0 { comparison.scope } else { "" }),
                Cell::new(engine),
                right(grouped(comparison.states[index])),
                right(grouped(comparison.transitions[index])),
                right(comparison.depth[index]),
                right(comparison.refuted[index]),
                right(grouped(speed as u64)),
                Cell::new(if comparison.agree { "yes" } else { "NO" }),
            ]);
        }
    }
    table
}

fn summary(searches: &[Searched], swept: [&[SweptRow]; 2]) -> String {
    let mut text = String::new();
    for edition in Edition::ALL {
        let of_edition = || searches.iter().filter(|searched| searched.text == Text::Edition(edition));
        let states = grouped(of_edition().map(|searched| searched.report.states).sum());
        let mut defects: Vec<_> = of_edition().flat_map(|searched| searched.row().defects).collect();
        let rows = swept.into_iter().flatten().filter(|row| row.edition == edition.name());
        defects.extend(rows.flat_map(|row| &row.defects));
        defects.sort_unstable();
        defects.dedup();
        let verified = of_edition().filter(|searched| searched.row().verdict == "verified").count();
        let scopes = of_edition().count();
        text.push_str(&match defects.len() {
            0 => format!("{:>9}: verified on {verified} of {scopes} scopes, {states} states\n", edition.name()),
            n => format!("{:>9}: refuted, {n} defects, each with a shortest trace; {states} states\n", edition.name()),
        });
    }
    text + "\nNext: `xi trace NAME`, `xi check --deep`, `xi conform -- python3.13`; the rules are in specs/.\n"
}

/// A number with its digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or("?")).collect();
    groups.join(" ")
}
