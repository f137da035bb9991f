"""Shows the defect inverted-rawfree-struct-leak: the structure of a capsule that carried a name is never freed.

Numbers are set in another interpreter. In CPython 3.13.0 forty bytes stay for each; 3.14.10 frees them.
"""

import _interpreters

from parts import memory
from parts.cases import case, end

NAMES, TIMES = 500, 20
CAPSULE_BYTES = 40


def left():
    """How many bytes each name leaves behind."""
    target = _interpreters.create()
    numbers = {"name%d" % number: number for number in range(NAMES)}
    _interpreters.set___main___attrs(target, numbers)
    before = memory.in_use()
    for _ in range(TIMES):
        _interpreters.set___main___attrs(target, numbers)
    return (memory.in_use() - before) // (NAMES * TIMES)


bytes_left = case("bytes left of each name", left)
end(int(bytes_left.said) >= CAPSULE_BYTES, "%s bytes left of each" % bytes_left.said)
