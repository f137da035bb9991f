//! What shows a defect, told: a path that a search found, or one conversion, capture, call or process.
//!
//! A search is dear, so defects are told together: one sweep of an edition's scopes tells all that it is the newest to have.
//! Nothing here prints; `xi trace` and the pages of the catalogue ask here for the same story.

mod quiet;

use std::collections::BTreeMap;

use crossinterp_model::catalogue::SCOPES;
use crossinterp_model::convert;
use crossinterp_model::defect::{Defect, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_model::excinfo;
use crossinterp_model::fault::Fault;
use crossinterp_model::module::refute;
use crossinterp_model::runtime;
use crossinterp_model::scope::Scope;
use serde::Serialize;

pub use quiet::{Alone, Capture, Conversion};

use crate::story::Story;
use crate::sweep::{Searched, Text};

/// How a search is run: whoever asks may show how far it is.
pub type Searcher<'a> = &'a dyn Fn(Text, Scope) -> Searched;

/// A defect as it shows.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Told {
    /// A path through a scope.
    Path(PathTold),
    /// One conversion.
    Conversion(Conversion),
    /// One capture of an exception.
    Capture(Capture),
    /// One call, or one process.
    Alone(Alone),
}

/// A path, and the text in which it was found.
#[derive(Debug, Serialize)]
pub struct PathTold {
    /// The edition, or the safe reading with the defect in it.
    #[serde(skip)]
    pub text: String,
    /// The path.
    #[serde(flatten)]
    pub story: Story,
}

impl Told {
    /// The story in words: where it was found, and what happens.
    pub fn tell(&self) -> String {
        match self {
            Told::Path(path) => format!("In {}, scope {}:\n\n{}", path.text, path.story.scope, path.story.tell()),
            Told::Conversion(told) => format!("In repaired + {}, by one conversion:\n\n{}", told.defect, told.tell()),
            Told::Capture(told) => format!("In repaired + {}, by one capture:\n\n{}", told.defect, told.tell()),
            Told::Alone(told) => format!("In repaired + {}:\n\n{}", told.defect, told.tell()),
        }
    }

    /// The rule that is broken.
    pub fn rule(&self) -> &'static str {
        match self {
            Told::Path(path) => path.story.rule,
            Told::Conversion(told) => told.rule,
            Told::Capture(told) => told.rule,
            Told::Alone(told) => told.rule,
        }
    }

    /// The scope, or what is done once.
    pub fn by(&self) -> &'static str {
        match self {
            Told::Path(path) => path.story.scope,
            Told::Conversion(_) => "one conversion",
            Told::Capture(_) => "one capture",
            Told::Alone(told) if told.steps.is_empty() => "one call",
            Told::Alone(_) => "one process",
        }
    }

    /// Steps to where it goes wrong.
    pub fn steps(&self) -> usize {
        match self {
            Told::Path(path) => path.story.lines.len(),
            Told::Conversion(told) => told.steps.len(),
            Told::Capture(told) => told.steps.len(),
            Told::Alone(told) => told.steps.len(),
        }
    }

    /// The same with all that is known of the moment in which it goes wrong.
    pub fn explain(&self) -> String {
        match self {
            Told::Path(path) => format!("In {}, scope {}:\n\n{}", path.text, path.story.scope, path.story.explain()),
            _ => self.tell(),
        }
    }
}

/// The newest edition that has the defect and does not hide it; the safe reading with it, if there is none.
pub fn newest(defect: Defect) -> Text {
    let real = defect.origin() != Origin::Mutant;
    let has = |edition: &Edition| {
        let defects = edition.defects();
        real && defects.contains(defect) && !defects.hides(defect)
    };
    Edition::ALL.into_iter().rev().find(has).map_or(Text::Alone(defect), Text::Edition)
}

/// Each of these defects as it shows in the newest edition that has it. What is not in the answer shows nowhere.
pub fn tell_all(defects: &[Defect], search: Searcher<'_>) -> BTreeMap<Defect, Told> {
    let quiet = defects.iter().filter_map(|&defect| Some((defect, without_threads(defect)?)));
    let mut told: BTreeMap<_, _> = quiet.collect();
    for edition in Edition::ALL.into_iter().rev() {
        let is_newest = |defect: &Defect| newest(*defect) == Text::Edition(edition) && !told.contains_key(defect);
        let wanted: Vec<_> = defects.iter().copied().filter(is_newest).collect();
        told.extend(paths(Text::Edition(edition), &wanted, search));
    }
    // What hides behind another defect of its edition shows alone.
    for &defect in defects {
        if !told.contains_key(&defect) {
            told.extend(paths(Text::Alone(defect), &[defect], search));
        }
    }
    told
}

/// One defect in this text, or alone if the text hides it.
pub fn tell_in(text: Text, defect: Defect, search: Searcher<'_>) -> Option<Told> {
    let alone = || paths(Text::Alone(defect), &[defect], search).remove(&defect);
    without_threads(defect).or_else(|| paths(text, &[defect], search).remove(&defect)).or_else(alone)
}

/// A defect that needs no second thread: alone in the safe reading, where it looks the same as in each edition that has it. One
/// that a search shows is told by the search.
pub fn without_threads(defect: Defect) -> Option<Told> {
    if Fault::ALL.iter().any(|fault| fault.explanations().contains(&defect)) {
        return None;
    }
    if convert::SEQUENTIAL_DEFECTS.contains(&defect) {
        return Conversion::of(defect).map(Told::Conversion);
    }
    if excinfo::SEQUENTIAL_DEFECTS.contains(&defect) {
        return Capture::of(defect).map(Told::Capture);
    }
    alone().any(|here| here == defect).then(|| Alone::of(defect).map(Told::Alone)).flatten()
}

/// The defects that one call or one process shows.
pub fn alone() -> impl Iterator<Item = Defect> {
    refute::SEQUENTIAL_DEFECTS.into_iter().chain(runtime::SEQUENTIAL_DEFECTS)
}

/// For each of these defects the shortest path in the first scope that shows it: scopes begin with the smallest questions.
fn paths(text: Text, wanted: &[Defect], search: Searcher<'_>) -> BTreeMap<Defect, Told> {
    let mut found = BTreeMap::new();
    for &scope in SCOPES {
        if found.len() == wanted.len() {
            break;
        }
        for story in search(text, scope).stories() {
            let shown = wanted.iter().find(|defect| story.defect == Some(defect.name()));
            if let Some(&defect) = shown {
                found.entry(defect).or_insert(Told::Path(PathTold { text: text.name(), story }));
            }
        }
    }
    found
}
