"""Shows the defect failed-read-consumes-buffer: a reading that fails takes the export of its capsule with it.

Each allocation of a reading is made to fail in turn. In CPython 3.13.0 the capsule is read once more after that, which dies of
SIGSEGV where the export was taken; in 3.14.10 it is dropped, and what was lent once is given back twice.
"""

import sys

import _interpreters  # it registers memoryview

from parts import memory
from parts.cases import V, case, end

try:
    import _testinternalcapi
except ImportError:
    _testinternalcapi = None

# A reading has five at most.
ALLOCATIONS_MAX = 6


def read(index, again):
    """What the failing reading raises, and what is left of the lending after it: of the capsule, or of the view."""
    view = memoryview(bytearray(b"shared bytes"))
    before = sys.getrefcount(view)
    capsule = _testinternalcapi.get_crossinterp_data(view)
    given = memory.failing(index, _testinternalcapi.restore_crossinterp_data, capsule)
    failed = type(given).__name__
    if isinstance(given, memoryview):
        return "nothing failed"
    if again:
        return "%s, then read as %r" % (failed, bytes(_testinternalcapi.restore_crossinterp_data(capsule)))
    del given, capsule
    return "%s, given back %d times" % (failed, 1 + before - sys.getrefcount(view))


if not memory.is_here() or _testinternalcapi is None:
    end(None, "needs _testcapi and _testinternalcapi")
read_again = V == (3, 13)
endings = [case("allocation %d fails" % index, read, index, read_again) for index in range(ALLOCATIONS_MAX)]
bad = [ending for ending in endings if ending.signal or "2 times" in ending.said]
end(bool(bad), (bad[0].signal or "given back twice") if bad else "the capsule is whole")
