"""What a student's function raised, in words, and the line where it did."""

from __future__ import annotations

import linecache
from types import CodeType, FrameType, TracebackType

import numpy as np

from missingsum.array_errors import Shape
from missingsum.array_errors import in_words as of_arrays


def in_words(error: Exception, function: object) -> str:
    """The error, the line of ``function``'s cell or file where it was raised, and the way out where there is one."""
    step = _last_step(error.__traceback__, getattr(function, "__code__", None))
    line = _line(step) if step else ""
    kind = type(error).__name__
    said = of_arrays(kind, str(error), line, _shapes(step.tb_frame) if step else {})
    return f"raises {kind}: {said}{f' (in line {step.tb_lineno}: {line})' if step and line else ''}"


def line_of(frame: FrameType | None, function: object) -> str:
    """Where a running ``function`` is, in words; "" if it is not among the callers of ``frame``."""
    code = getattr(function, "__code__", None)
    while frame is not None:
        if code and frame.f_code.co_filename == code.co_filename:
            source = linecache.getline(code.co_filename, frame.f_lineno).strip()
            return f" (in line {frame.f_lineno}: {source})" if source else ""
        frame = frame.f_back
    return ""


def _last_step(step: TracebackType | None, code: CodeType | None) -> TracebackType | None:
    """The last step of a traceback that is in the cell or file of this code."""
    found = None
    while step is not None:
        if code and step.tb_frame.f_code.co_filename == code.co_filename:
            found = step
        step = step.tb_next
    return found


def _line(step: TracebackType) -> str:
    return linecache.getline(step.tb_frame.f_code.co_filename, step.tb_lineno).strip()


def _shapes(frame: FrameType) -> dict[str, Shape]:
    """The shapes of the arrays that have a name in a frame, alone or in a dict."""
    found: dict[str, Shape] = {}
    used = {name: frame.f_globals[name] for name in frame.f_code.co_names if name in frame.f_globals}
    for name, value in {**used, **frame.f_locals}.items():
        entries = {f"{name}[{key!r}]": each for key, each in value.items()} if type(value) is dict else {name: value}
        found |= {text: each.shape for text, each in entries.items() if isinstance(each, np.ndarray)}
    return found
