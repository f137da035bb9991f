"""Values and exceptions as JSON, both ways: null, true, false, and one-key objects for everything else.

It knows no verb and no interpreter. What it cannot write it names by a handle or by its type.
"""

import ctypes
import re
import struct
import types

from .things import Kept, MAKERS

C_PLACE = r"\S+\.c:\d+:"  # where in its source a runtime noticed something is no matter of its behaviour
CHAIN_DEPTH_MAX = 60  # an exception may be its own context: a bound instead of a search for cycles


def escape(text):
    """Text as printable characters and Python escapes, so that lone surrogates survive JSON."""
    return "".join(c if c != "\\" and c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode()
                   for c in text)


def unescape(text):
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


class CStruct:
    """The address of a capsule's struct: data, object, owner id, rebuilding function, free function."""

    def __init__(self, address):
        self.address = address

    def words(self):
        return list((ctypes.c_int64 * 5).from_address(self.address))


BY_ADDRESS = {"struct": CStruct}  # what a handle names directly, and every interpreter can reach
BUILDERS = {}  # what is made of its description rather than of the objects in it
objects = []  # whatever a reply named by a handle; a dropped one leaves None


def keep(kind, thing):
    objects.append(thing)
    return {"handle": kind, "ref": len(objects) - 1}


def decode(wire):
    if wire is None or isinstance(wire, bool):
        return wire
    if "handle" in wire:
        return BY_ADDRESS[wire["handle"]](wire["ref"]) if wire["handle"] in BY_ADDRESS else objects[wire["ref"]]
    if wire.get("make") in BUILDERS:
        return BUILDERS[wire["make"]](wire["args"])
    if "make" in wire:
        return MAKERS[wire["make"]](*map(decode, wire["args"]))
    (tag, body), = wire.items()
    return DECODERS[tag](body)


DECODERS = {
    "int": int, "float": float, "str": unescape, "bytes": bytes.fromhex,
    "float_bits": lambda digits: struct.unpack(">d", bytes.fromhex(digits))[0],
    "tuple": lambda items: tuple(map(decode, items)), "list": lambda items: list(map(decode, items)),
    "dict": lambda pairs: {decode(k): decode(v) for k, v in pairs},
}


def encode(value):
    if value is None or value is True or value is False:
        return value
    encoder = ENCODERS.get(type(value))
    return encoder(value) if encoder else {"opaque": escape(type(value).__name__)}


ENCODERS = {
    int: lambda v: {"int": str(v)}, float: lambda v: encode_float(v), str: lambda v: {"str": escape(v)},
    bytes: lambda v: {"bytes": v.hex()}, memoryview: lambda v: {"make": "MemoryView", "args": [encode(v.tobytes())]},
    tuple: lambda v: {"tuple": list(map(encode, v))}, list: lambda v: {"list": list(map(encode, v))},
    dict: lambda v: {"dict": [[encode(k), encode(x)] for k, x in v.items()]},
    types.SimpleNamespace: lambda v: encode_namespace(v),
    Kept: lambda v: keep("kept", v), CStruct: lambda v: {"handle": "struct", "ref": v.address},
}


def encode_float(value):
    """By its text, or by its bits if that is a NaN with a sign or a payload."""
    bits = struct.pack(">d", value).hex()
    return {"float": repr(value)} if value == value or bits == "7ff8000000000000" else {"float_bits": bits}


def encode_namespace(value):
    """A config."""
    return {"make": "Settings", "args": [encode(vars(value))]}


ITSELF = {"type": "builtins.itself", "message": "", "cause": None, "context": None}


def describe(error, depth=0):
    """The exception with what it is chained to; one that is its own context says so."""
    kind, cause, context = type(error), error.__cause__, error.__context__
    chain = depth < CHAIN_DEPTH_MAX
    shows_context = context is not None and context is not cause and chain
    return {
        "type": "%s.%s" % (kind.__module__, kind.__qualname__), "message": escape(re.sub(C_PLACE, "FILE:LINE:", str(error))),
        "cause": describe(cause, depth + 1) if cause is not None and chain else None,
        "context": (ITSELF if context is error else describe(context, depth + 1)) if shows_context else None,
    }
