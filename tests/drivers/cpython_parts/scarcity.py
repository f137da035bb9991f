"""Verbs that make one chosen allocation fail while a value is converted or while an object is made of its capsule.

Allocations are counted from 0 at the call, in the order in which the runtime asks for memory. Between switching the
failure on and off nothing runs but the call itself; what a runtime keeps ready needs no allocation and is not counted.
"""

import _interpreters as I

from .offers import Offered
from .things import plain

C, T = Offered("_testcapi"), Offered("_testinternalcapi")


def with_failure(call, argument, index):
    """What the call raises when that allocation fails, or None."""
    made = kept_by(call, argument, index)
    del made


def kept_by(call, argument, index):
    """What the call gives or raises when that allocation fails."""
    on, off = C.set_nomemory, C.remove_mem_hooks
    on(index, index + 1)
    try:
        made = call(argument)
    except BaseException as error:
        off()
        raise error
    off()
    return made


def without_memory(thing, index):
    """Converts the value."""
    with_failure(T.get_crossinterp_data, plain(thing), index)


def read_without_memory(thing, index):
    """Makes an object of the value's capsule."""
    with_failure(T.restore_crossinterp_data, T.get_crossinterp_data(plain(thing)), index)


def capture_without_memory(raised, index):
    """Takes a snapshot of the exception, after one that found all that is made only once."""
    I.capture_exception(ValueError())
    return kept_by(I.capture_exception, raised, index)


VERBS = {"capture_without_memory": capture_without_memory, "without_memory": without_memory, "read_without_memory": read_without_memory}
