"""The result of a local check: what held, what did not, and why."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from missingsum import book
from missingsum.diagnosis import NEARLY_RIGHT
from missingsum.explain.facts import Example
from missingsum.explain.finding import Finding
from missingsum.slips import SLIPS, UNEXPLAINED, Slip
from missingsum.text import visible
from missingsum.verdict import TOO_SMALL, Verdict
from missingsum.watching import tell_wrong
from missingsum.where.place import Place

UNKNOWN = (
    f"{UNEXPLAINED}: none of the mistakes known to the course leads to this answer. Work out one entry "
    "of a small example by hand, and compare."
)

MORE = "check.hint() says which kind of change is needed."

_open: list[Step] = []
"""The steps that are being tried, the innermost last."""


class CheckFailed(AssertionError):
    """A check found something wrong; the message is the whole report. A notebook shows it, and gets the diagnosis."""

    def __init__(self, report: Report):
        super().__init__(str(report))
        self.report = report

    def _render_traceback_(self) -> list[str]:
        """The headline, what was found first, and why: all that ``nbgrader validate`` shows of a cell.

        It cuts lines after 80 characters or so.
        """
        report = self.report
        found = [f"{step.name}: {step.problem}" for step, _ in report.folded if step.verdict is Verdict.WRONG][:1]
        why = [slip.explanation for slip in report.explanations]
        rest = [text for text in (report.first, *why, report.more, report.unknown) if text]
        lines = [*(_lines(text, "✗ ", "  ") for text in found), *(_lines(text, "→ ", "  ") for text in rest)]
        return [f"CheckFailed: {report.headline}", *"\n".join(lines).splitlines()]


class Wrong(Exception):
    """What is wrong, in a sentence, and the slips that explain it, or a finding; ends one step of a report.

    ``facts`` are what is seen whether that is explained or not; ``example`` shows some numbers. At a ``special`` input,
    such as huge logits, what is wrong at ordinary ones shows as well. ``samples`` are the answers that were looked at:
    what another step finds may explain them.
    """

    def __init__(
        self,
        message: str,
        slips: Sequence[str] | Finding = (),
        facts: Sequence[str] = (),
        example: Example | None = None,
        *,
        special: bool = False,
        samples: Sequence[Any] = (),
    ):
        super().__init__(message)
        self.facts, self.example, self.special, self.samples = tuple(facts), example, special, tuple(samples)
        self.found = slips if isinstance(slips, Finding) else Finding(tuple(slips))

    @property
    def slips(self) -> tuple[str, ...]:
        return self.found.slips


class TooSmall(Wrong):
    """The truth is nowhere larger than the rounding of its measurement: neither right nor wrong."""

    def __init__(self) -> None:
        super().__init__(TOO_SMALL)


@dataclass
class Step:
    """One thing that must hold."""

    name: str
    problem: str = ""
    """what is wrong; empty if it holds"""
    error: float | None = None
    """the largest relative error of all comparisons; None if nothing was compared"""
    where: tuple[int, ...] = ()
    """the index of the entry that it belongs to"""
    too_small: bool = False
    """neither passed nor wrong"""
    explained: bool = False
    """a slip explains what is wrong"""
    special: bool = False
    """tried at special inputs, where what is wrong at ordinary ones shows as well"""
    first: bool = True
    """nothing was wrong before"""
    after_unexplained: bool = False
    """something was wrong before at ordinary inputs, and no slip explains it"""
    named: tuple[str, ...] = ()
    """the slips that were named before"""
    samples: tuple[Any, ...] = ()
    """the answers that were looked at"""
    found: Finding = field(default_factory=Finding)
    """what explains it, of itself"""

    @property
    def passed(self) -> bool:
        return not self.problem

    @property
    def verdict(self) -> Verdict:
        if self.passed:
            return Verdict.RIGHT
        return Verdict.TOO_SMALL if self.too_small else Verdict.WRONG

    @property
    def measured(self) -> str:
        """The largest relative error and where it is, in words; empty if nothing was compared."""
        if self.error is None:
            return ""
        size = f"{self.error:.2g}" if np.isfinite(self.error) else "not finite"
        return f"{size} at [{', '.join(map(str, self.where))}]" if self.where and self.error != 0 else size


@dataclass
class Report:
    """Collects the steps of the check of one function; `markup.html` makes a table of it, ``str`` a text."""

    function: str
    steps: list[Step] = field(default_factory=list)
    slips: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    """sentences about this very answer: which array, which axis, which number"""
    facts: list[str] = field(default_factory=list)
    """what is seen in the first answer that is wrong"""
    example: Example | None = None
    """numbers of the first answer that is wrong"""
    findings: list[Finding] = field(default_factory=list)
    """what the steps found"""
    first: str = ""
    """what has to be done first; empty if everything could be checked"""
    passed_before: set[Callable] = field(default_factory=set)
    """functions that this one builds on, whose own checks they have passed"""
    place: Place | None = None
    """where a change makes the function right, if such a place was found"""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One thing that must hold: raise `Wrong` inside if it does not. Steps after a failed one still run."""
        unexplained = any(
            before.verdict is Verdict.WRONG and not (before.explained or before.special) for before in self.steps
        )
        step = Step(name, first=not self.failed, named=tuple(self.slips), after_unexplained=unexplained)
        _open.append(step)
        try:
            yield
        except Wrong as wrong:
            tell_wrong()
            step.problem = visible(str(wrong))
            step.too_small = isinstance(wrong, TooSmall)
            step.explained, step.special, step.samples = bool(wrong.slips), wrong.special, wrong.samples
            step.found = wrong.found
            follows = wrong.found.gives_way and any(found.explains(wrong.samples) for found in self.findings)
            if wrong.found and NEARLY_RIGHT in self.slips:
                self._take_back(NEARLY_RIGHT, wrong.found)
            self.findings += [wrong.found] if wrong.found else []
            self.slips += [slip for slip in wrong.slips if slip not in self.slips and not follows]
            self.facts = self.facts or list(wrong.facts)
            self.example = self.example or wrong.example
            self.details += [d for d in wrong.found.details if d not in self.details and not follows]
        finally:
            _open.pop()
        self.steps.append(step)

    def _take_back(self, slip: str, found: Finding) -> None:
        """Name something in place of ``slip``, and ask whether it explains the steps that this one explained."""
        self.slips.remove(slip)
        self.findings = [each for each in self.findings if slip not in each.slips]
        for step in self.steps:
            step.explained = step.explained and (found.explains(step.samples) or bool(self.slips))

    def settle(self) -> None:
        """Take back the names that explain fewer steps than they leave unexplained: they fit by chance."""
        left = sum(bool(step.samples) for step in self._left)
        for found in [found for found in self.findings if found.fits]:
            explained = [step for step in self.steps if step.found is found or found.explains(step.samples)]
            if found.by_chance(len(explained), left):
                self.findings.remove(found)
                others = {slip for other in self.findings for slip in other.slips}
                self.slips = [slip for slip in self.slips if slip not in found.slips or slip in others]
                self.details = [detail for detail in self.details if detail not in found.details]
                for step in explained:
                    step.explained = any(o is step.found or o.explains(step.samples) for o in self.findings)

    @property
    def failed(self) -> bool:
        return bool(self.first) or not all(step.passed for step in self.steps)

    @property
    def failed_at_ordinary(self) -> bool:
        """Whether something is wrong at inputs that are not special."""
        return any(step.verdict is Verdict.WRONG and not step.special for step in self.steps)

    @property
    def verdict(self) -> Verdict:
        """Right, wrong, or too small to judge, where nothing is wrong but something cannot be judged."""
        if not self.failed:
            return Verdict.RIGHT
        wrong = self.first or any(step.verdict is Verdict.WRONG for step in self.steps)
        return Verdict.WRONG if wrong else Verdict.TOO_SMALL

    @property
    def headline(self) -> str:
        if self.first:
            return f"{self.function} cannot be checked yet"
        if self.verdict is Verdict.TOO_SMALL:
            return f"{self.function} cannot be judged"
        return f"{self.function} is not right yet" if self.failed else self.function

    @property
    def count(self) -> str:
        """How many checks passed, in words."""
        passed, total = sum(step.passed for step in self.steps), len(self.steps)
        if passed < total:
            return f"{passed} of {total} checks passed"
        return {1: "the check passed", 2: "both checks passed"}.get(total, f"all {total} checks passed")

    @property
    def explanations(self) -> list[Slip]:
        return [SLIPS[slip] for slip in self.slips]

    @property
    def unknown(self) -> str:
        """That the cause is not recognised, or not all of it, if there are wrong numbers that nothing explains."""
        if not self._wrong_numbers:
            return ""
        if not self.slips:
            return f"{UNEXPLAINED}." if self.place else UNKNOWN
        names = "; ".join(step.name for step in self._left)
        return f"This may not be all. {UNEXPLAINED} where this is checked: {names}." if names else ""

    @property
    def _wrong_numbers(self) -> list[Step]:
        return [step for step in self.steps if step.verdict is Verdict.WRONG and step.error is not None]

    @property
    def _left(self) -> list[Step]:
        """The steps with wrong numbers that nothing explains."""
        said = {step.problem for step in self.steps if step.explained}
        follows = any(step.explained and not step.special for step in self._wrong_numbers)
        return [
            step
            for step in self._wrong_numbers
            if not step.explained
            and step.problem not in said
            and not (step.special and follows and not self._can_be_told(step))
            and not any(found.explains(step.samples) for found in self.findings)
        ]

    def _can_be_told(self, step: Step) -> bool:
        """Whether what was found can be held to the answers of a step."""
        return bool(step.samples) and all(found.fits for found in self.findings if not found.presumed)

    @property
    def more(self) -> str:
        """The details as one text."""
        return Finding(details=tuple(self.details)).text

    @property
    def seen(self) -> str:
        """The facts as one text."""
        return f"Seen: {'; '.join(self.facts)}." if self.facts else ""

    @property
    def where(self) -> str:
        """The place to look at, in a sentence; empty if none is known."""
        return f"{self.place}. {MORE}" if self.place else ""

    @property
    def folded(self) -> list[tuple[Step, list[str]]]:
        """The steps, each with the names of those after it that failed for the same reason and are not told again."""
        told: dict[str, list[str]] = {}
        shown: list[tuple[Step, list[str]]] = []
        for step in self.steps:
            if step.problem in told:
                told[step.problem].append(step.name)
                continue
            shown.append((step, []))
            if step.problem:
                told[step.problem] = shown[-1][1]
        return shown

    def __str__(self) -> str:
        lines = [f"{self.verdict.mark} {self.headline}" + ("" if self.failed else f": {self.count}")]
        for step, others in self.folded:
            measured = f" (largest relative error {step.measured})" if step.passed and step.measured else ""
            lines.append(_lines(step.name + measured, f"  {step.verdict.mark} ", "    "))
            if not step.passed:
                lines.append(_lines(step.problem, "      ", "      "))
            if others:
                lines.append(_lines(same_reason(others), "      ", "      "))
        why = [f"{slip.explanation} Read: {book.to_read(slip)}." for slip in self.explanations]
        texts = (self.first, *why, self.more, self.seen, self.unknown, self.where)
        numbers = [textwrap.indent(str(self.example), "    ")] if self.example else []
        return "\n".join([*lines, *(_lines(text, "  → ", "    ") for text in texts if text), *numbers])


def named_before() -> set[str]:
    """The slips that were named in steps before the one that is being tried."""
    return set(_open[-1].named) if _open else set()


def first_failure() -> bool:
    """Whether nothing was wrong before the step that is being tried."""
    return not _open or _open[-1].first


def after_unexplained() -> bool:
    """Whether something was wrong at ordinary inputs, in a step before this one, that no slip explains."""
    return bool(_open) and _open[-1].after_unexplained


def same_reason(names: Sequence[str]) -> str:
    """The steps that failed for the same reason, in one sentence."""
    return f"for the same reason {len(names)} more fail{'s' if len(names) == 1 else ''}: {'; '.join(names)}"


def note(error: float, where: tuple[int, ...]) -> None:
    """What a comparison found, for the step that is being tried."""
    if not _open:
        return
    step = _open[-1]
    if step.error is None or (not np.isnan(step.error) and not error <= step.error):
        step.error, step.where = error, where


def _lines(text: str, first: str, next: str) -> str:
    """The text in lines that a terminal shows without scrolling."""
    return textwrap.fill(
        text, 80, initial_indent=first, subsequent_indent=next, break_long_words=False, break_on_hyphens=False
    )
