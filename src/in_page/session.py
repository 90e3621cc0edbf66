"""The session of a page: ``run(source, name, seconds)`` runs a cell as a notebook does. It runs in the page's Python.

What a cell prints and shows goes to the page at once, by ``in_page_host.output(kind, text)``: kind is "text", "error",
"html", or "early" for HTML that the next HTML replaces.
"""

from __future__ import annotations

import ast
import io
import json
import linecache
import signal
import sys
import time
import traceback
import types
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import in_page_host

MOST_CHARACTERS = 100_000
FLUSH_AFTER = 0.1
NAMESPACE = sys.modules["__main__"].__dict__
STARTUP = Path(__file__).with_name("startup.py")


class Output(io.TextIOBase):
    """Text for the page, in pieces; what is too long is cut, and goes on costing nothing but time."""

    def __init__(self) -> None:
        self.written, self.pieces, self.flushed = 0, [], time.monotonic()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = MOST_CHARACTERS - self.written
        self.written += len(text)
        if room > 0:
            self.pieces.append(text[:room])
            if self.written >= MOST_CHARACTERS:
                self.pieces.append(
                    f"\n… the output is longer than {MOST_CHARACTERS:,} characters; the rest is left out\n"
                )
            if time.monotonic() - self.flushed > FLUSH_AFTER:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self.pieces:
            in_page_host.output("text", "".join(self.pieces))
        self.pieces, self.flushed = [], time.monotonic()


out = Output()


def show(kind: str, text: str) -> None:
    out.flush()
    in_page_host.output(kind, text)


def display(*objects: object, raw: bool = False, **_: object) -> None:
    """What IPython's does: HTML where an object has it."""
    for each in objects:
        if raw:
            bundle = each
        elif hasattr(each, "_repr_mimebundle_"):
            bundle = each._repr_mimebundle_()
        else:
            html = each._repr_html_() if hasattr(each, "_repr_html_") else None
            bundle = {"text/html": html} if html else {"text/plain": text_of(each)}
        if "text/html" in bundle:
            show("html", bundle["text/html"])
        else:
            show("text", bundle["text/plain"] + "\n")


def text_of(value: object) -> str:
    return str(value) if hasattr(value, "_repr_pretty_") else repr(value)


def run(source: str, name: str, seconds: float) -> str:
    """Run a cell in the session; JSON with ``ok``, the milliseconds it took, and whether the deadline ended it."""
    out.__init__()
    file, stopped, ok, began = f"<{name}>", False, True, time.perf_counter()
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    with redirect_stdout(out), redirect_stderr(out):
        try:
            tree = ast.parse(source, file)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, file, "exec"), NAMESPACE)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), file, "eval"), NAMESPACE)
                if value is not None and not source.rstrip().endswith(";"):
                    NAMESPACE["_"] = value
                    display(value)
        except BaseException as error:
            ok, stopped = False, isinstance(error, KeyboardInterrupt)
            show_error(error, seconds)
        out.flush()
    return json.dumps({"ok": ok, "stopped": stopped, "ms": (time.perf_counter() - began) * 1000})


def show_error(error: BaseException, seconds: float) -> None:
    """The lines of the reader's own cells, and the error; no frame of this file or of a package."""
    if hasattr(error, "_render_traceback_"):  # it has shown itself, or does so now
        error._render_traceback_()
        return
    words = traceback.format_exception_only(error)
    if isinstance(error, KeyboardInterrupt):
        words = [f"Stopped after {seconds:g} seconds. Is there a loop that never ends?\n"]
    elif isinstance(error, MemoryError):
        words.append("This page's Python has 1 GiB of memory. Which array is so large?\n")
    elif isinstance(error, ModuleNotFoundError):
        words.append("In the page there are NumPy and parts of the standard library. The notebook has more room.\n")
    elif isinstance(error, SystemExit):
        words = ["exit() ended the cell.\n"]
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in linecache.cache]
    own = [frame for frame in own if frame.filename.startswith("<")]
    show("error", "".join([*traceback.format_list(own), *words]))


def version() -> str:
    import numpy

    return f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}"


def setitimer(which: int, seconds: float, interval: float = 0.0) -> tuple[float, float]:
    """`signal.setitimer` as the page can have it: the interpreter looks at the clock between two instructions."""
    in_page_host.alarm(seconds)
    return 0.0, 0.0


signal.setitimer, signal.ITIMER_REAL = setitimer, 0

ipython = types.ModuleType("IPython")
"""All of IPython that packages ask for when they show something."""
ipython.get_ipython = lambda: ipython
ipython.display = types.ModuleType("IPython.display")
ipython.display.display = display
ipython.display.HTML = type(
    "HTML", (), {"__init__": lambda self, data: setattr(self, "data", data), "_repr_html_": lambda self: self.data}
)
sys.modules |= {"IPython": ipython, "IPython.display": ipython.display}

if STARTUP.exists():
    exec(compile(STARTUP.read_text("utf-8"), "startup.py", "exec"), {"site": in_page_host.address, "show": show})
