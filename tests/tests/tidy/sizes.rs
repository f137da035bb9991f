//! Sizes and headers: a module can be held in one's head, and says at its top what it is.

use super::files::File;
use super::{Complaints, assert_caught, check};

/// Past this a file is two modules.
const FILE_LINES_MAX: usize = 400;
/// Past this a function is two functions.
const FUNCTION_LINES_MAX: usize = 60;

fn lacks_header(file: &File) -> Complaints {
    let opens = !file.is_rust() || file.text.starts_with("//! ");
    if opens { Vec::new() } else { vec![file.complaint(1, "a module opens with `//!` and what it is")] }
}

#[test]
fn every_module_test_and_example_opens_with_what_it_is() {
    check(lacks_header);
    assert_caught(1, "model/examples/a.rs", "use std::fmt;\n", lacks_header);
    assert_caught(1, "model/src/a.rs", "\n//! Too late.\n", lacks_header);
    assert_caught(0, "model/src/a.rs", "//! In time.\n", lacks_header);
}

fn is_long(file: &File) -> Complaints {
    let lines = file.text.lines().count();
    let too_long = is_program(file) && lines > FILE_LINES_MAX;
    if too_long { vec![file.complaint(lines, "past 400 lines a file is two modules")] } else { Vec::new() }
}

fn is_program(file: &File) -> bool {
    file.is_rust() || file.path.ends_with(".py")
}

#[test]
fn no_file_is_longer_than_a_module_should_be() {
    check(is_long);
    assert_caught(1, "impl/src/a.rs", &"\n".repeat(401), is_long);
    assert_caught(1, "tests/drivers/a.py", &"\n".repeat(401), is_long);
    assert_caught(0, "impl/src/a.rs", &"\n".repeat(400), is_long);
    assert_caught(0, "specs/a.md", &"\n".repeat(401), is_long);
}

fn has_long_functions(file: &File) -> Complaints {
    if !is_program(file) {
        return Vec::new();
    }
    let lines: Vec<_> = file.text.lines().collect();
    let ends = if file.is_rust() { rust_function_end } else { python_function_end };
    let lengths = (0..lines.len()).filter_map(|begin| Some((begin, ends(&lines, begin)? - begin + 1)));
    let long = lengths.filter(|&(_, length)| length > FUNCTION_LINES_MAX);
    long.map(|(begin, length)| file.complaint(begin + 1, &format!("a function of {length} lines does two things")))
        .collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Where the function that begins at a line ends: formatted code closes it with a brace under its first letter.
fn rust_function_end(lines: &[&str], begin: usize) -> Option<usize> {
    let line = lines[begin];
    if !begins_rust_function(line.trim_start()) || line.ends_with(['}', ';']) {
        return None;
    }
    let closes = |other: &&str| indent(other) == indent(line) && matches!(other.trim(), "}" | "};");
    let is_declaration = |other: &&str| indent(other) == indent(line) && other.ends_with(';');
    let end = lines[begin..].iter().position(|other| closes(other) || is_declaration(other))?;
    closes(&lines[begin + end]).then_some(begin + end)
}

fn begins_rust_function(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let qualifier =
        |word: &&str| matches!(*word, "const" | "async" | "unsafe" | "extern" | "\"C\"") || word.starts_with("pub");
    words.find(|word| !qualifier(word)) == Some("fn")
}

/// A Python function ends before the next line that is not further in than its `def`.
fn python_function_end(lines: &[&str], begin: usize) -> Option<usize> {
    let line = lines[begin];
    if !line.trim_start().starts_with("def ") && !line.trim_start().starts_with("async def ") {
        return None;
    }
    let inside =
        |other: &&str| other.trim().is_empty() || indent(other) > indent(line) || other.trim_start().starts_with(')');
    let body = lines[begin + 1..].iter().take_while(|other| inside(other)).collect::<Vec<_>>();
    let last = body.iter().rposition(|other| !other.trim().is_empty())?;
    Some(begin + 1 + last)
}

#[test]
fn no_function_is_longer_than_one_thing() {
    check(has_long_functions);
    let body = |lines: usize, line: &str| line.repeat(lines);
    let rust = |lines| format!("impl A {{\n    pub(crate) fn a() {{\n{}    }}\n}}\n", body(lines, "        b();\n"));
    assert_caught(1, "impl/src/a.rs", &rust(59), has_long_functions);
    assert_caught(0, "impl/src/a.rs", &rust(58), has_long_functions);
    let python = |lines| format!("def a(b):\n{}\n\nc = 1\n", body(lines, "    b()\n"));
    assert_caught(1, "tests/drivers/a.py", &python(60), has_long_functions);
    assert_caught(0, "tests/drivers/a.py", &python(59), has_long_functions);
}
