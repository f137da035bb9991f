//! Where each rule of the book stands: the chapter, and the heading above its marker.
//!
//! Markers have no anchors of their own; headings have.

use std::collections::BTreeMap;

/// The rules of these chapters, each with the page and the anchor of the nearest heading above it.
pub fn places(chapters: &[(String, String)]) -> BTreeMap<String, String> {
    let of_chapter = |(name, text): &(String, String)| {
        let ids = crate::book::rules(text).into_iter().map(|(id, _)| id);
        let place = |id: &str| format!("{name}.md{}", heading_above(text, id).map(anchor).unwrap_or_default());
        ids.map(|id| (id.to_owned(), place(id))).collect::<Vec<_>>()
    };
    chapters.iter().flat_map(of_chapter).collect()
}

fn heading_above<'a>(chapter: &'a str, rule: &str) -> Option<&'a str> {
    let (above, _) = chapter.split_once(&format!("\nr[{rule}]\n"))?;
    above.lines().rev().find_map(|line| line.strip_prefix("## "))
}

/// The anchor that a heading gets: small letters, digits and hyphens.
fn anchor(heading: &str) -> String {
    let small = |c: char| match c {
        c if c.is_alphanumeric() || "-_".contains(c) => c.to_lowercase().next(),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    format!("#{}", heading.chars().filter_map(small).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_under_its_heading() {
        let text = "# A\n\n## One, two\n\nr[a.b]\n\nText.\n\n## `C` again\n\nr[a.c]\n\nText.\n".to_owned();
        let found = places(&[("a".to_owned(), text)]);
        assert_eq!(found["a.b"], "a.md#one-two");
        assert_eq!(found["a.c"], "a.md#c-again");
    }
}
