"""Shows the defect destroy-own-home: a thread that is away in another interpreter destroys the one it was born in.

CPython 3.13.0 aborts ("not the last thread"); in 3.14.10 the thread never comes back. Run it in a process of its own.
"""

import os
import select
import sys

import _interpreters

home, other = _interpreters.create(), _interpreters.create()
reader, writer = os.pipe()
_interpreters.exec(home, f"""
import os, threading, time, _interpreters

def away():
    time.sleep(0.5)  # until the exec that started this thread is over
    _interpreters.exec({other}, "import _interpreters; _interpreters.destroy({home})")
    os.write({writer}, b"x")

threading.Thread(target=away).start()
""")
came_back = bool(select.select([reader], [], [], 6)[0])
print(sys.version.split()[0], "came back" if came_back else "never came back", flush=True)
os._exit(0)
