"""Shows what rule runtime.new-interpreter.failure warns of: a creation that fails late is not taken back in order.

One allocation of a creation fails, the builtin types of the new interpreter being half made. CPython 3.14.10 dies of
SIGSEGV; 3.13.0 raises. Run it in a process of its own; another number than 1001 can be given.
"""

import sys

import _interpreters
import _testcapi

at = int(sys.argv[1]) if len(sys.argv) > 1 else 1001
_testcapi.set_nomemory(at, at + 1)
try:
    _interpreters.create()
    told = "created"
except _interpreters.InterpreterError as error:
    _testcapi.remove_mem_hooks()
    told = repr(error.__context__.__context__)
print(sys.version.split()[0], told, _interpreters.list_all(), flush=True)
