"""``autograder mark`` as it is typed: it serves until it is stopped, keeps its token to its user, writes the pages."""

from __future__ import annotations

import json
import os
import signal
import stat
import urllib.request
from threading import Thread

from autograder.commands import mark

from ..notebooks import ASSIGNMENT as PS
from .day import WRITTEN, page, run


def ask(address: str, path: str, body: dict | None = None) -> dict:
    host, _, token = address.partition("/#token=")
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{host}/api/{path}", data, {"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def test_marks_stand_on_the_feedback_when_the_command_ends(folder, capsys, monkeypatch):
    seen: list[object] = []

    def instructor(address: str) -> None:
        try:
            found = ask(address, f"question?question={WRITTEN}&names=1")
            first = next(answer for answer in found["answers"] if answer["name"] == "Ada Lovelace")
            mine = {"question": WRITTEN, "answer": first["id"], "item": found["rubric"][0]["id"], "on": True}
            seen.append(ask(address, "toggle", mine)["marks"][first["id"]]["score"])
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    def browser(door: str) -> bool:
        path = door.removeprefix("file://")
        seen.append(stat.S_IMODE(os.stat(path).st_mode))
        with open(path) as file:
            address = file.read().partition("url=")[2].partition('"')[0]
        Thread(target=instructor, args=(address,)).start()
        return True

    monkeypatch.setattr(mark.webbrowser, "open", browser)
    assert run(folder, "mark", PS, "--grader", "kim") == 0
    assert seen == [0o600, 4.0] and not list((folder / "grading").glob(".marking-*"))
    assert "feedback and report of" in capsys.readouterr().out
    assert "Comment: Right and complete." in page(folder, "ada_right_loops")
