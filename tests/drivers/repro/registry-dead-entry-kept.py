"""Shows the defect registry-dead-entry-kept: the entry of a class that is gone stays until somebody looks for another.

Classes are registered and collected. What their entries hold, a weak reference each, is still there, and goes when a type is
looked up that is not registered. CPython 3.13.0 and 3.14.10.
"""

import gc
import sys

import _interpreters

from parts import registry
from parts.cases import case, end

CLASSES = 2000


def blocks():
    gc.collect()
    return sys.getallocatedblocks()


def register_and_collect(registers):
    """How many hundreds of blocks more than before are in use when the classes are gone, and how many after a lookup."""
    before = blocks()
    # All before any is gone: a registration looks its class up.
    kinds = [type("Gone", (), {}) for _ in range(CLASSES)]
    for kind in kinds:
        registers(kind)
    del kinds, kind
    collected = blocks() - before
    _interpreters.is_shareable(type("Other", (), {})())
    return "%d hundred are kept, %d after a lookup" % (collected // 100, (blocks() - before) // 100)


nothing = case("classes that were not registered", register_and_collect, id)
entries = case("classes that were registered", register_and_collect, registry.registrar())
end(nothing.said.startswith("0 ") and entries.said.startswith("%d " % (CLASSES // 100)), entries.said or entries.signal)
