"""Shows the defect destroy-own-home: a thread that is away in another interpreter destroys the one it was born in.

CPython 3.13.0 dies of SIGABRT ("not the last thread"); in 3.14.10 the thread is put away for ever.
"""

import os

import _interpreters

from parts.cases import case, end, is_parked, until
from parts.ends import is_readable

# Born in one interpreter, its thread waits until the session that started it is over, and goes to another one.
LEAVE_HOME = """
import os, threading, _interpreters

def away():
    os.write(%d, str(threading.get_native_id()).encode())
    os.read(%d, 1)
    _interpreters.exec(%d, "import _interpreters; _interpreters.destroy(%d)")
    os.write(%d, b"b")

threading.Thread(target=away).start()
"""


def destroy():
    home, other = _interpreters.create(), _interpreters.create()
    born, is_born = os.pipe()
    goes, go = os.pipe()
    back, is_back = os.pipe()
    _interpreters.exec(home, LEAVE_HOME % (is_born, goes, other, home, is_back))
    thread = int(os.read(born, 20))
    os.write(go, b"g")
    until(lambda: is_readable(back) or is_parked(thread))
    return "the thread: %s" % ("back" if is_readable(back) else "parked for ever" if is_parked(thread) else "away")


destroyed = case("a thread destroys its home", destroy)
end(destroyed.signal == "SIGABRT" or "parked" in destroyed.said, destroyed.signal or destroyed.said)
