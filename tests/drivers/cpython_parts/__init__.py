"""The parts of the CPython driver; `cpython.py` beside this folder is the program."""
