"""What this Python has of what the verbs need, and the profiles and capabilities that it can claim therefore.

A module, a function, a C function or a compiler that is missing is no error until a verb needs it: then the verb is
"not implemented". Everything that depends on the runtime is in the tables here. It knows no verb and no scenario.
"""

import ctypes
import importlib
import os
import shutil
import sys

EDITION = "%d.%d" % sys.version_info[:2]
COMPILER = os.environ.get("CC", "cc")


class NotImplementedHere(Exception):
    """The runtime does not offer what the verb needs."""


class Offered:
    """A module that a runtime may lack, or have only in part."""

    def __init__(self, name):
        self._name = name
        try:
            self._module = importlib.import_module(name)
        except ImportError:
            self._module = None

    def __getattr__(self, name):
        if not hasattr(self._module, name):
            raise NotImplementedHere(self._name if self._module is None else "%s.%s" % (self._name, name))
        return getattr(self._module, name)


def exported(name):
    """Whether the runtime has that C function."""
    return getattr(ctypes.pythonapi, name, None) is not None


def offered(need):
    """A need is `module.name`, `C:function`, or `compiler`; a `|` stands between what can replace each other."""
    if "|" in need:
        return any(map(offered, need.split("|")))
    if need == "compiler":
        return shutil.which(COMPILER) is not None
    if need.startswith("C:"):
        return exported(need.removeprefix("C:"))
    module, name = need.split(".")
    try:
        return hasattr(importlib.import_module(module), name)
    except ImportError:
        return False


# What each capability needs, by the profile that it belongs to.
PROFILES = {
    "observable": {
        "idrefs": "_interpreters.incref _interpreters.decref",
        "config": "_interpreters.new_config _interpreters.get_config",
        "functions": "_interpreters.run_func _interpreters.call",
        "programs": "", "objects": "", "arguments": "", "threads": "os.pipe operator.call",
        "converters": "C:_PyXIData_Init|C:_PyCrossInterpreterData_Init",
        "references": "sys.getrefcount",
    },
    "registry": {
        "values": "_testinternalcapi.get_crossinterp_data|_interpqueues.get_queue_defaults",
        "buffers": "_testinternalcapi.get_crossinterp_data|_interpqueues.get_queue_defaults",
        "classes": "C:_PyXIData_Lookup|C:_PyCrossInterpreterData_Lookup",
        "pickle": "_testinternalcapi.get_crossinterp_data",
    },
    "core": {
        "capsules": "_testinternalcapi.get_crossinterp_data C:_PyXIData_New|C:_PyCrossInterpreterData_New",
        "internals": "_testinternalcapi.next_interpreter_id C:_PyInterpreterState_LookUpID",
        "snapshots": "_interpreters.capture_exception",
        "excinfo": "C:_PyXI_ExcInfoAsObject",
        "namespaces": "C:_PyXI_NamespaceFromNames",
        "sessions": "compiler C:_PyXI_Enter",
        "memory": "_testcapi.set_nomemory _testinternalcapi.get_crossinterp_data",
        "processes": "_testinternalcapi.get_crossinterp_data",
        "modules": "_testinternalcapi.get_crossinterp_data",
    },
}


def claims():
    """The profiles of which something is there, and the capabilities that are wholly there."""
    there = {profile: [name for name, needs in capabilities.items() if all(map(offered, needs.split()))]
             for profile, capabilities in PROFILES.items()}
    return {"profiles": [profile for profile, names in there.items() if names],
            "capabilities": sum(there.values(), [])}
