//! A path through the model, told step by step with one column per thread.
//!
//! It knows how to render, not what to look for: [`crate::sweep`] finds the paths.

mod state;

use comfy_table::{ContentArrangement, Table, presets};
use crossinterp_model::Model;
use crossinterp_model::blame::needed;
use crossinterp_model::call::Outcome;
use crossinterp_model::calm::calm;
use crossinterp_model::defect::Defect;
use crossinterp_model::explore::Refutation;
use crossinterp_model::scope::{Scope, TypeKind};
use crossinterp_model::step::Step;
use crossinterp_model::world::World;
use serde::Serialize;

use state::state;

/// Terminal width that a story is laid out for.
const COLUMNS: u16 = 80;
/// Columns of what stands above and below it.
const PARAGRAPH_COLUMNS: usize = 100;

/// One step of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The thread that takes it.
    pub thread: u8,
    /// The call that it begins, if it begins one.
    pub call: Option<String>,
    /// What it does.
    pub step: &'static str,
    /// Function and file of the C code it follows.
    pub source: &'static str,
    /// What the caller is told, if the call ends with it.
    pub told: Option<String>,
}

/// A refutation, ready to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Story {
    /// The defect that explains it; none means that it is new, or ours.
    pub defect: Option<&'static str>,
    /// What the defect is.
    pub title: Option<&'static str>,
    /// Where the C code has it.
    pub source: Option<&'static str>,
    /// The change that was made to the text, if nothing in the catalogue explains it and one was made: it brought this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brought_by: Option<String>,
    /// The fault, in one sentence.
    pub fault: &'static str,
    /// The property that is violated.
    pub property: &'static str,
    /// The rule that is broken.
    pub rule: &'static str,
    /// The scope in which it was found.
    pub scope: &'static str,
    /// Where each thread was born.
    pub homes: Vec<u8>,
    /// What existed at the start.
    pub given: Vec<String>,
    /// The steps.
    pub lines: Vec<Line>,
    /// What there is when it goes wrong.
    pub state: Vec<String>,
    /// The defects without which the trace cannot be taken step by step.
    pub needs: Vec<&'static str>,
}

impl Story {
    /// The story of a refutation: its path is replayed on the model.
    pub fn of(model: &Model, refutation: &Refutation<Step>) -> Story {
        let scope = model.setup.scope;
        let path = calm(model, &refutation.path, refutation.violation);
        let defect = refutation.violation.defect(model.setup.defects);
        Story {
            defect: defect.map(Defect::name),
            title: defect.map(Defect::title),
            source: defect.map(Defect::source),
            brought_by: if defect.is_none() { change(model) } else { None },
            fault: refutation.violation.fault.sentence(),
            property: refutation.violation.fault.property().sentence(),
            rule: refutation.violation.fault.rule().id(),
            scope: scope.name,
            homes: scope.homes.to_vec(),
            given: given(&scope),
            lines: lines(model, &path),
            state: state(&behind(model, &path), &scope),
            needs: needed(model, refutation).into_iter().map(Defect::name).collect(),
        }
    }

    /// The story in words: what is there, the steps in columns, and what is wrong at the end.
    pub fn tell(&self) -> String {
        let mut text = self.heading();
        text.push_str(&format!("{}\n", table(&self.homes, &self.lines)));
        text.push_str(&paragraph("  => ", self.fault));
        text.push_str(&format!("     violates: {}\n", self.property));
        text.push_str(&format!("     rule: {}\n", self.rule));
        text
    }

    /// The same, with the state in which it ends and what would have kept it from happening.
    pub fn explain(&self) -> String {
        let mut text = self.tell();
        text.push_str("\n  the state then:\n");
        self.state.iter().for_each(|line| text.push_str(&paragraph("    ", line)));
        if !self.needs.is_empty() {
            text.push_str(
                "\n  without any one of these the trace cannot be taken step by step (another may lead to the same):\n",
            );
            self.needs.iter().for_each(|defect| text.push_str(&format!("    {defect}\n")));
        }
        text
    }

    fn heading(&self) -> String {
        let brought_by = self.brought_by.as_deref();
        let name = self.defect.or(brought_by).unwrap_or("UNEXPLAINED");
        let unexplained =
            if brought_by.is_some() { "The change brings this" } else { "Nothing in the catalogue explains this" };
        let mut text = format!("{name}\n{}", paragraph("  ", &format!("{}.", self.title.unwrap_or(unexplained))));
        if let Some(source) = self.source {
            text.push_str(&paragraph("  in ", source));
        }
        if !self.given.is_empty() {
            text.push_str(&format!("  at the start: {}\n", self.given.join("\n                ")));
        }
        text
    }
}

/// What was changed in the text, by name.
fn change(model: &Model) -> Option<String> {
    let fixes = model.setup.fixes.iter().map(|fix| fix.name());
    let names: Vec<_> = fixes.chain(model.setup.patch.map(|patch| patch.name())).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// Steps in columns, one for each thread.
pub fn table(homes: &[u8], lines: &[Line]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(COLUMNS);
    let born = |(thread, home): (usize, &u8)| format!("T{thread}, born in {home}");
    table.set_header(std::iter::once(String::new()).chain(homes.iter().enumerate().map(born)));
    for (number, line) in lines.iter().enumerate() {
        table.add_row(row(homes.len(), number + 1, line));
    }
    table
}

fn row(threads: usize, number: usize, line: &Line) -> Vec<String> {
    let mut cells = vec![String::new(); threads + 1];
    cells[0] = number.to_string();
    cells[usize::from(line.thread) + 1] = line.words();
    cells
}

/// A paragraph behind a mark, its further lines under its first.
pub fn paragraph(mark: &str, text: &str) -> String {
    let blank = " ".repeat(mark.len());
    let options = textwrap::Options::new(PARAGRAPH_COLUMNS).initial_indent(mark).subsequent_indent(&blank);
    textwrap::fill(text, options) + "\n"
}

impl Line {
    fn words(&self) -> String {
        let call = self.call.as_ref().map_or(String::new(), |call| format!("{call}: "));
        let told = self.told.as_ref().map_or(String::new(), |told| format!(" -> told: {told}"));
        format!("{call}{}{told}", self.step)
    }
}

/// What exists when a scope begins, in words.
pub(crate) fn given(scope: &Scope) -> Vec<String> {
    let name = |(slot, given): (usize, &crossinterp_model::scope::Given)| {
        format!("c{slot}: {} of interpreter {}", crossinterp_model::call::payload_name(given.payload), given.owner)
    };
    let mut words = vec![format!("interpreters 0 to {}", scope.interpreters - 1)];
    words.extend(runners(scope));
    words.extend(scope.given.iter().enumerate().map(name));
    words.extend(scope.types.iter().enumerate().map(|(class, kind)| format!("type{class}: {}", kind_name(*kind))));
    words.extend(scope.namespace.map(|source| format!("interpreter {source} has a dict with name0 and name1")));
    words.push(format!("a queue has room for {}", scope.queue_capacity));
    words
}

/// Who runs main at the start: the first thread that was born in each interpreter.
fn runners(scope: &Scope) -> Option<String> {
    let first = |thread: usize, home: u8| !scope.homes[..thread].contains(&home);
    let runners = scope.homes.iter().enumerate().filter(|&(thread, &home)| first(thread, home));
    let words: Vec<_> = runners.map(|(thread, home)| format!("T{thread} runs main of {home}")).collect();
    (scope.sessions > 0).then(|| words.join(", "))
}

fn kind_name(kind: TypeKind) -> String {
    match kind {
        TypeKind::Builtin => "built-in, registered with f0".to_owned(),
        TypeKind::Static => "static".to_owned(),
        TypeKind::Heap(home) => format!("heap type of interpreter {home}"),
    }
}

/// The world behind a path.
fn behind(model: &Model, path: &[Step]) -> World {
    path.iter().fold(model.setup.scope.initial(), |world, &step| model.take(&world, step).world)
}

/// What each step of a path does and tells.
pub(crate) fn lines(model: &Model, path: &[Step]) -> Vec<Line> {
    let mut world: World = model.setup.scope.initial();
    let mut lines = Vec::with_capacity(path.len());
    for &step in path {
        let successor = model.take(&world, step);
        world = successor.world;
        lines.push(line(step, successor.outcome));
    }
    lines
}

fn line(step: Step, outcome: Option<Outcome>) -> Line {
    let call = match step {
        Step::Begin { call, .. } => Some(call.to_string()),
        Step::Go { .. } => None,
    };
    Line {
        thread: step.thread(),
        call,
        step: step.pc().sentence(),
        source: step.pc().source(),
        told: outcome.map(|outcome| outcome.to_string()),
    }
}
