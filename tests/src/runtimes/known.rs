//! The table of the runtimes that the suite knows. It is data: what to do with it is for its neighbours.

/// A runtime that the suite knows by name.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The name to ask for it by.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// The version that it must have; with a `*` at the end, how it must begin.
    pub version: &'static str,
    /// The variable that names the program, and then it is the only place.
    pub variable: &'static str,
    /// What to do when it is missing.
    pub advice: &'static str,
    pub(super) places: &'static [Place],
    pub(super) question: Question,
    pub(super) drive: Drive,
    pub(super) provision: Provision,
}

/// Where a program may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Below the cache.
    Cache(&'static str),
    /// In a folder of PATH.
    Path(&'static str),
    /// Below the folder of pyenv's versions.
    Pyenv(&'static str),
    /// This very program.
    Own,
}

/// How a program is asked for its version.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question {
    /// It is a Python: its version is what follows the marker.
    Python {
        /// What stands before the version.
        marker: &'static str,
    },
    /// Its driver is started, and says it in its greeting.
    Handshake,
}

/// What the command of a driver is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Drive {
    /// The program with these arguments.
    Itself(&'static [&'static str]),
    /// The program with a script of the folder of drivers.
    Script(&'static str),
}

/// How a runtime is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provision {
    /// By pyenv, if it is there, in that version.
    Pyenv(&'static str),
    /// By a script of the folder of drivers, into a folder of the cache.
    Script {
        /// The script.
        script: &'static str,
        /// The folder, below the cache.
        folder: &'static str,
    },
    /// By cargo, built from its source into a folder of the cache.
    Cargo {
        /// Package and version.
        package: &'static str,
        /// Its features, instead of the default ones.
        features: &'static str,
        /// The folder, below the cache.
        folder: &'static str,
        /// About how many packages are compiled: what the progress is measured by.
        packages: u64,
    },
    /// Not at all: the advice says what to do.
    ByHand,
}

/// Every runtime that the suite knows, in the order in which they are listed.
pub const KNOWN: &[Known] = &[
    Known {
        name: "cpython-3.13",
        title: "CPython 3.13.0",
        version: "3.13.0",
        variable: "XI_CPYTHON_313",
        advice: "`xi runtimes --provision cpython-3.13` builds it where pyenv is; or set XI_CPYTHON_313 to its program",
        places: &[
            Place::Cache("cpython-3.13/bin/python3.13"),
            Place::Path("python3.13"),
            Place::Pyenv("3.13.0/bin/python3.13"),
        ],
        question: Question::Python { marker: "cpython " },
        drive: Drive::Script("cpython.py"),
        provision: Provision::Pyenv("3.13.0"),
    },
    Known {
        name: "cpython-3.14",
        title: "CPython 3.14 with its test helpers",
        version: "3.14.*",
        variable: "XI_CPYTHON_314",
        advice: "`xi runtimes --provision cpython-3.14` brings it on Debian; or set XI_CPYTHON_314 to its program",
        places: &[Place::Cache("cpython-3.14/python3.14"), Place::Path("python3.14")],
        question: Question::Python { marker: "cpython " },
        drive: Drive::Script("cpython.py"),
        provision: Provision::Script { script: "provision-cpython-3.14.sh", folder: "cpython-3.14" },
    },
    Known {
        name: "rustpython-0.6",
        title: "RustPython 0.6.0",
        version: "0.6.0",
        variable: "XI_RUSTPYTHON_06",
        advice: "`xi runtimes --provision rustpython-0.6` builds it in about 12 minutes; or set XI_RUSTPYTHON_06 to its program",
        places: &[Place::Cache("rustpython-0.6/bin/rustpython"), Place::Path("rustpython")],
        question: Question::Python { marker: "[RustPython " },
        drive: Drive::Script("cpython.py"),
        provision: Provision::Cargo {
            package: "rustpython@0.6.0",
            features: "stdlib,threading,stdio,importlib,freeze-stdlib,host_env",
            folder: "rustpython-0.6",
            packages: 262,
        },
    },
    Known {
        name: "crossinterp",
        title: "the implementation of this repository",
        version: env!("CARGO_PKG_VERSION"),
        variable: "XI_CROSSINTERP",
        advice: "`xi serve` must greet: build this program again, or set XI_CROSSINTERP to one that does",
        places: &[Place::Own],
        question: Question::Handshake,
        drive: Drive::Itself(&["serve"]),
        provision: Provision::ByHand,
    },
    Known {
        name: "toy",
        title: "the toy runtime in JavaScript",
        version: "*",
        variable: "XI_NODE",
        advice: "install Node.js, version 18 or later, or set XI_NODE to its program",
        places: &[Place::Path("node"), Place::Path("nodejs")],
        question: Question::Handshake,
        drive: Drive::Script("toy/toy.js"),
        provision: Provision::ByHand,
    },
];
