"""Shows the defect memoryview-use-after-owner-destroyed: a view outlives the interpreter whose memory it shows.

A view of a bytearray arrives in main, and then the bytearray's interpreter is destroyed. CPython 3.13.0 dies of SIGSEGV when the view
is dropped; in 3.14.10 it still reads and writes, and the memory is never freed.
"""

import _interpreters

from parts import memory, queues
from parts.cases import case, end

# So large that nothing else counts.
PAYLOAD_BYTES, CYCLES = 32 << 20, 4
LEND = "import _interpqueues, _interpreters\nlent = bytearray(%d)\n"


def borrow():
    owner, queue = _interpreters.create(), queues.create()
    _interpreters.exec(owner, LEND % PAYLOAD_BYTES + queues.putting(queue, "memoryview(lent)"))
    return owner, queues.get(queue)


def write_when_gone():
    owner, view = borrow()
    _interpreters.destroy(owner)
    view[0] = 1
    return "reads %d" % view[0]


def payloads_left(early):
    """How many of the payloads are still in memory when all is over."""
    def cycle():
        owner, view = borrow()
        if early:
            del view
        _interpreters.destroy(owner)
    cycle()
    before = memory.in_use()
    for _ in range(CYCLES):
        cycle()
    return "%d of %d" % (round((memory.in_use() - before) / PAYLOAD_BYTES), CYCLES)


written = case("1 is written when the owner is gone", write_when_gone)
early = case("payloads left, the view having gone first", payloads_left, True)
late = case("payloads left, the owner having gone first", payloads_left, False)
leaked = early.said == "0 of 4" and late.said == "4 of 4"
shown = late.signal == "SIGSEGV" or leaked and written.said == "reads 1"
end(shown, late.signal or "written when the owner is gone, %s payloads left" % late.said)
