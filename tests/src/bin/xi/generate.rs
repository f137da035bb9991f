//! `xi generate`: the scenarios that the model makes, and whether the files are what it would make.

use std::path::{Path, PathBuf};

use clap::Args;
use crossinterp_suite::generate::generate;

use crate::{Exit, say};

/// `xi generate`.
#[derive(Args)]
pub struct Generate {
    /// The folder of all scenarios; without it, that of this repository.
    folder: Option<PathBuf>,
    /// Write the files, and remove those that are not generated any more.
    #[arg(long)]
    write: bool,
}

impl Generate {
    /// Generates, and writes or compares.
    pub fn run(self) -> Result<Exit, String> {
        let root = self.folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"));
        let files = generate();
        let calls: usize = files.iter().map(|file| file.text.lines().filter(|l| l.contains('(') && !l.starts_with([' ', '#', 't', 'r'])).count()).sum();
        say(&format!("{} files, {calls}\n", files.len()));
        std::fs::create_dir_all(root.join("generated")).map_err(|e| e.to_string())?;
        for file in files {
            std::fs::write(root.join(&file.name).with_extension("txt"), file.text).map_err(|e| e.to_string())?;
        }
        Ok(Exit::Fine)
    }
}
