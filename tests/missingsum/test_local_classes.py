"""The checks beside the exercises, on the classes of `tests/submissions`: they refuse what hidden checks refuse."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from contextlib import redirect_stdout
from functools import cache
from io import StringIO

import pytest

from missingsum import check
from missingsum.check import CheckFailed
from missingsum.check.running import run
from missingsum.slips import SLIPS

from ..problem_sets import PROBLEM_SETS
from ..samples import sampled
from ..submissions.in_process import Notebook, cells_of, used
from ..submissions.make import Submission, model_answers, read_class
from ..submissions.matrix import HOSTILE
from ..waiting import least_processor_time

ALL = {name: getattr(check, name.split("_")[0]) for name in PROBLEM_SETS}
TRIED_ELSEWHERE = {"ps2_missing_sum": "test_local_checks.py", "ps5_gradient_check": "checks/test_ps5_gradient_check.py"}
MODULES = {name: module for name, module in ALL.items() if name not in TRIED_ELSEWHERE}
STUDENTS = [
    student for name in MODULES for student in read_class(problem_set=name) if student.header["start from"] == "answers"
]


def name_of(student: Submission) -> str:
    return f"{student.problem_set} {student.student}"


def quick(problem_set: str) -> dict[str, str]:
    """The model answers by function, but for the training, which takes seconds and is tried in test_ps6_network."""
    return {function: source for function, source in model_answers(problem_set).items() if function != "train"}


def said(problem_set: str, function: str, cells: dict[str, str]) -> str:
    """What the check says that is wrong with the function that these cells define; "" if it passes.

    It is asked once for all students who wrote alike the function, what it uses, and what it may be measured against:
    the functions before it, but for the gradients among them.
    """
    names = list(model_answers(problem_set))
    before = [name for name in names[: names.index(function)] if not name.endswith("_backward")]
    needed = {label: source for name in (*before, function) for label, source in used(name, cells).items()}
    return _said(problem_set, function, tuple(needed.items()))


@cache
def _said(problem_set: str, function: str, cells: tuple[tuple[str, str], ...]) -> str:
    return said_of(problem_set, function, Notebook(dict(cells)))


def said_of(problem_set: str, function: str, notebook: Notebook) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            getattr(MODULES[problem_set], function)(notebook.names[function])
        except CheckFailed as failed:
            return " ".join(str(failed).split())
    return ""


SPOIL = """
def spoil(answer):
    if isinstance(answer, tuple):
        return tuple(spoil(part) for part in answer)
    if isinstance(answer, dict):
        return {name: spoil(part) for name, part in answer.items()}
    return answer + 0.1 * noise.normal(size=np.shape(answer))
"""


def named(message: str) -> list[str]:
    return sorted(slip for slip in SLIPS if SLIPS[slip].explanation in message)


@pytest.mark.parametrize(
    "student",
    sampled(STUDENTS, 40, rest=pytest.mark.slow),
    ids=lambda student: f"{student.problem_set} {student.student}",
)
def test_local_and_hidden_checks_agree(student: Submission):
    cells, expected = cells_of(student), json.loads(student.header["expect"])
    for function in quick(student.problem_set):
        message = said(student.problem_set, function, cells)
        if "is measured against" in message:
            continue  # what it is measured against comes first
        if function not in expected:
            assert message == "", function
        else:
            assert message and named(message) == sorted(expected[function][1]), function


OTHERS = [
    student
    for name in TRIED_ELSEWHERE
    for student in read_class(problem_set=name)
    if student.header["start from"] == "answers" and student.student not in HOSTILE
]
ONLY_WHEN_GRADED = {"rolf_remembers_his_network"}
"""Who is told right and loses points, for what the notebook says: there it is run anew."""


@pytest.mark.parametrize(
    "student",
    sampled(OTHERS, 20, rest=pytest.mark.slow),
    ids=lambda student: f"{student.problem_set} {student.student}",
)
def test_what_is_called_right_earns_full_points_and_what_is_called_wrong_does_not(student: Submission):
    require_agreement(student, quick(student.problem_set))


@pytest.mark.soak
@pytest.mark.parametrize(
    "student",
    [student for student in STUDENTS if any(title == "train" for title, _ in student.cells)],
    ids=lambda student: student.student,
)
def test_what_is_called_trained_earns_full_points_and_what_is_not_does_not(student: Submission):
    if student.student not in HOSTILE | ONLY_WHEN_GRADED:
        require_agreement(student, ["train"])


def require_agreement(student: Submission, functions: Iterable[str]) -> None:
    """The local check of each function says it is right if, and only if, it loses no points."""
    notebook, expected = Notebook(cells_of(student)), json.loads(student.header["expect"])
    for function in functions:
        if function in notebook.names:
            with warnings.catch_warnings(), redirect_stdout(StringIO()):
                warnings.simplefilter("ignore")
                report = run(getattr(ALL[student.problem_set], function).body, notebook.names[function])
            if "is measured against" not in report.first:
                assert report.failed == (function in expected), (function, str(report))


@pytest.mark.parametrize("problem_set", MODULES)
def test_the_model_answers_pass_quickly(problem_set):
    notebook = Notebook(model_answers(problem_set))
    for function in quick(problem_set):
        assert said_of(problem_set, function, notebook) == ""
        assert least_processor_time(lambda name=function: said_of(problem_set, name, notebook), 0.2) < 0.2, function


@pytest.mark.parametrize("problem_set", MODULES)
def test_a_function_that_is_not_written_yet_is_not_called_wrong(problem_set):
    stubs = {
        name: f"def {name}(*given): raise NotImplementedError('{name} is not written yet')"
        for name in model_answers(problem_set)
    }
    for function in quick(problem_set):
        message = said(problem_set, function, stubs)
        assert ("is not written yet" in message or "is measured against" in message) and named(message) == []


ODD = [
    "None",
    "'text'",
    "[1.0, 2.0]",
    "np.ones((2, 2, 2, 2))",
    "np.array(['a'])",
    "np.nan",
    "1j",
    "{}",
    "({}, {})",
    "(1.0, {})",
    "lambda: 3",
    "(np.ones(3),) * 3",
    "np.zeros((0,))",
    "np.inf",
    "{'W1': 1, 'b1': 2, 'W2': 3, 'b2': 4}",
]


@pytest.mark.parametrize("problem_set", ALL)
def test_no_answer_however_odd_makes_a_check_stumble(problem_set):
    answers = model_answers(problem_set)
    for function in answers:
        for odd in ODD:
            names = Notebook({**answers, function: f"def {function}(*given): return {odd}"}).names
            with pytest.raises(CheckFailed):
                getattr(ALL[problem_set], function)(names[function])


@pytest.mark.parametrize(
    "answer", ["None", "'text'", "[1.0, 2.0]", "np.ones((2, 2, 2, 2))", "np.array(['a'])", "np.nan", "1j"]
)
@pytest.mark.parametrize("problem_set", MODULES)
def test_an_answer_of_the_wrong_kind_is_refused_without_a_guess(problem_set, answer):
    for function in quick(problem_set):
        cells = {**model_answers(problem_set), function: f"def {function}(*given): return {answer}"}
        message = said(problem_set, function, cells)
        assert message and "Traceback" not in message
        if answer == "None":
            assert "return" in message
        elif answer != "np.nan":
            assert named(message) == []


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("problem_set", MODULES)
def test_noise_is_refused_without_a_guess(problem_set, seed):
    """Right answers with noise on them, other noise in every call."""
    for function, source in quick(problem_set).items():
        noisy = (
            f"{source}\nright, noise = {function}, np.random.default_rng({seed})\n"
            f"{SPOIL}\ndef {function}(*given):\n    return spoil(right(*given))"
        )
        message = said(problem_set, function, {**model_answers(problem_set), function: noisy})
        assert message and named(message) == [], function


def test_the_growth_of_the_cost_is_measured():
    quick = "def softmax_backward(s, g): return s * (g - (s * g).sum(axis=1, keepdims=True))"
    slow = 'def softmax_backward(s, g): return s * g - np.einsum("nj,ni,ni->nj", s, s, g)'
    for source, growth in ((quick, 0), (slow, 1)):
        cells = {**model_answers("ps3_jacobian"), "softmax_backward": source}
        message = said("ps3_jacobian", "softmax_backward", cells)
        assert ("forms-the-jacobian" in named(message)) == growth
