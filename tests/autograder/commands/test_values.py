"""What stands behind an option is read strictly: a value that makes no sense, or could be misread, is refused."""

from datetime import datetime

import pytest

from autograder.cli import main
from autograder.commands.arguments import parser

from ..notebooks import ASSIGNMENT


def refused(capsys, *arguments: str) -> str:
    """What is said of arguments that the command line does not take."""
    with pytest.raises(SystemExit) as stop:
        main([*arguments])
    assert stop.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ("--workers", "0"),
        ("--workers", "two"),
        ("--seed", "-1"),
        ("--timeout", "0"),
        ("--timeout", "nan"),
        ("--due", "soon"),
        ("--scheduler", "10.0.0.5:8786"),
        ("--timeout", "soon"),
        ("--db", "/home/ada/gradebook.db"),
    ],
)
def test_options_that_make_no_sense_are_refused(capsys, wrong):
    said = refused(capsys, "grade", ASSIGNMENT, *wrong)
    assert wrong[0] in said and "invalid" not in said


@pytest.mark.parametrize("wrong", ["-1", "many", "nan", "1e9"])
def test_points_that_are_none_are_refused_and_0_is_said_to_drop(capsys, wrong):
    said = refused(capsys, "points", ASSIGNMENT, "softmax_partial", wrong)
    assert f"'{wrong}' is no number of points: 0, which drops a question, or more" in said
    assert parser().parse_args(["points", ASSIGNMENT, "softmax_partial", "0"]).points == 0


@pytest.mark.parametrize(
    "wrong",
    ["02.10.2026 23:59", "10/02/2026 23:59", "2026-10-02", "23:59", "2026-10-02 23:59 CEST", "2026-13-02 23:59", ""],
)
def test_a_date_that_could_be_misread_is_refused(capsys, wrong):
    said = refused(capsys, "due", ASSIGNMENT, wrong)
    assert f"{wrong!r} is no date with a time; write it like '2026-10-02 23:59'" in said


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-02 23:59",
        "2026-10-02T23:59:00",
        "2026-10-02 23:59 UTC",
        "2026-10-02 23:59Z",
        "2026-10-03 01:59 +02:00",
        "2026-10-02 18:59:00-0500",
    ],
)
def test_a_date_is_in_utc_or_says_its_offset(text):
    assert parser().parse_args(["due", ASSIGNMENT, text]).date == datetime(2026, 10, 2, 23, 59)
