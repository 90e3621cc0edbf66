"""The page for marking, served on the loopback interface to who has the token.

The page itself holds nothing of the class. Its script reads the token from the fragment of the address, which no
browser sends, and puts it into a header of each request, which no other page can. Requests for another host, or from
another origin, are refused. What students wrote goes out as JSON and is shown as text.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from sqlalchemy.exc import DBAPIError
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from autograder.marking.answers import Answers, Question, shuffled
from autograder.marking.store import Conflict, Store
from autograder.records.roster import Roster
from autograder.text import title, words

HOST = "127.0.0.1"
MOST_BYTES = 200_000
"""Of one request."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
STATIC = {
    "/": ("autograder.marking", "static/marking.html", "text/html"),
    "/style.css": ("autograder.pages", "templates/style.css", "text/css"),
    "/marking.css": ("autograder.marking", "static/marking.css", "text/css"),
    "/marking.js": ("autograder.marking", "static/marking.js", "text/javascript"),
}


class Desk:
    """What a grader works at: the questions of a set, the answers, and the store of marks."""

    def __init__(
        self, assignment: str, grader: str, questions: list[Question], answers: Answers, store: Store, people: Roster
    ):
        self.assignment, self.grader, self.questions = assignment, grader, questions
        self.answers, self.store, self.people = answers, store, people
        self.token = secrets.token_urlsafe(32)
        self._key = secrets.token_bytes(32)
        self.changed = False

    def overview(self) -> dict[str, Any]:
        return {
            "title": title(self.assignment),
            "grader": self.grader,
            "questions": [{"name": each.name, "title": words(each.name)} for each in self.questions],
        }

    def question(self, name: str, *, names: bool) -> dict[str, Any]:
        """A question with all answers to it, in this grader's order, and what they have."""
        question = self._require(name)
        texts = self.answers.to(name)
        order = shuffled(list(texts), self.grader, name)
        shown = [
            {"id": self._id(student), "text": texts[student]} | ({"name": self.people[student].name} if names else {})
            for student in order
        ]
        return {"asked": question.asked, "answers": shown, **self.state(name)}

    def state(self, name: str, student: str | None = None) -> dict[str, Any]:
        """The rubric, and the marks of the class or of one answer."""
        self._require(name)
        items = [asdict(item) for item in self.store.items(name)]
        found = self.store.marks(name, [student] if student else self.answers.students)
        return {"rubric": items, "marks": {self._id(student): asdict(mark) for student, mark in found.items()}}

    def do(self, action: str, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what the page asks for; the state that is to be shown then."""
        if action == "undo":
            undone = self.store.undo()
            self.changed = True
            return {"undone": words(undone), **self.state(name)}
        self._require(name)
        if action in ("toggle", "comment", "take_over", "keep"):
            student = self._student(asked.pop("answer", ""))
            getattr(self.store, action)(name, student, **asked)
            self.changed = True
            return self.state(name, student)
        if action == "add":
            self.store.add(name, **asked)
            return self.state(name)
        if action == "change":
            self.changed = True
            return {"recalculated": self.store.change(name, **asked), **self.state(name)}
        raise ValueError(f"nothing is called {action!r} here")

    def _require(self, name: str) -> Question:
        found = next((each for each in self.questions if each.name == name), None)
        if found is None:
            raise ValueError("there is no such question")
        return found

    def _id(self, student: str) -> str:
        """What the page calls a student, whose name it does not know."""
        return hmac.new(self._key, student.encode(), hashlib.sha256).hexdigest()[:20]

    def _student(self, its_id: object) -> str:
        found = next((student for student in self.answers.students if self._id(student) == its_id), None)
        if found is None:
            raise Conflict("this answer is no longer there: load the page again")
        return found


class _Local(RequestHandler):
    """Answers to this machine's own page alone."""

    def initialize(self, desk: Desk, hosts: set[str]) -> None:
        self.desk, self.hosts = desk, hosts

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        headers = self.request.headers
        if headers.get_list("Host") not in [[host] for host in self.hosts]:
            raise HTTPError(403, reason="Foreign host")
        origin = headers.get("Origin")
        if origin is not None and origin != f"http://{headers['Host']}":
            raise HTTPError(403, reason="Foreign origin")
        if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise HTTPError(403, reason="Foreign site")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish({"error": self._reason})


class _Static(_Local):
    def get(self) -> None:
        package, name, kind = STATIC[self.request.path]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish(files(package).joinpath(name).read_bytes())


class _Api(_Local):
    def prepare(self) -> None:
        super().prepare()
        given = self.request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.desk.token}".encode()):
            raise HTTPError(401, reason="The token is missing or wrong: open the address that the command printed")

    def get(self, what: str) -> None:
        name = self.get_query_argument("question", "")
        if what == "questions":
            self._answer(lambda: self.desk.overview())
        elif what == "question":
            self._answer(lambda: self.desk.question(name, names=self.get_query_argument("names", "") == "1"))
        elif what == "state":
            self._answer(lambda: self.desk.state(name))
        else:
            raise HTTPError(404, reason="There is nothing here")

    def post(self, action: str) -> None:
        try:
            asked = json.loads(self.request.body)
            name = asked.pop("question")
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
            raise HTTPError(400, reason="The request cannot be read") from None
        self._answer(lambda: self.desk.do(action, name, asked))

    def _answer(self, answer: Any) -> None:
        try:
            found = answer()
        except Conflict as reason:
            self._refuse(409, str(reason))
        except (ValueError, TypeError) as reason:
            self._refuse(400, str(reason))
        except DBAPIError as error:
            self._refuse(503, f"the gradebook cannot be used just now ({error.orig}). Nothing was changed; try again")
        else:
            self.finish(found)

    def _refuse(self, status: int, reason: str) -> None:
        self.set_status(status)
        self.finish({"error": reason})


def serve(desk: Desk, port: int = 0) -> tuple[HTTPServer, str]:
    """Start to serve; the server, and the address with the token in it. It needs a running event loop."""
    sockets = bind_sockets(port, HOST)
    number = sockets[0].getsockname()[1]
    common = {"desk": desk, "hosts": {f"{HOST}:{number}", f"localhost:{number}"}}
    routes = [*((path, _Static, common) for path in STATIC), (r"/api/(\w+)", _Api, common), (r".*", _Local, common)]
    server = HTTPServer(Application(routes, log_function=_quiet), max_body_size=MOST_BYTES, max_buffer_size=MOST_BYTES)
    server.add_sockets(sockets)
    return server, f"http://{HOST}:{number}/#token={desk.token}"


def _quiet(_: RequestHandler | HTTPServerRequest) -> None:
    """Requests are not logged: they would fill the terminal."""
