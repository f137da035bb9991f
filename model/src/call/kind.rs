//! The kinds of calls, and sets of them: what a scope allows.

use crate::symmetry::Names;

/// The kind of a call, without its argument: what a scope allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs, reason = "each is the call of the same name")]
pub enum CallKind {
    Create,
    Destroy,
    Enter,
    Leave,
    Finish,
    Convert,
    ConvertNoMemory,
    Materialise,
    Release,
    ReleaseRawFree,
    ReleaseItem,
    Free,
    DropView,
    CallIn,
    CallInFailing,
    RunPending,
    Incref,
    Decref,
    ListAll,
    Register,
    RegisterNoMemory,
    Unregister,
    LookUpType,
    TypeDies,
    EndRuntime,
    FillNamespace,
    FillNamespaceNoMemory,
    FillNamespaceNul,
    DropName,
    ApplyNamespace,
    ApplyNamespaceNoMemory,
    FreeNamespace,
    EnterWith,
    Raise,
    GetMain,
    DropMain,
    Preserve,
    Exit,
    Linger,
    Fork,
    CreateFailing,
    Die,
    Unpickle,
}

impl CallKind {
    /// Every kind.
    pub const ALL: [CallKind; 43] = [
        CallKind::Create,
        CallKind::Destroy,
        CallKind::Enter,
        CallKind::Leave,
        CallKind::Finish,
        CallKind::Convert,
        CallKind::ConvertNoMemory,
        CallKind::Materialise,
        CallKind::Release,
        CallKind::ReleaseRawFree,
        CallKind::ReleaseItem,
        CallKind::Free,
        CallKind::DropView,
        CallKind::CallIn,
        CallKind::CallInFailing,
        CallKind::RunPending,
        CallKind::Incref,
        CallKind::Decref,
        CallKind::ListAll,
        CallKind::Register,
        CallKind::RegisterNoMemory,
        CallKind::Unregister,
        CallKind::LookUpType,
        CallKind::TypeDies,
        CallKind::EndRuntime,
        CallKind::FillNamespace,
        CallKind::FillNamespaceNoMemory,
        CallKind::FillNamespaceNul,
        CallKind::DropName,
        CallKind::ApplyNamespace,
        CallKind::ApplyNamespaceNoMemory,
        CallKind::FreeNamespace,
        CallKind::EnterWith,
        CallKind::Raise,
        CallKind::GetMain,
        CallKind::DropMain,
        CallKind::Preserve,
        CallKind::Exit,
        CallKind::Linger,
        CallKind::Fork,
        CallKind::CreateFailing,
        CallKind::Die,
        CallKind::Unpickle,
    ];

    pub(crate) fn from_code(code: u8) -> CallKind {
        CallKind::ALL[usize::from(code)]
    }

    /// Whether such a call is one that a fault strikes. An item that cannot be bound is none: there the lack of memory
    /// stands for whatever the making of a value may raise.
    pub fn is_fault(self) -> bool {
        use CallKind::{ConvertNoMemory, CreateFailing, Die, FillNamespaceNoMemory, RegisterNoMemory};
        matches!(self, ConvertNoMemory | RegisterNoMemory | FillNamespaceNoMemory | CreateFailing | Die)
    }

    /// Whether such a call is one into another interpreter, of the client's own.
    pub fn is_call(self) -> bool {
        matches!(self, CallKind::CallIn | CallKind::CallInFailing)
    }

    /// Whether such a call is about a type and its registry.
    pub fn is_about_type(self) -> bool {
        use CallKind::{LookUpType, Register, RegisterNoMemory, TypeDies, Unregister};
        matches!(self, Register | RegisterNoMemory | Unregister | LookUpType | TypeDies)
    }

    /// What the argument of such a call names.
    pub(crate) fn argument_names(self) -> Names {
        match self {
            CallKind::Destroy | CallKind::Enter | CallKind::CallIn | CallKind::CallInFailing => Names::Interpreter,
            CallKind::Incref | CallKind::Decref => Names::Interpreter,
            CallKind::Materialise | CallKind::Release | CallKind::ReleaseRawFree | CallKind::ReleaseItem => {
                Names::Capsule
            }
            CallKind::Free | CallKind::DropView => Names::Capsule,
            _ => Names::Nothing,
        }
    }
}

/// A set of kinds of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallSet(u64);

const _: () = assert!(CallKind::ALL.len() <= 64, "CallSet holds one bit per kind");

impl CallSet {
    /// The set of those kinds.
    pub const fn of(kinds: &[CallKind]) -> CallSet {
        let mut bits = 0;
        let mut i = 0;
        while i < kinds.len() {
            bits |= 1 << kinds[i] as u8;
            i += 1;
        }
        CallSet(bits)
    }

    /// This set less one kind.
    #[must_use]
    pub const fn without(self, kind: CallKind) -> CallSet {
        CallSet(self.0 & !(1 << kind as u8))
    }

    /// Whether the kind is in the set.
    pub const fn contains(self, kind: CallKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}
