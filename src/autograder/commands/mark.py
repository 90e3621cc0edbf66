"""``autograder mark``: serve the page for marking written answers until it is stopped."""

from __future__ import annotations

import asyncio
import getpass
import html
import os
import signal
import sys
import webbrowser
from argparse import Namespace
from pathlib import Path

from tornado.httpserver import HTTPServer

from autograder.commands.session import Session
from autograder.judging.submission import load_notebook
from autograder.marking.answers import Answers, questions_of
from autograder.marking.server import Desk, serve
from autograder.marking.store import Store
from autograder.text import counted, printable


def mark(options: Namespace) -> int:
    """Serve the page; when it is stopped, write feedback and report again if something was marked."""
    with Session.open(options) as session:
        session.load()
        desk = _desk(session, options.grader or getpass.getuser())
        asyncio.run(_serve(desk, options, session.folder.root))
        if desk.changed:
            session.write_alone()
            session.publish()
            print(f"feedback and report of {counted(len(session.results), 'student')} are written again")
    return 0


def _desk(session: Session, grader: str) -> Desk:
    questions = questions_of(load_notebook(session.released))
    counting = {name for name, points in session.recorder.points(session.assignment).items() if points}
    questions = [question for question in questions if question.name in counting]
    if not questions:
        raise ValueError(f"{session.assignment} has no question that is answered in words and counts points")
    answers = Answers(session.folder, session.assignment, [result.student for result in session.results])
    store = Store(session.recorder, session.assignment, grader)
    return Desk(session.assignment, grader, questions, answers, store, session.people)


async def _serve(desk: Desk, options: Namespace, folder: Path) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    server, address = serve(desk, options.port)
    door = _door(folder, address)
    try:
        print(f"marking as {printable(desk.grader)}; the page is for you alone:\n  {address}", flush=True)
        print("Ctrl-C ends it, and writes feedback and report.", flush=True)
        if options.browser and not webbrowser.open(door.resolve().as_uri()):
            print("no browser was found: open the address in one", file=sys.stderr)
        await ended.wait()
    finally:
        door.unlink(missing_ok=True)
        await _close(server)


def _door(folder: Path, address: str) -> Path:
    """A page that leads to the address: on a command line every user of the machine could read the token."""
    path = folder / f".marking-{os.getpid()}.html"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f'<!DOCTYPE html><meta http-equiv="refresh" content="0; url={html.escape(address)}">\n')
    return path


async def _close(server: HTTPServer) -> None:
    server.stop()
    await server.close_all_connections()
