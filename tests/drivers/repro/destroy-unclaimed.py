"""Shows the defect destroy-unclaimed: two threads destroy one interpreter, the second while the first runs its hooks.

CPython 3.13.0 aborts ("not the last thread"); in 3.14.10 the second destroy never returns. Run it in a process of its own.
"""

import os
import sys
import threading
import time

import _interpreters

target = _interpreters.create()
_interpreters.exec(target, "import atexit, time; atexit.register(time.sleep, 1.5)")
threads = [threading.Thread(target=_interpreters.destroy, args=(target,), daemon=True) for _ in range(2)]
threads[0].start()
time.sleep(0.5)
threads[1].start()
time.sleep(4)
stuck = sum(thread.is_alive() for thread in threads)
print(sys.version.split()[0], f"{stuck} of 2 destroys never returned", flush=True)
os._exit(0)
