//! Runtimes that the suite knows by name: where each is found, which version it must have, what drives it, and how to get it.
//!
//! Finding asks programs for their version, under a deadline, and changes nothing; [`provide`] brings what is missing into
//! the cache. It knows no scenario and no verdict. Everything that it looks at of this machine is in a [`Machine`], so that
//! a test can make one up.

mod ask;
mod known;
mod machine;
mod missing;
mod provide;

use std::path::Path;

use serde::Serialize;

pub use known::{KNOWN, Known};
pub use machine::Machine;
pub use missing::{Missing, Problem, Tried};
pub use provide::{NotProvided, provide};

use known::{Drive, Question};

/// A runtime that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The name under which the suite knows it.
    pub name: String,
    /// Its exact version, as it says itself.
    pub version: String,
    /// The command of its driver.
    pub command: Vec<String>,
}

/// The runtime of that name, or why it is not to be had.
pub fn known(name: &str) -> Result<&'static Known, Missing> {
    KNOWN.iter().find(|known| known.name == name).ok_or_else(|| Missing::unknown(name))
}

/// Finds a runtime by its name. The first place that has the right version counts; one that a variable names is the only one.
pub fn find(name: &str, machine: &Machine) -> Result<Found, Missing> {
    let known = known(name)?;
    let mut tried = Vec::new();
    for program in machine.places(known) {
        match accept(known, &program, machine) {
            Ok(found) => return Ok(found),
            Err(problem) => tried.push(Tried { program: program.display().to_string(), problem }),
        }
    }
    Err(Missing::NotHere { name: known.name, title: known.title, tried, advice: known.advice })
}

/// The program as that runtime, if it is it.
fn accept(known: &Known, program: &Path, machine: &Machine) -> Result<Found, Problem> {
    if !program.is_file() {
        return Err(Problem::NotThere);
    }
    let command = command(known.drive, program, machine);
    let version = match known.question {
        Question::Python { marker } => ask::python(program, marker, machine.patience)?,
        Question::Handshake => ask::handshake(&command, machine.patience)?,
    };
    let is_wanted = match known.version.strip_suffix('*') {
        Some(beginning) => version.starts_with(beginning),
        None => version == known.version,
    };
    if is_wanted {
        Ok(Found { name: known.name.to_owned(), version, command })
    } else {
        Err(Problem::WrongVersion { version, wanted: known.version })
    }
}

/// The command of the driver, with that program.
fn command(drive: Drive, program: &Path, machine: &Machine) -> Vec<String> {
    let program = program.display().to_string();
    match drive {
        Drive::Itself(arguments) => {
            [program].into_iter().chain(arguments.iter().map(|&argument| argument.to_owned())).collect()
        }
        Drive::Script(script) => vec![program, machine.drivers.join(script).display().to_string()],
    }
}
