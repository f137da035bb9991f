"""Shows the defect registry-oom-no-exception: a registration that finds no memory fails, and raises nothing.

The types of queues are registered while one allocation after the other fails. In CPython 3.13.0 and 3.14.10 one of them gives a
SystemError, which says that a function failed and set no exception.
"""

import _interpqueues

from parts import memory
from parts.cases import case, end

# A registration makes one or two.
ALLOCATIONS_MAX = 4


def register(index):
    kinds = [type(name, (Exception,), {}) for name in ("Queue", "Empty", "Full")]
    return repr(memory.failing(index, _interpqueues._register_heap_types, *kinds))


if not memory.is_here():
    end(None, "needs _testcapi")
endings = [case("allocation %d fails" % index, register, index) for index in range(ALLOCATIONS_MAX)]
silent = [ending for ending in endings if "without setting an exception" in ending.said]
end(bool(silent), "failed without an exception" if silent else "a MemoryError each time")
