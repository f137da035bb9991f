"""Calls in threads of their own, and gates that scripts wait at.

A gate is a pipe whose writing end is closed when it is opened: whoever reads from it then goes on. A script that comes to its gate
writes a byte, and so does a thread whose call is over; so it is known, without any clock, that a call which was started waits or
is over. A call that has no gate is under way as soon as its thread runs. Nothing here knows what a call does.
"""

import os
import threading

from .offers import NotImplementedHere
from .wire import BUILDERS, ENCODERS

# Leaves no name behind in the `__main__` where it runs. To tell and to wait is one call of built-in functions: between the two no
# bytecode is run, and nothing of what is pending in the interpreter. (In CPython, where `call` is built in.)
SCRIPT = """(lambda os, each: list(map(each, [os.write] * %d + [os.read], %r, [b"."] * %d + [1])))(
    __import__("os"), __import__("operator").call)"""


class Gate:
    """Closed until it is opened, and then open for good."""

    def __init__(self):
        self.goes, self.opens = os.pipe()
        self.comes, self.arrives = os.pipe()
        self.is_open = self.is_reached = False

    def wait_for_somebody(self):
        if not self.is_reached:
            os.read(self.comes, 1)
            self.is_reached = True

    def open(self):
        if not self.is_open:
            os.close(self.opens)
            self.is_open = True


class Started:
    """A call in a thread of its own, and in the end what came of it."""

    def __init__(self, request, answer):
        self.told, self.tells = os.pipe()
        self.has_gate = uses_gate(request)
        self.outcome = None
        self.thread = threading.Thread(target=self.run, args=(request, answer), daemon=True)
        self.thread.start()
        os.read(self.told, 1)

    def run(self, request, answer):
        here.started = self
        if not self.has_gate:
            os.write(self.tells, b".")
        try:
            self.outcome = answer(request)
        finally:  # whatever the driver itself does wrong, nobody waits for it
            os.write(self.tells, b".")

    def join(self):
        self.thread.join()
        if self.outcome is None or "not_implemented" in self.outcome:
            raise NotImplementedHere((self.outcome or {}).get("not_implemented", "an answer"))
        return Fate(self.outcome)


class Fate:
    """What came of a thread: the value or the exception of its call, as it is told."""

    def __init__(self, outcome):
        self.outcome = outcome

    def wire(self):
        if "value" in self.outcome:
            return {"make": "Returned", "args": [self.outcome["value"]]}
        raised = self.outcome["exception"]
        return {"make": "Raised", "args": [{"str": raised["type"]}, {"str": raised["message"]}]}


ENCODERS[Fate] = Fate.wire

gates, threads = {}, {}
here = threading.local()  # the call that this thread was started for


def gate(name):
    return gates[name] if name in gates else gates.setdefault(name, Gate())


def uses_gate(wire):
    """Whether anything in the request waits at a gate."""
    if isinstance(wire, dict):
        return wire.get("make") == "Gate" or any(map(uses_gate, wire.values()))
    return isinstance(wire, list) and any(map(uses_gate, wire))


def script(name):
    """The text of a script that waits at that gate, having told whoever asks for it and whoever started it."""
    told = [gate(name).arrives] + ([here.started.tells] if hasattr(here, "started") else [])
    return SCRIPT % (len(told), told + [gate(name).goes], len(told))


def start(request, answer):
    """Begins the call; it is under way when this returns."""
    name = request.pop("thread")
    threads[name] = Started(request, answer)
    return {"value": None}


BUILDERS["Gate"] = lambda args: script(args[0]["str"])

VERBS = {
    "reached": lambda name: gate(name).wait_for_somebody(),
    "open": lambda name: gate(name).open(),
    "join": lambda *names: tuple(threads.pop(name).join() for name in names),
}
