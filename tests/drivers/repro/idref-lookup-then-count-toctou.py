"""Shows the defect idref-lookup-then-count-toctou: a reference is counted in an interpreter that is gone by then.

A thread that counts a reference has looked the interpreter up and is stopped there; a thread of another interpreter destroys
it; the first goes on. CPython 3.13.0 and 3.14.10 die of SIGSEGV, or go on with freed memory.
"""

import _interpreters

from parts import stops
from parts.cases import case, end

COUNT = "_PyInterpreterState_IDIncref"

if stops.missing():
    end(None, stops.missing())
undisturbed = case("nothing happens in between", stops.overtake, COUNT, _interpreters.incref)
overtaken = case("destroyed in between", stops.overtake, COUNT, _interpreters.incref, "_interpreters.destroy(%d)")
end(undisturbed.said == "None" and stops.is_shown(overtaken), overtaken.signal or overtaken.said)
