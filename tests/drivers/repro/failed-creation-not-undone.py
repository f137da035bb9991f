"""Shows the defect failed-creation-not-undone: a creation that fails late is not taken back in order.

Allocations of a creation are made to fail, one in each attempt, where the builtin types of the new interpreter are being made. Each
should be an error. CPython 3.14.10 dies of SIGSEGV every time. 3.13.0 raises, and what it leaks is hidden by what a creation that
succeeds leaks there; of other allocations it dies, in a dict that cannot grow, which is no matter of this layer.
"""

import _interpreters

from parts import memory
from parts.cases import case, end

# Where in a creation the types are made, in the builds that were tried.
PLACES = range(601, 1500, 100)


def create(index):
    given = memory.failing(index, _interpreters.create)
    return "created" if isinstance(given, int) else type(given).__name__


if not memory.is_here():
    end(None, "needs _testcapi")
deaths = [case("allocation %d fails" % place, create, place).signal for place in PLACES]
died = len(PLACES) - deaths.count(None)
end(died > len(PLACES) / 2, "%d of %d died" % (died, len(PLACES)))
