"""The shims in C: built on first use with the system's compiler, outside the source tree, and loaded.

Each makes a whole session one call, because between entering and leaving no code of this interpreter can run. Without
a compiler its verbs are "not implemented". The structures repeat those of `session.h`, field by field.
"""

import ctypes
import hashlib
import os
import subprocess
import tempfile

from .offers import COMPILER, EDITION, NotImplementedHere, exported, offered

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "shim")


class Plan(ctypes.Structure):
    _fields_ = [
        ("id", ctypes.c_int64), ("updates", ctypes.c_void_p), ("body", ctypes.c_char_p), ("late", ctypes.c_char_p),
        ("count", ctypes.c_int), ("names", ctypes.POINTER(ctypes.c_char_p)),
        ("values", ctypes.POINTER(ctypes.c_char_p)), ("overrides", ctypes.c_int), ("code", ctypes.c_int),
        ("message", ctypes.c_char_p), ("wants_result", ctypes.c_int), ("ask", ctypes.c_char_p),
        ("clears", ctypes.c_int),
    ]


class Told(ctypes.Structure):
    _fields_ = [
        ("entered", ctypes.c_int), ("returned", ctypes.c_int), ("errcode", ctypes.c_int), ("captured", ctypes.c_int),
        ("direct", ctypes.c_void_p), ("raised", ctypes.c_void_p), ("excinfo", ctypes.c_void_p),
        ("preserved", ctypes.c_void_p), ("asked", ctypes.c_void_p), ("switched", ctypes.c_int),
        ("running", ctypes.c_int), ("main_code", ctypes.c_int), ("preserve_code", ctypes.c_int),
        ("left_running", ctypes.c_int), ("left_thread", ctypes.c_int), ("left_fields", ctypes.c_int),
        ("cleared_objects", ctypes.c_int), ("cleared_code", ctypes.c_int),
    ]


def owned(address):
    """The object of a reference that was handed over; None where there is none."""
    if not address:
        return None
    thing = ctypes.cast(address, ctypes.py_object).value
    ctypes.pythonapi.Py_DecRef(ctypes.c_void_p(address))
    return thing


def library():
    """The shim of this edition; built unless one of the same text is there already."""
    if not offered("compiler"):
        raise NotImplementedHere("a C compiler")
    source = os.path.join(FOLDER, "session_%s.c" % EDITION.replace(".", "_"))
    texts = [open(path, "rb").read() for path in (source, os.path.join(FOLDER, "session.h"))]
    name = "crossinterp-shim-%d-%s.so" % (os.getuid(), hashlib.sha256(b"".join(texts)).hexdigest()[:16])
    built = os.path.join(tempfile.gettempdir(), name)
    if not os.path.exists(built):
        build(source, built)
    return ctypes.PyDLL(built)


def build(source, built):
    """Under a name of its own first, so that others never see half of it."""
    descriptor, unfinished = tempfile.mkstemp(suffix=".so", dir=os.path.dirname(built))
    os.close(descriptor)
    subprocess.run([COMPILER, "-shared", "-fPIC", "-O1", "-o", unfinished, source], check=True, capture_output=True)
    os.replace(unfinished, built)


def function(name, behind, result=None):
    """A function of the shim; an edition without the C function behind it has none, nor has a runtime without any."""
    if not exported("_PyXI_Enter"):
        raise NotImplementedHere("_PyXI_Enter")
    found = getattr(library(), name, None)
    if found is None:
        raise NotImplementedHere(behind)
    found.restype = result
    return found
