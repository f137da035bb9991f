"""Shows the defect enter-null-without-exception-is-success: names that could not be converted are simply missing.

One allocation after the other fails while a value is set in another interpreter. In CPython 3.13.0 there is one with which
nothing is raised and nothing is set; 3.14.10 raises.
"""

import os

import _interpreters

from parts import memory
from parts.cases import case, end

# With the last of these the value arrives.
ALLOCATIONS_MAX = 11
MISSING = "None, and the name is missing"
# Modules that are there already: what is not needs time.
LOOK = "import os\nos.write(%d, b'there' if 'name' in globals() else b'missing')"


def set_name(index):
    target = _interpreters.create()
    given = memory.failing(index, _interpreters.set___main___attrs, target, {"name": b"value"})
    told, tell = os.pipe()
    _interpreters.exec(target, LOOK % tell)
    return "%r, and the name is %s" % (given, os.read(told, 10).decode())


if not memory.is_here():
    end(None, "needs _testcapi")
endings = [case("allocation %d fails" % index, set_name, index) for index in range(ALLOCATIONS_MAX)]
silent = any(ending.said == MISSING for ending in endings)
end(silent, "nothing raised, nothing set" if silent else "no success without the name")
