"""Verbs that make a value cross and tell what arrives, in this interpreter.

A crossing is whole: the capsule is made, turned into an object and released. Nothing here decides what should arrive.
"""

import os
import subprocess
import sys
import tempfile

from .offers import NotImplementedHere, Offered, offered
from .things import plain

T, Q = Offered("_testinternalcapi"), Offered("_interpqueues")
UNBOUND = 1  # what a queue is told to do with what outlives its interpreter; it does not matter here
FALLBACKS = {(): 0, ("fallback",): 1}  # the ways that a queue has


def cross(thing, *mode):
    """The object that a capsule of this one becomes; the capsule is gone when the verb returns."""
    if mode and sys.version_info < (3, 14):
        raise NotImplementedHere("the mode of get_crossinterp_data")
    by = by_helpers if offered("_testinternalcapi.get_crossinterp_data") else by_queue
    return by(plain(thing), *mode)


def by_helpers(thing, *mode):
    return T.restore_crossinterp_data(T.get_crossinterp_data(thing, *mode))


def by_queue(thing, *mode):
    """The same without the test helpers: a queue makes the capsule of what is put, and the object of whoever gets."""
    if mode not in FALLBACKS:
        raise NotImplementedHere("the way %s" % mode)
    queue = Q.create(1, UNBOUND, 0)
    try:
        Q.put(queue, thing, UNBOUND, FALLBACKS[mode])
        return Q.get(queue)[0]
    finally:
        Q.destroy(queue)


def cross_twice(thing, *mode):
    """What arrives when what arrived is sent on."""
    return cross(cross(thing, *mode), *mode)


def is_same(thing, *mode):
    """Whether the very object arrives, and not another one like it."""
    return cross(thing, *mode) is plain(thing)


def summary(thing, *mode):
    """Of a long value that arrives: its type, its length, whether it is equal."""
    arrived = cross(thing, *mode)
    return (type(arrived).__name__, len(arrived), arrived == plain(thing))


def depth(levels, *mode):
    """How deep the tuples are that arrive."""
    nested = ()
    for _ in range(levels):
        nested = (nested,)
    arrived, count = cross(nested, *mode), 0
    while arrived:
        (arrived,), count = arrived, count + 1
    return count


def code_crosses(thing, mode):
    """Whether a code object that arrives is equal to the one that was sent."""
    return cross(thing, mode) == thing


def function_crosses(thing):
    """What is left of a function that arrives: name, text, defaults, own attributes, whose globals it has."""
    arrived = cross(thing, "func")
    return (arrived.__name__, arrived.__doc__, arrived.__defaults__, vars(arrived), arrived.__annotations__,
            arrived.__globals__ is vars(sys.modules["__main__"]))


def view_crosses(thing):
    """Of a view that arrives: format, shape, strides, read-only, the bytes, and whose memory it says it shows."""
    view = cross(thing)
    return (view.format, view.shape, view.strides, view.readonly, view.tobytes(), type(view.obj).__name__)


def write_through(kept, index, byte):
    """Writes into a view that arrives, and tells what the sender sees."""
    cross(memoryview(kept.thing))[index] = byte
    return bytes(kept.thing)


def poke(name, index, byte):
    """Writes into the view that is bound to that name here."""
    vars(sys.modules["__main__"])[name][index] = byte


def contents(kept):
    """The object itself if it is a dict, the bytes of any other."""
    return kept.thing if isinstance(kept.thing, dict) else bytes(kept.thing)


MAIN = """
import _interpreters as I
class C: pass
def module(c): return type(c).__module__
def back(): return C()
def show(what):
    try:
        print(what()[0])
    except Exception as error:
        print("%s: %s" % (type(error).__name__, error))
if __name__ == "__main__":
    there = I.create()
    show(lambda: I.call(there, module, (C(),)))
    show(lambda: I.call(there, module, (C(),)))
    show(lambda: I.call(there, back))
else:
    print("run as", __name__)
"""


def main_program(has_file):
    """What a program says that sends objects of its own class to an interpreter, twice, and has one sent back."""
    if sys.version_info < (3, 14):
        raise NotImplementedHere("_interpreters.call with arguments")
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "program.py")
        with open(program, "w") as file:
            file.write(MAIN)
        command = [sys.executable, program] if has_file else [sys.executable, "-c", MAIN]
        child = subprocess.run(command, capture_output=True, text=True, timeout=20)
    return tuple(child.stdout.split("\n")[:-1])


VERBS = {
    "main_program": main_program,
    "cross": cross, "cross_twice": cross_twice, "is_same": is_same, "summary": summary,
    "depth": depth, "code_crosses": code_crosses, "function_crosses": function_crosses, "view_crosses": view_crosses,
    "write_through": write_through, "poke": poke, "contents": contents,
}
