"""Memory: allocations that fail, and how much is in use."""

import ctypes
import os
import sys

try:
    import _testcapi
except ImportError:
    _testcapi = None


# The option of glibc's `mallopt`, and a size that every interpreter's own memory exceeds.
MMAP_THRESHOLD, LARGE_BYTES = -3, 1 << 16


class InUse(ctypes.Structure):
    """glibc's account of its heap."""

    _fields_ = [(name, ctypes.c_size_t) for name in
                "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]


def in_use():
    """Bytes that are allocated from the system's heap; what Python's own allocator keeps is not among them."""
    account = ctypes.CDLL(None).mallinfo2
    account.restype = InUse
    told = account()
    return told.uordblks + told.hblkhd


def is_here():
    """Whether allocations can be made to fail."""
    return _testcapi is not None


def failing(index, call, *arguments):
    """What the call gives or raises while the allocation of that number fails."""
    on, off = _testcapi.set_nomemory, _testcapi.remove_mem_hooks
    on(index, index + 1)
    try:
        given = call(*arguments)
    except BaseException as error:
        off()
        return error
    off()
    return given


def unmap_when_freed():
    """From now on large blocks are mapped one by one and go back to the system when they are freed: using one then is seen."""
    if not ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE_BYTES):
        raise OSError("the allocator cannot be told")


def watch():
    """Starts the script anew with Python's allocator for debugging, which spoils what is freed: using it is seen."""
    if os.environ.get("PYTHONMALLOC") != "debug":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONMALLOC": "debug"})
