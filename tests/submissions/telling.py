"""What a student is told of an answer: by the check beside the exercise, by the hidden ones, by ``diagnose_function``.

    python -m tests.submissions.telling          the mistakes of `reported`: who says what

Every way to ask gives a `Said`. What is said of a reported mistake is told rightly, not at all, otherwise or wrongly
(`verdict`).
"""

from __future__ import annotations

import linecache
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

import checks
from autograder.checking.protocol import Failed
from autograder.judging import places
from autograder.judging.judge import Job
from missingsum import check, diagnose_function, function_diagnosis
from missingsum.check.running import explained
from missingsum.slips import SLIPS, UNEXPLAINED
from missingsum.where import here
from missingsum.where.cases import Case
from missingsum.where.place import Place
from missingsum.where.search import Budget, Repair, Runner
from missingsum.where.source import NotSearched, Source

from .in_process import Notebook, verdicts
from .inputs import agrees
from .make import model_answers
from .reported import RIGHT, WRONG, Reported


@dataclass(frozen=True)
class Said:
    """What one way to ask says of one answer."""

    refused: bool
    slips: tuple[str, ...]
    """the names that are given, in order"""
    words: str
    """all that the student reads, as one line"""
    places: tuple[str, ...] = ()
    """the expressions or statements that are said to be at fault"""
    spans: tuple[tuple[int, int], ...] = ()
    """where they stand in the cell, as numbers of bytes"""
    repaired: str = ""
    """the cell as the search made it right; this is never shown"""

    def at(self, place: Place | None, found: list[Repair]) -> Said:
        """The same with a place, of the repair that was found last; a student's own code is not what is said of it."""
        if place is None:
            return self
        spans = tuple((edit.place.start, edit.place.end) for edit in found[-1].edits)
        texts = tuple(spot.text for spot in place.spots)
        return replace(
            self, words=self.words.replace(str(place), ""), places=texts, spans=spans, repaired=found[-1].program
        )


class Told(StrEnum):
    """What a student learns of a mistake."""

    RIGHTLY = "rightly"
    NOT_CAUGHT = "not caught"
    NOTHING = "nothing"
    OTHERWISE = "otherwise"
    """something is said that is neither what was expected nor known to be wrong"""
    WRONGLY = "wrongly"


def with_source(cells: dict[str, str]) -> Notebook:
    """The cells as a notebook runs them: their lines can be looked up, as `inspect` does."""
    named = {f"{label} {abs(hash(source)):x}": source for label, source in cells.items()}
    for label, source in named.items():
        file = f"<cell {label}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return Notebook(named)


def local(problem_set: str, function: str, cells: dict[str, str]) -> Said:
    """What the check beside the exercise says; a function that it builds on and that is wrong is no refusal."""
    notebook = with_source(cells)
    if function not in notebook.names:
        return Said(True, (), "it is not defined")
    body = getattr(getattr(check, problem_set.split("_")[0]), function).body
    with warnings.catch_warnings(), repairs(here) as found:
        warnings.simplefilter("ignore")
        report = explained(body, notebook.names[function])
    slips = tuple(slip.id for slip in report.explanations)
    return Said(report.failed, slips, _words(str(report))).at(report.place, found)


@contextmanager
def repairs(searching: ModuleType) -> Iterator[list[Repair]]:
    """The repairs that a search for the place, which begins in this module, finds inside; a busy machine ends none."""
    find, found = searching.find, []

    def watched(source: Source, cases: Sequence[Case], runner: Runner, budget: Budget, *given: Any, **more: Any) -> Any:
        result = find(source, cases, runner, replace(budget, seconds=PATIENCE), *given, **more)
        found.extend(result[1:] if result else ())
        return result

    searching.find = watched
    try:
        yield found
    finally:
        searching.find = find


PATIENCE = 10.0
"""Seconds that a search may take here, so that the count of what it tries alone ends it."""


def _words(report: str) -> str:
    """What a report says, without its head, the names of its steps and the sizes of errors."""
    said, a_name = [], False
    for line in report.splitlines()[1:]:
        a_name = line[:4] in {"  ✓ ", "  ✗ ", "  ? "} or (a_name and line[:6] != " " * 6 and line[:4] != "  → ")
        said += [] if a_name else [line]
    return _without_sizes(" ".join(said))


def _without_sizes(text: str) -> str:
    return " ".join(re.sub(r"\(relative error [^()]*\)", "", text).split())


def hidden(problem_set: str, function: str, cells: dict[str, str], seed: int = 1) -> Said:
    """What the hidden checks say."""
    failed = [v for v in verdicts(problem_set, cells, seed, [function]) if not v.passed]
    slips = tuple(dict.fromkeys(slip for verdict in failed for slip in verdict.slips))
    words = [v.message for v in failed] + [SLIPS[slip].explanation for slip in slips]
    return Said(bool(failed), slips, _without_sizes(" ".join(words or [UNEXPLAINED])))


def graded_place(problem_set: str, function: str, cells: dict[str, str], said: Said) -> Said:
    """The same with the place that is sought after the scores; here in this process."""
    problem = next(p for p in checks.load(problem_set).problems if p.name == function)
    others = frozenset(p.name for p in checks.load(problem_set).problems) - {function}
    job = Job("student", problem_set, b"", 1, cells[function].encode())
    notebook = Notebook({**cells, places.ENTRANCE: places.DRIVER})
    with repairs(places) as found:
        try:
            place, _ = places._place(problem, notebook, job, cells[function], frozenset({function}), others)
        except (NotSearched, Failed):
            place = None
    return said.at(place, found)


def diagnosed(cell: str, shape: tuple[int, int], seed: int = 0) -> Said:
    """What ``diagnose_function`` says of ``backward`` for ``f``, which the cell defines."""
    names = with_source({"diagnose": cell}).names
    x = np.random.default_rng(seed).normal(size=shape)
    with np.errstate(all="ignore"), repairs(function_diagnosis) as repaired:
        found = diagnose_function(names["f"], names["backward"], x, seed=seed)
    said = Said(not found, tuple(slip.id for slip in found.slips), _without_sizes(str(found)))
    return said.at(found.place, repaired)


@cache
def said_of(reported: Reported) -> dict[str, Said]:
    """What each way to ask that knows the function says."""
    if reported.asked == "diagnose":
        return {"diagnose": diagnosed(reported.cell, reported.shape)}
    problem_set, function = reported.asked.split()
    cells = {**model_answers(problem_set), function: reported.cell}
    found = {"local": local(problem_set, function, cells), "graded": hidden(problem_set, function, cells)}
    if found["graded"].refused and verdict(reported, found["graded"]) is not Told.RIGHTLY:
        found["graded"] = graded_place(problem_set, function, cells, found["graded"])
    return found


def verdict(reported: Reported, said: Said) -> Told:
    """Whether it is what should be said."""
    if not said.refused:
        return Told.NOT_CAUGHT
    if reported.never and re.search(reported.never, said.words, re.IGNORECASE):
        return Told.WRONGLY
    named = set(said.slips) in [set(names.split("+")) for names in reported.slips]
    if named or (reported.says and re.search(reported.says, said.words, re.IGNORECASE)):
        return Told.RIGHTLY
    if said.places:
        return Told.RIGHTLY if is_place(reported, said) else Told.WRONGLY
    return Told.OTHERWISE if said.slips else Told.NOTHING


def is_place(reported: Reported, said: Said) -> bool:
    """Whether a place overlaps the expression at fault, or the change that was found there repairs the function."""
    if any(overlaps(place, reported.where) for place in said.places):
        return True
    if reported.asked == "diagnose":
        return False
    problem_set, function = reported.asked.split()
    cells = {**model_answers(problem_set), function: reported.cell}
    return is_right(problem_set, function, cells, said.repaired)


def is_right(problem_set: str, function: str, cells: dict[str, str], repaired: str) -> bool:
    """Whether ``repaired``, run after the cells, defines a function that is right on inputs of our own."""
    right = Notebook(model_answers(problem_set)).names[function]
    names = Notebook({**cells, "repaired": GUARDS + repaired}).names
    try:
        return callable(names.get(function)) and agrees(right, names[function], function, seed=9)
    except TimeoutError:
        return False


GUARDS = "def __counted(items): return items\ndef __counted_while(condition): return condition\n"
"""What the search puts around loops, to count their steps."""


def overlaps(place: str, expected: tuple[str, ...]) -> bool:
    """Whether the place is one of the expressions expected, or is a part of one, or has one for a part."""
    place = _squeezed(place)
    return any(part in place or place in part for part in map(_squeezed, expected))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def table(cases: tuple[Reported, ...]) -> str:
    """One line a mistake: what each way to ask makes of it, with the names it gives."""
    lines, counts = [], Counter()
    for case in cases:
        for way, said in said_of(case).items():
            told = verdict(case, said)
            counts[way, told] += 1
            lines.append(
                f"{case.line:>4} {way:9} {told:10}  {case.asked.split()[-1]:36} {', '.join(said.slips)}"
                + ("  @ " + " and ".join(said.places) if said.places else "")
            )
    totals = [f"{way}: " + ", ".join(f"{n} {told}" for (w, told), n in counts.items() if w == way) for way in WAYS]
    return "\n".join([*lines, "", *totals])


WAYS = ("local", "graded", "diagnose")

if __name__ == "__main__":
    import sys

    wanted = set(sys.argv[1:])
    quick = tuple(case for case in (*WRONG, *RIGHT) if not case.slow and (not wanted or case.line in wanted))
    print(table(quick))
    if wanted:
        for case in quick:
            for way, said in said_of(case).items():
                print(f"\n{case.line} {way}: {said.words}")
