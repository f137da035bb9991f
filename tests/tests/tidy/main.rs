//! Tidy: the rules about how this repository is written, as far as a program can check them.
//!
//! It reads files and nothing else. Each check is a function from a file to its complaints, is run over the whole
//! repository, and is shown to catch a sample that breaks its rule. What the rules of the book say is for `rules.rs`.

mod files;
mod layers;
mod leftovers;
mod links;
mod sizes;
mod words;

use files::File;

/// What is wrong with a file, one line each.
type Complaints = Vec<String>;

/// Runs a check over all files of the repository.
fn check(complain: impl Fn(&File) -> Complaints) {
    let complaints: Complaints = files::repository().iter().flat_map(complain).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Says that a file with that path and text is caught so many times.
fn assert_caught(times: usize, path: &str, text: &str, complain: impl Fn(&File) -> Complaints) {
    let complaints = complain(&File::sample(path, text));
    assert_eq!(complaints.len(), times, "{path} with {text:?}: {complaints:?}");
}
