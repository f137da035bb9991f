"""Stops: a thread that calls a function of the runtime waits at its first instruction while another one goes ahead.

So an interleaving of a few nanoseconds is brought about in one attempt, and nothing but the order of two threads is
changed. It needs a C compiler and an x86-64 machine.
"""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
import threading

import _interpreters

from . import memory

SOURCE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "shim", "stop.c")
COMPILER = os.environ.get("CC", "cc")


FREED = "having gone on with freed memory"
ACT = """
import os, _interpreters
os.write(%d, b"r")
os.read(%d, 1)
%s
os.write(%d, b"g")
"""


def missing():
    """What stops need and is not here, or None."""
    if platform.machine() != "x86_64":
        return "needs x86-64"
    return None if shutil.which(COMPILER) else "needs a C compiler"


def library():
    """The shim; built unless one of the same text is there already."""
    with open(SOURCE, "rb") as file:
        name = "crossinterp-stop-%d-%s.so" % (os.getuid(), hashlib.sha256(file.read()).hexdigest()[:16])
    built = os.path.join(tempfile.gettempdir(), name)
    if not os.path.exists(built):
        # Under a name of its own first, so that others never see half of it.
        descriptor, unfinished = tempfile.mkstemp(suffix=".so", dir=os.path.dirname(built))
        os.close(descriptor)
        subprocess.run([COMPILER, "-shared", "-fPIC", "-O1", "-o", unfinished, SOURCE], check=True, capture_output=True)
        os.replace(unfinished, built)
    return ctypes.PyDLL(built)


class Stop:
    """Where the next thread that calls a function stops."""

    def __init__(self):
        self.arrived, self.is_arrived = os.pipe()
        self.goes, self.go = os.pipe()

    def arm(self, function):
        address = ctypes.cast(getattr(ctypes.pythonapi, function), ctypes.c_void_p)
        if library().stop_at(address, self.is_arrived, self.goes):
            raise OSError("the code of %s cannot be changed" % function)

    def argument(self):
        """The first argument of the call that stopped, and None if none came."""
        told = library().stopped_with
        told.restype = ctypes.c_void_p
        return told()


def address_of(interpreter):
    """Where the runtime has that interpreter."""
    look_up = ctypes.pythonapi._PyInterpreterState_LookUpID
    look_up.restype = ctypes.c_void_p
    return look_up(ctypes.c_int64(interpreter))


def is_alive(interpreter):
    return any(number == interpreter for number, _ in _interpreters.list_all())


def overtake(function, call, act="pass"):
    """Makes the call with a new interpreter; when it comes to the function it waits until another thread has acted.

    `act` is a statement for a third interpreter, where `%d` is the new one. That thread has a GIL of its own: the one that
    waits keeps its. A call that gets through although it went on with an interpreter that was gone says so: whether it dies
    is up to what the memory is used for by then.
    """
    memory.unmap_when_freed()
    third, target = _interpreters.create(), _interpreters.create()
    address, stop = address_of(target), Stop()
    ready, is_ready = os.pipe()
    code = ACT % (is_ready, stop.arrived, act.replace("%d", str(target)), stop.go)
    threading.Thread(target=_interpreters.exec, args=(third, code), daemon=True).start()
    os.read(ready, 1)
    # Not before: the third interpreter may use the function while it is entered.
    stop.arm(function)
    given = call(target)
    if stop.argument() is None:
        return "never came to %s" % function
    freed = stop.argument() == address and not is_alive(target)
    return "%s, %s" % (given, FREED) if freed else given


def is_shown(ending):
    """Whether the call died of it, or went on in freed memory unharmed."""
    return ending.signal == "SIGSEGV" or ending.said.endswith(FREED)
