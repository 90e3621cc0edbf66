"""The term report: a class with several submissions of two problem sets, of which every figure is known."""

from __future__ import annotations

import csv
import json
import re
from html import unescape

import pytest

import checks
from autograder.checking.protocol import Outcome
from autograder.cli import main
from autograder.judging import submission
from autograder.judging.feedback import Piece, of_words
from autograder.judging.judge import Judged
from autograder.judging.result import CheckResult, ProblemResult, Result
from autograder.records import learning, results, told
from autograder.records.course import Course, Folder
from autograder.records.gradebook import Recorder
from autograder.records.learning import Occasion
from autograder.records.receipt import Receipt
from autograder.records.told import Told
from missingsum.slips import SLIPS

from ..notebooks import ROOT

PS2, PS3 = "ps2_missing_sum", "ps3_jacobian"
SUM, SIGN, AXIS = "missing-sum", "sign", "wrong-axis"
COURSE = Course(ROOT)


def functions(assignment):
    return [problem.name for problem in checks.load(assignment).problems]


def result(student, assignment, number, wrong):
    """A submission in which the functions ``wrong`` have these slips, or no answer where that is None."""
    found = []
    for problem in checks.load(assignment).problems:
        slips = wrong.get(problem.name, ())
        outcome = Outcome.MISSING if slips is None else Outcome.WRONG if problem.name in wrong else Outcome.PASSED
        found.append(
            ProblemResult(
                problem.name,
                tuple(
                    CheckResult(c.name, c.points, outcome, "" if outcome is Outcome.PASSED else "no", slips or ())
                    for c in problem.checks
                ),
            )
        )
    return Result(student, assignment, tuple(found), handed_in=f"{student}-{number}", answers=f"{student}-{number}")


FIRST2, FIRST3 = functions(PS2)[-1], functions(PS3)[0]
SUBMISSIONS = [
    # twelve students make the missing sum in problem set 2; six of them no longer in their next submission
    *((f"a{k}", PS2, [{FIRST2: (SUM,)}, {}]) for k in range(6)),
    # five still make it there, and again in problem set 3: they are stuck
    *((f"b{k}", PS2, [{FIRST2: (SUM,)}, {FIRST2: (SUM,)}]) for k in range(5)),
    # one hands in once, and does not write the function of problem set 3: no occasion yet, as for another mistake
    ("c0", PS2, [{FIRST2: (SUM,)}]),
    ("f0", PS2, [{FIRST2: (AXIS,)}]),
    # the next submission has no answer, the one behind it does: told once, still made
    ("d0", PS2, [{FIRST2: (SIGN,)}, {FIRST2: None}, {FIRST2: (SIGN,)}]),
    # a wrong answer without a name, right next time; and one that stays wrong
    ("e0", PS2, [{FIRST2: ()}, {}]),
    ("e1", PS2, [{FIRST2: ()}, {FIRST2: ()}]),
    ("a0", PS3, [{}]),
    *((f"b{k}", PS3, [{FIRST3: (SUM,)}]) for k in range(5)),
    ("c0", PS3, [{FIRST3: None}]),
]


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """The class as `autograder grade` records it, one submission after the other."""
    out = tmp_path_factory.mktemp("term") / "grading"
    folder = Folder(out)
    folder.make()
    with Recorder(folder.database) as recorder:
        for assignment in (PS2, PS3):
            released = submission.load_notebook(COURSE.released(assignment).read_bytes())
            recorder.enter(assignment, released)
        for student, assignment, several in SUBMISSIONS:
            released = submission.load_notebook(COURSE.released(assignment).read_bytes())
            for number, wrong in enumerate(several):
                judged = Judged(result(student, assignment, number, wrong), submission.blank(released))
                results.record(judged, folder, recorder, Receipt())
    assert main(["report", "--out", str(out)]) == 0
    return out


def text(page):
    body = re.sub(r"<(style|script)>.*?</\1>|<wbr>|</?(a|bdi|code|strong)\b[^>]*>", "", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def page(term):
    return (term / "report" / "term.html").read_text()


def test_it_counts_who_was_told_and_no_longer_makes_the_mistake(term):
    said = text(page(term))
    assert "12 kept only the diagonal of the Jacobian: 6 of 11 no longer do" in said
    assert "(6 of 11 in the next submission of the set; 1 without occasion yet)" in said
    assert "1 turned the sign round: 0 of 1 no longer do (0 of 1 in the next submission of the set)" in said
    assert "without occasion to make it again so far: 1 summed down the columns instead of along the rows" in said
    assert "50 % (6 of 12) of what students were told is not made any more" in said


def test_it_says_whether_a_name_helps(term):
    said = text(page(term))
    assert "Of 11 wrong answers with a name, 55 % (6) are right" in said
    assert "Of 2 wrong answers without one, 50 % (1) are right" in said


def test_it_names_who_is_stuck_and_where(term):
    said = text(page(term))
    stuck = said.partition("Who is stuck where")[2].partition("How each student")[0]
    for k in range(5):
        assert f"b{k}: kept only the diagonal of the Jacobian in {FIRST3}" in stuck
    assert stuck.count("told 3 times") == 5 and "d0: turned the sign round" in stuck
    assert "a0" not in stuck and "c0" not in stuck


def test_it_shows_each_students_trend_and_the_mistakes_of_each_set(term):
    html = page(term)
    assert html.count("<polyline") == 16
    said = text(html).partition("Mistakes over the term")[2]
    assert "kept only the diagonal of the Jacobian 12 5 turned the sign round 1 –" in said


def test_a_mistake_in_a_later_set_counts_as_the_next_occasion():
    made, left = Told("1", wrong={"f": (SUM,)}), Told("2", right=("g",))
    others = {f"o{k}": [Occasion(PS3, Told(f"{k}", wrong={"g": (SUM,)}))] for k in range(2)}
    (found,) = learning.outcomes({"ada": [Occasion(PS2, made), Occasion(PS3, left)], **others})
    assert found.gone == ("ada",) and found.split(again=False) == (1, 1) and found.split(again=True) == (0, 0)


def test_a_later_set_in_which_nobody_can_make_it_says_nothing():
    (found,) = learning.outcomes(
        {"ada": [Occasion(PS2, Told("1", wrong={"f": (SUM,)})), Occasion(PS3, Told("2", right=("g",)))]}
    )
    assert found.waiting == ("ada",)


def test_the_counts_for_research_hold_no_names_and_none_under_five(term):
    """Twelve were told of the sum: 6, 5 and 1; one of the sign. The 1 may not stand alone, and none is left to join."""
    rows = list(csv.reader((term / "report" / "term_counts.csv").open()))
    assert rows == [["mistake", "told", "no_longer_made", "still_made", "no_occasion_yet"]]


def test_the_effect_of_each_piece_of_feedback_is_counted_by_its_version():
    told = [Piece("what", SUM, 1, "new"), Piece("where", "axis", 2, "1")]
    wrong = {"f": (SUM,)}
    first = Told("1", wrong=wrong, pieces={"f": tuple(told)})
    older = Told("1", wrong=wrong, pieces={"f": (Piece("what", SUM, 1, "old"),)})
    found = learning.effects(
        {
            "ada": [Occasion(PS2, first), Occasion(PS2, Told("2", right=("f",)))],
            "ben": [Occasion(PS2, older), Occasion(PS2, Told("2", wrong=wrong))],
            "cy": [Occasion(PS2, first), Occasion(PS3, Told("2", right=("f",)))],
        }
    )
    by_key = {each.mistake: (each.gone, each.still, each.waiting) for each in found}
    assert by_key == {
        "what:missing-sum:new": (("ada",), (), ("cy",)),
        "where:axis:1": (("ada",), (), ("cy",)),
        "what:missing-sum:old": ((), ("ben",), ()),
    }


def test_the_pieces_of_feedback_are_noted_and_counted(term):
    rows = list(csv.reader((term / "report" / "term_feedback.csv").open()))
    assert rows == [["feedback", "told", "right_next", "still_wrong", "not_tried_again"]]  # a 1 among them, see above
    line = json.loads((term / "told" / PS2 / "a0.jsonl").read_text().splitlines()[0])
    (piece,) = line["pieces"][FIRST2]
    assert (piece["kind"], piece["label"], piece["priority"]) == ("what", SUM, 1)
    assert piece["version"] == of_words(SLIPS[SUM].explanation)


def outcome(mistake, gone, still, waiting):
    return learning.Outcome(mistake, *(tuple(f"s{k}" for k in range(n)) for n in (gone, still, waiting)))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([("m", 7, 5, 0)], [("m", 12, 7, 5, 0)]),
        ([("m", 7, 5, 0), ("n", 3, 2, 0), ("o", 2, 4, 0)], [("m", 12, 7, 5, 0), ("other mistakes", 11, 5, 6, 0)]),
        ([("m", 9, 9, 0), ("p", 6, 5, 0), ("n", 1, 1, 0)], [("m", 18, 9, 9, 0), ("other mistakes", 13, 7, 6, 0)]),
        ([("n", 4, 0, 0)], []),
    ],
)
def test_small_counts_are_merged_with_others(counts, expected):
    found = learning.for_research([outcome(*row) for row in counts])
    assert found == expected
    assert not [row for row in found for count in row[1:] if 0 < count < learning.FEWEST]


def test_what_was_told_stays_when_somebody_hands_in_again(term):
    lines = [json.loads(line) for line in (term / "told" / PS2 / "d0.jsonl").read_text().splitlines()]
    assert [line["handed_in"] for line in lines] == ["d0-0", "d0-1", "d0-2"]
    assert [line["wrong"] for line in lines] == [{FIRST2: [SIGN]}, {}, {FIRST2: [SIGN]}]


def test_a_torn_line_costs_nothing_else_and_the_next_is_whole(tmp_path):
    folder, one, two = Folder(tmp_path), result("ada", PS2, 1, {FIRST2: (SUM,)}), result("ada", PS2, 2, {})
    told.note(folder, one, Told.of(one))
    with folder.told(PS2, "ada").open("ab") as file:
        file.write(b'{"handed_in": "torn\xff')
    told.note(folder, two, Told.of(two))
    assert told.history(folder, two) == [Told.of(one), Told.of(two)]


def test_the_same_said_again_adds_no_line_and_a_new_judgement_takes_the_place_of_the_old(tmp_path):
    folder, before, after = Folder(tmp_path), result("ada", PS2, 1, {FIRST2: (SUM,)}), result("ada", PS2, 1, {})
    for _ in range(2):
        told.note(folder, before, Told.of(before))
    assert len(folder.told(PS2, "ada").read_text().splitlines()) == 1
    told.note(folder, after, Told.of(after))
    assert told.history(folder, after) == [Told.of(after)]


def test_without_grades_it_says_what_to_do(tmp_path, capsys):
    assert main(["report", "--out", str(tmp_path)]) == 1
    assert "nothing is graded" in capsys.readouterr().err
