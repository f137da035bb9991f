"""A driver that is wrong on purpose: CPython's, with one of twenty changes of behaviour.

`mutant.py NAME` is a driver as `cpython.py` is, whose replies are those of a port with one mistake. `mutant.py none`
has no mistake, and `mutant.py --list` tells of all. Each mutant is a function that stands between the request and the
driver: it changes what is asked or what is told, and knows neither scenarios nor what is right. `README.md` beside
this file says which scenario notices each.
"""

import os
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import cpython as driver


# What mutants have in common. Everything here is JSON: requests, outcomes, and the values in them.

ARRIVALS = ("cross", "cross_twice", "main_attr", "bound", "restore_crossinterp_data")  # they show what arrived


def told(outcome, change):
    """The outcome with another value, if it is one."""
    return {"value": change(outcome["value"])} if "value" in outcome else outcome


def raised(outcome, change):
    """The outcome with another exception, if it is one; so with all that this is chained to."""
    if "exception" not in outcome:
        return outcome
    return {"exception": along(outcome["exception"], change)}


def along(error, change):
    if error is None:
        return None
    return change(error | {name: along(error[name], change) for name in ("cause", "context")})


def everywhere(value, change):
    """The value with `change` made to each value in it, from the inside out."""
    if isinstance(value, dict):
        value = {tag: everywhere(body, change) for tag, body in value.items()}
        return change(value)
    if isinstance(value, list):
        return [everywhere(item, change) for item in value]
    return change(value)


def arriving(change):
    """A mutant that makes values arrive as something else."""
    def mutant(request, answer):
        outcome = answer(request)
        return told(outcome, lambda value: everywhere(value, change)) if request["verb"] in ARRIVALS else outcome
    return mutant


def telling(verb, change):
    """A mutant in which one verb tells something else."""
    def mutant(request, answer):
        return told(answer(request), change) if request["verb"] == verb else answer(request)
    return mutant


def forgiving(message):
    """A mutant that answers None where this should be refused."""
    def mutant(request, answer):
        outcome = answer(request)
        return {"value": None} if outcome.get("exception", {}).get("message") == message else outcome
    return mutant


def raising(change):
    """A mutant that raises something else."""
    return lambda request, answer: raised(answer(request), change)


MUTANTS = {}


def mutant(name, sentence, change):
    MUTANTS[name] = (sentence, change)


# Values.

def bool_to_int(value):
    return {"int": str(int(value))} if isinstance(value, bool) else value


def without_lowest_bit(value):
    if not (isinstance(value, dict) and "float" in value):
        return value
    (bits,) = struct.unpack(">q", struct.pack(">d", float(value["float"])))
    return {"float": repr(struct.unpack(">d", struct.pack(">q", bits & ~1))[0])}


def cut_at_nul(value):
    return {"str": value["str"].split("\\x00")[0]} if isinstance(value, dict) and "str" in value else value


def tuple_to_list(value):
    return {"list": value["tuple"]} if isinstance(value, dict) and "tuple" in value else value


mutant("bool-as-int", "True and False arrive as 1 and 0.", arriving(bool_to_int))
mutant("float-loses-a-bit", "A float arrives without its lowest bit.", arriving(without_lowest_bit))
mutant("text-cut-at-nul", "A text that arrives ends at its first NUL.", arriving(cut_at_nul))
mutant("tuple-as-list", "A tuple arrives as a list.", arriving(tuple_to_list))


# Interpreters.

TAKE_AN_ID = (
    "destroy", "is_running", "whence", "exec", "run_string", "run_func", "call", "incref", "decref", "get_config",
    "set___main___attrs", "hold", "let_go", "exists", "refcount", "is_linked", "link", "unlink", "lookup")


class Reuse:
    """Ids as they are told, and the interpreters that they stand for."""

    def __init__(self):
        self.real, self.free = {}, []

    def __call__(self, request, answer):
        outcome = answer(self.translated(request))
        if request["verb"] == "create" and "value" in outcome:
            return self.created(outcome["value"])
        if request["verb"] == "destroy" and "value" in outcome:
            self.free.append(request["args"][0]["int"])
        return outcome

    def created(self, value):
        if not self.free:
            return {"value": value}
        again = self.free.pop(0)
        self.real[again] = value
        return {"value": {"int": again}}

    def translated(self, request):
        args = request["args"]
        if request["verb"] in TAKE_AN_ID and args:
            request = request | {"args": [self.meant(args[0])] + args[1:]}
        return request | {"place": self.meant(request["place"])} if "place" in request else request

    def meant(self, value):
        return self.real.get(value["int"], value) if isinstance(value, dict) and "int" in value else value


def backwards(value):
    return {"list": value["list"][::-1]}


def one_more(value):
    return {"int": str(int(value["int"]) + 1)}


def shares_its_lock(value):
    """Of a configuration."""
    fields = value["args"][0]["dict"]
    return {"make": value["make"], "args": [{"dict": [
        [key, {"str": "shared"} if key == {"str": "gil"} else field] for key, field in fields]}]}


mutant("config-shares-its-lock", "Every interpreter's configuration says that its lock is shared.",
       telling("get_config", shares_its_lock))
mutant("destroy-current", "Code destroys the interpreter that it runs in, and is told that this worked.",
       forgiving("cannot destroy the current interpreter"))
mutant("ids-reused", "The id of a destroyed interpreter is given to the next one.", Reuse())
mutant("list-backwards", "The list of interpreters has the youngest first.", telling("list_all", backwards))
mutant("never-running", "No interpreter is ever said to be running.", telling("is_running", lambda value: False))
mutant("refcount-off-by-one", "The count of references to an id includes one that nobody took.",
       telling("refcount", one_more))
mutant("runs-while-running", "A script for an interpreter that is running is accepted, and not run.",
       forgiving("interpreter already running"))
mutant("whence-is-runtime", "Every interpreter is said to have been made by the runtime itself.",
       telling("whence", lambda value: {"int": "1"}))


# Names.

def names_in(request):
    """The place of the dict of names among the arguments, if there is one that has several ways to go wrong."""
    place = {"set___main___attrs": 1, "exec": 2}.get(request["verb"])
    args = request["args"]
    is_there = place is not None and len(args) > place and isinstance(args[place], dict)
    return place if is_there and args[place].get("dict") else None


def one_by_one(request, answer):
    place = names_in(request)
    if place is None:
        return answer(request)
    for pair in request["args"][place]["dict"]:
        args = list(request["args"])
        args[place] = {"dict": [pair]}
        outcome = answer(request | {"args": args})
        if "exception" in outcome:
            break
    return outcome


def unbound_afterwards(request, answer):
    outcome = answer(request)
    if request["verb"] == "exec" and names_in(request) and "value" in outcome:
        names = [key["str"].replace("'", "\\'") for key, _ in request["args"][2]["dict"] if "str" in key]
        script = "; ".join("globals().pop('%s', None)" % name for name in names).replace("\\", "\\\\")
        answer({"seq": 0, "verb": "exec", "args": [request["args"][0], {"str": script}], "kwargs": {}})
    return outcome


mutant("names-one-by-one", "Names are bound one after the other, each before the next value is converted.", one_by_one)
mutant("names-unbound-afterwards", "The names that a script is given are gone when it has ended.", unbound_afterwards)


# Errors.

def plain_type(error):
    return error | {"type": error["type"].replace("InterpreterNotFoundError", "InterpreterError")}


def reworded(error):
    return error | {"message": error["message"].replace("unrecognized interpreter ID", "no interpreter with ID")}


def without_message(value):
    if isinstance(value, dict) and value.get("make") == "Snapshot":
        kind, _, *rest = value["args"]
        return value | {"args": [kind, {"str": ""}, *rest]}
    return value


def another_code(value):
    """A dict of a session, whose code says that something unnamed went wrong."""
    pairs = [[key, wrong_code(code) if key == {"str": "errcode"} else code] for key, code in value["dict"]]
    return {"dict": pairs}


def wrong_code(code):
    """Codes are told by their names, or by the runtime's own numbers."""
    if "int" in code:
        return one_more(code)
    return {"make": "ErrorCode", "args": [{"str": "NO_ERROR" if code["args"] == [{"str": "OTHER"}] else "OTHER"}]}


def session_code(request, answer):
    outcome = answer(request)
    is_session = request["verb"] in ("session", "session_same") and "dict" in (outcome.get("value") or {})
    return told(outcome, another_code) if is_session else outcome


mutant("chain-dropped", "An exception comes alone, without its cause or its context.",
       raising(lambda error: error | {"cause": None, "context": None}))
mutant("not-found-is-plain", "An id that nobody has is an InterpreterError, and not one of its own kind.",
       raising(plain_type))
mutant("reworded", "What is said of an id that nobody has is said in other words.", raising(reworded))
mutant("session-code", "The code of a session is another one.", session_code)
mutant("snapshot-without-message", "The snapshot of an exception has an empty message.",
       lambda request, answer: told(answer(request), lambda value: everywhere(value, without_message)))


# The registry.

def stays_registered(request, answer):
    if request["verb"] in ("unregister_class", "unregister_new_class"):
        return {"value": True}
    return answer(request)


mutant("stays-registered", "A class that is taken out of the registry stays in it.", stays_registered)


# The program.

def mutated(change, answer):
    return lambda request: change(request, answer)


def main(name):
    if name == "--list":
        for each, (sentence, _) in sorted(MUTANTS.items()):
            print("%-26s%s" % (each, sentence))
    elif name == "none" or name in MUTANTS:
        if name in MUTANTS:
            driver.answer = mutated(MUTANTS[name][1], driver.answer)
        driver.main()
    else:
        sys.exit("usage: mutant.py NAME, or --list")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
