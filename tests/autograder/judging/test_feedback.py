"""Each piece of feedback has a kind, a label, a priority and a version that changes with its words."""

from __future__ import annotations

from dataclasses import replace

from autograder.checking.protocol import Outcome
from autograder.judging.feedback import of_words
from autograder.judging.result import CheckResult, ProblemResult
from autograder.records.told import Told, _told
from missingsum.slips import SLIPS
from missingsum.where.place import Place, Spot

WRONG = ProblemResult(
    "softmax_backward",
    (
        CheckResult("a batch", 2, Outcome.WRONG, "no", ("missing-sum", "sign")),
        CheckResult("one row", 1, Outcome.WRONG, "no"),
        CheckResult("zeros", 1),
    ),
    place=Place((Spot(3, "s * g"),), ("axis",)),
)


def test_names_come_first_then_what_they_leave_open_then_the_place():
    assert [(piece.kind, piece.label, piece.priority) for piece in WRONG.pieces] == [
        ("what", "missing-sum", 1),
        ("what", "sign", 2),
        ("open", "one row", 3),
        ("where", "axis", 4),
    ]


def test_the_version_changes_with_the_words_alone(monkeypatch):
    before = WRONG.pieces[0]
    assert before.version == of_words(SLIPS["missing-sum"].explanation)
    monkeypatch.setitem(SLIPS, "missing-sum", replace(SLIPS["missing-sum"], explanation="Other words."))
    assert WRONG.pieces[0].version != before.version and WRONG.pieces[0].key != before.key


def test_what_nothing_explains_is_a_piece_too_and_what_is_right_has_none():
    nameless = ProblemResult("f", (CheckResult("a batch", 2, Outcome.WRONG, "no"),))
    assert [(piece.kind, piece.label) for piece in nameless.pieces] == [("open", "all")]
    assert ProblemResult("f", (CheckResult("a batch", 2),)).pieces == ()


def test_a_line_of_an_older_version_without_pieces_can_be_read():
    line = {"handed_in": "1", "time": "", "version": "", "early": False, "right": [], "wrong": {"f": ["sign"]}}
    assert _told(line) == Told("1", wrong={"f": ("sign",)})
    piece = {"kind": "what", "label": "sign", "priority": 1, "version": "x"}
    assert _told({**line, "pieces": {"f": [piece]}}).pieces["f"][0].key == "what:sign:x"
