"""A driver: performs the operations of CPython's cross-interpreter layer on request and tells what came of each.

It sits between the conformance runner and one real runtime. It speaks JSON lines: a handshake on stdout, then one
reply for each request on stdin. It performs and observes; it knows neither scenarios nor what is right. Needs the
standard library of Python 3.13 or 3.14: CPython's, or that of another Python with a module `_interpreters`, such as
RustPython. What a Python lacks (test helpers, C functions) its verbs answer to be "not implemented", and the handshake
does not claim. `README.md` beside this file describes the protocol.
"""

import ctypes
import json
import os
import sys
import threading

import _interpreters as I

SOURCE = globals().get("__file__") or SOURCE  # noqa: F821 - inside another interpreter the creator sets it
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(SOURCE)))

from cpython_parts import clevel, crossing, errors, made, names, processes, registry, scarcity, sessions, threads  # `made` only adds
from cpython_parts.clevel import c, data_function, done, here, interpreter
from cpython_parts.offers import EDITION, NotImplementedHere, Offered, claims, offered
from cpython_parts.things import ALONE, Kept, plain
from cpython_parts.wire import ENCODERS, decode, describe, encode, keep, objects

PROTOCOL = 2
T = Offered("_testinternalcapi")


# The verbs.

def helper(name):
    """A verb of the runtime's own test helpers."""
    return lambda *args, **kwargs: getattr(T, name)(*args, **kwargs)


if offered("_testinternalcapi.get_crossinterp_data"):
    # PyCapsule has no name to import: its type is taken from an instance.
    ENCODERS[type(T.get_crossinterp_data(None))] = lambda v: keep("capsule", v)


def get_crossinterp_data(thing, *mode):
    """Converts the object; of one that is held on to, the object itself and not our holder."""
    return helper("get_crossinterp_data")(plain(thing), *mode)


def share(interp, kept, count):
    """Runs nothing in the interpreter, with the kept object bound there under `count` names."""
    return I.exec(interp, "pass", {"n%d" % n: kept.thing for n in range(count)})


def error_type(name):
    kind = getattr(I, name)
    return ("%s.%s" % (kind.__module__, kind.__qualname__), kind.__base__.__name__)


VERBS = {name: getattr(I, name) for name in (
    "create", "destroy", "get_current", "get_main", "list_all", "is_running", "whence", "run_string", "run_func", "call", "incref",
    "decref", "is_shareable", "new_config", "get_config")}
VERBS |= {
    "lose_module": lambda name: sys.modules.pop(name, None) and None,
    "replace_module": lambda name, thing: sys.modules.__setitem__(name, thing),
    "refcount": helper("get_interpreter_refcount"), "is_linked": helper("interpreter_refcount_linked"),
    "link": helper("link_interpreter_refcount"), "unlink": helper("unlink_interpreter_refcount"),
    "exists": helper("interpreter_exists"), "next_id": helper("next_interpreter_id"),
    "create_as": lambda whence: helper("create_interpreter")(whence=whence),
    "get_crossinterp_data": get_crossinterp_data,
    "restore_crossinterp_data": helper("restore_crossinterp_data"),
    "keep": Kept, "references": lambda kept: kept.references() - ALONE,
    "resize": lambda kept: kept.thing.append(0), "share": share,
    "error_type": error_type,
    "lookup": lambda n: interpreter(n).value is not None,
    "id_of_nothing": lambda: c("PyInterpreterState_GetID", None, result=ctypes.c_int64),
    "claim_running": lambda n: done(c("_PyInterpreterState_SetRunningMain", interpreter(n))),
    "xid_new": clevel.xid_new, "xid_init": clevel.xid_init, "xid_get": clevel.xid_get,
    "xid_check": clevel.xid_check, "xid_fields": clevel.xid_fields,
    "xid_new_object": lambda s: data_function("NewObject", here(s), result=ctypes.py_object),
    "xid_release": lambda s: done(data_function("Release", here(s))),
    "xid_clear": clevel.xid_clear, "xid_free": lambda s: data_function("Free", here(s), result=None),
    "bytes_capsule": clevel.bytes_capsule, "register": clevel.register,
}
VERBS |= crossing.VERBS | errors.VERBS | registry.VERBS | scarcity.VERBS | names.VERBS | processes.VERBS | threads.VERBS


def perform(request):
    if request["verb"] == "drop":  # takes the handle itself, not what it stands for
        objects[request["args"][0]["ref"]] = None
        return {"value": None}
    verb, given = VERBS.get(request["verb"]), decode
    if verb is None:  # some take their arguments as they are, to make the objects elsewhere
        verb, given = sessions.UNDECODED.get(request["verb"]), lambda wire: wire
    if verb is None:
        return {"not_implemented": "no verb %s" % request["verb"]}
    try:
        args = [given(arg) for arg in request["args"]]
        kwargs = {name: given(arg) for name, arg in request.get("kwargs", {}).items()}
        return {"value": encode(verb(*args, **kwargs))}
    except NotImplementedHere as missing:
        return {"not_implemented": "%s is missing" % missing}
    except BaseException as error:
        # Described here, so that no frame of ours keeps the error, and by it the arguments, beyond this call.
        return {"exception": describe(error.with_traceback(None))}


# Inside another interpreter: a thread that runs there serves requests from one pipe and answers on another.

INSIDE = """
driver = {"__name__": "driver", "SOURCE": %r}
exec(compile(open(driver["SOURCE"]).read(), driver["SOURCE"], "exec"), driver)
driver["serve"](open(%d, closefd=False), open(%d, "w", closefd=False))
"""


def write_reply(path, request):
    """Answers one request into a file."""
    with open(path, "w") as file:
        json.dump(perform(json.loads(request))["value"], file)


def serve(requests, replies):
    """Answers each request; the first line says that the interpreter is in and listening."""
    print("in", file=replies, flush=True)
    for line in requests:
        print(json.dumps(perform(json.loads(line))), file=replies, flush=True)


class Visit:
    """A thread of this process running in an interpreter, until it is let go."""

    def __init__(self, interp):
        (there, self.requests), (self.replies, back) = os.pipe(), os.pipe()
        self.requests, self.replies = open(self.requests, "w"), open(self.replies)
        self.result = None
        self.thread = threading.Thread(target=self.run, args=(interp, there, back), daemon=True)
        self.thread.start()
        if not self.replies.readline():
            self.leave()

    def run(self, interp, there, back):
        try:
            self.result = {"value": encode(I.exec(interp, INSIDE % (SOURCE, there, back)))}
        except BaseException as error:
            self.result = {"exception": describe(error)}
        finally:
            os.close(there)
            os.close(back)

    def ask(self, request):
        print(json.dumps(request), file=self.requests, flush=True)
        return json.loads(self.replies.readline())

    def leave(self):
        self.requests.close()
        self.thread.join()
        return self.result


visits = {}


def hold(interp):
    visit = Visit(interp)
    if visit.result:  # nobody got in; who was held there before stays
        return visit.result
    visits[interp] = visit
    return {"value": None}


def inside(interp, request):
    visit = visits.get(interp) or Visit(interp)
    if visit.result:
        return visit.result
    reply = visit.ask(request)
    if interp not in visits:
        visit.leave()
    return reply


def answer(request):
    if "thread" in request:
        return threads.start(request, answer)
    if "place" in request:
        return inside(decode(request["place"]), request)
    if request["verb"] == "hold":
        return hold(decode(request["args"][0]))
    if request["verb"] == "let_go":
        return visits.pop(decode(request["args"][0])).leave()
    return perform(request)


def private_channel():
    """The real stdin and stdout, moved where no script can print to or read from them by accident."""
    requests, replies = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return requests, replies


def main():
    requests, replies = private_channel()
    handshake = {"protocol": PROTOCOL, "name": sys.implementation.name,
                 "version": "%d.%d.%d" % sys.implementation.version[:3], "edition": EDITION} | claims()
    print(json.dumps(handshake), file=replies, flush=True)
    for line in requests:
        request = json.loads(line)
        print(json.dumps({"seq": request["seq"], "outcome": answer(request)}), file=replies, flush=True)
    os._exit(0)  # what is left of the interpreters is not this program's business


if __name__ == "__main__":
    main()
