"""Shows the defect list-all-toctou: a listing walks on from an interpreter that is gone by then.

A thread that lists all interpreters is stopped on its way from the first, the youngest, to the next; a thread of another
interpreter destroys it; the first goes on. CPython 3.13.0 and 3.14.10 die of SIGSEGV, or go on with freed memory.
"""

import _interpreters

from parts import stops
from parts.cases import case, end

WALK = "PyInterpreterState_Next"


def count(_):
    return len(_interpreters.list_all())


if stops.missing():
    end(None, stops.missing())
undisturbed = case("nothing happens in between", stops.overtake, WALK, count)
overtaken = case("the youngest is destroyed in between", stops.overtake, WALK, count, "_interpreters.destroy(%d)")
end(undisturbed.said == "3" and stops.is_shown(overtaken), overtaken.signal or overtaken.said)
