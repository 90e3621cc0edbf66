"""The command line says what it does, what is wrong, and what to do next."""

from pkgutil import resolve_name

import pytest

from autograder.cli import COMMANDS, main
from autograder.commands.arguments import parser
from autograder.sandbox import isolation, servers
from missingsum import __version__

from ..submissions.make import write_class
from .notebooks import ASSIGNMENT


def run(capsys, *arguments):
    """Exit status, standard output and standard error of one call."""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        status = stop.code
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(capsys, command):
    status, out, _ = run(capsys, command, "--help")
    assert status == 0 and f"autograder {command}" in out and "example:" in out


def test_it_says_which_version_it_is(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0 and capsys.readouterr().out == f"autograder {__version__}\n"


def test_the_help_lists_all_commands(capsys):
    _, out, _ = run(capsys, "--help")
    assert all(f"\n    {command} " in out.replace(f"    {command}\n", f"    {command} ") for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("grade", "ps9"), "there is no problem set 'ps9'"),
        (("grade", ASSIGNMENT, "--submitted", "/no/such/folder"), "is no folder"),
        (("feedback", "ps9"), "there is no problem set"),
        (("release", "ps9"), "there is no problem set"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_with_status_1(capsys, arguments, message):
    status, _, err = run(capsys, *arguments)
    assert status == 1 and message in err and "Traceback" not in err


def test_a_path_that_is_wrong_is_named_with_what_to_do(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    for arguments, where, advice in (
        (("roster", tmp_path / "no.csv"), "no.csv", "spelling"),
        (("roster", tmp_path), tmp_path, "A file is needed"),
        (("due", ASSIGNMENT, "2026-10-02 23:59"), "file", "A folder is needed"),
    ):
        status, _, err = run(capsys, *arguments, "--out", tmp_path / ("file" if where == "file" else "out"))
        assert status == 1 and f"{where}: " in err and advice in err and "Errno" not in err


def test_an_empty_folder_has_nothing_to_grade(capsys, tmp_path):
    status, _, err = run(capsys, "grade", ASSIGNMENT, "--submitted", tmp_path)
    assert status == 1 and "nothing to grade" in err


@pytest.mark.parametrize("command", ["feedback", "report", "export"])
def test_before_grading_the_other_commands_say_what_comes_first(capsys, tmp_path, command):
    status, _, err = run(capsys, command, ASSIGNMENT, "--out", tmp_path)
    assert status == 1 and f"run 'autograder grade {ASSIGNMENT}' first" in err


def test_outside_a_course_the_command_says_where_to_go(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, _, err = run(capsys, "grade", ASSIGNMENT)
    assert status == 1 and "is in no course" in err and "autograder new FOLDER" in err


def test_without_a_sandbox_nothing_is_graded_and_nothing_is_written(capsys, tmp_path, monkeypatch):
    write_class(tmp_path / "submitted", ["ada_right_loops"])
    monkeypatch.setattr(isolation.shutil, "which", lambda name: None)
    servers.idle.clear()  # a server that another test has left ready would need no bubblewrap any more
    status, _, err = run(capsys, "grade", ASSIGNMENT, "--submitted", tmp_path / "submitted", "--out", tmp_path / "out")
    assert status == 1 and "apt-get install bubblewrap" in err and "--unsafe-no-sandbox" in err
    assert not (tmp_path / "out").exists()


def test_grading_without_a_sandbox_works_on_demand_and_warns(capsys, tmp_path, monkeypatch):
    write_class(tmp_path / "submitted", ["ada_right_loops"])
    monkeypatch.setattr(isolation.shutil, "which", lambda name: None)
    status, out, err = run(
        capsys,
        "grade",
        ASSIGNMENT,
        "--submitted",
        tmp_path / "submitted",
        "--out",
        tmp_path / "out",
        "--workers",
        1,
        "--unsafe-no-sandbox",
    )
    assert status == 0 and "WARNING: no sandbox" in err and "20/24" in out


def test_report_feedback_and_export_can_be_made_again_from_what_is_recorded(graded, capsys, tmp_path):
    report = graded.out / "report" / f"{ASSIGNMENT}.html"
    book = ("--book", "https://example.org/book")  # which is built or not, as other tests would have it
    assert run(capsys, "report", ASSIGNMENT, "--out", graded.out, *book)[0] == 0
    before = report.read_bytes()
    report.unlink()
    assert run(capsys, "report", ASSIGNMENT, "--out", graded.out, *book)[0] == 0
    assert report.read_bytes() == before
    page = graded.out / "feedback" / "ada_right_loops" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    page.unlink()
    assert run(capsys, "feedback", ASSIGNMENT, "--out", graded.out)[0] == 0
    assert page.exists()
    status, out, _ = run(capsys, "export", ASSIGNMENT, "--out", graded.out)
    assert status == 0 and out.startswith("student,") and "ada_right_loops" in out
    run(capsys, "export", ASSIGNMENT, "--out", graded.out, "--to", tmp_path / "grades.csv")
    assert (tmp_path / "grades.csv").read_text() == out


def test_every_command_of_the_parser_is_there():
    there = parser()._subparsers._group_actions[0].choices
    assert set(COMMANDS) == set(there)
    assert all(callable(resolve_name(place)) for place in COMMANDS.values())
