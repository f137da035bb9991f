"""Shows the defect pickle-fake-main-swap: while a value is restored, everybody sees another `__main__`.

An object of a class of the main program is sent to an interpreter. While it is made anew there, a second thread of that interpreter
looks at `__main__`. In CPython 3.14.10 it finds another module; 3.13.0 sends no such objects.
"""

import os
import sys

import _interpreters

from parts import queues
from parts.cases import V, case, end

RECEIVE = """
import os, sys, threading, _interpqueues
main, seen = sys.modules["__main__"], []
asked, ask = os.pipe()
answered, answer = os.pipe()
sys.meeting = ask, answered  # where the object leaves word that it is being made, and waits

def look():
    os.read(asked, 1)
    seen.append(sys.modules["__main__"] is main)
    os.write(answer, b"a")

looks = threading.Thread(target=look)
looks.start()
_interpqueues.get(%d)
looks.join()
os.write(%d, repr((seen[0], sys.modules["__main__"] is main)).encode())
"""


class Meeting:
    """Made anew, it waits until the other thread has looked."""

    def __setstate__(self, _):
        ask, answered = sys.meeting
        os.write(ask, b"a")
        os.read(answered, 1)


def send():
    queue, receiver, (told, tell) = queues.create(), _interpreters.create(), os.pipe()
    meeting = Meeting()
    meeting.state = "some"
    queues.put(queue, meeting)
    failed = _interpreters.exec(receiver, RECEIVE % (queue, tell))
    if failed is not None:
        return failed.formatted
    during, after = os.read(told, 100).decode().strip("()").split(", ")
    return "the same __main__ during it: %s, after it: %s" % (during, after)


if __name__ == "__main__":
    if V < (3, 14):
        end(False, "nothing is pickled")
    sent = case("an object of the main program", send)
    end(sent.said.startswith("the same __main__ during it: False"), sent.said or sent.signal)
