"""Shows what rule convert.tuple.depth warns of: only the way out of an interpreter counts how deep a tuple is.

Nine thousand levels leave from the main thread, whose stack is large; a thread with a small one receives them, and the
process dies of SIGSEGV in 3.13.0 and in 3.14.10. Run it in a process of its own.
"""

import os
import sys
import threading

import _interpqueues

LEVELS, STACK_BYTES = 9000, 256 * 1024

nested = ()
for _ in range(LEVELS):
    nested = (nested,)
if sys.version_info >= (3, 14):
    queue = _interpqueues.create(0, 3, 0)
    _interpqueues.put(queue, nested, unboundop=-1, fallback=0)
else:
    queue = _interpqueues.create(0, 0, 1)
    _interpqueues.put(queue, nested, 0, 1)
threading.stack_size(STACK_BYTES)
receiver = threading.Thread(target=lambda: received.append(_interpqueues.get(queue)))
received = []
receiver.start()
receiver.join()
print(sys.version.split()[0], f"{LEVELS} levels arrived", flush=True)
os._exit(0)
