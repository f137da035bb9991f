"""Results that act when they arrive: they are pickled, and what makes them anew runs code."""

import os
import sys

import _interpreters

GONE = "read when its owner was gone"
# An interpreter needs this to find the module.
FIND = "import sys\nsys.path.insert(0, %r)" % os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Result:
    """Becomes a text where it arrives, and acts there on the interpreter of that number."""

    def __init__(self, act, interpreter):
        self.act, self.interpreter = act, interpreter

    def __reduce__(self):
        return arrive, (self.act, self.interpreter)


def arrive(act, interpreter):
    if act == "destroy":
        _interpreters.destroy(interpreter)
    elif all(number != interpreter for number, _ in _interpreters.list_all()):
        # The process may not live to return it.
        print(GONE, file=sys.stderr, flush=True)
    return "arrived"


def make(interpreter, *acts):
    """For a call in another interpreter: one result for each act."""
    return [Result(act, interpreter) for act in acts]


def call(*acts):
    """Has them made in a new interpreter, and receives them."""
    owner = _interpreters.create()
    _interpreters.exec(owner, FIND)
    result, failed = _interpreters.call(owner, make, (owner, *acts))
    return failed.formatted if failed else result
