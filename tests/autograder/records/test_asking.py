"""Questions about grades: asked by who has the page, for nobody else, and never more than words."""

from __future__ import annotations

import stat
from dataclasses import replace

import pytest

from autograder.commands.questions import _block
from autograder.judging.result import Result
from autograder.pages.feedback import feedback_page
from autograder.records.asking import (
    LONGEST,
    MOST_BYTES,
    MOST_OPEN,
    NOTEBOOK,
    YOUR_WORDS,
    Asking,
    NoQuestion,
    may_be_question,
    subjects,
)
from autograder.records.course import Folder
from autograder.records.standing import WrittenAnswer
from autograder.records.table import csv_field

from ..made_up import ASSIGNMENT, problem, standing, student

ADA = student("ada", problem("softmax_backward", "missing-sum"), handed_in="digest")
WRITTEN = WrittenAnswer("where_the_sum_comes_from", "Because.", 4, 2.5, "Only half.")
STANDING = standing(ADA, written=(WRITTEN,))
UNREAD = Result("ada", ASSIGNMENT, (), unreadable="the file is not JSON", handed_in="digest")
HOSTILE = '=HYPERLINK("http://evil")\n</textarea><script>alert(1)</script>\x1b]0;owned\x07'


@pytest.fixture
def asking(tmp_path) -> Asking:
    return Asking(Folder(tmp_path), ASSIGNMENT)


def question(asking: Asking, words: str = "Why?", about: str = "softmax_backward", **changed: str) -> bytes:
    text = asking.forms(ADA, STANDING)[about].replace(YOUR_WORDS, words)
    for name, value in changed.items():
        (line,) = (line for line in text.split("\n") if line.startswith(f"{name}: "))
        text = text.replace(line, f"{name}: {value}")
    return text.encode()


def test_a_question_is_taken_once_and_keeps_its_answer(asking):
    assert may_be_question(question(asking))
    assert asking.take(question(asking), "ada") and not asking.take(question(asking), "ada")
    (asked,) = asking.of("ada")
    assert (asked.function, asked.words, asked.answer) == ("softmax_backward", "Why?", "")
    asking.answer(asked.id[:4].upper(), " Because. ")
    assert not asking.take(question(asking), "ada") and asking.of("ada")[0].answer == "Because."
    assert asking.of("ben") == [] and len(asking.all()) == 1


def test_the_words_are_the_students_own_and_windows_line_ends_change_nothing(asking):
    changed = b"\xef\xbb\xbf" + question(asking, "Other words.\n\nIn two parts.").replace(b"\n", b"\r\n")
    assert may_be_question(changed) and asking.take(changed, "ada")
    assert asking.of("ada")[0].words == "Other words.\n\nIn two parts."


def test_an_answer_in_words_is_asked_about_as_a_function_is(asking):
    assert asking.take(question(asking, about=WRITTEN.name), "ada")
    (asked,) = asking.all()
    assert asked.function == WRITTEN.name and asked.result == subjects(ADA, STANDING)[WRITTEN.name]
    marked = standing(ADA, written=(replace(WRITTEN, score=4.0),))
    assert asked.result != subjects(ADA, marked)[WRITTEN.name], "it is about an earlier mark now"
    page = feedback_page(ADA, STANDING, {}, None, asking=asking)
    assert "You asked:" in page.partition("In your own words")[2]


def test_a_notebook_that_was_not_read_can_be_asked_about_and_its_functions_cannot(asking):
    forms = asking.forms(UNREAD, standing(UNREAD))
    assert list(forms) == [NOTEBOOK]
    assert asking.take(forms[NOTEBOOK].replace(YOUR_WORDS, "It opens here.").encode(), "ada")
    asking.answer(asking.all()[0].id, "Save it again.")
    page = feedback_page(UNREAD, standing(UNREAD), {}, None, asking=asking)
    assert "It opens here." in page and "Save it again." in page and "question_the_notebook.txt" in page


def test_the_token_alone_says_whose_a_question_is(asking):
    assert asking.asker(question(asking)) == "ada"
    with pytest.raises(NoQuestion, match="its token is not"):
        asking.asker(question(asking, student="ben"))


@pytest.mark.parametrize("changed", [{"function": "softmax_forward"}, {"result": "0" * 16}, {"token": "0" * 64}])
def test_what_the_token_holds_cannot_be_changed(asking, changed):
    with pytest.raises(NoQuestion, match="its token is not"):
        asking.take(question(asking, **changed), "ada")
    assert asking.all() == []


def test_nobody_asks_in_another_name_or_with_another_key(asking, tmp_path):
    with pytest.raises(NoQuestion, match="another student's"):
        asking.take(question(asking), "ben")
    with pytest.raises(NoQuestion, match="its token is not"):
        asking.take(question(asking, student="ben"), "ben")
    foreign = Asking(Folder(tmp_path / "foreign"), ASSIGNMENT)
    with pytest.raises(NoQuestion, match="its token is not"):
        asking.take(question(foreign), "ada")
    with pytest.raises(NoQuestion, match="another set"):
        replace(asking, assignment="ps3_cross_entropy").take(question(asking), "ada")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"A question about a grade", "lacks its line 'student"),
        (b'A question about a grade\n{"student": "ada"}', "lacks its line"),
        (b"A question about a grade\n\xff\xfe", "no text in UTF-8"),
        (b"A question about a grade" + b"\n" * MOST_BYTES, "at most 20 kB"),
    ],
)
def test_what_is_no_question_is_refused_with_the_reason(asking, content, reason):
    assert may_be_question(content)
    with pytest.raises(NoQuestion, match=reason):
        asking.take(content, "ada")


@pytest.mark.parametrize("words", ["", "  \n ", YOUR_WORDS])
def test_no_words_are_no_question(asking, words):
    with pytest.raises(NoQuestion, match="no words"):
        asking.take(question(asking, words), "ada")


def test_too_many_words_and_too_many_questions_are_refused_and_the_rest_is_kept(asking):
    with pytest.raises(NoQuestion, match=f"at most {LONGEST} are taken"):
        asking.take(question(asking, "x" * (LONGEST + 1)), "ada")
    for number in range(MOST_OPEN):
        assert asking.take(question(asking, f"Why {number}?"), "ada")
    with pytest.raises(NoQuestion, match=f"at most {MOST_OPEN} questions"):
        asking.take(question(asking, "One more."), "ada")
    assert len(asking.all()) == MOST_OPEN


def test_the_key_is_its_owners_alone_and_in_no_page(asking, tmp_path):
    page = feedback_page(ADA, standing(ADA), {}, None, asking=asking)
    path = tmp_path / "question_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.read_text().strip() not in page
    path.write_text("no key")
    with pytest.raises(ValueError, match="holds no key"):
        question(asking)


def test_question_and_answer_stand_on_the_next_page_as_text(asking):
    asking.take(question(asking, HOSTILE), "ada")
    asking.answer(asking.all()[0].id, "See <b>the sum</b>.")
    page = feedback_page(ADA, standing(ADA), {}, None, asking=asking)
    assert "See &lt;b&gt;the sum&lt;/b&gt;." in page and "⟨U+001B⟩" in page
    assert "<script>alert" not in page and "\x1b" not in page and page.count("<script") == 1
    assert feedback_page(ADA, standing(ADA), {}, None).count("<script") == 0


def test_in_the_terminal_and_in_a_table_a_question_is_text_alone():
    assert not any(ord(ch) < 32 for line in _block("asks", HOSTILE) for ch in line)
    assert csv_field(HOSTILE).startswith("'=")


@pytest.mark.parametrize("its_id", ["", "zz", "*"])
def test_an_id_that_names_no_question_is_refused(asking, its_id):
    asking.take(question(asking), "ada")
    with pytest.raises(ValueError, match="no question has an id"):
        asking.answer(its_id, "x")
