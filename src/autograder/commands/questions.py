"""``autograder questions``: what students ask about their grades, and the answers."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from autograder.commands import terminal
from autograder.commands.session import Session
from autograder.judging.result import Result
from autograder.pages.feedback import code_in
from autograder.records import results
from autograder.records.asking import NOTEBOOK, Question, subjects
from autograder.records.atomic import write
from autograder.records.points import counting
from autograder.records.standing import Standing
from autograder.records.table import written
from autograder.text import counted, number, printable, visible


def questions(options: Namespace) -> int:
    """List the questions beside what the student wrote, verdict and explanation, or answer one of them."""
    with Session.open(options) as session:
        if options.answer:
            session.write_alone()
            answered = session.asking.answer(*options.answer)
            print(
                f"answered {printable(answered.student)} on {printable(answered.function)}; "
                f"'autograder feedback {session.assignment}' puts it onto the page"
            )
            return 0
        everything = [q for q in session.asking.all() if q.student not in session.withdrawn]
        shown = [question for question in everything if options.all or not question.answer]
        asked = _Asked(session)
        if options.to:
            header = ("id", "student", "about", "score", "question", "answer", "verdict", "wrote")
            write(options.to, written([header, *map(asked.row, shown)]))
            print(f"{counted(len(shown), 'question')}: {terminal.relative(options.to)}")
            return 0
        for question in shown:
            print("\n".join(asked.lines(question)), end="\n\n")
        still = sum(not question.answer for question in everything)
        print(f"{counted(still, 'question')} open of {len(everything)} on {session.assignment}")
        if still:
            print(f"answer with: autograder questions {session.assignment} --answer ID 'your words'")
    return 0


@dataclass(frozen=True)
class _Subject:
    """What a question is about, as it stands now. ``score`` is None where there is none, or not yet."""

    digest: str
    score: float | None
    max_score: float | None
    verdict: str
    wrote: str = ""

    @property
    def counts(self) -> str:
        if self.max_score is None:
            return "not read"
        return f"{'no score yet' if self.score is None else number(self.score)} of {number(self.max_score)}"


class _Asked:
    """The questions beside what they are about. Nothing of a student's reaches the terminal but what it can print."""

    def __init__(self, session: Session):
        self._session = session
        self._people = session.people
        self._points = session.recorder.points(session.assignment)

    def lines(self, question: Question) -> Iterator[str]:
        subject = self._of(question.student).get(question.function)
        score = subject.counts if subject else "no result recorded"
        name = self._people[question.student].name
        yield f"{question.id}  {printable(name)} ({printable(question.student)})  {question.function}  {score}"
        wrote = subject.wrote if subject else ""
        parts = {"asks": question.words, "answer": question.answer, "verdict": self._verdict(question), "wrote": wrote}
        for what, text in parts.items():
            if text:
                yield from _block(what, text)

    def row(self, question: Question) -> tuple[str | float, ...]:
        subject = self._of(question.student).get(question.function)
        return (
            question.id,
            question.student,
            question.function,
            "" if subject is None or subject.score is None else subject.score,
            question.words,
            question.answer,
            self._verdict(question),
            subject.wrote if subject else "",
        )

    def _verdict(self, question: Question) -> str:
        subject = self._of(question.student).get(question.function)
        if subject is None:
            return ""
        earlier = "(the question is about an earlier result)\n" if subject.digest != question.result else ""
        return earlier + subject.verdict

    @cache  # noqa: B019  # as long as one command runs
    def _of(self, student: str) -> dict[str, _Subject]:
        """What the student may ask about, by name."""
        folder, assignment = self._session.folder, self._session.assignment
        result = results.result_of(folder, assignment, student)
        if result is None:
            return {}
        result = counting(result, self._points)
        try:
            notebook = results.notebook_of(folder, assignment, student)
        except ValueError:
            notebook = {"cells": []}
        standing, code = self._standing(result, notebook), code_in(notebook)
        digests = subjects(result, standing)
        found: dict[str, tuple[float | None, float | None, str, str]] = {NOTEBOOK: (None, None, result.unreadable, "")}
        for problem in result.problems:
            said = (f"{'✓' if c.passed else '✗'} {c.name} {problem.in_words(c)}".strip() for c in problem.checks)
            wrote = code.get(problem.problem, "").strip("\n")
            found[problem.problem] = (problem.score, problem.max_score, "\n".join(said), wrote)
        for answer in standing.written:
            found[answer.name] = (answer.score, answer.max_score, answer.comment.strip(), answer.text.strip())
        return {name: _Subject(digest, *found[name]) for name, digest in digests.items()}

    def _standing(self, result: Result, notebook: Mapping[str, Any]) -> Standing:
        try:
            return self._session.recorder.standings(result.assignment, {result.student: notebook})[result.student]
        except ValueError:  # the gradebook has no submission of this student
            return Standing.of(result)


def _block(what: str, text: str) -> Iterator[str]:
    """Lines with ``what`` before the first of them."""
    for k, line in enumerate(visible(text).split("\n")):
        shown = "".join(ch if ch.isprintable() else " " for ch in line.expandtabs(4))
        yield f"  {what if not k else '':<8} {shown}".rstrip()
