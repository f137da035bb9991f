//! The header that says which optional features of a runtime a scenario needs beside those of its calls.

use crossinterp_objects::notation::Trouble;

use crate::driver::offer::Capability;

/// The capability of that name.
pub(super) fn capability(name: &str) -> Option<Capability> {
    Capability::ALL.iter().copied().find(|capability| capability.name() == name)
}

/// The names in a header, each of which must be known.
pub(super) fn need_list(text: &str, column: usize) -> Result<Vec<String>, Trouble> {
    let names: Vec<&str> = text.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = names.iter().find(|name| capability(name).is_none()) {
        let known: Vec<_> = Capability::ALL.iter().map(|capability| capability.name()).collect();
        let help = format!("the capabilities are {}", known.join(", "));
        return Err(Trouble { column, what: format!("`{unknown}` is no capability"), help });
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}
