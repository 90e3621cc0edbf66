"""Mistakes that people reported: each is refused, and what is said of it, or where it is placed, is right.

`NOT_YET` holds what is not told rightly so far. It may only shrink: a mistake in it that is told rightly fails too.
"""

from __future__ import annotations

import pytest

from ..submissions.found_later import LATER
from ..submissions.reported import RIGHT, WRONG, Reported
from ..submissions.reported_attention import ATTENTION
from ..submissions.telling import Told, overlaps, said_of, verdict

NOT_YET = {
    way: set(lines.split())
    for way, lines in {
        "local": "",
        "graded": "",
        "diagnose": "",
    }.items()
}
TIMED = {("76b", "local")}
"""Where a busy machine decides what is seen."""
QUICK = set("mask-by-rows scores-keepdims-lost dq-without-scale 4 9 10 14 20 35 54 57b 65b 66b 71c 76c 81".split())
"""What is tried each time; the others under ``soak``, because a search for the place takes a second."""


def each(cases: tuple[Reported, ...]) -> list:
    return [pytest.param(case, id=case.line, marks=[] if case.line in QUICK else [pytest.mark.soak]) for case in cases]


@pytest.mark.parametrize("case", each((*WRONG, *ATTENTION)))
def test_what_people_reported_is_told_rightly(case):
    for way, said in said_of(case).items():
        if (case.line, way) in TIMED:
            continue
        rightly = verdict(case, said) is Told.RIGHTLY
        assert rightly != (case.line in NOT_YET[way]), (way, said)


KEPT_ASIDE = 0.75
"""The share of `found_later`, which nobody who wrote the diagnosis knew, that is told rightly; 0.9 is the aim."""


@pytest.mark.soak
def test_most_of_what_was_kept_aside_is_told_rightly_and_nothing_wrongly():
    told = [verdict(case, next(iter(said_of(case).values()))) for case in LATER]
    assert Told.WRONGLY not in told and Told.NOT_CAUGHT not in told
    assert told.count(Told.RIGHTLY) >= KEPT_ASIDE * len(told)


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
