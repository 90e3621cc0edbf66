"""Small expressions over a function's own values, built bottom up and without doubles: the words for a needed value.

Each has its text, and its value in every case; two that agree in the first case are one, the shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_ATOMS = 22
MOST_PAIRED = 13
MOST_ENTRIES = 400


@dataclass(frozen=True)
class Entry:
    """An expression; ``cost`` counts what it is made of."""

    text: str
    values: tuple[np.ndarray, ...]
    cost: float


Compute = Callable[..., Any]

UNARY: tuple[tuple[str, Compute, float], ...] = (
    ("{}.sum(axis=-1, keepdims=True)", lambda a: a.sum(axis=-1, keepdims=True), 1),
    ("{}.sum(axis=0)", lambda a: a.sum(axis=0), 1),
    ("{}.sum(axis=-1)", lambda a: a.sum(axis=-1), 1),
    ("{}.sum()", lambda a: a.sum(), 1),
    ("{}.max(axis=-1, keepdims=True)", lambda a: a.max(axis=-1, keepdims=True), 1),
    ("{}.max(axis=-1)", lambda a: a.max(axis=-1), 1),
    ("{}.mean(axis=-1, keepdims=True)", lambda a: a.mean(axis=-1, keepdims=True), 1.2),
    ("{}.mean(axis=0)", lambda a: a.mean(axis=0), 1.2),
    ("np.exp({})", np.exp, 1),
    ("np.log({})", np.log, 1),
    ("{} ** 2", lambda a: a * a, 1),
    ("np.sqrt({})", np.sqrt, 1),
    ("np.abs({})", np.abs, 1),
    ("(1 - {})", lambda a: 1 - a, 1),
    ("{}.T", lambda a: a.T, 0.8),
    ("{}[:, None]", lambda a: a[:, None], 0.8),
    ("np.diag({})", np.diag, 1),
    ("(1 / (1 + np.exp(-{})))", lambda a: 1 / (1 + np.exp(-a)), 1.5),
)
BINARY: tuple[tuple[str, Compute, bool], ...] = (
    ("({} * {})", np.multiply, True),
    ("({} - {})", np.subtract, False),
    ("({} + {})", np.add, True),
    ("({} / {})", np.divide, False),
    ("({} @ {})", np.matmul, False),
    ("np.outer({}, {})", lambda a, b: np.outer(a, b) if a.ndim == b.ndim == 1 else None, False),
)
SUMS: tuple[tuple[str, Compute], ...] = (
    (".sum(axis=-1, keepdims=True)", lambda a: a.sum(axis=-1, keepdims=True)),
    (".sum(axis=0)", lambda a: a.sum(axis=0)),
    (".sum()", lambda a: a.sum()),
)


class Table:
    """Entries by the text of what they are made of; ``atoms`` are (text, its value in each case)."""

    def __init__(self, atoms: Sequence[tuple[str, Sequence[np.ndarray]]], sizes: Mapping[str, Sequence[float]]):
        self.entries: list[Entry] = []
        self._seen: set[tuple[tuple[int, ...], bytes]] = set()
        with np.errstate(all="ignore"):
            for text, values in sizes.items():
                self._add(text, [np.asarray(float(value)) for value in values], 0.6)
            simple = [self._add(text, values, 0.0) for text, values in atoms]
            arrays = [entry for entry in simple if entry is not None][:MOST_ATOMS]
            derived = []
            for entry in arrays:
                for form, function, cost in UNARY:
                    new = self._map(form.format(entry.text), function, [entry], entry.cost + cost)
                    if new is not None and cost <= 1:
                        derived.append(new)
            paired = sorted(arrays, key=lambda entry: len(entry.text))[:MOST_PAIRED]
            products = []
            for k, a in enumerate(paired):
                for m, b in enumerate(paired):
                    for form, function, commutes in BINARY:
                        if k == m or (commutes and m < k):
                            continue
                        new = self._map(form.format(a.text, b.text), function, [a, b], 1.0)
                        if new is not None and form in ("({} * {})", "({} - {})"):
                            products.append(new)
            for entry in products:
                for form, function in SUMS:
                    self._map(entry.text + form, function, [entry], entry.cost + 0.6)
            for a in paired[:8]:
                for b in derived[:60]:
                    self._map(f"({a.text} * {b.text})", np.multiply, [a, b], b.cost + 1.0)

    def _map(self, text: str, function: Compute, entries: Sequence[Entry], cost: float) -> Entry | None:
        try:
            values = [function(*parts) for parts in zip(*(entry.values for entry in entries))]
        except (ValueError, IndexError, TypeError, np.exceptions.AxisError, FloatingPointError):
            return None
        return None if any(value is None for value in values) else self._add(text, values, cost)

    def _add(self, text: str, values: Sequence[np.ndarray], cost: float) -> Entry | None:
        arrays = tuple(np.asarray(value, dtype=np.float64) for value in values)
        first = arrays[0]
        if first.size > MOST_ENTRIES or not first.size or not all(np.isfinite(a).all() for a in arrays):
            return None
        scale = float(np.abs(first).max())
        key = (first.shape, np.round(first / (scale or 1.0), 9).tobytes() + f"{scale:.9e}".encode())
        if key in self._seen:
            return None
        self._seen.add(key)
        entry = Entry(text, arrays, cost)
        self.entries.append(entry)
        return entry
