//! Why a value did not make its way: out of an interpreter, into one, or as part of a namespace.
//!
//! It sits beside the operations on values. A host gives some of these itself: its callbacks return them.

use crate::id::InterpreterId;
use crate::memory::NoMemory;

/// Why a value was not put into a capsule. Nothing is held on its behalf. Rule `convert.failure`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError<E: std::error::Error + 'static> {
    /// Its type, exactly as it is, is not registered. Send a value of another type, or register a converter for this one.
    #[error("values of this type cannot be carried into another interpreter")]
    NotShareable,
    /// It contains values that contain values, and so on, more than [`CONVERSION_DEPTH_MAX`](crate::CONVERSION_DEPTH_MAX) deep.
    #[error("the value is nested too deep to be carried")]
    TooDeep,
    /// There is no memory for it. Try again when there is.
    #[error("there is no memory to carry the value")]
    NoMemory,
    /// The host refused the value.
    #[error("the value cannot be carried into another interpreter")]
    Host(#[source] E),
}

/// Why a capsule was not made into a value. The capsule is as before, and can be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MaterialiseError<E: std::error::Error + 'static> {
    /// The capsule has been released, or the end of its owner has already taken the payload back.
    #[error("the capsule has been released")]
    Released,
    /// The payload can be made into a value once, and has been.
    #[error("the capsule can be used once, and has been")]
    Consumed,
    /// The interpreter that owned the payload has ended.
    #[error("interpreter {owner}, which owned the payload, has ended")]
    OwnerEnded {
        /// The interpreter that made the capsule.
        owner: InterpreterId,
    },
    /// There is no memory for the value. Nothing of it is left. Try again when there is.
    #[error("there is no memory for the value")]
    NoMemory,
    /// The host failed to make a value of the payload.
    #[error("the payload cannot be made into a value")]
    Host(#[source] E),
}

/// Why a capsule was not released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// It has been released before, by this thread or another. The payload is in good hands.
    #[error("the capsule has been released before")]
    AlreadyReleased,
}

/// Why a type was not registered or not unregistered. The registry is as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The type is registered with another converter. Unregister that one first, as often as it was registered.
    #[error("the type is registered with another converter")]
    Conflict,
    /// Only the registration that came with the runtime is left, and that one stays.
    #[error("the type came with the runtime and stays registered")]
    Builtin,
    /// More registrations than can be counted.
    #[error("the type is registered too often")]
    Overflow,
    /// There is no memory for an entry. Try again when there is.
    #[error("there is no memory to register the type")]
    NoMemory,
}

/// Why a namespace was not made, filled or applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NamespaceError<E: std::error::Error + 'static> {
    /// It was not made.
    #[error(transparent)]
    Names(#[from] NamesError),
    /// It was not filled.
    #[error(transparent)]
    Fill(#[from] FillError<E>),
    /// It was not applied.
    #[error(transparent)]
    Apply(#[from] ApplyError<E>),
}

/// Why no namespace was made of names. Rule `namespace.names.failure`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NamesError {
    /// There are no names. A namespace without any says nothing: do without one.
    #[error("a namespace has at least one name")]
    Empty,
    /// A name contains a NUL, and would be another one to whoever stops reading there.
    #[error("the name {name:?} of item {index} contains a NUL")]
    Nul {
        /// Which item, counted from 0.
        index: usize,
        /// Its name.
        name: String,
    },
    /// There is no memory. Try again when there is.
    #[error("there is no memory for the names")]
    NoMemory,
}

/// Why a namespace was not filled. It holds no value. Rule `namespace.fill.failure`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FillError<E: std::error::Error + 'static> {
    /// It has been filled before.
    #[error("the namespace has been filled before")]
    Filled,
    /// A value cannot leave.
    #[error("the value of {name:?}, item {index}, cannot leave")]
    Convert {
        /// Which item, counted from 0.
        index: usize,
        /// Its name.
        name: String,
        /// Why not.
        #[source]
        error: ConvertError<E>,
    },
}

/// Why a namespace was not applied. Nothing has been bound, and the namespace is as before, but for one-shot payloads that were
/// read by then. Rule `namespace.apply.whole`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError<E: std::error::Error + 'static> {
    /// The source had no value for a name, and there is no default.
    #[error("there is no value for {name:?}, item {index}")]
    Missing {
        /// Which item, counted from 0.
        index: usize,
        /// Its name.
        name: String,
    },
    /// A value cannot arrive.
    #[error("the value of {name:?}, item {index}, cannot arrive")]
    Materialise {
        /// Which item, counted from 0.
        index: usize,
        /// Its name.
        name: String,
        /// Why not.
        #[source]
        error: MaterialiseError<E>,
    },
    /// There is no memory to hold the values until all of them are there. Try again when there is.
    #[error("there is no memory for the values")]
    NoMemory,
}

impl<E: std::error::Error + 'static> From<NoMemory> for ConvertError<E> {
    fn from(_: NoMemory) -> Self {
        ConvertError::NoMemory
    }
}

impl<E: std::error::Error + 'static> From<NoMemory> for MaterialiseError<E> {
    fn from(_: NoMemory) -> Self {
        MaterialiseError::NoMemory
    }
}

impl<E: std::error::Error + 'static> From<NoMemory> for ApplyError<E> {
    fn from(_: NoMemory) -> Self {
        ApplyError::NoMemory
    }
}

impl From<NoMemory> for RegistryError {
    fn from(_: NoMemory) -> Self {
        RegistryError::NoMemory
    }
}

impl From<NoMemory> for NamesError {
    fn from(_: NoMemory) -> Self {
        NamesError::NoMemory
    }
}
