//! A process: what is held of each interpreter, which ones are listed, and whose thread state is current.
//!
//! How an interpreter is made is here; how one ends is in `ending`.

use std::collections::BTreeSet;

use super::failure::{Failure, Status};
use super::step::{Part, Step, steps};
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::module::{Signal, like_3_14};
use crate::rule::{Rule, RuleSet};

/// The id of the main interpreter.
pub const MAIN: i64 = 0;

/// Which text is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Its surface.
    pub edition: Edition,
    /// Its defects.
    pub defects: DefectSet,
}

impl From<Edition> for Setup {
    fn from(edition: Edition) -> Self {
        Setup { edition, defects: edition.defects() }
    }
}

/// One process, from its start to its end.
#[derive(Clone, Debug)]
pub struct Process {
    pub(super) setup: Setup,
    /// What there is, and of which interpreter.
    held: Vec<(i64, Part)>,
    /// The newest first. A place on it is a pointer: what it leads to may be gone.
    pub(super) list: Vec<i64>,
    next_id: i64,
    /// The interpreter whose thread state is current.
    pub(super) current: Option<i64>,
    /// Whether the runtime still makes interpreters.
    pub(super) initialized: bool,
    /// Interpreters in which a thread is left that nobody waits for.
    pub(super) lingering: BTreeSet<i64>,
    /// Interpreters that somebody has run `Py_EndInterpreter` on.
    pub(super) finalizing: BTreeSet<i64>,
    rules: RuleSet,
    trace: Vec<String>,
}

impl Process {
    /// Nothing yet.
    pub fn new(setup: impl Into<Setup>) -> Process {
        Process {
            setup: setup.into(),
            held: Vec::new(),
            list: Vec::new(),
            next_id: MAIN,
            current: None,
            initialized: false,
            lingering: BTreeSet::new(),
            finalizing: BTreeSet::new(),
            rules: RuleSet::default(),
            trace: Vec::new(),
        }
    }

    /// A process whose runtime has started. Its steps are told from here on.
    pub fn started(setup: impl Into<Setup>) -> Process {
        let mut process = Process::new(setup);
        process.start(None).expect("no step fails");
        process.trace.clear();
        process
    }

    /// Starts the runtime, with one step failing or none. A start that fails ends the process.
    ///
    /// Rules `runtime.start.order`, `runtime.start.failure`; `_PyXI_InitTypes`, `_PyXI_Init` in `crossinterp.c`.
    pub fn start(&mut self, fails: Option<Step>) -> Result<(), Failure> {
        assert!(self.list.is_empty(), "a runtime starts once");
        self.rule(Rule::RuntimeStart);
        let id = self.take_id();
        if let Err(status) = self.make(id, fails) {
            self.rule(Rule::RuntimeStartFailure);
            return Err(Failure::Exit(status));
        }
        self.initialized = true;
        self.current = Some(id);
        Ok(())
    }

    /// Makes an interpreter, and comes back to the thread state that the caller had. A failure has used up an id.
    ///
    /// Rules `runtime.new-interpreter`, `runtime.new-interpreter.failure`; `_PyXI_NewInterpreter` in `crossinterp.c`.
    pub fn create(&mut self, fails: Option<Step>) -> Result<i64, Failure> {
        self.rule(Rule::RuntimeNewInterpreter);
        let caller = self.current.take();
        self.step(|| "no thread state is current".to_owned());
        let made = self.new_interpreter(fails);
        self.current = caller;
        self.step(|| "the caller's thread state is current again".to_owned());
        made
    }

    /// `new_interpreter` in `pylifecycle.c`.
    fn new_interpreter(&mut self, fails: Option<Step>) -> Result<i64, Failure> {
        self.rule(Rule::RuntimeStart);
        if !self.initialized {
            let text = "Py_Initialize must be called first";
            return Err(Failure::Raised(Status::Error { function: "new_interpreter", text }));
        }
        let id = self.take_id();
        let Err(status) = self.make(id, fails) else {
            // The first thread state has done its work: whoever runs code there makes another.
            self.undo(id, Part::ThreadState);
            return Ok(id);
        };
        self.rule(Rule::RuntimeStartFailure);
        Err(self.fail(id, status))
    }

    fn take_id(&mut self) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.step(|| format!("take id {id}"));
        id
    }

    /// Step after step, up to the one that fails.
    fn make(&mut self, id: i64, fails: Option<Step>) -> Result<(), Status> {
        for step in steps(self.setup, id == MAIN) {
            if fails == Some(step) {
                self.step(|| format!("{step:?} fails"));
                return Err(step.status(self.setup.edition));
            }
            if let Some(part) = step.makes() {
                self.hold(id, part);
            }
        }
        Ok(())
    }

    /// What a failed creation undoes, and what it says.
    ///
    /// Rule `runtime.new-interpreter.failure`; the last lines of `new_interpreter` and `_PyInterpreterState_New`.
    fn fail(&mut self, id: i64, status: Status) -> Failure {
        if !self.holds(id, Part::ThreadState) {
            return self.fail_early(id, status);
        }
        if self.has(Defect::CreationNotUndone) {
            // The types and the registries are not taken back. While its types are not complete, 3.14 dies of clearing
            // the thread state.
            if like_3_14(self.setup.edition) && !self.holds(id, Part::LocalRegistry) {
                return Failure::Crash(Signal::Segfault);
            }
            self.undo(id, Part::ThreadState);
        } else {
            self.undo_layer(id);
            self.undo_types(id);
            self.undo(id, Part::ThreadState);
        }
        self.undo(id, Part::Entry);
        self.undo(id, Part::Structure);
        Failure::Raised(status)
    }

    /// Before there is a thread state there is little to undo. What is linked and not filled in stays linked.
    fn fail_early(&mut self, id: i64, status: Status) -> Failure {
        let of_structure = matches!(
            status,
            Status::NoMemory { function: "_PyInterpreterState_New" }
                | Status::Error { function: "_PyInterpreterState_New" | "init_interpreter", .. }
        );
        if !of_structure || !self.has(Defect::DanglingHead) {
            self.undo(id, Part::Entry);
        }
        self.undo(id, Part::Structure);
        if of_structure && self.has(Defect::CreationFatal) { Failure::Exit(status) } else { Failure::Raised(status) }
    }

    /// A thread that nobody waits for begins to run in an interpreter.
    pub fn leave_thread(&mut self, id: i64) {
        self.lingering.insert(id);
    }

    /// What a forked child is: the same process, in which only main is left.
    ///
    /// Rule `runtime.fork`; `_PyInterpreterState_DeleteExceptMain` in `pystate.c`. C clears the others with no thread
    /// state current, and the first look at the current one ends the child.
    pub fn fork(&self) -> Result<Process, Failure> {
        let mut child = self.clone();
        child.rule(Rule::RuntimeFork);
        for id in self.list.iter().copied().filter(|&id| id != MAIN) {
            if child.has(Defect::ForkClears) {
                let signal = if like_3_14(self.setup.edition) { Signal::Segfault } else { Signal::Abort };
                return Err(Failure::Crash(signal));
            }
            child.forget(id);
        }
        Ok(child)
    }

    /// The interpreters that a walk along the list meets, ascending.
    pub fn listed(&self) -> Vec<i64> {
        self.list.iter().rev().copied().collect()
    }

    /// Places on the list whose structure is gone.
    pub fn dangling(&self) -> Vec<i64> {
        self.list.iter().copied().filter(|&id| !self.holds(id, Part::Structure)).collect()
    }

    /// The id that the next creation takes.
    pub fn next_id(&self) -> i64 {
        self.next_id
    }

    /// The interpreter whose thread state is current.
    pub fn current(&self) -> Option<i64> {
        self.current
    }

    /// Whether that is there.
    pub fn holds(&self, id: i64, part: Part) -> bool {
        self.held.contains(&(id, part))
    }

    /// Everything that is there.
    pub fn held(&self) -> &[(i64, Part)] {
        &self.held
    }

    /// What was exercised.
    pub fn rules(&self) -> RuleSet {
        self.rules
    }

    /// What happened, step by step.
    pub fn trace(&self) -> &[String] {
        &self.trace
    }

    pub(super) fn has(&self, defect: Defect) -> bool {
        self.setup.defects.contains(defect)
    }

    pub(super) fn rule(&mut self, rule: Rule) {
        self.rules.insert(rule);
    }

    pub(super) fn step(&mut self, what: impl FnOnce() -> String) {
        self.trace.push(what());
    }

    /// Makes a part. A registry that is there is not made twice: its flag says so.
    fn hold(&mut self, id: i64, part: Part) {
        assert!(!self.holds(id, part), "a part is made once");
        self.step(|| format!("make {} of {id}", part.name()));
        self.held.push((id, part));
        if part == Part::Entry {
            self.list.insert(0, id);
        }
    }

    /// Gives a part up, if it is there: to end what has ended is no harm.
    pub(super) fn undo(&mut self, id: i64, part: Part) {
        if !self.holds(id, part) {
            return;
        }
        self.step(|| format!("undo {} of {id}", part.name()));
        self.held.retain(|held| *held != (id, part));
        if part == Part::Entry {
            self.list.retain(|listed| *listed != id);
        }
    }

    fn forget(&mut self, id: i64) {
        let of_it: Vec<_> = self.held.iter().filter(|(owner, _)| *owner == id).map(|(_, part)| *part).collect();
        of_it.into_iter().rev().for_each(|part| self.undo(id, part));
        self.lingering.remove(&id);
    }
}
