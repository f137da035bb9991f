"""Shows the defect exec-during-destroy: an interpreter is entered while it is being destroyed.

A thread destroys it and is in its exit hooks; a second one enters it, and is inside when the hooks are over. CPython 3.13.0 dies of
SIGABRT ("not the last thread"); in 3.14.10 the second thread is put away for ever.
"""

import os

import _interpreters

from parts.cases import case, end, fate
from parts.ends import Ending, comes, in_thread

STAY = "import os\nos.write(%d, b'i')\nos.read(%d, 1)"


def enter():
    ending = Ending()
    inside, is_inside = os.pipe()
    leaves, leave = os.pipe()
    enters = in_thread(_interpreters.exec, ending.interpreter, STAY % (is_inside, leaves))
    if not comes(inside, enters):
        return "the one that enters: refused"
    ending.go_on()
    fate(ending.thread)
    os.write(leave, b"l")
    return "the one that enters: " + fate(enters)


entered = case("entered while it ends", enter)
end(entered.signal == "SIGABRT" or "parked" in entered.said, entered.signal or entered.said)
