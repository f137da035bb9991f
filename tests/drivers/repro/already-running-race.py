"""Shows the defect already-running-race: "already running" is asked again when it is reported, and by then nobody runs.

A thread is refused because another one runs the interpreter, and is stopped before it turns that into an exception; the other one
leaves; the first goes on. CPython 3.13.0 fails without an exception. In 3.14.10, where nothing is asked again, threads that get in each
other's way many times are all told.
"""

import collections
import os
import threading

import _interpreters

from parts import stops
from parts.cases import V, case, end
from parts.ends import in_thread

REPORT = "_PyXI_ApplyError"
RUN = "import os\nos.write(%d, b'r')\nos.read(%d, 1)"
LEAVES = "os.write(%d, b'l')\nwhile _interpreters.is_running(%%d): pass"
# Lets go of the GIL again and again, so that another thread can come in and be refused.
BUSY = "import time\nfor _ in range(20): time.sleep(0)"
THREADS, ATTEMPTS = 4, 1000


def told_by(call, *arguments):
    try:
        return call(*arguments) or "done"
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)


def refused(leaves):
    """What a thread is told that is refused while another one runs; at the last moment that one leaves, or not."""
    runs, is_running = os.pipe()
    left, leave = os.pipe()

    def enter(target):
        in_thread(_interpreters.exec, target, RUN % (is_running, left))
        os.read(runs, 1)
        return told_by(_interpreters.exec, target, "pass")

    return stops.overtake(REPORT, enter, LEAVES % leave if leaves else "pass")


def in_each_others_way():
    """What threads are told that enter one interpreter over and over, and how often."""
    target, told = _interpreters.create(), collections.Counter()

    def work():
        for _ in range(ATTEMPTS):
            told[told_by(_interpreters.exec, target, BUSY).partition(":")[0]] += 1

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ", ".join("%s %d times" % item for item in sorted(told.items()))


if V > (3, 13):
    many = case("threads in each other's way", in_each_others_way)
    end("SystemError" in many.said, many.said)
if stops.missing():
    end(None, stops.missing())
still = case("the other one still runs", refused, False)
gone = case("the other one leaves", refused, True)
end("already running" in still.said and "SystemError" in gone.said, gone.said)
