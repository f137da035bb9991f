"""Shows the defect tuple-oom-leak: a tuple's header is leaked when there is no memory for its items.

One allocation after the other fails while a tuple is converted, many times each. In CPython 3.13.0 and 3.14.10 one of them leaves
thirty-two bytes behind every time.
"""

from parts import memory
from parts.cases import case, end

try:
    import _testinternalcapi
except ImportError:
    _testinternalcapi = None

TIMES = 2000
# A conversion of one number makes four.
ALLOCATIONS_MAX = 5
HEADER_BYTES = 16


def convert(index):
    """How many bytes a failure leaves behind."""
    def fail():
        memory.failing(index, _testinternalcapi.get_crossinterp_data, (1,))
    fail()
    before = memory.in_use()
    for _ in range(TIMES):
        fail()
    return (memory.in_use() - before) // TIMES


if not memory.is_here() or _testinternalcapi is None:
    end(None, "needs _testcapi and _testinternalcapi")
left = [int(case("bytes left if allocation %d fails" % index, convert, index).said) for index in range(ALLOCATIONS_MAX)]
end(max(left) >= HEADER_BYTES, "%d bytes left of each" % max(left))
