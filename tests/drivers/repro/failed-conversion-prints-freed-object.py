"""Shows the defect failed-conversion-prints-freed-object: a refusal names an object that nobody holds any more.

The only reference to a tuple is that of the dict that is shared; the repr of its first item takes it out of the dict while the refusal
is worded. CPython 3.14.10 dies of SIGSEGV; 3.13.0, which words only the item, prints the refusal.
"""

import _interpreters

from parts.cases import case, end

SIZES = (0, 30, 3000, 300_000)


class Meddler:
    def __init__(self, act):
        self.act = act

    def __repr__(self):
        self.act()
        return "meddler"


def refuse(size, meddles):
    """What sharing the tuple raises. The floats make what is freed large."""
    shared = {}
    meddler = Meddler(lambda: meddles and shared.pop("name", None))
    shared["name"] = (meddler, *(number * 1.5 for number in range(size)))
    try:
        _interpreters.set___main___attrs(_interpreters.create(), shared)
    except _interpreters.NotShareableError:
        return "refused"


held = [case("a tuple of %d that stays" % (size + 1), refuse, size, False) for size in SIZES]
freed = [case("a tuple of %d that goes" % (size + 1), refuse, size, True) for size in SIZES]
deaths = [ending.signal for ending in freed if ending.signal]
end(all(ending.said == "refused" for ending in held) and bool(deaths), deaths[0] if deaths else freed[0].said)
