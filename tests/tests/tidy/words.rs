//! Words that do not belong in this repository: unfinished work, tests that do not test, and traces of who wrote it where.
//!
//! The words are put together from pieces, so that this file does not contain what it looks for.

use super::files::File;
use super::{Complaints, assert_caught, check};

/// What code must not contain, with the reason.
const IN_CODE: [(&[&str], &str); 6] = [
    (&["#[ig", "nore"], "a test that is not run is no test"),
    (&["#[should_", "panic"], "say which error, and check it"),
    (&["to", "do!("], "unfinished"),
    (&["unimple", "mented!("], "unfinished"),
    (&["thread::", "sleep"], "wait for a thing, not for a time"),
    (&["db", "g!("], "left over"),
];

/// What no file may contain as a whole word.
const ANYWHERE: [&[&str]; 9] = [
    &["FIX", "ME"],
    &["XX", "X"],
    &["clau", "de"],
    &["chat", "gpt"],
    &["co", "pilot"],
    &["anthro", "pic"],
    &["open", "ai"],
    &["ll", "m"],
    &["ll", "ms"],
];

/// The beginnings of paths that exist on one machine only.
const PATHS: [&[&str]; 4] = [&["/ho", "me/"], &["/ro", "ot/"], &["/wo", "rk/"], &["/Us", "ers/"]];

fn has_unfinished_code(file: &File) -> Complaints {
    if !file.is_rust() {
        return Vec::new();
    }
    file.complain_by_line(|line| {
        let found = IN_CODE.iter().find(|(pieces, _)| line.contains(&pieces.concat()));
        found.map(|(pieces, reason)| format!("`{}`: {reason}", pieces.concat()))
    })
}

#[test]
fn no_code_is_unfinished_and_no_test_is_skipped_or_sleeps() {
    check(has_unfinished_code);
    for (pieces, _) in IN_CODE {
        assert_caught(1, "impl/tests/a.rs", &format!("    {}x\n", pieces.concat()), has_unfinished_code);
    }
    assert_caught(0, "specs/a.md", &IN_CODE[0].0.concat(), has_unfinished_code);
}

fn unwraps(file: &File) -> Complaints {
    if !file.is_rust() || file.is_test() {
        return Vec::new();
    }
    let unwrap = [".unw", "rap()"].concat();
    let part = File::sample(&file.path, before_tests(&file.text));
    part.complain_by_line(|line| {
        let is_comment = line.trim_start().starts_with("//");
        (!is_comment && line.contains(&unwrap)).then(|| format!("`{unwrap}` outside a test: say what cannot happen"))
    })
}

/// A module of tests is the last thing in its file.
fn before_tests(text: &str) -> &str {
    let begins = ["#[cfg(test)]", "#[cfg(all(test,"].iter().filter_map(|attribute| text.find(attribute)).min();
    &text[..begins.unwrap_or(text.len())]
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    check(unwraps);
    let sample = ["let a = b.unw", "rap();\n"].concat();
    assert_caught(1, "impl/src/a.rs", &sample, unwraps);
    assert_caught(1, "impl/examples/a.rs", &sample, unwraps);
    assert_caught(0, "impl/tests/a.rs", &sample, unwraps);
    assert_caught(0, "impl/src/a.rs", &format!("#[cfg(test)]\nmod tests {{\n{sample}}}\n"), unwraps);
    assert_caught(0, "impl/src/a.rs", &format!("#[cfg(all(test, not(loom)))]\nmod tests {{\n{sample}}}\n"), unwraps);
}

fn has_forbidden_words(file: &File) -> Complaints {
    file.complain_by_line(|line| {
        let lower = line.to_lowercase();
        let word = ANYWHERE.iter().map(|pieces| pieces.concat()).find(|word| is_word_of(word, line, &lower));
        let path = PATHS.iter().map(|pieces| pieces.concat()).find(|path| begins_a_path(path, line));
        word.or(path).map(|found| format!("`{found}` does not belong here"))
    })
}

/// Words in capitals are looked for as they are, others in any case.
fn is_word_of(word: &str, line: &str, lower: &str) -> bool {
    let line = if word.chars().any(char::is_uppercase) { line } else { lower };
    line.match_indices(word).any(|(begin, _)| {
        let inside = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
        !inside(line[..begin].chars().next_back()) && !inside(line[begin + word.len()..].chars().next())
    })
}

/// A path that goes on from something else is relative.
fn begins_a_path(path: &str, line: &str) -> bool {
    let goes_on = |before: char| before.is_alphanumeric() || "_.-})/~*".contains(before);
    line.match_indices(path).any(|(begin, _)| !line[..begin].chars().next_back().is_some_and(goes_on))
}

#[test]
fn no_file_names_what_does_not_belong_here() {
    check(has_forbidden_words);
    for pieces in ANYWHERE {
        assert_caught(1, "specs/a.md", &format!("As ({}) said.\n", pieces.concat()), has_forbidden_words);
        assert_caught(0, "specs/a.md", &format!("un{}ed\n", pieces.concat()), has_forbidden_words);
    }
    for pieces in PATHS {
        assert_caught(1, "tests/a.json", &format!("\"{}me\"\n", pieces.concat()), has_forbidden_words);
        assert_caught(0, "tests/a.sh", &format!("$dest.d{}me\n", pieces.concat()), has_forbidden_words);
    }
}
