"""Failures that follow from another function's: measured, or else read from the text.

A wrong function that calls another wrong one is run beside the other, mended. Mended are the functions of which the
search for places found a repair that their checks accept. It is made of the student's own text, so that no right answer
enters the sandbox here either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from autograder.checking.protocol import Outcome
from autograder.judging.result import ProblemResult, Result
from missingsum.slips import SLIPS
from missingsum.where.source import NotSearched, Source

Programs = Mapping[str, Sequence[str]]
"""Text that mends functions → the names that it defines."""


def called(text: str, name: str, among: Collection[str]) -> tuple[str, ...]:
    """Which of these functions the one called ``name`` calls in the text of its cell; none if that cannot be read."""
    try:
        others = Source(text, name).others
    except NotSearched:
        return ()
    return tuple(other for other in among if other in others and other != name)


def measured(
    wrong: Mapping[str, str], mended: Mapping[str, Programs], passes: Callable[[str, Programs], bool | None]
) -> dict[str, tuple[str, ...]]:
    """Of functions that call wrong ones: those that it follows from, or () if it is wrong beside them, too.

    ``wrong`` has the text of each wrong function's cell. ``passes`` says whether a function is right beside programs,
    or None if that is not known. What is not known, or calls something that is not mended, is left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    right: dict[str, Programs] = dict(mended)
    waiting = {name: guilty for name, text in wrong.items() if (guilty := called(text, name, list(wrong)))}
    while ready := [name for name, guilty in waiting.items() if right.keys() >= set(guilty)]:
        for name in ready:
            guilty = waiting.pop(name)
            programs = {text: names for other in guilty for text, names in right[other].items()}
            if (is_right := passes(name, programs)) is not None:
                found[name] = guilty if is_right else ()
            if is_right:
                right[name] = programs
    return found


@dataclass(frozen=True)
class Following:
    """The wrong ``functions`` that a wrong one calls.

    ``alone`` says whether it is right beside them, mended, so that they alone are to blame; None if nobody tried.
    """

    functions: tuple[str, ...]
    alone: bool | None = None

    def __str__(self) -> str:
        several = len(self.functions) > 1
        are, that = ("are", "those") if several else ("is", "that one")
        calls = f"It calls {' and '.join(self.functions)}, which {are} not right"
        if self.alone is None:
            return f"{calls} either, and its answer may be wrong for that reason alone. Mend {that} first."
        if self.alone:
            return f"{calls}. With {that} mended it passes all its checks: mend {that} alone."
        return f"{calls} either. But with {that} mended it does not pass its checks: look here, too."


def following(result: Result, code: Mapping[str, str]) -> dict[str, Following]:
    """By function: what was measured of it, or what its text says, if no known mistake explains its failure.

    ``code`` is what the student wrote, by function.
    """
    wrong = [problem.problem for problem in result.problems if any(not check.passed for check in problem.checks)]
    found = {}
    for problem in result.problems:
        if problem.problem not in wrong:
            continue
        if problem.follows:
            found[problem.problem] = Following(problem.follows, alone=True)
        elif _is_open(problem) and (guilty := called(code.get(problem.problem, ""), problem.problem, wrong)):
            found[problem.problem] = Following(guilty, alone=None if problem.follows is None else False)
    return found


def _is_open(problem: ProblemResult) -> bool:
    """Whether it answered or raised, and no known mistake explains that."""
    outcomes = {check.outcome for check in problem.checks}
    return bool(outcomes & {Outcome.WRONG, Outcome.RAISED}) and not any(slip in SLIPS for slip in problem.slips)
