//! Where two texts differ: a line of marks under each, as a compiler points at a place.

use similar::{ChangeTag, TextDiff};

/// A line of marks for the expected text, and one for the observed text: `^` under what the other one lacks.
pub fn marks(expected: &str, observed: &str) -> (String, String) {
    let (mut gone, mut new) = (String::new(), String::new());
    for change in TextDiff::from_chars(expected, observed).iter_all_changes() {
        let width = change.value().chars().count();
        match change.tag() {
            ChangeTag::Equal => {
                gone.push_str(&" ".repeat(width));
                new.push_str(&" ".repeat(width));
            }
            ChangeTag::Delete => gone.push_str(&"^".repeat(width)),
            ChangeTag::Insert => new.push_str(&"^".repeat(width)),
        }
    }
    (gone.trim_end().to_owned(), new.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_of_them_has_is_marked_there() {
        assert_eq!(marks("abc", "abc"), (String::new(), String::new()));
        assert_eq!(marks("None", ""), ("^^^^".to_owned(), String::new()));
        assert_eq!(marks("id 1", "id 2"), ("   ^".to_owned(), "   ^".to_owned()));
    }
}
