"""An inbox of nbgrader's exchange is not taken for folders of students."""

from __future__ import annotations

import pytest

from autograder.cli import main
from autograder.platforms.inbox import refuse_inbox

from ..notebooks import ASSIGNMENT

TIME = "2026-10-01 21:14:07.123456 UTC"


@pytest.mark.parametrize(
    "folder",
    [
        f"ada+ps2+{TIME}+x_-9",
        f"ada+ps2+{TIME}",
        f"a+b+ps2+{TIME}+x",
        "ada+ps2+2026-10-01 21:14:07 +02+x",
        f"+ps2+{TIME}+ps2+{TIME}",
    ],
)
@pytest.mark.parametrize("around", ["", "inbound/"])
def test_an_inbox_is_refused_with_the_command_that_takes_it_in(folder, around):
    with pytest.raises(ValueError, match="'nbgrader collect ps2 --update'"):
        refuse_inbox([f"{around}{folder}/ps2.ipynb", f"{around}stray/ps2.ipynb"], "inbound", "ps2")


@pytest.mark.parametrize(
    "name",
    [
        "ada/ps2.ipynb",
        "a+b/ps2.ipynb",
        f"ada+ps2+{TIME}.ipynb",
        f"Ada_1_assignsubmission_file_/x+ps2+{TIME}/ps2.ipynb",
        f"ada+ps2+{TIME}_501_assignsubmission_file_/ps2.ipynb",
    ],
)
def test_a_name_of_a_student_makes_no_inbox(name):
    refuse_inbox([name, "ben/ps2.ipynb"], "mailbox", "ps2")


def test_the_command_says_so(tmp_path, capsys):
    folder = tmp_path / "inbound" / f"ada+{ASSIGNMENT}+{TIME}+x"
    folder.mkdir(parents=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_text("{}")
    assert main(["collect", ASSIGNMENT, str(tmp_path / "inbound"), "--out", str(tmp_path / "grading")]) == 1
    assert "is the inbox of nbgrader's exchange" in capsys.readouterr().err
