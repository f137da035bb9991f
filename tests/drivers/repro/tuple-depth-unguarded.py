"""Shows the defect tuple-depth-unguarded: only the way out of an interpreter counts how deep a tuple is.

Nine thousand levels leave from the main thread, whose stack is large, and arrive in a thread whose stack is small. CPython 3.13.0 and
3.14.10 die of SIGSEGV.
"""

import threading

import _interpqueues
import _interpreters

from parts import queues
from parts.cases import V, case, end

LEVELS, STACK_BYTES = 9000, 256 * 1024


def put(queue, thing):
    """Without the fallback: pickle counts for itself."""
    if V == (3, 13):
        queues.put(queue, thing)
    else:
        _interpqueues.put(queue, thing, unboundop=-1, fallback=0)


def receive(levels):
    nested = ()
    for _ in range(levels):
        nested = (nested,)
    queue, received = queues.create(), []
    put(queue, nested)
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=lambda: received.append(queues.get(queue)))
    thread.start()
    thread.join()
    return "arrived" if received else "refused"


shallow = case("90 levels", receive, 90)
deep = case("%d levels" % LEVELS, receive, LEVELS)
end(shallow.said == "arrived" and deep.signal == "SIGSEGV", deep.signal or deep.said)
