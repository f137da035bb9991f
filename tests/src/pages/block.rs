//! Generated blocks: what stands in a page between two marks, the first of which names it.
//!
//! It knows the marks and no page. Everything outside of them belongs to whoever wrote it.

/// The mark that ends any block.
const END: &str = "<!-- end -->";

fn begin(name: &str) -> String {
    format!("<!-- generated: {name} -->")
}

/// A block as it stands in a page.
pub fn block(name: &str, body: &str) -> String {
    format!("{}\n\n{}\n\n{END}", begin(name), body.trim_end())
}

/// The block of that name in a page, marks and all.
pub fn find<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let from = page.find(&begin(name))?;
    let to = page[from..].find(END)? + END.len();
    Some(&page[from..from + to])
}

/// The page with another block of that name in the place of its own. A page without one stays as it is.
pub fn replaced(page: &str, name: &str, block: &str) -> String {
    match find(page, name) {
        Some(old) => page.replacen(old, block, 1),
        None => page.to_owned(),
    }
}

/// The page without its blocks: what was written by hand.
pub fn by_hand(page: &str) -> String {
    let mut rest = page;
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once("<!-- generated: ") {
        text += before;
        rest = after.split_once(END).map_or("", |(_, rest)| rest);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "a\n\n<!-- generated: x -->\n\nold\n\n<!-- end -->\n\nb\n";

    #[test]
    fn a_block_is_replaced_and_what_is_around_it_stays() {
        assert_eq!(replaced(PAGE, "x", &block("x", "new")), PAGE.replace("old", "new"));
        assert_eq!(replaced(PAGE, "y", &block("y", "new")), PAGE);
        assert_eq!(by_hand(PAGE), "a\n\n\n\nb\n");
    }

    #[test]
    fn a_block_without_an_end_is_none() {
        assert_eq!(find("<!-- generated: x -->\n\nold\n", "x"), None);
    }
}
