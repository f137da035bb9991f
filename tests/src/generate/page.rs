//! A generated scenario as the text of its file.

use std::collections::BTreeSet;

use crossinterp_model::edition::Edition;
use crossinterp_model::rule::Rule;

use super::chain::Link;
use super::item::Item;
use super::vocabulary::{Era, Stage};
use crate::scenario::{Shown, written};

/// The longest line of a header.
const WIDTH_MAX: usize = 120;

/// A scenario without its place among the others.
#[derive(Clone, Debug)]
pub struct Page {
    /// How much of the layer it needs.
    pub stage: Stage,
    /// The editions that have its calls.
    pub era: Era,
    /// Its calls.
    pub links: Vec<Link>,
}

impl Page {
    /// Its name, without folder and ending.
    pub fn name(&self, number: usize) -> String {
        format!("{}{}-{number:02}", self.stage.name(), self.of_era("-3-13", "-3-14"))
    }

    fn of_era(&self, old: &'static str, new: &'static str) -> &'static str {
        match self.era {
            Era::Both => "",
            Era::Old => old,
            Era::New => new,
        }
    }

    /// The text of its file.
    pub fn text(&self, number: usize) -> String {
        let mut lines = self.header(number);
        for link in &self.links {
            lines.extend(link_lines(link));
        }
        lines.join("\n") + "\n"
    }

    fn header(&self, number: usize) -> Vec<String> {
        let editions: Vec<_> = self.era.editions().iter().map(|edition| edition.name()).collect();
        let of = self.of_era(", as only 3.13 has them", ", as only 3.14 has them");
        let mut lines = vec![format!("title: Calls of {} in a row{of}, number {number}", self.stage.name())];
        lines.extend(wrapped("rules:", self.rules().into_iter().map(Rule::id)));
        lines.push(format!("editions: {}", editions.join(", ")));
        lines.push(String::new());
        lines.push("# Written by `xi generate --write`; a change of the model is followed there, not here.".to_owned());
        lines.push(String::new());
        lines
    }

    fn rules(&self) -> BTreeSet<Rule> {
        let items = self.links.iter().flat_map(|link| &link.items);
        items.filter_map(|item| if let Item::Rule(_, rule) = item { Some(*rule) } else { None }).collect()
    }
}

fn wrapped<'a>(key: &str, words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut lines = vec![key.to_owned()];
    for word in words {
        let last = lines.len() - 1;
        if lines[last].len() + 1 + word.len() > WIDTH_MAX {
            lines.push(format!("{key} {word}"));
        } else {
            lines[last] = format!("{} {word}", lines[last]);
        }
    }
    lines
}

fn link_lines(link: &Link) -> Vec<String> {
    let name = link.name.as_ref().map_or_else(String::new, |name| format!("{name} = "));
    let defect = |edition: Edition| {
        let found = link.defects.iter().find(|(each, _)| *each == edition);
        found.map(|(_, defect)| (*defect).to_owned())
    };
    let shown = link.shown.iter().map(|(edition, seen)| (*edition, Shown::new(seen, defect(*edition))));
    written(&format!("{name}{}", link.call), &shown.collect::<Vec<_>>())
}
