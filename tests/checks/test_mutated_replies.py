"""Right replies, changed at random: whatever comes of them, a check passes or fails, and never breaks.

They are changed as values, and on the wire, as a student's process can change them. A check sees right ones beside
them, so that it gets as far as it ever does.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest

import checks
from autograder.checking.protocol import Check, Failed, Outcome, Reply
from autograder.sandbox.inside import wire

from ..problem_sets import PROBLEM_SETS
from ..submissions.in_process import Notebook
from ..submissions.make import model_answers
from .test_odd_answers import ODD

SEED = 20261130
SAMPLE, MANY = 4, 90
"""Runs of each check."""


class Right:
    """A `Caller` of the model answers, which trains only once on the same digits."""

    def __init__(self, problem_set: str):
        self.notebook = Notebook(model_answers(problem_set))
        self.trained: dict[bytes, Reply] = {}

    def __call__(
        self, function: str, *arguments: object, patience: float = 1, fresh: bool = False, timed: bool = False
    ) -> Reply:
        if function != "train":
            return self.notebook(function, *arguments, patience=patience)
        key = pickle.dumps(arguments)
        if key not in self.trained:
            self.trained[key] = self.notebook(function, *arguments, patience=patience)
        return pickle.loads(pickle.dumps(self.trained[key]))


class Mutated:
    """A `Caller` whose replies are right ones, of which this ``share`` is changed, or only the ``arguments_alone``."""

    def __init__(
        self, right: Callable[..., Reply], rng: np.random.Generator, share: float, arguments_alone: bool = False
    ):
        self.right, self.rng, self.share, self.arguments_alone = right, rng, share, arguments_alone
        self.count = 0

    def __call__(
        self, function: str, *arguments: object, patience: float = 1, fresh: bool = False, timed: bool = False
    ) -> Reply:
        reply = self.right(function, *arguments, patience=patience)
        if self.rng.random() > self.share:
            return reply
        self.count += 1
        if self.arguments_alone:
            return Reply(reply.answer, self._changed_arguments(reply))
        if self.rng.random() < 0.5:
            return self._on_the_wire(reply, len(arguments))
        if self.rng.random() < 0.7:
            return Reply(changed(self.rng, reply.answer), reply.arguments)
        return Reply(reply.answer, self._changed_arguments(reply))

    def _changed_arguments(self, reply: Reply) -> tuple:
        arguments = changed(self.rng, reply.arguments)
        return arguments if isinstance(arguments, tuple) else (arguments,)

    def _on_the_wire(self, reply: Reply, given: int) -> Reply:
        """What the judge makes of the message, with a part of its structure or of its buffers exchanged."""
        buffers: list[bytes] = []
        structures = json.loads(json.dumps([wire.encode(value, buffers) for value in (reply.answer, reply.arguments)]))
        part = self.rng.integers(2)
        structures[part] = changed_structure(self.rng, structures[part])
        body = b"".join(buffers)
        if self.rng.random() < 0.2:
            body = self.rng.bytes(len(body))
        try:
            answer, rest = wire.decode_first(structures[0], memoryview(body))
            arguments = wire.decode(structures[1], rest)
        except wire.Malformed as malformed:
            raise Failed(f"{malformed}.", outcome=Outcome.STOPPED) from None
        if isinstance(answer, wire.Other) or not isinstance(arguments, tuple) or len(arguments) != given:
            raise Failed("no answer.", outcome=Outcome.STOPPED)
        return Reply(answer, arguments)


def changed(rng: np.random.Generator, value: object) -> object:
    """The value with one part of it changed."""
    if isinstance(value, (tuple, list)) and value and rng.random() < 0.7:
        items = list(value)
        where = rng.integers(len(items))
        match rng.integers(4):
            case 0:
                del items[where]
            case 1:
                items.insert(where, odd(rng))
            case _:
                items[where] = changed(rng, items[where])
        return type(value)(items)
    if isinstance(value, dict) and value and rng.random() < 0.8:
        items, key = dict(value), list(value)[rng.integers(len(value))]
        part = items.pop(key)
        if rng.random() < 0.8:
            items[key if rng.random() < 0.8 else "x"] = changed(rng, part)
        return items
    if isinstance(value, np.ndarray) and rng.random() < 0.8:
        return changed_array(rng, value)
    return odd(rng)


def odd(rng: np.random.Generator) -> object:
    return ODD[rng.integers(len(ODD))]


def changed_array(rng: np.random.Generator, array: np.ndarray) -> object:
    lists = array.tolist()
    if array.ndim and array.size and rng.random() < 0.3:  # ragged, or with something else among the numbers
        lists[rng.integers(len(lists))] = odd(rng) if rng.random() < 0.5 else lists[:1]
        return lists
    entry = array.copy()
    if entry.size:
        entry.flat[rng.integers(entry.size)] = rng.choice([0, 1, -1, 1e300 if entry.dtype.kind == "f" else 100])
    with np.errstate(all="ignore"):
        return [
            lists,
            entry,
            array[None],
            array.T,
            array[:0] if array.ndim else None,
            array.reshape(-1),
            array.astype(rng.choice(["f2", "f4", "g", "i1", "u8", "?"])),
            array * np.where(rng.random(array.shape) < 0.3, np.nan, 1),
            array * np.inf,
            array * 1e308,
        ][rng.integers(10)]


def changed_structure(rng: np.random.Generator, structure: object) -> object:
    """Parsed JSON with one part of it exchanged."""
    if isinstance(structure, (dict, list)) and structure and rng.random() < 0.9:
        keys = list(structure) if isinstance(structure, dict) else range(len(structure))
        key = keys[rng.integers(len(keys))]
        if isinstance(structure, dict) and rng.random() < 0.1:
            return {name: part for name, part in structure.items() if name != key}
        copy = structure.copy()
        copy[key] = changed_structure(rng, structure[key])
        return copy
    return PARTS[rng.integers(len(PARTS))]


PARTS = [
    *(None, True, -1, 0, 2**40, 1.5, "", "<f4", "|b1", "<f16", "0x1p-1074", "nan", "list", "tuple", "other", "dict"),
    *([], [3], [0, 2**31], {}, {"kind": "plain"}, {"kind": "float", "value": "inf"}, {"kind": "tuple", "items": []}),
]


def run(check: Check, right: Right, name: str, runs: int) -> int:
    """Run the check on changed replies; how many there were."""
    count = 0
    for number in range(runs):
        rng = np.random.default_rng([SEED, number])
        caller = Mutated(right, rng, (0.05, 1.0, 0.5, 1.0)[number % 4], number % 4 == 1)
        inputs = np.random.default_rng(1 if "train" in name else number)
        try:
            with np.errstate(all="ignore"):
                check.run(caller, inputs)
        except Failed:
            pass
        except Exception as error:
            pytest.fail(f"{name}, run {number}: {type(error).__name__}: {error}")
        count += caller.count
    return count


def replies(problem_set: str, runs: int) -> int:
    right = Right(problem_set)
    return sum(
        run(check, right, f"{problem.name}, {check.name}", runs)
        for problem in checks.load(problem_set).problems
        for check in problem.checks
    )


@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_no_changed_reply_breaks_a_check(problem_set, runs=SAMPLE):
    assert replies(problem_set, runs) > 2 * runs


def with_ragged(answer: object, place: int) -> object:
    """The answer with lists of two lengths in this place, or in all of its place if it has no parts."""
    parts = dict(enumerate(answer)) if isinstance(answer, tuple) else dict(answer) if isinstance(answer, dict) else {}
    if not parts:
        return [[1.0], [1.0, 2.0]]
    parts[list(parts)[place % len(parts)]] = [[1.0], [1.0, 2.0]]
    return tuple(parts.values()) if isinstance(answer, tuple) else parts


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_a_ragged_list_in_the_place_of_any_part_breaks_no_check(problem_set, place):
    right = Right(problem_set)

    def call(function, *arguments, patience=1, fresh=False, timed=False):
        reply = right(function, *arguments, patience=patience)
        return Reply(with_ragged(reply.answer, place), reply.arguments)

    for problem in checks.load(problem_set).problems:
        for check in problem.checks:
            with np.errstate(all="ignore"), suppress(Failed):
                check.run(call, np.random.default_rng(1))


@pytest.mark.parametrize("others", [(), (None,)], ids=["none", "one too many"])
@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_right_answers_with_other_arguments_than_were_sent_break_no_check(problem_set, others):
    right = Right(problem_set)

    def call(function, *arguments, patience=1, fresh=False, timed=False):
        reply = right(function, *arguments, patience=patience)
        return Reply(reply.answer, reply.arguments + others if others else ())

    for problem in checks.load(problem_set).problems:
        for check in problem.checks:
            try:
                check.run(call, np.random.default_rng(1))
            except Failed as failed:
                assert failed.slips == ("mutates-input",), (problem.name, check.name, str(failed))


@pytest.mark.soak
def test_no_changed_reply_of_ten_thousand_breaks_a_check():
    assert sum(replies(problem_set, MANY) for problem_set in PROBLEM_SETS) >= 10_000


def test_a_check_that_takes_a_reply_as_it_comes_would_be_seen():
    def trusts(call, rng):
        call("softmax_forward", rng.normal(size=(2, 3))).answer.sum()

    with pytest.raises(pytest.fail.Exception, match=r"run [0-9]+: AttributeError"):
        run(Check("trusts", 1, trusts), Right("ps2_missing_sum"), "softmax_forward", 20)
