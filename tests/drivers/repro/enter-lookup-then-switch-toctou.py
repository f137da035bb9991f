"""Shows the defect enter-lookup-then-switch-toctou: a session makes a thread state in an interpreter that is gone by then.

Entering looks the interpreter up, converts the names, and only then switches. Here a value's conversion, which asks the
value for its number, destroys the interpreter that is to be entered. CPython 3.13.0 and 3.14.10 die of SIGSEGV.
"""

import _interpreters

from parts import memory, queues
from parts.cases import case, end


REGISTER = """
import _interpqueues
class Empty(Exception): pass
class Full(Exception): pass
_interpqueues._register_heap_types(Handle, Empty, Full)
"""
ARRIVES = "class Handle:\n    def __init__(self, number): pass\n" + REGISTER


class Handle:
    """Registered as the handle of a queue: its conversion reads `_id`."""

    def __init__(self, act):
        self.number, self.act = queues.create(), act

    @property
    def _id(self):
        self.act()
        return self.number


def enter(act):
    memory.unmap_when_freed()
    exec(REGISTER, globals())
    target = _interpreters.create()
    _interpreters.exec(target, ARRIVES)
    return _interpreters.set___main___attrs(target, {"number": 1, "handle": Handle(lambda: act(target))}) or "entered"


undisturbed = case("the conversion does nothing else", enter, lambda _: None)
destroyed = case("the conversion destroys the interpreter", enter, _interpreters.destroy)
end(undisturbed.said == "entered" and destroyed.signal == "SIGSEGV", destroyed.signal or destroyed.said)
