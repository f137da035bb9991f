//! Data on its way from one interpreter to another: made, read, and given back.
//!
//! It sits on top of `core` and `export`: each step here is one critical section of the payload's *owner*, whichever interpreter
//! the caller is in. It does not know what a payload is.

use std::fmt;

use crate::core::{Core, Phase};
use crate::error::{MaterialiseError, ReleaseError};
use crate::export::{Attempt, ExportKey, GivenBack, PinRefused, Unpinned};
use crate::host::{Context, Conversion, Host, PayloadRef, Reuse};
use crate::id::InterpreterId;
use crate::memory::Reserved;
use crate::panics::FirstPanic;
use crate::sabotage::Sabotage;
use crate::sync::{Arc, Claim, abandoned, note};

/// A value outside of any interpreter. Any thread may hold it, read it (inside an interpreter of its own), and give it back.
///
/// Dropping a capsule gives it back. A capsule does not keep its owner from ending.
#[must_use = "dropping a capsule releases it"]
pub struct Capsule<H: Host> {
    content: Content<H>,
    released: Claim,
    _memory: Reserved,
}

enum Content<H: Host> {
    /// Small enough to be carried along: nobody has to be asked about it, and nobody told.
    Immediate { owner: InterpreterId, immediate: H::Immediate },
    /// Left with its owner.
    Owned { owner: Arc<Core<H>>, key: ExportKey },
}

/// What a release came to. In every case the caller is rid of the capsule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Release {
    /// The payload has been freed.
    Done,
    /// The payload waits for its owner, for whoever reads it, or for whoever is freeing others; it is freed by one of them.
    Queued,
    /// There was no payload.
    Nothing,
    /// The owner has ended, or is about to: its end frees the payload.
    OwnerEnded,
}

/// What is left to do after a payload was given back.
enum Handed<P> {
    Settled(Release),
    /// The owner is current: free it now.
    Free(Arc<P>),
    /// The owner is idle: free what it has to free, as its drainer.
    Drain,
}

impl<H: Host> Capsule<H> {
    /// A capsule around what a conversion took, in the memory reserved for it before. Rule `capsule.new`.
    pub(crate) fn new(
        owner: &Arc<Core<H>>,
        conversion: Conversion<H::Immediate, H::Payload>,
        memory: Reserved,
    ) -> Self {
        let content = match conversion {
            Conversion::Immediate(immediate) => Content::Immediate { owner: owner.id, immediate },
            Conversion::Owned { payload, reuse } => {
                let key = insert(owner, Arc::new(payload), reuse);
                Content::Owned { owner: Arc::clone(owner), key }
            }
        };
        Capsule { content, released: Claim::new(), _memory: memory }
    }

    /// The interpreter that made it, which may have ended since.
    #[must_use]
    pub fn owner(&self) -> InterpreterId {
        match &self.content {
            Content::Immediate { owner, .. } => *owner,
            Content::Owned { owner, .. } => owner.id,
        }
    }

    /// Gives the capsule back from anywhere, inside an interpreter or not. Inside the owner [`Current::release`] does more.
    ///
    /// [`Current::release`]: crate::Current::release
    ///
    /// # Errors
    ///
    /// [`ReleaseError`] when it has been released before.
    pub fn release(&self) -> Result<Release, ReleaseError> {
        self.release_from(None)
    }

    pub(crate) fn release_from(&self, current: Option<&Arc<Core<H>>>) -> Result<Release, ReleaseError> {
        let mut panics = FirstPanic::default();
        let release = self.release_once(current, &mut panics);
        panics.resume();
        release
    }

    pub(crate) fn materialise(&self, host: &H, context: &Context) -> Result<H::Value, MaterialiseError<H::Error>> {
        let (owner, key) = match &self.content {
            Content::Owned { owner, key } => (owner, *key),
            Content::Immediate { .. } if self.released.is_taken() => {
                return Err(MaterialiseError::Released);
            }
            Content::Immediate { immediate, .. } => {
                return host.materialise(context, PayloadRef::Immediate(immediate));
            }
        };
        let payload = self.pin(owner, key)?;
        let mut panics = FirstPanic::default();
        let value = panics.catch(|| host.materialise(context, PayloadRef::Owned(&payload)));
        drop(payload);
        let attempt = if matches!(value, Some(Err(_))) { Attempt::Failed } else { Attempt::Made };
        unpin(owner, key, attempt, &mut panics);
        panics.resume();
        let Some(value) = value else { unreachable!("no value without a panic, which has gone on") };
        value
    }

    /// Rule `capsule.new-object.alive`. A payload that is gone was released, or else its owner's end took it back.
    fn pin(&self, owner: &Core<H>, key: ExportKey) -> Result<Arc<H::Payload>, MaterialiseError<H::Error>> {
        let mut state = owner.step("materialise.pin");
        let payload = state.exports.pin(key).map_err(|refused| match refused {
            PinRefused::Consumed => MaterialiseError::Consumed,
            PinRefused::Released if self.released.is_taken() => MaterialiseError::Released,
            PinRefused::Released => MaterialiseError::OwnerEnded { owner: owner.id },
        })?;
        state.entry.begin_reading();
        Ok(payload)
    }

    /// Rule `capsule.release.once`: the claim decides who goes on, before anything is looked at.
    fn release_once(&self, current: Option<&Arc<Core<H>>>, panics: &mut FirstPanic) -> Result<Release, ReleaseError> {
        note("release.claim", self.owner().get());
        let claims_late = self.claims_late();
        let first = if claims_late { !self.released.is_taken() } else { self.released.take() };
        if !first {
            return Err(ReleaseError::AlreadyReleased);
        }
        let release = self.hand_back(current, panics);
        if claims_late {
            self.released.take();
        }
        Ok(release)
    }

    fn claims_late(&self) -> bool {
        match &self.content {
            Content::Immediate { .. } => false,
            Content::Owned { owner, .. } => owner.settings.suffers(Sabotage::ClaimAfterPush),
        }
    }

    /// Rule `capsule.release.nothing` for an immediate; everything else is the owner's affair.
    fn hand_back(&self, current: Option<&Arc<Core<H>>>, panics: &mut FirstPanic) -> Release {
        let Content::Owned { owner, key } = &self.content else {
            return Release::Nothing;
        };
        let owner_is_current = current.is_some_and(|current| Arc::ptr_eq(current, owner));
        match give_back(owner, *key, owner_is_current) {
            Handed::Settled(release) => release,
            Handed::Free(payload) => {
                owner.free(payload, panics);
                Release::Done
            }
            Handed::Drain if owner.drain(*key, panics) => Release::Done,
            Handed::Drain => Release::Queued,
        }
    }
}

impl<H: Host> Drop for Capsule<H> {
    fn drop(&mut self) {
        // Nobody else has it any more: what was released before is, and nobody is about to.
        if abandoned() || self.released.is_taken() {
            return;
        }
        let mut panics = FirstPanic::default();
        let released = self.release_once(None, &mut panics);
        assert!(released.is_ok(), "who drops a capsule is the last to have it");
        panics.resume_unless_unwinding();
    }
}

impl<H: Host> fmt::Debug for Capsule<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capsule").field("owner", &self.owner().get()).finish_non_exhaustive()
    }
}

/// Only who is current in an interpreter makes capsules there, and nobody is once its end takes the payloads back.
fn insert<H: Host>(owner: &Core<H>, payload: Arc<H::Payload>, reuse: Reuse) -> ExportKey {
    let mut state = owner.step("convert.export");
    assert!(matches!(state.phase, Phase::Running | Phase::Ending), "only who is in an interpreter makes capsules");
    state.exports.insert(payload, reuse)
}

/// The last reader of a payload wakes its owner's end, and frees what was released meanwhile if nobody else is there to do it.
fn unpin<H: Host>(owner: &Core<H>, key: ExportKey, attempt: Attempt, panics: &mut FirstPanic) {
    let mut state = owner.step("materialise.unpin");
    state.entry.end_reading();
    let released = match state.exports.unpin(key, attempt) {
        Unpinned::Shared => return,
        Unpinned::Last { released } => released,
        Unpinned::Gone => {
            assert!(owner.settings.suffers(Sabotage::ReclaimPinned), "a pinned payload was taken away");
            return;
        }
    };
    match state.phase {
        Phase::Ending => owner.notify_all(),
        Phase::Ready if released => {
            state.begin_draining();
            drop(state);
            owner.drain(key, panics);
        }
        _ => {}
    }
}

/// Rules `capsule.release.owner-current`, `.owner-elsewhere` and `.owner-gone`, in one step: nothing can come between finding the
/// owner alive and leaving the payload with it.
fn give_back<H: Host>(owner: &Core<H>, key: ExportKey, owner_is_current: bool) -> Handed<H::Payload> {
    let mut state = owner.step("release.mark");
    if state.phase == Phase::Ended {
        return Handed::Settled(Release::OwnerEnded);
    }
    let given = if owner_is_current { state.exports.give_back_here(key) } else { state.exports.give_back(key) };
    match given {
        GivenBack::Taken(payload) => Handed::Free(payload),
        GivenBack::Gone => Handed::Settled(Release::OwnerEnded),
        GivenBack::Listed if state.phase == Phase::Ready => {
            state.begin_draining();
            Handed::Drain
        }
        GivenBack::Listed => Handed::Settled(Release::Queued),
        GivenBack::ListedBefore => {
            assert!(owner.settings.suffers(Sabotage::ClaimAfterPush), "a capsule was given back twice");
            Handed::Settled(Release::Queued)
        }
    }
}
