//! Markdown: links inside the repository lead somewhere, and no line ends in blanks.

use std::collections::BTreeSet;

use super::files::{self, File};
use super::{Complaints, assert_caught, check};

fn has_trailing_blanks(file: &File) -> Complaints {
    if !file.is_markdown() {
        return Vec::new();
    }
    file.complain_by_line(|line| line.ends_with([' ', '\t']).then(|| "the line ends in blanks".to_owned()))
}

#[test]
fn no_line_of_markdown_ends_in_blanks() {
    check(has_trailing_blanks);
    assert_caught(2, "specs/a.md", "one \ntwo\t\nthree\n", has_trailing_blanks);
}

/// Every file and every folder, by path from the root.
fn places() -> BTreeSet<String> {
    let all = files::repository().iter().map(|file| file.path.as_str());
    let folders = all.clone().flat_map(|path| path.match_indices('/').map(|(end, _)| path[..end].to_owned()));
    folders.chain(all.map(str::to_owned)).collect()
}

fn has_dead_links(file: &File, places: &BTreeSet<String>) -> Complaints {
    if !file.is_markdown() {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    let mut in_block = false;
    for (index, line) in file.text.lines().enumerate() {
        in_block ^= line.trim_start().starts_with("```");
        let links = if in_block { Vec::new() } else { relative_links(line) };
        let dead = links.into_iter().filter(|link| !leads_somewhere(&file.path, link, places));
        complaints.extend(dead.map(|link| file.complaint(index + 1, &format!("`{link}` leads nowhere"))));
    }
    complaints
}

/// The targets of links, without those to elsewhere, to a heading of the same page, or in code.
fn relative_links(line: &str) -> Vec<String> {
    let prose: Vec<_> = line.split('`').step_by(2).collect();
    let prose = prose.join("");
    let inline = prose.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let reference = prose.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target);
    let is_relative = |link: &&str| !link.starts_with('#') && !link.contains("://") && !link.starts_with("mailto:");
    inline.chain(reference).filter(is_relative).map(str::to_owned).collect()
}

fn leads_somewhere(page: &str, link: &str, places: &BTreeSet<String>) -> bool {
    let target = link.split('#').next().unwrap_or_default();
    let mut parts: Vec<_> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return false,
            ".." => {}
            name => parts.push(name),
        }
    }
    parts.is_empty() || places.contains(&parts.join("/"))
}

#[test]
fn every_relative_link_leads_somewhere() {
    let places = places();
    let dead = |file: &File| has_dead_links(file, &places);
    check(dead);
    assert_caught(1, "specs/a.md", "See [this](nowhere.md#there).\n", dead);
    assert_caught(1, "specs/a.md", "[this]: ../nowhere.md\n", dead);
    assert_caught(1, "a.md", "Out of [the repository](../Cargo.toml).\n", dead);
    let alive = "[a](../../Cargo.toml), [b](#b), [c](https://c.org), [d](../defects), `[e](f)`\n";
    assert_caught(0, "specs/defects/a.md", alive, dead);
    assert_caught(0, "specs/a.md", "```text\n[a](nowhere.md)\n```\n", dead);
}
