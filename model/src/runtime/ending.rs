//! The end of an interpreter, stage by stage, and the end of the process: in which order they go, and what code that
//! runs at a stage can still do.

use super::failure::Failure;
use super::process::{MAIN, Process};
use super::step::Part;
use crate::defect::Defect;
use crate::edition::Edition;
use crate::module::{Signal, like_3_14};
use crate::rule::Rule;

/// A stage of the end of an interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Threads of the `threading` module are waited for.
    Threads,
    /// What is pending is run.
    Pending,
    /// The callbacks of `atexit` run.
    AtExit,
    /// No other thread may be left.
    LastThread,
    /// The modules go, and run what their objects still want to do.
    Modules,
    /// So does what `sys` has kept.
    Sys,
    /// The layer gives up its heap type and its registries: `_PyXI_Fini`.
    Layer,
    /// The interpreter is cleared, of which hooks are told, and C code that asked for it is called.
    Clear,
    /// The static types go, the layer's among them: `_PyXI_FiniTypes`.
    Types,
    /// It is taken off the list and freed.
    Delete,
}

impl Stage {
    /// The name of a stage at which Python code runs.
    pub const fn heard_as(self) -> Option<&'static str> {
        match self {
            Stage::Threads => Some("thread"),
            Stage::AtExit => Some("atexit"),
            Stage::Modules => Some("modules"),
            Stage::Sys => Some("sys"),
            Stage::Clear => Some("clear"),
            _ => None,
        }
    }
}

/// What code at a stage asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To convert an int.
    ConvertInt,
    /// Whether an int can be converted.
    CheckInt,
    /// To convert an object of a type that nobody registered.
    ConvertOther,
    /// For an interpreter that does not exist.
    FindMissing,
    /// For a new interpreter.
    Create,
}

/// What it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It has what it asked for.
    Done,
    /// A yes or a no.
    Answer(bool),
    /// `NotShareableError`.
    Refused,
    /// `TypeError`, because the type that belongs there is gone.
    RefusedByStandIn,
    /// `InterpreterNotFoundError`.
    NotFound,
    /// `InterpreterError`.
    NotCreated,
}

/// A stage of an interpreter's end at which code runs, with what it was told if it asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Whose end it is.
    pub id: i64,
    /// The stage.
    pub stage: Stage,
    /// What its code was told.
    pub told: Option<Told>,
}

impl Process {
    /// Ends an interpreter in code running in another one, which is current again afterwards.
    ///
    /// Rule `runtime.end-interpreter`; `_PyXI_EndInterpreter` in `crossinterp.c`.
    pub fn end(&mut self, id: i64, asked: Option<Asked>, heard: &mut Vec<Moment>) -> Result<(), Failure> {
        self.rule(Rule::RuntimeEndInterpreter);
        let caller = self.current.replace(id);
        self.step(|| format!("a thread state of {id} is current"));
        self.end_interpreter(id, asked, heard)?;
        self.current = caller;
        self.step(|| "the caller's thread state is current again".to_owned());
        Ok(())
    }

    /// `Py_EndInterpreter` in `pylifecycle.c`. Rule `runtime.end.order`.
    fn end_interpreter(&mut self, id: i64, asked: Option<Asked>, heard: &mut Vec<Moment>) -> Result<(), Failure> {
        self.rule(Rule::RuntimeEnd);
        self.finalizing.insert(id);
        for stage in self.stages() {
            self.pass(id, stage, asked, heard)?;
        }
        Ok(())
    }

    /// The stages in their order. C ends the layer while code still runs in the interpreter.
    fn stages(&self) -> Vec<Stage> {
        let late = self.setup.edition == Edition::Repaired && !self.has(Defect::UseAfterFini);
        let end = if late { [Stage::Clear, Stage::Layer] } else { [Stage::Layer, Stage::Clear] };
        let mut all =
            vec![Stage::Threads, Stage::Pending, Stage::AtExit, Stage::LastThread, Stage::Modules, Stage::Sys];
        all.extend(end);
        all.extend([Stage::Types, Stage::Delete]);
        all
    }

    fn pass(&mut self, id: i64, stage: Stage, asked: Option<Asked>, heard: &mut Vec<Moment>) -> Result<(), Failure> {
        self.step(|| format!("{id}: {stage:?}"));
        match stage {
            Stage::LastThread => self.check_last_thread(id)?,
            Stage::Layer => self.undo_layer(id),
            Stage::Types => self.undo_types(id),
            Stage::Delete => self.delete(id)?,
            _ => {}
        }
        if stage.heard_as().is_some() {
            let told = asked.map(|asked| self.tell(id, asked)).transpose()?;
            heard.push(Moment { id, stage, told });
        }
        Ok(())
    }

    /// Rule `runtime.end-interpreter.lingering`; `Py_EndInterpreter` in `pylifecycle.c`. The safe reading makes the
    /// thread end before it goes on.
    fn check_last_thread(&mut self, id: i64) -> Result<(), Failure> {
        if !self.lingering.contains(&id) || id == MAIN {
            return Ok(());
        }
        self.rule(Rule::RuntimeLingering);
        if self.has(Defect::LingeringThread) {
            return Err(Failure::Crash(Signal::Abort));
        }
        self.lingering.remove(&id);
        Ok(())
    }

    /// The heap type first, then the interpreter's registry, and main takes that of all with it.
    /// Rule `runtime.end.order`; `_PyXI_Fini` in `crossinterp.c`.
    pub(super) fn undo_layer(&mut self, id: i64) {
        self.undo(id, Part::RefusalType);
        self.undo(id, Part::LocalRegistry);
        self.undo(id, Part::GlobalRegistry);
    }

    /// The other way round than they were made. Rule `runtime.end.order`; `_PyXI_FiniTypes` in `crossinterp.c`.
    pub(super) fn undo_types(&mut self, id: i64) {
        self.undo(id, Part::NotFoundType);
        self.undo(id, Part::ErrorType);
    }

    /// `PyInterpreterState_Delete` in `pystate.c`. Main must be the last.
    fn delete(&mut self, id: i64) -> Result<(), Failure> {
        self.undo(id, Part::ThreadState);
        self.undo(id, Part::Entry);
        self.undo(id, Part::Structure);
        self.finalizing.remove(&id);
        if id == MAIN && !self.list.is_empty() { Err(Failure::Crash(Signal::Abort)) } else { Ok(()) }
    }

    /// Ends the runtime, and with it the interpreters that are left, the newest first.
    ///
    /// Rules `runtime.end.order`, `runtime.end.left-over`; `Py_FinalizeEx` in `pylifecycle.c`. 3.13 ends them when the
    /// modules of main are gone; the text before it leaves them, and dies of it.
    pub fn finish(&mut self, asked: Option<Asked>, heard: &mut Vec<Moment>) -> Result<(), Failure> {
        self.rule(Rule::RuntimeEnd);
        for stage in self.stages() {
            let before = if like_3_14(self.setup.edition) { Stage::Modules } else { Stage::Layer };
            if stage == before && !self.has(Defect::RuntimeFiniLive) {
                self.end_left_over(heard)?;
            }
            self.initialized &= stage != Stage::Modules;
            self.pass(MAIN, stage, asked, heard)?;
        }
        Ok(())
    }

    fn end_left_over(&mut self, heard: &mut Vec<Moment>) -> Result<(), Failure> {
        while let Some(id) = self.list.iter().copied().find(|&id| id != MAIN) {
            self.rule(Rule::RuntimeLeftOver);
            self.end(id, None, heard)?;
        }
        Ok(())
    }

    /// What code that runs in an interpreter is told now. Rules `runtime.end.order`, `registry.end.late`.
    fn tell(&mut self, id: i64, asked: Asked) -> Result<Told, Failure> {
        match asked {
            Asked::ConvertInt if self.holds(MAIN, Part::GlobalRegistry) => Ok(Told::Done),
            Asked::CheckInt if self.holds(MAIN, Part::GlobalRegistry) => Ok(Told::Answer(true)),
            // A check makes the error that it then drops.
            Asked::CheckInt => self.refuse(id).map(|_| Told::Answer(false)),
            Asked::ConvertInt | Asked::ConvertOther => self.refuse(id),
            Asked::FindMissing => Ok(Told::NotFound),
            Asked::Create => Ok(if self.create(None).is_ok() { Told::Done } else { Told::NotCreated }),
        }
    }

    /// `_set_xid_lookup_failure` and what it takes the type from, in `crossinterp.c`.
    fn refuse(&self, id: i64) -> Result<Told, Failure> {
        if self.holds(id, Part::RefusalType) {
            return Ok(Told::Refused);
        }
        if self.has(Defect::UseAfterFini) { Err(Failure::Crash(Signal::Segfault)) } else { Ok(Told::RefusedByStandIn) }
    }
}
