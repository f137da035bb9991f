//! The sequential reading: one call after the other, each run to its end.
//!
//! The same steps as in the concurrent model, without interleaving. It predicts what a client that makes one call at a
//! time is told, and keeps the ledger that an implementation is compared with after every call.

use crate::call::{Call, Outcome};
use crate::defect::DefectSet;
use crate::fault::Fault;
use crate::model::Model;
use crate::scope::{Client, Given, Scope, Setup};
use crate::step::{Pc, Step};
use crate::world::{Phase, THREADS_MAX, World};

/// Why a call did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// A step went wrong: in C the process may crash, hang or leak from here on.
    Fault(Fault),
    /// The call waits for something that only another thread can do.
    Blocked,
}

/// A process whose threads make one call at a time.
#[derive(Clone, Debug)]
pub struct Reference {
    model: Model,
    world: World,
}

impl Reference {
    /// A process with interpreters `0..interpreters`, the threads born in `homes`, and these capsules.
    pub fn new(defects: DefectSet, interpreters: u8, homes: &'static [u8], given: &'static [Given]) -> Reference {
        let scope = Scope {
            name: "reference",
            interpreters,
            homes,
            given,
            capsules: crate::world::CAPSULES_MAX as u8,
            ids: interpreters,
            calls_each: u8::MAX,
            queue_capacity: 2,
            pass_limit: 1,
            client: Client::Script(&[&[], &[], &[]]),
            ..Scope::BASE
        };
        let world = scope.initial();
        Reference { model: Model::new(Setup { scope, defects }), world }
    }

    /// The world between two calls.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The world, for what no call does: marks that only an outsider sets.
    pub fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// Makes the call and runs it to its end.
    ///
    /// # Errors
    ///
    /// [`Halt::Fault`] when a step goes wrong, [`Halt::Blocked`] when the call would wait for ever. The world is then
    /// left as it was when that became clear.
    pub fn call(&mut self, thread: u8, call: Call) -> Result<Outcome, Halt> {
        assert!(usize::from(thread) < THREADS_MAX, "a thread of the reference");
        let mut step = Step::Begin { thread, call };
        loop {
            let successor = self.model.take(&self.world, step);
            self.world = successor.world;
            if let Some(fault) = self.world.fault() {
                return Err(Halt::Fault(fault));
            }
            if let Some(outcome) = successor.outcome {
                self.world.threads[usize::from(thread)].calls = 0;
                return Ok(outcome);
            }
            step = self.next_step(thread).ok_or(Halt::Blocked)?;
        }
    }

    fn next_step(&self, thread: u8) -> Option<Step> {
        let mut steps = Vec::new();
        self.model.steps(&self.world, &mut steps);
        steps.into_iter().find(|step| step.thread() == thread)
    }

    /// Where a thread stands.
    pub fn pc(&self, thread: u8) -> Pc {
        self.world.threads[usize::from(thread)].pc()
    }

    /// The ids of all interpreters, ascending. Rule `interpreter.list.order`; `interp_list_all`.
    pub fn list(&self) -> Vec<u8> {
        let listed = self.world.interpreters.iter().filter(|interpreter| interpreter.is_listed());
        let mut ids: Vec<u8> = listed.map(|interpreter| interpreter.id).collect();
        ids.sort_unstable();
        ids
    }

    /// Whether a lookup finds the id.
    pub fn phase(&self, id: u8) -> Option<Phase> {
        self.world.look_up(id).map(|slot| self.world.interpreter(slot).phase())
    }
}
