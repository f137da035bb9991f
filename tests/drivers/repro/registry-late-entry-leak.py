"""Shows the defect registry-late-entry-leak: a class that is registered late in its interpreter's end gets an entry that stays.

An interpreter registers classes when it is cleared, which is after its registry was. The entries' memory is still in use when
it is gone. CPython 3.13.0 and 3.14.10.
"""

import os

import _interpreters

from parts import memory
from parts.cases import case, end

HERE = os.path.dirname(os.path.abspath(__file__))
CLASSES = 2000
# An entry has six words; what else grows by as much for each class would be a leak too.
ENTRY_BYTES = 48
CODE = """
import sys
sys.path.insert(0, %r)
from parts import registry

def plant(when):
    kinds = [type("Registered", (), {}) for _ in range(%d)]
    def act(register=registry.registrar(), kinds=kinds):
        for kind in kinds:
            register(kind)
    def hook(event, _, act=act):
        if event == "cpython.PyInterpreterState_Clear":
            act()
    if when == "early":
        act()
    if when == "late":
        sys.addaudithook(hook)

plant(%r)
"""


def kept(when):
    """How many bytes are still in use for each class when its interpreter is gone."""
    def cycle():
        interpreter = _interpreters.create()
        failed = _interpreters.exec(interpreter, CODE % (HERE, CLASSES, when))
        assert failed is None, failed
        _interpreters.destroy(interpreter)
    # Whatever is made only once is made in the first.
    cycle()
    before = memory.in_use()
    cycle()
    return (memory.in_use() - before) // CLASSES


never, early, late = [case("registered %s, bytes left for each class" % when, kept, when).said for when in ("never", "early", "late")]
leaked = int(late) - int(early)
end(leaked >= ENTRY_BYTES and int(early) - int(never) < ENTRY_BYTES // 2, "%d bytes for each class" % leaked)
