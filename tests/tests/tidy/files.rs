//! The files of the repository: everything below the workspace that is text and is not built, fetched or git's own.
//!
//! It knows no rule; checks get each file as its path from the root and its text.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What is not the repository's own.
const SKIPPED: [&str; 5] = ["target", ".git", ".cache", "__pycache__", "book"];

/// One file.
pub struct File {
    /// From the root of the workspace, with `/` between its parts.
    pub path: String,
    pub text: String,
}

impl File {
    /// A file that exists only here: what a check must catch.
    pub fn sample(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub fn is_markdown(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// Whether the whole file is a test, rather than a library, a program or an example.
    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/tests/")
            || self.path.starts_with("objects/tests/")
            || self.path.starts_with("model/tests/")
            || self.path.starts_with("impl/tests/")
            || self.path.starts_with("tests/own/tests/")
    }

    /// A complaint about a line, counted from one.
    pub fn complaint(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }

    /// A complaint for each line that the judge finds something wrong with.
    pub fn complain_by_line(&self, judge: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let judged = self.text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, judge(line)?)));
        judged.map(|(line, what)| self.complaint(line, &what)).collect()
    }
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file, read once.
pub fn repository() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = Vec::new();
        walk(&root(), "", &mut files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    })
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository can be read") {
        let entry = entry.expect("an entry of a folder can be read");
        let name = entry.file_name().to_string_lossy().into_owned();
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{path}/"), files);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.push(File { path, text });
        }
    }
}

#[test]
fn the_walk_finds_every_room_and_skips_what_is_built() {
    let files = repository();
    for folder in ["specs/", "objects/src/", "model/src/", "impl/src/", "tests/src/", "tests/scenarios/"] {
        assert!(files.iter().any(|file| file.path.starts_with(folder)), "no file of {folder} was found");
    }
    let skipped = |file: &&File| file.path.split('/').any(|part| SKIPPED.contains(&part));
    assert!(!files.iter().any(|file| skipped(&file)));
}
