"""Formulas as small trees of named arrays: written, computed on stacks of values, spelled, and changed at one place.

Arrays are held with all axes of their question in one order, an axis that they lack having length 1, so that parts
broadcast: with the axes n, i, j (row, output, logit) an array s is s_j, (n, 1, c), or s_i, (n, c, 1), and the product
with a Jacobian is a sum over i of (n, c, 1) times (n, c, c). Any number of axes may stand before these: a stack of
values of one array is computed as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np

Value = np.ndarray
Arrays = Mapping[str, Value]
"""name → array, with the axes of the question; numbers too."""


@dataclass(frozen=True)
class Part:
    """One part of a formula: what is done, to which parts, and the name of an array, a number or the axes of a sum."""

    op: str
    args: tuple[Part, ...] = ()
    name: str = ""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def has_holes(self) -> bool:
        return self.op == "hole" or any(arg.has_holes for arg in self.args)

    @cached_property
    def _hash(self) -> int:
        return hash((self.op, self.args, self.name))

    def __add__(self, other: Part) -> Part:
        return Part("+", (self, other))

    def __sub__(self, other: Part) -> Part:
        return Part("-", (self, other))

    def __mul__(self, other: Part) -> Part:
        return Part("*", (self, other))

    def __truediv__(self, other: Part) -> Part:
        return Part("/", (self, other))

    def __neg__(self) -> Part:
        return Part("neg", (self,))


def array(name: str) -> Part:
    """An array, or a number such as n, of the data."""
    return Part("array", name=name)


def number(value: float) -> Part:
    """A constant."""
    return Part("number", name=repr(float(value)))


def of(function: str, part: Part) -> Part:
    """One of `FUNCTIONS`, entry by entry."""
    return Part(function, (part,))


def reduced(how: str, part: Part, axes: str) -> Part:
    """One of `REDUCTIONS` over ``axes``, which stay with length 1."""
    return Part(how, (part,), axes)


def total(part: Part, axes: str) -> Part:
    """The sum over ``axes``."""
    return reduced("sum", part, axes)


def hole(k: int = 0) -> Part:
    """The k-th part of what a template changes."""
    return Part("hole", name=str(k))


FUNCTIONS: dict[str, Callable[[Value], Value]] = {
    "neg": np.negative,
    "exp": np.exp,
    "log": np.log,
    "square": np.square,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    "relu": lambda v: np.maximum(v, 0),
    "positive": lambda v: (v > 0) * 1.0,
    "not negative": lambda v: (v >= 0) * 1.0,
    "sign": np.sign,
    "tanh": np.tanh,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "trunc": np.trunc,
    "floor": np.floor,
}
OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "maximum": np.maximum,
    "minimum": np.minimum,
}


def _end(v: Value, axes: tuple[int, ...], k: int) -> Value:
    for axis in axes:
        v = np.take(v, [k], axis=axis)
    return v


def _but(v: Value, axes: tuple[int, ...], some: slice) -> Value:
    for axis in axes:
        v = np.moveaxis(np.moveaxis(v, axis, 0)[some], 0, axis)
    return v.sum(axis=axes, keepdims=True)


REDUCTIONS: dict[str, Callable[[Value, tuple[int, ...]], Value]] = {
    "sum": lambda v, axes: v.sum(axis=axes, keepdims=True),
    "mean": lambda v, axes: v.mean(axis=axes, keepdims=True),
    "max": lambda v, axes: v.max(axis=axes, keepdims=True),
    "min": lambda v, axes: v.min(axis=axes, keepdims=True),
    "prod": lambda v, axes: v.prod(axis=axes, keepdims=True),
    "first": lambda v, axes: _end(v, axes, 0),
    "last": lambda v, axes: _end(v, axes, -1),
    "all but first": lambda v, axes: _but(v, axes, slice(1, None)),
    "all but last": lambda v, axes: _but(v, axes, slice(None, -1)),
    "running": lambda v, axes: v.cumsum(axis=axes[0]) if len(axes) == 1 else v,
}


@dataclass(frozen=True)
class Space:
    """The names of the axes, in their order, and the arrays of one sample."""

    axes: str
    arrays: Arrays
    ready: dict[tuple, list] = field(default_factory=dict, compare=False)
    """what was computed of parts before it was asked for (see `versions.prepare`)"""

    known: dict[Part, Value] = field(default_factory=dict, compare=False)
    """the values of what templates hold besides holes"""

    def positions(self, axes: str) -> tuple[int, ...]:
        return _positions(self.axes, axes)


@cache
def _positions(all_axes: str, axes: str) -> tuple[int, ...]:
    return tuple(all_axes.index(axis) - len(all_axes) for axis in axes)


class DoesNotFit(Exception):
    """A part that means nothing for these arrays."""


def compute(part: Part, space: Space, holes: tuple[Value, ...] = ()) -> Value:
    """The value of a part; `DoesNotFit` if it has none here."""
    if part.op == "hole":
        return holes[int(part.name)]
    if part.op == "array":
        if part.name not in space.arrays:
            raise DoesNotFit(part.name)
        return space.arrays[part.name]
    if part.op == "number":
        return _constant(part.name, len(space.axes))
    if holes and not part.has_holes:
        if part not in space.known:
            space.known[part] = compute(part, space)
        return space.known[part]
    values = tuple(compute(arg, space, holes) for arg in part.args)
    return apply(part, values, space)


@cache
def _constant(name: str, rank: int) -> Value:
    value = np.full((1,) * rank, float(name))
    value.flags.writeable = False
    return value


def apply(part: Part, values: tuple[Value, ...], space: Space) -> Value:
    """What the part makes of the ``values`` of its parts."""
    if part.op in OPERATIONS:
        return OPERATIONS[part.op](*values)
    if part.op in FUNCTIONS:
        return FUNCTIONS[part.op](*values)
    if part.op in REDUCTIONS:
        return REDUCTIONS[part.op](values[0], space.positions(part.name))
    return MOVES[part.op](values[0], space.positions(part.name))


def _lost(v: Value, positions: tuple[int, ...]) -> Value:
    """What an array without its lost axis, (n,), is beside others: along the last of the two axes, if they are as long.

    ``positions``: that of the rows and that of what was summed over.
    """
    rows, columns = positions
    if v.shape[columns] != 1 or v.shape[rows] == 1:
        raise DoesNotFit("an axis that is not lost")
    return np.swapaxes(v, rows, columns)


def _diagonal(v: Value, positions: tuple[int, ...]) -> Value:
    return v * _same(v, positions)


def _off_diagonal(v: Value, positions: tuple[int, ...]) -> Value:
    return v * (1 - _same(v, positions))


def _same(v: Value, positions: tuple[int, ...]) -> Value:
    """1 where the two indices are equal."""
    one, two = (v.shape[p] for p in positions)
    if one != two or one == 1:
        raise DoesNotFit("no square")
    shape = [1] * v.ndim
    for p in positions:
        shape[p] = one
    return np.eye(one).reshape(shape)


def _transposed(v: Value, positions: tuple[int, ...]) -> Value:
    if v.shape[positions[0]] != v.shape[positions[1]]:
        raise DoesNotFit("no square")
    return np.swapaxes(v, *positions)


def _turned(v: Value, positions: tuple[int, ...]) -> Value:
    return np.swapaxes(v, *positions)


def _shifted(v: Value, positions: tuple[int, ...], by: int) -> Value:
    return np.roll(v, by, axis=positions[0])


MOVES: dict[str, Callable[[Value, tuple[int, ...]], Value]] = {
    "lost": _lost,
    "diagonal": _diagonal,
    "off the diagonal": _off_diagonal,
    "transposed": _transposed,
    "turned": _turned,
    "one on": lambda v, positions: _shifted(v, positions, 1),
    "one back": lambda v, positions: _shifted(v, positions, -1),
    "reversed": lambda v, positions: np.flip(v, positions[0]),
}
"""What moves entries or leaves some out; the name of the part holds the axes."""


Path = tuple[int, ...]


@cache
def one_of_all(part: Part) -> Part:
    """The same part for all that are equal, so that to compare them again takes no time."""
    return part


def at(part: Part, path: Path) -> Part:
    """The part at a place: the numbers of the arguments on the way to it."""
    return part if not path else at(part.args[path[0]], path[1:])


def put(part: Part, path: Path, other: Part) -> Part:
    """The formula with ``other`` at a place."""
    if not path:
        return other
    args = list(part.args)
    args[path[0]] = put(args[path[0]], path[1:], other)
    return replace(part, args=tuple(args))


def filled(template: Part, args: tuple[Part, ...]) -> Part:
    """The template with parts in its holes."""
    if template.op == "hole":
        return args[int(template.name)]
    return replace(template, args=tuple(filled(arg, args) for arg in template.args))


def everywhere(part: Part, name: str, other: Part) -> Part:
    """The formula with ``other`` in place of an array, wherever that stands."""
    if part.op == "array" and part.name == name:
        return other
    return replace(part, args=tuple(everywhere(arg, name, other) for arg in part.args))


def names(part: Part) -> list[str]:
    """The arrays of a formula, each once, in the order in which they come."""
    found = [part.name] if part.op == "array" else [name for arg in part.args for name in names(arg)]
    return list(dict.fromkeys(found))
