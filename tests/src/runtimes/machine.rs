//! What is looked at of this machine: variables, folders, this program. All of it is here, so that a test can make one up.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::known::{KNOWN, Known, Place};

/// How long a program may take to say its version. A Python that starts for the first time on a busy disk takes seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// A machine, as far as runtimes are looked for on it.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The folder for what is provided.
    pub cache: PathBuf,
    /// The folder of drivers: `tests/drivers/`.
    pub drivers: PathBuf,
    /// The folders in which programs are looked for, in their order.
    pub path: Vec<PathBuf>,
    /// The folder of pyenv.
    pub pyenv: Option<PathBuf>,
    /// This program.
    pub own: PathBuf,
    /// The variables that name the program of a runtime.
    pub variables: BTreeMap<String, OsString>,
    /// How long a program may take to say its version.
    pub patience: Duration,
}

impl Machine {
    /// This machine. `tests` is the folder of the suite; the cache is beside it, or where XI_CACHE says.
    pub fn this(tests: &Path) -> Machine {
        let beside = tests.parent().filter(|root| !root.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let home = env::var_os("HOME").map(PathBuf::from);
        let named = |known: &Known| Some((known.variable.to_owned(), said(known.variable)?));
        Machine {
            cache: said("XI_CACHE").map_or_else(|| beside.join(".cache"), PathBuf::from),
            drivers: tests.join("drivers"),
            path: env::var_os("PATH").map_or_else(Vec::new, |path| env::split_paths(&path).collect()),
            pyenv: said("PYENV_ROOT").map(PathBuf::from).or_else(|| home.map(|home| home.join(".pyenv"))),
            own: env::current_exe().unwrap_or_else(|_| PathBuf::from("xi")),
            variables: KNOWN.iter().filter_map(named).collect(),
            patience: PATIENCE,
        }
    }

    /// Where the program of that runtime may be, in the order in which it is looked for. One place may be named twice.
    pub(super) fn places(&self, known: &Known) -> Vec<PathBuf> {
        if let Some(named) = self.variables.get(known.variable) {
            return vec![PathBuf::from(named)];
        }
        known.places.iter().flat_map(|place| self.programs(*place)).collect()
    }

    fn programs(&self, place: Place) -> Vec<PathBuf> {
        match place {
            Place::Cache(program) => vec![self.cache.join(program)],
            Place::Path(program) => self.on_path(program).into_iter().collect(),
            Place::Pyenv(program) => self.pyenv.iter().map(|root| root.join("versions").join(program)).collect(),
            Place::Own => vec![self.own.clone()],
        }
    }

    /// The first program of that name on the path.
    pub(super) fn on_path(&self, program: &str) -> Option<PathBuf> {
        self.path.iter().map(|folder| folder.join(program)).find(|program| program.is_file())
    }

    /// The program of pyenv.
    pub(super) fn pyenv_program(&self) -> Option<PathBuf> {
        let own = self.pyenv.iter().map(|root| root.join("bin/pyenv")).find(|program| program.is_file());
        self.on_path("pyenv").or(own)
    }
}

/// A variable, unless it is empty.
fn said(variable: &str) -> Option<OsString> {
    env::var_os(variable).filter(|value| !value.is_empty())
}
