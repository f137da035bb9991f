//! `xi generate`: the scenarios that the model makes, whether the files are what it would make, and what they cover.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use crossinterp_model::catalogue::SCOPES;
use crossinterp_model::edition::Edition;
use crossinterp_suite::generate::{self, Generated, Item, Items, Reason};
use crossinterp_suite::{itf, scenario};
use serde::Serialize;

use crate::{Exit, say, say_json};

/// `xi generate`.
#[derive(Args)]
pub struct Generate {
    /// The folder of all scenarios; without it, that of this repository.
    folder: Option<PathBuf>,
    /// Write the files, and remove those that are not generated any more.
    #[arg(long)]
    write: bool,
    /// Search the scopes for branches of steps, and say of each that is not covered why not.
    #[arg(long)]
    why: bool,
    /// Write each scenario of the folder, whoever wrote it, as a trace in the Informal Trace Format into this folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["write", "why"])]
    itf: Option<PathBuf>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    rules: usize,
    branches: usize,
    pairs: usize,
    missing_pairs: BTreeMap<String, usize>,
    left_out: BTreeMap<&'static str, String>,
    missing_branches: BTreeMap<String, Vec<String>>,
    different: Vec<String>,
}

impl Generate {
    /// Generates, and writes or compares.
    pub fn run(self, json: bool) -> Result<Exit, String> {
        let root = self.folder.clone().unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"));
        if let Some(folder) = &self.itf {
            return write_traces(&root, folder);
        }
        let files = generate::generate();
        let different = generate::differences(&root, &files).map_err(|error| error.to_string())?;
        if self.write {
            write(&root, &files, &different)?;
        }
        let summary = self.summary(&files, different);
        if json {
            say_json(&summary)?
        } else {
            summary.print(self.write)
        }
        Ok(if self.write || summary.different.is_empty() { Exit::Fine } else { Exit::Wrong })
    }

    fn summary(&self, files: &[Generated], different: Vec<String>) -> Summary {
        let covered: Items = files.iter().flat_map(|file| file.items.iter().cloned()).collect();
        let mut missing_pairs = BTreeMap::new();
        for reason in generate::missing_pairs(&covered).into_values() {
            *missing_pairs.entry(reason.to_string()).or_default() += 1;
        }
        Summary {
            files: files.len(),
            rules: distinct(&covered, |item| if let Item::Rule(_, rule) = item { Some(*rule) } else { None }),
            branches: distinct(&covered, |item| if let Item::Branch(_, it) = item { Some(it.clone()) } else { None }),
            pairs: distinct(&covered, |item| match item {
                Item::Pair(_, first, second) => Some((first.clone(), second.clone())),
                _ => None,
            }),
            missing_pairs,
            left_out: generate::left_out().map(|(verb, reason)| (verb, reason.to_string())).collect(),
            missing_branches: if self.why { missing_branches(&covered) } else { BTreeMap::new() },
            different,
        }
    }
}

fn distinct<T: Ord>(items: &Items, pick: impl Fn(&Item) -> Option<T>) -> usize {
    items.iter().filter_map(pick).collect::<BTreeSet<_>>().len()
}

fn missing_branches(covered: &Items) -> BTreeMap<String, Vec<String>> {
    let mut by_reason: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
    for edition in [Edition::V313, Edition::V314, Edition::Repaired] {
        for (branch, reason) in generate::missing_branches(SCOPES, edition, covered) {
            by_reason.entry(reason).or_default().push(format!("{edition}: {branch}"));
        }
    }
    by_reason.into_iter().map(|(reason, branches)| (reason.to_string(), branches)).collect()
}

impl Summary {
    fn print(&self, written: bool) {
        say(&format!(
            "{} files: {} rules, {} branches, {} pairs of calls\n",
            self.files, self.rules, self.branches, self.pairs
        ));
        for (reason, pairs) in &self.missing_pairs {
            say(&format!("{pairs} pairs not covered: {reason}\n"));
        }
        for (verb, reason) in &self.left_out {
            say(&format!("{verb}: {reason}\n"));
        }
        for (reason, branches) in &self.missing_branches {
            say(&format!("{} branches of steps not covered: {reason}\n", branches.len()));
            branches.iter().for_each(|branch| say(&format!("    {branch}\n")));
        }
        let how = if written { "written" } else { "not as generated: `xi generate --write`" };
        self.different.iter().for_each(|name| say(&format!("{name}: {how}\n")));
    }
}

/// Writes what is different, and removes what is not generated any more.
fn write(root: &Path, files: &[Generated], different: &[String]) -> Result<(), String> {
    let complain = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let folder = root.join(generate::FOLDER);
    fs::create_dir_all(&folder).map_err(|error| complain(&folder, error))?;
    for name in different {
        let path = root.join(name).with_extension("txt");
        match files.iter().find(|file| file.name == *name) {
            Some(file) => fs::write(&path, &file.text).map_err(|error| complain(&path, error))?,
            None => fs::remove_file(&path).map_err(|error| complain(&path, error))?,
        }
    }
    Ok(())
}

/// One file for each scenario and each edition that it is written for.
fn write_traces(root: &Path, folder: &Path) -> Result<Exit, String> {
    let complain = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let mut written = 0;
    for scenario in scenario::load_all(root).map_err(|error| error.to_string())? {
        for &edition in &scenario.editions {
            let path = folder.join(format!("{}.{edition}.itf.json", scenario.name));
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent).map_err(|error| complain(parent, error))?;
            let text = format!("{}\n", itf::trace(&scenario, edition));
            fs::write(&path, text).map_err(|error| complain(&path, error))?;
            written += 1;
        }
    }
    say(&format!("{written} traces\n"));
    Ok(Exit::Fine)
}
