"""Interpreters whose end waits: a hook that runs at their exit says that it runs, and goes on when it is told to."""

import os
import select
import threading

import _interpreters

from .cases import STILL, fate, until

HOOK = """
import atexit, os
def wait(write=os.write, read=os.read):
    write(%d, b"w")
    read(%d, 1)
atexit.register(wait)
"""


class Ending:
    """An interpreter that a thread destroys, as far as its exit hook."""

    def __init__(self):
        self.interpreter = _interpreters.create()
        self.waits, is_waiting = os.pipe()
        goes, self.go = os.pipe()
        _interpreters.exec(self.interpreter, HOOK % (is_waiting, goes))
        self.thread = threading.Thread(target=_interpreters.destroy, args=(self.interpreter,), daemon=True)
        self.thread.start()
        os.read(self.waits, 1)

    def go_on(self):
        """The hook returns."""
        os.write(self.go, b"g")


def in_thread(call, *arguments):
    """A thread that makes the call; what it raises is nobody's."""
    def work():
        try:
            call(*arguments)
        except _interpreters.InterpreterError:
            pass
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def is_readable(pipe):
    return bool(select.select([pipe], [], [], 0)[0])


def comes(pipe, thread):
    """Waits for a byte that the thread brings about; False if it is over, or put away, without."""
    until(lambda: is_readable(pipe) or fate(thread, wait=False) != STILL)
    return is_readable(pipe)
