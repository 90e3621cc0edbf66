"""The benchmarks compare like with like, and the committed results keep what the course promises."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tests/reference")]

import accuracy  # noqa: E402
import checkers  # noqa: E402
import course  # noqa: E402
import grading  # noqa: E402
import places  # noqa: E402
import reported  # noqa: E402
import speed  # noqa: E402
from machine import fastest, lines  # noqa: E402
from peers import peers  # noqa: E402
from stock import points  # noqa: E402

RESULTS = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_all_peers_compute_the_same_loss_and_gradient(dtype):
    rng = np.random.default_rng(0)
    z, labels = rng.normal(size=(20, 7)).astype(dtype), rng.integers(7, size=20)
    found = peers(z, labels)
    loss, gradient = found["ours, clear"]()
    assert len(found) >= 4
    for name, peer in found.items():
        theirs = peer()
        np.testing.assert_allclose(np.asarray(theirs[0]), loss, rtol=1e-5, err_msg=name)
        np.testing.assert_allclose(np.asarray(theirs[1]), gradient, rtol=1e-4, atol=1e-7, err_msg=name)
        assert np.asarray(theirs[1]).dtype == dtype


def test_the_right_gradients_are_right_and_each_wrong_one_is_wrong_somewhere():
    inputs = [
        checkers._input(shape, scale, soft)
        for shape in checkers.SHAPES
        for scale in checkers.SCALES
        for soft in (False, True)
    ]
    for z, y in inputs:
        truth = checkers._right(z, y)
        for name, gradient in checkers.RIGHT.items():
            np.testing.assert_allclose(gradient(z, y), truth, rtol=0, atol=1e-13, err_msg=name)
    for name, gradient in checkers.WRONG.items():
        assert any(
            np.abs(gradient(z, y) - checkers._right(z, y)).max() > 1e-4 * np.abs(checkers._right(z, y)).max()
            for z, y in inputs
        ), name


def test_ours_takes_every_right_gradient_of_an_issue_thread_for_right_and_no_wrong_one():
    found = checkers._reported(checkers.checkers()["ours"])
    assert found["refused_right"] == found["accepted_wrong"] == []
    assert found["wrong"] == len({case.name for case in reported.WRONG}) >= 25
    assert found["right"] == len({case.name for case in reported.RIGHT}) >= 12


def test_a_right_gradient_told_wrong_and_a_wrong_one_passed_are_counted():
    always = checkers._reported(lambda f, x, backward: True)
    never = checkers._reported(lambda f, x, backward: False)
    assert (always["refused"], always["accepted"]) == (0, always["right"])
    assert (never["refused"], never["accepted"]) == (never["wrong"], 0)
    assert len(always["accepted_wrong"]) == always["wrong"] and len(never["refused_right"]) == never["right"]


def test_the_accuracy_ladder_sees_that_the_textbook_form_fails_and_ours_does_not():
    row = accuracy._row("gap 30", np.float32)
    assert row["errors"]["textbook NumPy"]["loss"] == 1
    assert max(row["errors"]["ours, fast"].values()) < 40 * np.finfo(np.float32).eps


def test_the_accuracy_ladder_sees_that_the_textbook_product_loses_a_decided_row():
    errors = accuracy._product(30, np.float64)["errors"]
    assert errors["ours"] < 1e-14 < 1e-4 < errors["textbook NumPy"]


def test_a_spoiled_answer_is_wrong_in_every_number():
    assert course._spoil(1.0) != 1
    assert (course._spoil(np.ones((2, 3))) != 1).all()
    first, second = course._spoil((np.zeros(2), {"W": np.zeros(3)}))
    assert first.all() and second["W"].all()
    assert course._spoil((0.5, {"W": np.zeros(3)}))[0] == 0.5
    assert course._spoil(True) is False


def test_the_slower_of_two_is_seen_to_be_slower():
    a = np.ones(200_000)
    best = fastest({"one": lambda: a.sum(), "twenty": lambda: [a.sum() for _ in range(20)]}, seconds=0.1)
    assert best["twenty"] > 5 * best["one"] > 0


def test_the_stock_course_gives_the_points_of_the_hidden_checks():
    names = {"missing_part": lambda s, y: s * (y.sum() - y), "softmax_partial": lambda s, i, j: 1 / 0}
    assert points(grading.ASSIGNMENT, "missing_part", names) == 3
    assert (
        points(grading.ASSIGNMENT, "softmax_partial", names)
        == points(grading.ASSIGNMENT, "softmax_forward", names)
        == 0
    )


SPIN = "kept = bytearray(50_000_000); end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
SANDBOX = ["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/"]


@pytest.mark.sandbox
@pytest.mark.parametrize("where", ["left behind", "in a sandbox that is killed"])
def test_processor_time_and_memory_are_those_of_all_that_a_run_starts(tmp_path, monkeypatch, where):
    try:
        with grading.control_group():
            pass
    except SystemExit as reason:
        pytest.skip(str(reason))
    if where == "left behind":
        script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {'import time; ' + SPIN!r}])"
    else:
        if not shutil.which("bwrap"):
            pytest.skip("bubblewrap is not installed")
        inside = f"import time; {SPIN}\nprint(flush=True); time.sleep(60)"
        script = (
            "import subprocess, sys; "
            f"sandbox = subprocess.Popen([*{SANDBOX!r}, sys.executable, '-c', {inside!r}], stdout=-1)\n"
            "sandbox.stdout.readline(); sandbox.kill(); sandbox.wait()"
        )
    monkeypatch.setattr(grading, "PYTHON", Path(sys.executable))
    measured = grading._run(["-c", script], tmp_path)
    assert measured["cpu_seconds"] > 0.3 and measured["peak"] > 50_000_000
    assert (measured["grader"] > 50_000_000) == (where == "left behind")


def test_a_difference_in_scores_is_named():
    found = grading._differences({"ada": {"f": 1.0, "g": 2.0}, "ben": {"f": 0.0}}, {"ada": {"f": 1.0, "g": 3.0}})
    assert found == ["ada, g: 2.0 in stock, 3.0 in ours", "ben, f: 0.0 in stock, None in ours"]


def test_tables_stand_in_columns():
    assert lines(["", "x"], [["a", "10"], ["bcd", "1"]]) == "      x\na    10\nbcd   1"


# --- the committed results ----------------------------------------


@pytest.mark.parametrize("ladder", ["speed", "accuracy", "checkers", "course", "places", "grading"])
def test_results_tell_when_and_where_they_were_measured(ladder):
    assert RESULTS[ladder]["date"].endswith("UTC")
    assert RESULTS[ladder]["machine"]["processor"] and RESULTS[ladder]["machine"]["packages"]["numpy"]


def test_the_fast_form_is_faster_than_pytorch_near_the_memory_limit_and_lean():
    most = dict(zip(speed.SHAPES, (0.8, 0.5, 1.0, 0.35)))
    for row in RESULTS["speed"]["rows"]:
        seconds, shape = row["seconds"], tuple(row["shape"])
        assert seconds["ours, fast"] <= most[shape] * seconds["PyTorch"], row
        if shape[1] >= 1000:
            assert seconds["ours, fast"] <= 6 * seconds["copy"], row
        assert row["extra_bytes"] < 2e6


def test_our_errors_are_a_few_units_in_the_last_place():
    for row in RESULTS["accuracy"]["rows"]:
        gap = float(row["case"].split()[1]) + 1 if row["case"].startswith("gap") else 20
        for name in ("ours, fast", "ours, clear"):
            assert max(row["errors"][name].values()) <= (8 + gap) * np.finfo(row["dtype"]).eps, row


def test_our_product_keeps_what_the_others_lose_in_a_decided_row():
    for row in RESULTS["accuracy"]["products"]:
        assert row["errors"]["ours"] <= 8 * np.finfo(row["dtype"]).eps, row
    lost = {row["gap"]: row["errors"] for row in RESULTS["accuracy"]["products"] if row["dtype"] == "float64"}
    for other in ("textbook NumPy", "PyTorch", "JAX"):
        assert lost[20][other] > 1e-9 and lost[30][other] > 1e-4 and lost[40][other] > 0.1


def test_our_checker_accepts_no_wrong_gradient_and_rejects_no_right_one():
    ours = next(row for row in RESULTS["checkers"]["rows"] if row["checker"] == "ours")
    assert (ours["false_accepts"], ours["false_rejects"]) == ({}, {})
    assert ours["wrong"] > 200 and ours["right"] > 40
    assert ours["reported"]["refused"] == ours["reported"]["wrong"] >= 25
    assert ours["reported"]["accepted"] == ours["reported"]["right"] >= 12


def test_every_local_check_answers_within_200_ms():
    slow = [row for row in RESULTS["course"]["rows"] if max(row["right_seconds"], row["wrong_seconds"]) > 0.2]
    assert not slow and len(RESULTS["course"]["rows"]) >= 30


def test_a_place_is_found_within_its_seconds():
    measured = RESULTS["places"]
    said = places.table(measured)
    assert said.count(": holds") == len(places.LIMITS) + bool(measured["graded"]) and "DOES NOT HOLD" not in said
    assert sum(row["place"] != "none" for row in measured["rows"]) >= 10


@pytest.mark.parametrize(("median", "seconds"), [(None, [0.1, 0.6]), (0.01, [0.02, 0.02, 0.001])])
def test_a_limit_that_is_not_kept_is_said(median, seconds):
    assert places.held_to("a check", median, 0.5, seconds).endswith("DOES NOT HOLD")
    assert places.held_to("a check", median, 0.5, [0.001]).endswith(": holds")


def test_the_book_is_built_from_nothing_within_90_seconds():
    assert RESULTS["course"]["site_seconds"] < 90


def test_a_class_is_graded_ten_times_as_fast_as_by_nbgrader_alone_to_the_same_scores_and_at_small_cost():
    measured = RESULTS["grading"]
    assert measured["submissions"] >= 100 and measured["ratio"] >= 10
    assert measured["other_scores"] == []
    assert measured["cost"] < 0.15


def test_the_memory_of_a_run_stays_flat_with_and_without_sandboxes():
    few, many = RESULTS["grading"]["memory"]
    assert (few["submissions"], many["submissions"]) == (200, 2000)
    assert all(many[part] <= 1.2 * few[part] for part in ("grader", "peak"))
