"""Shows the defect memoryview-capsule-reused: a capsule that hands its buffer over can be read twice.

The second reading hands over what the first has. CPython 3.13.0 dies of SIGSEGV or SIGBUS; in 3.14.10 what was lent once is given back
twice.
"""

import sys

import _interpreters  # it registers memoryview

from parts.cases import case, end

try:
    import _testinternalcapi
except ImportError:
    _testinternalcapi = None


def read(times):
    """How often what was lent is given back, when all is dropped."""
    view = memoryview(bytearray(b"shared bytes"))
    before = sys.getrefcount(view)
    capsule = _testinternalcapi.get_crossinterp_data(view)
    views = [_testinternalcapi.restore_crossinterp_data(capsule) for _ in range(times)]
    assert bytes(views[-1]) == b"shared bytes"
    del views, capsule
    return "given back %d times" % (1 + before - sys.getrefcount(view))


if _testinternalcapi is None:
    end(None, "needs _testinternalcapi")
once, twice = case("read once", read, 1), case("read twice", read, 2)
end(once.said == "given back 1 times" and once.said != twice.said, twice.signal or twice.said)
