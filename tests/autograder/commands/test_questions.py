"""A question goes from the feedback page through every way of handing in to its answer, and changes no submission."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path

import pytest

from autograder.records.asking import YOUR_WORDS

from ..notebooks import ASSIGNMENT as PS
from .day import STUDENTS, WRITTEN, page, run

BEN, KEES = "ben_diagonal_only", "kees_a_pdf"


def form(folder: Path, student: str, words: str, function: str = "softmax_backward") -> bytes:
    """The file that the feedback page offers, as one copies it without a script."""
    html = (folder / "grading" / "feedback" / student / PS / f"{PS}.html").read_text()
    text = re.search(rf'data-name="question_{function}.txt">(.*?)</pre>', html, re.DOTALL)[1]
    return unescape(text).replace(YOUR_WORDS, words).encode()


def state(folder: Path) -> dict[str, bytes]:
    """What is handed in and when, of all who were graded."""
    return {str(p): p.read_bytes() for s in STUDENTS for p in (folder / "submitted" / s).rglob("*") if p.is_file()}


def collect(folder: Path, source: Path, *options: object) -> int:
    return run(folder, "collect", PS, source, "--submitted", folder / "submitted", *options)


LIST = f"submission_7:\n  :submitters:\n  - :name: Ben Hall\n    :sid: {BEN}\n    :email: Ben@x.edu\n"
NAMES = {
    "gradescope": "submission_7/question.txt",
    "moodle": "Ben Hall_502_assignsubmission_file_/question.txt",
    "canvas": "hallben_502_900_question.txt",
    "folder": f"{BEN}/question.txt",
}


@pytest.mark.parametrize("way", [*NAMES, "one file", "a file with its student", "with the same notebook"])
def test_a_question_comes_by_every_way_and_leaves_submission_and_time_alone(folder, capsys, way):
    before, words = state(folder), f"By {way}: why?"
    asked = form(folder, BEN, words)
    source, options = folder / f"{way}.zip", []
    if way in ("one file", "a file with its student"):
        source = folder / "question_softmax_backward.txt"
        options = [] if way == "one file" else ["--student", BEN]
        source.write_bytes(asked)
    else:
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr(NAMES.get(way, NAMES["folder"]), asked)
            if way == "gradescope":
                archive.writestr("submission_metadata.yml", LIST)
            if way == "with the same notebook":
                (notebook,) = (folder / "submitted" / BEN / PS).glob("*.ipynb")
                archive.writestr(f"{BEN}/again.ipynb", notebook.read_bytes())
            if way in ("folder", "with the same notebook"):
                archive.writestr("noether/notes.txt", "no notebook either")
    capsys.readouterr()
    status = collect(folder, source, *options)
    said = capsys.readouterr()
    assert status == 0, said.err
    assert "1 new question about grades" in said.out
    assert before and state(folder) == before
    assert run(folder, "questions", PS) == 0
    told = capsys.readouterr().out
    assert words in told and "def softmax_backward" in told and "You kept only the diagonal" in told


def test_loose_questions_of_several_students_in_one_folder_go_to_their_askers(folder, capsys):
    source = folder / "mails"
    (source / "noether").mkdir(parents=True)
    (source / "noether" / "notes.txt").write_text("no notebook")
    before = state(folder)
    (source / "a.txt").write_bytes(form(folder, BEN, "Of Ben."))
    (source / "b.txt").write_bytes(form(folder, "ada_right_loops", "Of Ada."))
    forged = form(folder, BEN, "Not of Ada.").replace(f"student: {BEN}".encode(), b"student: ada_right_loops")
    (source / "c.txt").write_bytes(forged)
    assert collect(folder, source) == 1
    said = capsys.readouterr()
    assert "2 new questions about grades" in said.out and "c.txt: its token is not one of this course's" in said.err
    assert run(folder, "questions", PS) == 0
    told = capsys.readouterr().out
    assert "Of Ben." in told and "Of Ada." in told and "Not of Ada." not in told
    assert state(folder) == before


def test_answers_in_words_and_a_notebook_that_was_not_read_are_asked_about_too(folder, capsys):
    source = folder / "more"
    source.mkdir()
    (source / "written.txt").write_bytes(form(folder, BEN, "About my words.", WRITTEN))
    (source / "unread.txt").write_bytes(form(folder, KEES, "About my file.", "the_notebook"))
    assert collect(folder, source) == 0
    capsys.readouterr()
    assert run(folder, "questions", PS) == 0
    told = capsys.readouterr().out.split("\n\n")
    (about_words,) = (each for each in told if "About my words." in each)
    assert f"{WRITTEN}  no score yet of 4" in about_words
    (about_file,) = (each for each in told if "About my file." in each)
    assert "the notebook  not read" in about_file and "The folder holds no notebook" in about_file
    ids = [each.split()[0] for each in (about_words, about_file)]
    for number, its_id in enumerate(ids):
        assert run(folder, "questions", PS, "--answer", its_id, f"Answer {number}.") == 0
    assert run(folder, "feedback", PS) == 0
    assert "You asked: About my words. Answer: Answer 0." in page(folder, BEN)
    assert "You asked: About my file. Answer: Answer 1." in page(folder, KEES)


def test_an_answer_stands_on_the_next_page_and_the_question_is_no_longer_open(folder, capsys):
    (folder / "q.txt").write_bytes(form(folder, BEN, "=1+1 why?"))
    assert collect(folder, folder / "q.txt", "--student", BEN) == 0
    capsys.readouterr()
    assert run(folder, "questions", PS, "--to", folder / "open.csv") == 0
    row = next(line for line in (folder / "open.csv").read_text().split("\n") if "'=1+1 why?" in line)
    assert run(folder, "questions", PS, "--answer", row[:10], "The sum is missing.") == 0
    assert run(folder, "feedback", PS) == 0
    assert "You asked: =1+1 why?" in page(folder, BEN) and "Answer: The sum is missing." in page(folder, BEN)
    assert "The sum is missing." not in page(folder, next(iter(STUDENTS)))
    capsys.readouterr()
    assert run(folder, "questions", PS) == 0 and "=1+1 why?" not in capsys.readouterr().out
    assert run(folder, "questions", PS, "--all") == 0 and "=1+1 why?" in capsys.readouterr().out


def test_a_question_of_another_student_is_refused_and_harms_nobody(folder, capsys):
    before = state(folder)
    (folder / "q.txt").write_bytes(form(folder, BEN, "I am Ben."))
    assert collect(folder, folder / "q.txt", "--student", "ada_right_loops") == 1
    assert "the question is another student's" in capsys.readouterr().err
    assert state(folder) == before
