"""Cases: each in a forked process of its own, with an alarm, and told in one line.

A case never decides whether a defect is shown; the script does, from what its cases showed. A process that has other
interpreters cannot be forked, so a script makes them in its cases only.
"""

import collections
import os
import platform
import re
import resource
import signal
import sys
import tempfile
import time
import traceback

V = sys.version_info[:2]
# What a case may take. Nothing waits for it but a case that hangs.
CASE_SECONDS = 20
# Between two looks at something that another thread brings about.
LOOK_SECONDS = 0.005
FATAL = re.compile(r"Fatal Python error: (.*)")
# What a thread that waits looks like from outside: the number of the call, and its first arguments. In `pause()` a runtime leaves
# those that must never run again.
CALLS = {
    "x86_64": {"pause": "34 ", "write": "1 0x%x "},
    "aarch64": {"pause": "73 0x0 0x0 0x0 0x0 ", "write": "64 0x%x "},
}
STILL = "still there"

# What came of a case: the name of the signal that ended it ("hang" if it was the alarm), else what it returned, as a text.
Ending = collections.namedtuple("Ending", "signal said words")


def case(name, work, *arguments, seconds=CASE_SECONDS):
    """Runs the work in a process of its own, prints what came of it, and gives that back."""
    ending = attempt(work, *arguments, seconds=seconds)
    observe(name, told(ending))
    return ending


def attempt(work, *arguments, seconds=CASE_SECONDS):
    """The same without a word: for work that is tried more than once."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as words:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            perform(work, arguments, seconds, said.fileno(), words.fileno())
        status = os.waitpid(child, 0)[1]
        return ending_of(status, text_of(said), text_of(words))


def perform(work, arguments, seconds, said, words):
    """The child: what the work prints goes nowhere, what it returns is written down."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(words, 2)
    signal.alarm(seconds)
    try:
        os.write(said, str(work(*arguments)).encode("utf-8", "backslashreplace"))
    except BaseException as error:
        traceback.print_exc()
        os.write(said, ("raised %s: %s" % (type(error).__name__, error)).encode("utf-8", "backslashreplace"))
    os._exit(0)


def text_of(file):
    file.seek(0)
    return file.read(100_000).decode("utf-8", "backslashreplace").strip()


def ending_of(status, said, words):
    if not os.WIFSIGNALED(status):
        return Ending(None, said, words)
    name = signal.Signals(os.WTERMSIG(status)).name
    return Ending("hang" if name == "SIGALRM" else name, said, words)


def told(ending):
    """The ending in one line; a runtime that gives up says why on its stderr."""
    why = FATAL.search(ending.words)
    if ending.signal:
        return ending.signal + (", " + why[1] if why else "")
    return ending.said or "nothing said"


def observe(name, what):
    """One line: the case and what was seen of it."""
    print("%s: %s" % (name, str(what).replace("\n", " | ")), flush=True)


def end(shown, why):
    """The last line, and the end of the script. `shown` is True, False, or None where it could not be tried."""
    word = {True: "yes", False: "no", None: "untried"}[shown]
    print("shown: %s (%s)" % (word, why), flush=True)
    os._exit(0)


def until(condition, seconds=CASE_SECONDS):
    """Waits until something is so, and says whether it came about."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def is_in(number, call, *arguments):
    """Whether the thread of that number waits in that call of the system."""
    looks = CALLS.get(platform.machine(), {}).get(call)
    try:
        with open("/proc/self/task/%d/syscall" % number) as file:
            return looks is not None and file.read().startswith(looks % arguments)
    except OSError:
        return False


def is_parked(number):
    """Whether the runtime has put that thread away for good. Python has no other use for `pause()` here."""
    return is_in(number, "pause")


def fate(thread, wait=True):
    """What became of the thread: it is over, or put away, or neither, for which nobody has to wait."""
    if wait:
        until(lambda: fate(thread, wait=False) != STILL)
    return "over" if not thread.is_alive() else "parked for ever" if is_parked(thread.native_id) else STILL
