"""The ways in which people change a formula at one place: each with the id of its slip and a sentence.

Nothing here knows a function of the course. A change is found by what stands at the place: an array, a sum, a product,
a difference, an exponential; so it holds for every formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from missingsum.explain.parts import Part, Path, array, hole, number, of, one_of_all, reduced
from missingsum.explain.spelling import axis_words, spelled
from missingsum.explain.versions import WHOLE, Change

ONE, TWO, ITSELF = hole(0), hole(1), hole(WHOLE)


@dataclass(frozen=True)
class Vocabulary:
    """What may stand in a formula of one question.

    ``pool``: names of arrays and what they are in words; ``axes``: of sums, each with its words; ``rows``: the axis of
    the examples, ``""`` if there is one only; ``square``: pairs of axes that number the same things.
    """

    pool: Mapping[str, str]
    axes: str
    rows: str = "n"
    square: Sequence[str] = ()
    functions: Mapping[str, Sequence[Change]] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    """names of numbers, such as n, and what they are"""

    def ways(self, part: Part, path: Path, wide: bool = True) -> Iterator[Change]:
        """The changes of the part at ``path``; few if not ``wide``."""
        said = spelled(part, self.pool)
        make = _Maker(path, said)
        if part.op == "array":
            yield from self._of_an_array(part, make, wide)
        elif part.op == "number":
            yield from _of_a_number(part, make)
        elif part.op in ("sum", "mean", "max", "min"):
            yield from self._of_a_sum(part, make, wide)
        elif part.op in OF_OPERATIONS:
            yield from OF_OPERATIONS[part.op](part, make, self)
        elif part.op in OTHER_FUNCTIONS:
            slip = "no-logarithm" if part.op == "log" else "function-left-out"
            yield make(ONE, slip, f"left out is {NAMES[part.op]} in {said}", 1)
            for other in OTHER_FUNCTIONS[part.op] if wide else ():
                yield make(
                    of(other, ONE), "wrong-function", f"{NAMES[other]} stands where {NAMES[part.op]} belongs", 1.5
                )
            yield make(of(part.op, of(part.op, ONE)), "once-too-often", f"{NAMES[part.op]} is applied twice", 1.5)
        elif part.op == "neg":
            yield make(ONE, "part-sign", f"the minus of {said} is left out", 1)
        yield from self._around(part, path, make, wide)

    def _of_an_array(self, part: Part, make: _Maker, wide: bool) -> Iterator[Change]:
        here = self.said(part.name)
        if part.name in self.numbers:
            for other, words in self.numbers.items():
                if other != part.name:
                    yield make(array(other), "wrong-number", f"{words} stands where {here} belongs", 1.2)
            yield make(number(1), "left-out", f"{here} is left out", 1)
            yield make(array(part.name) - number(1), "wrong-number", f"{here} less 1 stands where {here} belongs", 1.5)
            yield make(array(part.name) + number(1), "wrong-number", f"{here} plus 1 stands where {here} belongs", 1.5)
            return
        for other, words in self.pool.items():
            if other != part.name and other not in self.numbers:
                yield make(array(other), "wrong-array", f"{words} stands where {here} belongs", 1)
                if wide:
                    yield make(
                        number(1) - array(other), "wrong-array", f"1 minus {words} stands where {here} belongs", 1.4
                    )
        yield make(number(1), "left-out", f"{here} is left out: 1 stands there", 1.05)
        yield make(number(1) - array(part.name), "wrong-array", f"1 minus {here} stands where {here} belongs", 1.1)
        if wide:
            for axis in self.axes:
                yield make(
                    reduced("sum", array(part.name), axis),
                    "wrong-array",
                    f"the sum of {here} stands where {here} belongs",
                    1.5,
                )

    def _of_a_sum(self, part: Part, make: _Maker, wide: bool) -> Iterator[Change]:
        inside, how = spelled(part.args[0], self.pool), NAMES[part.op]
        if part.op == "sum":
            yield make(
                reduced("mean", ONE, part.name), "mean-for-sum", f"a mean of {inside} stands where a sum belongs", 1
            )
            for pair in self.square:
                if part.name in pair or set(pair) <= set(part.name):
                    yield make(reduced("sum", Part("diagonal", (ONE,), pair), part.name), "missing-sum", "", 1)
                    yield make(
                        reduced("sum", Part("off the diagonal", (ONE,), pair), part.name),
                        "term-skipped",
                        f"of the sum of {inside} the term with i = j is missing",
                        1,
                    )
                    for end in ("first", "last", "sum"):
                        other = pair.replace(part.name, "")
                        words = "the sum runs over the other index" + (
                            "" if end == "sum" else f", and its {end} term alone survives"
                        )
                        yield make(
                            reduced(end, ONE, other),
                            "summed-over-the-other-index" if end == "sum" else "one-term-only",
                            words,
                            1.2,
                        )
                    if wide:
                        yield make(reduced("sum", Part("transposed", (ONE,), pair), part.name), "transposed", "", 1.2)
            for end, slip in (
                ("first", "one-term-only"),
                ("last", "one-term-only"),
                ("all but first", "term-skipped"),
                ("all but last", "term-skipped"),
            ):
                if end in ("first", "last"):
                    words = f"of the sum of {inside}, {axis_words(part.name)}, the {end} term alone survives"
                else:
                    words = f"of the sum of {inside}, {axis_words(part.name)}, the {end[8:]} term is missing"
                yield make(reduced(end, ONE, part.name), slip, words, 1.1)
            if wide:
                yield make(
                    reduced("running", ONE, part.name),
                    "running-sum",
                    f"the sum of {inside} grows from entry to entry: a sum that is used before it is complete",
                    1.3,
                )
                yield make(
                    reduced("prod", ONE, part.name),
                    "another-reduction",
                    f"a product of {inside} stands where a sum belongs",
                    1.5,
                )
                yield make(
                    reduced("max", ONE, part.name),
                    "another-reduction",
                    f"a maximum of {inside} stands where a sum belongs",
                    1.3,
                )
        else:
            for other in ("sum", "mean", "max", "min"):
                if other != part.op:
                    slip = "mean-for-sum" if (part.op, other) == ("mean", "sum") else "another-reduction"
                    yield make(
                        reduced(other, ONE, part.name),
                        slip,
                        f"a {NAMES[other]} of {inside} stands where a {how} belongs",
                        1.2,
                    )
        yield make(
            ONE, "not-summed", f"{inside} is not added up" if part.op == "sum" else f"no {how} of {inside} is taken", 1
        )
        for others in _other_axes(part.name, self.axes):
            slip = self._along_other_axes(part.name, others)
            words = f"the {how} of {inside} runs {axis_words(others)}, not {axis_words(part.name)}"
            yield make(reduced(part.op, ONE, others), slip, words, 1.1)
            if part.op == "sum":
                yield make(
                    reduced("mean", ONE, others),
                    slip,
                    f"a mean of {inside} {axis_words(others)} stands where a sum {axis_words(part.name)} belongs",
                    1.6,
                )
        if self.rows and len(part.name) == 1 and part.name != self.rows:
            lost = Part("lost", (reduced(part.op, ONE, part.name),), self.rows + part.name)
            yield make(lost, "keepdims-lost", "", 1)
        if self.rows and part.name == self.rows:
            for axis in self.axes:
                if axis != self.rows:
                    lost = Part("lost", (reduced(part.op, ONE, axis),), self.rows + axis)
                    yield make(lost, "summed-over-other-axes", "", 1.3)

    def _along_other_axes(self, right: str, others: str) -> str:
        """The slip of a sum over ``others``: two names say that it should run along the row, and one does not."""
        if len(right) == 1 and right != self.rows and others == self.rows:
            return "wrong-axis"
        if len(right) == 1 and right != self.rows and set(others) == {self.rows, right}:
            return "whole-matrix"
        return "summed-over-other-axes"

    def _around(self, part: Part, path: Path, make: _Maker, wide: bool) -> Iterator[Change]:
        """What is done to a part that is right by itself."""
        said = make.said
        for other, words in self.pool.items():
            if other in self.numbers:
                continue
            again = "once more" if part.op == "array" and part.name == other else "too"
            for value, what, weight in (
                (array(other), words, 1.2),
                (number(1) - array(other), f"1 minus {words}", 1.3),
            ):
                yield make(
                    ITSELF * value,
                    "once-too-often",
                    f"{said} is multiplied by {what}{' ' + again if again == 'once more' else ''}: one factor too many",
                    weight,
                )
                if wide:
                    yield make(
                        ITSELF / value,
                        "once-too-often",
                        f"{said} is divided by {what}: one divisor too many",
                        weight + 0.1,
                    )
            if wide:
                yield make(
                    ITSELF + array(other), "once-too-often", f"{words} is added to {said}: one term too many", 1.4
                )
                yield make(
                    ITSELF - array(other),
                    "once-too-often",
                    f"{words} is subtracted from {said}: one term too many",
                    1.4,
                )
        for name, words in self.numbers.items():
            yield make(
                ITSELF / array(name), "once-too-often", f"{said} is divided by {words}: one divisor too many", 1.2
            )
            yield make(
                ITSELF * array(name), "once-too-often", f"{said} is multiplied by {words}: one factor too many", 1.2
            )
        yield make(-ITSELF, "part-sign", f"{said} has the wrong sign", 1.05 if part.op == "array" else 1)
        yield make(number(2) * ITSELF, "factor-of-a-part", f"{said} is taken twice", 1.2)
        yield make(number(0.5) * ITSELF, "factor-of-a-part", f"half of {said} is taken", 1.2)
        yield make(ITSELF * ITSELF, "once-too-often", f"{said} is squared", 1.2)
        if not wide:
            return
        yield make(number(1) - ITSELF, "once-too-often", f"1 minus {said} stands where {said} belongs", 1.3)
        yield make(number(1) / ITSELF, "wrong-operation", f"{said} is upside down", 1.3)
        yield make(ITSELF + number(1), "wrong-constant", f"1 is added to {said}", 1.5)
        yield make(ITSELF - number(1), "wrong-constant", f"1 is subtracted from {said}", 1.5)
        for function in ("abs", "exp", "log", "sqrt", "sigmoid", "relu", "tanh", "positive"):
            yield make(
                of(function, ITSELF),
                "once-too-often",
                f"{NAMES[function]} is taken of {said}: one function too many",
                1.4,
            )
        for axis in self.axes:
            yield make(
                reduced("sum", ITSELF, axis),
                "summed-too-early",
                f"{said} is summed {axis_words(axis)}, where it should stay as it is",
                1.3,
            )
            yield make(
                reduced("mean", ITSELF, axis),
                "summed-too-early",
                f"{said} is averaged {axis_words(axis)}, where it should stay as it is",
                1.3,
            )
            yield make(
                reduced("max", ITSELF, axis),
                "summed-too-early",
                f"the maximum of {said} {axis_words(axis)} is taken, where it should stay as it is",
                1.5,
            )
            yield make(
                ITSELF - reduced("max", ITSELF, axis),
                "once-too-often",
                f"its maximum {axis_words(axis)} is subtracted from {said}",
                1.4,
            )
            yield make(
                ITSELF - reduced("mean", ITSELF, axis),
                "once-too-often",
                f"its mean {axis_words(axis)} is subtracted from {said}",
                1.5,
            )
            yield make(
                ITSELF / reduced("sum", ITSELF, axis),
                "once-too-often",
                f"{said} is divided by its sum {axis_words(axis)}",
                1.4,
            )
            if axis != self.rows:
                yield make(Part("one on", (ITSELF,), axis), "one-off", f"{said} is moved on by one place", 1.5)
                yield make(Part("one back", (ITSELF,), axis), "one-off", f"{said} is moved back by one place", 1.5)
        for pair in self.square:
            yield make(Part("diagonal", (ITSELF,), pair), "missing-sum", "", 1.2)
            yield make(
                Part("off the diagonal", (ITSELF,), pair),
                "term-skipped",
                f"of {said} the entries with i = j are left out",
                1.2,
            )
            yield make(Part("transposed", (ITSELF,), pair), "transposed", "", 1.2)

    def said(self, name: str) -> str:
        return self.numbers.get(name) or self.pool.get(name) or name


@dataclass(frozen=True)
class _Maker:
    path: Path
    said: str

    def __call__(self, template: Part, slip: str, words: str, weight: float) -> Change:
        return Change(one_of_all(template), slip, words, weight, self.path)


NAMES = {
    "sum": "sum",
    "mean": "mean",
    "max": "maximum",
    "min": "minimum",
    "exp": "the exponential",
    "log": "the logarithm",
    "log2": "the logarithm to base 2",
    "log10": "the logarithm to base 10",
    "log1p": "ln(1 + x)",
    "exp2": "2 to the power of x",
    "expm1": "exp(x) - 1",
    "square": "the square",
    "sqrt": "the root",
    "abs": "the absolute value",
    "sigmoid": "the sigmoid",
    "relu": "ReLU",
    "tanh": "tanh",
    "neg": "minus x",
    "positive": "“is positive”",
    "not negative": "“is not negative”",
    "sign": "the sign",
}
OTHER_FUNCTIONS = {
    "exp": ("exp2", "expm1", "sigmoid", "relu", "abs", "square", "log", "tanh"),
    "log": ("log2", "log10", "log1p", "sqrt", "abs", "exp"),
    "square": ("abs", "sqrt", "exp"),
    "relu": ("abs", "positive", "neg"),
    "positive": ("relu", "not negative", "sign", "abs"),
    "sigmoid": ("tanh", "exp", "relu"),
    "abs": ("neg", "square"),
}


def _of_a_number(part: Part, make: _Maker) -> Iterator[Change]:
    value = float(part.name)
    for other in dict.fromkeys(
        (0.0, 1.0, 2.0, 0.5, -1.0, value + 1, value - 1, 2 * value, -value, 1 / value if value else 1.0)
    ):
        if other != value:
            yield make(number(other), "wrong-constant", f"{other:g} stands where {value:g} belongs", 1.2)


def _of_a_product(part: Part, make: _Maker, vocabulary: Vocabulary) -> Iterator[Change]:
    one, two = (spelled(arg, vocabulary.pool) for arg in part.args)
    yield make(ONE, "left-out", f"the factor {two} is left out", 0.95)
    yield make(TWO, "left-out", f"the factor {one} is left out", 0.95)
    yield make(ONE / TWO, "wrong-operation", f"{one} is divided by {two}, not multiplied", 1)
    yield make(TWO / ONE, "wrong-operation", f"{two} is divided by {one}, not multiplied", 1.1)
    yield make(ONE + TWO, "wrong-operation", f"{one} and {two} are added, not multiplied", 1.1)
    yield make(ONE - TWO, "wrong-operation", f"{two} is subtracted from {one}, not multiplied", 1.1)
    yield make(ONE * ONE * TWO, "once-too-often", f"the factor {one} stands there twice", 1.1)
    yield make(ONE * TWO * TWO, "once-too-often", f"the factor {two} stands there twice", 1.1)


def _of_a_quotient(part: Part, make: _Maker, vocabulary: Vocabulary) -> Iterator[Change]:
    one, two = (spelled(arg, vocabulary.pool) for arg in part.args)
    yield make(ONE, "left-out", f"{one} is not divided by {two}", 1)
    yield make(ONE * TWO, "wrong-operation", f"{one} is multiplied by {two} where it should be divided", 1)
    yield make(TWO / ONE, "wrong-operation", f"{one} / {two} is upside down", 1.1)
    yield make(ONE / TWO / TWO, "once-too-often", f"{one} is divided by {two} twice", 1.1)
    yield make(ONE - TWO, "wrong-operation", f"{two} is subtracted from {one}, where it should be divided by it", 1.2)
    yield make(ONE + TWO, "wrong-operation", f"{two} is added to {one}, where it should be divided by it", 1.3)
    yield make(number(1) / TWO, "left-out", f"the numerator {one} is left out", 1.2)


def _of_a_difference(part: Part, make: _Maker, vocabulary: Vocabulary) -> Iterator[Change]:
    one, two = (spelled(arg, vocabulary.pool) for arg in part.args)
    yield make(ONE, "left-out", f"the term {two} is left out", 0.95)
    yield make(-TWO, "left-out", f"the term {one} is left out", 0.95)
    yield make(TWO, "left-out", f"the term {one} is left out, and the sign of {two} has changed", 1.3)
    yield make(ONE + TWO, "part-sign", f"{two} is added where it should be subtracted", 1)
    yield make(TWO - ONE, "part-sign", f"{one} - {two} is the wrong way round", 1)
    yield make(ONE * TWO, "wrong-operation", f"{one} is multiplied by {two}, where {two} should be subtracted", 1.2)
    yield make(ONE / TWO, "wrong-operation", f"{one} is divided by {two}, where {two} should be subtracted", 1.2)
    yield make(-(ONE + TWO), "part-sign", f"{one} has the wrong sign", 1.3)


def _of_an_addition(part: Part, make: _Maker, vocabulary: Vocabulary) -> Iterator[Change]:
    one, two = (spelled(arg, vocabulary.pool) for arg in part.args)
    yield make(ONE, "left-out", f"the term {two} is left out", 0.95)
    yield make(TWO, "left-out", f"the term {one} is left out", 0.95)
    yield make(ONE - TWO, "part-sign", f"{two} is subtracted where it should be added", 1)
    yield make(TWO - ONE, "part-sign", f"{one} is subtracted where it should be added", 1)
    yield make(ONE * TWO, "wrong-operation", f"{one} is multiplied by {two}, where {two} should be added", 1.2)
    yield make(ONE / TWO, "wrong-operation", f"{one} is divided by {two}, where {two} should be added", 1.3)


def _of_a_choice(part: Part, make: _Maker, vocabulary: Vocabulary) -> Iterator[Change]:
    one, two = (spelled(arg, vocabulary.pool) for arg in part.args)
    other = "minimum" if part.op == "maximum" else "maximum"
    yield make(
        Part(other, (ONE, TWO)),
        "wrong-operation",
        f"the {other} of {one} and {two} stands where the {part.op} belongs",
        1.2,
    )
    yield make(ONE, "left-out", f"{two} is left out", 1.1)
    yield make(TWO, "left-out", f"{one} is left out", 1.1)


OF_OPERATIONS: dict[str, Callable[[Part, _Maker, Vocabulary], Iterator[Change]]] = {
    "*": _of_a_product,
    "/": _of_a_quotient,
    "-": _of_a_difference,
    "+": _of_an_addition,
    "maximum": _of_a_choice,
    "minimum": _of_a_choice,
}


def _other_axes(axes: str, all_axes: str) -> Iterator[str]:
    """Other sets of axes for a sum: each alone, and all together."""
    for axis in all_axes:
        if axis != axes:
            yield axis
    for axis in all_axes:
        both = "".join(a for a in all_axes if a in axes or a == axis)
        if len(both) > len(axes) and len(both) > 1:
            yield both
    if len(all_axes) > 2 and len(axes) < len(all_axes):
        yield all_axes
