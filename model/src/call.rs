//! Calls: what a client of the layer may do, and what it is told in return.

mod body;
mod kind;
mod outcome;

pub use body::{Keeps, Raises, Updates};
pub use kind::{CallKind, CallSet};
pub use outcome::Outcome;

use std::fmt;

use crate::convert::Kind;
use crate::world::Payload;

/// One call of a client. Ids and capsule slots are small numbers; a call names only what exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Call {
    /// `_interpreters.create()`.
    Create,
    /// `_interpreters.destroy(id)`.
    Destroy(u8),
    /// Begins to run in the interpreter: the first half of `exec`, up to the body.
    Enter(u8),
    /// Stops running there: the second half of `exec`.
    Leave,
    /// The thread ends: it leaves the interpreter it was born in.
    Finish,
    /// `_PyObject_GetXIData` of an object with that payload.
    Convert(Payload),
    /// The same, and one allocation of it fails.
    ConvertNoMemory {
        /// The kind of value.
        kind: Kind,
        /// Which allocation, from 0: see [`crate::convert`].
        at: u8,
    },
    /// `_PyXIData_NewObject`.
    Materialise(u8),
    /// `_PyXIData_Release`: the client keeps the structure.
    Release(u8),
    /// `_PyXIData_ReleaseAndRawFree`: the structure goes too.
    ReleaseRawFree(u8),
    /// `_release_xid_data(capsule, rawfree=1)`, as a namespace item is cleared.
    ReleaseItem(u8),
    /// `_PyXIData_Free`: clear in the current interpreter, then free the structure.
    Free(u8),
    /// The view that a read of a buffer made is dropped.
    DropView(u8),
    /// `_Py_CallInInterpreter(id, f)` with a function of the client's own.
    CallIn(u8),
    /// The same, with a function that fails when it runs.
    CallInFailing(u8),
    /// The eval loop of the current interpreter looks at its pending calls.
    RunPending,
    /// `_interpreters.incref(id, implieslink=True)`.
    Incref(u8),
    /// `_interpreters.decref(id)`.
    Decref(u8),
    /// `_interpreters.list_all()`.
    ListAll,
    /// `_PyXIData_RegisterClass(class, converter)`.
    Register {
        /// The number of the type.
        class: u8,
        /// The number of the converter.
        converter: u8,
    },
    /// The same, and the entry cannot be allocated.
    RegisterNoMemory(u8),
    /// `_PyXIData_UnregisterClass(class)`.
    Unregister(u8),
    /// `_PyXIData_Lookup` of an object of that type.
    LookUpType(u8),
    /// The last reference to a heap type is dropped.
    TypeDies(u8),
    /// The runtime ends: `_PyXI_Fini` of the main interpreter.
    EndRuntime,
    /// A namespace is made from the source's dict and filled: `_PyXI_NamespaceFromDict`.
    FillNamespace,
    /// The same, and the capsule of that item cannot be allocated.
    FillNamespaceNoMemory(u8),
    /// The same, of a dict with a name that has a NUL in it.
    FillNamespaceNul,
    /// Other code of the source deletes that name from the dict.
    DropName(u8),
    /// `_PyXI_ApplyNamespace` to the dict of the current interpreter.
    ApplyNamespace,
    /// The same, and there is no memory for the value of that item.
    ApplyNamespaceNoMemory(u8),
    /// `_PyXI_FreeNamespace`.
    FreeNamespace,
    /// `_PyXI_Enter(session, id, updates)`, with everything that a session remembers.
    EnterWith {
        /// The interpreter.
        id: u8,
        /// What it is entered with.
        updates: Updates,
    },
    /// The body fails like that, and is over.
    Raise(Raises),
    /// `_PyXI_GetMainNamespace`.
    GetMain,
    /// The body deletes `__main__` of the interpreter it runs in.
    DropMain,
    /// `_PyXI_Preserve`.
    Preserve(Keeps),
    /// `_PyXI_Exit`, and what the caller makes of it.
    Exit,
    /// The body starts a thread that nobody waits for.
    Linger,
    /// The process forks, and this is the child.
    Fork,
    /// `_interpreters.create()`, which fails after the interpreter was allocated.
    CreateFailing,
    /// The thread ends inside its session.
    Die,
    /// A pickled value that names `__main__` of its sender is restored.
    Unpickle,
}

impl Call {
    /// The call without its argument.
    pub fn kind(self) -> CallKind {
        match self {
            Call::Create => CallKind::Create,
            Call::Destroy(_) => CallKind::Destroy,
            Call::Enter(_) => CallKind::Enter,
            Call::Leave => CallKind::Leave,
            Call::Finish => CallKind::Finish,
            Call::Convert(_) => CallKind::Convert,
            Call::ConvertNoMemory { .. } => CallKind::ConvertNoMemory,
            Call::Materialise(_) => CallKind::Materialise,
            Call::Release(_) => CallKind::Release,
            Call::ReleaseRawFree(_) => CallKind::ReleaseRawFree,
            Call::ReleaseItem(_) => CallKind::ReleaseItem,
            Call::Free(_) => CallKind::Free,
            Call::DropView(_) => CallKind::DropView,
            Call::CallIn(_) => CallKind::CallIn,
            Call::CallInFailing(_) => CallKind::CallInFailing,
            Call::RunPending => CallKind::RunPending,
            Call::Incref(_) => CallKind::Incref,
            Call::Decref(_) => CallKind::Decref,
            Call::ListAll => CallKind::ListAll,
            Call::Register { .. } => CallKind::Register,
            Call::RegisterNoMemory(_) => CallKind::RegisterNoMemory,
            Call::Unregister(_) => CallKind::Unregister,
            Call::LookUpType(_) => CallKind::LookUpType,
            Call::TypeDies(_) => CallKind::TypeDies,
            Call::EndRuntime => CallKind::EndRuntime,
            Call::FillNamespace => CallKind::FillNamespace,
            Call::FillNamespaceNoMemory(_) => CallKind::FillNamespaceNoMemory,
            Call::FillNamespaceNul => CallKind::FillNamespaceNul,
            Call::DropName(_) => CallKind::DropName,
            Call::ApplyNamespace => CallKind::ApplyNamespace,
            Call::ApplyNamespaceNoMemory(_) => CallKind::ApplyNamespaceNoMemory,
            Call::FreeNamespace => CallKind::FreeNamespace,
            Call::EnterWith { .. } => CallKind::EnterWith,
            Call::Raise(_) => CallKind::Raise,
            Call::GetMain => CallKind::GetMain,
            Call::DropMain => CallKind::DropMain,
            Call::Preserve(_) => CallKind::Preserve,
            Call::Exit => CallKind::Exit,
            Call::Linger => CallKind::Linger,
            Call::Fork => CallKind::Fork,
            Call::CreateFailing => CallKind::CreateFailing,
            Call::Die => CallKind::Die,
            Call::Unpickle => CallKind::Unpickle,
        }
    }

    /// The argument as the world keeps it: an id, a slot, or a kind of payload.
    pub(crate) fn argument(self) -> u8 {
        match self {
            Call::Destroy(x) | Call::Enter(x) | Call::Materialise(x) | Call::Release(x) | Call::ReleaseRawFree(x) => x,
            Call::ReleaseItem(x) | Call::Free(x) | Call::DropView(x) | Call::CallIn(x) | Call::CallInFailing(x) => x,
            Call::Incref(x) | Call::Decref(x) => x,
            Call::RegisterNoMemory(x) | Call::Unregister(x) | Call::LookUpType(x) | Call::TypeDies(x) => x,
            Call::FillNamespaceNoMemory(x) | Call::DropName(x) | Call::ApplyNamespaceNoMemory(x) => x,
            Call::Register { class, converter } => class | converter << UPPER_SHIFT,
            Call::Convert(payload) => payload as u8,
            Call::ConvertNoMemory { kind, at } => kind as u8 | at << UPPER_SHIFT,
            Call::Create | Call::Leave | Call::Finish | Call::RunPending | Call::ListAll | Call::EndRuntime => 0,
            Call::FillNamespace | Call::FillNamespaceNul | Call::ApplyNamespace | Call::FreeNamespace => 0,
            Call::EnterWith { id, updates } => id | (updates as u8) << UPPER_SHIFT,
            Call::Raise(raises) => raises.code(),
            Call::Preserve(keeps) => keeps.code(),
            Call::GetMain | Call::DropMain | Call::Exit | Call::Linger | Call::Fork | Call::CreateFailing => 0,
            Call::Die | Call::Unpickle => 0,
        }
    }

    /// Whether memory runs out in the call, or its thread dies.
    pub fn is_fault(self) -> bool {
        let lacks = matches!(self, Call::EnterWith { updates: Updates::NoMemory | Updates::NoThreadState, .. });
        lacks || self.kind().is_fault()
    }

    /// The capsule that the call is about, if it is about one.
    pub fn capsule(self) -> Option<u8> {
        match self {
            Call::Materialise(c) | Call::Release(c) | Call::ReleaseRawFree(c) => Some(c),
            Call::ReleaseItem(c) | Call::Free(c) | Call::DropView(c) => Some(c),
            _ => None,
        }
    }
}

/// Of two numbers in one argument, the second stands above the first.
const UPPER_SHIFT: u8 = 4;

/// The type in the argument of a call about one.
pub(crate) fn class_of(argument: u8) -> u8 {
    argument & ((1 << UPPER_SHIFT) - 1)
}

/// The converter in the argument of a registration.
pub(crate) fn converter_of(argument: u8) -> u8 {
    argument >> UPPER_SHIFT
}

/// The interpreter in the argument of an enter.
pub(crate) fn id_of(argument: u8) -> u8 {
    argument & ((1 << UPPER_SHIFT) - 1)
}

/// What an enter brings, in its argument.
pub(crate) fn updates_of(argument: u8) -> Updates {
    Updates::ALL[usize::from(argument >> UPPER_SHIFT)]
}

/// The kind of value and the allocation in the argument of a conversion that finds no memory.
pub(crate) fn allocation_of(argument: u8) -> (Kind, u8) {
    (Kind::ALL[usize::from(argument & ((1 << UPPER_SHIFT) - 1))], argument >> UPPER_SHIFT)
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Create => write!(f, "create()"),
            Call::Destroy(id) => write!(f, "destroy({id})"),
            Call::Enter(id) => write!(f, "enter({id})"),
            Call::Leave => write!(f, "leave()"),
            Call::Finish => write!(f, "finish()"),
            Call::Convert(payload) => write!(f, "convert({})", payload_name(*payload)),
            Call::ConvertNoMemory { kind, at } => write!(f, "convert({}), allocation {at} fails", kind.name()),
            Call::Materialise(c) => write!(f, "new_object(c{c})"),
            Call::Release(c) => write!(f, "release(c{c})"),
            Call::ReleaseRawFree(c) => write!(f, "release_and_raw_free(c{c})"),
            Call::ReleaseItem(c) => write!(f, "clear_item(c{c})"),
            Call::Free(c) => write!(f, "free(c{c})"),
            Call::DropView(c) => write!(f, "drop_view(c{c})"),
            Call::CallIn(id) => write!(f, "call_in({id})"),
            Call::CallInFailing(id) => write!(f, "call_in({id}), failing"),
            Call::RunPending => write!(f, "run_pending()"),
            Call::Incref(id) => write!(f, "incref({id})"),
            Call::Decref(id) => write!(f, "decref({id})"),
            Call::ListAll => write!(f, "list_all()"),
            Call::Register { class, converter } => write!(f, "register(type{class}, f{converter})"),
            Call::RegisterNoMemory(class) => write!(f, "register(type{class}, f0), no memory"),
            Call::Unregister(class) => write!(f, "unregister(type{class})"),
            Call::LookUpType(class) => write!(f, "lookup(type{class})"),
            Call::TypeDies(class) => write!(f, "type{class} dies"),
            Call::EndRuntime => write!(f, "end_runtime()"),
            Call::FillNamespace => write!(f, "fill_namespace()"),
            Call::FillNamespaceNoMemory(item) => write!(f, "fill_namespace(), no memory at item {item}"),
            Call::FillNamespaceNul => write!(f, "fill_namespace(), a NUL in a name"),
            Call::DropName(item) => write!(f, "del d[name{item}]"),
            Call::ApplyNamespace => write!(f, "apply_namespace()"),
            Call::ApplyNamespaceNoMemory(item) => write!(f, "apply_namespace(), no memory at item {item}"),
            Call::FreeNamespace => write!(f, "free_namespace()"),
            Call::EnterWith { id, updates: Updates::Nothing } => write!(f, "enter({id})"),
            Call::EnterWith { id, updates } => write!(f, "enter({id}) with {updates}"),
            Call::Raise(raises) => write!(f, "the body fails: {raises}"),
            Call::GetMain => write!(f, "get_main_namespace()"),
            Call::DropMain => write!(f, "del sys.modules['__main__']"),
            Call::Preserve(keeps) => write!(f, "preserve({keeps})"),
            Call::Exit => write!(f, "exit()"),
            Call::Linger => write!(f, "start a thread that nobody waits for"),
            Call::Fork => write!(f, "fork()"),
            Call::CreateFailing => write!(f, "create(), failing"),
            Call::Die => write!(f, "the thread dies"),
            Call::Unpickle => write!(f, "unpickle a value of the sender's __main__"),
        }
    }
}

/// The field's word for a kind of payload.
pub const fn payload_name(payload: Payload) -> &'static str {
    match payload {
        Payload::Immediate => "int",
        Payload::Copied => "float",
        Payload::Borrowed => "bytes",
        Payload::Buffer => "memoryview",
    }
}
