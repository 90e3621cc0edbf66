"""The package runs where clocks are coarse or missing and indices narrow, as in a browser."""

from __future__ import annotations

import importlib
import time
from types import SimpleNamespace

import numpy as np
import pytest

from missingsum import clock
from missingsum.check import ps2, ps3, running
from missingsum.variants import losses
from missingsum.where.search import computing_time


@pytest.fixture
def no_thread_time(monkeypatch):
    monkeypatch.delattr(time, "thread_time")
    yield importlib.reload(clock)
    monkeypatch.undo()
    importlib.reload(clock)


def test_without_a_clock_of_the_thread_time_passes_all_the_same(no_thread_time):
    before = no_thread_time.thread_time()
    while no_thread_time.thread_time() == before:
        pass
    assert no_thread_time.thread_time() > before and computing_time()() >= 0


def test_the_growth_of_what_takes_no_tick_of_the_clock_is_not_infinite(monkeypatch):
    monkeypatch.setattr(ps3, "thread_time", lambda: 0.1)
    assert ps3._growth(lambda s, g: s * g, 256) == 0


def test_where_a_tick_is_coarse_a_quadratic_function_is_still_seen(monkeypatch):
    now = [0.0]

    def quadratic(s, g):
        now[0] += 1e-9 * s.size**2
        return s

    monkeypatch.setattr(ps3, "thread_time", lambda: round(now[0] / clock.TICK) * clock.TICK)
    assert ps3._growth(quadratic, 256) > 64


def test_a_page_is_told_what_is_wrong_before_the_place_is_sought(monkeypatch):
    told = []
    monkeypatch.setattr(running, "before_the_place", [lambda report: told.append((report.failed, report.place))])
    monkeypatch.setattr(running, "place_of_mistake", lambda *_: told.append("sought"))

    def softmax_forward(z):
        return np.exp(z) / np.exp(z).sum(axis=0)

    running.explained(ps2.softmax_forward.body, softmax_forward)
    assert told == [(True, None), "sought"]


def test_labels_are_taken_as_indices_of_the_platform(monkeypatch):
    """In a browser these have 32 bits, and NumPy does not make them of 64."""
    take, seen = np.take, []
    monkeypatch.setattr(np, "take", lambda a, indices, axis: (seen.append(indices.dtype), take(a, indices, axis))[1])
    data = SimpleNamespace(s=np.arange(6.0).reshape(2, 3), labels=np.array([1, 0], dtype=np.int32))
    assert losses._lines(data, 1).tolist() == [[1.0, 0.0], [4.0, 3.0]]
    assert seen == [np.intp]
