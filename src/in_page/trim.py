"""Runs in the engine, under Node: import what pages need, and give all files that this took, compiled, as JSON.

Docstrings of the standard library are left out; those of NumPy and of the packages stay, because readers ask for them.
"""

import importlib
import importlib.util
import json
import marshal
import sys
import traceback
import zipfile
from base64 import b64encode

STANDARD, NUMPY, SITE = "/lib/python312.zip/", "/lib/numpy-wheel/", "/lib/site/"
UNCHECKED = (1).to_bytes(4, "little") + bytes(8)
"""After the magic number of a compiled file: it is never compared with a source."""

sys.path[:0] = [SITE, NUMPY]
for name in imports:  # noqa: F821 (given by trim.mjs)
    importlib.import_module(name)
try:  # what a traceback needs when it is shown
    raise SyntaxError("a line", ("cell", 1, 1, "x =", 1, 2))
except SyntaxError as error:
    traceback.format_exception(error)


def compiled(source: bytes, path: str, optimize: int) -> str:
    code = compile(source, path, "exec", dont_inherit=True, optimize=optimize)
    return b64encode(importlib.util.MAGIC_NUMBER + UNCHECKED + marshal.dumps(code)).decode()


def read(path: str) -> bytes:
    if path.startswith(STANDARD):
        with zipfile.ZipFile(STANDARD.rstrip("/")) as archive:
            return archive.read(path.removeprefix(STANDARD))
    with open(path, "rb") as file:
        return file.read()


found = {"standard": {}, "site": {}}
for path in sorted({module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)}):
    for start, kind in ((STANDARD, "standard"), (NUMPY, "site"), (SITE, "site")):
        if path.startswith(start):
            name, source = path.removeprefix(start), read(path)
            if name.endswith(".py"):
                found[kind][name + "c"] = compiled(source, path, 2 if kind == "standard" else 0)
            else:
                found[kind][name] = b64encode(source).decode()
json.dumps(found)
