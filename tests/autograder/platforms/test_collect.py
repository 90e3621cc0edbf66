"""Submissions are found in what platforms let one download: whose each is, and when it was handed in."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from dateutil import tz

from autograder.platforms.platform import Worksheet
from autograder.platforms.tables import read_worksheet
from autograder.records.moments import read_moment
from autograder.records.roster import Person, Roster

from .downloads import MOODLE, PS, ROSTER, gathered, zipped

# --- whose it is -----------------------------------------------------------------------------------------------------


def test_students_are_found_on_the_roster_by_name_or_number(tmp_path):
    found, refused = gathered(
        zipped(
            tmp_path / "m.zip",
            ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", b"a"),
            ("Eva María Sanz Peña_502_assignsubmission_file_/ps2.ipynb", b"e"),
        )
    )
    assert sorted(found) == ["alove", "eve"] and not refused
    found, refused = gathered(
        zipped(
            tmp_path / "c.zip",
            ("lovelaceada_4711_1_ps2.ipynb", b"a"),
            ("sanzpeñaevamaría_4713_3_ps2.ipynb", b"e"),
            ("renamed_4712_2_ps2.ipynb", b"b"),
        )
    )
    assert sorted(found) == ["alove", "bhall", "eve"] and not refused


def test_who_is_on_no_roster_is_collected_under_the_name_that_the_platform_gives(tmp_path):
    moodle = zipped(tmp_path / "m.zip", ("Nobody Known_501_assignsubmission_file_/ps2.ipynb", b"a"))
    canvas = zipped(tmp_path / "c.zip", ("knownnobody_99_1_ps2.ipynb", b"a"))
    assert list(gathered(moodle)[0]) == ["Nobody_Known"] and list(gathered(canvas, roster=Roster(()))[0]) == [
        "knownnobody_99"
    ]


@pytest.mark.parametrize("nobody", ["Participant", "Teilnehmerin", "Participante"])
def test_anonymous_participants_are_told_apart_by_their_numbers(tmp_path, nobody):
    blind = zipped(
        tmp_path / "b.zip",
        (f"{nobody}_501_assignsubmission_file_/ps2.ipynb", b"a"),
        (f"{nobody}_502_assignsubmission_file_/ps2.ipynb", b"b"),
    )
    assert sorted(gathered(blind)[0]) == [f"{nobody}_501", f"{nobody}_502"]


def test_a_number_and_a_name_that_contradict_each_other_are_nobodys(tmp_path):
    found, refused = gathered(
        zipped(tmp_path / "c.zip", ("lovelaceada_4712_1_ps2.ipynb", b"a"), ("hallben_4712_2_ps2.ipynb", b"b"))
    )
    assert (
        list(found) == ["bhall"]
        and "its number is that of Ben Hall, and its name is that of Ada Lovelace" in refused[0][1]
    )


def test_two_of_one_name_are_told_apart_by_the_worksheet_alone(tmp_path):
    twins = Roster([Person("a1", "Lee", "Kim", "kim1@x.edu"), Person("a2", "Lee", "Kim", "kim2@x.edu")])
    source = zipped(tmp_path / "m.zip", *((f"Kim Lee_{k}_assignsubmission_file_/ps2.ipynb", b"%d" % k) for k in (1, 2)))
    found, refused = gathered(source, roster=twins)
    assert not found and "it could be Kim Lee (a1) or Kim Lee (a2)" in refused[0][1]
    found, refused = gathered(source, roster=Roster(()))
    assert not found and "give Moodle's grading worksheet" in refused[0][1]
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address\nParticipant 1,Kim Lee,kim1@x.edu\nParticipant 2,Kim Lee,kim2@x.edu\n"
    )
    found, refused = gathered(source, roster=twins, worksheet=read_worksheet(sheet, twins, UTC))
    assert sorted(found) == ["a1", "a2"] and not refused


@pytest.mark.parametrize("roster", ["twins", "nobody"])
def test_a_worksheet_with_names_alone_tells_nobody_apart_and_costs_the_others_nothing(tmp_path, roster):
    people = [Person("a1", "Lee", "Kim"), Person("a2", "Lee", "Kim")] if roster == "twins" else []
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Identifier,Full name\nParticipant 1,Kim Lee\nParticipant 2,Kim Lee\nParticipant 3,Zoe May\n")
    names = {1: "Kim Lee", 2: "Kim Lee", 3: "Zoe May"}
    source = zipped(
        tmp_path / "m.zip", *((f"{n}_{k}_assignsubmission_file_/ps2.ipynb", b"%d" % k) for k, n in names.items())
    )
    worksheet = read_worksheet(sheet, Roster(people), UTC)
    found, refused = gathered(source, roster=Roster(people), worksheet=worksheet)
    assert list(found) == list(gathered(source, roster=Roster(people))[0]) == ["Zoe_May"]
    assert refused and all("Kim" in name for name, _ in refused)
    assert all("it could be" in why or "with ID numbers or email addresses" in why for _, why in refused)


def test_who_has_one_name_alone_has_it_twice_where_two_are_asked_for(tmp_path):
    known = Roster([Person("madonna", "Madonna"), Person("ben", "Ben", "Ben")])
    source = zipped(
        tmp_path / "m.zip",
        ("Madonna Madonna_501_assignsubmission_file_/ps2.ipynb", b"m"),
        ("Ben_502_assignsubmission_file_/ps2.ipynb", b"b"),
    )
    assert sorted(gathered(source, roster=known)[0]) == ["ben", "madonna"]


def test_a_row_that_could_be_several_costs_the_others_nothing(tmp_path):
    twins = Roster(
        [Person("a1", "Lee", "Kim"), Person("a2", "Lee", "Kim"), Person("bhall", "Hall", "Ben", "ben@x.edu")]
    )
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Last modified (submission)\n"
        'Participant 1,Kim Lee,,"Thursday, 1 October 2026, 9:14 PM"\n'
        'Participant 2,Mr Hall,ben@x.edu,"Thursday, 1 October 2026, 9:15 PM"\n'
        "Participant 3,bhall,,-\n"
    )
    names = {1: "Kim Lee", 2: "Mr Hall", 3: "bhall"}
    source = zipped(
        tmp_path / "m.zip", *((f"{n}_{k}_assignsubmission_file_/ps2.ipynb", b"x") for k, n in names.items())
    )
    found, refused = gathered(source, roster=twins, worksheet=read_worksheet(sheet, twins, UTC))
    assert list(found) == ["bhall"] and found["bhall"].time == datetime(2026, 10, 1, 21, 15)
    assert ["it could be Kim Lee" in why for _, why in refused] == [True, False] and "bhall" in refused[1][1]


def test_plain_folders_are_taken_for_students(tmp_path):
    for name in (
        "alove/ps2.ipynb",
        f"zoe/{PS}/ps2.ipynb",
        f"zoe/{PS}/timestamp.txt",
        "zoe/ps1_losses/ps1.ipynb",
        "ben hall/ps2.ipynb",
    ):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("2026-10-01 21:14:07 UTC" if path.suffix == ".txt" else "{}")
    found, refused = gathered(tmp_path / "in")
    assert sorted(found) == ["alove", "bhall", "zoe"] and not refused
    assert list(found["zoe"].files) == ["ps2.ipynb"] and found["zoe"].time == datetime(2026, 10, 1, 21, 14, 7)


def test_a_folder_around_the_students_is_seen_through(tmp_path):
    wrapped = zipped(tmp_path / "w.zip", ("submissions/alove/ps2.ipynb", b"a"), ("submissions/zoe/ps2.ipynb", b"z"))
    assert sorted(gathered(wrapped)[0]) == ["alove", "zoe"]
    single = zipped(tmp_path / "s.zip", (f"alove/{PS}/ps2.ipynb", b"a"))
    assert sorted(gathered(single)[0]) == ["alove"]


def test_loose_files_need_a_name_or_to_be_told_whose_they_are(tmp_path):
    for name in ("alove.ipynb", f"zoe_{PS}.ipynb", "ps2 (1).ipynb", "more.zip"):
        (tmp_path / name).write_text("{}")
    found, refused = gathered(tmp_path)
    assert sorted(found) == ["alove", "zoe"]
    assert (
        dict(refused)["ps2 (1).ipynb"].startswith("nothing says whose it is")
        and "an archive in an archive" in dict(refused)["more.zip"]
    )
    assert list(gathered(tmp_path / "ps2 (1).ipynb", student="ben")[0]) == ["ben"]


# --- when it was handed in -------------------------------------------------------------------------------------------


def test_moodles_times_come_from_its_worksheet_in_its_zone(tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Last modified (submission)\n"
        'Participant 501,Ada Lovelace,ada@x.edu,"Thursday, 1 October 2026, 9:14 PM"\n'
        "Participant 502,Ben Hall,ben@x.edu,-\n",
        encoding="utf-8-sig",
    )
    source = zipped(
        tmp_path / "m.zip",
        ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", b"a"),
        ("Ben Hall_502_assignsubmission_file_/ps2.ipynb", b"b"),
    )
    found, _ = gathered(source, worksheet=read_worksheet(sheet, ROSTER, tz.gettz("Europe/Berlin")))
    assert found["alove"].time == datetime(2026, 10, 1, 19, 14) and found["bhall"].time is None
    assert gathered(source)[0]["alove"].time is None


def test_a_student_cannot_choose_the_time_by_handing_in_a_timestamp(tmp_path):
    """Where the platform is asked for several files, one of them may be called so."""
    time = datetime(2026, 10, 3, 9, 0)
    folder = "Ada Lovelace_123_assignsubmission_file_/"
    source = zipped(
        tmp_path / "moodle.zip", (f"{folder}{PS}.ipynb", b"{}"), (f"{folder}timestamp.txt", b"2026-09-01 00:00:00 UTC")
    )
    assert gathered(source)[0]["alove"].time is None
    assert gathered(source, worksheet=Worksheet(MOODLE, times={"123": time}))[0]["alove"].time == time


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        (b"9" * 29 + b" m", "is no time"),
        (b"9" * 200, "more than 100 characters"),
        (b"10026-10-01 00:00:00 UTC", "is no time"),
        (b"9999-12-31 23:59:59 -12:00", ""),
        (b"0001-01-01 00:00:00 +14:00", ""),
        (b"02/10/2026 21:14", "can be read in two ways"),
        (b"2. 10. 2026 21:14", "can be read in two ways"),
        (b"02 10 2026 21:14", "can be read in two ways"),
        (b"21:14", "does not name day, month and year"),
        (b"2 October 21:14", "does not name day, month and year"),
        (b"October 2026", "does not name day, month and year"),
        (b"-1", "does not name day, month and year"),
        (b"2026-10-01 21:14 IST", "a time zone, IST, that is not known"),
        (b"yesterday", "is no time"),
        (b"\xff\xfe", "is no text"),
        (b"", "is no time"),
    ],
)
def test_a_bad_time_is_that_students_own_line(tmp_path, time, reason):
    source = zipped(
        tmp_path / "t.zip",
        (f"alove/{PS}/timestamp.txt", time),
        (f"alove/{PS}/ps2.ipynb", b"a"),
        (f"bhall/{PS}/timestamp.txt", b"2026-10-01 21:14:07 UTC"),
        (f"bhall/{PS}/ps2.ipynb", b"b"),
    )
    found, refused = gathered(source)
    assert [name for name, _ in refused] == [f"alove/{PS}/timestamp.txt"] and reason in refused[0][1]
    assert list(found["alove"].files) == ["ps2.ipynb"] and not found["alove"].certain
    assert found["bhall"].time == datetime(2026, 10, 1, 21, 14, 7)


def test_a_date_that_can_be_read_in_one_way_is_read(tmp_path):
    for text in ("2026-10-02 21:14:07.123456 UTC", "2 October 2026 21:14:07", "31/10/2026 10:00", "10/10/2026 10:00"):
        assert read_moment(text).year == 2026
    for text in ("2026/2/10 10:00", "20260210 10:00", "10 Feb 26, 10:00", "Tuesday 2026-02-10T10:00Z"):
        assert read_moment(text) == datetime(2026, 2, 10, 10)
    assert read_moment("2026-10-02 21:14 +02:00") == datetime(2026, 10, 2, 19, 14)


def test_a_name_that_grows_too_long_or_comes_twice_is_that_students_own_line(tmp_path):
    deep = "/".join("d" * 100 for _ in range(3))
    source = zipped(
        tmp_path / "n.zip",
        ("alove/a.ipynb", b"a"),
        (f"alove/{deep}/a.ipynb", b"long"),
        ("alove/b/a.ipynb", b"second"),
        ("alove/b_a.ipynb", b"third"),
        ("bhall/ps2.ipynb", b"b"),
    )
    found, refused = gathered(source)
    assert sorted(found["alove"].files) == ["a.ipynb", "b_a.ipynb"] and list(found) == ["alove", "bhall"]
    assert [why for _, why in sorted(refused)] == [
        "the submission holds another file of this name",
        "its name, with its folders, is too long",
    ]


def test_canvas_says_only_that_a_submission_is_late(tmp_path):
    source = zipped(tmp_path / "c.zip", ("lovelaceada_LATE_4711_1_ps2.ipynb", b"a"), ("hallben_4712_2_ps2.ipynb", b"b"))
    found, _ = gathered(source, due=datetime(2026, 10, 2))
    assert found["alove"].late and found["alove"].time == datetime(2026, 10, 2, 0, 0, 1) and found["bhall"].time is None
    assert gathered(source)[0]["alove"].time is None


def test_a_plain_file_was_handed_in_when_it_was_last_changed(tmp_path):
    (tmp_path / "alove").mkdir()
    (tmp_path / "alove" / "ps2.ipynb").write_text("{}")
    os.utime(tmp_path / "alove" / "ps2.ipynb", (1_790_000_000,) * 2)
    found = gathered(tmp_path)[0]["alove"]
    assert (found.time, found.certain) == (
        datetime.fromtimestamp(1_790_000_000, UTC).replace(tzinfo=None),
        False,
    )
