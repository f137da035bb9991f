"""Shows the defect enter-thread-state-unchecked: entering without memory for a thread state goes on without one.

An interpreter keeps one thread state ready, and here another thread, which runs it, has that one. Entering it as well should fail
with an error, whichever allocation fails on the way. CPython 3.13.0 and 3.14.10 die of SIGSEGV.
"""

import os
import threading

import _interpreters

from parts import memory
from parts.cases import case, end

# Entering with one number makes eight, and three more for its error.
ALLOCATIONS_MAX = 11
STAY = "import os\nos.write(%d, b'i')\nos.read(os.pipe()[0], 1)"


def enter(index):
    target = _interpreters.create()
    inside, is_inside = os.pipe()
    threading.Thread(target=_interpreters.exec, args=(target, STAY % is_inside), daemon=True).start()
    os.read(inside, 1)
    return repr(memory.failing(index, _interpreters.set___main___attrs, target, {"number": 1}))


if not memory.is_here():
    end(None, "needs _testcapi")
endings = [case("allocation %d fails" % index, enter, index) for index in range(ALLOCATIONS_MAX)]
deaths = [ending.signal for ending in endings if ending.signal]
end(bool(deaths), deaths[0] if deaths else "an error each time")
