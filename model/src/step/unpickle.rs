//! Restoring a pickled value that names the `__main__` of its sender: the file is run in the reader, and its module stands
//! in for `__main__` while loading is tried once more.
//!
//! Loading runs code of the reader's, so the GIL is up for grabs between the steps. What is loaded is for the exact engine.

use crate::call::Outcome;
use crate::defect::Defect;
use crate::fault::Fault;
use crate::rule::Rule;
use crate::step::{Pc, Run};
use crate::world::Interpreter;

pub(super) fn step(run: &mut Run, pc: Pc) {
    run.rule(Rule::ConvertPickleMain);
    match pc {
        Pc::UnpickleMain => ensure_module(run),
        Pc::UnpickleSwap => swap(run),
        _ => restore(run),
    }
}

fn here<'a>(run: &'a mut Run) -> &'a mut Interpreter {
    let slot = run.current();
    run.world.interpreter_mut(slot)
}

/// Runs the file, once for each interpreter. In C it is only kept when it was run, so two threads may both run it; the
/// safe reading claims it first, and gives the module to the loading alone.
/// Rule `convert.pickle.main`; `ensure_isolated_main` in `crossinterp.c`.
fn ensure_module(run: &mut Run) {
    if !run.has(Defect::MainSwapped) {
        here(run).keep_main();
        return run.done(Outcome::Value);
    }
    if !here(run).main_is_kept() {
        if here(run).main_was_run() {
            run.note_fault(Fault::MainRunTwice);
        }
        here(run).run_main();
        run.drop_gil();
    }
    run.next(Pc::UnpickleSwap);
}

/// Saves what is `__main__` now, be it another's stand-in, and puts its own there.
/// Rule `convert.pickle.main`; `apply_isolated_main` in `crossinterp.c`.
fn swap(run: &mut Run) {
    let saved = here(run).main_is_swapped();
    if saved {
        run.note_fault(Fault::MainSwapSeen);
    }
    here(run).keep_main();
    here(run).swap_main(true);
    run.thread_mut().aux = u8::from(saved);
    run.drop_gil();
    run.next(Pc::UnpickleRestore);
}

/// Puts back what it saved. Rule `convert.pickle.main`; `restore_main` in `crossinterp.c`.
fn restore(run: &mut Run) {
    let saved = run.thread().aux != 0;
    here(run).swap_main(saved);
    run.done(Outcome::Value);
}
