"""What comes after the due date is late, unless its student has more time."""

from __future__ import annotations

import pytest

from ..notebooks import ASSIGNMENT as PS
from .day import export, exported, page, refused, run


def test_only_what_came_after_the_due_date_is_late(folder):
    late = {
        student: row["seconds_late"]
        for student, row in exported(folder).items()
        if row["seconds_late"] not in ("0", "")
    }
    assert late == {"milo_right_but_late": str(32 * 3600)}


def test_an_extension_counts_at_once_and_survives_a_regrade(folder, capsys):
    assert run(folder, "extend", PS, "Milo Rossi", "--days", 2) == 0
    assert "milo_right_but_late has until 2026-10-04 00:00 UTC" in capsys.readouterr().out
    assert "Your due date was extended to 4 October 2026, 00:00 UTC." in page(folder, "milo_right_but_late")
    assert "1 day 8 hours" not in page(folder)
    assert run(folder, "grade", PS, "--submitted", folder / "submitted", "--seed", 7, "--again") == 0
    export(folder)
    assert exported(folder)["milo_right_but_late"]["seconds_late"] == "0" and "extended to" in page(folder)
    assert run(folder, "extend", PS, "milo_right_but_late", "--none") == 0
    assert "1 day 8 hours" in page(folder)


def test_an_extension_may_come_before_the_submission_and_is_none(folder):
    assert run(folder, "extend", PS, "noether", "--until", "2026-10-09 00:00") == 0
    assert "Emmy Noether noether – nothing handed in" in page(folder)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mlio_right_but_late", "--days", 2), "did you mean milo_right_but_late?"),
        (("Emy Noeter", "--days", 2), "did you mean noether?"),
        (("noether", "--until", "2026-09-01 00:00"), "is before the due date"),
    ],
)
def test_an_extension_that_makes_no_sense_is_refused(folder, capsys, arguments, message):
    assert run(folder, "extend", PS, *arguments) == 1
    assert message in capsys.readouterr().err


def test_an_extension_for_nobody_is_refused(tmp_path, capsys):
    assert "there is no student 'nobody'" in refused(tmp_path, capsys, "extend", PS, "nobody", "--days", 1)
