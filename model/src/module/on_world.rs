//! The state below the operations, kept in the model's own world.
//!
//! Every method of [`Layer`] is one or a few calls of the sequential [`Reference`], made by the thread that runs in the
//! interpreter concerned. It says what an edition makes of a fault, and recycles the slots of a world that is small.
//! It knows no arguments and no messages, and decides nothing that a step decides.

use std::collections::BTreeSet;

use super::layer::{CapsuleId, Decref, Entry, Layer, Limit, Parting, Payload, Release, Whence};
use super::outcome::Signal;
use super::surface::like_3_14;
use crate::branch::Branch;
use crate::call::{Call, Outcome};
use crate::defect::DefectSet;
use crate::edition::Edition;
use crate::fault::Fault;
use crate::reference::{Halt, Reference, Told};
use crate::world::{Allocation, CAPSULES_MAX, Interpreter, NONE, PendingKind, Phase, World};

/// The main interpreter: its id, its address, and the thread that runs main there.
const MAIN: u8 = 0;
/// Threads born in main beside the one that runs there: they enter other interpreters, one each.
const GUESTS: [u8; 2] = [1, 2];
/// As many calls as a world's queue holds with room for one too many. A real queue is a hundred times as long.
const QUEUE_CAPACITY: u8 = 3;

/// The count of references to main before anybody has asked for its id.
const NOT_BEGUN: i8 = -1;

/// Where a capsule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In that slot of the world.
    Slot(u8),
    /// Nobody will touch it any more, so its slot was given to another; this is what was left of it.
    Settled { payload: bool, export: bool },
}

/// A process of which a scenario sees the interpreters by id and the capsules by number.
#[derive(Clone)]
pub struct OnWorld {
    edition: Edition,
    reference: Reference,
    /// By the number of the capsule.
    places: Vec<Place>,
    /// Why the process does not go on.
    over: Option<Limit>,
}

impl OnWorld {
    /// A process that has just started: the main interpreter, running.
    pub fn new(edition: Edition) -> Self {
        OnWorld::with_defects(edition, edition.defects())
    }

    /// The same process with those defects, whatever its edition has.
    pub fn with_defects(edition: Edition, defects: DefectSet) -> Self {
        let mut reference = Reference::new(defects, 1, &[MAIN; 3], &[]).with_queue_capacity(QUEUE_CAPACITY);
        let main = reference.world_mut().interpreter_mut(MAIN);
        main.set_whence(Whence::Runtime as u8);
        // Up to 3.13.0 the main interpreter's count begins below the floor.
        main.idrefs = if like_3_14(edition) { 0 } else { NOT_BEGUN };
        OnWorld { edition, reference, places: Vec::new(), over: None }
    }

    /// The state, for those who show it.
    pub fn world(&self) -> &World {
        self.reference.world()
    }

    /// The branches of steps that were taken since this was last asked.
    pub fn take_branches(&mut self) -> BTreeSet<Branch> {
        self.reference.take_branches()
    }

    /// Plays a call to its end, and forgives what C does not notice.
    fn play(&mut self, thread: u8, call: Call) -> Result<Told, Limit> {
        if let Some(limit) = self.over {
            return Err(limit);
        }
        let told = self.reference.call(thread, call).map_err(limit_of);
        self.over = told.err();
        let told = told?;
        self.reference.forgive();
        self.settle();
        Ok(told)
    }

    // Who is where.

    fn address(&self, id: i64) -> Option<u8> {
        self.world().look_up(u8::try_from(id).ok()?)
    }

    fn known(&self, id: i64) -> &Interpreter {
        self.world().interpreter(self.address(id).expect("the operation looked it up"))
    }

    fn known_mut(&mut self, id: i64) -> &mut Interpreter {
        let address = self.address(id).expect("the operation looked it up");
        self.reference.world_mut().interpreter_mut(address)
    }

    /// The thread whose code runs in the interpreter.
    fn thread_in(&self, id: i64) -> Result<u8, Limit> {
        if id == i64::from(MAIN) { Ok(MAIN) } else { self.guest_in(id) }
    }

    fn guest_in(&self, id: i64) -> Result<u8, Limit> {
        let nobody = Limit::Nobody { id };
        let address = self.address(id).filter(|&address| address != MAIN).ok_or(nobody)?;
        self.guest_at(address).ok_or(nobody)
    }

    fn guest_at(&self, address: u8) -> Option<u8> {
        GUESTS.into_iter().find(|&guest| self.world().threads[usize::from(guest)].current == address)
    }

    /// Whether something waits for the interpreter to run.
    fn is_due(&self, id: i64) -> bool {
        let here = self.known(id);
        here.pending_len > 0 || self.world().capsules.iter().any(|it| it.listed() && it.owner == here.id)
    }

    // Capsules.

    /// Gives back the slots of capsules that nobody will touch any more.
    fn settle(&mut self) {
        for index in 0..self.places.len() {
            let Place::Slot(slot) = self.places[index] else { continue };
            if self.is_settled(slot) {
                let (payload, export) = (self.has_payload(slot), self.has_export(slot));
                self.places[index] = Place::Settled { payload, export };
                self.reference.world_mut().recycle_capsule(slot);
            }
        }
    }

    /// Released with nothing left, or given up altogether with something left that no queue knows of.
    fn is_settled(&self, slot: u8) -> bool {
        let capsule = self.world().capsule(slot);
        let in_use = capsule.view() == Allocation::Live || self.waits_for_owner(slot);
        capsule.released() && !in_use && (!capsule.has_payload() || !capsule.held())
    }

    fn waits_for_owner(&self, slot: u8) -> bool {
        let names_it = |kind| match kind {
            PendingKind::Clear { capsule, .. } | PendingKind::ReleaseBuffer { capsule } => capsule == slot,
            PendingKind::Call { .. } | PendingKind::FreeNamespace => false,
        };
        let queued = self.world().interpreters.iter().any(|it| it.pending().any(|call| names_it(call.kind())));
        queued || self.world().capsule(slot).listed()
    }

    fn has_payload(&self, slot: u8) -> bool {
        let capsule = self.world().capsule(slot);
        // A value that owns nothing is in the structure until it is released.
        if capsule.payload() == Payload::Immediate { !capsule.released() } else { capsule.has_payload() }
    }

    fn has_export(&self, slot: u8) -> bool {
        let capsule = self.world().capsule(slot);
        capsule.payload() == Payload::Buffer && capsule.data() == Allocation::Live
    }

    /// The object that a read made is not kept: if it is a view, it is dropped at once.
    fn drop_view(&mut self, thread: u8, slot: u8) -> Result<(), Limit> {
        if self.world().capsule(slot).view() != Allocation::Live {
            return Ok(());
        }
        let told = self.play(thread, Call::DropView(slot))?;
        if told.fault == Some(Fault::ExportStuck) { Err(Limit::Queue) } else { Ok(()) }
    }

    /// What was released once is not released again while it waits: C queues a second clear, which finds nothing.
    fn released_before(&self, slot: u8) -> Release {
        let owner = self.world().capsule(slot).owner;
        if self.world().look_up(owner).is_some() { Release::Queued } else { Release::OwnerGone }
    }

    // What the end of an interpreter does to a thread in it.

    /// The interpreter has ended under the thread: it is nowhere, for ever.
    fn strand(&mut self, guest: u8) {
        self.reference.world_mut().threads[usize::from(guest)].current = NONE;
    }

    /// 3.14 ends the interpreter under whoever runs in it; before, the process died.
    fn ended_while_running(&mut self, inside: Option<u8>) -> Decref {
        if !like_3_14(self.edition) {
            return Decref::Fatal(Signal::Abort);
        }
        inside.into_iter().for_each(|guest| self.strand(guest));
        Decref::EndedUnderThread
    }

    fn ended_from_inside(&self) -> Decref {
        if like_3_14(self.edition) { Decref::NeverReturns } else { Decref::Fatal(Signal::Abort) }
    }
}

impl Layer for OnWorld {
    fn create(&mut self, whence: Whence) -> Result<i64, Limit> {
        if self.world().free_slot().is_none() {
            return Err(Limit::Interpreters);
        }
        if self.world().next_id == NONE {
            return Err(Limit::Ids);
        }
        let told = self.play(MAIN, Call::Create)?;
        let Outcome::Made(id) = told.outcome else { unreachable!("a creation makes an interpreter") };
        let interpreter = self.known_mut(i64::from(id));
        interpreter.set_whence(whence as u8);
        if whence == Whence::Unknown {
            interpreter.set_phase(Phase::Created);
        }
        Ok(i64::from(id))
    }

    fn create_and_fail(&mut self) -> Result<(), Limit> {
        let id = self.create(Whence::Unknown)?;
        self.end(id, i64::from(MAIN))
    }

    fn next_id(&self) -> i64 {
        i64::from(self.world().next_id)
    }

    fn find(&self, id: i64) -> Option<Entry> {
        let interpreter = self.world().interpreter(self.address(id)?);
        Some(Entry {
            id,
            whence: Whence::ALL[usize::from(interpreter.whence())],
            ready: interpreter.phase() >= Phase::Ready,
            running: interpreter.running != NONE,
            references: i64::from(interpreter.idrefs),
            linked: interpreter.requires_idref(),
        })
    }

    fn ids(&self) -> Vec<i64> {
        self.reference.list().into_iter().map(i64::from).collect()
    }

    fn enter(&mut self, id: i64) -> Result<bool, Limit> {
        let guest = self.guest_at(MAIN).ok_or(Limit::Threads)?;
        let told = self.play(guest, Call::Enter(self.known(id).id))?;
        Ok(told.outcome == Outcome::Done)
    }

    fn leave(&mut self, id: i64) -> Result<(), Limit> {
        let guest = self.guest_in(id)?;
        self.run_pending(id)?;
        self.play(guest, Call::Leave).map(drop)
    }

    /// Each pass runs at least one thing that is due, and nothing becomes due meanwhile.
    fn run_pending(&mut self, current: i64) -> Result<(), Limit> {
        let thread = self.thread_in(current)?;
        while self.is_due(current) {
            self.play(thread, Call::RunPending)?;
        }
        Ok(())
    }

    fn queue_capacity(&self) -> usize {
        usize::from(self.reference.queue_capacity())
    }

    fn end(&mut self, id: i64, current: i64) -> Result<(), Limit> {
        let thread = self.thread_in(current)?;
        let told = self.play(thread, Call::Destroy(self.known(id).id))?;
        debug_assert_eq!(told.outcome, Outcome::Done, "the operation has checked that it can end");
        Ok(())
    }

    fn incref(&mut self, id: i64, link: bool) -> Result<(), Limit> {
        let before = *self.known(id);
        if before.idrefs == i8::MAX {
            return Err(Limit::References);
        }
        self.play(MAIN, Call::Incref(before.id))?;
        // The step always links; that it need not is the caller's choice, not the layer's.
        self.set_linked(id, link || before.requires_idref());
        Ok(())
    }

    fn begin_count(&mut self, id: i64) {
        if id == i64::from(MAIN) {
            let main = self.known_mut(id);
            main.idrefs = if main.idrefs == NOT_BEGUN { 0 } else { main.idrefs };
        }
    }

    fn decref(&mut self, id: i64, current: i64) -> Result<Decref, Limit> {
        let before = *self.known(id);
        if before.idrefs == i8::MIN {
            return Err(Limit::References);
        }
        let (thread, inside) = (self.thread_in(current)?, self.guest_in(id).ok());
        let told = match self.play(thread, Call::Decref(before.id)) {
            Err(Limit::Undefined(Fault::EndedFromInside)) => return Ok(self.ended_from_inside()),
            told => told?,
        };
        Ok(match (told.outcome, told.fault) {
            (_, Some(Fault::EndedWhileRunning)) => self.ended_while_running(inside),
            (Outcome::Running | Outcome::Current, _) => Decref::Running,
            (Outcome::NotReferenced, _) => Decref::NotReferenced,
            _ if self.find(id).is_none() => Decref::Ended,
            _ => Decref::Counted,
        })
    }

    fn set_linked(&mut self, id: i64, linked: bool) {
        self.known_mut(id).set_requires_idref(linked);
    }

    fn convert(&mut self, payload: Payload, current: i64) -> Result<CapsuleId, Limit> {
        let thread = self.thread_in(current)?;
        if self.world().unused_capsule(CAPSULES_MAX).is_none() {
            return Err(Limit::Capsules);
        }
        let told = self.play(thread, Call::Convert(payload))?;
        let Outcome::Made(slot) = told.outcome else { unreachable!("a conversion makes a capsule") };
        self.places.push(Place::Slot(slot));
        Ok(CapsuleId(self.places.len() - 1))
    }

    fn materialise(&mut self, capsule: CapsuleId, current: i64) -> Result<(), Limit> {
        let Place::Slot(slot) = self.places[capsule.0] else { return Err(Limit::ReadOfNothing) };
        let thread = self.thread_in(current)?;
        let told = self.play(thread, Call::Materialise(slot))?;
        match (told.outcome, told.fault) {
            (_, Some(fault)) => Err(Limit::Undefined(fault)),
            (Outcome::Value, None) => self.drop_view(thread, slot),
            (refusal, None) => Err(Limit::Refused(refusal)),
        }
    }

    fn release(&mut self, capsule: CapsuleId, how: Parting, current: i64) -> Result<Release, Limit> {
        let Place::Slot(slot) = self.places[capsule.0] else { return Ok(Release::Done) };
        if self.world().capsule(slot).released() {
            return Ok(self.released_before(slot));
        }
        let thread = self.thread_in(current)?;
        let told = self.play(thread, parting_call(how, slot))?;
        Ok(match (told.outcome, told.fault) {
            (_, Some(Fault::RefusedUnreported | Fault::ExportStuck)) => Release::Lost,
            (_, Some(Fault::PayloadAbandoned)) => Release::OwnerGone,
            // Freed with an allocator that it is not from.
            (_, Some(fault @ Fault::ClearedElsewhere)) if how == Parting::Free => return Err(Limit::Undefined(fault)),
            (Outcome::Queued, _) => Release::Queued,
            _ => Release::Done,
        })
    }

    fn holds_payload(&self, capsule: CapsuleId) -> bool {
        match self.places[capsule.0] {
            Place::Slot(slot) => self.has_payload(slot),
            Place::Settled { payload, .. } => payload,
        }
    }

    fn holds_export(&self, capsule: CapsuleId) -> bool {
        match self.places[capsule.0] {
            Place::Slot(slot) => self.has_export(slot),
            Place::Settled { export, .. } => export,
        }
    }
}

fn parting_call(how: Parting, slot: u8) -> Call {
    match how {
        Parting::Release => Call::Release(slot),
        Parting::RawFree => Call::ReleaseRawFree(slot),
        Parting::Item => Call::ReleaseItem(slot),
        Parting::Free => Call::Free(slot),
    }
}

fn limit_of(halt: Halt) -> Limit {
    match halt {
        Halt::Fault(fault) => Limit::Undefined(fault),
        Halt::Blocked => Limit::Blocked,
    }
}

#[cfg(test)]
mod tests;
