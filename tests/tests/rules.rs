//! The rules of the book and everything that cites them: the table of the model, the code of both rooms, the scenarios,
//! and the catalogue of defects.
//!
//! It compares names. Whether a rule is kept is for the checks of the model and of the implementation.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crossinterp_model::defect::{Defect, Origin};
use crossinterp_model::rule::{Layer, Rule};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file below a folder with that ending, as path and text.
fn texts(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the repository can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).expect("a source file is text");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

fn known_ids() -> BTreeSet<&'static str> {
    Rule::ALL.iter().map(|rule| rule.id()).collect()
}

/// The chapters that hold rules, in the order in which the summary lists them.
fn chapters() -> Vec<String> {
    let source = root().join("specs");
    let summary = fs::read_to_string(source.join("SUMMARY.md")).expect("the book has a summary");
    let pages = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    pages.map(|page| fs::read_to_string(source.join(page)).expect("a page of the summary exists")).collect()
}

/// The ids of a chapter: markers that stand alone on their line, outside blocks of code.
fn markers(chapter: &str) -> Vec<&str> {
    let prose = chapter.split("```").step_by(2);
    prose.flat_map(str::lines).filter_map(|line| line.strip_prefix("r[")?.strip_suffix(']')).collect()
}

#[test]
fn the_book_and_the_table_hold_the_same_rules_in_the_same_order() {
    let chapters = chapters();
    let in_book: Vec<_> = chapters.iter().flat_map(|chapter| markers(chapter)).collect();
    let in_table: Vec<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(in_book, in_table);
    assert_eq!(known_ids().len(), in_table.len(), "no id is given twice");
}

#[test]
fn every_chapter_with_rules_is_in_the_summary() {
    let listed: usize = chapters().iter().map(|chapter| markers(chapter).len()).sum();
    let written: usize = texts("specs", ".md").iter().map(|(_, text)| markers(text).len()).sum();
    assert_eq!(listed, written);
}

#[test]
fn a_marker_in_the_middle_of_a_line_or_in_code_is_none() {
    assert_eq!(markers("r[a.b]\n\nSee r[c.d].\n\n```text\nr[e.f]\n```\n\nr[g.h]\n"), ["a.b", "g.h"]);
}

/// The rules that the comments of a text cite: "Rule `a.b`" and "Rules `a.b`, `.c` and `d.e`".
fn cited(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for block in comment_blocks(text) {
        let starts = ["Rule `", "Rules `", "rule `", "rules `"];
        let citations = starts.iter().flat_map(|start| block.match_indices(start));
        for (begin, start) in citations {
            found.extend(list_of_ids(&block[begin + start.len() - 1..]));
        }
    }
    found
}

/// Comments that stand on lines of their own, each run of them joined into one line.
fn comment_blocks(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.lines().map(str::trim_start) {
        let last = blocks.len() - 1;
        match line.strip_prefix("//") {
            Some(comment) => blocks[last] += &format!("{} ", comment.trim_start_matches(['/', '!']).trim()),
            None if blocks[last].is_empty() => {}
            None => blocks.push(String::new()),
        }
    }
    blocks
}

/// Ids between backticks, joined by commas and "and". One that begins with a dot differs from the last in its last part.
fn list_of_ids(mut rest: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    while let Some((id, after)) = rest.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        let full = match (id.strip_prefix('.'), ids.last().and_then(|last| last.rsplit_once('.'))) {
            (Some(part), Some((stem, _))) => format!("{stem}.{part}"),
            _ => id.to_owned(),
        };
        ids.push(full);
        let joined = [", and ", ", ", " and ", " or "].iter().find_map(|join| after.strip_prefix(join));
        rest = joined.unwrap_or_default();
    }
    ids
}

#[test]
fn every_rule_that_the_code_cites_is_in_the_book() {
    let known = known_ids();
    let mut citations = 0;
    for (path, text) in texts("model/src", ".rs").into_iter().chain(texts("impl/src", ".rs")) {
        for id in cited(&text) {
            assert!(known.contains(id.as_str()), "{}: no rule has the id {id}", path.display());
            citations += 1;
        }
    }
    assert!(citations > Rule::ALL.len(), "only {citations} citations were found");
}

#[test]
fn every_rule_of_the_steps_is_cited_by_the_comment_of_a_step() {
    let steps = texts("model/src/step", ".rs");
    let cited: BTreeSet<_> = steps.iter().flat_map(|(_, text)| cited(text)).collect();
    let of_steps = Rule::ALL.iter().filter(|rule| rule.layer() == Layer::Step);
    let missing: Vec<_> = of_steps.map(|rule| rule.id()).filter(|id| !cited.contains(*id)).collect();
    assert!(missing.is_empty(), "no step cites {missing:?}");
}

#[test]
fn citations_are_read_as_they_are_written() {
    let text = "/// Looks. Rules `a.b`, `.c` and\n/// `d.e`; `f` in `g.c`.\nfn f() {}\n    // A rule `h.i` too.\nlet s = \"Rule `j.k`\";\n";
    assert_eq!(cited(text), ["a.b", "a.c", "d.e", "h.i"]);
}

/// What reads like a rule's id in a page beside the scenarios.
fn mentioned(page: &str) -> Vec<&str> {
    let concepts: BTreeSet<_> = known_ids().into_iter().filter_map(|id| id.split('.').next()).collect();
    let quoted = page.split('`').skip(1).step_by(2);
    let is_id = |text: &&str| {
        let parts = text.split_once('.');
        parts.is_some_and(|(concept, _)| concepts.contains(concept))
            && text.chars().all(|c| c.is_ascii_lowercase() || "-.".contains(c))
    };
    quoted.filter(is_id).collect()
}

#[test]
fn every_rule_that_a_scenario_or_its_pages_cite_is_in_the_book() {
    let known = known_ids();
    for (path, text) in texts("tests/scenarios", ".txt") {
        let rules = text.lines().filter_map(|line| line.strip_prefix("rules:")).flat_map(str::split_whitespace);
        let unknown: Vec<_> = rules.filter(|id| !known.contains(id)).collect();
        assert!(unknown.is_empty(), "{}: no rule has the id {unknown:?}", path.display());
    }
    for (path, text) in texts("tests/scenarios", ".md") {
        let unknown: Vec<_> = mentioned(&text).into_iter().filter(|id| !known.contains(id)).collect();
        assert!(unknown.is_empty(), "{}: no rule has the id {unknown:?}", path.display());
    }
    assert_eq!(mentioned("`capsule.no-such` and `capsule/file.txt` and `other.thing`"), ["capsule.no-such"]);
}

#[test]
fn every_defect_of_an_edition_is_named_in_the_book() {
    let book: String = texts("specs", ".md").into_iter().map(|(_, text)| text).collect();
    let real = Defect::ALL.iter().filter(|defect| defect.origin() != Origin::Mutant);
    let unnamed: Vec<_> =
        real.map(|defect| defect.name()).filter(|name| !book.contains(&format!("`{name}`"))).collect();
    assert!(unnamed.is_empty(), "the book does not name {unnamed:?}");
}
