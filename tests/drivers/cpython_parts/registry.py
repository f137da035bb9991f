"""Verbs on the registry of shareable types, through the functions that CPython exports.

Converters are the runtime's own, named by the type that they are registered for: they are plain C and may be called in
any interpreter. `hollow` is ours, and leaves no way back to an object.
"""

import ctypes
import gc
import subprocess
import sys
import weakref

from .clevel import GetData, callbacks, data_function, done, thread_state
from .offers import EDITION, NotImplementedHere

NATIVE = {"None": None, "int": 0, "bytes": b"", "str": "", "bool": False, "float": 0.0, "tuple": ()}


def state():
    return () if EDITION == "3.13" else (thread_state(),)


def pair_of(value):
    """What is registered for the exact type: the conversion, and the one that takes the fallback option."""
    thing = ctypes.py_object(value)
    if EDITION == "3.13":
        return (data_function("Lookup", thing, result=ctypes.c_void_p), None)
    found = data_function("Lookup", *state(), thing, result=GetData)
    return (found.basic, found.fallback)


def natives():
    """The runtime's own conversions; none where no C function looks them up."""
    try:
        return {name: pair_of(value) for name, value in NATIVE.items()}
    except NotImplementedHere:
        return {}


CONVERTERS = natives()  # read when the process starts, before a scenario can take one out


def hollow():
    callback = ctypes.PYFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 3)(lambda *_: 0)
    callbacks.append(callback)
    return (ctypes.cast(callback, ctypes.c_void_p).value, None)


CONVERTERS["hollow"] = hollow()
CONVERTERS["nothing"] = (None, None)


def lookup_class(value):
    """Which conversion an object of exactly this type would get; since 3.14, and of which of the two sorts."""
    found = pair_of(value)
    names = [name for name, pair in CONVERTERS.items() if pair == found]
    name = None if found == (None, None) else names[0] if names else "another"
    if name is None or EDITION == "3.13":
        return name
    return (name, "basic" if found[1] is None else "fallback")


def register_class(cls, converter):
    basic, fallback = CONVERTERS[converter]
    pair = ctypes.c_void_p(basic) if EDITION == "3.13" else GetData(basic, fallback)
    return done(data_function("RegisterClass", *state(), ctypes.py_object(cls), pair))


def unregister_class(cls):
    """Whether there was something to take out."""
    return bool(data_function("UnregisterClass", *state(), ctypes.py_object(cls)))


# A class that can die while it is registered: nothing here may refer to it in passing.

passing = {}


def new_class(name):
    passing[name] = type(name, (), {"__repr__": lambda self: "<%s>" % name})


def end_class(name):
    """Lets the class go; tells whether it is gone."""
    there = weakref.ref(passing.pop(name))
    gc.collect()
    return there() is None


def view_without_module():
    """Whether a view can cross in a process that has not imported `_interpreters` yet, and afterwards."""
    code = """
import sys, _testinternalcapi as T
def crosses():
    try:
        T.get_crossinterp_data(memoryview(b""))
    except Exception:
        return False
    return True
before = crosses()
import _interpreters
print(before, crosses())
"""
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    return tuple(word == "True" for word in child.stdout.split())


VERBS = {
    "view_without_module": view_without_module,
    "register_class": register_class, "unregister_class": unregister_class, "lookup_class": lookup_class,
    "new_class": new_class, "end_class": end_class,
    "register_new_class": lambda name, converter: register_class(passing[name], converter),
    "unregister_new_class": lambda name: unregister_class(passing[name]),
    "lookup_new_class": lambda name: lookup_class(passing[name]()),
}
