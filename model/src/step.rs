//! Steps: a call is a small program of atomic steps, cut where the C code can be interrupted.
//!
//! [`Pc`] says where in its call a thread is. Each step is one function in one of the modules below, named after what
//! it does and citing the rule and the C function. Run the steps of one thread to the end and you have the sequential
//! reference; interleave those of all threads and you have the concurrent model. Nothing here searches.

mod capsule;
mod end;
mod enter;
mod idref;
mod interpreter;
mod leave;
mod namespace;
mod pending;
mod process;
mod read;
mod registry;
mod release;
mod run;
mod session;
mod unpickle;

pub use run::{Step, Successor};

pub(crate) use end::{has_native_threads, waits_for_reader};
pub(crate) use registry::may_lock;
pub(crate) use run::{Run, Taken};

macro_rules! program {
    ($($name:ident = $text:literal, $source:literal;)*) => {
        /// Where in its call a thread is: the next step that it will take.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the sentence beside it says what the step does")]
        pub enum Pc { $($name,)* }

        impl Pc {
            /// Every step.
            pub const ALL: &[Pc] = &[$(Pc::$name,)*];

            /// What the step does, in a few words.
            pub const fn sentence(self) -> &'static str { match self { $(Pc::$name => $text,)* } }

            /// Function and file of the C code that the step follows.
            pub const fn source(self) -> &'static str { match self { $(Pc::$name => $source,)* } }
        }
    };
}

program! {
    Idle = "between calls", "";
    Gone = "ended", "";
    Hung = "hangs for ever", "";
    CreateNew = "allocate the interpreter, give it an id, list it", "PyInterpreterState_New, pystate.c";
    CreateReady = "make it ready", "new_interpreter, pylifecycle.c";
    EnterLookUp = "look the interpreter up", "_PyInterpreterState_LookUpID, pystate.c";
    EnterDetach = "detach from the current interpreter", "PyThreadState_Swap, pystate.c";
    EnterAttach = "make a thread state there and attach", "_enter_session, crossinterp.c";
    EnterClaim = "claim 'running main'", "_PyInterpreterState_SetRunningMain, pystate.c";
    EnterUndo = "give the thread state back", "_exit_session, crossinterp.c";
    EnterConvert = "convert the values to enter with", "_PyXI_Enter, crossinterp.c";
    EnterNamespace = "find '__main__'", "_PyXI_Enter, crossinterp.c";
    EnterApply = "bind the values there", "_PyXI_ApplyNamespace, crossinterp.c";
    EnterAskAgain = "ask once more whether it runs", "_PyXI_ApplyErrorCode, crossinterp.c";
    BodyFails = "the body ends with an error", "the caller of _PyXI_Enter and _PyXI_Exit";
    BodyMain = "ask for '__main__'", "_PyXI_GetMainNamespace, crossinterp.c";
    BodyDropsMain = "delete '__main__'", "any code of the interpreter";
    BodyPreserves = "put a value aside for the caller", "_PyXI_Preserve, crossinterp.c";
    BodyLingers = "start a thread that nobody waits for", "any code of the interpreter";
    ExitCapture = "capture what the body raised", "_PyXI_Exit, crossinterp.c";
    ExitConvert = "convert what was preserved", "_pop_preserved, crossinterp.c";
    ExitRestore = "make what was preserved again", "_finish_preserved, crossinterp.c";
    LeaveDrain = "run what is due, then stop running", "_PyInterpreterState_SetNotRunningMain, pystate.c";
    LeaveClear = "clear and delete the thread state", "_exit_session, crossinterp.c";
    LeaveReturn = "attach to the interpreter it came from", "PyThreadState_Swap, pystate.c";
    DestroyLookUp = "look the interpreter up", "interp_destroy, _interpretersmodule.c";
    DestroyCheck = "check that it is neither current nor running", "interp_destroy, _interpretersmodule.c";
    EndDetach = "detach from the current interpreter", "_PyXI_EndInterpreter, crossinterp.c";
    EndAttach = "attach to the one that ends", "_PyXI_EndInterpreter, crossinterp.c";
    EndBegin = "begin to finalize", "Py_EndInterpreter, pylifecycle.c";
    EndThreads = "wait for its threads", "wait_for_thread_shutdown, pylifecycle.c";
    EndFlush = "run a pending call; with none left, end the flush", "_Py_FinishPendingCalls, ceval_gil.c";
    EndHooks = "run the exit hooks", "_PyAtExit_Call, atexitmodule.c";
    EndReclaim = "take back a payload that is out; with none left, clear its objects", "none: the repaired protocol";
    EndRegistry = "finalize its registry", "_PyXI_Fini, crossinterp.c";
    EndLate = "run what code of its own is left", "PyInterpreterState_Clear, pystate.c";
    EndLateLookUp = "code that is left looks up a type that cannot cross", "_set_xid_lookup_failure, crossinterp.c";
    EndLateRegister = "code that is left registers a class", "_PyCrossInterpreterData_RegisterClass, crossinterp.c";
    EndClear = "clear its objects", "PyInterpreterState_Clear, pystate.c";
    EndOrphans = "claim a capsule that is still out; with none left, go on", "PyInterpreterState_Delete, as PR 153745 has it";
    EndUnlink = "unlink it from the list", "PyInterpreterState_Delete, pystate.c";
    EndFree = "free its memory", "PyInterpreterState_Delete, pystate.c";
    EndReturn = "attach to the interpreter it came from", "_PyXI_EndInterpreter, crossinterp.c";
    ConvertGet = "look the converter up and fill a capsule", "_PyObject_GetXIData, crossinterp.c";
    MaterialiseBegin = "begin to read the payload", "_PyXIData_NewObject, crossinterp.c";
    MaterialiseRead = "make the new object from the payload", "new_object of the type, crossinterp.c";
    MaterialiseEnd = "give up the hold on the payload", "none: the repaired protocol";
    ReleaseBegin = "see whether there is anything to release", "_xidata_release, crossinterp.c";
    ReleaseLookUp = "look the owner up by id", "_xidata_release, crossinterp.c";
    ReleaseHandOver = "clear it here, or queue the clear on the owner", "_Py_CallInInterpreter, crossinterp.c";
    ReleaseDrain = "carry out what was released to the idle owner", "none: the repaired protocol";
    FreeClear = "clear in the current interpreter and free the structure", "_PyXIData_Free, crossinterp.c";
    CallLookUp = "look the interpreter up", "_PyInterpreterState_LookUpID, pystate.c";
    CallHandOver = "call it here, or queue the call", "_Py_CallInInterpreter, crossinterp.c";
    QueueNoMemory = "find no memory for the entry in the queue", "_PyEval_AddPendingCall, as PR 110694 has it";
    RunOne = "run one pending call", "make_pending_calls, ceval_gil.c";
    IdrefLookUp = "look the interpreter up", "_PyInterpreterState_LookUpID, pystate.c";
    IdrefCount = "count the reference", "_PyInterpreterState_IDIncref and IDDecref, pystate.c";
    TypeChoose = "choose the registry by the type", "_get_xidregistry_for_type, crossinterp.c";
    TypeLock = "take the registry's lock", "_xidregistry_lock, crossinterp.c";
    TypeWalk = "look at the next entry", "_xidregistry_find_type, crossinterp.c";
    TypeMatched = "read the entry that was found", "_xidregistry_find_type, crossinterp.c";
    TypeStore = "write the count that was read, one more or less", "_PyCrossInterpreterData_RegisterClass, crossinterp.c";
    TypeNew = "allocate an entry and read the head", "_xidregistry_add_type, crossinterp.c";
    TypeLink = "put the entry before the head", "_xidregistry_add_type, crossinterp.c";
    TypeUnlink = "take the entry out of the list", "_xidregistry_remove_entry, crossinterp.c";
    TypeFree = "free the entry", "_xidregistry_remove_entry, crossinterp.c";
    TypeChange = "change the registry, publish, unlock", "none: the repaired protocol";
    RuntimeEnd = "finalize the runtime's registry", "_PyXI_Fini, crossinterp.c";
    NamesTake = "take the names of the dict", "_sharedns_init, crossinterp.c";
    NamesFill = "look the next name up and convert its value", "_sharednsitem_copy_from_ns, crossinterp.c";
    NamesApply = "bind the next item", "_sharednsitem_apply, crossinterp.c";
    NamesFree = "see who frees the namespace", "_PyXI_FreeNamespace, crossinterp.c";
    NamesFreeItem = "release the next item; with none left, free the names", "_sharedns_clear, crossinterp.c";
    NamesDefer = "queue the free on the owner", "_destroy_sharedns, crossinterp.c";
    NameDrop = "delete a name from the dict", "PyDict_DelItem, dictobject.c";
    ForkChild = "drop the other interpreters, in the child", "_PyInterpreterState_DeleteExceptMain, pystate.c";
    CreateFails = "allocate an interpreter that cannot be made", "_PyInterpreterState_New, pystate.c";
    BodyDies = "end the thread inside its session", "any code of the interpreter";
    UnpickleMain = "run the file of the sender's '__main__', unless that was done", "ensure_isolated_main, crossinterp.c";
    UnpickleSwap = "put the stand-in in the place of '__main__'", "apply_isolated_main, crossinterp.c";
    UnpickleRestore = "put back what was there before", "restore_main, crossinterp.c";
    ListWalk = "go on to the next interpreter of the list", "interp_list_all, _interpretersmodule.c";
}

impl Pc {
    pub(crate) fn from_code(code: u8) -> Pc {
        Pc::ALL[usize::from(code)]
    }
}
