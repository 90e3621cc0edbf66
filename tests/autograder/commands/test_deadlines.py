"""What comes after the due date is late, unless its student has more time."""

from __future__ import annotations

import zipfile

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


def test_due_dates_and_extensions_are_listed(tmp_path, capsys):
    (tmp_path / "roster.csv").write_text("id,last_name,first_name\nmilo,Rossi,Milo\n")
    run(tmp_path, "roster", tmp_path / "roster.csv")
    assert run(tmp_path, "due", PS, "2026-10-02 23:59", "--zone", "Europe/Berlin") == 0
    assert "is due 2026-10-02 23:59 in Europe/Berlin (2026-10-02 21:59 UTC)" in capsys.readouterr().out
    assert run(tmp_path, "extend", PS, "milo", "--until", "2026-10-26 12:00", "--zone", "Europe/Berlin") == 0
    capsys.readouterr()
    assert run(tmp_path, "due") == 0
    said = capsys.readouterr().out
    assert f"{PS}  2026-10-02 21:59 UTC\n    milo  2026-10-26 11:00 UTC  Milo Rossi\n" in said
    assert "ps1_losses  no due date" in said
    assert run(tmp_path, "due", PS, "--zone", "Asia/Kolkata") == 0
    said = capsys.readouterr().out
    assert "2026-10-03 03:29 in Asia/Kolkata (2026-10-02 21:59 UTC)" in said and "ps1_losses" not in said


def test_an_offset_counts_before_the_zone(tmp_path, capsys):
    assert run(tmp_path, "due", PS, "2026-10-02 23:59 +00:00", "--zone", "Europe/Berlin") == 0
    assert "(2026-10-02 23:59 UTC)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("date", "zone", "message"),
    [
        ("2026-10-25 02:30", "Europe/Berlin", "comes twice in Europe/Berlin: add the offset"),
        ("2026-03-29 02:30", "Europe/Berlin", "does not exist in Europe/Berlin"),
        ("2026-10-02 23:59", "Mars/Base", "there is no time zone 'Mars/Base'"),
    ],
)
def test_a_time_that_a_zone_has_twice_or_never_is_refused(tmp_path, capsys, date, zone, message):
    assert message in refused(tmp_path, capsys, "due", PS, date, "--zone", zone)


def test_who_is_late_for_canvas_and_has_more_time_here_is_told(tmp_path, capsys):
    run(tmp_path, "due", PS, "2026-10-02 23:59")
    for student in ("ada", "ben"):
        (tmp_path / f"{student}.csv").write_text(
            f"id,last_name,first_name,lms_user_id\n{student},{student},X,{ord(student[0])}\n"
        )
        run(tmp_path, "roster", tmp_path / f"{student}.csv")
    run(tmp_path, "extend", PS, "ada", "--days", 2)
    with zipfile.ZipFile(tmp_path / "canvas.zip", "w") as archive:
        for student in ("ada", "ben"):
            archive.writestr(f"{student}x_LATE_{ord(student[0])}_1_ps2.ipynb", "{}")
    capsys.readouterr()
    assert run(tmp_path, "collect", PS, tmp_path / "canvas.zip") == 0
    said = capsys.readouterr().out
    assert "late, as Canvas says, and with more time here: 1: ada (they count as on time" in said
    assert "late, as Canvas says: 1: ben (by how much is not known" in said


def test_an_extension_for_nobody_is_refused(tmp_path, capsys):
    assert "there is no student 'nobody'" in refused(tmp_path, capsys, "extend", PS, "nobody", "--days", 1)
