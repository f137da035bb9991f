//! The calls that generated scenarios are made of, as templates in the notation of scenarios.
//!
//! A capital letter is a slot that is filled with something the scenario has: `I` an interpreter in which nobody runs, `J`
//! another, `H` one that is held, `G` the id of one that has ended, `C` a capsule, `K` an object that is watched, `B` one
//! with memory, `S` a capsule's structure, `E` one that was never filled, `N` a namespace. Each verb has a few arguments: one
//! for each way that the code can take, as far as the sequence alone decides it; people's scenarios have the others.

use super::calls::{BASE, CORE, CORE_NEW, CORE_OLD, OBSERVABLE, REGISTRY, REGISTRY_NEW};
use crossinterp_model::edition::Edition;
use crossinterp_model::module::Call;

use crate::scenario::parse_call;

/// What a call gives that later calls can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An interpreter.
    Interpreter,
    /// A capsule.
    Capsule,
    /// A watched object.
    Kept,
    /// A watched object with memory.
    Memory,
    /// The structure of a capsule.
    Struct,
    /// A namespace.
    Namespace,
}

/// How much of the layer a runtime must have. Scenarios of one stage use the verbs of all earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// What every runtime has: the profile `observable` without any capability.
    Base,
    /// The profile `observable` with its capabilities.
    Observable,
    /// The profile `registry`.
    Registry,
    /// The profile `core`.
    Core,
}

impl Stage {
    /// Every stage, in their order.
    pub const ALL: [Stage; 4] = [Stage::Base, Stage::Observable, Stage::Registry, Stage::Core];

    /// The word for it in names of files.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Base => "base",
            Stage::Observable => "observable",
            Stage::Registry => "registry",
            Stage::Core => "core",
        }
    }
}

/// Which editions have the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Era {
    /// All.
    Both,
    /// Those before 3.14.
    Old,
    /// 3.14 and the repaired reading of it.
    New,
}

impl Era {
    /// Every era, in their order.
    pub const ALL: [Era; 3] = [Era::Both, Era::Old, Era::New];

    /// The editions of a scenario of that era: those that a runtime can be held to.
    pub fn editions(self) -> &'static [Edition] {
        match self {
            Era::Both => &[Edition::V313, Edition::V314, Edition::Repaired],
            Era::Old => &[Edition::V313],
            Era::New => &[Edition::V314, Edition::Repaired],
        }
    }

    fn has(self, of: Era) -> bool {
        of == Era::Both || of == self
    }
}

/// A call with slots.
#[derive(Clone, Debug)]
pub struct Template {
    /// The call.
    pub call: Call,
    /// What it gives.
    pub makes: Option<Kind>,
    /// The stage that it belongs to.
    pub stage: Stage,
    /// The editions that have it.
    pub era: Era,
}

/// The templates that a scenario of the stage and the era may use, in the order written.
///
/// # Panics
///
/// If a line of a table is no call: a mistake in the table.
pub fn templates(stage: Stage, era: Era) -> Vec<Template> {
    let tables = [
        (Stage::Base, Era::Both, BASE),
        (Stage::Observable, Era::Both, OBSERVABLE),
        (Stage::Registry, Era::Both, REGISTRY),
        (Stage::Registry, Era::New, REGISTRY_NEW),
        (Stage::Core, Era::Both, CORE),
        (Stage::Core, Era::Old, CORE_OLD),
        (Stage::Core, Era::New, CORE_NEW),
    ];
    let fitting = tables.into_iter().filter(|&(of, its, _)| of <= stage && era.has(its));
    let lines = fitting.flat_map(|(of, its, table)| table.lines().map(move |line| (of, its, line.trim())));
    lines.filter(|(_, _, line)| !line.is_empty()).map(|(of, its, line)| template(of, its, line)).collect()
}

fn template(stage: Stage, era: Era, line: &str) -> Template {
    let (name, call) = parse_call(line).unwrap_or_else(|trouble| panic!("{line}: {trouble}"));
    let makes = name.map(|name| match name.as_str() {
        "i" => Kind::Interpreter,
        "c" => Kind::Capsule,
        "k" => Kind::Kept,
        "b" => Kind::Memory,
        "s" => Kind::Struct,
        "n" => Kind::Namespace,
        other => panic!("{line}: nothing is called {other}"),
    });
    Template { call, makes, stage, era }
}

/// Verbs that are left out, with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("ending", PROCESS),
    ("main_ending", PROCESS),
    ("process_end", PROCESS),
    ("process_order", PROCESS),
    ("forked", PROCESS),
    ("create_without_memory", PROCESS),
    ("main_program", PROCESS),
    ("view_without_module", PROCESS),
    ("leave_thread", "the thread ends when it likes: what a later call sees of it is not defined"),
    ("lose_module", "takes away what a driver needs in that interpreter"),
    ("replace_module", "takes away what a driver needs in that interpreter"),
    // Of `excinfo_from` only classes are left out: each time the class loses a reference, and one of the first calls is the last.
    ("xid_clear", "clears wherever it is called: C leaves open what comes of it"),
];

const PROCESS: &str = "is a process of its own: what came before and after cannot matter";
