"""Right solutions with one small edit, or two: how many the checks refuse, and what is told of them.

    python -m tests.submissions.corpus [--one 600] [--two 200] [--seed 1] [PROBLEM SET …]
    python -m tests.submissions.corpus --ways-back        kinds of edits, and how many of them the search can undo

The solutions are the model answers and the styles of `tests/submissions/right`; the edits are those of `edits`. What
agrees with the model answer on the inputs of `inputs` is left out, as is what does not end. Of two edits each one alone
is wrong. Printed are, by problem set and by kind of edit: how many were caught; told by a name (what), by a place
(where), by either; told wrongly. Told wrongly is

- a name that other inputs do not bear out: the hidden checks give others under another seed, or the answer is not what
  a scale or a sign makes of the right one;
- a name that is a part given as the whole: of what happens at extreme inputs alone, where ordinary ones show a mistake
  too, or the name of one of two edits; that is no name for both, but not wrong, where the page says that more is open,
  or which error is raised;
- a place that does not overlap an edit, unless the change that was found there repairs the function.

Open is what names a slip and leaves a hidden check without one, which the page says.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from autograder.checking.protocol import Outcome
from missingsum.slips import UNEXPLAINED
from missingsum.where.edits import Edits
from missingsum.where.source import NotSearched, Source

from ..problem_sets import PROBLEM_SETS
from .edits import Edit, apart, applied, some_edits
from .in_process import Notebook, Verdict, verdicts
from .inputs import INPUTS, answered, at_most, first_difference, is_ordinary, same
from .make import HERE, model_answers, read_student
from .telling import Said, is_right, local

SEEDS = (1, 2, 3)
"""Of the hidden checks: a name holds if all of them give it."""
AT_EXTREMES = {
    "no-max", "max-with-zero", "max-of-all", "exp-overflow", "log-of-zero", "zero-over-zero", "0-times-inf",
    "cancellation", "all-rows-ignored",
}  # fmt: skip
"""Names of what ordinary inputs do not show."""
OF_THE_INPUT = ("sigmoid_forward", "softmax_forward", "log_softmax_forward", "relu_forward")
"""Where ``sign`` is said of the logits too."""
AT_HEIGHTS = {"no-max": (None, None), "max-with-zero": (True, False), "max-of-all": (True, True)}
"""Whether a function with this mistake is right where all logits lie around 900, and where around -9000."""
NAMED_TO = 1e-6
"""What a name is held to: what changes less is not what it is about."""
RATIOS = {
    "sign": lambda n, c: {-1},
    "loss-lacks-minus": lambda n, c: {-1},
    "factor-two": lambda n, c: {2},
    "half": lambda n, c: {0.5},
    "times-n": lambda n, c: {n},
    "missing-mean": lambda n, c: {n},
    "over-n": lambda n, c: {1 / n},
    "averaged-twice": lambda n, c: {1 / n},
    "times-c": lambda n, c: {c},
    "over-c": lambda n, c: {1 / c},
    "mean-over-everything": lambda n, c: {1 / c, 1 / (n * c)},  # with a 1/n that is right, or without
}
"""What these names make of a right answer: times one of these."""


@dataclass(frozen=True)
class Solution:
    """One right cell: ``cells`` are all that it runs among, by function."""

    style: str
    problem_set: str
    function: str
    cells: tuple[tuple[str, str], ...]

    @property
    def source(self) -> str:
        return dict(self.cells)[self.function]

    @property
    def statements(self) -> int:
        """How many statements its functions have, less the text that says what they are for."""
        return sum(
            isinstance(node, ast.stmt)
            and not isinstance(node, (ast.FunctionDef, ast.ClassDef))
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            for node in ast.walk(ast.parse(self.source))
        )


@dataclass(frozen=True)
class Spoilt:
    """A right solution with edits that make it wrong."""

    solution: Solution
    edits: tuple[Edit, ...]
    ordinary: bool
    """whether an input of moderate size shows it"""

    @property
    def source(self) -> str:
        return applied(self.solution.source, *self.edits)

    @property
    def cells(self) -> dict[str, str]:
        return {**dict(self.solution.cells), self.solution.function: self.source}

    @property
    def kinds(self) -> str:
        return " + ".join(sorted({edit.kind for edit in self.edits}))

    @property
    def takes_logits(self) -> bool:
        return self.solution.source.partition(f"def {self.solution.function}(")[2].startswith("z")

    def functions(self) -> tuple[Callable, Callable]:
        """The right function and this one."""
        name = self.solution.function
        right, wrong = (Notebook(cells).names for cells in (model_answers(self.solution.problem_set), self.cells))
        return right[name], wrong.get(name)

    def __str__(self) -> str:
        changes = "; ".join(
            f"{edit.kind}: {_short(self.solution.source[edit.start : edit.end])} → {_short(edit.new)}"
            for edit in self.edits
        )
        return f"{self.solution.problem_set} {self.solution.function} ({self.solution.style})  {changes}"


def _short(text: str) -> str:
    return " ".join(text.split()) or "(nothing)"


@cache
def solutions() -> tuple[Solution, ...]:
    """The model answers and all styles, but for those that train."""
    found = []
    for problem_set in PROBLEM_SETS:
        cells = tuple(model_answers(problem_set).items())
        found += [Solution("model", problem_set, function, cells) for function, _ in cells if function in INPUTS]
    for path in sorted((HERE / "right").glob("*.py")):
        written = dict(read_student(path).cells)
        setup = written.pop("setup", "")
        by_set: dict[str, dict[str, str]] = {}
        for title, text in written.items():
            *problem_sets, function = title.split()
            for problem_set in problem_sets:
                by_set.setdefault(problem_set, {})[function] = text
        for problem_set, own in by_set.items():
            cells = tuple({"setup": setup, **model_answers(problem_set), **own}.items())
            found += [Solution(path.stem, problem_set, function, cells) for function in own if function in INPUTS]
    return tuple(found)


def spoilt_once(solution: Solution, rng: np.random.Generator, number: int) -> Iterator[Spoilt]:
    """Up to ``number`` wrong versions, each with one edit."""
    made = 0
    for edit in some_edits(solution.source, rng, 3 * number):
        if made < number and (wrong := wrong_version(solution, (edit,))):
            made += 1
            yield wrong


def spoilt_twice(solution: Solution, rng: np.random.Generator, number: int) -> Iterator[Spoilt]:
    """Up to ``number`` wrong versions with two edits apart from each other, each of them wrong alone."""
    singles = [spoilt.edits[0] for spoilt in spoilt_once(solution, rng, 2 * number + 2)]
    pairs = [(one, other) for k, one in enumerate(singles) for other in singles[:k] if apart(one, other)]
    rng.shuffle(pairs)
    found = (wrong_version(solution, tuple(pair)) for pair in pairs[: 2 * number])
    for _, wrong in zip(range(number), filter(None, found)):
        yield wrong


def wrong_version(solution: Solution, edits: tuple[Edit, ...]) -> Spoilt | None:
    """The solution with these edits; None if it is right all the same, does not end, or is no Python."""
    source = applied(solution.source, *edits)
    try:
        ast.parse(source)
    except SyntaxError:
        return None
    right, wrong = Spoilt(solution, edits, False).functions()
    if not callable(wrong):
        return None
    try:
        shown = first_difference(right, wrong, solution.function)
    except TimeoutError:
        return None
    return None if shown is None else Spoilt(solution, edits, is_ordinary(shown))


def corpus(one: int, two: int, seed: int = 1, problem_sets: Sequence[str] = PROBLEM_SETS) -> Iterator[Spoilt]:
    """About ``one`` wrong functions with one edit and ``two`` with two, spread over the functions and the styles."""
    rng = np.random.default_rng(seed)
    chosen = [solution for solution in solutions() if solution.problem_set in problem_sets]
    by_function: dict[tuple[str, str], list[Solution]] = {}
    for solution in chosen:
        by_function.setdefault((solution.problem_set, solution.function), []).append(solution)
    for steps, total, make in ((1, one, spoilt_once), (2, two, spoilt_twice)):
        for k, group in enumerate(by_function.values()):
            number = total // len(by_function) + (k < total % len(by_function))
            drawn = [group[0], *(group[i] for i in rng.permutation(range(1, len(group))))][: max(number // steps, 1)]
            shares = [number // len(drawn) + (i < number % len(drawn)) for i in range(len(drawn))]
            for solution, share in zip(drawn, shares):
                yield from make(solution, np.random.default_rng((seed, steps, k, len(solution.source))), share)


@dataclass
class Found:
    """What became of one wrong function."""

    spoilt: Spoilt
    caught: bool
    caught_locally: bool
    raises: bool
    """whether it raises an error at ordinary inputs"""
    open: bool
    """whether a hidden check stays without a name while others have one; the page says so"""
    local: Said
    hidden: tuple[tuple[str, ...], ...]
    """the names that the hidden checks give, for each seed"""
    by_check: tuple[tuple[str, ...], ...] = ()
    """the names that each hidden check gives for itself, under the first seed"""
    wrongly: list[str] = field(default_factory=list)
    what: bool = False
    where: bool = False

    @property
    def told(self) -> bool:
        return (self.what or self.where) and not self.wrongly


def judged(spoilt: Spoilt) -> Found:
    """Run all checks on it."""
    problem_set, function = spoilt.solution.problem_set, spoilt.solution.function
    failed = [[v for v in verdicts(problem_set, spoilt.cells, seed, [function]) if not v.passed] for seed in SEEDS]
    try:
        with at_most(20):
            said = local(problem_set, function, spoilt.cells)
    except TimeoutError:
        said = Said(True, (), "it does not end")
    names = tuple(tuple(sorted({slip for v in seed for slip in v.slips})) for seed in failed)
    found = Found(
        spoilt,
        caught=all(failed),
        caught_locally=said.refused,
        raises=any(v.outcome is not Outcome.WRONG for v in failed[0]),
        open=bool(names[0]) and any(v.outcome is Outcome.WRONG and not v.slips for v in failed[0]),
        local=said,
        hidden=names,
        by_check=tuple({v.slips: None for v in failed[0] if v.slips}),
    )
    judge_names(found)
    judge_place(found)
    return found


def judge_names(found: Found) -> None:
    """Whether what is named explains all, on other inputs too."""
    names = found.hidden[0]
    if any(other != names for other in found.hidden):
        found.wrongly.append(f"another name under another seed: {found.hidden}")
    for way, slips in (("hidden", names), ("local", found.local.slips)):
        if not slips or found.raises:
            continue
        named = f"{way}: {', '.join(slips)}"
        is_open = found.open if way == "hidden" else any(words in found.local.words for words in OPEN)
        if set(slips) <= AT_EXTREMES and is_clear(found.spoilt):
            if not is_open:
                found.wrongly.append(f"{named} does not explain what ordinary inputs show")
        elif not fits_heights(found.spoilt, slips):
            found.wrongly.append(f"{named} is not what happens at large logits")
        elif set(slips) <= RATIOS.keys() and not is_open:
            each = found.by_check if {slip for one in found.by_check for slip in one} == set(slips) else [slips]
            if not is_multiple(found.spoilt, each):
                found.wrongly.append(f"{named} is not what the answer is")
    one_of_two = (
        len(found.spoilt.edits) > 1
        and bool(names)
        and any(
            names_of(part) == names and details_of(part) >= details_of(found.spoilt) for part in parts(found.spoilt)
        )
        and not any(is_alike(part, found.spoilt) for part in parts(found.spoilt))
    )
    if one_of_two and not (found.open or found.raises):
        found.wrongly.append(f"hidden: {', '.join(names)} explains one of two edits")
    found.what = bool(names or found.local.slips) and not one_of_two


def is_clear(spoilt: Spoilt) -> bool:
    """Whether an ordinary input shows more than a name is held to."""
    right, wrong = spoilt.functions()
    if not spoilt.ordinary:
        return False
    inputs = (
        INPUTS[spoilt.solution.function](np.random.default_rng((8, k)), k) for k in filter(is_ordinary, range(60))
    )
    return not all(same(answered(right, given), answered(wrong, given), given, NAMED_TO) for given in inputs)


def is_multiple(spoilt: Spoilt, names: Sequence[Sequence[str]]) -> bool:
    """Whether on ordinary inputs the answer is the right one times what the slips of one check make of it."""
    right, wrong = spoilt.functions()
    function, seen = spoilt.solution.function, 0
    if function in OF_THE_INPUT and all(set(slips) == {"sign"} for slips in names):
        return True
    for k in filter(is_ordinary, range(60)):
        given = INPUTS[function](np.random.default_rng((8, k)), k)
        truth, answer = answered(right, given), answered(wrong, given)
        sizes = next((np.shape(value) for value in given if np.ndim(value) == 2), None)
        if sizes is not None and function.startswith("cross_entropy_from_labels"):
            sizes = (max(1, int((given[1] != given[2]).sum())), sizes[1])  # of the rows that count
        if isinstance(truth, (tuple, dict, bool, list)) or sizes is None:
            return True  # names of single parts: not looked at here
        ratios = {ratio for slips in names for ratio in ratios_of(slips, *sizes)}
        if not any(same(np.multiply(ratio, truth), answer, given, NAMED_TO) for ratio in ratios):
            return False
        seen += 1
    return seen > 0


def ratios_of(slips: Sequence[str], n: int, c: int) -> set[float]:
    """What these slips together may make of a right answer with n rows and c columns."""
    ratios = {1.0}
    for slip in slips:
        ratios = {one * other for one in ratios for other in RATIOS[slip](n, c)}
    return ratios


def fits_heights(spoilt: Spoilt, slips: Sequence[str]) -> bool:
    """Whether the function is right, or wrong, where these names say so: one row of logits, moved as a whole."""
    said = [AT_HEIGHTS[slip] for slip in slips if slip in AT_HEIGHTS]
    function = spoilt.solution.function
    if not said or spoilt.ordinary or not spoilt.takes_logits:
        return True
    if len(said) > 1:
        return False
    right, wrong = spoilt.functions()
    for height, expected in zip((900, -9000), said[0]):
        z, *others = INPUTS[function](np.random.default_rng(8), 7)  # one row
        given = (np.round(z) + height, *others)
        if expected is not None and expected != same(answered(right, given), answered(wrong, given), given):
            return False
    return True


def parts(spoilt: Spoilt) -> list[Spoilt]:
    """The same with each of its edits alone."""
    return [Spoilt(spoilt.solution, (edit,), spoilt.ordinary) for edit in spoilt.edits]


def is_alike(one: Spoilt, other: Spoilt) -> bool:
    """Whether the two give the same answers, but for less than a name is held to."""
    function = one.solution.function
    functions = [spoilt.functions()[1] for spoilt in (one, other)]
    for k in range(60):
        given = INPUTS[function](np.random.default_rng((8, k)), k)
        answers = [answered(each, given) for each in functions]
        if not same(*answers, given, NAMED_TO) and not break_alike(*answers):
            return False
    return True


def break_alike(one: object, other: object) -> bool:
    """Whether two answers are numbers of which some are not finite, the same ones in both, and the others agree."""
    try:
        a, b = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    return a.shape == b.shape and np.allclose(a, b, rtol=NAMED_TO, atol=0, equal_nan=True)


def names_of(spoilt: Spoilt) -> tuple[str, ...]:
    return tuple(sorted({slip for v in judged_once(spoilt) for slip in v.slips}))


def details_of(spoilt: Spoilt) -> set[str]:
    """What the hidden checks say of the names."""
    return {detail for v in judged_once(spoilt) for detail in v.details}


def judged_once(spoilt: Spoilt) -> list[Verdict]:
    return verdicts(spoilt.solution.problem_set, spoilt.cells, SEEDS[0], [spoilt.solution.function])


def judge_place(found: Found) -> None:
    """Whether the place that is named, or the line of an error, overlaps an edit, or the change found there repairs."""
    if found.local.places:
        edited = spans(found.spoilt)
        found.where = any(_meet(one, other) for one in found.local.spans for other in edited) or is_repair(found)
        if not found.where:
            found.wrongly.append(f"place: {' and '.join(found.local.places)}")
    elif line := re.search(r"\(in line (\d+): ", found.local.words):
        lines = {found.spoilt.source.encode()[:start].count(b"\n") + 1 for start, _ in spans(found.spoilt)}
        found.where = int(line[1]) in lines


def spans(spoilt: Spoilt) -> list[tuple[int, int]]:
    """Where the edits stand in the source that they made, as numbers of bytes; what was taken out leaves its place."""
    found, moved = [], 0
    for edit in sorted(spoilt.edits, key=lambda edit: edit.start):
        start = edit.start + moved
        moved += len(edit.new) - (edit.end - edit.start)
        found.append(tuple(len(spoilt.source[:at].encode()) for at in (start, start + len(edit.new))))
    return found


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def is_repair(found: Found) -> bool:
    """Whether what the search changed, in no more places than were spoilt, makes the function right on other inputs."""
    solution = found.spoilt.solution
    return len(found.local.spans) <= len(found.spoilt.edits) and is_right(
        solution.problem_set, solution.function, found.spoilt.cells, found.local.repaired
    )


def has_way_back(spoilt: Spoilt) -> bool:
    """Whether one edit of the search makes the right text again of what one edit spoiled."""
    right, wrong = (Source(text, spoilt.solution.function) for text in (spoilt.solution.source, spoilt.source))
    wanted = _plain(right.edited(()))
    return any(_plain(wrong.edited(edit.splices)) == wanted for edit in Edits(wrong))


def _plain(text: str) -> str:
    """What a text says, however it is written; "" if it is no Python."""
    try:
        return ast.dump(ast.parse(re.sub(r"\blen\((\w+)\)", r"\1.shape[0]", text)))
    except SyntaxError:
        return ""


def ways_back(wrong: Iterable[Spoilt]) -> str:
    """By kind of edit: of how many the search has the way back, the rarest first.

    It may still find another change that makes the function right, at the same place.
    """
    number, back = Counter[str](), Counter[str]()
    for spoilt in wrong:
        if len(spoilt.edits) == 1:
            kind = spoilt.edits[0].kind
            number[kind] += 1
            try:
                back[kind] += has_way_back(spoilt)
            except NotSearched:
                pass
    width = max(map(len, number), default=0)
    lines = [f"{'kind of edit':{width}}  number  way back"]
    for kind in sorted(number, key=lambda kind: (back[kind] / number[kind], kind)):
        lines.append(f"{kind:{width}}{number[kind]:8}{back[kind]:10}")
    return "\n".join([*lines, f"{'all':{width}}{number.total():8}{back.total():10}"])


LACKING = {"statement dropped", "wrapper removed", "operand dropped", "return in the loop"}
"""Kinds whose way back is no edit of the text that is there: what was taken out has to be invented."""
HEAD = ("caught", "local", "what", "where", "told", "wrongly", "open")
OPEN = (UNEXPLAINED, "does not explain all", "may not be all")
"""Words that a check beside the exercise has for what a name does not explain."""


def table(found: Sequence[Found]) -> str:
    """Counts by number of edits, by problem set, by function, by kind and by length; what the search lacks apart."""
    groups: dict[str, list[Found]] = {}
    for one in found:
        solution, steps = one.spoilt.solution, len(one.spoilt.edits)
        group = f"{steps} edit{'s' * (steps > 1)}"
        kinds = {edit.kind for edit in one.spoilt.edits}
        length = "three statements and more" if solution.statements >= 3 else "one or two statements"
        keys = [
            group,
            f"{group}, raises an error" if one.raises else f"{group}, gives an answer",
            f"{group}, {length}",
            f"{group}, {'of kinds that the search lacks' if LACKING & kinds else 'of kinds that the search has'}",
            f"{group}, {solution.problem_set}",
        ]
        keys += [f"{group}, {solution.problem_set} {solution.function}"]
        keys += [f"{group}, {kind}" for kind in dict.fromkeys(edit.kind for edit in one.spoilt.edits)]
        for key in keys:
            groups.setdefault(key, []).append(one)
    width = max(map(len, groups), default=0)
    lines = [" " * width + "  number" + "".join(f"{name:>9}" for name in HEAD)]
    for key in sorted(groups, key=lambda key: (key[0], key.count(","), key)):
        lines.append(f"{key:{width}}{len(groups[key]):8}" + "".join(f"{n:>9}" for n in counts(groups[key])))
    return "\n".join(lines)


def counts(found: Sequence[Found]) -> tuple[int, ...]:
    """As many as `HEAD` says, in its order."""
    return (
        sum(one.caught for one in found),
        sum(one.caught_locally for one in found),
        sum(one.what for one in found),
        sum(one.where for one in found),
        sum(one.told for one in found),
        sum(bool(one.wrongly) for one in found),
        sum(one.open for one in found),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="What is told of right solutions with one edit or two.")
    parser.add_argument("problem_sets", nargs="*", default=PROBLEM_SETS)
    parser.add_argument("--one", type=int, default=600, help="how many with one edit (default: %(default)s)")
    parser.add_argument("--two", type=int, default=200, help="how many with two (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways-back", action="store_true", help="print which kinds of edits the search can undo")
    parser.add_argument("--list", action="store_true", help="print each one that is not told, or told wrongly")
    arguments = parser.parse_args()
    if arguments.ways_back:
        print(ways_back(corpus(arguments.one, 0, arguments.seed, arguments.problem_sets)))
        return
    found = []
    for spoilt in corpus(arguments.one, arguments.two, arguments.seed, arguments.problem_sets):
        one = judged(spoilt)
        found.append(one)
        if arguments.list:
            mark = "not caught" if not one.caught else "WRONGLY" if one.wrongly else "told" if one.told else "nothing"
            names = ", ".join(one.hidden[0]) or "-"
            locally = ", ".join(one.local.slips) or ("-" if one.caught_locally else "passes")
            places = " @ " + " and ".join(one.local.places) if one.local.places else ""
            print(f"{mark:10} {spoilt}\n{'':10} {names} | {locally}{places} {one.wrongly or ''}", flush=True)
    print(table(found))


if __name__ == "__main__":
    main()
