"""Whole sessions, and the codes by which they fail: what the C functions show when they are called one after the other.

The verbs take their arguments undecoded where objects are to be made in the interpreter that is entered. Everything
is told in one dict; what is as it should be after a session is left out. Nothing here decides what should come of it.
"""

import ctypes
import json
import os
import re
import tempfile

import _interpreters as I

from . import shim
from .offers import EDITION, NotImplementedHere, Offered
from .things import MAKERS, plain
from .wire import C_PLACE, ENCODERS, decode, encode

T = Offered("_testinternalcapi")

HOMES = ("builtins", "interpreters", "concurrent.interpreters")
OWN_TYPES = ("InterpreterError", "InterpreterNotFoundError", "NotShareableError")

DRIVER = """
if "driver" not in globals():
    driver = {"__name__": "driver", "SOURCE": %r}
    exec(compile(open(driver["SOURCE"]).read(), driver["SOURCE"], "exec"), driver)
"""


# The codes by name, in the order of their numbers.
CODES = ["NO_ERROR", "UNCAUGHT_EXCEPTION", "OTHER", "NO_MEMORY", "ALREADY_RUNNING", "MAIN_NS_FAILURE", "APPLY_NS_FAILURE",
         *(["PRESERVE_FAILURE", "EXC_PROPAGATION_FAILURE"] if EDITION != "3.13" else []), "NOT_SHAREABLE"]


class ErrorCode:
    """A code: told by its name, since numbers differ between editions."""

    def __init__(self, number):
        self.number = number

    def wire(self):
        known = 0 <= -self.number < len(CODES)
        return {"make": "ErrorCode", "args": [encode(CODES[-self.number])]} if known else encode(self.number)


def named_code(name):
    """The number of a code that a request names."""
    if name not in CODES:
        raise NotImplementedHere("the code %s" % name)
    return -CODES.index(name)


ENCODERS[ErrorCode] = ErrorCode.wire
MAKERS["ErrorCode"] = named_code


class Caught:
    """An exception as a caller sees it: the type, the text, what it is chained to."""

    def __init__(self, error):
        self.error = error

    def name(self):
        kind = type(self.error)
        full = kind.__qualname__ if kind.__module__ in HOMES else "%s.%s" % (kind.__module__, kind.__qualname__)
        foreign = kind.__name__ in OWN_TYPES and getattr(I, kind.__name__) is not kind
        return "foreign " + full if foreign else full

    def links(self):
        cause, context = self.error.__cause__, self.error.__context__
        if cause is not None:
            yield "Cause", self.linked(cause)
        if context is not None and context is not cause:
            yield "Context", self.linked(context)
        if hasattr(self.error, "_errdisplay"):
            yield "Display", encode(anonymous(self.error._errdisplay))

    def linked(self, other):
        return {"make": "Itself", "args": []} if other is self.error else encode(Caught(other))

    def wire(self):
        links = [{"make": name, "args": [link]} for name, link in self.links()]
        return {"make": "Caught", "args": [encode(self.name()), encode(anonymous(str(self.error))), *links]}


ENCODERS[Caught] = Caught.wire

FRAMES = re.compile(r"(Traceback \(most recent call last\):\n)((?:  .*\n)+)")


def anonymous(text):
    """Without places in C files, and without the frames of this driver."""
    text = re.sub(C_PLACE, "FILE:LINE:", text)
    return FRAMES.sub(lambda found: found[1] + ("  ...\n" if "cpython_parts" in found[2] else found[2]), text)


def caught(error):
    return None if error is None else Caught(error)


# Sessions.

def c_text(wire):
    """A text, or bytes that are none, as C has them."""
    given = decode(wire)
    return given if given is None or isinstance(given, bytes) else str(given).encode()


def expression(wire):
    """Python code that makes the object, wherever the driver is at hand."""
    return ("driver['decode'](driver['json'].loads(%r))" % json.dumps(wire)).encode()


def array(items):
    return (ctypes.c_char_p * len(items))(*items)


def needs_3_14(options):
    if EDITION == "3.13" and {"preserve", "message", "result", "ask", "clear"} & options.keys():
        raise NotImplementedHere("_PyXI_Preserve")


def planned(target, updates=None, body=None, preserve=None, late=None, override=None, message=None, result=True,
            ask=None, clear=False):
    pairs = preserve["dict"] if preserve else []
    overrides = override is not None
    return shim.Plan(
        id=decode(target), updates=None, body=c_text(body), late=c_text(late), count=len(pairs),
        names=array([c_text(name) for name, _ in pairs]), values=array([expression(value) for _, value in pairs]),
        overrides=overrides, code=decode(override) if overrides else 0, message=c_text(message),
        wants_result=decode(result), ask=c_text(ask), clears=decode(clear))


def session(target, updates=None, *args, **options):
    """Enters, runs, preserves, leaves: all of it in one call."""
    needs_3_14(options)
    if options.get("preserve"):
        I.exec(decode(target), DRIVER % source())
    plan = planned(target, updates, *args, **options)
    given = decode(updates)
    if type(given) is dict:
        given = {name: plain(value) for name, value in given.items()}
    plan.updates = None if given is None else id(given)
    told = shim.Told()
    with Printed() as printed:
        shim.function("perform_session", "_PyXI_Enter")(ctypes.byref(plan), ctypes.byref(told))
    return summary(plan, told, printed.text)


def source():
    """The driver's own file, for a copy of it in the interpreter that is entered."""
    return os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cpython.py")


def summary(plan, told, printed):
    seen = {"at": "exit" if told.entered else "enter"}
    if EDITION == "3.13":
        seen |= captured_by(told)
    else:
        seen |= {"returned": told.returned, "errcode": ErrorCode(told.errcode)}
    objects = {
        "raised": caught(shim.owned(told.raised)), "excinfo": shim.owned(told.excinfo),
        "preserved": shim.owned(told.preserved), "asked": shim.owned(told.asked)}
    seen |= {name: thing for name, thing in objects.items() if thing is not None}
    seen |= {name: ErrorCode(code) for name, code in (("main", told.main_code), ("preserve", told.preserve_code)) if code}
    if told.entered:
        seen["inside"] = tuple(name for name in ("switched", "running") if getattr(told, name))
    left = tuple(name for name in ("running", "thread", "fields") if getattr(told, "left_" + name))
    if left:
        seen["left"] = left
    if plan.clears:
        seen["cleared"] = (not told.cleared_objects, ErrorCode(told.cleared_code))
    if printed:
        seen["printed"] = printed
    return seen


def captured_by(told):
    """What 3.13 leaves in the session: nothing or an error with its code; and what it raises by itself."""
    direct = caught(shim.owned(told.direct))
    seen = {} if told.entered else {"returned": told.returned}
    seen |= {"direct": direct} if direct else {}
    return seen | ({"errcode": ErrorCode(told.errcode)} if told.captured else {})


class Printed:
    """What is written to stderr meanwhile, by whomever."""

    def __enter__(self):
        self.file = tempfile.TemporaryFile()
        self.stderr = os.dup(2)
        os.dup2(self.file.fileno(), 2)
        return self

    def __exit__(self, *_):
        os.dup2(self.stderr, 2)
        os.close(self.stderr)
        self.file.seek(0)
        self.text = anonymous(self.file.read().decode("utf-8", "backslashreplace").rstrip("\n"))


def session_same(target, *args, **options):
    """A session into the interpreter whose code asks for it, by a thread that does not run main there."""
    needs_3_14(options)
    execute = T.exec_interpreter
    request = {"verb": "session", "args": [target, *args], "kwargs": options}
    with tempfile.NamedTemporaryFile("r") as reply:
        code = DRIVER % source() + "\ndriver['write_reply'](%r, %r)" % (reply.name, json.dumps(request))
        failed = execute(decode(target), code)
        return Reply({"make": "Failed", "args": [encode(failed)]} if failed else json.load(reply))


class Reply:
    """What was told elsewhere, on the wire already."""

    def __init__(self, wire):
        self.wire = wire


ENCODERS[Reply] = lambda reply: reply.wire


def session_inactive(what):
    """The use of a session that was never entered: its namespace, or a value for its result."""
    value, raised, code = decode(what), ctypes.c_void_p(), ctypes.c_int()
    use = shim.function("use_unentered", "_PyXI_Preserve", ctypes.c_int)
    returned = use(value == "preserve", ctypes.py_object(value), ctypes.byref(raised), ctypes.byref(code))
    return {"returned": returned, "code": ErrorCode(code.value), "raised": caught(shim.owned(raised.value))}


# Codes.

def apply_error(code, error=None):
    """3.13: what becomes of a code, and of an exception beside it."""
    returned, raised = ctypes.c_void_p(), ctypes.c_void_p()
    apply = shim.function("apply_code", "_PyXI_ApplyError", ctypes.c_int)
    failed = apply(decode(code), None if error is None else ctypes.py_object(decode(error)),
                   ctypes.byref(returned), ctypes.byref(raised))
    objects = {"returned": shim.owned(returned.value), "raised": caught(shim.owned(raised.value))}
    return ({"failed": True} if failed else {}) | {name: it for name, it in objects.items() if it is not None}


def failure(code=None, text=None):
    """A failure: the codes of none at all, of a new one, and of one that was given a code and the text of an object."""
    codes, returned, raised = (ctypes.c_int * 3)(), ctypes.c_int(), ctypes.c_void_p()
    object_ = None if text is None else ctypes.py_object(decode(text))
    shim.function("try_failure", "_PyXI_InitFailure")(ctypes.c_int(0 if code is None else decode(code)), object_, codes,
                                 ctypes.byref(returned), ctypes.byref(raised))
    seen = {"nothing": ErrorCode(codes[0]), "new": ErrorCode(codes[1]), "code": ErrorCode(codes[2]), "returned": returned.value}
    error = caught(shim.owned(raised.value))
    return seen | ({"raised": error} if error else {})


UNDECODED = {
    "session": session, "session_same": session_same, "session_inactive": session_inactive,
    "apply_error": apply_error, "failure": failure,
}
