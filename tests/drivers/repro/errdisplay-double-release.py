"""Shows the defect errdisplay-double-release: a traceback that cannot be rendered gives up twice what it was to be made of.

A script replaces what makes the renderer by something that raises, and raises many times. CPython 3.13.0 and 3.14.10 die of SIGSEGV
or SIGABRT, at once or when the interpreter ends. Without an allocator that spoils what is freed, 3.13.0 goes on.
"""

import _interpreters

from parts import memory
from parts.cases import case, end

RAISES = 30
RENDERS = "1/0"
UNMADE = """
import traceback
class Unmade:
    def from_exception(*_, **__): raise ValueError("will not be made")
traceback.TracebackException = Unmade
1/0
"""


def raise_in(script):
    target = _interpreters.create()
    for _ in range(RAISES):
        shown = _interpreters.exec(target, script)
    _interpreters.destroy(target)
    return "rendered" if getattr(shown, "errdisplay", None) else "not rendered"


memory.watch()
rendered = case("a traceback that is rendered", raise_in, RENDERS)
unmade = case("one whose renderer cannot be made", raise_in, UNMADE)
end(rendered.said == "rendered" and unmade.signal is not None, unmade.signal or unmade.said)
