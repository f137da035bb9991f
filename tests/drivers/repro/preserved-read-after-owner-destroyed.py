"""Shows the defect preserved-read-after-owner-destroyed: a result is read when the interpreter that it came from is gone.

The first item of a result destroys the interpreter that the result came from while it is made anew; the second looks whether that
is there. In CPython 3.14.10 it is read all the same; 3.13.0 preserves nothing.
"""

from parts import results
from parts.cases import V, case, end, observe

if V < (3, 14):
    end(False, "nothing is preserved")
undisturbed = case("both items look", results.call, "look", "look")
destroyed = case("the first destroys their owner", results.call, "destroy", "look")
read = results.GONE in destroyed.words
observe("and the second", results.GONE if read else "not read")
end(results.GONE not in undisturbed.words and read, results.GONE if read else "refused")
