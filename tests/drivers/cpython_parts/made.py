"""Objects of many kinds that a scenario can ask for by name: builtins, subclasses, functions, code, scripts.

Each is ordinary Python, odd in one way. It adds to the makers of `things` and teaches `wire` how to name what arrives;
it knows no verb and no interpreter.
"""

import array
import builtins
import enum
import functools
import importlib
import inspect
import sys
import threading
import types
import weakref

from . import things
from .things import DictSubclass, add_makers, plain
from .wire import ENCODERS, encode

MADE = "<made>"  # the file name of code that was made here, by which it is known when it arrives


class ListSubclass(list): pass


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3


class Point:
    """An object that can be pickled: its class is found where it says it is."""

    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return "Point(%r)" % (self.x,)


class Unpicklable:
    """An object that refuses to be reduced."""

    def __repr__(self):
        return "Unpicklable()"

    def __reduce__(self):
        raise ValueError("will not be pickled")


class Unloadable:
    """An object whose pickle cannot be read; with an argument, for the want of an attribute that it names."""

    def __init__(self, *missing):
        self.missing = missing

    def __repr__(self):
        return "Unloadable()"

    def __reduce__(self):
        return (refuse, self.missing)


class Reduced:
    """An object that can be called, and whose pickle calls something built in."""

    def __init__(self, name, *args):
        self.reduced = (getattr(builtins, name), args)

    def __call__(self):
        pass

    def __repr__(self):
        return "Reduced()"

    def __reduce__(self):
        return self.reduced


def refuse(*missing):
    raise AttributeError(*missing) if missing else ValueError("will not be read")


class Shared:
    """A class that nothing can share until a scenario registers it."""

    def __repr__(self):
        return "Shared()"


class Child(Shared):
    def __repr__(self):
        return "Child()"


class Other:
    def __repr__(self):
        return "Other()"


class Method:
    def method(self):
        pass

    def __repr__(self):
        return "Method()"


# Functions, each by the name under which it arrives. Their globals are a namespace of their own.

FUNCTIONS = """
def empty(): pass
def returns(): return 1
def returns_none(): return None
def raises(): raise ValueError("raised")
def parameter(a): return a
def positional_only(a, /): pass
def keyword_only(*, a): pass
def star(*args): pass
def double_star(**kwargs): pass
def defaults(a=1): pass
def keyword_defaults(*, a=1): pass
def both_defaults(a=1, *, b=2): pass
def documented():
    "What it does."
def annotated(a: int) -> int: return a
def local():
    x = 1
    x += 1
def loops():
    for x in (1, 2):
        pass
def imports():
    import sys
def attribute(a): a.x = a.y
def builtin(): len([])
def reads_global(): spam
def calls_global(): spam()
def stores_global():
    global spam
    spam = 1
def deletes_global():
    global spam
    del spam
def recursive(): recursive()
def generator(): yield 1
async def coroutine(): pass
async def async_generator(): yield 1
def nested():
    def inner(): pass
def nested_reads_global():
    def inner(): spam
def nested_closure():
    x = 1
    def inner(): return x
def parameter_global(a): return spam
def makes_closure():
    x = 1
    def closure(): return x
    return closure
def makes_closed_default():
    x = 1
    def closed_default(a=1): return x
    return closed_default
def makes_closure_global():
    x = 1
    def closure_global(): return x, spam
    return closure_global
def adds(a, b): return a + b
def options(a, *, b): return (a, b)
def three(a, b, c): return (a, b, c)
def gathers(*args, **kwargs): return (args, kwargs)
def where():
    import _interpreters
    return _interpreters.get_current()
def runs_main():
    import _interpreters
    _interpreters.exec(0, "pass")
def returns_text(): return "text"
def returns_huge(): return 2 ** 64
def returns_several(): return (1, "a", None)
def returns_list(): return [1, [2]]
def returns_dict(): return {"a": 1}
def returns_mixed(): return (1, [2])
def returns_view(): return memoryview(b"view")
def returns_function():
    def inner(): pass
    return inner
def returns_lock():
    import threading
    return threading.Lock()
def returns_locks():
    import threading
    return (1, threading.Lock())
def returns_instance():
    class Local: pass
    return Local()
def returns_unprintable():
    class Unprintable:
        def __repr__(self): raise KeyError("no repr")
        def __reduce__(self): raise ValueError("will not be pickled")
    return Unprintable()
def returns_unreadable():
    class Local:
        def __reduce__(self): return (int, ("zz",))
    return Local()
def returns_fatal():
    class Local:
        def __reduce__(self): return (exec, ("raise AttributeError(1)",))
    return Local()
def divides(): 1 / 0
def exits(): raise SystemExit(3)
def interrupts(): raise KeyboardInterrupt
def runs_out(): raise MemoryError("none")
def raises_nul(): raise ValueError("a\\0b")
def raises_surrogate(): raise ValueError("\\udc80")
"""

MODULES = {
    "module_empty": "", "module_pass": "pass", "module_assigns": "x = 1", "module_reads": "x",
    "module_builtin": "len([])", "module_def": "def f(): pass", "module_class": "class C: pass",
    "module_global": "global x\nx = 1", "module_imports": "import sys",
}


def functions():
    """Every function by its name, each a new one; their code knows neither lines nor where it was nested."""
    namespace = {"__name__": "made"}
    exec(compile(FUNCTIONS, MADE, "exec"), namespace)
    made = {name: thing for name, thing in namespace.items() if isinstance(thing, types.FunctionType)}
    for name in ("closure", "closed_default", "closure_global"):
        made[name] = made["makes_" + name]()
    made["lambda"] = eval(compile("lambda: 1", MADE, "eval"), namespace)
    for name, globals_ in (
            ("attributes", namespace), ("renamed", namespace), ("other_globals", Strange(__builtins__=builtins)),
            ("other_builtins", {"__builtins__": {"len": len}}), ("odd_builtins", {"__builtins__": 5})):
        made[name] = types.FunctionType(made["empty"].__code__, globals_)
    for name, made_function in made.items():
        code = from_line_one(made_function.__code__, made_function.__code__.co_firstlineno)
        made_function.__code__ = code.replace(co_name=name, co_qualname=name)
        made_function.__name__ = made_function.__qualname__ = name
    made["attributes"].note = "kept?"
    made["renamed"].__name__ = made["renamed"].__qualname__ = "another"
    return made


def from_line_one(code, first):
    """The code as if that line of the text were its first one, and the code within it likewise."""
    within = tuple(from_line_one(part, first) if isinstance(part, types.CodeType) else part for part in code.co_consts)
    return code.replace(co_firstlineno=code.co_firstlineno - first + 1, co_consts=within)


class Strange(dict):
    """A namespace that is not exactly a dict."""

    def __repr__(self):
        return "Strange()"


def code(kind):
    if kind == "expression":
        return compile("1 + 1", MADE, "eval").replace(co_name=kind)
    if kind in MODULES:
        return compile(MODULES[kind], MADE, "exec").replace(co_name=kind)
    return functions()[kind].__code__


def encode_function(value):
    return encode_code(value.__code__, "Function") if value.__code__.co_filename == MADE else encode_imported(value)


def encode_class(value):
    if value.__module__ == "builtins":
        return {"make": "Builtin", "args": [encode(value.__name__)]}
    return {"make": "Class", "args": [encode(value.__name__)]} if value in CLASSES.values() else encode_imported(value)


def encode_imported(value):
    """By where it can be found, if it is found there."""
    if getattr(sys.modules.get(value.__module__), value.__name__, None) is not value:
        return {"opaque": type(value).__name__}
    return {"make": "Imported", "args": [encode(value.__module__), encode(value.__name__)]}


def encode_code(value, kind="Code"):
    """What was made here by its name; a compiled script as such."""
    if value.co_filename == "<script>":
        return {"make": "Compiled", "args": [encode(value.co_name)]}
    return {"make": kind, "args": [encode(value.co_name)]} if value.co_filename == MADE else {"opaque": "code"}


# Views: by their bytes alone when they are plain ones.

def encode_view(view):
    if view.format == "B" and view.ndim == 1 and view.contiguous:
        return {"make": "MemoryView", "args": [encode(view.tobytes())]}
    return {"make": "View", "args": [encode(part) for part in (view.tobytes(), view.format, view.shape, view.strides)]}


def cast(thing, form, shape=None, strides=None):
    view = memoryview(plain(thing))
    return view.cast(form) if shape is None else view.cast(form, shape)



def started(make):
    """An iterator of that sort that nothing has been taken from."""
    sorts = {
        "list": lambda: iter([1]), "generator": lambda: (x for x in ()), "map": lambda: map(len, ()),
        "enumerate": lambda: enumerate([]),
    }
    return sorts[make]()


# What stands for nothing by itself: made once, so that a class and its objects stay together.

CLASSES = {cls.__name__: cls for cls in (
    things.Plain, things.Registered, things.IntSubclass, things.StrSubclass, things.BytesSubclass, things.FloatSubclass,
    things.TupleSubclass, ListSubclass, DictSubclass, Level, Point, Shared, Child, Other)}

for cls in (Shared, Child, Other, Method, Level):
    cls.__module__ = "driver"

add_makers({
    "ListSubclass": lambda *items: ListSubclass(items), "Level": Level,
    "Point": Point, "Unpicklable": Unpicklable, "Unloadable": Unloadable, "Shared": Shared, "Child": Child,
    "Reduced": Reduced, "Partial": functools.partial, "Bound": getattr,
    "Other": Other, "Method": lambda: Method().method, "Class": CLASSES.__getitem__,
    "Builtin": lambda name: getattr(builtins, name), "Module": importlib.import_module,
    "Imported": lambda module, name: getattr(importlib.import_module(module), name),
    "FrozenSet": lambda *items: frozenset(items), "Complex": complex, "Range": range, "Slice": slice,
    "Array": lambda form, items: array.array(form, items), "Iterator": started, "Lock": threading.Lock,
    "WeakRef": lambda: weakref.ref(things.Plain), "Signature": lambda: inspect.Signature,
    "Raised": lambda name, *args: getattr(builtins, name)(*args), "Object": object,
    "Function": lambda *kind: functions()[kind[0]] if kind else (lambda: None), "Code": code,
    "Repeated": lambda thing, count: thing * count,
    "View": cast, "Stepped": lambda thing, step: memoryview(plain(thing))[::step],
})


def named(kind, arguments):
    return lambda value: {"make": kind, "args": [encode(part) for part in arguments(value)]}


ENCODERS |= {
    types.FunctionType: encode_function, types.CodeType: encode_code, memoryview: encode_view,
    bytearray: named("ByteArray", lambda v: (bytes(v),)),
    set: named("Set", sorted), frozenset: named("FrozenSet", sorted),
    complex: named("Complex", lambda v: (v.real, v.imag)),
    range: named("Range", lambda v: (v.start, v.stop, v.step)),
    slice: named("Slice", lambda v: (v.start, v.stop, v.step)),
    array.array: named("Array", lambda v: (v.typecode, v.tolist())),
    type: encode_class, type(Level): encode_class,
    type(len): named("Builtin", lambda v: (v.__name__,)),
    type(...): named("Builtin", lambda v: ("Ellipsis",)),
    type(NotImplemented): named("Builtin", lambda v: ("NotImplemented",)),
    things.IntSubclass: named("IntSubclass", lambda v: (int(v),)),
    things.StrSubclass: named("StrSubclass", lambda v: (str(v),)),
    things.BytesSubclass: named("BytesSubclass", lambda v: (bytes(v),)),
    things.FloatSubclass: named("FloatSubclass", lambda v: (float(v),)),
    things.TupleSubclass: named("TupleSubclass", lambda v: (tuple(v),)),
    ListSubclass: named("ListSubclass", lambda v: list(v)),
    DictSubclass: named("DictSubclass", lambda v: (dict(v),)),
    Level: named("Level", lambda v: (int(v),)), Point: named("Point", lambda v: (v.x,)),
    ValueError: named("Error", lambda v: v.args),
}
