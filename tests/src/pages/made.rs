//! What is generated of the catalogue's pages: a card and a trace for each, the tables of the index, the summary's lines.
//!
//! It says what the model says, and reads no page.

use std::collections::{BTreeMap, BTreeSet};

use crossinterp_model::defect::{Concept, Defect, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_model::fix::{Fix, Standing};

use super::block::block;
use crate::told::Told;

/// The folder of the pages, from the folder of the book.
pub const FOLDER: &str = "defects";

/// The defects that have a page: all but the seeded ones, by concept, in the order of the catalogue.
pub fn defects() -> Vec<Defect> {
    let mut defects: Vec<_> = Defect::ALL.iter().copied().filter(|defect| defect.origin() != Origin::Mutant).collect();
    defects.sort_by_key(|defect| defect.concept());
    defects
}

/// What the blocks are made of, beside the catalogue itself.
#[derive(Debug, Default)]
pub struct Facts {
    /// Each defect as it shows.
    pub told: BTreeMap<Defect, Told>,
    /// Where each rule stands in the book.
    pub places: BTreeMap<String, String>,
    /// The scripts that show a defect in a real interpreter, by the defect's name.
    pub scripts: BTreeSet<String>,
}

impl Facts {
    /// The card at the top of a page.
    pub fn card(&self, defect: Defect) -> String {
        let rows = self.rows(defect).into_iter().map(|(what, value)| format!("| {what} | {value} |\n"));
        let table = rows.collect::<String>();
        block("card", &format!("{}.\n\n| | |\n| --- | --- |\n{table}", defect.title()))
    }

    fn rows(&self, defect: Defect) -> Vec<(&'static str, String)> {
        let mut rows = vec![
            ("concept", format!("[{}](../{})", chapter(defect.concept()).0, chapter(defect.concept()).1)),
            ("editions", editions(defect)),
            ("source", source(defect)),
            ("breaks", self.rule(defect, "../")),
            ("known from", origin(defect).to_owned()),
        ];
        if !defect.needs().is_empty() {
            let links = defect.needs().iter().map(|needed| format!("[`{needed}`]({needed}.md)"));
            rows.push(("shows only with", links.collect::<Vec<_>>().join(", ")));
        }
        if self.scripts.contains(defect.name()) {
            let path = format!("tests/drivers/repro/{defect}.py");
            rows.push(("script", format!("[{path}](../../{path})")));
        }
        rows.extend(Fix::ALL.iter().filter_map(|&fix| Some(("modelled fix", fix_row(fix, defect)?))));
        rows
    }

    fn rule(&self, defect: Defect, to_book: &str) -> String {
        let id = defect.rule().id();
        let place = self.places.get(id).map_or("", String::as_str);
        format!("[`{id}`]({to_book}{place})")
    }

    /// The shortest trace, at the end of a page.
    pub fn trace(&self, defect: Defect) -> String {
        let shows_nowhere = || format!("Nothing that the model does shows {defect}.");
        let story = self.told.get(&defect).map_or_else(shows_nowhere, Told::tell);
        block("trace", &format!("```text\n{}\n```", story.trim_end()))
    }

    /// The catalogue by concept, for the index.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut last = None;
        for defect in defects() {
            if last.replace(defect.concept()) != Some(defect.concept()) {
                text += &format!("\n## {}\n\n{HEADER}", chapter(defect.concept()).0);
            }
            text += &self.table_row(defect);
        }
        block("catalogue", text.trim_start())
    }

    fn table_row(&self, defect: Defect) -> String {
        let link = format!("[`{defect}`]({FOLDER}/{defect}.md)");
        let cells =
            [link, format!("{}.", defect.title()), editions(defect), self.rule(defect, ""), origin(defect).into()];
        format!("| {} |\n", cells.join(" | "))
    }
}

const HEADER: &str = "| defect | what goes wrong | editions | breaks | known from |\n| --- | --- | --- | --- | --- |\n";

/// The lines of the summary under the index.
pub fn summary() -> String {
    defects().iter().map(|defect| format!("  - [{defect}]({FOLDER}/{defect}.md)\n")).collect()
}

/// A new page: what is generated, and headings to write under.
pub fn skeleton(defect: Defect, facts: &Facts, sections: &[&str]) -> String {
    let headings: String = sections.iter().map(|section| format!("\n## {section}\n")).collect();
    format!("# {defect}\n\n{}\n{headings}\n{}\n", facts.card(defect), facts.trace(defect))
}

fn chapter(concept: Concept) -> (&'static str, &'static str) {
    match concept {
        Concept::Interpreter => ("Interpreters", "interpreter.md"),
        Concept::Pending => ("Pending calls", "pending.md"),
        Concept::Capsule => ("Capsules", "capsule.md"),
        Concept::Registry => ("The registry", "registry.md"),
        Concept::Namespace => ("Namespaces", "namespace.md"),
        Concept::Excinfo => ("Exception snapshots", "excinfo.md"),
        Concept::Error => ("Error codes", "error.md"),
        Concept::Session => ("Sessions", "session.md"),
        Concept::Runtime => ("The runtime", "runtime.md"),
    }
}

fn editions(defect: Defect) -> String {
    let has = |edition: &Edition| edition.defects().contains(defect);
    let names: Vec<_> = Edition::ALL.into_iter().filter(has).map(|edition| format!("`{edition}`")).collect();
    if names.is_empty() { "none of these".to_owned() } else { names.join(", ") }
}

/// Files and functions: `a.c, f, g; b.c, h` with each name in backticks.
fn source(defect: Defect) -> String {
    let file = |part: &str| part.split(", ").map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    defect.source().split("; ").map(file).collect::<Vec<_>>().join("; ")
}

fn origin(defect: Defect) -> &'static str {
    match defect.origin() {
        Origin::Known => "before this model",
        Origin::Found => "this model",
        Origin::Mutant => "nowhere: it is seeded",
    }
}

/// What a fix has to do with a defect, if it has.
fn fix_row(fix: Fix, defect: Defect) -> Option<String> {
    if fix.standing() == Standing::Ours {
        return None;
    }
    let what = match (fix.claims().contains(&defect), fix.removes().contains(defect)) {
        (true, true) => "is said to close it; takes it out of the step",
        (true, false) => "is said to close it",
        (false, true) => "takes it out of the step",
        (false, false) => return None,
    };
    Some(format!("`{fix}` ({}; {}) {what}", fix.standing().word(), fix.upstream()))
}
