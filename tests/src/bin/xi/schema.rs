//! `xi schema`: the JSON schema of the conversation with a driver, and the tables of the contract.

use clap::Args;
use crossinterp_suite::driver::contract;
use crossinterp_suite::pages;

use crate::{Exit, say};

/// `xi schema`.
#[derive(Args)]
pub struct Schema {
    /// Write the schema and the tables into specs/ instead of printing the schema.
    #[arg(long)]
    write: bool,
}

impl Schema {
    /// Prints, or writes.
    pub fn run(&self) -> Result<Exit, String> {
        let schema = contract::schema_text().map_err(|error| error.to_string())?;
        if !self.write {
            say(&schema);
            return Ok(Exit::Fine);
        }
        let (file, page) = (pages::folder().join("driver.schema.json"), pages::folder().join("driver.md"));
        let wrong = |path: &std::path::Path, error: std::io::Error| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&page).map_err(|error| wrong(&page, error))?;
        std::fs::write(&page, contract::renewed(&text)).map_err(|error| wrong(&page, error))?;
        std::fs::write(&file, schema).map_err(|error| wrong(&file, error))?;
        Ok(Exit::Fine)
    }
}
