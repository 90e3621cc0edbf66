"""Questions of students about their grades: what a feedback page offers to ask with, what came in, and the answers.

A question is about a function, an answer in words, or a notebook that could not be read. It is a small text: lines of
``name: value``, an empty line, and the student's words. Its token is the HMAC of student, set, subject and result, made
with a key that never leaves the folder of grading, so that only who has the feedback page can ask, and only for the
student it is for. The words are not signed: they are the student's to write.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from autograder.judging.result import ProblemResult, Result
from autograder.records.atomic import write
from autograder.records.course import Folder
from autograder.records.standing import Standing, WrittenAnswer
from autograder.text import printable

FIRST_LINE = "A question about a grade"
NAMES = ("student", "set", "function", "result", "token")
MOST_BYTES = 20_000
"""Of a file that may be a question."""
LONGEST = 4_000
"""Characters of the words."""
MOST_OPEN = 30
"""Questions of one student on one set that are kept."""
YOUR_WORDS = "Write your question here, in place of this line."
NOTEBOOK = "the notebook"
"""What a question is about where the notebook could not be read; no function can be called so."""


class NoQuestion(ValueError):
    """This question is not taken; the message says why."""


@dataclass(frozen=True)
class Question:
    """A question that came in.

    ``function`` is what it is about, one of `subjects`; ``result`` is the digest of that when the page was made.
    """

    student: str
    assignment: str
    function: str
    result: str
    words: str
    answer: str = ""

    @property
    def id(self) -> str:
        parts = (self.student, self.assignment, self.function, self.result, self.words)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Asking:
    """The questions of one set."""

    folder: Folder
    assignment: str

    def forms(self, result: Result, standing: Standing) -> dict[str, str]:
        """By subject, the text with which the student asks about it, with a line for the words at its end."""
        return {name: self._form(result.student, name, found) for name, found in subjects(result, standing).items()}

    def _form(self, *about: str) -> str:
        student, name, found = about
        values = (student, self.assignment, name, found)
        lines = [f"{name}: {value}" for name, value in zip(NAMES, (*values, self._token(*values)))]
        return "\n".join([FIRST_LINE, *lines, "", YOUR_WORDS])

    def asker(self, content: bytes) -> str:
        """Whose a question is, as its token proves; `NoQuestion` if it is not as it must be."""
        return self._read(content).student

    def take(self, content: bytes, student: str) -> bool:
        """Keep a question that this student handed in: whether it is new. `NoQuestion` if it is not as it must be."""
        question = self._read(content, student)
        path = self._path(question)
        if path.exists():
            return False
        if len(self.of(student)) >= MOST_OPEN:
            raise NoQuestion(f"of one student at most {MOST_OPEN} questions on a set are kept")
        self._write(question)
        return True

    def of(self, student: str) -> list[Question]:
        """The questions of a student, by function."""
        return self._questions(f"{_folder_name(student)}/*.json")

    def all(self) -> list[Question]:
        return self._questions("*/*.json")

    def answer(self, its_id: str, answer: str) -> Question:
        """Answer the question whose id begins so; ValueError if there is none, or if there are several."""
        found = [question for question in self.all() if its_id and question.id.startswith(its_id.lower())]
        if len(found) != 1:
            several = "several questions have" if found else "no question has"
            raise ValueError(f"{several} an id that begins with {printable(its_id)!r}: see the list of questions")
        if not answer.strip() or len(answer) > LONGEST:
            raise ValueError(f"an answer has between 1 and {LONGEST} characters")
        answered = replace(found[0], answer=answer.strip())
        self._write(answered)
        return answered

    def _read(self, content: bytes, student: str | None = None) -> Question:
        """The question, of this student if one is named."""
        if len(content) > MOST_BYTES:
            raise NoQuestion(f"a question has at most {MOST_BYTES // 1000} kB")
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            raise NoQuestion("the question is no text in UTF-8") from None
        head, _, words = text.strip("\n").partition("\n\n")
        said = dict(re.findall(r"^(\w+): (.*)$", head, flags=re.MULTILINE))
        if missing := [name for name in NAMES if name not in said]:
            raise NoQuestion(f"the question lacks its line '{missing[0]}: …': save it anew from the feedback page")
        words = words.strip()
        if not words or words == YOUR_WORDS:
            raise NoQuestion("the question has no words")
        if len(words) > LONGEST:
            raise NoQuestion(f"the question has {len(words)} characters; at most {LONGEST} are taken")
        if student not in (None, said["student"]):
            raise NoQuestion("the question is another student's")
        if said["set"] != self.assignment:
            other = printable(said["set"])
            raise NoQuestion(f"the question is about another set: 'autograder collect {other}' takes it")
        signed = (said["student"], said["set"], said["function"], said["result"])
        if not self._key_file.exists() or not hmac.compare_digest(
            said["token"].encode(), self._token(*signed).encode()
        ):
            raise NoQuestion("its token is not one of this course's: save the question anew from the feedback page")
        return Question(*signed, words)

    def _token(self, *values: str) -> str:
        return hmac.new(self._key, json.dumps(values).encode(), hashlib.sha256).hexdigest()

    @property
    def _key_file(self) -> Path:
        return self.folder.root / "question_key"

    @property
    def _key(self) -> bytes:
        """The key beside the seed, for its owner alone; drawn at the first use."""
        if not self._key_file.exists():
            write(self._key_file, secrets.token_hex(32) + "\n", mode=0o600)
        try:
            key = bytes.fromhex(self._key_file.read_text())
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ValueError(
                f"{self._key_file} holds no key. Put a copy of it back; without one, remove it: a new one is drawn, "
                "and questions must be saved anew from the next feedback pages"
            )
        return key

    def _questions(self, pattern: str) -> list[Question]:
        found = []
        for path in sorted((self.folder.root / "questions" / self.assignment).glob(pattern)):
            try:
                found.append(Question(**json.loads(path.read_bytes())))
            except (ValueError, TypeError):
                raise ValueError(f"{path} is damaged: put a copy of it back, or remove it") from None
        return found

    def _path(self, question: Question) -> Path:
        place = self.folder.root / "questions" / self.assignment / _folder_name(question.student)
        return place / f"{_folder_name(question.function)}-{question.id}.json"

    def _write(self, question: Question) -> None:
        write(self._path(question), json.dumps(asdict(question), indent=1) + "\n")


def may_be_question(content: bytes) -> bool:
    """Whether a file is meant as a question, by its first line."""
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(FIRST_LINE.encode())


def subjects(result: Result, standing: Standing) -> dict[str, str]:
    """What the student may ask about, by name, with a digest of what was handed in and what was found of it."""
    graded = [] if result.unreadable else [(problem.problem, _found_of(problem)) for problem in result.problems]
    unread = [(NOTEBOOK, result.unreadable)] if result.unreadable else []
    written = [(answer.name, _said_of(answer)) for answer in standing.written]
    return {name: _digest(result.handed_in, found) for name, found in (*unread, *graded, *written)}


def _found_of(problem: ProblemResult) -> list[Any]:
    return [(check.name, check.outcome.value, check.slips) for check in problem.checks]


def _said_of(answer: WrittenAnswer) -> list[Any]:
    return [answer.text, answer.score, answer.comment]


def _digest(*values: Any) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def by_subject(questions: list[Question]) -> Mapping[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for question in questions:
        found.setdefault(question.function, []).append(question)
    return found


def _folder_name(name: str) -> str:
    """A student's id, or a subject, as a folder's name that ``glob`` takes as it is."""
    return re.sub(r"[^\w.@+-]", lambda found: f"%{ord(found[0]):x}", name)
