"""Shows the defect read-after-owner-destroyed: what is read of a capsule belongs to an interpreter that is gone.

An interpreter puts a text when its queues were already cleared of what is its own, and is destroyed. The text is a name of
its code, which goes with the interpreter whoever refers to it. Receiving reads it: CPython 3.14.10 dies of SIGSEGV. A number, which is
in the capsule itself, arrives as if nothing had happened, in 3.13.0 too.
"""

import _interpreters

from parts import memory, queues
from parts.cases import case, end

NAME = "compile('n' * %d + ' = 1', '', 'exec').co_names[0]" % (1 << 20)


def receive(expression):
    memory.unmap_when_freed()
    owner, queue = _interpreters.create(), queues.create()
    _interpreters.exec(owner, queues.put_late(queue, expression))
    _interpreters.destroy(owner)
    return repr(queues.get(queue))[:40]


number = case("a number of an interpreter that is gone", receive, "7")
name = case("a name of an interpreter that is gone", receive, NAME)
arrives = "the number arrives" if number.said == "7" else number.said
end(name.signal == "SIGSEGV" or number.said == "7", name.signal or arrives)
