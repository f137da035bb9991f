"""Shows what rule convert.message warns of: the text of a refusal is made of an object that nobody holds any more.

The only reference to the tuple is the dict's; the repr of its item takes it out of the dict while the refusal is worded.
CPython 3.14.10 dies of SIGSEGV; 3.13.0, which words only the item, prints the refusal. Run it in a process of its own.
"""

import sys

import _interpreters

target = _interpreters.create()


class Meddler:
    def __repr__(self):
        shared.pop("name", None)
        return "meddler"


for size in (0, 30, 3000, 300_000):
    shared = {"name": (Meddler(), *(number * 1.5 for number in range(size)))}
    try:
        _interpreters.set___main___attrs(target, shared)
    except Exception as refusal:
        print(sys.version.split()[0], size, type(refusal).__name__, flush=True)
