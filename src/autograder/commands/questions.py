"""``autograder questions``: what students ask about their grades, and the answers."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from functools import cache

from autograder.commands import terminal
from autograder.commands.session import Session
from autograder.judging.result import ProblemResult
from autograder.pages.feedback import code_in
from autograder.records import results
from autograder.records.asking import Question, digest_of
from autograder.records.atomic import write
from autograder.records.table import written
from autograder.text import counted, printable, visible


def questions(options: Namespace) -> int:
    """List the questions beside code, verdict and explanation, or answer one of them."""
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
            header = ("id", "student", "function", "score", "question", "answer", "verdict", "code")
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


class _Asked:
    """The questions beside what they are about. Nothing of a student's reaches the terminal but what it can print."""

    def __init__(self, session: Session):
        self._session = session
        self._people = session.people

    def lines(self, question: Question) -> Iterator[str]:
        problem, verdict = self._problem(question), self._verdict(question)
        score = f"{problem.score:g} of {problem.max_score:g}" if problem else "no result recorded"
        name = self._people[question.student].name
        yield f"{question.id}  {printable(name)} ({printable(question.student)})  {question.function}  {score}"
        yield from _block("asks", question.words)
        if question.answer:
            yield from _block("answer", question.answer)
        yield from _block("verdict", verdict)
        yield from _block("code", self._code(question))

    def row(self, question: Question) -> tuple[str | float, ...]:
        problem = self._problem(question)
        return (
            question.id,
            question.student,
            question.function,
            problem.score if problem else "",
            question.words,
            question.answer,
            self._verdict(question),
            self._code(question),
        )

    def _problem(self, question: Question) -> ProblemResult | None:
        result = results.result_of(self._session.folder, question.assignment, question.student)
        return next((p for p in result.problems if p.problem == question.function), None) if result else None

    def _verdict(self, question: Question) -> str:
        result = results.result_of(self._session.folder, question.assignment, question.student)
        problem = self._problem(question)
        if result is None or problem is None:
            return ""
        said = [f"{'✓' if c.passed else '✗'} {c.name} {problem.in_words(c)}".strip() for c in problem.checks]
        if digest_of(result, problem) != question.result:
            said.insert(0, "(the question is about an earlier result)")
        return "\n".join(said)

    @cache  # noqa: B019  # as long as one command runs
    def _notebook(self, student: str) -> dict[str, str]:
        try:
            return code_in(results.notebook_of(self._session.folder, self._session.assignment, student))
        except ValueError:
            return {}

    def _code(self, question: Question) -> str:
        return self._notebook(question.student).get(question.function, "").strip("\n")


def _block(what: str, text: str) -> Iterator[str]:
    """Lines with ``what`` before the first of them."""
    for number, line in enumerate(visible(text).split("\n")):
        shown = "".join(ch if ch.isprintable() else " " for ch in line.expandtabs(4))
        yield f"  {what if not number else '':<8} {shown}".rstrip()
