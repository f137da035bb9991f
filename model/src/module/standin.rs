//! A small state below the operations, until the model's own `World` stands in its place.
//!
//! It follows the layer one whole operation at a time, in plain maps, with no threads and no steps; it is here to be
//! replaced and decides nothing that the operations can decide themselves.

use std::collections::BTreeMap;

use super::layer::{CapsuleId, Decref, Entry, Layer, Payload, Release, Whence};
use super::outcome::Signal;
use super::surface::like_3_14;
use crate::edition::Edition;

struct Capsule {
    owner: i64,
    payload: Payload,
    held: bool,
    queued: bool,
    export_forgotten: bool,
}

/// The state: interpreters by id, capsules by number.
pub struct StandIn {
    edition: Edition,
    next: i64,
    interpreters: BTreeMap<i64, Entry>,
    capsules: Vec<Capsule>,
}

impl StandIn {
    /// A process that has just started: the main interpreter, running.
    pub fn new(edition: Edition) -> Self {
        let references = if like_3_14(edition) { 0 } else { -1 };
        let main = Entry { id: 0, whence: Whence::Runtime, ready: true, running: true, references, linked: false };
        StandIn { edition, next: 1, interpreters: BTreeMap::from([(0, main)]), capsules: Vec::new() }
    }

    fn entry(&mut self, id: i64) -> &mut Entry {
        self.interpreters.get_mut(&id).expect("the operation looked it up")
    }

    fn last_reference(&mut self, id: i64, current: i64) -> Decref {
        if !self.entry(id).running {
            self.end(id);
            return Decref::Ended;
        }
        match (self.edition, id == current) {
            (Edition::Repaired, _) => Decref::Running,
            (Edition::V314, true) => Decref::NeverReturns,
            (Edition::V314, false) => {
                self.end(id);
                Decref::EndedUnderThread
            }
            _ => Decref::Fatal(Signal::Abort),
        }
    }

    fn run_pending(&mut self, id: i64) {
        for capsule in self.capsules.iter_mut().filter(|capsule| capsule.owner == id && capsule.queued) {
            capsule.held = false;
            capsule.queued = false;
        }
    }
}

impl Layer for StandIn {
    fn create(&mut self, whence: Whence) -> i64 {
        let id = self.next;
        self.next += 1;
        let ready = whence != Whence::Unknown;
        self.interpreters.insert(id, Entry { id, whence, ready, running: false, references: 0, linked: false });
        id
    }

    fn create_and_fail(&mut self) {
        self.next += 1;
    }

    fn next_id(&self) -> i64 {
        self.next
    }

    fn find(&self, id: i64) -> Option<Entry> {
        self.interpreters.get(&id).copied()
    }

    fn ids(&self) -> Vec<i64> {
        self.interpreters.keys().copied().collect()
    }

    fn enter(&mut self, id: i64) -> bool {
        let entry = self.entry(id);
        !std::mem::replace(&mut entry.running, true)
    }

    fn leave(&mut self, id: i64) {
        self.entry(id).running = false;
        self.run_pending(id);
    }

    fn end(&mut self, id: i64) {
        self.run_pending(id);
        if self.edition == Edition::Repaired {
            self.capsules.iter_mut().filter(|capsule| capsule.owner == id).for_each(|capsule| capsule.held = false);
        }
        self.interpreters.remove(&id);
    }

    fn incref(&mut self, id: i64, link: bool) {
        let entry = self.entry(id);
        entry.linked |= link;
        entry.references += 1;
    }

    fn decref(&mut self, id: i64, current: i64) -> Decref {
        let repaired = self.edition == Edition::Repaired;
        let entry = self.entry(id);
        if repaired && entry.references == 0 {
            return Decref::NotReferenced;
        }
        if entry.references == 1 && entry.linked {
            let last = self.last_reference(id, current);
            if last == Decref::Running {
                return last;
            }
            if let Some(entry) = self.interpreters.get_mut(&id) {
                entry.references = 0;
            }
            return last;
        }
        entry.references -= 1;
        Decref::Counted
    }

    fn set_linked(&mut self, id: i64, linked: bool) {
        self.entry(id).linked = linked;
    }

    fn convert(&mut self, payload: Payload, current: i64) -> CapsuleId {
        let capsule = Capsule { owner: current, payload, held: true, queued: false, export_forgotten: false };
        self.capsules.push(capsule);
        CapsuleId(self.capsules.len() - 1)
    }

    fn materialise(&mut self, _capsule: CapsuleId, _current: i64) {}

    fn release(&mut self, capsule: CapsuleId, current: i64) -> Release {
        if !self.capsules[capsule.0].held {
            return Release::Done;
        }
        let owner = self.capsules[capsule.0].owner;
        let idle = self.find(owner).map(|entry| !entry.running);
        let forgets = !like_3_14(self.edition);
        let state = &mut self.capsules[capsule.0];
        state.export_forgotten = state.payload == Payload::Buffer && forgets;
        // 3.13.0 gives a buffer no free function: like a plain number, it needs no owner and undoes nothing.
        let needs_owner = state.payload != Payload::Immediate && !state.export_forgotten;
        let here = !needs_owner || owner == current || (self.edition == Edition::Repaired && idle != Some(false));
        match idle {
            None if !here => Release::OwnerGone,
            _ => {
                state.held = !here;
                state.queued = !here;
                if here { Release::Done } else { Release::Queued }
            }
        }
    }

    fn holds_payload(&self, capsule: CapsuleId) -> bool {
        self.capsules[capsule.0].held
    }

    fn holds_export(&self, capsule: CapsuleId) -> bool {
        let state = &self.capsules[capsule.0];
        state.payload == Payload::Buffer && (state.held || state.export_forgotten)
    }
}
