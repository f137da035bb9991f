"""Exceptions on request, scripts that raise them in another interpreter, and snapshots of them.

What an exception is made of comes as it is written in a scenario. A script makes it where it is raised, so that it and
its class belong to that interpreter; the statement is on the first line. Nothing here knows what a snapshot must be.
"""

import builtins
import ctypes
import json
import os
import sys
import traceback

from . import things
from .clevel import c, done
from .offers import Offered, exported
from .things import add_makers
from .wire import BUILDERS, ENCODERS, decode, encode, encode_namespace

HOME = "errors"  # what classes of this file call their module
ABSENT = object()
I = Offered("_interpreters")
USUAL = traceback.TracebackException, traceback.TracebackException.from_exception, traceback.TracebackException.format


# Exceptions.

def error(*args):
    """Of the type that the first argument names; a ValueError if it names none."""
    kind = getattr(builtins, args[0], None) if args and isinstance(args[0], str) else None
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return kind(*args[1:])
    return ValueError(*args)


def error_of(module, qualname, name, text, base="Exception"):
    """Of a class with that module, whatever that is."""
    scope = {} if module is ABSENT else {"__module__": module}
    # A class without a module is one that is made where no module's name is known.
    make = eval("lambda *args: type(*args)", {"__builtins__": {"type": type}})
    cls = make(name, (getattr(builtins, base),), scope)
    cls.__qualname__ = qualname
    return cls(text)


def at_home(name, base, text_of):
    return type(name, (getattr(builtins, base),), {"__module__": HOME, "__str__": text_of})()


def error_str(base, inner):
    def refuse(self):
        raise inner
    return at_home("ErrorStr", base, refuse)


def error_shows(base, shown):
    return at_home("ErrorShows", base, lambda self: shown)


def changed(change):
    """A maker that does something to an exception and gives it back."""
    def make(raised, *args):
        change(raised, *args)
        return raised
    return make


def note(raised, *notes):
    for each in notes:
        raised.add_note(each)


def loop(raised, other):
    raised.__context__, other.__context__ = other, raised


def render_as(raised, lines):
    traceback.TracebackException.format = lambda self, **_: lines


def render_not(raised, how):
    def refuse(*_, **__):
        raise ValueError("will not be rendered")
    if how == "missing":
        del traceback.TracebackException
    elif how == "make":
        traceback.TracebackException.from_exception = refuse
    else:
        traceback.TracebackException.format = refuse


def as_usual():
    """Undoes what an earlier exception did to those that render."""
    traceback.TracebackException, made, rendered = USUAL
    traceback.TracebackException.from_exception, traceback.TracebackException.format = made, rendered


def snapshot(kind, msg, formatted, errdisplay):
    return namespace(type=kind, msg=msg, formatted=formatted, errdisplay=errdisplay)


def namespace(**attributes):
    return type(sys.implementation)(**{name: value for name, value in attributes.items() if value is not ABSENT})


def type_snapshot(name, qualname, module):
    return namespace(__name__=name, __qualname__=qualname, __module__=module)


things.MAKERS.pop("Error")
add_makers({
    "Error": error, "ErrorOf": error_of, "ErrorStr": error_str, "ErrorShows": error_shows, "Absent": lambda: ABSENT,
    "Group": lambda text, *members: ExceptionGroup(text, members),
    "BaseGroup": lambda text, *members: BaseExceptionGroup(text, members),
    "Noted": changed(note), "NotesAre": changed(lambda raised, notes: setattr(raised, "__notes__", notes)),
    "CausedBy": changed(lambda raised, cause: setattr(raised, "__cause__", cause)),
    "During": changed(lambda raised, context: setattr(raised, "__context__", context)),
    "Suppressed": changed(lambda raised: setattr(raised, "__suppress_context__", True)), "Loop": changed(loop),
    "Rendered": changed(render_as), "Unrendered": changed(render_not),
    "Snapshot": snapshot, "Type": type_snapshot,
})


# Scripts that raise.

def made(wire):
    """The exception that is written so; called in the interpreter that raises it."""
    as_usual()
    return decode(json.loads(wire))


SCRIPT = ("raise (lambda sys: (sys.path.insert(0, %r), __import__(%r).errors.made(%r), sys.path.remove(%r))[1])"
          "(__import__('sys'))")


def script(wire):
    """The text of a script that raises what is written."""
    home, package = os.path.split(os.path.dirname(os.path.abspath(__file__)))
    return SCRIPT % (home, package + ".errors", json.dumps(wire), home)


BUILDERS["Raise"] = lambda args: script(args[0])


# Snapshots on request.

def capture_exception(raised):
    try:
        return I.capture_exception(raised)
    finally:
        as_usual()


HANDLED = "try: raise error\nexcept BaseException: seen = capture()"


def capture_handled(raised):
    """What a handler is told that names no exception."""
    scope = {"error": raised, "capture": I.capture_exception}
    exec(compile(HANDLED, "<string>", "exec"), scope)
    return scope["seen"]


class ExcInfo(ctypes.Structure):
    """The snapshot as a caller of 3.13 provides it: type, name, qualified name, module, message, display."""

    _fields_ = [(name, ctypes.c_void_p) for name in ("builtin", "name", "qualname", "module", "msg", "errdisplay")]


def excinfo_from(thing):
    """The snapshot of any object, as one more object."""
    try:
        if exported("_PyXI_NewExcInfo"):
            info = c("_PyXI_NewExcInfo", ctypes.py_object(thing), result=ctypes.c_void_p)
            return given_back(ctypes.c_void_p(info), "_PyXI_FreeExcInfo")
        info = ExcInfo()
        done(c("_PyXI_InitExcInfo", ctypes.byref(info), ctypes.py_object(thing)))
        return given_back(ctypes.byref(info), "_PyXI_ClearExcInfo")
    finally:
        as_usual()


def given_back(info, free):
    try:
        return c("_PyXI_ExcInfoAsObject", info, result=ctypes.py_object)
    finally:
        c(free, info, result=None)


VERBS = {"capture_exception": capture_exception, "capture_handled": capture_handled, "excinfo_from": excinfo_from}


# Snapshots as they are told.

def encode_snapshot(value):
    if not hasattr(value, "formatted"):
        return encode_namespace(value)
    parts = [encode_type(value.type)] + [told(value, name) for name in ("msg", "formatted", "errdisplay")]
    return {"make": "Snapshot", "args": parts}


def encode_type(kind):
    if kind is None:
        return None
    return {"make": "Type", "args": [told(kind, name) for name in ("__name__", "__qualname__", "__module__")]}


def told(thing, name):
    value = getattr(thing, name, ABSENT)
    return {"make": "Absent", "args": []} if value is ABSENT else encode(value)


ENCODERS[type(sys.implementation)] = encode_snapshot
