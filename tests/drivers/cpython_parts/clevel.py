"""The C level of the layer, reached by ctypes: functions that CPython exports, no code of ours in C.

A function that an edition lacks is "not implemented" there. Nothing here decides what a result means.
"""

import ctypes

from .offers import EDITION, NotImplementedHere, exported
from .things import Registered
from .wire import CStruct

C_NAMES = {
    "3.13": ("_PyCrossInterpreterData_%s", "_PyObject_GetCrossInterpreterData", "_PyObject_CheckCrossInterpreterData"),
    "3.14": ("_PyXIData_%s", "_PyObject_GetXIData", "_PyObject_CheckXIData"),
}

# Callbacks that the layer may call at any later time must outlive every call: they are never dropped.
callbacks = []


def c(name, *args, result=ctypes.c_int):
    if not exported(name):
        raise NotImplementedHere(name)
    function = getattr(ctypes.pythonapi, name)
    function.restype = result
    return function(*args)


def thread_state():
    return ctypes.c_void_p(c("PyThreadState_Get", result=ctypes.c_void_p))


def interpreter(number):
    """The interpreter's address; raises the layer's own error when there is none."""
    return ctypes.c_void_p(c("_PyInterpreterState_LookUpID", ctypes.c_int64(number), result=ctypes.c_void_p))


def data_function(name, *args, result=ctypes.c_int):
    return c(C_NAMES[EDITION][0] % name, *args, result=result)


def here(thing):
    return ctypes.c_void_p(thing.address)


def xid_new():
    return CStruct(data_function("New", result=ctypes.c_void_p))


def xid_init(struct, owner):
    """An empty capsule of that owner; the driver hands over no object, which only the owner could free."""
    # The function has no result; ctypes is told so, lest it read one.
    data_function("Init", here(struct), None if owner is None else interpreter(owner), None, None, rebuilder(),
                  result=None)


def rebuilder():
    rebuild = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p)(lambda _: "rebuilt")
    callbacks.append(rebuild)
    return rebuild


def xid_get(struct, thing, fallback=0):
    name = C_NAMES[EDITION][1]
    if EDITION == "3.13":
        return done(c(name, ctypes.py_object(thing), here(struct)))
    return done(c(name, thread_state(), ctypes.py_object(thing), ctypes.c_int(fallback), here(struct)))


def xid_check(thing):
    state = () if EDITION == "3.13" else (thread_state(),)
    return done(c(C_NAMES[EDITION][2], *state, ctypes.py_object(thing)))


def done(code):
    """Failure without an exception would be an observation of its own."""
    return None if code == 0 else code


def xid_fields(struct):
    data, held, owner, rebuild, free = struct.words()
    return (data != 0, held != 0, owner, rebuild != 0, free != 0)


def xid_clear(struct, owner):
    data_function("Clear", interpreter(owner), here(struct), result=None)


def bytes_capsule(value, size=0, rebuildable=True):
    struct = here(xid_new())
    made = c("_PyBytes_GetXIDataWrapped", thread_state(), ctypes.py_object(value), ctypes.c_size_t(size),
             rebuilder() if rebuildable else None, struct, result=ctypes.c_void_p)
    return made is not None


class GetData(ctypes.Structure):
    """What 3.14 registers: a conversion, or one that also takes the fallback option."""

    _fields_ = [("basic", ctypes.c_void_p), ("fallback", ctypes.c_void_p)]


def register():
    """Registers `Registered` with a conversion that succeeds and leaves no way back to an object."""
    callback = ctypes.PYFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 3)(lambda *_: 0)
    callbacks.append(callback)
    kind = ctypes.py_object(Registered)
    if EDITION == "3.13":
        return done(data_function("RegisterClass", kind, callback))
    pair = GetData(ctypes.cast(callback, ctypes.c_void_p), None)
    return done(data_function("RegisterClass", thread_state(), kind, pair))
