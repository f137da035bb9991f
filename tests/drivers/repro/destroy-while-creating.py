"""Shows the defect destroy-while-creating: interpreters are destroyed while another thread is still making them.

CPython 3.13.0 dies of a fatal error. In 3.14.10 no creation ever comes to its end, and in some runs the process hangs
or dies by SIGSEGV: it is a race. Run it in a process of its own, with a timeout.
"""

import os
import sys
import threading
import time

import _interpreters

made = 0


def make():
    global made
    while True:
        interpreter = _interpreters.create()
        made += 1
        try:
            _interpreters.destroy(interpreter)
        except _interpreters.InterpreterError:
            pass


def destroy_all():
    while True:
        for interpreter, _ in _interpreters.list_all(require_ready=False):
            try:
                if interpreter:
                    _interpreters.destroy(interpreter)
            except _interpreters.InterpreterError:
                pass


for work in (make, destroy_all, destroy_all):
    threading.Thread(target=work, daemon=True).start()
time.sleep(8)
print(sys.version.split()[0], f"{made} interpreters were made in 8 seconds", flush=True)
os._exit(0)
