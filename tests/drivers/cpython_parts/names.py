"""Namespaces: names and values on their way into a `__main__`, and objects that are odd as names or as values.

The operations of the module are called as they are; the functions behind them, which only 3.13 exports, by ctypes.
Nothing here decides what a result means.
"""

import collections
import ctypes
import sys
import types

import _interpreters as I

from .clevel import GetData, c, callbacks, data_function, done, thread_state
from .offers import EDITION
from .things import add_makers, plain
from .wire import BY_ADDRESS, ENCODERS, CStruct

ROOM = 7  # bytes of text that fit into the pointer of a capsule, with the NUL that ends them


class OddKey(str):
    """A string that no lookup by its own text finds."""

    def __hash__(self):
        return hash(str(self)) + 1

    def __eq__(self, other):
        return self is other


class Shrinking:
    """A sequence that promises one name more than it has."""

    def __init__(self, *names):
        self.names = names

    def __len__(self):
        return len(self.names) + 1

    def __getitem__(self, index):
        return self.names[index]


class Sized:
    """An object with a length, and nothing at its indexes."""

    def __len__(self):
        return 1


class Converted:
    """An object whose conversion the driver made: it arrives as a short text."""

    def __init__(self, text):
        self.text = text.encode()
        assert len(self.text) <= ROOM

    def convert(self):
        return self.text


class Unreadable(Converted):
    """An object that converts, and cannot be made again: what arrives is no UTF-8."""

    def __init__(self):
        self.text = b"\xff"


class Meddler(Converted):
    """An object whose conversion changes the dict that is being read."""

    def __init__(self, action, *args):
        super().__init__("met")
        self.action, self.args = action, args

    def convert(self):
        getattr(self, self.action)(reading[-1], *self.args)
        return self.text

    def delete(self, names, key):
        del names[key]

    def put(self, names, key, value):
        names[key] = value

    def clear(self, names):
        names.clear()


for cls in (OddKey, Shrinking, Sized, Converted, Unreadable, Meddler):
    cls.__module__ = "driver"

reading = []  # the dict that the call in progress reads, for objects that change it meanwhile


def getdata(_, address, capsule):
    """What the layer calls for each object of a registered class: the text goes into the pointer itself."""
    thing = ctypes.cast(address, ctypes.py_object).value
    text = ctypes.c_void_p(int.from_bytes(thing.convert(), "little"))
    current = ctypes.c_void_p(c("PyInterpreterState_Get", result=ctypes.c_void_p))
    rebuild = ctypes.cast(ctypes.pythonapi.PyUnicode_FromString, ctypes.c_void_p)
    data_function("Init", ctypes.c_void_p(capsule), current, text, ctypes.py_object(thing), rebuild, result=None)
    return 0


def registered(cls):
    """The class, registered when the first object of it is wanted."""
    known = set()

    def make(*args):
        if not known:
            callback = ctypes.PYFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 3)(getdata)
            register(ctypes.py_object(cls), callback)
            callbacks.append(callback)
            known.add(cls)
        return cls(*args)
    return make


def register(kind, callback):
    if EDITION == "3.13":
        return data_function("RegisterClass", kind, callback)
    return data_function("RegisterClass", thread_state(), kind, GetData(ctypes.cast(callback, ctypes.c_void_p), None))


add_makers({
    "OrderedDict": collections.OrderedDict, "MappingProxy": types.MappingProxyType,
    "OddKey": OddKey, "Shrinking": Shrinking, "Sized": Sized,
    "Converted": registered(Converted), "Unreadable": registered(Unreadable), "Meddler": registered(Meddler),
})


# Through the module.

def perform(call, *args, **options):
    """Calls with what the scenario holds on to as itself; the dict is known to those who change it meanwhile."""
    given = [{name: plain(value) for name, value in it.items()} if type(it) is dict else plain(it) for it in args]
    reading.extend(it for it in given if isinstance(it, dict))
    try:
        return call(*given, **options)
    finally:
        reading.clear()


def performing(call):
    """The function itself, but for what it is given."""
    return lambda *args, **options: perform(call, *args, **options)


def main():
    return vars(sys.modules["__main__"])


def bound():
    """What was bound here, in order; not what every module has, nor the driver."""
    return [(name, value) for name, value in main().items() if name[:2] != "__" and name != "driver"]


# Through the functions behind it.

class Namespace(CStruct):
    """The address of a namespace: how many items, and where they are; each a name and a capsule."""

    def items(self):
        count, first = (ctypes.c_int64 * 2).from_address(self.address)
        words = (ctypes.c_void_p * (2 * count)).from_address(first)
        return [(ctypes.string_at(words[2 * i]).decode(), words[2 * i + 1] is not None) for i in range(count)]


BY_ADDRESS["namespace"] = Namespace
ENCODERS[Namespace] = lambda v: {"handle": "namespace", "ref": v.address}


def function(name, *args, result=ctypes.c_int):
    return c("_PyXI_" + name, *args, result=result)


def address(namespace):
    return ctypes.c_void_p(namespace.address)


def from_names(names):
    made = function("NamespaceFromNames", ctypes.py_object(plain(names)), result=ctypes.c_void_p)
    return None if made is None else Namespace(made)


def fill(namespace, values):
    def call(given):
        return done(function("FillNamespaceFromDict", address(namespace), ctypes.py_object(given), None))
    return perform(call, values)


def apply(namespace, target, *default):
    """Without a default there is none: not even None."""
    target = main() if target == "__main__" else plain(target)
    default = ctypes.py_object(plain(default[0])) if default else None
    return done(function("ApplyNamespace", address(namespace), ctypes.py_object(target), default))


def free(namespace):
    return function("FreeNamespace", address(namespace), result=None)


VERBS = {
    "set___main___attrs": performing(I.set___main___attrs), "exec": performing(I.exec), "bound": bound, "main_attr": lambda name: main()[name],
    "ns_from_names": from_names, "ns_items": lambda ns: ns.items(),
    "ns_fill": fill, "ns_apply": apply, "ns_free": free,
}
