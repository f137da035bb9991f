//! The symbols that the book must account for: each function of `specs/functions.txt` stands in the Source entry of a rule,
//! each rule has such an entry, and no symbol of `specs/symbols.txt` is in neither that table nor `specs/outside.txt`.
//!
//! It compares names. Whether a rule says what its function does is for readers, and for the runtimes that are played.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crossinterp_suite::book::{self, Book, BookError, Function, Symbol, cited, pages, quoted, rules, source};

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

fn the_book() -> Book {
    book::read().unwrap_or_else(|error| panic!("{error}"))
}

fn chapters() -> Vec<(String, String)> {
    pages(&specs()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_function_of_the_table_is_the_source_of_a_rule() {
    let book = the_book();
    let names = book.functions.iter().flat_map(Function::names);
    let missing: Vec<_> = names.filter(|name| book.rules_of(name).is_empty()).collect();
    assert!(missing.is_empty(), "no rule has as its source {missing:?}");
}

#[test]
fn every_function_is_a_source_in_the_chapter_whose_matter_it_is() {
    let book = the_book();
    let cites = |function: &Function, rule: &book::Cited| {
        rule.chapter == function.chapter && function.names().any(|name| rule.sources.contains(name))
    };
    let missing: Vec<_> =
        book.functions.iter().filter(|function| !book.rules.iter().any(|rule| cites(function, rule))).collect();
    assert!(missing.is_empty(), "not in the chapter whose matter they are: {missing:#?}");
}

#[test]
fn every_symbol_is_a_function_of_the_table_or_left_out_with_a_reason() {
    let book = the_book();
    assert_eq!(book.unanswered(), [""; 0], "in neither table");
    assert_eq!(book.superfluous(), [""; 0], "no symbol, or in both tables");
    assert!(book.symbols.len() > 200, "only {} symbols", book.symbols.len());
}

#[test]
fn a_symbol_says_which_text_has_it_and_something_left_out_says_why() {
    let book = the_book();
    for Symbol { name, editions } in &book.symbols {
        let known = editions.iter().all(|edition| edition == "3.13-dev" || edition == "3.14");
        assert!(known && editions.is_sorted(), "{name}: {editions:?}");
    }
    for (name, reason) in &book.outside {
        assert!(reason.split_whitespace().count() > 3, "{name} is left out without a reason");
    }
    let names: BTreeSet<_> = book.symbols.iter().map(|symbol| &symbol.name).collect();
    assert_eq!(names.len(), book.symbols.len(), "a symbol is there twice");
}

#[test]
fn every_rule_has_its_source_and_the_other_entries_in_their_order() {
    for (chapter, page) in chapters() {
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
    let functions = the_book().functions;
    let lines: BTreeSet<_> = functions.iter().map(|function| function.names().collect::<Vec<_>>()).collect();
    assert_eq!(lines.len(), functions.len());
    assert!(!lines.contains(&Vec::new()));
    assert!(functions.len() > 150, "only {} functions", functions.len());
}

#[test]
fn a_rule_without_a_source_and_a_name_in_another_entry_are_noticed() {
    let page =
        "# A\n\nr[a.b]\n\nText of `f`.\n\n- **Source:** `c.c`, `g`,\n  `h`.\n- **Seen:** `i`.\n\nr[a.c]\n\nText.\n";
    let found = cited("a", page);
    assert_eq!(found.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["a.b", "a.c"]);
    assert_eq!(found[0].sources, ["c.c", "g", "h"].map(str::to_owned).into());
    assert_eq!(source(rules(page)[1].1), None);
    assert!(found[1].sources.is_empty());
}

#[test]
fn a_symbol_in_neither_table_is_noticed_and_so_is_one_in_both() {
    let mut book = the_book();
    let stranger = Symbol { name: "_PyXI_Nobody".to_owned(), editions: vec!["3.14".to_owned()] };
    book.symbols.push(stranger);
    assert_eq!(book.unanswered(), ["_PyXI_Nobody"]);
    assert_eq!((book.rules_of("_PyXI_Nobody"), book.reason_of("_PyXI_Nobody")), (vec![], None));
    let taken = book.functions[0].dev313.clone().expect("the first function is an old one");
    book.outside.push((taken.clone(), "both in and out".to_owned()));
    book.outside.push(("_PyXI_Elsewhere".to_owned(), "no symbol".to_owned()));
    assert_eq!(book.superfluous(), ["_PyXI_Elsewhere", taken.as_str()]);
}

#[test]
fn a_folder_without_a_book_is_named() {
    let nowhere = specs().join("nowhere");
    let error = book::read_from(&nowhere).expect_err("there is none");
    assert!(matches!(&error, BookError::Unreadable { path, .. } if path.starts_with(&nowhere)), "{error}");
}
