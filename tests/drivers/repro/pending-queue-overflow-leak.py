"""Shows the defect pending-queue-overflow-leak: releases that do not fit the owner's queue are dropped without a word.

Main lends one text many times over and enters the interpreter that takes and drops it: main, which is inside, cannot carry out what
is queued meanwhile. In CPython 3.13.0 and 3.14.10 all beyond three hundred stay lent for ever.
"""

import sys

import _interpreters

from parts import queues
from parts.cases import case, end

TAKE = "import _interpqueues\nfor _ in range(%d): _interpqueues.get(%d)"


def references_left(count):
    """How many references to the text are left when all were taken and dropped, and all that is pending was carried out."""
    taker, queue = _interpreters.create(), queues.create()
    lent = "text %d" % count
    before = sys.getrefcount(lent)
    for _ in range(count):
        queues.put(queue, lent)
    _interpreters.exec(taker, TAKE % (count, queue))
    # Running code carries it out, a hundred at a time at least.
    for _ in range(1000):
        sys.getrefcount(lent)
    return sys.getrefcount(lent) - before


few = case("references left of 200", references_left, 200)
many = case("references left of 2000", references_left, 2000)
end(few.said == "0" and int(many.said) > 0, "%s releases lost" % many.said)
