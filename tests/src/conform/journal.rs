//! The journal of a run: every result is written down as soon as it is there, so that an interrupted run goes on.
//!
//! It belongs to one command, one edition and one state of the scenarios: another key is another journal.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::report::ScenarioResult;

/// A file of results, one JSON object to a line.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

impl Journal {
    /// Opens the journal of a run in a folder, with what it knows already; without `resume` it begins anew.
    ///
    /// A last line that was cut by the interruption is not a result.
    pub fn open(
        folder: &Path,
        key: &impl Hash,
        resume: bool,
    ) -> io::Result<(Journal, BTreeMap<String, ScenarioResult>)> {
        fs::create_dir_all(folder)?;
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let path = folder.join(format!("{:016x}.jsonl", hasher.finish()));
        let known = if resume && path.exists() { read(&path)? } else { BTreeMap::new() };
        let mut file = OpenOptions::new().create(true).write(true).truncate(true).open(&path)?;
        for result in known.values() {
            write_line(&mut file, result)?;
        }
        Ok((Journal { path, file: Mutex::new(file) }, known))
    }

    /// Writes a result down. A full disk costs the resumption, not the run.
    pub fn add(&self, result: &ScenarioResult) {
        let mut file = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        drop(write_line(&mut file, result));
    }

    /// The run is complete: nothing is left to resume.
    pub fn finish(self) {
        drop(fs::remove_file(&self.path));
    }
}

fn read(path: &Path) -> io::Result<BTreeMap<String, ScenarioResult>> {
    let text = fs::read_to_string(path)?;
    let results = text.lines().filter_map(|line| serde_json::from_str::<ScenarioResult>(line).ok());
    Ok(results.map(|result| (result.scenario.clone(), result)).collect())
}

fn write_line(file: &mut File, result: &ScenarioResult) -> io::Result<()> {
    let line = serde_json::to_string(result).map_err(io::Error::other)?;
    writeln!(file, "{line}")?;
    file.flush()
}
