//! Optional features of a runtime, by the names that scenarios and drivers give them.

use crossinterp_objects::notation::Trouble;

/// Every capability that a driver may claim and a scenario may need.
pub const CAPABILITIES: [&str; 20] = [
    "idrefs",
    "config",
    "functions",
    "programs",
    "threads",
    "objects",
    "references",
    "arguments",
    "values",
    "buffers",
    "classes",
    "pickle",
    "capsules",
    "internals",
    "snapshots",
    "namespaces",
    "sessions",
    "memory",
    "processes",
    "modules",
];

/// The names in a header, each of which must be known.
pub(super) fn need_list(text: &str, column: usize) -> Result<Vec<String>, Trouble> {
    let names: Vec<&str> = text.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = names.iter().find(|name| !CAPABILITIES.contains(name)) {
        let what = format!("`{unknown}` is no capability");
        let help = format!("the capabilities are {}", CAPABILITIES.join(", "));
        return Err(Trouble { column, what, help });
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}
