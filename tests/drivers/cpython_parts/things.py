"""The objects that a scenario can ask for by name, and one to hold on to any of them.

They are ordinary Python objects, odd in one way each. Nothing here knows the layer under test, except that a
configuration is made by it.
"""

import functools
import sys

import _interpreters as I


class Plain:
    """An object of a class that nothing knows how to share."""


class IntSubclass(int): pass
class StrSubclass(str): pass
class BytesSubclass(bytes): pass
class FloatSubclass(float): pass
class TupleSubclass(tuple): pass
class DictSubclass(dict): pass
class Registered: "A class whose conversion the scenario chooses; see `register`."


class Unprintable:
    """An object whose repr() or str() raises."""

    def __init__(self, method, error):
        self.method, self.error = method, error

    def __repr__(self):
        return self._text("repr")

    def __str__(self):
        return self._text("str")

    def _text(self, method):
        if method == self.method:
            raise KeyError(self.error)
        return "<Unprintable %s>" % method


class Indexable:
    def __init__(self, number):
        self.number = number

    def __index__(self):
        return self.number


for cls in (Plain, Registered, Unprintable, Indexable):
    cls.__module__ = "driver"


def config(name, overrides=None, without=()):
    made = I.new_config(name, **(overrides or {}))
    for key in without:
        delattr(made, key)
    return made


def configured(name, extra):
    """A config with fields that `new_config` itself would not set."""
    made = I.new_config(name)
    vars(made).update(extra)
    return made


def released_view():
    view = memoryview(b"gone")
    view.release()
    return view


class Kept:
    """A Python object that the scenario holds on to."""

    def __init__(self, thing):
        self.thing = thing

    def references(self):
        return sys.getrefcount(self.thing)


def plain(thing):
    return thing.thing if isinstance(thing, Kept) else thing


ALONE = Kept(object()).references()  # what the count of an object is that nothing else refers to


MAKERS = {
    "Plain": Plain, "IntSubclass": IntSubclass, "StrSubclass": StrSubclass, "BytesSubclass": BytesSubclass,
    "FloatSubclass": FloatSubclass, "TupleSubclass": TupleSubclass, "DictSubclass": DictSubclass,
    "Registered": Registered, "Unprintable": Unprintable, "Indexable": Indexable, "Config": config, "Configured": configured,
    "MemoryView": lambda thing: memoryview(plain(thing)), "ReleasedView": released_view, "ByteArray": bytearray,
    "Error": ValueError, "Set": lambda *items: set(items),
    "Nested": lambda depth: functools.reduce(lambda inner, _: (inner,), range(depth), ()),
}


def add_makers(makers):
    """More objects; no name may stand for two."""
    taken = MAKERS.keys() & makers.keys()
    if taken:
        raise ValueError("made twice: %s" % sorted(taken))
    MAKERS.update(makers)
