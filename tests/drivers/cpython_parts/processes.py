"""Processes of their own: how one starts, what its last words are, and what code can still do while it ends."""

import ast
import signal
import subprocess
import sys

import _interpreters as I

# A process that lets code run at every stage of an end, and say what it was told. What that code needs it holds on to
# itself: modules are empty by then, and so are the builtins.
PLANT = '''
def plant(who, asked, stages):
    import atexit, os, sys, threading
    import _interpreters as I, _testinternalcapi as T
    convert, check, find, create = T.get_crossinterp_data, I.is_shareable, I.whence, I.create
    def tell(stage, thing=object(), write=os.write, show=repr, kind=type, any=BaseException):
        told = None
        try:
            if asked == "convert an int": convert(1)
            elif asked == "check an int": told = check(1)
            elif asked == "convert an object": convert(thing)
            elif asked == "find a missing interpreter": find(999)
            elif asked == "create": create()
        except any as error:
            told = kind(error).__name__
        write(1, (show((who, stage, told)) + "\\n").encode())
    class Last:
        def __init__(self, stage): self.stage = stage
        def __del__(self, tell=tell): tell(self.stage)
    def hook(event, _):
        if event == "cpython.PyInterpreterState_Clear": tell("clear")
    def wait(lock):
        lock.acquire()
        tell("thread")
    if "thread" in stages:
        lock = threading.Lock()
        lock.acquire()
        threading.Thread(target=wait, args=(lock,)).start()
        threading._register_atexit(lock.release)
    atexit.register(tell, "atexit")
    sys.addaudithook(hook)
    sys.last = Last("sys")
    return Last("modules")
'''
# The function lives in a space of its own: else the hook would keep the names of the module.
APART = "space = {}\nexec(%r, space)\nlast = space['plant'](%r, %r, %r)\ndel space\n"


def run(code):
    """What a process printed, and its signal or exit code if it was not 0."""
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    lines = [ast.literal_eval(line) for line in child.stdout.splitlines()]
    return lines, ending_of(child.returncode)


def ending_of(code):
    if code == 0:
        return []
    return [signal.Signals(-code).name if code < 0 else "exit %d" % code]


def process_end(count):
    """Exit code or signal, and last words, of a process that ends with `count` interpreters still there."""
    code = "import _interpreters as I\nfor _ in range(%d): I.create()" % count
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    return ((ending_of(child.returncode) or [0])[0], child.stderr.strip())


def process_order(count):
    """Whose code runs at which stage of the end of a process."""
    others = "".join("I.run_string(I.create(), %r)\n" % (APART % (PLANT, str(n), "", ())) for n in range(1, count + 1))
    lines, end = run("import _interpreters as I\n" + others + APART % (PLANT, "main", "", ()))
    return ["%s %s" % (who, stage) for who, stage, _ in lines] + end


def ending(asked):
    """What code of an interpreter is told at each stage of its end."""
    inner = APART % (PLANT, "1", asked, ("thread",))
    lines, end = run("import _interpreters as I\nI.run_string(I.create(), %r)\nI.destroy(1)\n" % inner)
    return [(stage, told) for _, stage, told in lines] + end


def main_ending(asked):
    """The same for main, at the end of the process."""
    lines, end = run(APART % (PLANT, "main", asked, ("thread",)))
    return [(stage, told) for _, stage, told in lines] + end


def forked(count):
    """The interpreters that a forked child sees, or what it dies of."""
    code = """
import _interpreters as I, os
for _ in range(%d): I.create()
child = os.fork()
if not child:
    print([number for number, _ in I.list_all()], flush=True)
    os._exit(0)
os.kill(os.getpid(), status) if (status := os.waitpid(child, 0)[1] & 127) else os._exit(0)
"""
    lines, end = run(code % count)
    return end[0] if end else lines[0]


def create_without_memory(at):
    """The types that a creation raises when the allocation of that number fails, and how many ids it used up."""
    code = """
import _interpreters as I, _testcapi, _testinternalcapi as T
before, chain = T.next_interpreter_id(), []
_testcapi.set_nomemory(%d, %d)
try:
    I.create()
except BaseException as error:
    _testcapi.remove_mem_hooks()
    while error:
        chain.append(type(error).__name__)
        error = error.__context__
print((chain, T.next_interpreter_id() - before))
"""
    lines, end = run(code % (at, at + 1))
    return end[0] if end else lines[0]


def leave_thread(interp):
    """Starts a thread there that nobody waits for, and that does not end by itself."""
    I.run_string(interp, "import _thread, os\n_thread.start_new_thread(os.read, (os.pipe()[0], 1))")


VERBS = {"process_end": process_end, "process_order": process_order, "ending": ending, "main_ending": main_ending,
         "forked": forked, "create_without_memory": create_without_memory, "leave_thread": leave_thread}
