"""Find a place by the value that is needed there, looked up among small expressions over the code's own values."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from missingsum.where.cases import Case, Outcome
from missingsum.where.edits import Edit
from missingsum.where.holes import CLOSE, MOST_ENTRIES, NEWTON, Affine, Hole, Holes, Needed
from missingsum.where.source import Source, Span
from missingsum.where.table import Entry, Table

Inject = Callable[[str, int, Sequence[Any], Case], Sequence[Outcome]]
Note = Callable[[str, Case], Sequence[Sequence[Any]]]
FORMS = (
    ("{e}", lambda v, e: e, "value", 0.0),
    ("({v} * {e})", lambda v, e: v * e, "factor", 0.1),
    ("({v} / {e})", lambda v, e: v / e, "factor", 0.15),
    ("({v} + {e})", lambda v, e: v + e, "term-missing", 0.15),
    ("({v} - {e})", lambda v, e: v - e, "term-missing", 0.15),
    ("({e} - {v})", lambda v, e: e - v, "one-minus", 0.3),
)
MOST_UNFOLDED = 3
BASE = 2.0
"""What a repair by value costs at least: more than any one-step edit, which explains more."""


@dataclass(frozen=True)
class Visited:
    """A hole that every case passes once, with its value in each."""

    hole: Hole
    values: tuple[np.ndarray, ...]
    whole: bool
    """whether they are whole numbers, of which the kind may matter more than the value"""


class ByValue:
    """What the values of a function's expressions say, in one or two cases that it does not meet."""

    def __init__(self, source: Source, cases: Sequence[Case], note: Note, inject: Inject):
        self.source, self.cases, self._inject = source, cases, inject
        self.holes = Holes(source)
        self.visited = self._visited(note)
        self._known: dict[int, list[Affine | Needed | None]] = {}

    def _visited(self, note: Note) -> list[Visited]:
        noted = []
        for case in self.cases:
            seen = note(self.holes.noting, case)
            times = Counter(number for number, _ in seen)
            noted.append({number: value for number, value in seen if times[number] == 1 and value is not None})
        common = [hole for hole in self.holes.all if all(hole.number in values for values in noted)]
        return [
            Visited(
                hole,
                tuple(np.asarray(values[hole.number], dtype=np.float64) for values in noted),
                np.asarray(noted[0][hole.number]).dtype.kind in "iub",
            )
            for hole in common
        ]

    def impossible(self) -> list[Span]:
        """Expressions for which no value makes the first case right: no edit inside one can."""
        found: list[Span] = []
        for visited in sorted(self.visited, key=lambda visited: -len(visited.hole.span)):
            if any(span.holds(visited.hole.span) for span in found):
                continue
            if visited.whole or min(visited.values[0].shape, default=1) == 1:
                continue  # in its place an array may help that broadcasts otherwise
            known = self._follow(visited, 0)
            if isinstance(visited.hole.node, ast.Name) and isinstance(known, Affine) and not known.matrix.any():
                continue  # its shape alone may be what is used
            if isinstance(known, Affine) and not known.is_possible(self.cases[0].parts):
                found.append(visited.hole.span)
        return found

    def unlikeliness(self, edit: Edit) -> float:
        """What to add to the cost of an edit that puts one name for another: they are of other shapes, or not known."""
        if edit.kind != "name":
            return 0.0
        shapes = self._shapes
        own, other = (shapes.get(text) for text in (self.source.cut(edit.place), edit.splices[0][2]))
        return 0.0 if own is not None and own == other else 0.15

    @cached_property
    def _shapes(self) -> dict[str, tuple[int, ...]]:
        known = {visited.hole.text: visited.values[0].shape for visited in self.visited}
        return known | {name: values[0].shape for name, values in self._arguments().items()}

    def edits(self) -> Iterator[Edit]:
        """Repairs by value, the cheapest first; each is still to be tried."""
        table = self._table()
        none = self.impossible()
        found = []
        for visited in self.visited:
            if any(span.holds(visited.hole.span) for span in none):
                continue
            for cost, text, kind in self._fitting(visited, table.entries):
                start, end = visited.hole.span.start, visited.hole.span.end
                found.append(Edit(visited.hole.span, ((start, end, text),), kind, cost))
        yield from sorted(found, key=lambda edit: (round(edit.cost, 2), len(edit.place)))

    def _fitting(self, visited: Visited, entries: Sequence[Entry]) -> Iterator[tuple[float, str, str]]:
        known = [self._follow(visited, k) for k in range(len(self.cases))]
        if any(each is None for each in known):
            return
        single = visited.values[0].size == 1
        own = visited.hole.text if isinstance(visited.hole.node, (ast.Name, ast.Call)) else f"({visited.hole.text})"
        usable = [entry for entry in entries if not (single and entry.cost > 0.7)]
        for form, function, kind, cost in FORMS:
            fits = np.ones(len(usable), dtype=bool)
            for k, each in enumerate(known):
                assert each is not None
                rows = np.full((len(usable), visited.values[k].size), np.nan)
                for m, entry in enumerate(usable):
                    if fits[m]:
                        value = _combined(function, visited.values[k], entry.values[k])
                        if value is not None:
                            rows[m] = value
                fits &= each.meets(rows)
                if not fits.any():
                    break
            for m in map(int, np.flatnonzero(fits)):
                text = form.format(v=own, e=self._as_known_at(visited.hole, usable[m].text))
                yield BASE + 0.3 * usable[m].cost + cost, f"({text})", kind

    def _as_known_at(self, hole: Hole, text: str) -> str:
        """The expression; for a name that has no value yet where the hole stands, what it will be made of."""
        for _ in range(MOST_UNFOLDED):
            names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
            later = {name for name in names if self._definitions.get(name, (0, ""))[0] > hole.span.start}
            for name in later:
                text = re.sub(rf"\b{name}\b", lambda _, name=name: f"({self._definitions[name][1]})", text)
        return text

    @cached_property
    def _definitions(self) -> dict[str, tuple[int, str]]:
        """Of each name that is assigned once: where that ends, and what it is made of."""
        nodes = [node for statement in self.source.statements for node in ast.walk(statement)]
        times = Counter(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        return {
            node.targets[0].id: (self.source.span(node).end, self.source.written(node.value))
            for node in nodes
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and times[node.targets[0].id] == 1
        }

    def _follow(self, visited: Visited, k: int) -> Affine | Needed | None:
        """How the answer of case k follows from the hole; None if that cannot be said."""
        known = self._known.setdefault(visited.hole.number, [None] * len(self.cases))
        if known[k] is None:
            known[k] = self._followed(visited, k)
        return known[k]

    def _followed(self, visited: Visited, k: int) -> Affine | Needed | None:
        value, case, wanted = visited.values[k], self.cases[k], self.cases[k].wanted
        if not 0 < value.size <= MOST_ENTRIES or not np.isfinite(value).all():
            return None
        program = self.holes.only(visited.hole)

        def answers(values: np.ndarray) -> np.ndarray | None:
            stacked = [row.reshape(value.shape) for row in values]
            found = [case.numbers(outcome) for outcome in self._inject(program, visited.hole.number, stacked, case)]
            if any(each is None or not np.isfinite(each).all() for each in found):
                return None
            return np.array(found)

        flat = value.ravel()
        size = max(float(np.abs(flat).max()), 0.1)
        probe = size * np.cos(1.7 * np.arange(1, flat.size + 1))
        rows = answers(np.vstack([flat, flat + size * np.eye(flat.size), flat + probe]))
        if rows is not None:
            matrix = (rows[1:-1] - rows[0]).T / size
            offset = rows[0] - matrix @ flat
            scale = max(float(np.abs(rows).max()), 1e-300)
            if np.abs(matrix @ (flat + probe) + offset - rows[-1]).max() <= CLOSE * scale:
                return Affine(value, matrix, offset, wanted)
        return self._newton(answers, value, wanted)

    def _newton(
        self, answers: Callable[[np.ndarray], np.ndarray | None], value: np.ndarray, wanted: np.ndarray
    ) -> Needed | None:
        at = value.ravel()
        scale = max(float(np.abs(wanted).max()), 1e-300)
        for _ in range(NEWTON):
            size = 1e-6 * max(float(np.abs(at).max()), 1e-3)
            rows = answers(np.vstack([at, at + size * np.eye(at.size)]))
            if rows is None:
                return None
            matrix = (rows[1:] - rows[0]).T / size
            if np.abs(rows[0] - wanted).max() <= CLOSE * scale:
                unique = (
                    at.size <= wanted.size and np.linalg.matrix_rank(matrix, 1e-6 * np.abs(matrix).max()) == at.size
                )
                return Needed(value, at.reshape(value.shape)) if unique else None
            step = np.linalg.lstsq(matrix, wanted - rows[0], rcond=1e-9)[0]
            at = at + step
            if not np.isfinite(at).all():
                return None
        return None

    def _table(self) -> Table:
        atoms: dict[str, list[np.ndarray]] = {}
        spoiled = set()
        for visited in self.visited:
            text, values = visited.hole.text, list(visited.values)
            if "\n" in text or len(text) > 60:
                continue
            if text in atoms and not all(map(np.array_equal, atoms[text], values)):
                spoiled.add(text)
            atoms.setdefault(text, values)
        for name, values in self._arguments().items():
            atoms.setdefault(name, values)
        known = [(text, values) for text, values in atoms.items() if text not in spoiled]
        known = [(text if _is_closed(text) else f"({text})", values) for text, values in known]
        return Table(sorted(known, key=lambda atom: len(atom[0])), self._sizes())

    def _arguments(self) -> dict[str, list[np.ndarray]]:
        """The arguments that are numbers or arrays of them, by name."""
        found = {}
        for k, name in enumerate(self.source.arguments):
            values = [case.arguments[k] for case in self.cases if k < len(case.arguments)]
            if (
                len(values) == len(self.cases)
                and not any(value is None for value in values)
                and all(np.asarray(value).dtype.kind in "fiub" for value in values)
            ):
                found[name] = [np.asarray(value, dtype=np.float64) for value in values]
        return found

    def _sizes(self) -> dict[str, list[float]]:
        """Numbers that follow from the lengths of the arguments, and small ones."""
        found: dict[str, list[float]] = {text: [value] * len(self.cases) for text, value in _NUMBERS.items()}
        for name, values in self._arguments().items():
            for axis in range(min(value.ndim for value in values)):
                lengths = [float(value.shape[axis]) for value in values]
                found[f"{name}.shape[{axis}]"] = lengths
                found[f"np.sqrt({name}.shape[{axis}])"] = [length**0.5 for length in lengths]
                found[f"({name}.shape[{axis}] - 1)"] = [length - 1 for length in lengths]
            if values[0].ndim > 1:
                found[f"{name}.size"] = [float(value.size) for value in values]
        return found


def _is_closed(text: str) -> bool:
    """Whether the text of an expression needs no brackets, whatever stands beside it."""
    return isinstance(ast.parse(text, mode="eval").body, (ast.Name, ast.Call, ast.Attribute, ast.Subscript))


_NUMBERS = {"2": 2.0, "np.log(2)": float(np.log(2)), "1": 1.0, "0": 0.0, "np.sqrt(2)": 2**0.5, "3": 3.0}


def _combined(function: Callable, value: np.ndarray, entry: np.ndarray) -> np.ndarray | None:
    if entry.ndim > value.ndim:
        return None
    with np.errstate(all="ignore"):
        try:
            made = np.broadcast_to(function(value, entry), value.shape)
        except ValueError:
            return None
    return made.ravel()
