//! `xi defects` and `xi explain`: the catalogue with its verdicts, and all that is known of one defect.

use clap::Args;
use comfy_table::{ColumnConstraint, ContentArrangement};
use crossinterp_model::defect::{Defect, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_model::fix::{Fix, Standing};
use crossinterp_suite::book;
use crossinterp_suite::story::paragraph;
use crossinterp_suite::told::{newest, tell_in};
use crossinterp_suite::verdicts::{Alone, Catalogue, DefectVerdict, Shown, origin_name};
use serde::Serialize;

use crate::check::{new_table, search_with_progress};
use crate::progress::spin;
use crate::{Exit, say, say_json};

/// `xi defects`.
#[derive(Args)]
pub struct Defects {
    /// Only their names and what they are: searches nothing.
    #[arg(long)]
    list: bool,
}

impl Defects {
    /// Judges, and lists.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        if self.list {
            return list(json);
        }
        let catalogue = spin(|watch| Catalogue::judge(watch));
        if json {
            say_json(&catalogue)?;
        } else {
            tell(&catalogue);
        }
        Ok(if catalogue.is_expected() { Exit::Fine } else { Exit::Wrong })
    }
}

fn tell(catalogue: &Catalogue) {
    let is_seeded = |defect: &&DefectVerdict| defect.origin == origin_name(Origin::Mutant);
    say(&format!("{}\n", table(catalogue.defects.iter().filter(|defect| !is_seeded(defect)))));
    say("\nSeeded, to see a property fail:\n");
    say(&format!("{}\n\n", table(catalogue.defects.iter().filter(is_seeded))));
    say(&format!("{}\n", summary(catalogue)));
    say("alone: on top of the safe reading, the scope and the steps of a trace that ends in the defect's own rule\n");
    say("y: it shows   F: only when a fault strikes   -: another hides it   c: callers must not, and do not\n");
    say("*: found by this model   Next: `xi explain NAME`, `xi hunt`, `xi weigh`\n");
}

fn table<'a>(defects: impl Iterator<Item = &'a DefectVerdict>) -> comfy_table::Table {
    let mut table = new_table(&["defect", "alone", "dev", "3.13", "3.14"]);
    for defect in defects {
        let new = if defect.origin == origin_name(Origin::Found) { "*" } else { "" };
        let alone = match &defect.alone {
            Alone::Refuted { by, steps: 0 } => (*by).to_owned(),
            Alone::Refuted { by, steps } => format!("{by}, {steps}"),
            Alone::Vacuous => "VACUOUS".to_owned(),
        };
        let mut row = vec![format!("{}{new}", defect.name), alone];
        row.extend(["3.13-dev", "3.13", "3.14"].map(|edition| sign(defect.editions.get(edition)).to_owned()));
        table.add_row(row);
    }
    table
}

fn sign(shown: Option<&Shown>) -> &'static str {
    match shown {
        None => "",
        Some(Shown::Shown) => "y",
        Some(Shown::UnderFaults) => "F",
        Some(Shown::Hidden) => "-",
        Some(Shown::Contract) => "c",
        Some(Shown::Missing) => "MISSING",
    }
}

fn summary(catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for edition in ["3.13-dev", "3.13", "3.14"] {
        let there: Vec<_> = catalogue.defects.iter().filter(|defect| defect.editions.contains_key(edition)).collect();
        let new = there.iter().filter(|defect| defect.origin == origin_name(Origin::Found)).count();
        let faults = there.iter().filter(|defect| defect.editions[edition] == Shown::UnderFaults).count();
        text +=
            &format!("{edition:>9}: {} defects, {new} found by this model, {faults} only under faults\n", there.len());
    }
    let vacuous = catalogue.defects.iter().filter(|defect| defect.alone == Alone::Vacuous).count();
    let (exhausted, scopes) = (catalogue.exhausted, catalogue.scopes);
    text + &format!(" repaired: all off, exhausted on {exhausted} of {scopes} scopes; {vacuous} vacuous toggles\n")
}

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    title: &'static str,
    source: &'static str,
    rule: &'static str,
    origin: &'static str,
    editions: Vec<&'static str>,
}

fn list(json: bool) -> Result<Exit, String> {
    let has =
        |defect: Defect, edition: &Edition| defect.origin() != Origin::Mutant && edition.defects().contains(defect);
    let entry = |&defect: &Defect| Entry {
        name: defect.name(),
        title: defect.title(),
        source: defect.source(),
        rule: defect.rule().id(),
        origin: origin_name(defect.origin()),
        editions: Edition::ALL.into_iter().filter(|edition| has(defect, edition)).map(Edition::name).collect(),
    };
    let entries: Vec<_> = Defect::ALL.iter().map(entry).collect();
    if json {
        return say_json(&entries).map(|()| Exit::Fine);
    }
    let mut table = new_table(&["defect", "what goes wrong", "in", "known from"]);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(100);
    table.set_constraints([ColumnConstraint::ContentWidth]);
    for entry in &entries {
        let editions = if entry.editions.is_empty() { "none".to_owned() } else { entry.editions.join(" ") };
        table.add_row([entry.name, entry.title, editions.as_str(), entry.origin]);
    }
    say(&format!("{table}\n`xi explain NAME` tells all that is known of one.\n"));
    Ok(Exit::Fine)
}

/// `xi explain NAME`.
pub fn explain(name: &str, json: bool) -> Result<Exit, String> {
    let defect = Defect::from_name(name).ok_or_else(|| unknown(name))?;
    let text = newest(defect);
    let told = tell_in(text, defect, &search_with_progress)
        .ok_or_else(|| format!("{defect} does not show in {} within the scopes of `xi check`", text.name()))?;
    if json {
        return say_json(&told).map(|()| Exit::Fine);
    }
    say(&format!("{}\n", told.explain().trim_end()));
    say(&rule_text(defect.rule().id()));
    say(&fixes(defect));
    if defect.origin() != Origin::Mutant {
        say(&format!("\n  the page: specs/defects/{defect}.md\n"));
    }
    Ok(Exit::Fine)
}

fn unknown(name: &str) -> String {
    let alike = |defect: &&Defect| defect.name().split('-').any(|word| word.len() > 3 && name.contains(word));
    let near: Vec<_> = Defect::ALL.iter().filter(alike).map(|defect| defect.name()).take(5).collect();
    let near = if near.is_empty() { String::new() } else { format!(" (perhaps {})", near.join(", ")) };
    format!("unknown defect '{name}'{near}: `xi defects --list` lists them")
}

/// What the book says under the rule, as far as its entries.
fn rule_text(id: &str) -> String {
    let Some(statement) = book::read().ok().and_then(|book| book.statement_of(id)) else { return String::new() };
    format!("\n  the rule, {id}:\n{}", paragraph("    ", &statement))
}

fn fixes(defect: Defect) -> String {
    let claims = |fix: &&Fix| fix.standing() != Standing::Ours && fix.claims().contains(&defect);
    let mut text = String::new();
    for fix in Fix::ALL.iter().filter(claims) {
        let heading =
            if text.is_empty() { "\n  fixes that claim to close it (`xi weigh NAME` weighs them):\n" } else { "" };
        text += heading;
        text += &paragraph("    ", &format!("{fix}, {}, {}: {}", fix.standing().word(), fix.upstream(), fix.title()));
    }
    text
}
