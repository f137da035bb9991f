//! The steps that make an interpreter, in their order, and what each says when it fails.

use super::failure::Status;
use super::process::Setup;
use crate::defect::Defect;
use crate::edition::Edition;
use crate::module::like_3_14;

/// What a step makes and the end undoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The memory of the interpreter itself.
    Structure,
    /// Its place on the list of interpreters.
    Entry,
    /// Its first thread state.
    ThreadState,
    /// The type `InterpreterError`, in this interpreter.
    ErrorType,
    /// The type `InterpreterNotFoundError`, in this interpreter.
    NotFoundType,
    /// The registry that all interpreters share. Main has it.
    GlobalRegistry,
    /// The interpreter's own registry.
    LocalRegistry,
    /// The type `NotShareableError`, an object of this interpreter.
    RefusalType,
}

impl Part {
    /// The field's word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Structure => "the structure",
            Part::Entry => "the place on the list",
            Part::ThreadState => "the thread state",
            Part::ErrorType => "InterpreterError",
            Part::NotFoundType => "InterpreterNotFoundError",
            Part::GlobalRegistry => "the global registry",
            Part::LocalRegistry => "the interpreter's registry",
            Part::RefusalType => "NotShareableError",
        }
    }
}

/// One step of making an interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Memory for the structure.
    Structure,
    /// The id, which was taken before, is looked at.
    Id,
    /// It is put on the list.
    Link,
    /// Its fields are filled in.
    Fields,
    /// It gets a copy of the caller's configuration.
    Config,
    /// What was asked for is checked and stored.
    Settings,
    /// Its allocator is set up.
    Allocator,
    /// Its first thread state is made.
    ThreadState,
    /// The first of the static exception types.
    ErrorType,
    /// The second.
    NotFoundType,
    /// The registry of all, with the builtins in it.
    GlobalRegistry,
    /// Its own registry.
    LocalRegistry,
    /// The exception type on the heap.
    RefusalType,
}

impl Step {
    /// What the step makes.
    pub const fn makes(self) -> Option<Part> {
        match self {
            Step::Structure => Some(Part::Structure),
            Step::Link => Some(Part::Entry),
            Step::ThreadState => Some(Part::ThreadState),
            Step::ErrorType => Some(Part::ErrorType),
            Step::NotFoundType => Some(Part::NotFoundType),
            Step::GlobalRegistry => Some(Part::GlobalRegistry),
            Step::LocalRegistry => Some(Part::LocalRegistry),
            Step::RefusalType => Some(Part::RefusalType),
            Step::Id | Step::Fields | Step::Config | Step::Settings | Step::Allocator => None,
        }
    }

    /// Whether it can fail at all: a registry of an interpreter is a flag.
    pub fn can_fail(self) -> bool {
        self != Step::LocalRegistry && self != Step::Link
    }

    /// What it says when it fails. Rule `runtime.start.failure`; `_PyXI_Init`, `_PyXI_InitTypes` in `crossinterp.c`.
    pub fn status(self, edition: Edition) -> Status {
        let error = |function, text| Status::Error { function, text };
        match self {
            Step::Structure | Step::Link => Status::NoMemory { function: "_PyInterpreterState_New" },
            Step::Config => Status::NoMemory { function: "_PyConfig_Copy" },
            Step::Allocator | Step::ThreadState => Status::NoMemory { function: "new_interpreter" },
            Step::Id => error("_PyInterpreterState_New", "failed to get an interpreter ID"),
            Step::Fields => error("init_interpreter", "interpreter already initialized"),
            Step::Settings => error(
                "init_interp_settings",
                "per-interpreter obmalloc does not support single-phase init extension modules",
            ),
            Step::ErrorType | Step::NotFoundType => error("_PyXI_InitTypes", type_text(edition)),
            Step::GlobalRegistry => error("_PyXI_Init", "failed to initialize  global cross-interpreter state"),
            Step::LocalRegistry | Step::RefusalType => error("_PyXI_Init", init_text(edition)),
        }
    }
}

fn type_text(edition: Edition) -> &'static str {
    if like_3_14(edition) {
        "failed to initialize the cross-interpreter exception types"
    } else {
        "failed to initialize an exception type"
    }
}

fn init_text(edition: Edition) -> &'static str {
    match edition {
        Edition::Dev313 => "could not initialize NotShareableError",
        Edition::V313 => "failed to initialize NotShareableError",
        Edition::V314 | Edition::Repaired => "failed to initialize interpreter's cross-interpreter state",
    }
}

/// The steps in their order. C links what is not filled in yet; the safe reading does both the other way round.
///
/// Rule `runtime.start.order`; `new_interpreter` in `pylifecycle.c`, `_PyInterpreterState_New` in `pystate.c`.
pub fn steps(setup: Setup, main: bool) -> Vec<Step> {
    let linked_first = setup.defects.contains(Defect::DanglingHead);
    let begin = if linked_first { [Step::Link, Step::Fields] } else { [Step::Fields, Step::Link] };
    let mut all = vec![Step::Structure, Step::Id];
    all.extend(begin);
    all.extend([Step::Config, Step::Settings, Step::Allocator, Step::ThreadState]);
    // Before 3.13.0 the layer had one type of its own.
    if setup.edition != Edition::Dev313 {
        all.extend([Step::ErrorType, Step::NotFoundType]);
    }
    if main {
        all.push(Step::GlobalRegistry);
    }
    all.extend([Step::LocalRegistry, Step::RefusalType]);
    all
}
