//! A call that waits in a queue, in one byte.

/// A call waiting in a queue: the clear of a capsule, the release of a view, or a plain call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending(pub(super) u8);

/// What a pending call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingKind {
    /// `_call_clear_xidata`: clears the payload of the capsule.
    Clear {
        /// The capsule's slot.
        capsule: u8,
        /// Whether the structure is freed after the call.
        raw_free: bool,
    },
    /// Releases the buffer that a view of the capsule held.
    ReleaseBuffer {
        /// The capsule's slot.
        capsule: u8,
    },
    /// A call of the client's own.
    Call {
        /// Whether it fails when it runs.
        fails: bool,
    },
    /// `_sharedns_free_pending`: frees the namespace, items and all.
    FreeNamespace,
}

impl Pending {
    /// Encodes a call.
    pub fn new(kind: PendingKind) -> Pending {
        Pending(match kind {
            PendingKind::Clear { capsule, raw_free } => 0x10 | u8::from(raw_free) << 3 | capsule,
            PendingKind::ReleaseBuffer { capsule } => 0x20 | capsule,
            PendingKind::Call { fails } => 0x30 | u8::from(fails),
            PendingKind::FreeNamespace => 0x40,
        })
    }

    /// What the call does.
    pub fn kind(self) -> PendingKind {
        let low = self.0 & 7;
        match self.0 >> 4 {
            1 => PendingKind::Clear { capsule: low, raw_free: self.0 & 8 != 0 },
            2 => PendingKind::ReleaseBuffer { capsule: low },
            4 => PendingKind::FreeNamespace,
            _ => PendingKind::Call { fails: low != 0 },
        }
    }

    pub(crate) fn with_capsule(code: u8, rename: impl Fn(u8) -> u8) -> u8 {
        if matches!(code >> 4, 1 | 2) { code & !7 | rename(code & 7) } else { code }
    }
}
