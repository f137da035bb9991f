"""Shows the defect thread-dies-in-session: a thread that ends inside a session leaves the interpreter running for ever.

A thread enters an interpreter and ends there by the C library's own means. Nobody runs the interpreter then, but it says that it
runs, and can be neither entered nor destroyed. CPython 3.13.0 and 3.14.10.
"""

import os
import threading

import _interpreters

from parts.cases import case, end, until

# Called with the GIL let go, so that others can have it.
DIE = "import ctypes\nctypes.CDLL(None).pthread_exit(None)"


def is_gone(thread):
    return not os.path.exists("/proc/self/task/%d" % thread.native_id)


def attempt_to(call, *arguments):
    try:
        return call(*arguments) or "done"
    except _interpreters.InterpreterError as error:
        return str(error)


def run(code):
    target = _interpreters.create()
    thread = threading.Thread(target=_interpreters.exec, args=(target, code), daemon=True)
    thread.start()
    gone = until(lambda: is_gone(thread))
    running = _interpreters.is_running(target)
    entered, destroyed = attempt_to(_interpreters.exec, target, "pass"), attempt_to(_interpreters.destroy, target)
    return "gone: %s, running: %s, enter: %s, destroy: %s" % (gone, running, entered, destroyed)


returns = case("a thread that returns", run, "pass")
dies = case("a thread that ends inside", run, DIE)
shown = returns.said == "gone: True, running: False, enter: done, destroy: done" and "running: True" in dies.said
end(shown, "runs for ever" if shown else dies.said or dies.signal)
