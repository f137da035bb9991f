//! The parts of the driver's contract, in `specs/`, that are made from the types and tables of this program.
//!
//! `xi schema` prints and writes them; a test compares. The rest of the contract is prose.

use crate::pages::block;

use super::message::schema;
use super::offer::{BASE_VERBS, Capability, Profile};

/// The name of the generated block in `specs/driver.md`.
pub const BLOCK: &str = "capabilities";

/// The JSON schema of every line of the conversation, as its file has it.
///
/// # Errors
///
/// None that can be met: a schema is JSON.
pub fn schema_text() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schema())? + "\n")
}

/// The block of `specs/driver.md` with what each profile and capability means, and what needs it.
pub fn capabilities() -> String {
    block::block(BLOCK, &Profile::ALL.map(table).join("\n"))
}

/// The page with that block renewed.
pub fn renewed(page: &str) -> String {
    block::replaced(page, BLOCK, &capabilities())
}

fn table(profile: Profile) -> String {
    let mut lines =
        vec![format!("| `{profile}` | what it means | verbs | objects |"), "| --- | --- | --- | --- |".to_owned()];
    if profile == Profile::Observable {
        lines.push(format!("| always | What every driver has. | {} | |", words(BASE_VERBS)));
    }
    let of_profile = Capability::ALL.iter().filter(|capability| capability.profile() == profile);
    lines.extend(of_profile.map(|capability| {
        let (verbs, objects) = (words(capability.verbs()), words(capability.objects()));
        format!("| `{capability}` | {} | {verbs} | {objects} |", capability.meaning())
    }));
    lines.join("\n") + "\n"
}

fn words(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ")
}
