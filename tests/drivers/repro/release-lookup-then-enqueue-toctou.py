"""Shows the defect release-lookup-then-enqueue-toctou: a release is queued in an owner that is gone by then.

A thread that releases a value has looked its owner up and is stopped before it queues the clear; a thread of a third
interpreter destroys the owner; the first goes on. CPython 3.13.0 and 3.14.10 die of SIGSEGV, or go on with freed memory.
"""

import _interpreters

from parts import queues, stops
from parts.cases import case, end

ENQUEUE = "_PyEval_AddPendingCall"


def receive(owner):
    queue = queues.create()
    _interpreters.exec(owner, "import _interpqueues\n" + queues.putting(queue, "b'some bytes'"))
    return queues.get(queue)


if stops.missing():
    end(None, stops.missing())
undisturbed = case("nothing happens in between", stops.overtake, ENQUEUE, receive)
overtaken = case("the owner is destroyed in between", stops.overtake, ENQUEUE, receive, "_interpreters.destroy(%d)")
end(undisturbed.said == "b'some bytes'" and stops.is_shown(overtaken), overtaken.signal or overtaken.said)
