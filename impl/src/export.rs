//! An owner's record of what it gave away: every payload, who is reading it, and which have been released.
//!
//! It sits inside the state of a core, under its lock, and frees nothing itself: it hands payloads out to be freed. The list of
//! released payloads runs through the records, so that a release needs no memory and can never find the list full. It knows
//! neither threads nor the life of its interpreter.

use slab::Slab;

use crate::host::Reuse;
use crate::sync::Arc;

/// Names one payload of one owner. The serial number tells it from a later payload in the same slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExportKey {
    slot: usize,
    serial: u64,
}

/// Why a payload cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PinRefused {
    Released,
    Consumed,
}

/// What a reader made of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// A value; or nobody knows.
    Made,
    /// Nothing: the payload is as it was.
    Failed,
}

/// What a reader leaves behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unpinned {
    /// Others still read the payload.
    Shared,
    /// Nobody reads it any more.
    Last { released: bool },
    /// The record is gone, which no reader should ever find.
    Gone,
}

/// What became of a payload that its holder gives back.
pub(crate) enum GivenBack<P> {
    /// Nobody reads it: it is the caller's to free.
    Taken(Arc<P>),
    /// It waits in the list of released payloads.
    Listed,
    /// It waits there already, which a claim should have prevented.
    ListedBefore,
    /// The record is gone: the owner's end was faster.
    Gone,
}

/// What the owner's end finds.
pub(crate) enum Remaining<P> {
    Taken(Arc<P>),
    /// Only payloads that are being read.
    Pinned,
    None,
}

/// Which payloads the owner's end passes over. A correct one passes over none.
#[derive(Clone, Copy, Default)]
pub(crate) struct Blindness {
    pub(crate) to_pins: bool,
    pub(crate) to_released: bool,
}

struct Export<P> {
    payload: Arc<P>,
    serial: u64,
    reuse: Reuse,
    consumed: bool,
    pins: usize,
    released: bool,
    previous: Option<usize>,
    next: Option<usize>,
}

/// The records of one owner.
pub(crate) struct Exports<P> {
    slots: Slab<Export<P>>,
    next_serial: u64,
    oldest: Option<usize>,
    newest: Option<usize>,
    /// Where the owner's end goes on looking, so that it does not walk over the same empty slots each time.
    reclaimed_below: usize,
}

impl<P> Exports<P> {
    pub(crate) fn new() -> Self {
        Exports { slots: Slab::new(), next_serial: 0, oldest: None, newest: None, reclaimed_below: 0 }
    }

    pub(crate) fn insert(&mut self, payload: Arc<P>, reuse: Reuse) -> ExportKey {
        let serial = self.next_serial;
        self.next_serial += 1;
        let export =
            Export { payload, serial, reuse, consumed: false, pins: 0, released: false, previous: None, next: None };
        ExportKey { slot: self.slots.insert(export), serial }
    }

    /// Rules `capsule.new-object.alive` and `capsule.new-object.one-shot`: from here until the unpin nobody frees the payload.
    pub(crate) fn pin(&mut self, key: ExportKey) -> Result<Arc<P>, PinRefused> {
        let export = self.find(key).filter(|export| !export.released).ok_or(PinRefused::Released)?;
        if export.reuse == Reuse::OneShot && export.consumed {
            return Err(PinRefused::Consumed);
        }
        export.consumed = true;
        export.pins += 1;
        Ok(Arc::clone(&export.payload))
    }

    /// The reader must have dropped its own pointer before: who finds no pin takes the payload out of the last one. Rule
    /// `convert.arrive.no-memory`: an attempt that failed does not use a one-shot payload up.
    pub(crate) fn unpin(&mut self, key: ExportKey, attempt: Attempt) -> Unpinned {
        let Some(export) = self.find(key) else {
            return Unpinned::Gone;
        };
        assert!(export.pins > 0, "an unpin without its pin");
        export.pins -= 1;
        export.consumed &= attempt == Attempt::Made;
        match export.pins {
            0 => Unpinned::Last { released: export.released },
            _ => Unpinned::Shared,
        }
    }

    /// Gives a payload back in its owner: it can be freed on the spot unless somebody reads it.
    pub(crate) fn give_back_here(&mut self, key: ExportKey) -> GivenBack<P> {
        match self.find(key) {
            Some(export) if export.pins == 0 && !export.released => GivenBack::Taken(self.remove(key.slot)),
            _ => self.give_back(key),
        }
    }

    /// Gives a payload back from elsewhere: it waits in the list.
    pub(crate) fn give_back(&mut self, key: ExportKey) -> GivenBack<P> {
        let newest = self.newest;
        match self.find(key) {
            None => GivenBack::Gone,
            Some(export) if export.released => GivenBack::ListedBefore,
            Some(export) => {
                export.released = true;
                export.previous = newest;
                self.append(key.slot);
                GivenBack::Listed
            }
        }
    }

    /// Takes the longest released payload that nobody reads.
    pub(crate) fn pop_released(&mut self) -> Option<(ExportKey, Arc<P>)> {
        let mut at = self.oldest;
        while let Some(slot) = at {
            let export = &self.slots[slot];
            if export.pins == 0 {
                let key = ExportKey { slot, serial: export.serial };
                return Some((key, self.remove(slot)));
            }
            at = export.next;
        }
        None
    }

    /// Rule `interpreter.end.reclaim`: takes any payload that is left, released or not. It looks first where the last call stopped;
    /// before it says that only readers are left it has looked everywhere, for one may have finished behind its back.
    pub(crate) fn pop_remaining(&mut self, blindness: Blindness) -> Remaining<P> {
        let (start, end) = (self.reclaimed_below, self.slots.capacity());
        let found = (start..end).chain(0..start).find(|slot| self.is_free_to_take(*slot, blindness));
        if let Some(slot) = found {
            self.reclaimed_below = slot + 1;
            return Remaining::Taken(self.remove(slot));
        }
        let missed = self.slots.iter().any(|(_, export)| !(blindness.to_released && export.released));
        if missed { Remaining::Pinned } else { Remaining::None }
    }

    fn is_free_to_take(&self, slot: usize, blindness: Blindness) -> bool {
        self.slots.get(slot).is_some_and(|export| {
            let unread = export.pins == 0 || blindness.to_pins;
            unread && !(blindness.to_released && export.released)
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Gives the memory of the records back: capsules may outlive their owner, and should not keep more than they must.
    pub(crate) fn shrink(&mut self) {
        self.slots.shrink_to_fit();
    }

    fn find(&mut self, key: ExportKey) -> Option<&mut Export<P>> {
        self.slots.get_mut(key.slot).filter(|export| export.serial == key.serial)
    }

    fn append(&mut self, slot: usize) {
        match self.newest.replace(slot) {
            None => self.oldest = Some(slot),
            Some(before) => self.slots[before].next = Some(slot),
        }
    }

    fn remove(&mut self, slot: usize) -> Arc<P> {
        let export = self.slots.remove(slot);
        if export.released {
            self.unlink(export.previous, export.next);
        }
        export.payload
    }

    fn unlink(&mut self, previous: Option<usize>, next: Option<usize>) {
        match previous {
            None => self.oldest = next,
            Some(slot) => self.slots[slot].next = next,
        }
        match next {
            None => self.newest = previous,
            Some(slot) => self.slots[slot].previous = previous,
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn three() -> (Exports<u8>, [ExportKey; 3]) {
        let mut exports = Exports::new();
        let keys = [1, 2, 3].map(|number| exports.insert(Arc::new(number), Reuse::AnyNumber));
        (exports, keys)
    }

    fn popped(exports: &mut Exports<u8>) -> Vec<u8> {
        std::iter::from_fn(|| exports.pop_released()).map(|(_, payload)| *payload).collect()
    }

    #[test]
    fn released_payloads_come_out_in_the_order_of_their_release() {
        let (mut exports, [a, b, c]) = three();
        for key in [b, c, a] {
            assert!(matches!(exports.give_back(key), GivenBack::Listed));
        }
        assert_eq!(popped(&mut exports), [2, 3, 1]);
        assert!(exports.is_empty());
    }

    #[test]
    fn a_payload_that_is_read_stays_in_the_list_wherever_it_stands() {
        for pinned in 0..3 {
            let (mut exports, keys) = three();
            let reader = exports.pin(keys[pinned]).unwrap();
            keys.iter().for_each(|key| drop(exports.give_back(*key)));
            assert_eq!(popped(&mut exports).len(), 2);
            drop(reader);
            assert_eq!(exports.unpin(keys[pinned], Attempt::Made), Unpinned::Last { released: true });
            assert_eq!(popped(&mut exports).len(), 1);
            assert_eq!((exports.oldest, exports.newest), (None, None));
        }
    }

    #[test]
    fn an_old_key_does_not_find_a_new_payload_in_the_same_slot() {
        let (mut exports, [a, ..]) = three();
        assert!(matches!(exports.give_back_here(a), GivenBack::Taken(_)));
        let again = exports.insert(Arc::new(9), Reuse::AnyNumber);
        assert_eq!(again.slot, a.slot);
        assert_eq!(exports.pin(a).unwrap_err(), PinRefused::Released);
        assert!(matches!(exports.give_back(a), GivenBack::Gone));
    }

    #[test]
    fn the_end_takes_everything_but_what_is_read() {
        let (mut exports, [a, b, _]) = three();
        let reader = exports.pin(a).unwrap();
        exports.give_back(b);
        for _ in 0..2 {
            assert!(matches!(exports.pop_remaining(Blindness::default()), Remaining::Taken(_)));
        }
        assert!(matches!(exports.pop_remaining(Blindness::default()), Remaining::Pinned));
        drop(reader);
        exports.unpin(a, Attempt::Made);
        assert!(matches!(exports.pop_remaining(Blindness::default()), Remaining::Taken(_)));
        assert!(matches!(exports.pop_remaining(Blindness::default()), Remaining::None));
        assert_eq!((exports.oldest, exports.newest), (None, None));
    }

    #[test]
    fn the_end_finds_what_a_reader_left_behind_its_back() {
        let (mut exports, [a, ..]) = three();
        let reader = exports.pin(a).unwrap();
        assert!(matches!(exports.pop_remaining(Blindness::default()), Remaining::Taken(_)));
        drop(reader);
        exports.unpin(a, Attempt::Made);
        for _ in 0..2 {
            assert!(matches!(exports.pop_remaining(Blindness::default()), Remaining::Taken(_)));
        }
        assert!(matches!(exports.pop_remaining(Blindness::default()), Remaining::None));
    }

    #[test]
    fn a_one_shot_payload_is_read_once() {
        let mut exports = Exports::new();
        let key = exports.insert(Arc::new(1), Reuse::OneShot);
        drop(exports.pin(key).unwrap());
        exports.unpin(key, Attempt::Made);
        assert_eq!(exports.pin(key).unwrap_err(), PinRefused::Consumed);
    }

    #[test]
    fn a_one_shot_payload_that_could_not_be_read_can_be_read_again() {
        let mut exports = Exports::new();
        let key = exports.insert(Arc::new(1), Reuse::OneShot);
        drop(exports.pin(key).unwrap());
        assert_eq!(exports.pin(key).unwrap_err(), PinRefused::Consumed, "while it is read nobody else reads it");
        exports.unpin(key, Attempt::Failed);
        assert!(exports.pin(key).is_ok());
    }
}
