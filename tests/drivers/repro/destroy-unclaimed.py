"""Shows the defect destroy-unclaimed: two threads destroy one interpreter, the second while the first runs its exit hooks.

CPython 3.13.0 dies of SIGABRT ("not the last thread"); in 3.14.10 one of the threads is put away for ever.
"""

import _interpreters

from parts.cases import case, end, fate
from parts.ends import Ending, comes, in_thread


def destroy_twice():
    ending = Ending()
    second = in_thread(_interpreters.destroy, ending.interpreter)
    if not comes(ending.waits, second):
        return "the second: refused"
    ending.go_on()
    ending.go_on()
    return "the first: %s, the second: %s" % (fate(ending.thread), fate(second))


twice = case("destroyed twice", destroy_twice)
end(twice.signal is not None or "parked" in twice.said, twice.signal or twice.said)
