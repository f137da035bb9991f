//! The defects themselves: name, concept, the rule that each breaks, where it is known from, its place in the C code.

use super::{Concept, Origin};
use crate::rule::Rule;

defects! {
    /// The pointer that a lookup returned is used after the list lock was dropped.
    ReleaseLookupThenEnqueue = "release-lookup-then-enqueue-toctou", Capsule, ReleaseLookup, Known, "crossinterp.c, _xidata_release",
        "Release looks its owner up, drops the lock, and queues the clear on a pointer that may be freed by then";
    /// The teardown of an owner leaves its payloads; a later release cannot free them.
    ReleaseAfterOwnerDestroyed = "release-after-owner-destroyed-leak", Capsule, ReleaseOwnerGone, Known, "crossinterp.c, _xidata_release",
        "The payload of an ended owner is abandoned: nobody is left who may free it";
    /// `_release_xid_data` asks for the opposite of what it was asked for.
    InvertedRawFree = "inverted-rawfree-struct-leak", Capsule, ReleaseHelper, Known, "crossinterp.c, _release_xid_data",
        "The raw-free flag is inverted, so the capsule's structure is never freed";
    /// After a failed release the helper clears the payload wherever it happens to be.
    WrongInterpreterClear = "wrong-interpreter-clear", Capsule, ClearOwner, Known, "crossinterp.c, _release_xid_data",
        "When the owner is gone the payload is cleared in whatever interpreter is current";
    /// The block of a sized capsule cannot be allocated.
    InitWithSizeNoException = "oom-initwithsize-no-exception", Capsule, CapsuleInitNoMemory, Known, "crossinterp.c, _PyCrossInterpreterData_InitWithSize",
        "A failed allocation is reported without an exception, and the object stays referenced";
    /// Nothing stops a second read of a capsule that hands over its payload.
    MemoryviewReused = "memoryview-capsule-reused", Capsule, NewObjectOneShot, Known, "crossinterp.c, _PyCrossInterpreterData_NewObject",
        "A one-shot capsule can be materialised twice, so its export is released twice";
    /// Clearing an unread buffer capsule frees the block and forgets the export.
    MemoryviewUnconsumed = "memoryview-unconsumed-buffer-leak", Capsule, ClearUndoes, Known, "_interpretersmodule.c, _pybuffer_shared",
        "A buffer capsule that nobody reads never releases the export it took";
    /// A view of a shared buffer outlives the interpreter whose memory it shows.
    MemoryviewAfterOwner = "memoryview-use-after-owner-destroyed", Capsule, ViewRelease, Known, "_interpretersmodule.c, xibufferview_dealloc",
        "A view outlives the interpreter that owns the memory it shows";
    /// Materialising takes no hold on the owner.
    ReadAfterOwner = "read-after-owner-destroyed", Capsule, NewObjectAlive, Found, "crossinterp.c, _PyCrossInterpreterData_NewObject",
        "A capsule is read without asking whether its owner still lives: the bytes belong to a dead interpreter";
    /// A tuple's header is forgotten when its array cannot be allocated.
    TupleOomLeak = "tuple-oom-leak", Capsule, ConvertNoMemory, Known, "crossinterp.c, _tuple_shared",
        "The header of a tuple is leaked when there is no memory for its items";
    /// Asking whether a value is shareable asks for its type only.
    IsShareableShallow = "is-shareable-shallow", Capsule, CapsuleCheck, Known, "crossinterp.c, _PyObject_CheckCrossInterpreterData",
        "The check says yes to a value whose conversion then fails";
    /// The error quotes the object in the object's own words.
    MessageRunsUserCode = "notshareable-message-runs-user-code", Capsule, ConvertMessage, Known, "crossinterp.c, _set_xid_lookup_failure",
        "Saying that an object is not shareable runs its own code, and what that raises is raised instead";
    /// Since 3.14 every failure of a converter becomes "not shareable".
    OomAsNotShareable = "oom-reported-as-not-shareable", Capsule, ConvertNoMemory, Known, "crossinterp.c, _get_xidata",
        "A conversion that finds no memory says that the object cannot be shared";
    /// The module's own allocations for buffers fail in silence.
    MemoryviewNoException = "oom-memoryview-no-exception", Capsule, ConvertNoMemory, Known, "_interpretersmodule.c, _memoryview_shared, xibufferview_from_xid",
        "A buffer's conversion or arrival that finds no memory fails without an exception";
    /// A one-shot capsule whose reading fails is neither read nor as it was.
    FailedReadConsumes = "failed-read-consumes-buffer", Capsule, ConvertArriveNoMemory, Found, "_interpretersmodule.c, _memoryview_from_xid",
        "A reading that fails after it took a buffer over leaves the capsule with an export that is gone, or never gives it back";
    /// A release that is accepted between the flush and the unlinking.
    LostInFinalization = "pending-call-lost-in-finalization", Pending, AddFinalizing, Known, "pylifecycle.c, Py_EndInterpreter; ceval_gil.c, _Py_FinishPendingCalls",
        "A call accepted after the owner's flush is dropped with the queue";
    /// The bounded queue is full and nobody is told.
    OverflowLeak = "pending-queue-overflow-leak", Pending, CallReported, Known, "crossinterp.c, _Py_CallInInterpreter",
        "A full queue refuses the call, and the caller is told that all is well";
    /// The same, for the release of a shared buffer.
    OverflowBufferStuck = "pending-overflow-buffer-stuck", Pending, CallReported, Known, "pybuffer.h, _PyBuffer_ReleaseInInterpreterAndRawFree",
        "A full queue drops the release of a buffer: its exporter stays locked for ever";
    /// Nobody but the owner's own bytecode runs what is pending.
    HeldUntilOwnerRuns = "capsule-payload-held-until-owner-runs", Pending, RunIdle, Known, "crossinterp.c, _xidata_release",
        "An idle owner keeps every payload released to it, without bound in time";
    /// The flush gives up at the first call that fails.
    SinglePassFlush = "finish-pending-calls-single-pass", Pending, FlushAll, Known, "ceval_gil.c, _Py_FinishPendingCalls",
        "One failing call ends the flush, and the calls behind it are never run";
    /// Entering does not ask whether the interpreter is ending.
    ExecDuringDestroy = "exec-during-destroy", Interpreter, RunningFinalizing, Known, "pystate.c, _PyInterpreterState_SetRunningMain",
        "An interpreter can start running while it is being destroyed";
    /// Leaving says "not running" before the thread state is gone.
    DestroyInExitWindow = "destroy-in-exit-window", Interpreter, EndThreads, Known, "crossinterp.c, _exit_session",
        "Leaving drops 'running' before the thread state is gone, and a destroy slips in between";
    /// The last id reference ends the interpreter, running or not.
    DecrefDestroysRunning = "decref-destroys-running", Interpreter, IdrefLast, Known, "pystate.c, _PyInterpreterState_IDDecref",
        "Dropping the last id reference destroys an interpreter that is running";
    /// The last id reference can be dropped from inside.
    SelfDecref = "self-decref-fatal", Interpreter, IdrefLast, Known, "pystate.c, _PyInterpreterState_IDDecref",
        "An interpreter can drop its own last reference and end itself";
    /// The count of id references has no floor.
    IdrefUnderflow = "idref-underflow-immortal", Interpreter, IdrefFloor, Known, "pystate.c, _PyInterpreterState_IDDecref",
        "The count of id references goes below zero and never comes back to it";
    /// The list is walked without its lock.
    ListAllUnlocked = "list-all-toctou", Interpreter, ListSnapshot, Known, "_interpretersmodule.c, interp_list_all",
        "Listing walks from interpreter to interpreter without the lock";
    /// Two threads both pass the checks of destroy.
    DestroyUnclaimed = "destroy-unclaimed", Interpreter, DestroyOnce, Found, "_interpretersmodule.c, interp_destroy",
        "Destroy checks, then ends, and nothing marks the interpreter in between: two threads end it, or one uses it freed";
    /// Entering uses the pointer that a lookup returned.
    EnterLookupThenSwitch = "enter-lookup-then-switch-toctou", Interpreter, LookupStale, Found, "crossinterp.c, _enter_session",
        "A session makes a thread state in an interpreter that was freed since it was looked up";
    /// Counting uses the pointer that a lookup returned.
    IdrefLookupThenCount = "idref-lookup-then-count-toctou", Interpreter, LookupStale, Found, "pystate.c, _PyInterpreterState_IDIncref",
        "An id reference is counted in an interpreter that was freed since it was looked up";
    /// A thread that is away destroys the interpreter it was born in.
    DestroyOwnHome = "destroy-own-home", Interpreter, EndThreads, Found, "_interpretersmodule.c, interp_destroy; pylifecycle.c, Py_EndInterpreter",
        "A thread that is away in another interpreter destroys the one it was born in, and waits for itself";
    /// A new interpreter can be found before it is ready.
    VisibleWhileCreating = "destroy-while-creating", Interpreter, CreateReady, Found, "pystate.c, PyInterpreterState_New; pylifecycle.c, new_interpreter",
        "A new interpreter is listed before it is made: another thread can destroy it under its maker";
    /// In a release build only an assertion looks at the converter.
    RegistryConflict = "registry-getdata-conflict", Registry, RegisterConflict, Known, "crossinterp.c, _PyCrossInterpreterData_RegisterClass",
        "Registering a class a second time with another converter succeeds and keeps the first";
    /// The registry of an interpreter relies on the GIL.
    RegistryUnlocked = "registry-unlocked-per-interpreter", Registry, RegistrySerial, Known, "crossinterp.c, _xidregistry_lock, _xidregistry_find_type",
        "The registry of an interpreter has no lock, and a lookup changes it: without a GIL its list breaks";
    /// The layer is finalized before the interpreter's own code has run for the last time.
    UseAfterFini = "use-after-xi-fini-null-exctype", Registry, RegistryEndLate, Known, "crossinterp.c, _PyXI_Fini, _set_xid_lookup_failure",
        "Code that runs after the layer was finalized makes a conversion fail, and the error's type is gone";
    /// The main interpreter's end takes the global registry with it.
    RuntimeFiniLive = "runtime-fini-with-live-subinterpreters", Registry, RegistryEndRuntime, Known, "crossinterp.c, _PyXI_Fini; pylifecycle.c, Py_FinalizeEx",
        "The runtime's registry is finalized while other interpreters still look types up in it";
    /// Nothing protects what the runtime registered for itself.
    BuiltinUnregistered = "builtin-can-be-unregistered", Registry, RegistryBuiltinsKeep, Known, "crossinterp.c, _PyCrossInterpreterData_UnregisterClass",
        "One call takes a built-in type off the registry, and nobody in the process can share it any more";
    /// No callback is attached to the weak reference.
    DeadEntryKept = "registry-dead-entry-kept", Registry, DeadWithType, Found, "crossinterp.c, _xidregistry_add_type",
        "The entry of a collected class stays until a later lookup happens to pass it";
    /// A finalized registry still takes entries.
    LateRegister = "registry-late-entry-leak", Registry, RegistryEndInterpreter, Found, "crossinterp.c, _xidregistry_add_type, _xidregistry_fini",
        "A class registered after the interpreter's registry was finalized gets an entry that nobody frees";
    /// An entry cannot be allocated.
    RegistryOom = "registry-oom-no-exception", Registry, RegisterNoMemory, Found, "crossinterp.c, _xidregistry_add_type",
        "A registration that finds no memory fails without an exception";
    /// Names are copied up to the first NUL.
    NulInKey = "nul-in-namespace-key", Namespace, NamesNul, Known, "crossinterp.c, _copy_string_obj_raw, _sharednsitem_init",
        "A name with a NUL in it is cut there: another name's value is taken for its own, or none";
    /// Names first, values later.
    KeyLookupMiss = "key-lookup-miss-null-default", Namespace, ApplyNoDefault, Known, "crossinterp.c, _sharedns_init, _sharednsitem_copy_from_ns, _sharednsitem_apply",
        "Names are read first and values looked up later: a name that is gone by then is applied as a null value";
    /// Items are bound one by one.
    PartialApply = "namespace-partial-apply", Namespace, ApplyWhole, Known, "crossinterp.c, _PyXI_ApplyNamespace",
        "A namespace that cannot be applied to its end leaves its first names bound";
    /// The whole free is handed to an owner that nobody made sure of.
    NamespaceNullOwner = "namespace-free-null-owner", Namespace, NamespaceFreeDeferred, Found, "crossinterp.c, _destroy_sharedns",
        "Freeing a namespace is left to its owner as one call, through a null pointer when the owner is gone";
    /// Of the three copied names of a type only the first is looked at.
    ExcTypeFieldCheck = "excinfo-init-type-wrong-field-check", Excinfo, ExcType, Known, "crossinterp.c, _excinfo_init_type",
        "A type whose qualified name or module cannot be copied passes for complete, with a null pointer in it";
    /// A snapshot that cannot be taken leaves no record at all.
    CaptureFailureLost = "capture-failure-loses-error", Excinfo, SessionCapture, Known, "crossinterp.c, _capture_current_exception, _PyXI_ApplyError",
        "When the snapshot of an exception fails, the error is thrown away with it and the caller follows a null pointer";
    /// Text is copied up to the first NUL.
    NulInText = "nul-truncates-exception-text", Excinfo, ExcText, Known, "crossinterp.c, _copy_string_obj_raw",
        "A message or a name with a NUL in it arrives cut there";
    /// MemoryError has an empty snapshot, and an empty snapshot is no error.
    MemoryErrorLost = "memoryerror-lost", Excinfo, ErrorNoMemory, Known, "crossinterp.c, _PyXI_excinfo_InitFromException, _PyXI_Exit",
        "A MemoryError arrives as a snapshot of nothing, or as success";
    /// The rendered traceback is trimmed before it is looked at.
    DisplayNull = "errdisplay-null-deref", Excinfo, ExcDisplayOptional, Known, "crossinterp.c, _format_TracebackException",
        "A traceback that cannot be copied is trimmed through a null pointer";
    /// The last byte of the rendered traceback is cut off unseen.
    DisplayEmpty = "errdisplay-empty-heap-underflow", Excinfo, ExcDisplay, Known, "crossinterp.c, _format_TracebackException",
        "An empty traceback is trimmed before its first byte, and one without a newline loses a letter";
    /// The arguments of a rendering that fails are given up twice.
    DisplayDoubleRelease = "errdisplay-double-release", Excinfo, ExcDisplayOptional, Known, "crossinterp.c, _convert_exc_to_TracebackException",
        "When a traceback cannot be rendered, what it was to be made of is released twice";
    /// It asks for the exception that is being raised, not for the one that is handled.
    CaptureNone = "capture-exception-none", Excinfo, ExcCaptureException, Known, "_interpretersmodule.c, capture_exception",
        "Asked for the current exception inside a handler, the module answers that there is none";
    /// A code is turned into an exception by asking anew.
    AlreadyRunningRace = "already-running-race", Error, ErrorApplyRaises, Known, "crossinterp.c, _PyXI_ApplyErrorCode",
        "'Already running' is asked again when it is reported, and by then nobody runs: no exception is set";
    /// Two ways to fail, one return value.
    PresessionNull = "enter-presession-failure-null-error", Error, SessionConvert, Known, "crossinterp.c, _PyXI_Enter; _interpretersmodule.c, _run_in_interpreter",
        "Entering fails before the switch, and the caller applies a captured error that is not there";
    /// The error's type is taken from the interpreter that was left.
    ForeignType = "notshareable-foreign-type", Error, ErrorOwnType, Known, "crossinterp.c, _PyXI_ApplyError",
        "The caller gets an exception whose type belongs to the other interpreter";
    /// The exception that was given back is used again.
    SelfContext = "notshareable-context-self-cycle", Error, ErrorAcyclic, Known, "crossinterp_exceptions.h, _ensure_notshareableerror",
        "An exception becomes its own context, and what caused it is lost";
    /// What restoring raised stays raised, and its code is overwritten.
    PreserveClobbered = "preserve-rebuild-failure-clobbered", Error, ErrorPreserve, Known, "crossinterp.c, _PyXI_Exit, _finish_preserved",
        "A preserved value that cannot be restored is reported as not shareable, and the reason is lost";
    /// An error in unpacking is cleared.
    UnpackSwallowed = "call-unpack-failure-is-success", Error, SessionBody, Known, "_interpretersmodule.c, unwrap_not_shareable, _make_call",
        "A call whose function or arguments cannot be rebuilt clears the error and is over";
    /// Three failures of entering store no code.
    CodeNotStored = "enter-failure-code-not-stored", Error, SessionEnterCode, Known, "crossinterp.c, _PyXI_Enter",
        "Entering raises, and the code in the result says that nothing went wrong";
    /// A failure without an exception counts for nothing.
    OverrideDropped = "override-without-exception-dropped", Error, ErrorOverrideAlone, Known, "crossinterp.c, _PyXI_Exit, _capture_current_exception",
        "A failure that is given to the exit without an exception is ignored, and the session succeeds";
    /// No namespace and no exception means that there was nothing to carry.
    EnterNullSuccess = "enter-null-without-exception-is-success", Error, SessionConvert, Found, "crossinterp.c, _PyXI_Enter",
        "A conversion that fails without an exception is taken for an empty namespace, and the names are missing";
    /// Nothing keeps the owner alive while its preserved values are read.
    PreservedAfterOwner = "preserved-read-after-owner-destroyed", Session, SessionPreserveRestore, Known, "crossinterp.c, _PyXI_Exit, _finish_preserved",
        "Preserved values are read and freed after the session has left their owner, which may be gone by then";
    /// A variable is shadowed by another of its name.
    PopPreservedLeak = "pop-preserved-leak", Session, SessionPreserveFailure, Known, "crossinterp.c, _pop_preserved",
        "When preserved values cannot be converted, their namespace is never freed";
    /// What a name was looked up under may be no text.
    UnpickleNullCompare = "unpickle-attributeerror-null-strncmp", Session, ConvertPickleMain, Known, "crossinterp.c, check_missing___main___attr",
        "An AttributeError whose argument is not text is compared through a null pointer while a value is restored";
    /// Only threads of the threading module are waited for.
    LingeringThread = "lingering-thread-fatal", Runtime, RuntimeLingering, Known, "pylifecycle.c, Py_EndInterpreter",
        "A thread that nobody waits for is still in the interpreter when it ends, and the process dies";
    /// The child clears the others' interpreters without a thread state.
    ForkClears = "fork-with-subinterpreter", Runtime, RuntimeFork, Known, "pystate.c, _PyInterpreterState_DeleteExceptMain",
        "A forked child clears the other interpreters while no thread state is current";
    /// The list has the new interpreter before it is one.
    DanglingHead = "interpreter-new-error-dangling-head", Runtime, RuntimeNewFails, Known, "pystate.c, _PyInterpreterState_New",
        "An interpreter whose making fails is freed and stays on the list";
    /// The text of an option is copied unseen.
    ConfigNull = "config-surrogate-strncpy-null", Runtime, CreateConfig, Known, "interpconfig.c, _config_dict_copy_str",
        "An option whose text cannot be encoded is copied through a null pointer";
    /// Only the conversion counts how deep it is.
    TupleDepthUnguarded = "tuple-depth-unguarded", Capsule, ConvertTupleDepth, Found, "crossinterp.c, _new_tuple_object, _tuple_shared_free",
        "Only the way out of an interpreter counts how deep a tuple is: a smaller stack that receives it overflows";
    /// The reference is dropped first, and the words are made then.
    FailedPrintsFreed = "failed-conversion-prints-freed-object", Capsule, ConvertMessage, Found, "crossinterp.c, _get_xidata, _set_xid_lookup_failure",
        "The error names an object that the conversion has let go of, and that its own text may have freed";
    /// The process exits where the caller could be told.
    CreationFatal = "creation-without-memory-fatal", Runtime, RuntimeNewFails, Known, "pystate.c, PyInterpreterState_New",
        "When there is no memory for a new interpreter the whole process exits";
    /// The interpreter is deleted without being cleared.
    CreationNotUndone = "failed-creation-not-undone", Runtime, RuntimeNewFails, Found, "pylifecycle.c, new_interpreter",
        "A creation that fails late takes back its thread state and not what was made in it: it leaks, or dies of it";
    /// The release frees the structure of a capsule whose owner is gone, and then its helper clears that capsule.
    HelperClearsFreed = "release-helper-clears-freed-structure", Capsule, ReleaseHelper, Found, "crossinterp.c, _release_xid_data, _xidata_release",
        "A release that fails has freed the structure already, and the helper goes on to clear the capsule in it";
    /// The result of making a thread state is used unseen.
    EnterUnchecked = "enter-thread-state-unchecked", Session, SessionEnterFailure, Found, "crossinterp.c, _enter_session",
        "Entering without memory for a thread state goes on with a null pointer in its place";
    /// Only an exit undoes an enter.
    DiesInside = "thread-dies-in-session", Session, SessionUndo, Found, "crossinterp.c, _PyXI_Enter, _PyXI_Exit",
        "A thread that ends inside a session leaves the interpreter running, and its thread state in it, for ever";
    /// The stand-in for `__main__` is put where everybody looks.
    MainSwapped = "pickle-fake-main-swap", Session, ConvertPickleMain, Known, "crossinterp.c, ensure_isolated_main, apply_isolated_main, restore_main",
        "While a value is restored its stand-in for __main__ is everybody's, and two at once may leave it there for good";
    /// An id is used twice.
    ReuseIds = "mutant-reuse-ids", Interpreter, IdUnique, Mutant, "pystate.c, PyInterpreterState_New",
        "The next interpreter gets the id of the last one that was unlinked";
    /// The queue takes one more than it holds.
    OverBound = "mutant-queue-over-bound", Pending, PendingCapacity, Mutant, "ceval_gil.c, _push_pending_call",
        "The queue accepts one call more than its capacity";
    /// A pending call runs in the interpreter of whoever queued it.
    RunInCaller = "mutant-run-in-caller", Pending, RunOwner, Mutant, "crossinterp.c, _Py_CallInInterpreter",
        "A clear that was meant for the owner runs in the caller's interpreter";
    /// Nobody claims a capsule before it is released.
    UnclaimedRelease = "mutant-unclaimed-release", Capsule, ReleaseOnce, Mutant, "crossinterp.c, _xidata_release",
        "Two releases of one capsule both go ahead";
    /// Freeing a capsule outright asks nobody.
    FreeUnclaimed = "mutant-free-unclaimed", Capsule, ReleaseRawFree, Mutant, "crossinterp.c, _PyCrossInterpreterData_Free",
        "Freeing a capsule in its owner takes no notice of readers and of other releases";
    /// Nobody waits for the one who carries out the releases of an idle owner.
    DrainIgnored = "mutant-drain-ignored", Capsule, RunIdle, Mutant, "none: the idle owner of the repaired protocol",
        "An interpreter is entered or ended while another thread carries out what was released to it";
    /// The teardown takes payloads that are being read.
    ReclaimPinned = "mutant-reclaim-pinned", Capsule, EndReclaim, Mutant, "none: the teardown of the repaired protocol",
        "The teardown frees a payload while another interpreter reads it";
    /// A thread answers lookups from memory.
    RegistryStale = "mutant-registry-stale-lookup", Registry, RegistryLinearizable, Mutant, "none: the lookup of the repaired protocol",
        "A lookup answers what the same thread was told before, whatever has changed since";
    /// Nobody looks whether somebody runs.
    RunningUnclaimed = "mutant-running-unclaimed", Session, RunningRefused, Mutant, "pystate.c, _PyInterpreterState_SetRunningMain",
        "A second thread runs main beside the first";
    /// A refused enter does not let go.
    RefusedEnterRuns = "mutant-refused-enter-runs", Session, SessionEnterFailure, Mutant, "crossinterp.c, _exit_session",
        "An enter that fails after it claimed the interpreter stays the one that runs there";
    /// Leaving forgets the thread state.
    ThreadStateForgotten = "mutant-exit-forgets-thread-state", Session, SessionUndo, Mutant, "crossinterp.c, _exit_session",
        "A session ends and its thread state stays";
    /// The last reader forgets to say that it is done.
    UnpinForgotten = "mutant-unpin-forgotten", Capsule, EndReclaim, Mutant, "none: the reader of the repaired protocol",
        "A reader that finds its payload released never gives up its hold, and the teardown waits for ever";
}
