"""The result of a local check: what held, what did not, and why; printed if all is well, raised if not."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from missingsum.slips import SLIPS


class CheckFailed(AssertionError):
    """A check found something wrong; the message is the whole report. Notebooks show it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Wrong(Exception):
    """What is wrong, in a sentence, and the slips that explain it; ends one step of a report."""

    def __init__(self, message: str, slips: Sequence[str] = ()):
        super().__init__(message)
        self.slips = tuple(slips)


@dataclass
class Report:
    """Collects the steps of the check of one function."""

    function: str
    lines: list[str] = field(default_factory=list)
    slips: list[str] = field(default_factory=list)
    failed: bool = False

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One thing that must hold: raise `Wrong` inside to say that it does not. Steps after a failed one still run."""
        try:
            yield
        except Wrong as wrong:
            self.failed = True
            self.slips += [slip for slip in wrong.slips if slip not in self.slips]
            self.lines += [_lines(name, "  ✗ ", "    "), _lines(str(wrong), "      ", "      ")]
        else:
            self.lines.append(_lines(name, "  ✓ ", "    "))

    def close(self) -> None:
        """Print the report, or raise `CheckFailed` with it."""
        if not self.failed:
            print("\n".join([f"✓ {self.function}", *self.lines]))
            return
        why = [_lines(f"{SLIPS[slip].explanation} Read: {SLIPS[slip].where}.", "  → ", "    ") for slip in self.slips]
        raise CheckFailed("\n".join([f"✗ {self.function} is not right yet", *self.lines, *why]))


def _lines(text: str, first: str, next: str) -> str:
    """The text in lines that a notebook shows without scrolling."""
    return textwrap.fill(text, 80, initial_indent=first, subsequent_indent=next, break_long_words=False, break_on_hyphens=False)


def call(function: Callable, *arguments: object) -> object:
    """What ``function`` returns for copies of ``arguments``; raises `Wrong` if it raises or changes an array it was given."""
    given = [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    try:
        answer = function(*given)
    except NotImplementedError as error:
        raise Wrong(str(error) or "it is not written yet") from None
    except Exception as error:
        raise Wrong(f"it raises {type(error).__name__}: {error}") from error
    for before, after in zip(arguments, given):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            raise Wrong("it changes an array that it was given", ["mutates-input"])
    return answer
