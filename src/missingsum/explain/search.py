"""Find what turns the right formula into the answer given: by value, the cheapest explanation first.

A `Language` says what a question is made of: its arrays by name and the right formula, in one style or several. A style
that does not give the truth of the samples is passed over, so that what is said of softmax is not said of another
function. Tried are, one after the other: lines left out and constant ratios alone, one change of a formula, two
changes, each with a constant ratio and with lines left out. What fits the first sample to rounding error is computed
anew for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from missingsum.comparison import Answer, not_real_numbers
from missingsum.explain.changes import Vocabulary
from missingsum.explain.finding import Finding
from missingsum.explain.parts import DoesNotFit, Part, Path, Space, Value, array, at, compute, names
from missingsum.explain.rows import Pattern, factor_of_each_row, patterns
from missingsum.explain.scales import named_scale, scales
from missingsum.explain.spelling import spelled
from missingsum.explain.versions import Change, Changes, How, Stack, Ways, changed, prepare, versions

MOST_LOOKED_AT = 50
"""How many values that fit the first sample are computed for the others, the cheapest first."""
ROUNDING = 1e-9
"""Relative to the largest entry, what is left of an answer that is computed in float64 throughout is less."""
KNOWN = 0.95
"""The weight of a wrong answer that has a name of its own."""
STYLES = 2
"""In how many styles of the right formula two changes are looked for."""


@dataclass(frozen=True)
class Language:
    """What the answers to one question are made of.

    ``arrays(data)`` gives the arrays of a sample, each with all axes of the question; ``result`` are the axes of the
    answer; ``recipes`` the right formula in some styles; ``instead`` what may stand everywhere in place of an array;
    ``mean`` says that the right answer is a mean over the rows.
    """

    vocabulary: Vocabulary
    axes: str
    result: str
    arrays: Callable[[Any], Mapping[str, Value]]
    recipes: Sequence[Part]
    instead: Mapping[str, Sequence[Change]] = field(default_factory=dict)
    related: Sequence[tuple[str, Part]] = ()
    """wrong formulas that have a slip of their own, for what is wrong in them besides"""
    mean: bool = False
    defined: Mapping[str, Part] = field(default_factory=dict)
    """arrays that a student computes on the way: what goes wrong there shows wherever they stand"""
    zero: str = ""
    """the slip of who gets 0 throughout"""
    sign: str = "sign"
    """the slip of the wrong sign of the whole"""
    _ways: dict[tuple[Part, Path, bool], Ways] = field(default_factory=dict)

    def ways(self, formula: Part, wide: bool) -> Changes:
        """The changes of each part of a formula, written once; those of an array say what it stands in."""

        def changes(part: Part, path: Path) -> Ways:
            if (formula, path, wide) not in self._ways:
                ways = list(self.vocabulary.ways(part, path, wide))
                if len(path) > 1 and part.op == "array":  # the whole formula is never shown
                    inside = spelled(at(formula, path[:-1]))
                    ways = [replace(way, words=f"{way.words}, in {inside}") if way.words else way for way in ways]
                self._ways[formula, path, wide] = Ways.of(ways)
            return self._ways[formula, path, wide]

        return changes

    def sizes(self, space: Space) -> dict[str, float]:
        """n and c of one sample."""
        return {name: float(space.arrays[name].item()) for name in ("n", "c") if name in space.arrays}


@dataclass
class Search:
    """The samples of one question, looked at in one language."""

    language: Language
    data: Sequence[Any]
    truths: Sequence[np.ndarray]
    answers: Sequence[Answer]
    rtol: float
    clear: float
    coarse: Sequence[float] = ()
    """of the last samples, where they are compared less closely than to ``rtol``"""

    def __post_init__(self) -> None:
        self.spaces = [Space(self.language.axes, self.language.arrays(data)) for data in self.data]
        self.answers = [np.asarray(answer, dtype=np.float64) for answer in self.answers]
        self.truths = [np.asarray(truth, dtype=np.float64) for truth in self.truths]
        self.sizes = [self.language.sizes(space) for space in self.spaces]
        self.somewhere = any(answer.any() for answer in self.answers)
        self.closely = len(self.answers) - len(self.coarse)
        self.rtols = [self.rtol] * self.closely + [max(self.rtol, coarse) for coarse in self.coarse]
        self.smallest = min(range(len(self.spaces)), key=lambda k: (self.truths[k].size, k))
        rows = bool(self.language.vocabulary.rows) and self.language.result.startswith(self.language.vocabulary.rows)
        self.patterns: list[Pattern | None] = [None, *(patterns(self.answers, self.truths) if rows else ())]
        self._kept: dict[tuple[int, int], list[Stack]] = {}
        self._instead: dict[tuple[str, int], list[tuple[Change, Value]]] = {}

    @cached_property
    def recipes(self) -> list[Part]:
        """The right formula in those styles that give the truth."""
        return [recipe for recipe in self.language.recipes if self._right(recipe)]

    # --- What is tried, in order --------------------------------------------------------------------------------------

    def nothing(self) -> Finding:
        """A loss that is 0 whatever goes in, where the right one has a ½."""
        if self.language.zero and all(
            truth.ndim == 0 and truth and not answer.any() for truth, answer in zip(self.truths, self.answers)
        ):
            return self._kept_for(Finding((self.language.zero,)), Search.nothing)
        return Finding()

    def row_by_row(self) -> Finding:
        """Each row right up to a factor of its own."""
        return factor_of_each_row(self.answers, self.truths, self.rtol, self.clear)

    def alone(self, lines: bool) -> Finding:
        """A constant ratio, or, if ``lines``, some left out, or both; and no other change."""
        for pattern in self.patterns[1:] if lines else [None]:
            ratios = self._ratios(self.truths, pattern)
            if ratios and (found := self._named((), ratios, pattern, any_number=True)):
                found = self._if_it_is_all(found, [r * t for r, t in zip(ratios, self.truths)], pattern)
                return self._kept_for(found, lambda search: search.alone(lines))
        return Finding()

    def known(self, slips: tuple[str, ...], wrong: Callable[[Any], Value], exact: bool) -> Finding:
        """A wrong answer that has a name, as it is, or, if not ``exact``, with a constant ratio and lines left out."""
        values: list[Value] = []
        for k, data in enumerate(self.data):
            with np.errstate(all="ignore"):
                value = np.asarray(wrong(data), dtype=np.float64)
            if value.shape != self.answers[k].shape:
                try:
                    value = np.broadcast_to(value, self.truths[k].shape)
                except ValueError:
                    pass
            if k < self.closely and not np.isfinite(value).all():
                return Finding()
            if exact and self._ratio(value, k, None) != 1:
                return Finding()
            values.append(value)
        for pattern in self.patterns if not exact else [None]:
            ratios = self._ratios(values, pattern)
            if not ratios:
                continue
            clearly = sum(
                not self._close(r * v, t, k, self.clear) for k, (v, r, t) in enumerate(zip(values, ratios, self.truths))
            )
            if pattern is None and clearly < min(2, len(values)):
                continue
            change = Change(array(""), "", "", KNOWN * len(slips))
            if found := self._named((change,), ratios, pattern, any_number=self.truths[0].size > 1):
                found = replace(found, slips=tuple(dict.fromkeys((*slips, *found.slips[1:]))))
                found = self._if_it_is_all(found, [r * v for r, v in zip(ratios, values)], pattern)
                found = replace(found, gives=lambda data: bool(np.isfinite(wrong(data)).all()))
                return self._kept_for(found, lambda search: search.known(slips, wrong, exact))
        return Finding()

    def related(self, exact: bool, only: tuple[str, ...] = ()) -> Finding:
        """A wrong formula of the language that has a name, any or one of ``only`` these."""
        for slip, formula in self.language.related:
            if only and slip not in only:
                continue
            for pattern in [None] if exact else self.patterns:
                if found := self._verified(formula, (), pattern, exact):
                    return replace(found, slips=(slip, *found.slips), weight=found.weight + KNOWN)
                if exact and (found := self._fits_exactly(slip, formula)):
                    return found
        return Finding()

    def _fits_exactly(self, slip: str, formula: Part) -> Finding:
        if not self._right(formula, self.answers) or self._right(formula, self.truths, self.clear):
            return Finding()
        return self._kept_for(Finding((slip,), (), KNOWN), lambda search: search._fits_exactly(slip, formula))

    def one_change(self) -> Finding:
        return self._best(1, exact=True)

    def one_change_and_a_scale(self) -> Finding:
        return self._best(1, exact=False)

    def two_changes(self) -> Finding:
        """The most costly."""
        return self._best(2, exact=True) or self._best(2, exact=False)

    # --- How ---------------------------------------------------------------------------------------------------------

    def _best(self, most: int, exact: bool) -> Finding:
        found = []
        for pattern in [None] if exact else self.patterns:
            for r, recipe in enumerate(self.recipes[: STYLES if most > 1 else None]):
                for stack in self._stacks(r, most):
                    for k in self._candidates(stack, pattern, exact):
                        if finding := self._verified(recipe, stack.how(k), pattern, exact):
                            found.append(finding)
            if most == 2 and not found:
                found = list(self._beside_what_is_known(pattern, exact))
            if found:
                return min(found, key=lambda finding: finding.weight)
        return Finding()

    def _beside_what_is_known(self, pattern: Pattern | None, exact: bool) -> Iterator[Finding]:
        """One change of a wrong formula that has a name."""
        for slip, formula, stacks in self._related_and_changed:
            for stack in stacks:
                for k in self._candidates(stack, pattern, exact):
                    if found := self._verified(formula, stack.how(k), pattern, exact):
                        yield replace(
                            found, slips=tuple(dict.fromkeys((slip, *found.slips))), weight=found.weight + KNOWN
                        )

    @cached_property
    def _related_and_changed(self) -> list[tuple[str, Part, list[Stack]]]:
        """The wrong formulas that have a name, with the values of the first sample after one change."""
        found, space = [], self.spaces[self.smallest]
        for slip, formula in self.language.related:
            try:
                with np.errstate(all="ignore"):
                    found.append((slip, formula, versions(formula, space, self.language.ways(formula, False), 1)[1]))
            except (DoesNotFit, ValueError):
                continue
        return found

    def _stacks(self, r: int, most: int) -> Iterable[Stack]:
        """The values of the first sample with ``most`` changes in recipe ``r``."""
        if (r, most) not in self._kept:
            recipe, space = self.recipes[r], self.spaces[self.smallest]
            wide = most == 1
            with np.errstate(all="ignore"):
                if not any(kept == most for _, kept in self._kept):
                    styles = self.recipes if wide else [*self.recipes[:STYLES], *(f for _, f in self.language.related)]
                    prepare(styles, space, lambda formula: self.language.ways(formula, wide))
                stacks = versions(recipe, space, self.language.ways(recipe, wide), most)[most]
                stacks += list(self._everywhere(recipe, space, most))
            self._kept[r, most] = stacks
        return self._kept[r, most]

    def _everywhere(self, recipe: Part, space: Space, most: int) -> Iterator[Stack]:
        """Something else in place of an array wherever it stands, alone or with a change of one place."""
        for name in dict.fromkeys((*self.language.instead, *self.language.defined)):
            others = self._others(name, space, most) if name in names(recipe) else []
            if not others:
                continue
            many = _beside(space, name, [value for _, value in others])
            alone = compute(recipe, many)
            finite = np.flatnonzero(np.isfinite(alone.reshape(len(alone), -1)).all(axis=1))
            others = [others[k] for k in finite]
            weights = np.array([change.weight for change, _ in others])
            if most == 1:
                yield Stack(alone[finite], weights, _changes_of(others))
                continue
            if not others:
                continue
            many = _beside(space, name, [value for _, value in others])
            for stack in versions(recipe, many, self.language.ways(recipe, False), 1)[1]:
                if stack.values.shape[1] == len(others):
                    yield Stack(
                        stack.values.reshape(-1, *stack.values.shape[2:]),
                        (stack.weights[:, None] + weights).ravel(),
                        _changes_of(others, stack),
                    )

    def _others(self, name: str, space: Space, most: int) -> list[tuple[Change, Value]]:
        """What may stand everywhere in place of an array, with its value."""
        if (name, most) in self._instead:
            return self._instead[name, most]
        others = self._instead[name, most] = []
        for change in self.language.instead.get(name, ()):
            try:
                others.append((change, compute(change.template, space)))
            except (DoesNotFit, ValueError):
                continue
        if most == 1 and (definition := self.language.defined.get(name)):
            for stack in versions(definition, space, self.language.ways(definition, True), 1)[1]:
                for k, value in enumerate(stack.values):
                    if not _fits_beside(value, space):
                        continue
                    [way] = stack.how(k)
                    template = changed(definition, [way])
                    others.append((Change(template, way.slip, way.words, way.weight, (), name), value))
        return others

    def _candidates(self, stack: Stack, pattern: Pattern | None, exact: bool) -> Iterator[int]:
        """Those values of the first sample that the answer shows, or, if not ``exact``, is a multiple of."""
        first = self.smallest
        values = self._as_result(stack.values, first)
        if values is None or not values[0].size or values.shape[1:] != self.answers[first].shape:
            return
        looked, answer = (
            self._looked_at(values, first, pattern, 1),
            self._looked_at(self.answers[first], first, pattern),
        )
        looked, answer = looked.reshape(len(looked), -1), answer.ravel()
        limit = 4 * self.rtol * max(np.abs(answer).max(), np.abs(self.truths[first]).max())
        with np.errstate(all="ignore"):
            if exact:
                near = np.flatnonzero(
                    np.abs(looked[:, 0] - answer[0]) <= limit + 4 * self.rtol * np.abs(looked).max(axis=1)
                )
                near = near[
                    (
                        np.abs(looked[near] - answer)
                        <= (limit + 4 * self.rtol * np.abs(looked[near]).max(axis=1))[:, None]
                    ).all(axis=1)
                ]
            elif answer.size > 1:
                largest = int(np.argmax(np.abs(answer)))
                ratios = answer[largest] / looked[:, largest]
                other = (largest + 1) % answer.size
                near = np.flatnonzero(
                    np.isfinite(ratios) & (np.abs(looked[:, other] * ratios - answer[other]) <= limit)
                )
                near = near[(np.abs(looked[near] * ratios[near, None] - answer) <= limit).all(axis=1)]
            else:
                wanted = np.array([answer[0] / scale for scale in scales(self.sizes[first], self.language.mean)])
                near = np.flatnonzero((np.abs(looked - wanted) <= 4 * self.rtol * np.abs(wanted)).any(axis=1))
        yield from (int(k) for k in near[np.argsort(stack.weights[near], kind="stable")][:MOST_LOOKED_AT])

    def _verified(self, recipe: Part, changes: tuple[Change, ...], pattern: Pattern | None, exact: bool) -> Finding:
        """The finding, if the changed formula gives every answer, computed anew for each sample."""
        formula, ratios, values, clearly = changed(recipe, changes), [], [], 0
        for k in range(len(self.spaces)):
            value = self._value(formula, k)
            if value is None or (k < self.closely and not np.isfinite(value).all()):
                return Finding()
            ratio = self._ratio(value[0], k, pattern)
            if ratio is None or (exact and abs(ratio - 1) > 10 * self.rtols[k]):
                return Finding()
            ratios.append(1.0 if exact else ratio)
            values.append(value[0] * ratios[-1])
            clearly += not self._close(value[0] * ratios[-1], self.truths[k], k, self.clear)
        if pattern is None and clearly < min(2, len(self.spaces)):
            return Finding()
        found = self._named(changes, ratios, pattern, any_number=len(changes) < 2 and self.truths[0].size > 1)
        found = replace(found, gives=lambda data: self._gives(formula, data))
        return self._kept_for(
            self._if_it_is_all(found, values, pattern),
            lambda search: next(
                (search._verified(recipe, changes, p, exact) for p in search.patterns if _alike(p, pattern)), Finding()
            ),
        )

    def _if_it_is_all(self, found: Finding, values: Sequence[Value], pattern: Pattern | None) -> Finding:
        """The finding, if it leaves no more than rounding in float64: float32 besides would be a second mistake."""
        rest = 0.0
        for k, value in enumerate(values[: self.closely]):
            given, right = (self._looked_at(each, k, pattern) for each in (self.answers[k], value))
            size = max(np.abs(right).max(initial=0), np.abs(self.truths[k]).max(initial=0))
            rest = max(rest, float(np.abs(given - right).max(initial=0) / size)) if size else rest
        return found if rest <= ROUNDING or self.rtol < ROUNDING else Finding()

    def _gives(self, formula: Part, data: Any) -> bool:
        try:
            with np.errstate(all="ignore"):
                value = compute(formula, Space(self.language.axes, self.language.arrays(data)))
        except (DoesNotFit, ValueError):
            return False
        return bool(np.isfinite(value).all())

    def _value(self, formula: Part, k: int) -> Value | None:
        """What a formula gives of sample k, as a stack of one; at large logits with the widest numbers there are."""
        try:
            with np.errstate(all="ignore"):
                value = self._as_result(compute(formula, self.spaces[k])[None], k)
                if value is not None and k >= self.closely and not np.isfinite(value).all():
                    wide = {name: array.astype(np.longdouble) for name, array in self.spaces[k].arrays.items()}
                    value = self._as_result(compute(formula, Space(self.language.axes, wide))[None], k)
        except (DoesNotFit, ValueError):
            return None
        return None if value is None else value.astype(np.float64)

    def _kept_for(self, found: Finding, again: Callable[[Search], Finding]) -> Finding:
        """The finding, which explains other samples if it is found ``again`` in them and these together."""

        def fits(samples: Sequence[Any]) -> bool:
            samples = [s for s in samples if not_real_numbers(s.answer, np.shape(s.truth)) or not is_right(s)]
            if any(not_real_numbers(s.answer, getattr(s.answer, "shape", ())) for s in samples):
                return False
            if not samples:
                return True
            data, truths, answers = zip(*((s.data, s.truth, s.answer) for s in samples))
            with np.errstate(all="ignore"):
                search = Search(
                    self.language,
                    [*self.data, *data],
                    [*self.truths, *truths],
                    [*self.answers, *answers],
                    self.rtol,
                    self.clear,
                    [*self.coarse, *(s.coarse for s in samples)],
                )
                return again(search).slips == found.slips

        return replace(found, fits=fits) if found else found

    def _named(
        self, changes: tuple[Change, ...], ratios: Sequence[Any], pattern: Pattern | None, any_number: bool
    ) -> Finding:
        scale = named_scale([float(r) for r in ratios], self.sizes, self.language.mean, any_number)
        if scale is None or (len(scale[0]) > 1 and any(change.slip for change in changes)):
            return Finding()
        scale = tuple(self.language.sign if slip == "sign" else slip for slip in scale[0]), scale[1]
        slips = [change.slip for change in changes] + list(scale[0]) + ([pattern.slip] if pattern else [])
        words = [change.words for change in changes] + [scale[1]] + ([pattern.words] if pattern else [])
        return Finding(
            tuple(dict.fromkeys(slips)),
            tuple(dict.fromkeys(word for word in words if word)),
            sum(change.weight for change in changes) + 0.9 * bool(scale[0]) + 0.9 * (pattern is not None),
        )

    def _right(self, recipe: Part, wanted: Sequence[Value] | None = None, rtol: float = 1e-6) -> bool:
        """Whether the formula gives what is ``wanted`` of every sample, the truth if nothing is said."""
        wanted = self.truths if wanted is None else wanted
        for k in range(len(self.spaces)):
            value = self._value(recipe, k)
            if value is None or not self._close(value[0], wanted[k], k, max(rtol, self.rtols[k])):
                return False
        return True

    def _as_result(self, values: Value, k: int) -> Value | None:
        """A stack in the shape of an answer: without the axes that the result lacks; None if that is no answer's."""
        language, truth, answer = self.language, self.truths[k], self.answers[k]
        rank = len(language.axes)
        lead, lengths = values.shape[: values.ndim - rank], values.shape[values.ndim - rank :]
        for pair in language.vocabulary.square:  # a sum over the other index leaves this one
            one, two = tuple(pair)
            at_one, at_two = (lengths[language.axes.index(axis)] for axis in (one, two))
            if two in language.result and one not in language.result and at_two == 1 and at_one > 1:
                values = np.swapaxes(values, *(language.axes.index(axis) - rank for axis in (one, two)))
                lengths = values.shape[values.ndim - rank :]
        kept = [length for axis, length in zip(language.axes, lengths) if axis in language.result or length > 1]
        values = values.reshape(*lead, *kept)
        if len(kept) == truth.ndim:
            try:
                values = np.broadcast_to(values, (*lead, *truth.shape))
            except ValueError:
                return None
        return values if values.shape[len(lead) :] in (answer.shape, truth.shape) else None

    def _looked_at(self, values: Value, k: int, pattern: Pattern | None, lead: int = 0) -> Value:
        if pattern is None:
            return values
        axis = pattern.axis + lead if pattern.axis >= 0 else pattern.axis
        return np.take(values, pattern.look[k], axis=axis)

    def _ratio(self, value: Value, k: int, pattern: Pattern | None) -> float | None:
        """How many times ``value`` the answer is, in the lines that were computed; None if it is no multiple of it."""
        answer = self.answers[k]
        if value.shape != answer.shape:
            return None
        value, answer = self._looked_at(value, k, pattern), self._looked_at(answer, k, pattern)
        if k >= self.closely:
            value, answer = without_common_holes(value, answer)
        size = float((value * value).sum())
        rtol = self.rtols[k]
        nothing = rtol * np.abs(self.truths[k]).max()
        if not np.isfinite(size):
            return None
        if np.abs(value).max(initial=0) <= 1e-6 * nothing and self.truths[k].ndim:
            same = self.somewhere or answer.any() == value.any()  # what is left where a sum cancels is mostly not 0
            return 1.0 if same and np.abs(answer).max(initial=0) <= nothing else None
        if not size:
            return None if answer.any() else 1.0
        ratio = float((value * answer).sum() / size)
        if not ratio:
            return None
        if abs(ratio - 1) <= 10 * rtol:
            ratio = 1.0
        if rtol > self.rtol:
            ratio = min(scales(self.sizes[k], self.language.mean), key=lambda scale: abs(scale - ratio))
        truth = (
            self._looked_at(self.truths[k], k, pattern)
            if self.truths[k].shape == self.answers[k].shape
            else self.truths[k]
        )
        return ratio if _near(answer, ratio * value, truth, rtol) else None

    def _ratios(self, values: Sequence[Value], pattern: Pattern | None) -> list[float]:
        """The ratio of each sample; none of them if one is unknown."""
        ratios = []
        for k, value in enumerate(values):
            ratio = self._ratio(value, k, pattern)
            if ratio is None:
                return []
            ratios.append(ratio)
        return ratios

    def _close(self, a: Value, b: Value, k: int, rtol: float) -> bool:
        return a.shape == b.shape and _near(a, b, self.truths[k], rtol)


def is_right(sample: Any) -> bool:
    """Whether the answer of a sample, of the right shape, is right to rounding error."""
    answer, truth = (np.asarray(each, dtype=np.float64) for each in (sample.answer, sample.truth))
    return _near(answer, truth, truth, max(sample.coarse, 1e-9))


def without_common_holes(one: Value, other: Value) -> tuple[Value, Value]:
    """Both with 0 wherever neither is finite."""
    holes = ~np.isfinite(one) & ~np.isfinite(other) if one.shape == other.shape else np.False_
    return (np.where(holes, 0, one), np.where(holes, 0, other)) if holes.any() else (one, other)


def _alike(one: Pattern | None, other: Pattern | None) -> bool:
    return one is other or (one is not None and other is not None and (one.slip, one.axis) == (other.slip, other.axis))


def _changes_of(others: Sequence[tuple[Change, Value]], stack: Stack | None = None) -> How:
    """Of values that lie side by side, after the changes that all of them have in common."""
    return lambda k: (others[k % len(others)][0], *(stack.how(k // len(others)) if stack else ()))


def _fits_beside(value: Value, space: Space) -> bool:
    """Whether each axis of the value is as long as that of the arrays, or 1."""
    full = np.broadcast_shapes(*(array.shape for array in space.arrays.values()))
    return all(length in (1, wanted) for length, wanted in zip(value.shape, full))


def _beside(space: Space, name: str, values: Sequence[Value]) -> Space:
    """The arrays with these values side by side in place of one, along an axis of their own."""
    shape = np.broadcast_shapes(space.arrays[name].shape, *(value.shape for value in values))
    many = {key: value[None] for key, value in space.arrays.items()}
    return Space("*" + space.axes, many | {name: np.stack([np.broadcast_to(value, shape) for value in values])})


def _near(a: Value, w: Value, truth: Value, rtol: float) -> bool:
    """|a - w| ≤ rtol · max(|t|, |w|) in every row; of one number next to 0, to rtol · |w|: much is as near to 0."""
    if truth.ndim == 0 and np.ndim(a) == 0 and 0 < abs(float(a)) < 1e-6 * abs(float(truth)):
        truth = np.zeros(())
    truth = truth if truth.shape == w.shape else np.full(w.shape, np.abs(truth).max())
    a, w, truth = (np.atleast_1d(v) for v in (a, w, truth))
    if not (np.isfinite(a).all() and np.isfinite(w).all()):
        return False
    scale = np.maximum(np.abs(truth), np.abs(w)).max(axis=-1, keepdims=True)
    return bool((np.abs(a - w) <= rtol * scale).all())
