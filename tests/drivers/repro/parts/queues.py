"""Queues between interpreters, whose functions take their arguments otherwise in each version."""

import sys

import _interpqueues

OLD = sys.version_info < (3, 14)
# For the code of another interpreter, which has `queue` for the number and `thing` for what is put.
PUT = "_interpqueues.put(%s, %s, 0, 3)" if OLD else "_interpqueues.put(%s, %s)"


def create():
    """A queue without bound; what an interpreter left in it is replaced when that one ends."""
    return _interpqueues.create(0, 0, 3) if OLD else _interpqueues.create(0, 3, -1)


def put(queue, thing):
    if OLD:
        _interpqueues.put(queue, thing, 0, 3)
    else:
        _interpqueues.put(queue, thing)


def get(queue):
    return _interpqueues.get(queue)[0]


def putting(queue, expression):
    """The statement that puts it there."""
    return PUT % (queue, expression)


# Puts a value when the end of the interpreter has already taken its values back out of every queue.
LATE = """
import sys, _interpqueues

class Last:
    def __init__(self, act):
        self.act = act
    def __del__(self):
        self.act()

def plant():
    # All that is needed is held by the functions: the modules are empty by then.
    def late(put=_interpqueues.put, value=%s):
        %s
    def hook(event, arguments, names=sys.__dict__, last=Last(late)):
        if event == "cpython.PyInterpreterState_Clear":
            names["last"] = last
    sys.addaudithook(hook)

plant()
del plant, Last
"""


def put_late(queue, expression):
    """Code after which its interpreter puts that value once it has begun to be cleared."""
    return LATE % (expression, "put(%d, value%s)" % (queue, ", 0, 3" if OLD else ""))
