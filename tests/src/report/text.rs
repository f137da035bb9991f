//! Text on its way into markup: escaped, and cut into lines. It knows no page and no picture.

/// The text with what markup would read as its own made harmless. What no document may contain becomes a mark.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            '\t' | '\n' => escaped.push(letter),
            _ if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// JSON that can stand in a script element: nothing in it ends the element or begins another.
pub fn json_in_markup(json: &str) -> String {
    // A `<` stands inside of strings only.
    json.replace('<', "\\u003c")
}

/// The text in lines of so many columns, all but the first of them indented, and no more than so many of them: the last one
/// ends in dots if there were more.
pub fn wrap(text: &str, indent: &str, columns: usize, lines_max: usize) -> Vec<String> {
    let options = textwrap::Options::new(columns).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut lines: Vec<_> =
        textwrap::wrap(text, options.subsequent_indent(indent)).into_iter().map(|line| line.into_owned()).collect();
    if lines.len() > lines_max {
        lines.truncate(lines_max);
        if let Some(last) = lines.last_mut() {
            *last = last.chars().take(columns - 1).chain(['…']).collect();
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_made_harmless() {
        assert_eq!(escape(r#"</script> & "a" 'b'"#), "&lt;/script&gt; &amp; &quot;a&quot; &#39;b&#39;");
        assert_eq!(escape("a\0b\u{ffff}c\td"), "a\u{fffd}b\u{fffd}c\td");
    }

    #[test]
    fn json_never_ends_the_element_that_holds_it() {
        let json = json_in_markup(r#"{"a":"</script><!--"}"#);
        assert!(!json.contains('<'));
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["a"], "</script><!--");
    }

    #[test]
    fn a_text_that_is_too_long_ends_in_dots() {
        assert_eq!(wrap("one two", "  ", 10, 2), ["one two"]);
        assert_eq!(wrap("one two three four", "  ", 8, 2), ["one two", "  three…"]);
        assert_eq!(wrap(&"x".repeat(30), "", 10, 2).len(), 2);
    }
}
