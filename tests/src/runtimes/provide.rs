//! Brings a runtime that is missing, into the cache or by pyenv, and says how far it is.
//!
//! What is built here appears in its place finished or not at all: it is built beside it and then renamed. An interrupted
//! build leaves its folder, and the next one goes on from there.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::known::{Known, Provision};
use super::{Machine, Missing, known};

/// What is shown of a log that ends badly.
const LAST_LINES: usize = 5;

/// Why a runtime was not brought.
#[derive(Debug, thiserror::Error)]
pub enum NotProvided {
    /// No runtime has that name.
    #[error(transparent)]
    Unknown(#[from] Missing),
    /// It is not brought by a program: the advice says what to do.
    #[error("{title} is not brought by this program: {advice}")]
    ByHand {
        /// What it is.
        title: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The program that would bring it is missing: install it, or name the runtime by its variable.
    #[error("needs {program}; or set {variable} to a program that is there already")]
    NeedsProgram {
        /// The program.
        program: &'static str,
        /// The variable.
        variable: &'static str,
    },
    /// The program that brings it failed: its log says why.
    #[error("{command} failed; its log is {}\n{last}", log.display())]
    Failed {
        /// The command.
        command: String,
        /// Where all that it said is.
        log: PathBuf,
        /// The end of it.
        last: String,
    },
    /// A file or a folder is in the way: the path says which.
    #[error("{}: {cause}", path.display())]
    Files {
        /// The file or the folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

/// Brings the runtime of that name. `step` hears each line that is said meanwhile: how many steps are done, of about how
/// many if that is known, and the line.
pub fn provide(name: &str, machine: &Machine, step: &dyn Fn(u64, Option<u64>, &str)) -> Result<(), NotProvided> {
    let known = known(name)?;
    let work = Work { known, machine, step };
    match known.provision {
        Provision::ByHand => Err(NotProvided::ByHand { title: known.title, advice: known.advice }),
        Provision::Pyenv(version) => work.by_pyenv(version),
        Provision::Script { script, folder } => work.by_script(script, folder),
        Provision::Cargo { package, features, folder, packages } => work.by_cargo(package, features, folder, packages),
    }
}

struct Work<'a> {
    known: &'a Known,
    machine: &'a Machine,
    step: &'a dyn Fn(u64, Option<u64>, &str),
}

impl Work<'_> {
    fn by_pyenv(&self, version: &str) -> Result<(), NotProvided> {
        let program = self.machine.pyenv_program().ok_or_else(|| self.needs("pyenv"))?;
        let mut command = Command::new(program);
        command.args(["install", "--skip-existing", version]);
        self.run(command, None)
    }

    fn by_script(&self, script: &str, folder: &str) -> Result<(), NotProvided> {
        let mut command = Command::new("sh");
        command.arg(self.machine.drivers.join(script)).arg(self.machine.cache.join(folder));
        self.run(command, None)
    }

    /// Built beside its place, with a folder of its own for what an interrupted build has done already.
    fn by_cargo(&self, package: &str, features: &str, folder: &str, packages: u64) -> Result<(), NotProvided> {
        let cargo = self.machine.on_path("cargo").ok_or_else(|| self.needs("cargo, which https://rustup.rs brings"))?;
        let place = self.machine.cache.join(folder);
        let (part, build) = (beside(&place, "part"), beside(&place, "build"));
        let mut command = Command::new(cargo);
        command.args(["install", "--locked", "--ignore-rust-version", "--no-default-features", "--features", features]);
        command.arg(package).arg("--root").arg(&part).env("CARGO_TARGET_DIR", &build);
        self.run(command, Some(packages))?;
        remove(&place)?;
        fs::rename(&part, &place).map_err(|cause| NotProvided::Files { path: part, cause })?;
        remove(&build)
    }

    fn needs(&self, program: &'static str) -> NotProvided {
        NotProvided::NeedsProgram { program, variable: self.known.variable }
    }

    /// Runs the command to its end, in the foreground: whoever interrupts this program interrupts it too.
    fn run(&self, mut command: Command, packages: Option<u64>) -> Result<(), NotProvided> {
        let log = self.machine.cache.join(format!("{}.log", self.known.name));
        let files = |cause| NotProvided::Files { path: log.clone(), cause };
        fs::create_dir_all(&self.machine.cache).map_err(files)?;
        let mut kept = fs::File::create(&log).map_err(files)?;
        let said = told(&command);
        // All that it says goes through one pipe, in the order in which it says it.
        let (reader, writer) = io::pipe().map_err(files)?;
        command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(files)?).stderr(writer);
        let mut child =
            command.spawn().map_err(|cause| NotProvided::Files { path: command.get_program().into(), cause })?;
        // The command holds an end of the pipe, which would never be read to its end.
        drop(command);
        self.listen(BufReader::new(reader), &mut kept, packages).map_err(files)?;
        let status = child.wait().map_err(files)?;
        if status.success() { Ok(()) } else { Err(failed(said, log)) }
    }

    fn listen(&self, lines: impl BufRead, kept: &mut fs::File, packages: Option<u64>) -> io::Result<()> {
        let mut done = 0;
        for line in lines.split(b'\n') {
            let line = String::from_utf8_lossy(&line?).trim_end().to_owned();
            writeln!(kept, "{line}")?;
            done += u64::from(line.trim_start().starts_with("Compiling "));
            (self.step)(done, packages, line.trim());
        }
        Ok(())
    }
}

fn told(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn failed(command: String, log: PathBuf) -> NotProvided {
    let text = fs::read_to_string(&log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n");
    NotProvided::Failed { command, log, last }
}

fn beside(place: &Path, ending: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!("{name}.{ending}"))
}

fn remove(folder: &Path) -> Result<(), NotProvided> {
    match fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(NotProvided::Files { path: folder.to_owned(), cause })
        }
        _ => Ok(()),
    }
}
