//! The calls that generated scenarios are made of, as templates in the notation of scenarios.
//!
//! A capital letter is a slot that is filled with something the scenario has: `I` an interpreter in which nobody runs, `J`
//! another, `H` one that is held, `G` the id of one that has ended, `C` a capsule, `K` an object that is watched, `B` one
//! with memory, `S` a capsule's structure, `E` one that was never filled, `N` a namespace. Each verb has a few arguments: one
//! for each way that the code can take, as far as the sequence alone decides it; people's scenarios have the others.

use crossinterp_model::edition::Edition;
use crossinterp_model::module::Call;

use crate::scenario::parse_call;

/// What a call gives that later calls can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An interpreter.
    Interpreter,
    /// A capsule.
    Capsule,
    /// A watched object.
    Kept,
    /// A watched object with memory.
    Memory,
    /// The structure of a capsule.
    Struct,
    /// A namespace.
    Namespace,
}

/// How much of the layer a runtime must have. Scenarios of one stage use the verbs of all earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// What every runtime has: the profile `observable` without any capability.
    Base,
    /// The profile `observable` with its capabilities.
    Observable,
    /// The profile `registry`.
    Registry,
    /// The profile `core`.
    Core,
}

impl Stage {
    /// Every stage, in their order.
    pub const ALL: [Stage; 4] = [Stage::Base, Stage::Observable, Stage::Registry, Stage::Core];

    /// The word for it in names of files.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Base => "base",
            Stage::Observable => "observable",
            Stage::Registry => "registry",
            Stage::Core => "core",
        }
    }
}

/// Which editions have the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Era {
    /// All.
    Both,
    /// Those before 3.14.
    Old,
    /// 3.14 and the repaired reading of it.
    New,
}

impl Era {
    /// Every era, in their order.
    pub const ALL: [Era; 3] = [Era::Both, Era::Old, Era::New];

    /// The editions of a scenario of that era: those that a runtime can be held to.
    pub fn editions(self) -> &'static [Edition] {
        match self {
            Era::Both => &[Edition::V313, Edition::V314, Edition::Repaired],
            Era::Old => &[Edition::V313],
            Era::New => &[Edition::V314, Edition::Repaired],
        }
    }

    fn has(self, of: Era) -> bool {
        of == Era::Both || of == self
    }
}

/// A call with slots.
#[derive(Clone, Debug)]
pub struct Template {
    /// The call.
    pub call: Call,
    /// What it gives.
    pub makes: Option<Kind>,
    /// The stage that it belongs to.
    pub stage: Stage,
    /// The editions that have it.
    pub era: Era,
}

/// The templates that a scenario of the stage and the era may use, in the order written.
///
/// # Panics
///
/// If a line of a table is no call: a mistake in the table.
pub fn templates(stage: Stage, era: Era) -> Vec<Template> {
    let tables = [
        (Stage::Base, Era::Both, BASE),
        (Stage::Observable, Era::Both, OBSERVABLE),
        (Stage::Registry, Era::Both, REGISTRY),
        (Stage::Registry, Era::New, REGISTRY_NEW),
        (Stage::Core, Era::Both, CORE),
        (Stage::Core, Era::Old, CORE_OLD),
        (Stage::Core, Era::New, CORE_NEW),
    ];
    let fitting = tables.into_iter().filter(|&(of, its, _)| of <= stage && era.has(its));
    let lines = fitting.flat_map(|(of, its, table)| table.lines().map(move |line| (of, its, line.trim())));
    lines.filter(|(_, _, line)| !line.is_empty()).map(|(of, its, line)| template(of, its, line)).collect()
}

fn template(stage: Stage, era: Era, line: &str) -> Template {
    let (name, call) = parse_call(line).unwrap_or_else(|trouble| panic!("{line}: {trouble}"));
    let makes = name.map(|name| match name.as_str() {
        "i" => Kind::Interpreter,
        "c" => Kind::Capsule,
        "k" => Kind::Kept,
        "b" => Kind::Memory,
        "s" => Kind::Struct,
        "n" => Kind::Namespace,
        other => panic!("{line}: nothing is called {other}"),
    });
    Template { call, makes, stage, era }
}

/// Verbs that are left out, with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("ending", PROCESS),
    ("main_ending", PROCESS),
    ("process_end", PROCESS),
    ("process_order", PROCESS),
    ("forked", PROCESS),
    ("create_without_memory", PROCESS),
    ("main_program", PROCESS),
    ("view_without_module", PROCESS),
    ("leave_thread", "the thread ends when it likes: what a later call sees of it is not defined"),
    ("lose_module", "takes away what a driver needs in that interpreter"),
    ("replace_module", "takes away what a driver needs in that interpreter"),
    ("xid_clear", "clears wherever it is called: C leaves open what comes of it"),
];

const PROCESS: &str = "is a process of its own: what came before and after cannot matter";

const BASE: &str = r#"
    i = create()
    list_all()
    destroy(I)
    get_current()
    is_running(I)
    exec(I, "pass")
    whence(I)
    hold(I)
    is_running(H)
    let_go(H)
    set___main___attrs(I, {"x": 1})
    inside I: bound()
    inside I: main_attr("x")
    run_string(I, "pass")
    get_main()
    is_shareable(None)
    error_type("InterpreterError")
    destroy(H)
    destroy(G)
    destroy(0)
    destroy(99)
    is_running(G)
    is_running(0)
    whence(G)
    whence(0)
    whence(-1)
    whence("spam")
    exec(H, "pass")
    exec(G, "pass")
    exec(0, "pass")
    exec(I, "x = 5")
    exec(I, "x=")
    exec(I, 5)
    exec(I, "pass", {"x": 1, "y": "text"})
    exec(I, "pass", {"x": []})
    run_string(H, "pass")
    run_string(G, "pass")
    run_string(I, "1/0")
    run_string(I, 5)
    set___main___attrs(I, {"y": "text", "x": None})
    set___main___attrs(I, {})
    set___main___attrs(I, {"x": []})
    set___main___attrs(H, {"x": 2})
    set___main___attrs(G, {"x": 1})
    hold(H)
    hold(G)
    list_all(require_ready=True)
    is_shareable([])
    is_shareable((1, "a"))
    is_shareable(9223372036854775808)
    error_type("InterpreterNotFoundError")
    error_type("NotShareableError")
    inside I: get_current()
    inside H: get_current()
    inside I: list_all()
    inside I: destroy(I)
    inside I: destroy(J)
    inside I: is_running(J)
    inside I: is_running(I)
    inside I: exec(J, "pass")
    inside I: exec(0, "pass")
    inside H: exec(J, "x = 5")
    inside I: is_shareable("text")
    inside H: bound()
    inside G: get_current()
    is_running(I, restrict=True)
    destroy(I, restrict=True)
    exec(I, "pass", restrict=True)
"#;

const OBSERVABLE: &str = r#"
    incref(I)
    decref(I)
    k = keep("payload")
    b = keep(ByteArray(b"abc"))
    references(K)
    resize(B)
    share(I, K, 1)
    contents(B)
    write_through(B, 0, 90)
    new_config()
    get_config(I)
    run_func(I, Function("empty"))
    call(I, Function("empty"))
    set___main___attrs(I, {"v": MemoryView(B)})
    inside I: poke("v", 1, 33)
    incref(I, implieslink=True)
    i = create(reqrefs=True)
    create("spam")
    i = create("legacy")
    incref(G)
    decref(G)
    incref(H)
    decref(99)
    new_config("legacy")
    new_config("isolated", gil="shared")
    new_config("spam")
    get_config(G)
    get_config(H)
    inside I: get_config(None)
    get_config(0)
    run_func(H, Function("empty"))
    run_func(G, Function("empty"))
    run_func(I, 5)
    run_func(I, Function("closure"))
    call(I, Function("closure"))
    call(I, 5)
    call(H, Function("empty"))
    call(G, Function("empty"))
    call(I, Function("returns"))
    exec(I, Raise(Error("ValueError", "boom")))
    exec(I, Raise(Error("SystemExit", 3)))
    run_string(I, Raise(Error("KeyError", "k")))
    exec(I, "pass", {"k": K})
    exec(H, "pass", {"k": K})
    set___main___attrs(I, {"x": K})
    set___main___attrs(I, {"x": K, "y": Plain()})
    share(H, K, 1)
    share(I, K, 3)
    references(B)
    whence(Indexable(0))
    is_shareable(Plain())
    is_shareable(MemoryView(b""))
    inside I: incref(J)
    inside I: decref(J)
    inside H: get_config(J)
    inside I: whence(J)
    inside I: new_config("legacy")
    inside H: is_shareable(Plain())
"#;

const REGISTRY: &str = r#"
    cross(5)
    register_class(Class("Shared"), "None")
    lookup_class(Shared())
    unregister_class(Class("Shared"))
    new_class("A")
    register_new_class("A", "None")
    lookup_new_class("A")
    unregister_new_class("A")
    end_class("A")
    cross_twice(None)
    is_same(None)
    summary(Repeated("a", 1000))
    depth(10)
    view_crosses(MemoryView(b"abc"))
    cross("text")
    cross((1, "a"))
    cross([])
    cross(Plain())
    cross(Shared())
    cross((1, [2]))
    cross(MemoryView(b"abc"))
    cross(9223372036854775808)
    inside I: cross(5)
    inside H: cross("text")
    inside I: cross([])
    is_same((1, 2))
    cross_twice(MemoryView(b"xyz"))
    register_class(Class("Shared"), "bool")
    register_class(Class("Other"), "None")
    register_class(5, "None")
    register_class(Class("Other"), "nothing")
    unregister_class(Class("Other"))
    lookup_class(Other())
    lookup_class(5)
    lookup_class(())
    inside H: register_class(Class("Shared"), "None")
    inside H: lookup_class(Shared())
    inside H: unregister_class(Class("Shared"))
    inside I: lookup_class(5)
    register_new_class("A", "bool")
    is_shareable(Shared())
    exec(I, "pass", {"s": Shared()})
    set___main___attrs(I, {"s": Shared()})
"#;

const REGISTRY_NEW: &str = r#"
    function_crosses(Function("empty"))
    code_crosses(Code("empty"), "code")
    cross(5, "fallback")
    cross([1], "pickle")
    cross([1], "marshal")
    cross(Function("empty"), "func")
    cross("pass", "script")
    cross("pass", "script-pure")
    cross(Plain(), "pickle")
    cross(Shared(), "fallback")
    cross(5, "code")
    cross(Function("closure"), "func")
    code_crosses(Code("empty"), "marshal")
    function_crosses(Function("closure"))
    inside I: cross([1], "pickle")
"#;

const CORE: &str = r#"
    c = get_crossinterp_data("payload")
    restore_crossinterp_data(C)
    drop(C)
    s = xid_new()
    xid_get(E, 5)
    xid_get(S, "text")
    xid_init(E, None)
    xid_init(S, I)
    xid_fields(S)
    xid_new_object(S)
    xid_release(S)
    xid_free(S)
    xid_check(5)
    exists(I)
    lookup(I)
    refcount(I)
    is_linked(I)
    link(I)
    unlink(I)
    next_id()
    i = create_as(4)
    id_of_nothing()
    claim_running(I)
    register()
    capture_exception(Error("ValueError", "boom"))
    capture_handled(Error("KeyError", "k"))
    capture_without_memory(Error("ValueError", "boom"), 0)
    excinfo_from(Builtin("ValueError"))
    session(I)
    session_same(I)
    without_memory("abc", 0)
    read_without_memory("a text", 0)
    c = get_crossinterp_data(5)
    c = get_crossinterp_data((1, "a"))
    c = get_crossinterp_data(K)
    c = get_crossinterp_data(MemoryView(B))
    get_crossinterp_data([])
    xid_get(S, [])
    xid_get(E, [])
    xid_get(S, (1, "a"))
    inside I: xid_check("text")
    inside H: xid_get(S, "there")
    inside I: xid_get(E, 5)
    inside I: xid_release(S)
    inside H: xid_release(S)
    inside I: xid_new_object(S)
    xid_check([])
    xid_init(S, G)
    exists(G)
    lookup(G)
    refcount(G)
    refcount(0)
    is_linked(G)
    link(G)
    unlink(G)
    claim_running(H)
    claim_running(G)
    claim_running(0)
    i = create_as(2)
    inside I: next_id()
    inside I: refcount(J)
    cross(Registered())
    is_shareable(Registered())
    capture_exception(5)
    capture_exception(None)
    excinfo_from(5)
    session(I, {"x": 1}, "pass")
    session(I, None, "pass", preserve={"x": 1})
    session(I, None, "pass", preserve={"x": []})
    session(I, None, Raise(Error("ValueError", "boom")))
    session(I, {"x": Plain()})
    session(H)
    session(G)
    session(H, {"x": 1}, "pass")
    session_same(I, None, "x = 5")
    session_same(I, None, "pass", preserve={"x": 1})
    session_same(I, None, Raise(Error("ValueError", "boom")))
    inside I: session(J)
    session(I, None, "pass", override=ErrorCode("OTHER"))
    without_memory(1.5, 0)
    without_memory(5, 0)
    read_without_memory(("a text", b"bytes"), 1)
    exec(I, "pass", {"s": Registered()})
"#;

const CORE_OLD: &str = r#"
    n = ns_from_names(["a", "b"])
    ns_items(N)
    ns_fill(N, {"a": 1, "b": "text"})
    ns_apply(N, "__main__")
    ns_free(N)
    n = ns_from_names(["a"])
    ns_from_names([])
    apply_error(ErrorCode("ALREADY_RUNNING"))
    apply_error(ErrorCode("NOT_SHAREABLE"))
    ns_from_names(5)
    ns_fill(N, {"a": 1})
    ns_fill(N, {"a": Plain()})
    ns_fill(N, {"a": K})
    ns_apply(N, "__main__", None)
    inside H: ns_items(N)
    inside H: ns_fill(N, {"a": 2})
    inside H: ns_apply(N, "__main__")
    inside H: ns_free(N)
"#;

const CORE_NEW: &str = r#"
    bytes_capsule(b"bytes")
    failure()
    session_inactive("names")
    bytes_capsule("text")
    bytes_capsule(b"bytes", 16)
    failure(ErrorCode("OTHER"), "words")
    bytes_capsule(b"bytes", 16, False)
    session_inactive("preserve")
    xid_get(S, 5, 7)
    c = get_crossinterp_data([1], "pickle")
    c = get_crossinterp_data(5, "fallback")
    get_crossinterp_data(Lock(), "pickle")
"#;
