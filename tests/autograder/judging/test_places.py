"""The place of a mistake is sought after the scores, in the sandbox, within bounds, and can touch no score."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autograder.judging import fingerprint, places
from autograder.judging.following import measured
from autograder.judging.judge import Job, judge
from autograder.judging.places import PlaceJob, job_for_places, located, work
from autograder.judging.result import Result
from autograder.pages.feedback import feedback_page
from autograder.records.course import Folder
from autograder.records.results import add_places
from autograder.sandbox.limits import Limits
from missingsum.where.place import Place, Spot

from ..conftest import grade
from ..made_up import CLASS, standing
from ..notebooks import ASSIGNMENT, RELEASED, notebook_bytes

RIGHT = """def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)"""
MEAN = """# my answer, in a cell of four lines
def softmax_backward(s, g):
    mean = (s * g).mean(axis=1, keepdims=True)
    return s * (g - mean)"""


def job_of(limits=Limits(), **cells) -> Job:
    cells = {"softmax_forward": RIGHT, **cells}
    prints = fingerprint.of_functions(ASSIGNMENT)
    return Job("ada", ASSIGNMENT, RELEASED, 7, notebook_bytes(cells), limits=limits, fingerprints=prints)


def placed(**cells) -> tuple[Result, Result]:
    """The result as judged, and with the places."""
    job = job_of(**cells)
    judged = judge(job).result
    seeking = job_for_places(job, judged)
    assert seeking is not None
    return judged, work(seeking).result


def of(result: Result, function: str = "softmax_backward"):
    return next(problem for problem in result.problems if problem.problem == function)


def test_the_line_is_counted_in_the_students_cell_and_no_score_changes():
    judged, found = placed(softmax_backward=MEAN)
    assert of(found).place.spots[0] == Spot(3, "(s * g).mean(axis=1, keepdims=True)")
    assert found == judged and found.score == judged.score and found.to_dict() != judged.to_dict()


def test_what_is_right_or_not_there_is_not_searched():
    job = job_of()
    missing = judge(job).result
    assert of(missing, "softmax_forward").score > 0 and job_for_places(job, missing) is None


SIGN = "def softmax_partial(s, i, j):\n    return -s[i] * ((i == j) - s[j])"
INVENTED = "def softmax_partial(s, i, j):\n    return np.cosh(s[i]) ** 3 - np.sinh(s).sum() * j"
CALLS = "def dL_dz_entry(s, y, j):\n    return sum({}y[i] / s[i] * softmax_partial(s, i, j) for i in range(len(s)))"


def test_a_place_is_not_named_where_a_function_that_is_called_is_wrong():
    _, found = placed(softmax_partial=SIGN, dL_dz_entry=CALLS.format("-"))
    assert of(found, "softmax_partial").place and of(found, "dL_dz_entry").place is None


@pytest.mark.parametrize(
    ("partial", "entry", "follows", "said"),
    [
        (SIGN, CALLS.format("-"), ("softmax_partial",), "With that one mended it passes all its checks"),
        (SIGN, CALLS.format("-2 * "), (), "with that one mended it does not pass its checks"),
        (INVENTED, CALLS.format("-"), None, "may be wrong for that reason alone"),
    ],
)
def test_whether_a_failure_follows_from_anothers_is_tried_beside_the_other_mended(partial, entry, follows, said):
    judged, found = placed(softmax_partial=partial, dL_dz_entry=entry)
    assert of(found, "dL_dz_entry").follows == follows and of(found, "softmax_partial").follows is None
    assert found == judged
    again = Result.from_dict(json.loads(json.dumps(found.to_dict())))
    assert of(again, "dL_dz_entry").follows == follows
    bare = replace(again, problems=tuple(replace(p, checks=unexplained(p)) for p in again.problems))
    code = {"softmax_partial": partial, "dL_dz_entry": entry}
    assert said in " ".join(feedback_page(bare, standing(bare), code, None).split())


def unexplained(problem):
    return tuple(replace(check, slips=()) for check in problem.checks)


def test_what_follows_from_what_follows_is_told_apart_from_what_nobody_knows():
    wrong = {
        "f": "def f(x):\n    return x",
        "g": "def g(x):\n    return f(x)",
        "h": "def h(x):\n    return g(x) + k(x)",
    }
    wrong["k"], wrong["m"] = "def k(x):\n    return g(x)", "def m(x):\n    return n(x)"
    wrong["n"] = "def n(x):\n    return 1"
    tried = []

    def passes(name, programs):
        tried.append((name, sorted(programs)))
        return {"g": True, "k": None}[name]

    assert measured(wrong, {"f": {"mended f": ["f"]}}, passes) == {"g": ("f",)}
    assert tried == [("g", ["mended f"]), ("k", ["mended f"])]


def test_results_are_read_back_with_places_and_without():
    _, found = placed(softmax_backward=MEAN)
    again = Result.from_dict(json.loads(json.dumps(found.to_dict())))
    assert of(again).place == of(found).place and again == found
    older = found.to_dict()
    for problem in older["problems"]:
        del problem["place"], problem["unplaced"]
    assert of(Result.from_dict(json.loads(json.dumps(older)))).place is None


def test_places_are_added_only_to_the_result_that_stands(tmp_path):
    folder = Folder(tmp_path)
    path = folder.result(ASSIGNMENT, "ada")
    path.parent.mkdir(parents=True)
    judged, found = placed(softmax_backward=MEAN)
    path.write_text(json.dumps(replace(judged, notices=("another",)).to_dict()))
    add_places(found, folder)
    assert '"spots"' not in path.read_text()
    path.write_text(json.dumps(judged.to_dict()))
    add_places(found, folder)
    assert '"spots"' in path.read_text()


def test_the_same_seed_gives_the_same_place():
    assert of(placed(softmax_backward=MEAN)[1]).place == of(placed(softmax_backward=MEAN)[1]).place


@pytest.mark.parametrize(
    "cell",
    [
        "def softmax_backward(s, g):\n    return g\n" + "#" * 21_000,
        "def softmax_backward(s, g):\n    return g" + " + s" * 6_000,
        "def softmax_backward(s, g):\n    return s\nx = " + "-" * 4_000 + "1 if 0 else 0",
        "def softmax_backward(s, g):\n    return g\ny = '" + "[" * 15_000 + "'",
        "def softmax_backward(s, g):\n    import os\n    os.kill(os.getppid(), 9) if s[0, 0] > 2 else 0\n    return -g",
        "import sys\nsys.setrecursionlimit(10**6)\ndef softmax_backward(s, g):\n    return g",
        "def softmax_backward(s, g):\n    __places = globals()['__places'] = None\n    return g",
        "np.array = None\ndef softmax_backward(s, g):\n    return g * 3",
        "def softmax_backward(s, g):\n    return Ellipsis",
        "def softmax_backward(s, g):\n    return [[[[1.0]]]] * 3",
        "def softmax_backward(s, g):\n    while g[0, 0] != 1234.5:\n        return g * 2\n    return s",
        "def softmax_backward(s, g):\n    exec(compile('x' * 100, 'a', 'exec'), {'x' * 100: 1})\n    return g",
    ],
    ids=range(12),
)
def test_hostile_text_costs_the_place_and_nothing_else(cell):
    job = job_of(softmax_backward=cell)
    judged = judge(job).result
    seeking = job_for_places(job, judged)
    if seeking is not None:
        found = located(seeking).result
        assert found == judged and isinstance(of(found).unplaced, str)


def test_a_fault_of_the_search_costs_the_place_alone(monkeypatch):
    def breaks(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(places, "find", breaks)
    judged, found = placed(softmax_backward=MEAN)
    assert found == judged and of(found).place is None and "ZeroDivisionError" in of(found).unplaced


def test_what_a_student_wrote_is_text_on_the_page():
    place = Place((Spot(2, "<script>alert(1)</script>", "<b>x</b>"),), ("sign",))
    result = CLASS[1]
    wrong = [replace(problem, place=place if problem.slips else None) for problem in result.problems]
    page = feedback_page(replace(result, problems=tuple(wrong)), standing(result), {}, None)
    assert "line 2 of your cell" in page and "<script>alert" not in page and "<b>x" not in page
    assert "Which kind of change?" in page


def test_the_page_says_why_no_place_was_sought():
    result = CLASS[1]
    wrong = [replace(problem, unplaced="the cell has 21000 bytes") for problem in result.problems]
    page = feedback_page(replace(result, problems=tuple(wrong)), standing(result), {}, None)
    assert "Place not searched: the cell has 21000 bytes." in page


def test_the_command_seeks_places_and_shows_them(tmp_path):
    folder = tmp_path / "submitted" / "ada" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_bytes(notebook_bytes({"softmax_forward": RIGHT, "softmax_backward": MEAN}))
    done = grade(tmp_path / "submitted", tmp_path / "out", "--seed", 7)
    record = next(record for record in done.records if record["problem"] == "softmax_backward")
    assert done.status == 0 and record["place"]["spots"][0]["line"] == 3, done.stderr
    page = tmp_path / "out" / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "line 3 of your cell" in page.read_text()


def test_a_worker_that_gets_a_place_job_does_not_judge_again(monkeypatch):
    job = job_of(softmax_backward=MEAN)
    judged = judge(job).result
    monkeypatch.setattr(places, "judge", None)
    assert isinstance(seeking := job_for_places(job, judged), PlaceJob) and work(seeking).result == judged
