//! The functions that the book must account for: each name of `specs/functions.txt` stands in the Source entry of a rule,
//! and each rule has such an entry.
//!
//! It compares names. Whether a rule says what its function does is for readers, and for the runtimes that are played.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

/// One line of the table: a function, under its name of each version in which it exists.
struct Function {
    dev313: Option<String>,
    v314: Option<String>,
    chapter: String,
}

impl Function {
    fn parse(line: &str) -> Function {
        let columns: Vec<_> = line.split_whitespace().collect();
        let [dev313, v314, chapter] = columns[..] else { panic!("not three columns: {line}") };
        let name = |column: &str| (column != "-").then(|| column.to_owned());
        Function { dev313: name(dev313), v314: name(v314), chapter: chapter.to_owned() }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.dev313.iter().chain(&self.v314).map(String::as_str)
    }
}

fn functions() -> Vec<Function> {
    let table = fs::read_to_string(specs().join("functions.txt")).expect("the table of functions is there");
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(Function::parse).collect()
}

/// The pages of the book, by the name of their chapter.
fn pages() -> Vec<(String, String)> {
    let folder = fs::read_dir(specs().join("src")).expect("the book is there").flatten();
    let read = |path: PathBuf| {
        let chapter = path.file_stem().expect("a page has a name").to_string_lossy().into_owned();
        (chapter, fs::read_to_string(path).expect("a page is text"))
    };
    folder.map(|entry| read(entry.path())).collect()
}

/// The rules of a page: each with the text from its marker to the next.
fn rules(page: &str) -> Vec<(&str, &str)> {
    let split = |rule: &'static str| page.split(rule).skip(1);
    let named = split("\nr[").filter_map(|text| text.split_once("]\n"));
    named.filter(|(id, _)| !id.contains(char::is_whitespace)).collect()
}

/// The Source entry of a rule, as one piece of text.
fn source(rule: &str) -> Option<&str> {
    let (_, entry) = rule.split_once("\n- **Source:**")?;
    entry.split("\n- **").next()
}

/// The names that stand between backticks.
fn quoted(entry: &str) -> BTreeSet<&str> {
    entry.split('`').skip(1).step_by(2).collect()
}

/// The names that the rules of a page give as their sources.
fn cited(page: &str) -> BTreeSet<&str> {
    rules(page).into_iter().filter_map(|(_, rule)| source(rule)).flat_map(quoted).collect()
}

#[test]
fn every_function_of_the_table_is_the_source_of_a_rule() {
    let pages = pages();
    let cited: BTreeSet<_> = pages.iter().flat_map(|(_, page)| cited(page)).collect();
    let functions = functions();
    let missing: Vec<_> = functions.iter().flat_map(Function::names).filter(|name| !cited.contains(name)).collect();
    assert!(missing.is_empty(), "no rule has as its source {missing:?}");
}

#[test]
fn every_function_is_a_source_in_the_chapter_whose_matter_it_is() {
    let pages = pages();
    for function in functions() {
        let page = pages.iter().find(|(chapter, _)| *chapter == function.chapter);
        let (_, page) = page.unwrap_or_else(|| panic!("there is no chapter {}", function.chapter));
        let cited = cited(page);
        let names: Vec<_> = function.names().collect();
        assert!(names.iter().any(|name| cited.contains(name)), "no rule in {} cites {names:?}", function.chapter);
    }
}

#[test]
fn every_rule_has_its_source_and_the_other_entries_in_their_order() {
    for (chapter, page) in pages() {
        for (id, rule) in rules(&page) {
            let places = ["Editions", "Source", "Seen", "Why"].map(|entry| rule.find(&format!("\n- **{entry}:** ")));
            assert!(places.iter().all(Option::is_some), "{chapter}: {id} lacks an entry");
            assert!(places.is_sorted(), "{chapter}: {id} has its entries in another order");
            assert!(!quoted(source(rule).unwrap_or_default()).is_empty(), "{chapter}: {id} names no source");
        }
    }
}

#[test]
fn the_table_says_nothing_twice_and_leaves_no_line_without_a_name() {
    let functions = functions();
    let lines: BTreeSet<_> = functions.iter().map(|function| function.names().collect::<Vec<_>>()).collect();
    assert_eq!(lines.len(), functions.len());
    assert!(!lines.contains(&Vec::new()));
    assert!(functions.len() > 100, "only {} functions", functions.len());
}

#[test]
fn a_rule_without_a_source_and_a_name_in_another_entry_are_noticed() {
    let page =
        "# A\n\nr[a.b]\n\nText of `f`.\n\n- **Source:** `c.c`, `g`,\n  `h`.\n- **Seen:** `i`.\n\nr[a.c]\n\nText.\n";
    let rules = rules(page);
    assert_eq!(rules.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["a.b", "a.c"]);
    assert_eq!(cited(page), BTreeSet::from(["c.c", "g", "h"]));
    assert_eq!(source(rules[1].1), None);
}
