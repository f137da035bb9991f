"""Shows what rule excinfo.display.optional warns of: a renderer that cannot be made releases its arguments twice.

A script replaces what makes the renderer by something that raises, and raises thirty times. 3.13.0 goes on; 3.14.10 dies of
SIGSEGV or SIGABRT, at once or when the interpreter ends. Run it in a process of its own.
"""

import _interpreters

SCRIPT = """
import traceback
class Unmade:
    def from_exception(*_, **__): raise ValueError("will not be made")
traceback.TracebackException = Unmade
1/0
"""

broken = _interpreters.create()
for _ in range(30):
    shown = _interpreters.exec(broken, SCRIPT)
_interpreters.destroy(broken)
print(hasattr(shown, "errdisplay"), flush=True)
