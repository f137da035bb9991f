//! The sequential reading: one call after the other, each run to its end.
//!
//! The same steps as in the concurrent model, without interleaving. It predicts what a client that makes one call at a
//! time is told, and keeps the ledger that an implementation is compared with after every call. A search stops at a
//! fault; here the call goes on where C goes on, and the fault is told beside the outcome. It does not know what an
//! edition makes of a fault: that is for [`crate::module`].

use std::collections::BTreeSet;

use crate::branch::Branch;
use crate::call::{Call, Outcome};
use crate::defect::DefectSet;
use crate::fault::Fault;
use crate::model::Model;
use crate::scope::{Client, Given, Scope, Setup, TypeKind};
use crate::step::{Pc, Step};
use crate::world::{Phase, QUEUE_MAX, THREADS_MAX, World};

/// Why a call did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// A step went wrong, and C does not go on: it has used what was freed, or the process is dead. When a step went
    /// wrong twice, this is the first fault.
    Fault(Fault),
    /// The call waits for something that only another thread can do.
    Blocked,
}

/// What a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What the caller is told.
    pub outcome: Outcome,
    /// What went wrong on the way, unnoticed by the caller: the first fault, if there were several.
    pub fault: Option<Fault>,
}

/// A process whose threads make one call at a time.
#[derive(Clone, Debug)]
pub struct Reference {
    model: Model,
    world: World,
    /// The branches that were taken since somebody asked.
    branches: BTreeSet<Branch>,
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
        Reference { model: Model::new(Setup::with(scope, defects)), world, branches: BTreeSet::new() }
    }

    /// The same process with queues of that capacity. A world holds few calls: see [`crate::world::QUEUE_MAX`].
    #[must_use]
    pub fn with_queue_capacity(mut self, calls: u8) -> Reference {
        assert!(usize::from(calls) < QUEUE_MAX, "a queue of the world, with room for one call over its bound");
        self.model.setup.scope.queue_capacity = calls;
        self
    }

    /// The same process at its start, with registries that may know these types.
    #[must_use]
    pub fn with_types(mut self, types: &'static [TypeKind]) -> Reference {
        self.model.setup.scope.types = types;
        self.world = self.model.setup.scope.initial();
        self
    }

    /// The same process at its start, with a dict in that interpreter that a namespace can be made of.
    #[must_use]
    pub fn with_dict(mut self, source: u8) -> Reference {
        self.model.setup.scope.namespace = Some(source);
        self.world = self.model.setup.scope.initial();
        self
    }

    /// How many calls a queue holds.
    pub fn queue_capacity(&self) -> u8 {
        self.model.setup.scope.queue_capacity
    }

    /// The world between two calls.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The world, for what no call does: marks that only an outsider sets.
    pub fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// Makes the call and runs it to its end, past every fault that C does not notice. Such a fault is told with the
    /// outcome and stays in the world until it is forgiven.
    ///
    /// # Errors
    ///
    /// [`Halt::Fault`] when C does not go on after a step, [`Halt::Blocked`] when the call would wait for ever. The world
    /// is then left as it was when that became clear: the process is over.
    ///
    /// # Panics
    ///
    /// If there is no such thread, if it is in the middle of a call, or if a fault was not forgiven.
    pub fn call(&mut self, thread: u8, call: Call) -> Result<Told, Halt> {
        assert!(usize::from(thread) < THREADS_MAX, "a thread of the reference");
        assert_eq!(self.pc(thread), Pc::Idle, "a call begins between calls");
        assert_eq!(self.world.fault(), None, "a fault is forgiven before the next call");
        let mut step = Step::Begin { thread, call };
        let mut first_fault = None;
        loop {
            let outcome = self.take(step, &mut first_fault)?;
            if let Some(outcome) = outcome {
                return Ok(self.told(thread, outcome, first_fault));
            }
            step = self.next_step(thread).ok_or(Halt::Blocked)?;
        }
    }

    /// Forgets the fault of the last call: the client goes on, as C does.
    pub fn forgive(&mut self) -> Option<Fault> {
        self.world.take_fault()
    }

    /// The branches of steps that were taken since this was last asked.
    pub fn take_branches(&mut self) -> BTreeSet<Branch> {
        std::mem::take(&mut self.branches)
    }

    /// Takes one step; a fault that C goes on after is set aside, so that the next step can be taken.
    fn take(&mut self, step: Step, first_fault: &mut Option<Fault>) -> Result<Option<Outcome>, Halt> {
        let successor = self.model.take(&self.world, step);
        self.branches.insert(Branch::of(step, &successor));
        self.world = successor.world;
        match self.world.fault() {
            Some(fault) if !successor.goes_on => return Err(Halt::Fault(fault)),
            Some(fault) => {
                self.world.take_fault();
                first_fault.get_or_insert(fault);
            }
            None => {}
        }
        Ok(successor.outcome)
    }

    fn told(&mut self, thread: u8, outcome: Outcome, fault: Option<Fault>) -> Told {
        self.world.threads[usize::from(thread)].calls = 0;
        if let Some(fault) = fault {
            self.world.set_fault(fault, Pc::Idle);
        }
        Told { outcome, fault }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;
    use crate::world::{Allocation, Payload};

    const OWNER: u8 = 1;
    const TEXTS: &[Given] =
        &[Given { owner: OWNER, payload: Payload::Borrowed }, Given { owner: OWNER, payload: Payload::Borrowed }];
    const BUFFER: &[Given] = &[Given { owner: 0, payload: Payload::Buffer }];

    fn in_3_13(given: &'static [Given]) -> Reference {
        Reference::new(Edition::V313.defects(), 2, &[0, 0], given)
    }

    fn unnoticed(outcome: Outcome, fault: Fault) -> Result<Told, Halt> {
        Ok(Told { outcome, fault: Some(fault) })
    }

    fn told(outcome: Outcome) -> Result<Told, Halt> {
        Ok(Told { outcome, fault: None })
    }

    #[test]
    fn a_reference_given_up_once_too_often_is_counted_below_zero() {
        let mut reference = in_3_13(&[]);
        assert_eq!(reference.call(0, Call::Decref(OWNER)), unnoticed(Outcome::Done, Fault::IdrefNegative));
        assert_eq!(reference.world().interpreter(OWNER).idrefs, -1);
        assert_eq!(reference.forgive(), Some(Fault::IdrefNegative));
        assert_eq!(reference.call(0, Call::Incref(OWNER)), told(Outcome::Done));
        assert_eq!(reference.world().interpreter(OWNER).idrefs, 0);
    }

    #[test]
    fn a_release_that_finds_the_queue_full_is_told_as_queued() {
        let mut reference = in_3_13(TEXTS).with_queue_capacity(1);
        assert_eq!(reference.call(0, Call::Release(0)), told(Outcome::Queued));
        assert_eq!(reference.call(0, Call::Release(1)), unnoticed(Outcome::Queued, Fault::RefusedUnreported));
        reference.forgive();
        assert_eq!(reference.call(0, Call::Destroy(OWNER)), told(Outcome::Done));
        assert!(!reference.world().capsule(0).has_payload() && reference.world().capsule(1).has_payload());
    }

    #[test]
    fn the_helper_frees_the_payload_and_leaks_the_structure() {
        let mut reference = in_3_13(TEXTS);
        assert_eq!(reference.call(0, Call::ReleaseItem(0)), unnoticed(Outcome::Queued, Fault::StructLeaked));
        assert_eq!(reference.world().capsule(0).structure(), Allocation::Live);
    }

    #[test]
    fn an_unread_buffer_leaves_its_export_and_nothing_behind_its_structure() {
        let mut reference = in_3_13(BUFFER);
        assert_eq!(reference.call(0, Call::Release(0)), unnoticed(Outcome::Nothing, Fault::ExportForgotten));
        let capsule = reference.world().capsule(0);
        assert_eq!((capsule.data(), capsule.has_payload()), (Allocation::Live, false));
    }

    #[test]
    fn a_payload_whose_owner_is_gone_is_left_and_its_structure_freed() {
        let mut reference = in_3_13(TEXTS);
        assert_eq!(reference.call(0, Call::Destroy(OWNER)), told(Outcome::Done));
        assert_eq!(reference.call(0, Call::ReleaseRawFree(0)), unnoticed(Outcome::OwnerEnded, Fault::PayloadAbandoned));
        let capsule = reference.world().capsule(0);
        assert_eq!((capsule.structure(), capsule.has_payload()), (Allocation::Freed, true));
    }

    #[test]
    fn the_last_reference_ends_an_interpreter_under_the_thread_that_runs_in_it() {
        let mut reference = in_3_13(&[]);
        assert_eq!(reference.call(0, Call::Incref(OWNER)), told(Outcome::Done));
        assert_eq!(reference.call(1, Call::Enter(OWNER)), told(Outcome::Done));
        assert_eq!(reference.call(0, Call::Decref(OWNER)), unnoticed(Outcome::Done, Fault::EndedWhileRunning));
        assert_eq!(reference.phase(OWNER), None);
    }

    #[test]
    fn the_last_reference_from_inside_is_the_end_of_the_call() {
        let mut reference = in_3_13(&[]);
        assert_eq!(reference.call(1, Call::Enter(OWNER)), told(Outcome::Done));
        assert_eq!(reference.call(1, Call::Incref(OWNER)), told(Outcome::Done));
        assert_eq!(reference.call(1, Call::Decref(OWNER)), Err(Halt::Fault(Fault::EndedFromInside)));
    }

    #[test]
    fn a_read_of_a_dead_owners_text_is_the_end_of_the_call() {
        let mut reference = in_3_13(TEXTS);
        assert_eq!(reference.call(0, Call::Destroy(OWNER)), told(Outcome::Done));
        assert_eq!(reference.call(0, Call::Materialise(0)), Err(Halt::Fault(Fault::ReadOfDeadOwner)));
    }
}
