"""The registry of types, reached as C code reaches it: by the functions that the runtime exports."""

import ctypes

from .cases import V

CONVERTER = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
# The registry keeps its address.
refuse = CONVERTER(lambda *_: -1)


class Converters(ctypes.Structure):
    """What 3.14 registers: a conversion, or one that also takes the fallback option."""

    _fields_ = [("basic", ctypes.c_void_p), ("fallback", ctypes.c_void_p)]


def registrar():
    """What registers a class, and holds all that it needs: at the end of an interpreter the modules are empty."""
    if V == (3, 13):
        register = ctypes.pythonapi._PyCrossInterpreterData_RegisterClass
        register.argtypes = [ctypes.py_object, CONVERTER]
        return lambda kind, register=register, converter=refuse: register(kind, converter)
    state, register = ctypes.pythonapi.PyThreadState_Get, ctypes.pythonapi._PyXIData_RegisterClass
    state.restype = ctypes.c_void_p
    register.argtypes = [ctypes.c_void_p, ctypes.py_object, Converters]
    converters = Converters(ctypes.cast(refuse, ctypes.c_void_p), None)
    return lambda kind, state=state, register=register, converters=converters: register(state(), kind, converters)
