"""Shows the defect destroy-while-creating: an interpreter is destroyed while another thread is still making it.

A new interpreter runs the module `sitecustomize` before it is ready, and stops there. Another thread finds it on the list and destroys
it; then the maker goes on. CPython 3.13.0 dies of SIGABRT ("not the last thread"); in 3.14.10 the maker is put away for ever.
"""

import os
import sys

import _interpreters

from parts.cases import case, end, fate
from parts.ends import comes, in_thread

SITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parts", "site")


def make(act):
    stops, is_stopped = os.pipe()
    goes, go = os.pipe()
    os.environ["REPRO_STOPS"] = "%d %d" % (is_stopped, goes)
    maker = in_thread(_interpreters.create)
    if not comes(stops, maker):
        return "nothing stops"
    young = max(number for number, *_ in _interpreters.list_all(require_ready=False))
    actor = in_thread(act, young)
    fate(actor)
    os.write(go, b"g")
    return "the maker: " + fate(maker)


def nothing(_):
    pass


if os.environ.get("PYTHONPATH") != SITE:
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONPATH": SITE})
made = case("left alone while it is made", make, nothing)
destroyed = case("destroyed while it is made", make, _interpreters.destroy)
died = destroyed.signal is not None or "parked" in destroyed.said
end(made.said == "the maker: over" and died, destroyed.signal or destroyed.said)
