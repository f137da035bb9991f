//! The table of visited states: one open-addressed array of fingerprints with links to their parents.
//!
//! A slot is two words: the fingerprint, and a link that holds the depth and the most of the parent's fingerprint. A
//! link only ever gets smaller, so whichever worker comes first, what is left in the end is the same: traces are
//! deterministic. Two states with one fingerprint would be taken for one; with n states the odds are n²/2⁶⁵.

use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const DEPTH_BITS: u32 = 10;
/// Paths longer than this end the search as bounded; the deepest scope has less than a fifth of it.
pub(super) const DEPTH_MAX: u32 = (1 << DEPTH_BITS) - 1;
const FILL_PERCENT: usize = 80;
const SLOTS_MIN: usize = 1 << 14;

/// A fingerprint; never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fingerprint(u64);

/// The part of a fingerprint that a link can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ShortPrint(u64);

impl Fingerprint {
    pub(super) fn of(state: &impl Hash) -> Fingerprint {
        let mut hasher = WordHasher::default();
        state.hash(&mut hasher);
        Fingerprint(hasher.finish().max(1))
    }

    pub(super) fn short(self) -> ShortPrint {
        ShortPrint(self.0 >> DEPTH_BITS)
    }
}

/// A hash of words by multiplication and folding, two lanes at a time. Fixed: the same state has the same fingerprint
/// on every machine and in every run.
#[derive(Default)]
struct WordHasher(u64);

const KEYS: [u64; 3] = [0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03, 0x8cb9_2ba7_2f3d_8dd7];

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (pairs, rest) = bytes.as_chunks::<16>();
        let mut state = self.0 ^ KEYS[2] ^ (bytes.len() as u64).wrapping_mul(KEYS[0]);
        for pair in pairs {
            let (low, high) = pair.split_at(8);
            let low = u64::from_le_bytes(low.try_into().expect("eight bytes"));
            let high = u64::from_le_bytes(high.try_into().expect("eight bytes"));
            state = fold(low ^ KEYS[0] ^ state, high ^ KEYS[1] ^ state.rotate_left(23));
        }
        let mut last = [0; 16];
        last[..rest.len()].copy_from_slice(rest);
        let last = u128::from_le_bytes(last);
        self.0 = fold(state ^ last as u64 ^ KEYS[1], KEYS[0] ^ (last >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        fold(self.0 ^ KEYS[0], KEYS[2])
    }
}

#[derive(Default)]
struct Slot {
    fingerprint: AtomicU64,
    link: AtomicU64,
}

/// The table. Insertion is lock-free; growing needs it alone.
pub(super) struct Table {
    slots: Vec<Slot>,
}

impl Table {
    pub(super) fn new() -> Table {
        Table { slots: empty(SLOTS_MIN) }
    }

    /// How many states fit before the table must grow.
    pub(super) fn capacity(&self) -> usize {
        self.slots.len() / 100 * FILL_PERCENT
    }

    pub(super) fn bytes(&self) -> u64 {
        size_of_val(self.slots.as_slice()) as u64
    }

    fn position(&self, fingerprint: u64) -> usize {
        ((u128::from(fingerprint) * self.slots.len() as u128) >> 64) as usize
    }

    fn after(&self, position: usize) -> usize {
        if position + 1 == self.slots.len() { 0 } else { position + 1 }
    }

    /// Reads the slot where the state would be, so that it is near when the state is entered.
    pub(super) fn touch(&self, state: Fingerprint) -> u64 {
        self.slots[self.position(state.0)].fingerprint.load(Relaxed)
    }

    /// Enters a state with its parent; true if it is new. The smallest link of all parents stays.
    pub(super) fn insert(&self, state: Fingerprint, parent: Option<Fingerprint>, depth: u32) -> bool {
        let link = u64::from(depth) << (64 - DEPTH_BITS) | parent.map_or(0, |parent| parent.short().0);
        let mut position = self.position(state.0);
        loop {
            let slot = &self.slots[position];
            let found = match slot.fingerprint.load(Relaxed) {
                0 => slot.fingerprint.compare_exchange(0, state.0, Relaxed, Relaxed).unwrap_or_else(|other| other),
                other => other,
            };
            if found == 0 {
                // A slot starts with link zero, which would win every comparison: links are stored as complements.
                slot.link.fetch_max(!link, Relaxed);
                return true;
            }
            if found == state.0 {
                if slot.link.load(Relaxed) < !link {
                    slot.link.fetch_max(!link, Relaxed);
                }
                return false;
            }
            position = self.after(position);
        }
    }

    /// Makes the table half as large again. Slots keep their order, so the walk is linear.
    pub(super) fn grow(&mut self) {
        let larger = Table { slots: empty(self.slots.len() / 2 * 3) };
        for slot in &self.slots {
            let fingerprint = slot.fingerprint.load(Relaxed);
            if fingerprint != 0 {
                larger.put(fingerprint, slot.link.load(Relaxed));
            }
        }
        *self = larger;
    }

    fn put(&self, fingerprint: u64, link: u64) {
        let mut position = self.position(fingerprint);
        while self.slots[position].fingerprint.load(Relaxed) != 0 {
            position = self.after(position);
        }
        self.slots[position].fingerprint.store(fingerprint, Relaxed);
        self.slots[position].link.store(link, Relaxed);
    }

    /// The parent of a state: none for the initial one.
    pub(super) fn parent(&self, state: ShortPrint) -> Option<ShortPrint> {
        let mut position = self.position(state.0 << DEPTH_BITS);
        loop {
            let slot = &self.slots[position];
            let fingerprint = slot.fingerprint.load(Relaxed);
            if fingerprint >> DEPTH_BITS == state.0 && fingerprint != 0 {
                let link = !slot.link.load(Relaxed) & (u64::MAX >> DEPTH_BITS);
                return (link != 0).then_some(ShortPrint(link));
            }
            position = self.after(position);
        }
    }
}

fn empty(slots: usize) -> Vec<Slot> {
    let mut all = Vec::new();
    all.resize_with(slots, Slot::default);
    all
}
