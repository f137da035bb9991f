"""Shows the defect namespace-free-null-owner: preserved values are given back to an owner that is not there.

The result of a call destroys the interpreter that it came from while it is made anew. Its memory is then to be freed by its owner,
and the call is queued on a null pointer. CPython 3.14.10 dies of SIGSEGV; 3.13.0 preserves nothing.
"""

from parts import results
from parts.cases import V, case, end

if V < (3, 14):
    end(False, "nothing is preserved")
undisturbed = case("the result looks", results.call, "look")
destroyed = case("the result destroys its owner", results.call, "destroy")
end(undisturbed.said == "['arrived']" and destroyed.signal == "SIGSEGV", destroyed.signal or destroyed.said)
