"""Shows the defect pending-overflow-buffer-stuck: a full queue drops the release of a buffer, and its exporter stays locked.

Main lends views of one bytearray and enters the interpreter that takes and drops them: main, which is inside, cannot carry out what is
queued meanwhile. In CPython 3.13.0 and 3.14.10 the bytearray can never change its size again if there were too many.
"""

import _interpreters

from parts import queues
from parts.cases import case, end, until

TAKE = "import _interpreters, _interpqueues\nfor _ in range(%d): _interpqueues.get(%d)"


def lend(count):
    taker, queue, lent = _interpreters.create(), queues.create(), bytearray(b"lent")
    for _ in range(count):
        queues.put(queue, memoryview(lent))
    failed = _interpreters.exec(taker, TAKE % (count, queue))
    assert failed is None, failed.formatted
    return "free" if until(lambda: is_free(lent), seconds=2) else "locked for ever"


def is_free(lent):
    """Whether it can change its size. Asking often lets the interpreter carry out what is pending, some at a time."""
    try:
        lent.append(0)
    except BufferError:
        return False
    return True


few, many = case("100 views", lend, 100), case("1000 views", lend, 1000)
end(few.said == "free" and "locked" in many.said, many.said or many.signal)
