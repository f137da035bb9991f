"""Verbs that make one chosen allocation fail while a value is converted or while an object is made of its capsule.

Allocations are counted from 0 at the call, in the order in which the runtime asks for memory. Between switching the
failure on and off nothing runs but the call itself; what a runtime keeps ready needs no allocation and is not counted.
"""

from .clevel import NotImplementedHere
from .things import plain

try:
    import _testcapi as C
    import _testinternalcapi as T
except ImportError:
    C = T = None


def with_failure(call, argument, index):
    """What the call raises when that allocation fails, or None."""
    on, off = C.set_nomemory, C.remove_mem_hooks
    on(index, index + 1)
    try:
        made = call(argument)
    except BaseException as error:
        off()
        raise error
    off()
    del made


def without_memory(thing, index):
    """Converts the value."""
    if C is None:
        raise NotImplementedHere("_testcapi")
    with_failure(T.get_crossinterp_data, plain(thing), index)


def read_without_memory(thing, index):
    """Makes an object of the value's capsule."""
    if C is None:
        raise NotImplementedHere("_testcapi")
    with_failure(T.restore_crossinterp_data, T.get_crossinterp_data(plain(thing)), index)


VERBS = {"without_memory": without_memory, "read_without_memory": read_without_memory}
