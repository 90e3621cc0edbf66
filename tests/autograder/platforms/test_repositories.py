"""Students' repositories: one notebook is taken out of the newest commit, nothing there does anything here, and a page
and a result go back on a branch."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.platforms.archive import Refused
from autograder.platforms.repositories import BRANCH, Repository, cloned, hand_back, read_list
from autograder.records.other_sets import OtherSets

from ..notebooks import ASSIGNMENT, RELEASED, ROOT, notebook_bytes

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
SETS = OtherSets.of(
    {each: ROOT / "exercises" / each / f"{each}.ipynb" for each in (ASSIGNMENT, "ps1_losses")}, ASSIGNMENT
)
WHEN = "2026-10-01T21:14:07+00:00"


def git(at: Path, *arguments: object, **environment: str) -> str:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    command = ["git", "-C", str(at), *map(str, arguments)]
    done = subprocess.run(command, env={**os.environ, **who, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def repository(folder: Path, files: dict[str, bytes], links: dict[str, str] | None = None, when: str = WHEN) -> str:
    """The address of a repository with these files committed in it, as a server has it."""
    work = folder.with_suffix(".work")
    if not work.exists():
        work.mkdir(parents=True)
        git(work, "init", "-q", "-b", "main")
        git(folder.parent, "init", "-q", "--bare", "-b", "main", folder)
    for name, content in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(content)
    for name, target in (links or {}).items():
        (work / name).symlink_to(target)
    git(work, "add", "-A", "-f")
    git(work, "commit", "-q", "--allow-empty", "-m", "work", GIT_COMMITTER_DATE=when, GIT_AUTHOR_DATE=when)
    git(work, "push", "-q", folder, "main")
    return f"file://{folder}"


def taken(address: str) -> dict[str, bytes]:
    with cloned(Repository("ada", address), ASSIGNMENT, SETS) as contents:
        return {member.name: member.read() for member in contents.members}


def test_the_notebook_of_the_newest_commit_is_taken_with_the_commits_time(tmp_path):
    address = repository(tmp_path / "ada.git", {"sets/ps2.ipynb": b"old"})
    repository(tmp_path / "ada.git", {"sets/ps2.ipynb": RELEASED, "README.md": b"x", "sets/question_1.txt": b"?"})
    with cloned(Repository("ada", address), ASSIGNMENT, SETS) as contents:
        found = {member.name: member.changed for member in contents.members}
    assert taken(address) == {"sets/ps2.ipynb": RELEASED, "sets/question_1.txt": b"?"}
    assert set(found.values()) == {datetime.fromisoformat(WHEN).replace(tzinfo=None)}


def test_of_several_notebooks_that_of_the_set_is_taken(tmp_path):
    other = (ROOT / "exercises" / "ps1_losses" / "ps1_losses.ipynb").read_bytes()
    files = {"ps1.ipynb": other, "mine.ipynb": RELEASED, ".ipynb_checkpoints/mine.ipynb": RELEASED}
    assert set(taken(repository(tmp_path / "ada.git", files))) == {"mine.ipynb"}


def test_a_date_of_tomorrow_counts_as_now(tmp_path):
    address = repository(tmp_path / "ada.git", {NOTEBOOK: RELEASED}, when="2090-01-01T00:00:00+00:00")
    with cloned(Repository("ada", address), ASSIGNMENT, SETS) as contents:
        assert contents.members[0].changed <= datetime.now(UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("files", "links", "told"),
    [
        ({"README.md": b""}, {}, "There is no notebook"),
        ({"a.ipynb": RELEASED, "b.ipynb": RELEASED}, {}, "2 of them are of this problem set"),
        ({}, {NOTEBOOK: "/etc/passwd"}, "it is a link or no ordinary file"),
        ({NOTEBOOK: bytes(20_000_001)}, {}, "at most 20 MB are read"),
    ],
)
def test_what_is_not_one_notebook_is_refused_with_the_reason(tmp_path, files, links, told):
    with pytest.raises(Refused, match=told):
        taken(repository(tmp_path / "ada.git", files, links))


def test_an_empty_repository_and_one_that_is_not_there_are_refused(tmp_path):
    git(tmp_path, "init", "-q", "--bare", tmp_path / "empty.git")
    with pytest.raises(Refused, match="nothing is committed there"):
        taken(f"file://{tmp_path}/empty.git")
    with pytest.raises(Refused, match=r"git says: .*gone"):
        taken(f"file://{tmp_path}/gone.git")


def test_what_a_repository_asks_git_to_run_is_not_run(tmp_path):
    mark = tmp_path / "ran"
    files = {
        NOTEBOOK: RELEASED,
        ".gitattributes": b"*.ipynb filter=evil diff=evil\n",
        ".gitmodules": f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch {mark}"\n'.encode(),
        "hooks/post-checkout": f"#!/bin/sh\ntouch {mark}\n".encode(),
    }
    assert set(taken(repository(tmp_path / "ada.git", files))) == {NOTEBOOK}
    assert not mark.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ada", "line 1 must be a student and an address"),
        ("ada ext::sh -c x", "line 1"),
        ("ada ext::x", "line 1"),
        ("ada --upload-pack=x", "line 1"),
        ("# a\nada https://x/a\nada https://x/b", "line 3 names a student or an address for the second time"),
        ("ada https://x/a\nben https://x/a", "line 2 names"),
    ],
)
def test_a_list_that_cannot_be_understood_is_refused_with_the_line(text, told):
    with pytest.raises(ValueError, match=told):
        read_list(text)


def test_a_list_may_hold_commas_remarks_and_every_kind_of_address():
    text = "# class of 2026\nada, https://x/a.git\n\nben git@host:ben/ps2.git\ncleo file:///srv/cleo.git\n"
    assert [each.student for each in read_list(text)] == ["ada", "ben", "cleo"]


def test_feedback_goes_to_a_branch_of_its_own_and_only_when_it_is_new(tmp_path):
    ada = Repository("ada", repository(tmp_path / "ada.git", {NOTEBOOK: RELEASED}))
    main_before = git(tmp_path / "ada.git", "rev-parse", "main")
    assert hand_back(ada, "ps1_losses", {"result.json": b"1"})
    assert hand_back(ada, ASSIGNMENT, {"result.json": b"2", "feedback.html": b"page"})
    assert not hand_back(ada, ASSIGNMENT, {"result.json": b"2", "feedback.html": b"page"})
    names = git(tmp_path / "ada.git", "ls-tree", "-r", "--name-only", BRANCH).split()
    assert names == ["ps1_losses/result.json", f"{ASSIGNMENT}/feedback.html", f"{ASSIGNMENT}/result.json"]
    assert git(tmp_path / "ada.git", "rev-parse", "main") == main_before
    assert git(tmp_path / "ada.git", "rev-list", "--count", BRANCH).strip() == "2"


def test_a_class_in_repositories_is_collected_graded_and_handed_back(tmp_path, capsys):
    right = notebook_bytes({"softmax_forward": "import numpy as np\ndef softmax_forward(z):\n    return 0 * z\n"})
    addresses = {
        "ada": repository(tmp_path / "ada.git", {NOTEBOOK: right}),
        "ben": repository(tmp_path / "ben.git", {f"{ASSIGNMENT}/{NOTEBOOK}": RELEASED}),
        "eve": f"file://{tmp_path}/none.git",
    }
    (tmp_path / "list").write_text("".join(f"{who} {where}\n" for who, where in addresses.items()))
    out, listed = tmp_path / "out", ("--repositories", tmp_path / "list")

    def run(*arguments: object) -> tuple[int, str]:
        status = main([*map(str, arguments), "--out", str(out)])
        return status, "".join(capsys.readouterr())

    status, said = run("collect", ASSIGNMENT, *listed)
    assert status == 1 and "2 submissions of 2 students: 2 new" in said and "NOT COLLECTED eve: git says" in said
    assert "2 unchanged" in run("collect", ASSIGNMENT, *listed)[1]
    run("grade", ASSIGNMENT, "--workers", "1", "--no-where", "--seed", "7")
    status, said = run("feedback", ASSIGNMENT, *listed)
    assert status == 0 and "handed back to 2 students" in said, said
    told = json.loads(git(tmp_path / "ada.git", "show", f"{BRANCH}:{ASSIGNMENT}/result.json"))
    assert (told["usernames"], told["assignment"], told["score"]) == (["ada"], ASSIGNMENT, 0)
    assert {test["test-name"] for test in told["tests"]} >= {"softmax_forward"} and told["max-score"] > 0
    page = git(tmp_path / "ada.git", "show", f"{BRANCH}:{ASSIGNMENT}/feedback.html")
    assert page == (out / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    every_file = git(tmp_path / "ada.git", "ls-tree", "-r", "--name-only", BRANCH).split()
    assert every_file == [f"{ASSIGNMENT}/feedback.html", f"{ASSIGNMENT}/result.json"]  # and no check
    assert "handed back to 0 students" in run("feedback", ASSIGNMENT, *listed)[1]
