"""Shows the defect pending-call-lost-in-finalization: a release that is accepted after the owner's flush is never carried out.

An interpreter lends bytes and is destroyed. While it is cleared, when it has carried out all that was pending, its thread waits, and
main gives the bytes back. They stay in memory for ever. CPython 3.13.0 and 3.14.10.
"""

import os
import select

import _interpreters

from parts import memory, queues
from parts.cases import case, end, is_in, until
from parts.ends import in_thread, is_readable

# So large that nothing else counts.
PAYLOAD_BYTES, CYCLES = 32 << 20, 3
# What waits is a hook made in C, at the beginning of the clearing: it prints into a pipe that is full. No code of the interpreter
# runs after it that would look for pending calls.
LEND = """
import functools, sys, _interpqueues
lent = bytes(%d)
%s
del lent
sys.addaudithook(functools.partial(print, file=open(%d, "w", closefd=False), flush=True))
"""


def give_back(late):
    """One owner's life: what it lent is given back before its end begins, or while it is cleared."""
    owner, queue, (full, fills) = _interpreters.create(), queues.create(), os.pipe()
    failed = _interpreters.exec(owner, LEND % (PAYLOAD_BYTES, queues.putting(queue, "lent"), fills))
    assert failed is None, failed.formatted
    if not late:
        queues.get(queue)
    fill(fills)
    destroys = in_thread(_interpreters.destroy, owner)
    assert until(lambda: is_in(destroys.native_id, "write", fills)), "the owner does not wait"
    if late:
        queues.get(queue)
    drain(full, destroys)


def fill(pipe):
    os.set_blocking(pipe, False)
    try:
        while True:
            os.write(pipe, bytes(select.PIPE_BUF))
    except BlockingIOError:
        os.set_blocking(pipe, True)


def drain(pipe, thread):
    """Takes what is written until the thread is over."""
    while thread.is_alive():
        if is_readable(pipe):
            os.read(pipe, 1 << 16)
    os.close(pipe)


def payloads_left(late):
    """How many payloads are still in memory when all is over."""
    give_back(late)
    before = memory.in_use()
    for _ in range(CYCLES):
        give_back(late)
    return "%d of %d" % (round((memory.in_use() - before) / PAYLOAD_BYTES), CYCLES)


early = case("payloads left, given back before the end", payloads_left, False)
late = case("payloads left, given back while the owner is cleared", payloads_left, True)
end(early.said == "0 of 3" and late.said == "3 of 3", late.signal or late.said)
