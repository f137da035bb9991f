"""Shows the defect destroy-in-exit-window: a session that is being left no longer counts, and its thread is still inside.

What a context variable holds is dropped with the thread state of a session, after "running" was. There its finalizer waits while
another thread destroys the interpreter. CPython 3.13.0 dies of SIGABRT ("not the last thread"); in 3.14.10 the thread of the
session is put away for ever.
"""

import os

import _interpreters

from parts.cases import case, end, fate
from parts.ends import comes, in_thread

LINGER = """
import contextvars, os
class Last:
    def __del__(self, write=os.write, read=os.read):
        write(%d, b"l")
        read(%d, 1)
contextvars.ContextVar("last").set(Last())
"""


def destroy():
    target = _interpreters.create()
    lingers, is_lingering = os.pipe()
    goes, go = os.pipe()
    session = in_thread(_interpreters.exec, target, LINGER % (is_lingering, goes))
    comes(lingers, session)
    running = _interpreters.is_running(target)
    destroys = in_thread(_interpreters.destroy, target)
    # It waits for the thread, or is over, or has died of it; where it waits, the session has to go on first.
    if running:
        os.write(go, b"g")
    fate(destroys)
    os.write(go, b"g")
    return "running: %s, the one that leaves: %s" % (running, fate(session))


left = case("destroyed while a session is left", destroy)
end(left.signal == "SIGABRT" or "parked" in left.said, left.signal or left.said)
