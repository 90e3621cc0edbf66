"""Mistakes that people reported: each is refused, and what is said of it is right.

`NOT_YET` holds what is not told rightly so far. It may only shrink: a mistake in it that is told rightly fails too.
"""

from __future__ import annotations

import pytest

from ..submissions.reported import RIGHT, WRONG, Reported
from ..submissions.telling import Told, overlaps, said_of, verdict

NOT_YET = {
    way: set(lines.split())
    for way, lines in {
        "local": """
        1 2 4 6 7 8 9 10 15 16 17 18 19 20 21 22 23b 24 25 26b 27a 27b 28a 28b 29a 29b 30a 30b 31a 31b 32 33 34b 35
        37 38a 38b 39a 39b 40 51 52a 52b 53 55 56a 56b 57a 57b 58 59 60 61 62 63 64a 64b 64c 64d 64e 64f 65b 66a 66b
        71a 71b 71c 71d 71e 71f 71g 72a 72b 73 74a 74b 75 76a 76c 76d
        """,
        "hidden": """
        1 2 4 6 7 8 9 10 15 16 17 18 19 20 21 22 23b 24 25 26b 27a 27b 28a 28b 29a 29b 30a 30b 31a 31b 32 33 34b 35
        37 38a 38b 39a 39b 51 52a 52b 53 55 56a 56b 57a 57b 58 62 64a 64b 64c 64d 64e 64f 65b 66a 66b
        71a 71b 71c 71d 71e 71f 71g 72a 72b 73 76d
        """,
        "diagnose": "3 5 11 12 13 34a 36",
    }.items()
}
TIMED = {("76b", "local")}
"""Where a busy machine decides what is seen."""
TRAINED = pytest.mark.soak
"""What trains a network takes seconds."""


def each(cases: tuple[Reported, ...]) -> list:
    return [pytest.param(case, id=case.line, marks=[TRAINED] if case.slow else []) for case in cases]


@pytest.mark.parametrize("case", each(WRONG))
def test_what_people_reported_is_told_rightly(case):
    for way, said in said_of(case).items():
        if (case.line, way) in TIMED:
            continue
        rightly = verdict(case, said) is Told.RIGHTLY
        assert rightly != (case.line in NOT_YET[way] or case.slow), (way, said)


@pytest.mark.parametrize("case", each(RIGHT))
def test_what_is_right_is_not_refused(case):
    assert not [said for said in said_of(case).values() if said.refused]


def test_lists_of_what_is_not_told_yet_name_reported_mistakes():
    assert set().union(*NOT_YET.values()) <= {case.line for case in WRONG}


@pytest.mark.parametrize(
    ("place", "within"),
    [("(g * s).mean(axis=1)", True), ("g*s", True), ("s * (g - (g * s).mean(axis=1))", True), ("s + g", False)],
)
def test_a_place_is_right_if_it_overlaps_the_expression_at_fault(place, within):
    assert overlaps(place, ("(g * s).mean(axis=1)",)) is within
