//! The catalogue of defects in the book: every defect has its page, every page its sections, and what is generated is what is
//! generated now. Each check has a control that must fail.
//!
//! The searches behind the traces are run once for all tests of this file.

use std::sync::OnceLock;

use crossinterp_suite::pages::{self, Complaint, Facts, Pages, defects};
use crossinterp_suite::sweep::{Options, search};

/// A defect whose page has all that a page can have.
const SAMPLE: &str = "wrong-interpreter-clear";

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| {
        let searched = |text, scope| search(text, scope, Options::default(), &|_| {});
        pages::facts(&pages::folder(), &searched).expect("the book can be read")
    })
}

fn written() -> Pages {
    Pages::read(&pages::folder()).expect("the pages can be read")
}

/// The complaints about the pages of the book with one of them changed.
fn with_page(change: impl Fn(&str) -> String) -> Vec<Complaint> {
    let mut pages = written();
    let page = pages.pages.get_mut(SAMPLE).expect("the sample has a page");
    let changed = change(page);
    assert_ne!(*page, changed, "the control changes nothing");
    *page = changed;
    pages.complaints(facts())
}

#[test]
fn the_pages_are_what_the_model_says_and_say_something_themselves() {
    let complaints: Vec<_> = written().complaints(facts()).iter().map(ToString::to_string).collect();
    assert!(complaints.is_empty(), "`xi pages --write` renews what is generated\n{}", complaints.join("\n"));
}

#[test]
fn every_defect_shows_somewhere_and_breaks_a_rule_that_has_a_place() {
    for defect in defects() {
        assert!(facts().told.contains_key(&defect), "nothing shows {defect}");
        assert!(facts().places.contains_key(defect.rule().id()), "{defect} breaks a rule without a place");
    }
}

#[test]
fn renewing_changes_nothing_twice_and_begins_what_is_missing() {
    let (pages, facts) = (written(), facts());
    assert_eq!(pages.renewed(facts), pages);
    let nothing = Pages { index: pages.index.clone(), summary: pages.summary.clone(), ..Pages::default() };
    let begun = nothing.renewed(facts);
    assert_eq!(begun.pages.len(), defects().len());
    let first = begun.complaints(facts);
    assert!(first.iter().all(|complaint| matches!(complaint, Complaint::Thin { .. })), "{first:?}");
}

#[test]
fn a_trace_or_a_card_that_is_not_generated_is_caught() {
    let trace = with_page(|page| page.replacen("=> ", "-> ", 1));
    assert!(matches!(&trace[..], [Complaint::Block { block: "trace", .. }]), "{trace:?}");
    let card = with_page(|page| page.replacen("| concept |", "| chapter |", 1));
    assert!(matches!(&card[..], [Complaint::Block { block: "card", .. }]), "{card:?}");
    let unmarked = with_page(|page| page.replace("<!-- generated: card -->", ""));
    assert!(matches!(&unmarked[..], [Complaint::Block { block: "card", .. }]), "{unmarked:?}");
}

#[test]
fn a_section_that_is_missing_or_empty_or_out_of_place_is_caught() {
    let section = |name| Complaint::Section { page: SAMPLE.to_owned(), section: name };
    let missing = with_page(|page| page.replace("## Upstream", "### Upstream"));
    assert_eq!(missing, [section("Upstream")]);
    let second = with_page(|page| format!("{page}\n## Seen\n\nTwice.\n"));
    assert_eq!(second, [section("The shortest trace")]);
    let swapped = with_page(|page| page.replace("## Fixes", "## X").replace("## Seen", "## Fixes"));
    assert_eq!(swapped, [section("Fixes")]);
    let empty = with_page(|page| {
        let (before, after) = page.split_once("## Seen\n").expect("the section is there");
        let (_, after) = after.split_once("## ").expect("another section follows");
        format!("{before}## Seen\n\nNo.\n\n## {after}")
    });
    assert_eq!(empty, [Complaint::Thin { page: SAMPLE.to_owned(), section: "Seen" }]);
    let renamed = with_page(|page| page.replacen("# wrong", "# right", 1));
    assert_eq!(renamed, [Complaint::Heading(SAMPLE.to_owned())]);
}

#[test]
fn a_page_without_a_defect_and_a_defect_without_a_page_are_caught() {
    let mut pages = written();
    let page = pages.pages.remove(SAMPLE).expect("the sample has a page");
    assert_eq!(pages.complaints(facts()), [Complaint::NoPage(SAMPLE.to_owned())]);
    pages.pages.insert(SAMPLE.to_owned(), page.clone());
    pages.pages.insert("no-such-defect".to_owned(), page);
    assert_eq!(pages.complaints(facts()), [Complaint::NoDefect("no-such-defect".to_owned())]);
}

#[test]
fn an_index_or_a_summary_that_lists_other_pages_is_caught() {
    let mut pages = written();
    pages.summary = pages.summary.replace(&format!("  - [{SAMPLE}](defects/{SAMPLE}.md)\n"), "");
    pages.index = pages.index.replacen("| this model |", "| somewhere |", 1);
    let complaints = pages.complaints(facts());
    assert!(
        matches!(&complaints[..], [Complaint::Block { block: "catalogue", .. }, Complaint::Summary]),
        "{complaints:?}"
    );
}
