"""Other projects' cases are settled by mpmath, a spoilt reference fails them, and the results hold no failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.special
from mpmath import mp, mpf

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks")]

import conformance  # noqa: E402
from suites import formulas, opinfo, scipy_shim  # noqa: E402
from suites.files import difference_in  # noqa: E402
from suites.outcome import Difference, Tally, exactly, largest_distance, slopes  # noqa: E402
from suites.shapes import as_rows, back  # noqa: E402

import reference  # noqa: E402

RESULTS = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))["peers"]
RIGHT, WRONG = [np.array([1.0, 2.0])], [np.array([1.0, 2.1])]


def settled(ours, theirs):
    tally = Tally("some suite", "1")
    tally.settle("a case", ours, theirs, lambda: [exactly(RIGHT[0])])
    return tally.row()


def test_what_agrees_passes_and_needs_no_truth():
    tally = Tally("some suite", "1")
    tally.settle("a case", lambda: WRONG, WRONG, lambda: pytest.fail("asked for the truth"))
    assert tally.row()["passed"] == tally.row()["run"] == 1


@pytest.mark.parametrize(
    ("ours", "theirs", "outcome"),
    [(WRONG, RIGHT, "failed"), (RIGHT, WRONG, "peer_wrong"), (WRONG, [np.array([1.2, 2.0])], "failed")],
    ids=["ours is wrong", "the peer is wrong", "both are"],
)
def test_where_two_differ_the_truth_decides(ours, theirs, outcome):
    row = settled(lambda: ours, theirs)
    assert len(row[outcome]) == 1 and row["run"] == 1 and row["passed"] == 0
    if outcome == "peer_wrong":
        assert "roundings of the largest entry, ours by 0" in row["peer_wrong"]["a case"]


def test_what_is_left_out_on_purpose_is_counted_by_its_reason():
    def refuse():
        raise Difference("complex numbers: left out")

    row = settled(refuse, RIGHT)
    assert row["differences"] == {"complex numbers: left out": 1} and not row["failed"]


def test_an_error_that_is_no_difference_stops_everything():
    with pytest.raises(ZeroDivisionError):
        settled(lambda: 1 / 0, RIGHT)


@pytest.mark.parametrize(
    ("given", "distance"),
    [
        (np.array([1.0, 2.0]), 0),
        (np.array([1.0, 2.0 + 2**-51]), 1),
        (np.array([1.0, np.nan]), np.inf),
        (np.array([1.0, np.inf]), np.inf),
        (np.array([[1.0, 2.0]]), np.inf),
    ],
    ids=["equal", "one rounding", "nan", "inf", "another shape"],
)
def test_distances_are_in_roundings_of_the_largest_entry(given, distance):
    assert largest_distance([given], [exactly(RIGHT[0])], RIGHT) == pytest.approx(distance)
    both = [np.array([np.nan, -np.inf])]
    assert largest_distance(both, both, both) == 0


def test_the_reason_of_a_difference_is_found_behind_other_errors():
    try:
        try:
            raise Difference("complex numbers: left out")
        except Difference as reason:
            raise AssertionError("wrapped") from reason
    except AssertionError as error:
        assert difference_in(error) == "complex numbers: left out"
    assert (
        difference_in(RuntimeError("in a callback: suites.outcome.Difference: no classes\nTraceback")) == "no classes"
    )
    assert difference_in(AssertionError("not equal")) == ""


TESTS = """
from suites.outcome import Difference

def test_right(): pass
def test_wrong(): assert 1 == 2
def test_left_out(): raise Difference("complex numbers: left out")
def test_of_no_concern(): assert False
"""
RUN = """
import json, sys, types
import pytest
from suites.files import _Collector
from suites.outcome import Tally

tally = Tally("a suite", "1")
shim = types.SimpleNamespace(concerns=lambda test: "no_concern" not in test)
pytest.main(["-q", "-p", "no:cacheprovider", "--import-mode=importlib", sys.argv[1]], plugins=[_Collector(tally, shim)])
print(json.dumps(tally.row()))
"""


def test_a_test_file_is_run_and_its_failures_and_differences_are_told_apart(tmp_path):
    (tmp_path / "test_file.py").write_text(TESTS, encoding="utf-8")
    paths = os.pathsep.join(str(ROOT / part) for part in ("benchmarks", "src", "solutions"))
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "test_file.py")],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    row = json.loads(done.stdout.splitlines()[-1])
    assert (row["run"], row["passed"], row["failed"]) == (3, 1, ["test_wrong"])
    assert row["differences"] == {"complex numbers: left out": 1}


@pytest.mark.parametrize(
    ("shape", "axis"), [((4,), None), ((2, 3), None), ((2, 3, 4), (0, 2)), ((2, 3), 0), ((), None)]
)
def test_the_shim_of_scipy_takes_its_axes_as_scipy_does(shape, axis):
    x = np.random.default_rng(3).normal(size=shape)
    for name in ("softmax", "log_softmax", "logsumexp"):
        ours, theirs = (getattr(module, name)(x, axis=axis) for module in (scipy_shim, scipy.special))
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    with pytest.raises(Difference, match="complex"):
        scipy_shim.softmax(x * 1j)


def test_exact_slopes_need_no_formula():
    with mp.workdps(120):
        gradient = slopes(lambda x: (x**3).sum(), exactly(np.array([1.0, -2.0])))
        assert [abs(g - t) < mpf(10) ** -35 for g, t in zip(gradient, (3, 12))] == [True, True]


@pytest.mark.parametrize(("shape", "axis"), [((2, 3, 4), 1), ((3,), 0), ((2, 3), -1), ((), -1)])
def test_arrays_come_back_from_their_rows(shape, axis):
    x = np.random.default_rng(0).normal(size=shape)
    rows, moved = as_rows(x, axis)
    assert rows.ndim == 2
    np.testing.assert_array_equal(back(rows, moved, axis, x.ndim), x)


WEIGHTED = {"weight": np.array([1.0, 2, 3, 4]), "label_smoothing": 0.1}
CASES = {
    "softmax": ((3, 4), (3, 4), (1,), {}),
    "log_softmax": ((2, 3, 2), (2, 3, 2), (1,), {}),
    "logsumexp": ((2, 3), (1, 1), ([0, 1],), {"keepdim": True}),
    "cross_entropy": ((3, 4), (), (np.array([0, 3, -100]),), WEIGHTED),
    "nll_loss": ((3, 4), (3,), (np.array([0, 3, 1]),), {"reduction": "none"}),
    "mse_loss": ((3, 2), (), (np.ones((3, 2)),), {}),
    "binary_cross_entropy_with_logits": ((3, 2), (), (np.full((3, 2), 0.3),), {"pos_weight": np.array([2.0, 3.0])}),
    "kl_div": ((3, 2), (), (np.array([[0.0, 1.0]] * 3),), {"reduction": "batchmean"}),
}
"""Shape of the input, shape of the output, and what PyTorch would be given beside the input."""


@pytest.mark.parametrize("name", CASES)
def test_the_reference_is_the_truth_of_each_of_pytorchs_operators_and_a_spoilt_one_is_not(name):
    shape, outcome, arguments, options = CASES[name]
    x = np.random.default_rng(1).normal(size=shape)
    case = opinfo.CASES[name](x, *arguments, **options)
    g = np.asarray(np.random.default_rng(2).normal(size=outcome))
    ours, truth = case.ours(g), case.truth(g)
    assert largest_distance(ours, truth, ours) < 16
    spoilt = [ours[0], ours[1] * (1 + 1e-12)]
    assert largest_distance(spoilt, truth, ours) > 64


def test_formulas_are_those_of_the_definitions():
    z = np.array([[0.0, 1.0, 3.0]])
    with mp.workdps(40):
        ours = reference.softmax_cross_entropy_forward(z, [[0.2, 0.3, 0.5]], reduction="none")
        theirs = formulas.cross_entropy(exactly(z), exactly(np.array([[0.2, 0.3, 0.5]])))
    assert float(theirs[0]) == pytest.approx(float(ours[0]), rel=1e-15)


# --- the committed results --------------------------------------------------------------------------------------------


def test_no_case_of_another_project_fails_and_every_other_outcome_has_its_word():
    suites = [row["suite"] for row in RESULTS["rows"]]
    for name in ("ONNX", "PyTorch", "SciPy", "scikit-learn", "optax", "Keras"):
        assert any(suite.startswith(name) for suite in suites)
    for row in RESULTS["rows"]:
        assert row["failed"] == [] and row["passed"] > 0, row["suite"]
        assert row["run"] == row["passed"] + len(row["peer_wrong"]) + sum(row["differences"].values())
        assert all(len(reason) > 10 for reason in row["differences"])
        assert all("roundings" in word for word in row["peer_wrong"].values())
    assert sum(row["passed"] for row in RESULTS["rows"]) > 900


def test_the_table_names_each_outcome():
    text = conformance.table(RESULTS)
    assert "together" in text and "complex numbers: left out" in text and "peer wrong" in text
