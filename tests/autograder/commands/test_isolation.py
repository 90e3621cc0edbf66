"""What keeps submissions apart on this machine is told, and what it leaves on the disk can be removed."""

from __future__ import annotations

import os

import pytest

from autograder.cli import main
from autograder.sandbox import container, kinds
from autograder.sandbox.isolation import NoSandbox


def test_each_isolation_is_named_with_what_it_gives_or_why_it_does_not_work(capsys, monkeypatch):
    def tried(name):
        if name == "bubblewrap":
            raise NoSandbox("None works:\n- bubblewrap: it is not installed\nInstall it.")

    monkeypatch.setattr("autograder.commands.isolation.require_sandbox", tried)
    assert main(["isolation"]) == 0
    said = capsys.readouterr().out
    assert "bubblewrap: it is not installed\n" in said
    assert f"container: works, and is used. It gives {kinds.CONTAINER.guarantees}." in said


def test_where_none_works_the_status_is_1(capsys, monkeypatch):
    def tried(name):
        raise NoSandbox(f"None works:\n- {name}: no")

    monkeypatch.setattr("autograder.commands.isolation.require_sandbox", tried)
    assert main(["isolation"]) == 1 and "container: no\n" in capsys.readouterr().out


@pytest.mark.skipif(os.geteuid() != 0, reason="the folder must be root's")
def test_clear_removes_what_is_free(capsys, monkeypatch, tmp_path):
    tmp_path.chmod(0o755)
    monkeypatch.setattr(container, "FOLDER", tmp_path)
    (tmp_path / "0-digest").mkdir()
    (tmp_path / "0.lock").touch()
    assert main(["isolation", "--clear"]) == 0
    assert "removed: 1 folder" in capsys.readouterr().out and not (tmp_path / "0-digest").exists()
